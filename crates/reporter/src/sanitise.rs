//! Making foreign text harmless: names in plans can hold anything, terminal controls included.

/// Longer texts are cut; an address that long is an attack or an accident.
pub(crate) const LONGEST: usize = 2000;

/// Whether a terminal or editor would act on the character, or hide it, instead of showing it.
pub(crate) fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}'
                | '\u{061C}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// One line of text for a terminal: active characters as visible escapes, cut at `limit` characters.
pub(crate) fn line(text: &str, limit: usize) -> String {
    cleaned(text, limit, false)
}

/// The same for text of ours that may hold line breaks of ours, as proposed HCL does.
pub(crate) fn block(text: &str, limit: usize) -> String {
    cleaned(text, limit, true)
}

fn cleaned(text: &str, limit: usize, keep_breaks: bool) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == limit {
            out.push('…');
            break;
        }
        match c {
            '\n' if keep_breaks => out.push(c),
            c if is_active(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    defused(&out)
}

/// Breaks the workflow commands of CI systems, which are read anywhere in a log (`##[`, `##vso[`) or
/// at the start of a line (`::name …::`); an IPv6 address has no second `::` and stays as it is.
fn defused(text: &str) -> String {
    let text = text.replace("##[", "##\\[").replace("##vso[", "##vso\\[");
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    let mut before = ' ';
    while let Some((head, tail)) = rest.split_once("::") {
        out.push_str(head);
        before = head.chars().next_back().unwrap_or(before);
        let starts_word = !before.is_alphanumeric();
        let named = tail.starts_with(|c: char| c.is_ascii_alphabetic());
        out.push_str(if starts_word && named && tail.contains("::") { ":\\:" } else { "::" });
        before = ':';
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_active_is_left() {
        let hostile =
            "a\u{1b}]0;title\u{7}b\r\u{9b}31m\u{202e}x\u{200b}\u{2028}\n\u{feff}\u{e0041}\0";
        let clean = line(hostile, 500);
        assert!(!clean.chars().any(is_active), "{clean}");
        assert!(clean.starts_with("a\\u{1b}]0;title\\u{7}b\\u{d}"));
        assert_eq!(block("a\nb", 500), "a\nb");
    }

    #[test]
    fn workflow_commands_are_broken_and_long_text_is_cut() {
        for command in ["::error::x", "##[error]x", "##vso[task.setvariable]x"] {
            let clean = line(command, 100);
            assert!(!["::e", "##[", "##vso["].iter().any(|it| clean.contains(it)), "{clean}");
        }
        let long = "x".repeat(1_000_000);
        assert_eq!(line(&long, 10), "xxxxxxxxxx…");
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let text = "module.a[\"dev.eu[1]\"].aws_vpc.東京 holds 10.0.0.0/16 and fd00:1::/64";
        assert_eq!(line(text, 100), text);
        assert_eq!(line("::/0 and ::ffff:0:0/96", 100), "::/0 and ::ffff:0:0/96");
    }
}
