//! The parser itself, over masked text, and the retries that objects with repeated keys need.

use std::ops::Range;

use hcl_edit::expr::Expression;
use hcl_edit::parser::{Error, parse_body, parse_expr};
use hcl_edit::structure;

use crate::budget::Budget;
use crate::words;

/// How often the same key is changed before it is given up.
const MAX_RENAMES: usize = 64;

/// What is wrong at which byte of the masked text.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
}

/// Reads a body.
pub(crate) fn body(masked: String, budget: &mut Budget) -> Result<structure::Body, Refusal> {
    retry(masked, budget, parse_body)
}

/// Reads an expression without blanks around it.
pub(crate) fn expression(masked: String, budget: &mut Budget) -> Result<Expression, Refusal> {
    retry(masked, budget, parse_expr)
}

fn retry<T>(
    mut masked: String,
    budget: &mut Budget,
    parse: impl Fn(&str) -> Result<T, Error>,
) -> Result<T, Refusal> {
    let (mut last, mut renames) = (usize::MAX, 0);
    loop {
        let error = match parse(&masked) {
            Ok(tree) => return Ok(tree),
            Err(error) => error,
        };
        let at = error.location().offset();
        if !words::is_repeated_key(error.message()) {
            let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
            let skipped = masked.as_bytes().iter().skip(at).take_while(blank).count();
            return Err(refusal(at + skipped, &words::plain(error.message())));
        }
        renames = if at == last { renames + 1 } else { 0 };
        last = at;
        masked = (renames < MAX_RENAMES && budget.repeat(masked.len()))
            .then(|| rename(masked, at))
            .flatten()
            .ok_or_else(|| {
                refusal(at, "this key is repeated more than 64 times: more than the analysis takes")
            })?;
    }
}

fn refusal(at: usize, message: &str) -> Refusal {
    Refusal { at: at..at + 1, message: message.into() }
}

/// Changes the key at this byte, so that it differs from those before it: HCL takes the last of
/// equal keys, the parser takes none. What a key says is read from the source, never from here.
fn rename(masked: String, at: usize) -> Option<String> {
    let mut bytes = masked.into_bytes();
    let key = bytes.get_mut(at..)?;
    let quoted = key.first()? == &b'"';
    let is_part = |byte: &u8| if quoted { *byte != b'"' } else { byte.is_ascii_alphanumeric() };
    let start = if quoted { 1 } else { key.iter().position(is_part)? };
    let part = key.get_mut(start..)?;
    let length = part.iter().take_while(|byte| is_part(byte)).count();
    let ascii = part.get_mut(..length)?.iter_mut().rev().filter(|byte| byte.is_ascii());
    let mut changed = false;
    // Counts up as an odometer does.
    for byte in ascii {
        let before = *byte;
        *byte = successor(before);
        changed = true;
        if !matches!(before, b'9' | b'Z') {
            break;
        }
    }
    changed.then(|| String::from_utf8(bytes).ok()).flatten()
}

fn successor(byte: u8) -> u8 {
    match byte {
        b'9' => b'0',
        b'z' => b'A',
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        // Behind `Z` it starts again, as it does for marks and blanks.
        _ => b'a',
    }
}
