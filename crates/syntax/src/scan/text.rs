//! Scanning inside of quoted strings and heredocs.

use std::ops::Range;

use super::{Kind, Scanner};

impl Scanner<'_> {
    /// One step inside of a quoted string.
    pub(super) fn quote(&mut self, byte: u8) -> bool {
        match byte {
            b'"' => {
                self.keep(1);
                self.pop();
            }
            b'\\' => {
                self.special = true;
                let alone = matches!(self.peek(1), Some(b'\n' | b'\r') | None);
                self.keep(if alone { 1 } else { 2 });
            }
            b'\n' => {
                let start = self.open.last().map_or(self.at, |open| open.at);
                self.fault(
                    start..self.at,
                    "this string is not closed on its line; longer text goes into a heredoc, or \
                     takes `\\n` for a line break",
                );
                self.pop();
            }
            b'$' | b'%' => return self.marker(byte),
            _ => {
                let ends = |byte: &&u8| !matches!(byte, b'"' | b'\\' | b'\n' | b'$' | b'%');
                let plain = self.rest().iter().take_while(ends).count();
                self.keep(plain.max(1));
            }
        }
        true
    }

    /// One step inside of a heredoc.
    pub(super) fn heredoc(&mut self, byte: u8, name: &Range<usize>, line_start: bool) -> bool {
        if line_start && self.ends_heredoc(name) {
            return true;
        }
        self.line_start(byte == b'\n');
        match byte {
            b'\n' => self.keep(1),
            b'$' | b'%' => return self.marker(byte),
            _ => {
                let ends = |byte: &&u8| !matches!(byte, b'\n' | b'$' | b'%');
                let plain = self.rest().iter().take_while(ends).count();
                self.keep(plain.max(1));
            }
        }
        true
    }

    fn line_start(&mut self, now: bool) {
        if let Some(Kind::Heredoc { line_start, .. }) =
            self.open.last_mut().map(|open| &mut open.kind)
        {
            *line_start = now;
        }
    }

    /// Closes the heredoc if this line holds nothing but its name.
    fn ends_heredoc(&mut self, name: &Range<usize>) -> bool {
        let rest = self.rest();
        let line = rest.get(..line_length(rest)).unwrap_or_default();
        let name = self.text.get(name.clone()).unwrap_or_default();
        let trimmed = std::str::from_utf8(line).unwrap_or_default().trim();
        if trimmed.as_bytes() != name {
            return false;
        }
        let length = line.strip_suffix(b"\r").unwrap_or(line).len();
        self.keep(length);
        self.pop();
        true
    }

    /// `$` or `%`: the start of a sequence, an escaped start, or nothing.
    fn marker(&mut self, byte: u8) -> bool {
        match (self.peek(1), self.peek(2)) {
            (Some(b'{'), _) => {
                self.special = true;
                return self.push(Kind::Inside, 2);
            }
            (Some(second), Some(b'{')) if second == byte => {
                self.special = true;
                self.keep(3);
            }
            _ => self.keep(1),
        }
        true
    }

    /// Makes a plain string of the template that ends here, if it is in no other.
    pub(super) fn mask(&mut self, start: usize, heredoc: bool) {
        self.templates = self.templates.saturating_sub(1);
        if self.templates > 0 || !self.special {
            return;
        }
        let Some(template) = self.masked.get_mut(start - self.start..) else { return };
        let last = template.len().saturating_sub(1);
        for (index, byte) in template.iter_mut().enumerate() {
            if index == 0 || index == last {
                *byte = b'"';
            } else if heredoc || matches!(*byte, b'"' | b'\\' | b'$' | b'%' | b'\n' | b'\r') {
                *byte = b'_';
            }
        }
    }
}

/// How many bytes stand before the line break.
pub(super) fn line_length(rest: &[u8]) -> usize {
    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
}

/// Where these bytes start, behind the first two.
pub(super) fn find(rest: &[u8], what: &[u8]) -> Option<usize> {
    let behind = rest.get(2..)?;
    behind.windows(what.len()).position(|window| window == what).map(|at| at + 2)
}

/// Whether a byte may stand in a name; those outside of ASCII all may, as far as the scan goes.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii()
}

/// How many bytes a name takes.
pub(super) fn word_length(rest: &[u8]) -> usize {
    match rest.first() {
        Some(first) if !first.is_ascii_digit() && *first != b'-' => {
            rest.iter().take_while(|byte| is_word(**byte)).count()
        }
        _ => 0,
    }
}
