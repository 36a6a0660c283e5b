//! A line of source text of which only the parts with labels are shown.

use std::ops::Range;

use super::WIDEST;
use crate::sanitise::{self, Places};

/// How far a tab reaches.
const TAB: usize = 4;

/// Deeper indentation tells nothing.
const DEEPEST: usize = 40;

/// What stands in place of something that is not shown.
const LEFT_OUT: &str = "…";

/// What is shown of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// Cleaned and cut.
    pub(super) text: String,
    /// The parts in it, in bytes, in the order in which they were given.
    pub(super) parts: Vec<Range<usize>>,
}

/// Shows these parts of a line, which are byte ranges, with its indentation; `goes_on` when the last
/// one does on the next line.
pub(super) fn show(line: &str, parts: &[Range<usize>], goes_on: bool) -> Shown {
    let mut writer = Writer::default();
    let pieces = joined(parts);
    let mut before = 0;
    for piece in &pieces {
        let between = line.get(before..piece.start).unwrap_or_default();
        if before == 0 {
            writer.indent(between);
        } else {
            writer.gap(between);
        }
        writer.copy(line, piece);
        before = piece.end;
    }
    let rest = line.get(before..).unwrap_or_default().trim_start();
    if goes_on {
        writer.text.push(' ');
        writer.text.push_str(LEFT_OUT);
    } else if rest.starts_with('{') {
        writer.text.push_str(" {");
    }
    let mut marks: Vec<usize> = parts.iter().flat_map(|part| [part.start, part.end]).collect();
    sanitise::moved(&mut marks, &writer.places, writer.text.len());
    let text = sanitise::marked(&writer.text, WIDEST, &mut marks);
    let ranges = marks.chunks_exact(2).filter_map(|pair| match pair {
        [start, end] => Some(*start..*end),
        _ => None,
    });
    Shown { text, parts: ranges.collect() }
}

/// The parts in order, those that overlap or touch as one.
fn joined(parts: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut order: Vec<Range<usize>> = parts.to_vec();
    order.sort_by_key(|part| (part.start, part.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for part in order {
        match out.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            Some(_) | None => out.push(part),
        }
    }
    out
}

/// The line as it grows, not yet cleaned.
#[derive(Default)]
struct Writer {
    text: String,
    places: Places,
}

impl Writer {
    /// Adds a character, a tab as the blanks that it stands for.
    fn push(&mut self, c: char) {
        if c == '\t' {
            let column = self.text.chars().count();
            self.text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
        } else {
            self.text.push(c);
        }
    }

    /// What stands before the first part: blanks as they are, anything else left out.
    fn indent(&mut self, before: &str) {
        if before.chars().all(|c| matches!(c, ' ' | '\t')) {
            before.chars().take(DEEPEST).for_each(|c| self.push(c));
            self.text.truncate(DEEPEST);
        } else {
            self.text.push_str(LEFT_OUT);
            self.text.push(' ');
        }
    }

    /// What stands between two parts: the brace of a block on one line as it is.
    fn gap(&mut self, between: &str) {
        if between.len() <= TAB && between.chars().all(|c| matches!(c, ' ' | '\t' | '{')) {
            between.chars().for_each(|c| self.push(c));
        } else {
            self.text.push(' ');
            self.text.push_str(LEFT_OUT);
            self.text.push(' ');
        }
    }

    /// A part, and where its characters went. What is beyond any line that can be shown is not needed.
    fn copy(&mut self, line: &str, part: &Range<usize>) {
        let text = line.get(part.clone()).unwrap_or_default();
        for (at, c) in text.char_indices().take(2 * WIDEST) {
            self.places.push((part.start + at, self.text.len()));
            self.push(c);
        }
        self.places.push((part.end, self.text.len()));
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use super::*;

    /// The line with these words of it shown, and what the labels stand on.
    fn shown(line: &str, words: &[&str]) -> (String, Vec<String>) {
        let at = |part: &&str| line.find(part).map(|at| at..at + part.len()).unwrap();
        let shown = show(line, &words.iter().map(at).collect::<Vec<_>>(), false);
        let on = |it: &Range<usize>| shown.text.get(it.clone()).unwrap().to_owned();
        let labels = shown.parts.iter().map(on).collect();
        (shown.text, labels)
    }

    #[test]
    fn nothing_but_the_parts_is_shown() {
        assert_eq!(
            shown(
                "  cidr_block = \"10.0.0.0/16\" # key: hunter2",
                &["cidr_block = \"10.0.0.0/16\""]
            )
            .0,
            "  cidr_block = \"10.0.0.0/16\""
        );
        assert_eq!(shown("{ key = hunter2, a = 1 }", &["a = 1"]).0, "… a = 1");
        assert_eq!(
            shown("{ a = 1, key = hunter2, b = 2 }", &["b = 2", "a = 1"]),
            ("… a = 1 … b = 2".to_owned(), vec!["b = 2".to_owned(), "a = 1".to_owned()])
        );
        assert_eq!(
            shown("resource \"x\" \"y\" { a = 1 } # hunter2", &["resource \"x\" \"y\"", "a = 1"]).0,
            "resource \"x\" \"y\" { a = 1"
        );
        assert_eq!(shown("\troute   {", &["route"]).0, "    route {");
    }

    #[test]
    fn labels_stay_on_their_words() {
        let (text, on) = shown("\ta\t= \u{202e}\"x\" # c", &["a\t= \u{202e}\"x\""]);
        assert_eq!(text, "    a   = \\u{202e}\"x\"");
        assert_eq!(on, ["a   = \\u{202e}\"x\""]);
        let (text, on) = shown("  東京 = \"##[x]\"", &["東京 = \"##[x]\"", "[x]"]);
        assert_eq!(text, "  東京 = \"#\\#[x]\"");
        assert_eq!(on, ["東京 = \"#\\#[x]\"", "[x]"]);
    }

    #[test]
    fn long_lines_are_cut_and_long_arguments_go_on() {
        let long = format!("{}a = \"{}\"", " ".repeat(10_000), "x".repeat(1_000_000));
        let shown = show(&long, from_ref(&(10_000..long.len())), false);
        assert_eq!(shown.text.chars().count(), WIDEST + 1);
        assert!(shown.text.starts_with(&" ".repeat(DEEPEST)) && shown.text.ends_with("x…"));
        assert_eq!(shown.parts, from_ref(&(DEEPEST..WIDEST)));
        assert_eq!(show("a = [", from_ref(&(0..5)), true).text, "a = [ …");
        let outside = show("ab", from_ref(&(5..9)), false);
        assert!(outside.parts.iter().all(|part| outside.text.get(part.clone()).is_some()));
    }
}
