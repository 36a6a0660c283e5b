//! What describes hold that nobody may see: the pre-shared keys of VPN connections.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use groundplan_syntax::{JsonKind, JsonValue};

/// Members whose text is a secret or holds one ("`VpnConnection`" and "`TunnelOption`", Amazon EC2
/// API Reference).
const SECRET: &[&str] = &["CustomerGatewayConfiguration", "PreSharedKey"];

/// Shorter texts are no keys (a pre-shared key has 8 to 64 characters), and would hide other things.
const SHORTEST: usize = 8;

/// What must not be shown of a file.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    /// Where such texts stand, in order.
    ranges: Vec<Range<usize>>,
    /// The keys themselves, wherever else they stand.
    pub(crate) texts: BTreeSet<String>,
}

/// Finds the secrets of a file.
pub(crate) fn find(top: &JsonValue) -> Secrets {
    let mut out = Secrets::default();
    let mut waiting = vec![top];
    while let Some(value) = waiting.pop() {
        match &value.kind {
            JsonKind::Array(items) => waiting.extend(items),
            JsonKind::Object(members) => {
                for member in members {
                    if SECRET.contains(&&*member.name.value) {
                        out.take(&member.value);
                    } else {
                        waiting.push(&member.value);
                    }
                }
            }
            JsonKind::Null | JsonKind::Bool(_) | JsonKind::Number | JsonKind::String(_) => (),
        }
    }
    out.ranges.sort_by_key(|it| it.start);
    out
}

impl Secrets {
    fn take(&mut self, value: &JsonValue) {
        self.ranges.push(value.range.clone());
        let JsonKind::String(text) = &value.kind else { return };
        let (open, close) = ("<pre_shared_key>", "</pre_shared_key>");
        let inside = text.value.split(open).skip(1).filter_map(|it| it.split(close).next());
        let keys = inside.chain((!text.value.contains('<')).then_some(&*text.value));
        let keys = keys.filter(|it| it.len() >= SHORTEST && it.len() <= 64);
        self.texts.extend(keys.map(str::to_owned));
    }

    /// The text with stars in the place of what is secret; every offset stays.
    pub(crate) fn masked(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut before = 0;
        for range in &self.ranges {
            out.push_str(text.get(before..range.start).unwrap_or_default());
            let hidden = text.get(range.clone()).unwrap_or_default().chars();
            out.extend(hidden.map(|it| if it.is_ascii_graphic() { '*' } else { it }));
            before = range.end;
        }
        out.push_str(text.get(before..).unwrap_or_default());
        out
    }
}

/// The keys that still stand somewhere in the texts. One pass, however many keys there are.
pub(crate) fn standing<'k, 't>(
    keys: &'k BTreeSet<String>,
    texts: impl Iterator<Item = &'t str>,
) -> BTreeSet<&'k str> {
    let mut by_start: BTreeMap<&[u8], Vec<&str>> = BTreeMap::new();
    let mut first = [false; 256];
    for key in keys {
        let Some(start) = key.as_bytes().get(..SHORTEST) else { continue };
        by_start.entry(start).or_default().push(key);
        if let Some(seen) = start.first().and_then(|it| first.get_mut(usize::from(*it))) {
            *seen = true;
        }
    }
    let mut out = BTreeSet::new();
    if by_start.is_empty() {
        return out;
    }
    for text in texts {
        for (at, window) in text.as_bytes().windows(SHORTEST).enumerate() {
            let [byte, ..] = window else { continue };
            if first.get(usize::from(*byte)) != Some(&true) {
                continue;
            }
            let Some(candidates) = by_start.get(window) else { continue };
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            out.extend(candidates.iter().filter(|key| rest.starts_with(key.as_bytes())));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use groundplan_ir::FileId;

    use super::*;

    #[test]
    fn keys_that_stand_elsewhere_are_seen() {
        let keys = ["abcdefgh1", "abcdefgh2", "ijklmnop3"].map(str::to_owned).into();
        let found = standing(&keys, ["x abcdefgh2", "", "ijklmnop", "éijklmnop3"].into_iter());
        assert_eq!(found, BTreeSet::from(["abcdefgh2", "ijklmnop3"]));
    }

    #[test]
    fn keys_are_found_and_covered() {
        let text = concat!(
            r#"{"a": {"CustomerGatewayConfiguration": "<x><pre_shared_key>abcdefgh1"#,
            r#"</pre_shared_key>é</x>", "b": [{"PreSharedKey": "ijklmnop2"}]}}"#,
        );
        let top = groundplan_syntax::read_json(FileId::default(), text).unwrap();
        let secrets = find(&top);
        let keys: Vec<&str> = secrets.texts.iter().map(String::as_str).collect();
        assert_eq!(keys, ["abcdefgh1", "ijklmnop2"]);
        let masked = secrets.masked(text);
        assert_eq!(masked.len(), text.len());
        assert!(keys.iter().all(|it| !masked.contains(it)), "{masked}");
        assert!(masked.contains("{\"PreSharedKey\": ***********}"), "{masked}");
    }
}
