//! Text with `*`, which stands for any text, and what each of them stood for.
//!
//! Nothing else is special: addresses are full of brackets.

/// What the `*` of a pattern stand for in a text; none when it does not fit.
pub(crate) fn captures(pattern: &str, text: &str) -> Option<Vec<String>> {
    let Some((first, rest_of_pattern)) = pattern.split_once('*') else {
        return (pattern == text).then(Vec::new);
    };
    let mut rest = text.strip_prefix(first)?;
    let mut pieces: Vec<&str> = rest_of_pattern.split('*').collect();
    let last = pieces.pop()?;
    let mut out = Vec::new();
    // Taking each piece where it stands first leaves the most for those behind it.
    for piece in pieces {
        let (captured, behind) = rest.split_once(piece)?;
        out.push(captured.to_owned());
        rest = behind;
    }
    out.push(rest.strip_suffix(last)?.to_owned());
    Some(out)
}

/// How many `*` there are.
pub(crate) fn stars(pattern: &str) -> usize {
    pattern.matches('*').count()
}

/// Puts what was captured in the place of each `*`, in order.
pub(crate) fn fill(template: &str, captures: &[String]) -> String {
    let mut captures = captures.iter();
    let mut out = String::new();
    for (at, piece) in template.split('*').enumerate() {
        if at > 0 {
            out.push_str(captures.next().map_or("*", String::as_str));
        }
        out.push_str(piece);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("network", "network", Some(&[] as &[&str])),
            ("network", "networks", None),
            ("team-*", "team-a", Some(&["a"])),
            ("team-*", "team-", Some(&[""])),
            ("*-*", "a-b-c", Some(&["a", "b-c"])),
            ("*.json", "a.json.json", Some(&["a.json"])),
            ("aa*aa", "aaa", None),
            ("*b*b", "ab", None),
            (r#"module.*.x.y["*"]"#, r#"module.a.x.y["k"]"#, Some(&["a", "k"])),
        ] {
            let found = captures(pattern, text);
            let expected = expected.map(|it| it.iter().map(ToString::to_string).collect());
            assert_eq!(found, expected, "{pattern} {text}");
        }
    }

    #[test]
    fn what_was_captured_fills_another_pattern() {
        let captured = ["a".to_owned(), "b".to_owned()];
        assert_eq!(fill("net-*-*", &captured), "net-a-b");
        assert_eq!(fill("net-*", &captured), "net-a");
        assert_eq!(fill("net", &captured), "net");
    }
}
