//! JSON text to values, whose types follow from the text.

use crate::convert::convert;
use crate::{Kind, Number, Object, Type, Value, normal_form};

/// Deeper text is refused.
const DEEPEST: usize = 200;

/// The value that `jsondecode` gives: numbers exact, arrays as tuples, objects as objects.
pub fn decode(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.blanks();
    // Go's decoder does not look behind a closing bracket.
    match reader.peek() {
        None | Some(b']' | b'}') => Ok(value),
        Some(_) => Err("extraneous data after JSON object".into()),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// What was found instead of what was expected.
    fn unexpected(&self, place: &str) -> String {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(c) => format!("invalid character {c:?} {place}"),
            None => "unexpected end of JSON input".into(),
        }
    }

    fn value(&mut self) -> Result<Value, String> {
        self.blanks();
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Value::string(&self.string()?)),
            Some(b't') => self.word("true", Value::from(true)),
            Some(b'f') => self.word("false", Value::from(false)),
            Some(b'n') => self.word("null", Value::NULL),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.unexpected("looking for beginning of value")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, String>) -> Result<Value, String> {
        if self.depth == DEEPEST {
            return Err(format!("the JSON text is nested deeper than {DEEPEST} levels"));
        }
        self.at += 1;
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, String> {
        for byte in word.bytes() {
            if !self.take(byte) {
                return Err(self.unexpected(&format!("in literal {word}")));
            }
        }
        Ok(value)
    }

    fn digits(&mut self) -> Result<(), String> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected("in numeric literal"));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, String> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            if !self.take(b'+') {
                self.take(b'-');
            }
            self.digits()?;
        }
        let number = self.text.get(start..self.at).and_then(Number::parse);
        Ok(number.ok_or("a number is required")?.into())
    }

    fn array(&mut self) -> Result<Value, String> {
        let mut items = Vec::new();
        self.blanks();
        if self.take(b']') {
            return Ok(Value::tuple(items));
        }
        loop {
            items.push(self.value()?);
            self.blanks();
            if self.take(b']') {
                return Ok(Value::tuple(items));
            }
            if !self.take(b',') {
                return Err(self.unexpected("after array element"));
            }
        }
    }

    fn object(&mut self) -> Result<Value, String> {
        let mut members = Object::new();
        self.blanks();
        if self.take(b'}') {
            return Ok(Value::object(members));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let name = normal_form(&self.string()?);
            self.blanks();
            if !self.take(b':') {
                return Err(self.unexpected("after object key"));
            }
            let value = self.value()?;
            if let Some(earlier) = members.get(&name) {
                again(earlier, &value.ty())?;
            }
            members.insert(name, value);
            self.blanks();
            if self.take(b'}') {
                return Ok(Value::object(members));
            }
            if !self.take(b',') {
                return Err(self.unexpected("after object key:value pair"));
            }
        }
    }

    fn string(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            if self.take(b'"') {
                return Ok(out);
            }
            if !self.take(b'\\') {
                return Err(self.unexpected("in string literal"));
            }
            out.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Result<char, String> {
        let c = match self.peek() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        Ok(c)
    }

    /// `uXXXX`, or a pair of them; half a pair becomes the replacement character.
    fn unicode(&mut self) -> Result<char, String> {
        self.at += 1;
        let first = self.hexadecimal()?;
        let low = || {
            let after = self.text.get(self.at..)?.strip_prefix("\\u")?.get(..4)?;
            let low = u32::from_str_radix(after, 16).ok()?;
            (0xdc00..0xe000).contains(&low).then_some(low)
        };
        if (0xd800..0xdc00).contains(&first)
            && let Some(low) = low()
        {
            self.at += 6;
            let code = 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hexadecimal(&mut self) -> Result<u32, String> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|it| char::from(it).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.unexpected("in \\u hexadecimal character escape"));
            };
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }
}

/// Of equal keys the last counts, but Terraform still reads the earlier ones as of its type.
fn again(earlier: &Value, to: &Type) -> Result<(), String> {
    let required = || format!("{} required", to.friendly());
    match (&earlier.kind, to) {
        (Kind::String(_), Type::Bool | Type::Number) | (Kind::Bool(_), Type::String) => {
            convert(earlier, to).map(|_| ())
        }
        (Kind::Null(_), _)
        | (Kind::Number(_) | Kind::String(_), Type::String)
        | (Kind::Number(_), Type::Number)
        | (Kind::Bool(_), Type::Bool) => Ok(()),
        (Kind::Object(members), Type::Object(types)) => {
            members.iter().try_for_each(|(name, it)| match types.get(name) {
                Some(ty) => again(it, ty),
                None => Err(format!("unsupported attribute {name:?}")),
            })
        }
        (Kind::Tuple(items), Type::Tuple(types)) if items.len() == types.len() => {
            items.iter().zip(types.iter()).try_for_each(|(it, ty)| again(it, ty))
        }
        _ => Err(required()),
    }
}
