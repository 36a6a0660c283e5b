//! A reader of JSON that knows where everything stands and keeps repeated keys.

use std::ops::Range;

use super::string::{self, Text};
use crate::source::Source;
use crate::{SyntaxError, words};

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 64;

/// A value with its place.
#[derive(Debug)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Its bytes in the text.
    pub range: Range<usize>,
}

/// What a value is.
#[derive(Debug)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as written, with its sign.
    Number,
    /// A string.
    String(Text),
    /// An array.
    Array(Vec<Value>),
    /// An object; a name may stand in it more than once.
    Object(Vec<Member>),
}

/// `"name": value`
#[derive(Debug)]
pub struct Member {
    /// The name.
    pub name: Text,
    /// Where the name stands, with its quotes.
    pub at: Range<usize>,
    /// The value.
    pub value: Value,
}

/// Reads a whole text as one value.
pub(super) fn read(source: &Source<'_>) -> Result<Value, SyntaxError> {
    let mut reader = Reader { source, at: 0, depth: 0 };
    if source.text.starts_with('\u{feff}') {
        reader.at = '\u{feff}'.len_utf8();
    }
    let value = reader.value()?;
    reader.skip_blank();
    match reader.peek() {
        None => Ok(value),
        Some(_) => Err(reader.error("nothing may follow the end of the JSON value")),
    }
}

struct Reader<'s, 't> {
    source: &'s Source<'t>,
    at: usize,
    depth: usize,
}

impl Reader<'_, '_> {
    fn value(&mut self) -> Result<Value, SyntaxError> {
        self.skip_blank();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.keyword()?,
            Some(_) => {
                return Err(self.error(
                    "a value starts with a brace, a bracket, a quote or a digit, or is `true`, \
                     `false` or `null`",
                ));
            }
            None => return Err(self.error("the text ends where a value is needed")),
        };
        Ok(Value { kind, range: start..self.at })
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Kind, SyntaxError>,
    ) -> Result<Kind, SyntaxError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error(words::TOO_DEEP));
        }
        self.depth += 1;
        let kind = read(self);
        self.depth -= 1;
        kind
    }

    fn object(&mut self) -> Result<Kind, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut members = Vec::new();
        while !self.closes(open, b'}', members.is_empty())? {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.error("the name of a property must stand in quotes"));
            }
            let name = self.string()?;
            let at = start..self.at;
            self.skip_blank();
            if self.peek() != Some(b':') {
                return Err(self.error("a colon must stand between a name and its value"));
            }
            self.at += 1;
            let value = self.value()?;
            members.push(Member { name, at, value });
        }
        Ok(Kind::Object(members))
    }

    fn array(&mut self) -> Result<Kind, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        while !self.closes(open, b']', items.is_empty())? {
            items.push(self.value()?);
        }
        Ok(Kind::Array(items))
    }

    /// Eats what stands between two entries, or the bracket behind the last one, which gives true.
    fn closes(&mut self, open: usize, bracket: u8, first: bool) -> Result<bool, SyntaxError> {
        self.skip_blank();
        match self.peek() {
            Some(byte) if byte == bracket => {
                self.at += 1;
                return Ok(true);
            }
            None => {
                let message = "this is never closed";
                return Err(self.source.error(&(open..open + 1), message));
            }
            Some(_) if first => return Ok(false),
            Some(b',') => self.at += 1,
            Some(_) => return Err(self.error("a comma is missing here")),
        }
        self.skip_blank();
        if self.peek() == Some(bracket) {
            return Err(self.error("JSON allows no comma behind the last entry"));
        }
        Ok(false)
    }

    fn string(&mut self) -> Result<Text, SyntaxError> {
        let (text, end) = string::read(self.source, self.at)?;
        self.at = end;
        Ok(text)
    }

    fn keyword(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        self.at += self.count(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let range = start..self.at;
        match self.source.slice(&range) {
            "null" => Ok(Kind::Null),
            "true" => Ok(Kind::Bool(true)),
            "false" => Ok(Kind::Bool(false)),
            _ => {
                // What it is may be a secret that lacks its quotes.
                let message = "this is no value of JSON: text stands in quotes";
                Err(self.source.error(&range, message))
            }
        }
    }

    fn number(&mut self) -> Result<Kind, SyntaxError> {
        let start = self.at;
        self.eat(b"-");
        let whole = self.digits();
        let leading_zero =
            whole > 1 && self.source.text.as_bytes().get(self.at - whole) == Some(&b'0');
        let fraction = !self.eat(b".") || self.digits() > 0;
        let exponent = !self.eat(b"eE") || {
            self.eat(b"+-");
            self.digits() > 0
        };
        if whole > 0 && !leading_zero && fraction && exponent {
            return Ok(Kind::Number);
        }
        Err(self.source.error(&(start..self.at), "this is no number of JSON"))
    }

    fn digits(&mut self) -> usize {
        let count = self.count(|byte| byte.is_ascii_digit());
        self.at += count;
        count
    }

    fn eat(&mut self, any: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| any.contains(&byte));
        self.at += usize::from(found);
        found
    }

    fn count(&self, is_part: impl Fn(u8) -> bool) -> usize {
        let rest = self.source.text.as_bytes().get(self.at..).unwrap_or_default();
        rest.iter().take_while(|byte| is_part(**byte)).count()
    }

    fn skip_blank(&mut self) {
        self.at += self.count(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    }

    fn peek(&self) -> Option<u8> {
        self.source.text.as_bytes().get(self.at).copied()
    }

    fn error(&self, message: &str) -> SyntaxError {
        let length = usize::from(self.at < self.source.text.len());
        self.source.error(&(self.at..self.at + length), message)
    }
}
