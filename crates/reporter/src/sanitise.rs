//! Making foreign text harmless: names in plans can hold anything, terminal controls included.

/// Longer texts are cut; an address that long is an attack or an accident.
pub(crate) const LONGEST: usize = 2000;

/// Whether a terminal or editor would act on the character, or hide it, instead of showing it.
pub(crate) fn is_active(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// One line of text for a terminal: active characters as visible escapes, cut at `limit` characters of
/// what is shown, so that escapes cannot make it longer.
pub(crate) fn line(text: &str, limit: usize) -> String {
    cleaned(text, limit, false)
}

/// The same for text of ours that may hold line breaks of ours, as proposed HCL does.
pub(crate) fn block(text: &str, limit: usize) -> String {
    cleaned(text, limit, true)
}

/// One line of text that has labels on it: `marks` are byte offsets of characters in it, and become
/// those of the same characters in what is shown, or of the cut.
pub(crate) fn marked(text: &str, limit: usize, marks: &mut [usize]) -> String {
    let (out, places) = escaped(text, limit, false);
    moved(marks, &places, out.len());
    let (out, places) = defused(&out);
    moved(marks, &places, out.len());
    let end = out.char_indices().nth(limit).map_or(out.len(), |(at, _)| at);
    for mark in marks {
        *mark = end.min(*mark);
    }
    cut(out, limit)
}

fn cleaned(text: &str, limit: usize, keep_breaks: bool) -> String {
    cut(defused(&escaped(text, limit, keep_breaks).0).0, limit)
}

/// Where each character of one text came to stand in another, both in bytes.
pub(crate) type Places = Vec<(usize, usize)>;

/// Follows the marks; `end` is where those go whose character was cut off.
pub(crate) fn moved(marks: &mut [usize], places: &[(usize, usize)], end: usize) {
    for mark in marks {
        let at = places.partition_point(|(from, _)| from < mark);
        *mark = places.get(at).map_or(end, |(_, to)| *to);
    }
}

fn escaped(text: &str, limit: usize, keep_breaks: bool) -> (String, Places) {
    let mut out = String::new();
    let mut places = Places::new();
    let mut room = limit;
    for (at, c) in text.char_indices() {
        places.push((at, out.len()));
        let is_escaped = is_active(c) && !(keep_breaks && c == '\n');
        let wide = if is_escaped { c.escape_unicode().count() } else { 1 };
        let Some(left) = room.checked_sub(wide) else {
            out.push('…');
            break;
        };
        room = left;
        if is_escaped {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    (out, places)
}

/// What defusing added counts as well; a cut behind one of its backslashes does no harm.
fn cut(text: String, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, c)) if at + c.len_utf8() < text.len() || c != '…' => {
            text.chars().take(limit).chain(['…']).collect()
        }
        Some(_) | None => text,
    }
}

/// Breaks the workflow commands of CI systems.
fn defused(text: &str) -> (String, Places) {
    let mut out = String::with_capacity(text.len());
    let mut places = Places::new();
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        places.push((at, out.len()));
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        if opens_bracket_command(before, c, after) || opens_colon_command(before, c, after) {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    (out, places)
}

/// Whether `c` is the second `#` of `##[name …]` or `##vso[…]`, which are read anywhere in a line.
pub(crate) fn opens_bracket_command(before: char, c: char, after: &str) -> bool {
    let rest = || after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    before == '#' && c == '#' && rest().starts_with('[')
}

/// Whether `c` is the second `:` of `::name …::`, which is read at the start of a line, where any part
/// of a long word can end up. What follows `::` in an IPv6 address has at most four hexadecimal
/// digits; no command has such a name.
fn opens_colon_command(before: char, c: char, after: &str) -> bool {
    if before != ':' || c != ':' {
        return false;
    }
    let mut name = after.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-');
    let in_address = name.by_ref().take(4).all(|c| c.is_ascii_hexdigit()) && name.next().is_none();
    !in_address
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
        for command in [
            "::error::x",
            "x::error file=a::x",
            ":::add-mask::x",
            "##[error]x",
            "###[error]x",
            "##vso[task.setvariable]x",
            "a##VSO[task.setvariable]x",
        ] {
            let clean = line(command, 100);
            let live = ["::e", "::add", "##[", "##vso[", "##VSO["];
            assert!(!live.iter().any(|it| clean.contains(it)), "{clean}");
        }
        let long = "x".repeat(1_000_000);
        assert_eq!(line(&long, 10), "xxxxxxxxxx…");
        assert_eq!(line("0123456789", 10), "0123456789");
        assert_eq!(line(&"\u{1b}".repeat(1_000_000), 15), "\\u{1b}\\u{1b}…");
        assert_eq!(line("a::error::b", 5), "a:\\:e…");
    }

    #[test]
    fn marks_stay_on_their_characters() {
        let text = "\u{1b}東##[x::error b";
        let at = |part: &str| text.find(part).unwrap();
        let mut marks = [0, at("東"), at("#["), at("x"), at("b"), text.len()];
        let clean = marked(text, 100, &mut marks);
        assert_eq!(clean, "\\u{1b}東#\\#[x:\\:error b");
        let rest = marks.map(|mark| clean.get(mark..).unwrap());
        assert_eq!(rest[1], "東#\\#[x:\\:error b");
        assert_eq!(rest[2], "\\#[x:\\:error b");
        assert_eq!(rest[3], "x:\\:error b");
        assert_eq!((rest[4], rest[5]), ("b", ""));
        let mut marks = [2, 8];
        assert_eq!(marked("0123456789", 5, &mut marks), "01234…");
        assert_eq!(marks, [2, 5]);
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let text = "module.a[\"dev.eu[1]\"].aws_vpc.東京 holds 10.0.0.0/16 and fd00:1::/64";
        assert_eq!(line(text, 100), text);
        for text in ["::/0 and ::ffff:0:0/96", "fd00::a and fd00:1::beef/64", "## Why", "a # b ##"]
        {
            assert_eq!(line(text, 100), text);
        }
    }
}
