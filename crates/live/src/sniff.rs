//! Whether a text is an output of the AWS CLI, from its beginning alone.

use crate::kinds::{About, of_key};
use crate::naming::id_in;

/// Whether the names at the top of the text are those of a command that is read. `path` may say what a
/// command is about that does not print it.
pub(crate) fn is_live(text: &str, path: &std::path::Path) -> bool {
    let names = names(text);
    // The JSON of plans and states.
    if names.contains(&"format_version") {
        return false;
    }
    let has = |name| names.contains(&name);
    if has("VpcId") && (has("EnableDnsSupport") || has("EnableDnsHostnames")) {
        return true;
    }
    names.iter().filter_map(|it| of_key(it)).any(|command| {
        let told = command.about != About::Nothing && id_in(path, command.about).is_some();
        told || command.mark.is_none_or(|mark| text.contains(&format!("\"{mark}\"")))
    })
}

/// The names of the members of the object that the text is, as far as it goes.
fn names(text: &str) -> Vec<&str> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('{') {
        return Vec::new();
    }
    let mut out = Vec::new();
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    // The last text at the top, which is a name once a colon follows.
    let mut last = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(start), b'"') => {
                quote = None;
                last = text.get(start..at).filter(|_| depth == 1);
            }
            (None, b'"') => quote = Some(at + 1),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => depth = depth.saturating_sub(1),
            (None, b':') => out.extend(last.take()),
            (Some(_) | None, _) => (),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(text: &str, path: &str) -> bool {
        is_live(text, std::path::Path::new(path))
    }

    #[test]
    fn the_top_tells() {
        assert!(live(r#"{"Vpcs": [{"VpcId": "vp"#, "a.json"));
        assert!(live("\u{feff}{\"NextToken\": \"x\", \"Subnets\": []}", "a.json"));
        assert!(live(r#"{"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}}"#, "a.json"));
        assert!(!live(r#"{"format_version": "1.2", "Vpcs": []}"#, "a.json"));
        assert!(!live(r#"{"a": {"Vpcs": []}, "b": "Subnets"}"#, "a.json"));
        assert!(!live(r#"[{"Vpcs": []}]"#, "a.json"));
        assert!(!live(r#"{"Vpc": {"VpcId": "vpc-1"}}"#, "a.json"));
    }

    #[test]
    fn names_that_others_use_too_need_more() {
        let empty = r#"{"Associations": []}"#;
        assert!(!live(empty, "associations.json"));
        assert!(live(empty, "associations-tgw-rtb-0ab.json"));
        let other = r#"{"Associations": [{"Name": "AWS-GatherSoftwareInventory"}]}"#;
        assert!(!live(other, "ssm.json"));
        assert!(live(r#"{"Entries": [{"Cidr": "10.0.0.0/8"}]}"#, "entries.json"));
    }
}
