//! Escapes of quoted strings.

use std::ops::Range;
use std::sync::Arc;

use crate::SyntaxError;
use crate::source::Source;

/// The character behind a backslash at this byte, and how many bytes the escape takes.
pub(super) fn escape(source: &Source<'_>, at: usize) -> Result<(char, usize), SyntaxError> {
    let rest = source.text.get(at..).unwrap_or_default();
    let selector = rest.chars().nth(1);
    let simple = match selector {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('"') => '"',
        Some('\\') => '\\',
        Some('u') => return unicode(source, at, rest, 4),
        Some('U') => return unicode(source, at, rest, 8),
        Some(other) => {
            let range = at..at + 1 + other.len_utf8();
            let message = format!("`\\{other}` is no escape; write `\\\\` for a backslash");
            return Err(source.error(&range, message));
        }
        None => return Err(source.error(&(at..at + 1), "an escape is missing behind this")),
    };
    Ok((simple, 2))
}

fn unicode(
    source: &Source<'_>,
    at: usize,
    rest: &str,
    digits: usize,
) -> Result<(char, usize), SyntaxError> {
    let length = digits + 2;
    let hex = rest.get(2..length).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    let code = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()).ok_or_else(|| {
        let message = format!("{digits} hexadecimal digits are needed here");
        source.error(&(at..at + 2), message)
    })?;
    Ok((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), length))
}

/// Text that may hold escapes, but nothing to evaluate.
pub(super) fn plain(source: &Source<'_>, range: Range<usize>) -> Result<Arc<str>, SyntaxError> {
    let text = source.slice(&range);
    if !text.contains(['\\', '$', '%']) {
        return Ok(text.into());
    }
    let mut plain = String::with_capacity(text.len());
    let mut at = range.start;
    while at < range.end {
        let rest = source.slice(&(at..range.end));
        let Some(next) = rest.chars().next() else { break };
        if rest.starts_with("${") || rest.starts_with("%{") {
            let message = "a template sequence cannot stand here; the text must be plain";
            return Err(source.error(&(at..at + 2), message));
        }
        if next == '\\' {
            let (c, length) = escape(source, at)?;
            plain.push(c);
            at += length;
        } else if rest.starts_with("$${") || rest.starts_with("%%{") {
            plain.push(next);
            plain.push('{');
            at += 3;
        } else {
            plain.push(next);
            at += next.len_utf8();
        }
    }
    Ok(plain.into())
}
