//! What a result is called: a fingerprint that does not depend on lines.

use groundplan_findings::Finding;

/// A name for the finding that stays while its rule and places do: 64 bits of FNV-1a
/// (draft-eastlake-fnv), in hexadecimal.
pub(crate) fn of(finding: &Finding) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |text: &str| {
        // The separator keeps `ab` + `c` apart from `a` + `bc`.
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    add(finding.rule);
    for label in std::iter::once(&finding.primary).chain(&finding.related) {
        add(&label.origin.to_string());
    }
    format!("{hash:016x}")
}
