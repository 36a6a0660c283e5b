//! Scanning outside of templates: comments, brackets, line breaks.

use std::ops::Range;

use super::text::{find, is_word, line_length, word_length};
use super::{Base, Kind, Scanner};

/// Numbers up to this length are given to the parser as they are.
const MAX_PLAIN_NUMBER: usize = 15;

impl Scanner<'_> {
    /// One step outside of templates; `false` at the end of what is scanned.
    pub(super) fn code(&mut self, byte: u8) -> bool {
        match byte {
            b'\n' if self.open.is_empty() && self.base == Base::Statement => return false,
            b'}' if self.open.is_empty() && self.base == Base::Embedded => return false,
            b'\n' => self.line_break(),
            b'\r' if self.peek(1) == Some(b'\n') => self.blank(1),
            b'#' => self.blank(line_length(self.rest())),
            b'/' => return self.slash(),
            b'"' => return self.push(Kind::Quote, 1),
            b'<' => return self.less(),
            b'(' => return self.push(Kind::Paren, 1),
            b'[' => return self.push(Kind::Bracket, 1),
            b'{' => return self.brace(),
            b')' | b']' | b'}' => self.close(byte),
            b'=' | b':' | b'?' | b'>' | b'!' => self.sign(byte),
            b'0'..=b'9' => self.number(),
            _ => {
                let word = word_length(self.rest());
                self.keep(word.max(1));
            }
        }
        true
    }

    fn lines_matter(&self) -> bool {
        match self.open.last().map(|open| &open.kind) {
            Some(Kind::Body | Kind::Object(_)) => true,
            Some(
                Kind::Paren
                | Kind::Bracket
                | Kind::For
                | Kind::Inside
                | Kind::Quote
                | Kind::Heredoc { .. },
            ) => false,
            None => matches!(self.base, Base::Statement | Base::Line),
        }
    }

    fn line_break(&mut self) {
        if matches!(self.open.last().map(|open| &open.kind), Some(Kind::Body)) {
            self.in_value = false;
        }
        if self.lines_matter() { self.keep(1) } else { self.blank(1) }
    }

    fn slash(&mut self) -> bool {
        match self.peek(1) {
            Some(b'/') => self.blank(line_length(self.rest())),
            Some(b'*') => {
                let Some(length) = find(self.rest(), b"*/") else {
                    self.fault(self.at..self.at + 2, "this comment is never closed");
                    self.blank(self.text.len());
                    return false;
                };
                self.blank(length + 2);
            }
            _ => self.keep(1),
        }
        true
    }

    fn less(&mut self) -> bool {
        if let Some((name, length)) = self.heredoc_start() {
            return self.push(Kind::Heredoc { name, line_start: true }, length);
        }
        self.sign(b'<');
        true
    }

    /// `<<NAME` or `<<-NAME` and the end of its line.
    fn heredoc_start(&self) -> Option<(Range<usize>, usize)> {
        let rest = self.rest().strip_prefix(b"<<")?;
        let (dash, rest) = match rest.strip_prefix(b"-") {
            Some(rest) => (3, rest),
            None => (2, rest),
        };
        let name = word_length(rest);
        let end = match rest.get(name..)? {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return None,
        };
        let start = self.at + dash;
        (name > 0).then_some((start..start + name, dash + name + end))
    }

    fn brace(&mut self) -> bool {
        let in_body = match self.open.last().map(|open| &open.kind) {
            Some(Kind::Body) => !self.in_value,
            None => self.base == Base::Statement && !self.in_value,
            Some(
                Kind::Paren
                | Kind::Bracket
                | Kind::Object(_)
                | Kind::For
                | Kind::Inside
                | Kind::Quote
                | Kind::Heredoc { .. },
            ) => false,
        };
        let kind = if in_body {
            Kind::Body
        } else if self.for_follows() {
            Kind::For
        } else {
            Kind::Object(0)
        };
        self.push(kind, 1)
    }

    fn for_follows(&self) -> bool {
        let mut rest = self.rest().get(1..).unwrap_or_default();
        loop {
            rest = match rest {
                [b' ' | b'\t' | b'\r' | b'\n', more @ ..] => more,
                [b'#', ..] | [b'/', b'/', ..] => rest.get(line_length(rest)..).unwrap_or_default(),
                [b'/', b'*', ..] => match find(rest, b"*/") {
                    Some(end) => rest.get(end + 2..).unwrap_or_default(),
                    None => return false,
                },
                [b'f', b'o', b'r', more @ ..] => {
                    return !more.first().is_some_and(|next| is_word(*next));
                }
                _ => return false,
            };
        }
    }

    fn close(&mut self, byte: u8) {
        let closes = |kind: &Kind| match kind {
            Kind::Body | Kind::Object(_) | Kind::For | Kind::Inside => byte == b'}',
            Kind::Paren => byte == b')',
            Kind::Bracket => byte == b']',
            Kind::Quote | Kind::Heredoc { .. } => false,
        };
        if self.open.last().is_some_and(|open| !closes(&open.kind)) {
            let message = format!("this `{}` closes nothing that is open here", char::from(byte));
            self.fault(self.at..self.at + 1, message);
        }
        // Text is never closed by a bracket behind it, so the search ends at a template.
        let is_text = |kind: &Kind| matches!(kind, Kind::Quote | Kind::Heredoc { .. });
        let nearest = |open: &super::Open| is_text(&open.kind) || closes(&open.kind);
        let found = self.open.iter().rposition(nearest);
        let ends_here =
            |depth: &usize| self.open.get(*depth).is_some_and(|open| closes(&open.kind));
        let Some(depth) = found.filter(ends_here) else {
            return self.keep(1);
        };
        while self.open.len() > depth + 1 {
            self.pop();
        }
        self.keep(1);
        self.pop();
    }

    /// A number. The parser computes it, and refuses what a double cannot hold; its digits are read
    /// from the source, so long ones and exponents become zeros here.
    fn number(&mut self) {
        let rest = self.rest();
        let digits = |from: usize| {
            let rest = rest.get(from..).unwrap_or_default();
            rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let mut length = digits(0);
        if rest.get(length) == Some(&b'.') && digits(length + 1) > 0 {
            length += 1 + digits(length + 1);
        }
        let mut exponent = false;
        if matches!(rest.get(length), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(rest.get(length + 1), Some(b'+' | b'-')));
            let count = digits(length + 1 + sign);
            exponent = count > 0;
            length += if exponent { 1 + sign + count } else { 0 };
        }
        let start = self.masked.len();
        self.keep(length);
        if exponent || length > MAX_PLAIN_NUMBER {
            let number = self.masked.get_mut(start..).unwrap_or_default();
            number.iter_mut().filter(|byte| byte.is_ascii_digit()).for_each(|byte| *byte = b'0');
        }
    }

    /// `=`, `:` and what they may be part of, or may belong to.
    fn sign(&mut self, byte: u8) {
        let length = match (byte, self.peek(1)) {
            (b'=', Some(b'=' | b'>')) | (b'<' | b'>' | b'!', Some(b'=')) | (b':', Some(b':')) => 2,
            _ => 1,
        };
        let alone = length == 1;
        match self.open.last_mut().map(|open| &mut open.kind) {
            Some(Kind::Object(pairs)) if alone => match byte {
                b'=' | b':' => *pairs += 1,
                // Its `:` makes no entry.
                b'?' => *pairs = pairs.saturating_sub(1),
                _ => {}
            },
            Some(Kind::Body) | None if byte == b'=' => self.in_value = true,
            _ => {}
        }
        self.keep(length);
    }
}
