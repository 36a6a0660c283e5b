//! Values as JSON text, as `jsonencode` and `jsondecode` treat it.

mod decode;

use std::fmt::Write as _;

pub use decode::decode;

use crate::{Kind, Value};

/// The longest text that is written.
const LONGEST: usize = 16 << 20;

/// The value as `jsonencode` writes it; an error where that refuses (an infinity), `None` inside where a
/// part is unknown.
pub fn encode(value: &Value) -> Result<Option<String>, String> {
    let mut out = String::new();
    Ok(write_value(value, &mut out)?.then_some(out))
}

/// Writes the value, and tells whether it is wholly known.
fn write_value(value: &Value, out: &mut String) -> Result<bool, String> {
    if out.len() > LONGEST {
        return Err("the JSON text is longer than 16 MiB".into());
    }
    match &value.kind {
        Kind::Unknown(_) | Kind::Open(_) => return Ok(false),
        Kind::Null(_) => out.push_str("null"),
        Kind::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Kind::Number(number) if number.is_infinite() => {
            return Err("cannot serialize infinity as JSON".into());
        }
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) => write_string(text, out),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                if !write_value(item, out)? {
                    return Ok(false);
                }
            }
            out.push(']');
        }
        Kind::Map(_, members) | Kind::Object(members) => {
            out.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_string(name, out);
                out.push(':');
                if !write_value(member, out)? {
                    return Ok(false);
                }
            }
            out.push('}');
        }
    }
    Ok(true)
}

/// A string with the escapes that Go's encoder makes, which keep the text harmless inside HTML.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                let escaped = write!(out, "\\u{:04x}", u32::from(c));
                // Writing to a string cannot fail.
                debug_assert!(escaped.is_ok());
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
