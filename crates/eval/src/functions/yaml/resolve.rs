//! What a scalar of YAML means: the rules of Terraform's library, between YAML 1.1 and 1.2.

use super::super::datetime::Moment;
use super::super::encoding::decode as decode_base64;
use super::token::Style;
use crate::{Number, Type, Value, convert};

/// What every tag of YAML itself starts with.
pub(super) const TAGS: &str = "tag:yaml.org,2002:";

/// The value of a scalar; the tag is whole, or empty when there is none.
pub(super) fn resolve(tag: &str, text: &str, style: Style) -> Result<Value, String> {
    let tag = match tag.strip_prefix(TAGS) {
        _ if tag.is_empty() => "",
        Some(kind @ ("str" | "bool" | "int" | "float" | "null" | "timestamp" | "binary")) => kind,
        _ => return Err(format!("unsupported tag {tag:?}")),
    };
    let wrong = || format!("cannot read {text:?} as {tag}");
    if !matches!(tag, "str" | "binary")
        && let Some(value) = implied(tag, text, style)?
    {
        return Ok(value);
    }
    match tag {
        "binary" if decode_base64(text).is_none() => Err(wrong()),
        "" | "str" | "binary" => Ok(Value::string(text)),
        "int" | "float" => number(text).ok_or_else(wrong),
        "timestamp" => moment(text).ok_or_else(wrong),
        "null" => Ok(Value::NULL),
        _ => Err(wrong()),
    }
}

/// The value of a scalar that is no key: without a tag, text behind `|` or `>` is text, but only after
/// it was read like any other.
pub(super) fn resolve_value(tag: &str, text: &str, style: Style) -> Result<Value, String> {
    let value = resolve(tag, text, style)?;
    if tag.is_empty() && style != Style::Plain {
        return convert(&value, &Type::String);
    }
    Ok(value)
}

/// What the look of the text says, whatever the tag, where that is enough.
fn implied(tag: &str, text: &str, style: Style) -> Result<Option<Value>, String> {
    let Some(first) = text.chars().next() else {
        return Ok(Some(if style == Style::Quoted { Value::string("") } else { Value::NULL }));
    };
    if !matches!(first, '+' | '-' | '0'..='9' | '.' | '~') && !"yYnNtTfFoO".contains(first) {
        return Ok(None);
    }
    if style == Style::Quoted {
        return Ok(Some(Value::string(text)));
    }
    if let Some(value) = word(text) {
        return Ok(Some(value));
    }
    if tag.is_empty() && matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err("floating point NaN is not supported".into());
    }
    if first == '.' {
        return Ok(Number::parse(text).map(Value::from));
    }
    if !matches!(first, '+' | '-' | '0'..='9') {
        return Ok(None);
    }
    if matches!(tag, "" | "timestamp")
        && let Some(date) = moment(text)
    {
        return Ok(Some(date));
    }
    if is_integer(text) || is_float(text) {
        let number = number(text);
        return number.map(Some).ok_or_else(|| format!("cannot read {text:?} as a number"));
    }
    Ok(None)
}

/// The words that are no text.
fn word(text: &str) -> Option<Value> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Some(true.into())
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(false.into())
        }
        "~" | "null" | "Null" | "NULL" => Some(Value::NULL),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            Some(Number::infinity(false).into())
        }
        "-.inf" | "-.Inf" | "-.INF" => Some(Number::infinity(true).into()),
        _ => None,
    }
}

fn all(text: &str, allowed: fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(allowed)
}

fn is_integer(text: &str) -> bool {
    let decimal = text.strip_prefix(['+', '-']).unwrap_or(text);
    all(decimal, |c| c.is_ascii_digit())
        || text.strip_prefix("0o").is_some_and(|it| all(it, |c| matches!(c, '0'..='7')))
        || text.strip_prefix("0x").is_some_and(|it| all(it, |c| c.is_ascii_hexdigit()))
}

fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |it: &str| all(it, |c| c.is_ascii_digit());
    let exponent = exponent.is_none_or(|it| digits(it.strip_prefix(['+', '-']).unwrap_or(it)));
    let mantissa = match mantissa.split_once('.') {
        None => digits(mantissa),
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
    };
    mantissa && exponent
}

/// A number as Go reads it, once decimal and once with the prefixes of its own literals.
fn number(text: &str) -> Option<Value> {
    let plain = text.replace('_', "");
    if let Some(number) = Number::parse(plain.strip_prefix('+').unwrap_or(&plain)) {
        return Some(number.into());
    }
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (digits, radix) = match digits.get(..2)? {
        "0x" | "0X" => (digits.get(2..)?, 16),
        "0o" | "0O" => (digits.get(2..)?, 8),
        "0b" | "0B" => (digits.get(2..)?, 2),
        _ => return None,
    };
    // The parser of numbers would allow another sign.
    all(digits, |c| c.is_ascii_hexdigit()).then_some(())?;
    let number = i128::from(u64::from_str_radix(digits, radix).ok()?);
    let signed = plain.starts_with('+') || negative;
    let number = if negative { -number } else { number };
    (!signed || i64::try_from(number).is_ok()).then(|| Number::from(number).into())
}

/// A date, with or without a time, as the text that Terraform's functions take for a time.
fn moment(text: &str) -> Option<Value> {
    Moment::parse_loosely(text).map(|it| Value::normal_string(it.to_string()))
}
