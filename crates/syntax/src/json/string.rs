//! Strings of JSON.

use crate::SyntaxError;
use crate::source::Source;

/// A string without its quotes and escapes.
#[derive(Debug)]
pub struct Text {
    /// What it says.
    pub value: String,
    /// Whether it held escapes, so that its bytes are not those of the file.
    pub escaped: bool,
}

/// Reads the string that starts at this byte; gives the byte behind it, too.
pub(super) fn read(source: &Source<'_>, open: usize) -> Result<(Text, usize), SyntaxError> {
    let mut text = Text { value: String::new(), escaped: false };
    let mut at = open + 1;
    loop {
        let rest = source.text.get(at..).unwrap_or_default();
        let ends = |c: char| c == '"' || c == '\\' || c < ' ';
        let length = rest.find(ends).unwrap_or(rest.len());
        text.value.push_str(rest.get(..length).unwrap_or_default());
        at += length;
        match source.text.as_bytes().get(at) {
            Some(b'"') => return Ok((text, at + 1)),
            Some(b'\\') => {
                text.escaped = true;
                let (c, length) = escape(source, at)?;
                text.value.push(c);
                at += length;
            }
            Some(b'\n' | b'\r') | None => {
                return Err(source.error(&(open..at), "this string is never closed"));
            }
            Some(_) => {
                let message = "control characters must be written as escapes";
                return Err(source.error(&(at..at + 1), message));
            }
        }
    }
}

fn escape(source: &Source<'_>, at: usize) -> Result<(char, usize), SyntaxError> {
    let c = match source.text.as_bytes().get(at + 1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(source, at),
        Some(_) | None => {
            return Err(source.error(&(at..at + 1), "this starts no escape of JSON"));
        }
    };
    Ok((c, 2))
}

/// `\uXXXX`, or two of them that make one character; half a pair becomes the replacement character.
fn unicode(source: &Source<'_>, at: usize) -> Result<(char, usize), SyntaxError> {
    let high = unit(source, at)
        .ok_or_else(|| source.error(&(at..at + 2), "four hexadecimal digits are needed here"))?;
    if let Some(c) = char::from_u32(high) {
        return Ok((c, 6));
    }
    let low = unit(source, at + 6).filter(|low| (0xDC00..0xE000).contains(low));
    match low {
        Some(low) if high < 0xDC00 => {
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            Ok((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12))
        }
        _ => Ok((char::REPLACEMENT_CHARACTER, 6)),
    }
}

fn unit(source: &Source<'_>, at: usize) -> Option<u32> {
    let hex = source.text.get(at..at + 6)?.strip_prefix("\\u")?;
    let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| u32::from_str_radix(hex, 16).ok()).flatten()
}
