//! The scalars of YAML: behind `|` or `>`, quoted, and plain.

use super::scanner::Scanner;
use super::token::{END, Style, Token, is_blank, is_blank_or_end, is_break, is_break_or_end};

/// Line breaks and blanks between two words, that become one space, fewer breaks or stay.
#[derive(Default)]
struct Gap {
    blanks: String,
    /// The first line break; blanks after it do not count.
    first: Option<char>,
    breaks: String,
}

impl Gap {
    /// Takes the blanks and line breaks that are next.
    fn read(&mut self, scanner: &mut Scanner<'_>, tab_limit: usize) -> Result<(), String> {
        loop {
            let c = scanner.here();
            if is_blank(c) {
                if self.first.is_none() {
                    self.blanks.push(c);
                } else if c == '\t' && scanner.column < tab_limit {
                    return Err(scanner.wrong("a tab cannot be indentation"));
                }
                scanner.next();
            } else if let Some(c) = scanner.line_break() {
                if self.first.is_none() {
                    self.blanks.clear();
                    self.first = Some(c);
                } else {
                    self.breaks.push(c);
                }
            } else {
                return Ok(());
            }
        }
    }

    /// Writes what the gap stands for.
    fn write(self, out: &mut String) {
        match self.first {
            None => out.push_str(&self.blanks),
            Some('\n') if self.breaks.is_empty() => out.push(' '),
            Some('\n') => out.push_str(&self.breaks),
            Some(other) => {
                out.push(other);
                out.push_str(&self.breaks);
            }
        }
    }
}

/// What happens to the line breaks at the end of a block.
#[derive(Clone, Copy, PartialEq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    /// A text behind `|` or `>`.
    pub(super) fn block_scalar(&mut self) -> Result<Token, String> {
        let literal = self.next() == '|';
        let (chomping, increment) = self.block_header()?;
        let mut indent = increment.map(|it| self.indent.saturating_sub(1) + it);
        let mut out = String::new();
        // The line break before the current line, and the empty lines after it.
        let mut first: Option<char> = None;
        let mut breaks = String::new();
        self.block_breaks(&mut indent, &mut breaks)?;
        let mut after_blank = false;
        while indent == Some(self.column) && self.here() != END {
            let blank = is_blank(self.here());
            match first.take() {
                // Lines that start with blanks are not folded.
                Some('\n') if !literal && !after_blank && !blank => {
                    if breaks.is_empty() {
                        out.push(' ');
                    }
                }
                first => out.extend(first),
            }
            out.push_str(&breaks);
            breaks.clear();
            after_blank = blank;
            while !is_break_or_end(self.here()) {
                out.push(self.next());
            }
            first = self.line_break();
            self.block_breaks(&mut indent, &mut breaks)?;
        }
        if chomping != Chomping::Strip {
            out.extend(first);
        }
        if chomping == Chomping::Keep {
            out.push_str(&breaks);
        }
        Ok(Token::Scalar(out, Style::Block))
    }

    /// What stands behind `|` or `>`: how the text ends, and how far it is indented.
    fn block_header(&mut self) -> Result<(Chomping, Option<usize>), String> {
        let (mut chomping, mut increment) = (Chomping::Clip, None);
        for _ in 0..2 {
            match self.here() {
                c @ ('+' | '-') if chomping == Chomping::Clip => {
                    chomping = if c == '+' { Chomping::Keep } else { Chomping::Strip };
                    self.next();
                }
                '0' => return Err(self.wrong("an indentation of 0 is not allowed")),
                c if increment.is_none() && c.is_ascii_digit() => {
                    increment = c.to_digit(10).and_then(|it| usize::try_from(it).ok());
                    self.next();
                }
                _ => break,
            }
        }
        self.skip_blanks();
        self.skip_comment();
        if !is_break_or_end(self.here()) {
            return Err(self.wrong("a line break is expected"));
        }
        self.line_break();
        Ok((chomping, increment))
    }

    /// Takes indentation and empty lines; the first line that is not empty tells the indentation.
    fn block_breaks(
        &mut self,
        indent: &mut Option<usize>,
        breaks: &mut String,
    ) -> Result<(), String> {
        let mut furthest = 0;
        loop {
            let within = |column| indent.is_none_or(|indent| column < indent);
            while within(self.column) && self.here() == ' ' {
                self.next();
            }
            furthest = furthest.max(self.column);
            if within(self.column) && self.here() == '\t' {
                return Err(self.wrong("a tab cannot be indentation"));
            }
            match self.line_break() {
                Some(c) => breaks.push(c),
                None => break,
            }
        }
        if indent.is_none() {
            *indent = Some(furthest.max(self.indent).max(1));
        }
        Ok(())
    }

    /// A text in single or double quotes.
    pub(super) fn quoted_scalar(&mut self) -> Result<Token, String> {
        let quote = self.next();
        let mut out = String::new();
        loop {
            if self.at_document_indicator() {
                return Err(self.wrong("a document ends within a quoted text"));
            }
            if self.here() == END {
                return Err(self.wrong("a quoted text does not end"));
            }
            let mut escaped_break = false;
            while !is_blank_or_end(self.here()) {
                let (c, after) = (self.here(), self.at(1));
                if quote == '\'' && c == '\'' && after == '\'' {
                    out.push('\'');
                    self.skip(2);
                } else if c == quote {
                    break;
                } else if quote == '"' && c == '\\' && is_break(after) {
                    self.next();
                    self.line_break();
                    escaped_break = true;
                    break;
                } else if quote == '"' && c == '\\' {
                    out.push(self.escape()?);
                } else {
                    out.push(self.next());
                }
            }
            if self.here() == quote {
                self.next();
                return Ok(Token::Scalar(out, Style::Quoted));
            }
            self.quoted_gap(escaped_break, &mut out)?;
        }
    }

    /// The blanks and line breaks between two words within quotes.
    fn quoted_gap(&mut self, escaped_break: bool, out: &mut String) -> Result<(), String> {
        let mut gap = Gap::default();
        if !escaped_break {
            gap.read(self, 0)?;
            gap.write(out);
            return Ok(());
        }
        // Behind an escaped line break blanks do not count, and of line breaks all do.
        loop {
            if is_blank(self.here()) {
                self.next();
            } else if let Some(c) = self.line_break() {
                out.push(c);
            } else {
                return Ok(());
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Result<char, String> {
        self.next();
        let length = match self.next() {
            '0' => return Ok('\0'),
            'a' => return Ok('\u{7}'),
            'b' => return Ok('\u{8}'),
            't' | '\t' => return Ok('\t'),
            'n' => return Ok('\n'),
            'v' => return Ok('\u{b}'),
            'f' => return Ok('\u{c}'),
            'r' => return Ok('\r'),
            'e' => return Ok('\u{1b}'),
            c @ (' ' | '"' | '\'' | '\\') => return Ok(c),
            'N' => return Ok('\u{85}'),
            '_' => return Ok('\u{a0}'),
            'L' => return Ok('\u{2028}'),
            'P' => return Ok('\u{2029}'),
            'x' => 2,
            'u' => 4,
            'U' => 8,
            c => return Err(self.wrong(&format!("unknown escape \\{c}"))),
        };
        let mut code: u32 = 0;
        for _ in 0..length {
            let digit = self.here().to_digit(16);
            let digit = digit.ok_or_else(|| self.wrong("a hexadecimal digit is expected"))?;
            code = code.wrapping_mul(16).wrapping_add(digit);
            self.next();
        }
        char::from_u32(code).ok_or_else(|| self.wrong("the escape stands for no character"))
    }

    /// A text without quotes, and whether a line break ended it.
    pub(super) fn plain_scalar(&mut self) -> Result<(String, bool), String> {
        let mut out = String::new();
        let mut gap = Gap::default();
        loop {
            if self.at_document_indicator() || self.here() == '#' {
                break;
            }
            while !is_blank_or_end(self.here()) && !self.ends_plain() {
                std::mem::take(&mut gap).write(&mut out);
                out.push(self.next());
            }
            if !is_blank(self.here()) && !is_break(self.here()) {
                break;
            }
            gap.read(self, self.indent)?;
            if !self.in_flow() && self.column < self.indent {
                break;
            }
        }
        Ok((out, gap.first.is_some()))
    }

    /// Whether the character here ends a plain text.
    fn ends_plain(&self) -> bool {
        match self.here() {
            ':' => is_blank_or_end(self.at(1)),
            ',' | '?' | '[' | ']' | '{' | '}' => self.in_flow(),
            _ => false,
        }
    }
}
