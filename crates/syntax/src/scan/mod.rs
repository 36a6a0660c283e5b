//! A first look at the text: where statements and embedded expressions end, and a copy of them that
//! leaves only a skeleton to the parser.
//!
//! The copy has the same length, so that places stay true. Comments become spaces, and so do line
//! breaks where HCL gives them no meaning, since the parser stumbles over some of them. Templates
//! become plain strings: what they hold is read again from the source, by HCL's own rules.

mod code;
#[cfg(test)]
mod tests;
mod text;

use std::ops::Range;

/// Deeper than the parser goes, so that its own refusal is what people normally see.
const MAX_OPEN: usize = 1_000;

/// The parser compares each key of an object with all before it; this many comparisons are what an
/// object of ten thousand keys needs, and about as long as anybody should wait for a file.
pub(crate) const MAX_COMPARISONS: u64 = 50_000_000;

/// What the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// A statement of a body, up to the end of its last line.
    Statement,
    /// An expression up to the end of the text; line breaks outside of brackets matter.
    Line,
    /// An expression up to the end of the text; line breaks do not matter.
    Free,
    /// An expression up to the brace that closes it; line breaks do not matter.
    Embedded,
}

/// Something that is wrong already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Scanned {
    /// The copy for the parser, from where the scan started to its end.
    pub(crate) masked: String,
    /// The byte behind what was scanned.
    pub(crate) end: usize,
    /// The first thing that is wrong.
    pub(crate) fault: Option<Fault>,
    /// Whether the text ended while something was open.
    pub(crate) unclosed: bool,
    /// How many comparisons of keys the parser may need.
    pub(crate) comparisons: u64,
}

/// What has been opened and not been closed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// The braces of a block.
    Body,
    /// `(`
    Paren,
    /// `[`
    Bracket,
    /// The braces of an object, with its entries so far.
    Object(u64),
    /// The braces of an object that a `for` makes.
    For,
    /// `${` or `%{`
    Inside,
    /// A quoted string.
    Quote,
    /// A heredoc: where its name stands, and whether a line starts here.
    Heredoc { name: Range<usize>, line_start: bool },
}

#[derive(Debug)]
struct Open {
    kind: Kind,
    at: usize,
}

struct Scanner<'t> {
    text: &'t [u8],
    base: Base,
    start: usize,
    at: usize,
    masked: Vec<u8>,
    open: Vec<Open>,
    /// How many of the open ones are templates.
    templates: usize,
    /// Whether the outermost template holds what only a template may hold.
    special: bool,
    /// Behind the `=` of an attribute.
    in_value: bool,
    fault: Option<Fault>,
    comparisons: u64,
}

/// Looks at the text from a byte on.
pub(crate) fn scan(text: &str, start: usize, base: Base) -> Scanned {
    let mut scanner = Scanner {
        text: text.as_bytes(),
        base,
        start,
        at: start,
        masked: Vec::new(),
        open: Vec::new(),
        templates: 0,
        special: false,
        in_value: false,
        fault: None,
        comparisons: 0,
    };
    scanner.run();
    scanner.finish()
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            let going = match self.open.last().map(|open| &open.kind) {
                Some(Kind::Quote) => self.quote(byte),
                Some(Kind::Heredoc { name, line_start }) => {
                    let (name, line_start) = (name.clone(), *line_start);
                    self.heredoc(byte, &name, line_start)
                }
                Some(
                    Kind::Body
                    | Kind::Paren
                    | Kind::Bracket
                    | Kind::Object(_)
                    | Kind::For
                    | Kind::Inside,
                )
                | None => self.code(byte),
            };
            if !going {
                break;
            }
        }
    }

    fn finish(mut self) -> Scanned {
        let unclosed = !self.open.is_empty();
        if let Some((at, message)) = self.unclosed() {
            self.fault(at, message);
        }
        Scanned {
            masked: String::from_utf8(self.masked).unwrap_or_default(),
            end: self.at,
            fault: self.fault,
            unclosed,
            comparisons: self.comparisons,
        }
    }

    /// The innermost template that is open, or else the outermost bracket.
    fn unclosed(&self) -> Option<(Range<usize>, &'static str)> {
        let is_template = |open: &&Open| matches!(open.kind, Kind::Quote | Kind::Heredoc { .. });
        let open = self.open.iter().rfind(is_template).or(self.open.first())?;
        let (length, message) = match &open.kind {
            Kind::Body => (1, "this block is never closed: a `}` is missing"),
            Kind::Paren => (1, "this `(` is never closed"),
            Kind::Bracket => (1, "this `[` is never closed"),
            Kind::Object(_) | Kind::For => (1, "this `{` is never closed"),
            Kind::Inside => (2, "this template sequence is never closed"),
            Kind::Quote => (1, "this string is never closed"),
            Kind::Heredoc { name, .. } => (
                name.end.saturating_sub(open.at),
                "this heredoc is never closed: its name must stand alone on a line",
            ),
        };
        Some((open.at..open.at + length, message))
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Takes bytes over as they are.
    fn keep(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        self.masked.extend_from_slice(self.text.get(self.at..end).unwrap_or_default());
        self.at = end;
    }

    /// Replaces bytes by spaces.
    fn blank(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        self.masked.resize(self.masked.len() + (end - self.at), b' ');
        self.at = end;
    }

    fn push(&mut self, kind: Kind, length: usize) -> bool {
        let at = self.at;
        if self.open.len() >= MAX_OPEN {
            self.fault(at..at + length, crate::words::TOO_DEEP);
            return false;
        }
        if matches!(kind, Kind::Quote | Kind::Heredoc { .. }) {
            self.special = self.templates > 0 || matches!(kind, Kind::Heredoc { .. });
            self.templates += 1;
        }
        self.open.push(Open { kind, at });
        self.keep(length);
        true
    }

    fn pop(&mut self) {
        let Some(open) = self.open.pop() else { return };
        match open.kind {
            Kind::Quote => self.mask(open.at, false),
            Kind::Heredoc { .. } => self.mask(open.at, true),
            Kind::Object(pairs) => self.compared(pairs, open.at),
            Kind::Body => self.in_value = false,
            Kind::Paren | Kind::Bracket | Kind::For | Kind::Inside => {}
        }
    }

    fn compared(&mut self, pairs: u64, at: usize) {
        let comparisons = pairs.saturating_mul(pairs) / 2;
        self.comparisons = self.comparisons.saturating_add(comparisons);
        if self.comparisons > MAX_COMPARISONS {
            self.fault(at..at + 1, crate::words::TOO_MANY_KEYS);
        }
    }

    fn fault(&mut self, at: Range<usize>, message: impl Into<String>) {
        if self.fault.is_none() {
            self.fault = Some(Fault { at, message: message.into() });
        }
    }
}

/// The first byte that belongs to a statement: behind blank lines and comments.
pub(crate) fn skip_blank(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = match rest {
            [b' ' | b'\t' | b'\r' | b'\n', ..] => 1,
            [0xEF, 0xBB, 0xBF, ..] if at == 0 => 3,
            [b'#', ..] | [b'/', b'/', ..] => text::line_length(rest),
            [b'/', b'*', ..] => match text::find(rest, b"*/") {
                Some(end) => end + 2,
                None => return at,
            },
            _ => return at,
        };
        at += length;
    }
}
