//! The verbs of a format, one after the other.

use super::verb;
use crate::functions::take;
use crate::{CallError, Value};

/// One verb, `%[flags][width][.precision][[argument]]letter`.
pub(super) struct Verb<'f> {
    /// All of it.
    pub(super) raw: &'f str,
    /// Where in the format it stands, in bytes.
    pub(super) offset: usize,
    /// Which argument it prints, counted from 1.
    pub(super) argument: usize,
    /// The letter.
    pub(super) letter: char,
    /// The flags, in any order and number.
    flags: &'f str,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Verb<'_> {
    pub(super) fn flag(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    /// An error that names the verb.
    pub(super) fn unsupported(&self, why: &str) -> CallError {
        CallError::new(format!("unsupported value for {:?} at {}: {why}", self.raw, self.offset))
    }
}

/// The format with every verb replaced by what it prints.
pub(super) fn print(format: &str, values: &[&Value]) -> Result<String, CallError> {
    let mut printed = String::new();
    let mut rest = format;
    let mut next = 1;
    let mut highest = 0;
    while let Some((literal, behind)) = rest.split_once('%') {
        printed.push_str(literal);
        if let Some(behind) = behind.strip_prefix('%') {
            printed.push('%');
            rest = behind;
            continue;
        }
        let offset = format.len() - behind.len() - 1;
        let (verb, behind) = scan(format, offset, next)?;
        rest = behind;
        highest = highest.max(verb.argument);
        next = verb.argument.saturating_add(1);
        let Some(value) = verb.argument.checked_sub(1).and_then(|index| values.get(index)) else {
            return Err(CallError::new(format!(
                "not enough arguments for {:?} at {offset}: need index {} but have {} total",
                verb.raw,
                verb.argument,
                values.len()
            )));
        };
        printed.push_str(&verb::print(&verb, value)?);
        take::bounded(printed.len().checked_add(rest.len()))?;
    }
    printed.push_str(rest);
    if highest < values.len() {
        let message = match highest {
            0 => "too many arguments; no verbs in format string".to_owned(),
            _ => format!("too many arguments; only {highest} used by format string"),
        };
        return Err(CallError::argument(highest + 1, message));
    }
    Ok(printed)
}

/// The verb at `offset`, and what follows it.
fn scan(format: &str, offset: usize, next: usize) -> Result<(Verb<'_>, &str), CallError> {
    let whole = format.get(offset..).unwrap_or_default();
    let rest = whole.strip_prefix('%').unwrap_or(whole);
    let (flags, rest) = split_at_first(rest, |it| !matches!(it, '0' | '#' | '-' | '+' | ' '));
    // A width has no leading zeros, since those were flags.
    let (width, rest) = split_at_first(rest, |it| !it.is_ascii_digit());
    let (precision, rest) = match rest.strip_prefix('.') {
        Some(behind) => {
            let (digits, rest) = split_at_first(behind, |it| !it.is_ascii_digit());
            (Some(digits), rest)
        }
        None => (None, rest),
    };
    let (argument, rest) = match rest.strip_prefix('[') {
        Some(inner) => index(inner).ok_or_else(|| unrecognized(format, inner))?,
        None => (next, rest),
    };
    let mut chars = rest.chars();
    let letter =
        chars.next().filter(char::is_ascii_alphabetic).ok_or_else(|| unrecognized(format, rest))?;
    let rest = chars.as_str();
    let raw = whole.strip_suffix(rest).unwrap_or(whole);
    let width = if width.is_empty() { None } else { Some(size(width)?) };
    let precision = precision.map(size).transpose()?;
    Ok((Verb { raw, offset, argument, letter, flags, width, precision }, rest))
}

fn split_at_first(text: &str, ends: fn(char) -> bool) -> (&str, &str) {
    let length = text.find(ends).unwrap_or(text.len());
    text.split_at_checked(length).unwrap_or((text, ""))
}

/// `2]`, behind the opening bracket.
fn index(inner: &str) -> Option<(usize, &str)> {
    let (digits, rest) = split_at_first(inner, |it| !it.is_ascii_digit());
    let rest = rest.strip_prefix(']')?;
    if digits.is_empty() || digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().unwrap_or(usize::MAX), rest))
}

/// A width or a precision; no digits are 0.
fn size(digits: &str) -> Result<usize, CallError> {
    let digits = digits.trim_start_matches('0');
    let size = if digits.is_empty() { Some(0) } else { digits.parse().ok() };
    take::bounded(size)?;
    Ok(size.unwrap_or_default())
}

fn unrecognized(format: &str, rest: &str) -> CallError {
    CallError::new(match rest.chars().next() {
        Some(letter) => format!(
            "unrecognized format character {letter:?} at offset {}",
            format.len() - rest.len()
        ),
        None => format!("invalid format string starting at offset {}", format.len()),
    })
}
