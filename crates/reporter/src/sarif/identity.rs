//! What a result is called: the file's URI, and a fingerprint that does not depend on lines.

use std::path::{Component, Path};

use groundplan_findings::Finding;

/// The input as a relative, percent-encoded URI reference with forward slashes.
///
/// An absolute path or one that leaves the working directory names nothing in a repository, so only
/// its last part is kept.
pub(crate) fn uri(input: &str) -> String {
    if input == "-" {
        return "stdin".to_owned();
    }
    let path = Path::new(input);
    let mut parts: Vec<String> = Vec::new();
    let mut inside = true;
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(encoded(&part.to_string_lossy())),
            Component::CurDir => (),
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => inside = false,
        }
    }
    match parts.split_last() {
        None => "input".to_owned(),
        Some((last, _)) if !inside => last.clone(),
        Some(_) => parts.join("/"),
    }
}

fn encoded(part: &str) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    let mut out = String::new();
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(['%', digit(byte >> 4), digit(byte & 15)].map(|c| c.to_ascii_uppercase()));
        }
    }
    out
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_relative_and_encoded() {
        assert_eq!(uri("-"), "stdin");
        assert_eq!(uri("./a b/plän.json"), "a%20b/pl%C3%A4n.json");
        assert_eq!(uri("/home/me/plan.json"), "plan.json");
        assert_eq!(uri("../x/plan.json"), "plan.json");
        assert_eq!(uri("javascript:alert(1)"), "javascript%3Aalert%281%29");
    }
}
