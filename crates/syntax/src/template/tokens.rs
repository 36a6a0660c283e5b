//! A template as a flat row of tokens.

use std::ops::Range;

use super::{Style, Token, TokenKind, escape};
use crate::lower::Lowering;
use crate::scan::Base;
use crate::{Ident, SyntaxError};

/// The tokens so far.
struct Row {
    tokens: Vec<Token>,
    /// The text since the last token.
    text: String,
    start: usize,
    /// Whether `~` at the end of the last token eats the blanks that follow.
    trim: bool,
}

impl Row {
    /// Makes a token of the text so far.
    fn flush(&mut self, end: usize) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            let text = if self.trim { text.trim_start().to_owned() } else { text };
            self.trim = false;
            self.tokens.push(Token { kind: TokenKind::Literal(text), range: self.start..end });
        }
        self.start = end;
    }

    /// What `~` at the start of a sequence does to the text before it.
    fn trim_last(&mut self) {
        if let Some(Token { kind: TokenKind::Literal(text), .. }) = self.tokens.last_mut() {
            text.truncate(text.trim_end().len());
        }
    }
}

/// What stands between `${` or `%{` and its brace.
struct Sequence {
    masked: String,
    start: usize,
    /// The whole of it, with its marks.
    range: Range<usize>,
}

impl Lowering<'_> {
    pub(super) fn tokens(
        &mut self,
        range: Range<usize>,
        style: Style,
    ) -> Result<Vec<Token>, SyntaxError> {
        let text = self.source.text;
        let mut row =
            Row { tokens: Vec::new(), text: String::new(), start: range.start, trim: false };
        let mut at = range.start;
        while at < range.end {
            let rest = self.source.slice(&(at..range.end));
            at = match rest.as_bytes() {
                [b'$' | b'%', b'{', ..] => self.sequence(&mut row, at, range.end)?,
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => {
                    row.text.push_str(rest.get(1..3).unwrap_or_default());
                    at + 3
                }
                [b'\\', ..] if style == Style::Quoted => {
                    let (c, length) = escape::escape(&self.source, at)?;
                    row.text.push(c);
                    at + length
                }
                // HCL's scanner takes the mark and what follows it as one, and then no longer sees
                // the line break as the end of the same piece.
                [b'$' | b'%', next, b'\n', ..] | [b'$' | b'%', next, b'\r', b'\n', ..]
                    if style == Style::Lines && next.is_ascii() && *next != b'\n' =>
                {
                    row.text.push_str(rest.get(..2).unwrap_or_default());
                    row.flush(at + 2);
                    at + 2
                }
                [b'\n', ..] if style == Style::Lines => {
                    row.text.push('\n');
                    row.flush(at + 1);
                    at + 1
                }
                [] => break,
                _ => {
                    let length = plain_length(rest, style);
                    row.text.push_str(text.get(at..at + length).unwrap_or_default());
                    at + length
                }
            };
        }
        row.flush(range.end);
        Ok(row.tokens)
    }

    /// `${…}` or `%{…}`; gives the byte behind it.
    fn sequence(&mut self, row: &mut Row, at: usize, end: usize) -> Result<usize, SyntaxError> {
        row.flush(at);
        row.trim = false;
        let bytes = self.source.text.as_bytes();
        let trims = bytes.get(at + 2) == Some(&b'~');
        if trims {
            row.trim_last();
        }
        let start = at + 2 + usize::from(trims);
        let scanned = self.scan(start, Base::Embedded)?;
        if scanned.end >= end {
            let message = "this template sequence is never closed; write it with a doubled mark \
                           if it is meant as text";
            return Err(self.source.error(&(at..at + 2), message));
        }
        let mut masked = scanned.masked;
        if masked.ends_with('~') {
            masked.truncate(masked.len() - 1);
            row.trim = true;
        }
        let range = at..scanned.end + 1;
        let sequence = Sequence { masked, start, range: range.clone() };
        let kind = self.deeper_template(&range, |lowering| {
            if bytes.get(at) == Some(&b'$') {
                let expr = lowering.masked(&sequence.masked, sequence.start)?;
                Ok(TokenKind::Interpolation(expr))
            } else {
                lowering.directive(&sequence)
            }
        })?;
        row.start = range.end;
        let end = range.end;
        row.tokens.push(Token { kind, range });
        Ok(end)
    }

    fn directive(&mut self, sequence: &Sequence) -> Result<TokenKind, SyntaxError> {
        let mut cursor = Cursor { masked: &sequence.masked, at: 0 };
        let keyword = cursor.word();
        let start = sequence.start + cursor.at;
        let kind = match keyword {
            "if" => return Ok(TokenKind::If(self.masked(cursor.rest(), start)?)),
            "for" => return self.for_directive(sequence, &mut cursor),
            "else" => TokenKind::Else,
            "endif" => TokenKind::EndIf,
            "endfor" => TokenKind::EndFor,
            _ => {
                let message = "a directive starts with `if`, `else`, `endif`, `for` or `endfor`; \
                               write `%%{` if it is meant as text";
                return Err(self.source.error(&sequence.range, message));
            }
        };
        if !cursor.rest().trim().is_empty() {
            let message = format!("nothing may stand behind `{keyword}`");
            return Err(self.source.error(&sequence.range, message));
        }
        Ok(kind)
    }

    fn for_directive(
        &mut self,
        sequence: &Sequence,
        cursor: &mut Cursor<'_>,
    ) -> Result<TokenKind, SyntaxError> {
        let first = self.name(sequence, cursor)?;
        let (key_name, value_name) = if cursor.eat(',') {
            (Some(first), self.name(sequence, cursor)?)
        } else {
            (None, first)
        };
        if cursor.word() != "in" {
            return Err(self.source.error(&sequence.range, "an `in` is missing behind the name"));
        }
        let collection = self.masked(cursor.rest(), sequence.start + cursor.at)?;
        Ok(TokenKind::For { key_name, value_name, collection })
    }

    fn name(&self, sequence: &Sequence, cursor: &mut Cursor<'_>) -> Result<Ident, SyntaxError> {
        let name = cursor.word();
        let end = sequence.start + cursor.at;
        let range = end - name.len()..end;
        if name.is_empty() {
            return Err(self.source.error(&sequence.range, "a name is missing behind `for`"));
        }
        Ok(Ident { text: name.into(), at: self.source.at(&range) })
    }
}

/// How many bytes follow that mean nothing but themselves; at least one character.
fn plain_length(rest: &str, style: Style) -> usize {
    let ends = |c: char| match style {
        Style::Quoted => matches!(c, '$' | '%' | '\\'),
        Style::Lines => matches!(c, '$' | '%' | '\n'),
    };
    let first = rest.chars().next().map_or(1, char::len_utf8);
    rest.get(first..).and_then(|rest| rest.find(ends)).map_or(rest.len(), |at| at + first)
}

/// A walk over the words of a directive.
struct Cursor<'m> {
    masked: &'m str,
    at: usize,
}

impl<'m> Cursor<'m> {
    fn rest(&self) -> &'m str {
        self.masked.get(self.at..).unwrap_or_default()
    }

    fn skip_blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// The name that follows; empty if none does.
    fn word(&mut self) -> &'m str {
        self.skip_blank();
        let rest = self.rest();
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let length = match rest.chars().next() {
            Some(first) if first.is_alphabetic() || first == '_' => {
                rest.find(|c| !is_part(c)).unwrap_or(rest.len())
            }
            _ => 0,
        };
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn eat(&mut self, mark: char) -> bool {
        self.skip_blank();
        let found = self.rest().starts_with(mark);
        self.at += if found { mark.len_utf8() } else { 0 };
        found
    }
}
