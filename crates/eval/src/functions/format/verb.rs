//! What one verb prints.

use unicode_segmentation::UnicodeSegmentation as _;

use super::number;
use super::scan::Verb;
use crate::functions::take;
use crate::{CallError, Kind, Type, Value, convert, to_json};

/// The value as the verb prints it. The value is wholly known.
pub(super) fn print(verb: &Verb<'_>, value: &Value) -> Result<String, CallError> {
    if value.is_null() && verb.letter != 'v' {
        return Err(verb.unsupported("null value cannot be formatted"));
    }
    match verb.letter {
        'v' => as_it_is(verb, value),
        't' => {
            let flag = converted(verb, value, &Type::Bool)?;
            Ok(if flag.as_bool() == Some(true) { "true" } else { "false" }.to_owned())
        }
        'b' | 'd' | 'o' | 'x' | 'X' => {
            let value = converted(verb, value, &Type::Number)?;
            let Some(number) = value.as_number() else {
                return Err(verb.unsupported("a number is required"));
            };
            number::integer(verb, number)
        }
        'e' | 'E' | 'f' | 'g' | 'G' => {
            let value = converted(verb, value, &Type::Number)?;
            let Some(number) = value.as_number() else {
                return Err(verb.unsupported("a number is required"));
            };
            number::float(verb, number)
        }
        's' | 'q' => text(verb, value),
        letter => Err(CallError::new(format!(
            "unsupported format verb {letter:?} in {:?} at offset {}",
            verb.raw, verb.offset
        ))),
    }
}

fn converted(verb: &Verb<'_>, value: &Value, to: &Type) -> Result<Value, CallError> {
    convert(value, to).map_err(|why| verb.unsupported(&why))
}

/// `%v`: text and numbers plainly, unless the flag `#` is there, and everything else as JSON.
fn as_it_is(verb: &Verb<'_>, value: &Value) -> Result<String, CallError> {
    let plain = match &value.kind {
        Kind::String(text) if !verb.flag('#') => text.to_string(),
        Kind::Number(number) if !verb.flag('#') => number::shortest(number),
        Kind::Null(_) => "null".to_owned(),
        Kind::Bool(_)
        | Kind::String(_)
        | Kind::Number(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_)
        | Kind::Unknown(_) => json(verb, value)?,
    };
    padded(verb, plain)
}

fn json(verb: &Verb<'_>, value: &Value) -> Result<String, CallError> {
    match to_json(value) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(verb.unsupported("value is not known")),
        Err(why) => Err(verb.unsupported(&why)),
    }
}

/// `%s` and `%q`; the precision cuts the text before it is quoted.
fn text(verb: &Verb<'_>, value: &Value) -> Result<String, CallError> {
    let value = converted(verb, value, &Type::String)?;
    let Some(text) = value.as_str() else {
        return Err(verb.unsupported("string required"));
    };
    let cut = match verb.precision {
        Some(most @ 1..) => text.graphemes(true).take(most).collect(),
        Some(0) | None => text.to_owned(),
    };
    let printed = if verb.letter == 'q' { json(verb, &Value::normal_string(cut))? } else { cut };
    padded(verb, printed)
}

/// The text filled up to the width, counted in what a reader takes for characters.
fn padded(verb: &Verb<'_>, text: String) -> Result<String, CallError> {
    let missing = verb.width.unwrap_or(0).saturating_sub(text.graphemes(true).count());
    if missing == 0 {
        return Ok(text);
    }
    take::bounded(missing.checked_add(text.len()))?;
    let pad = if verb.flag('0') { "0" } else { " " }.repeat(missing);
    Ok(if verb.flag('-') { text + &pad } else { pad + &text })
}
