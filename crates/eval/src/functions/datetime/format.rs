//! The patterns of `formatdate`: letters stand for parts of the time, quotes make letters literal.

use std::fmt::Write as _;

use super::super::take::MAX_TEXT;
use super::Moment;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The moment as the pattern says.
pub(super) fn format(pattern: &str, moment: &Moment) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if out.len() > MAX_TEXT {
            return Err("the result would be too long".into());
        }
        if first == '\'' {
            rest = quoted(rest, &mut out)?;
        } else if first.is_ascii_alphabetic() {
            let after = rest.trim_start_matches(first);
            let length = rest.len() - after.len();
            if verb(first, length, moment, &mut out).is_none() {
                let verb: String = rest.chars().take(length.min(20)).collect();
                return Err(format!("invalid date format verb {verb:?}"));
            }
            rest = after;
        } else {
            let literal = |it: char| it != '\'' && !it.is_ascii_alphabetic();
            let after = rest.trim_start_matches(literal);
            out.push_str(rest.strip_suffix(after).unwrap_or_default());
            rest = after;
        }
    }
    Ok(out)
}

/// Text in quotes, where two quotes stand for one. Gives what comes after.
fn quoted<'t>(text: &'t str, out: &mut String) -> Result<&'t str, String> {
    if let Some(rest) = text.strip_prefix("''") {
        // Two quotes are one quote outside of quotes, too, and never an empty text.
        out.push('\'');
        return Ok(rest);
    }
    let mut rest = text.strip_prefix('\'').unwrap_or(text);
    loop {
        if rest.is_empty() && text.len() > 1 {
            // The end of the text ends what has a doubled quote before it.
            return Ok(rest);
        }
        let (literal, after) = rest.split_once('\'').ok_or("unterminated literal '")?;
        out.push_str(literal);
        let Some(doubled) = after.strip_prefix('\'') else { return Ok(after) };
        out.push('\'');
        rest = doubled;
    }
}

/// The part of the time that `length` equal letters stand for; nothing when they stand for none.
fn verb(letter: char, length: usize, moment: &Moment, out: &mut String) -> Option<()> {
    let hour = moment.hour;
    let written = match (letter, length) {
        ('Y', 2) => write!(out, "{:02}", moment.year % 100),
        ('Y', 4) => write!(out, "{:04}", moment.year),
        ('M', 1 | 2) => number(out, moment.month, length),
        ('M', 3 | 4) => name(out, &MONTHS, moment.month - 1, length)?,
        ('D', 1 | 2) => number(out, moment.day, length),
        ('E', 3 | 4) => name(out, &DAYS, moment.weekday(), length)?,
        ('h', 1 | 2) => number(out, hour, length),
        ('H', 1 | 2) => number(out, if hour % 12 == 0 { 12 } else { hour % 12 }, length),
        ('A', 2) => out.write_str(if hour < 12 { "AM" } else { "PM" }),
        ('a', 2) => out.write_str(if hour < 12 { "am" } else { "pm" }),
        ('m', 1 | 2) => number(out, moment.minute, length),
        ('s', 1 | 2) => number(out, moment.second, length),
        ('Z', 1) if moment.offset == 0 => out.write_str("Z"),
        ('Z', 3) if moment.offset == 0 => out.write_str("UTC"),
        ('Z', 1 | 5) => offset(out, moment.offset, ":"),
        ('Z', 3 | 4) => offset(out, moment.offset, ""),
        _ => return None,
    };
    written.ok()
}

/// A number in at least `width` digits.
fn number(out: &mut String, number: i64, width: usize) -> std::fmt::Result {
    write!(out, "{number:0width$}")
}

/// A name, cut to three letters or whole.
fn name(out: &mut String, names: &[&str], at: i64, length: usize) -> Option<std::fmt::Result> {
    let name = names.get(usize::try_from(at).ok()?)?;
    Some(out.write_str(if length == 3 { name.get(..3)? } else { name }))
}

fn offset(out: &mut String, offset: i64, between: &str) -> std::fmt::Result {
    let (sign, offset) = (if offset < 0 { '-' } else { '+' }, offset.abs());
    write!(out, "{sign}{:02}{between}{:02}", offset / 60, offset % 60)
}
