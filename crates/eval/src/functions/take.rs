//! Taking arguments apart, and the limits on what functions make.

use crate::error::LIMIT;
use crate::{CallError, Number, References, Type, Unknown, Value};

/// No function makes a longer text, in bytes.
pub(super) const MAX_TEXT: usize = 16 << 20;

/// No function makes a longer list.
pub(super) const MAX_ITEMS: usize = 1 << 20;

/// The text given as argument `index`.
pub(super) fn text(arguments: &[Value], index: usize) -> Result<&str, CallError> {
    arguments
        .get(index)
        .and_then(Value::as_str)
        .ok_or_else(|| CallError::argument(index, "string required"))
}

/// The number given as argument `index`.
pub(super) fn number(arguments: &[Value], index: usize) -> Result<&Number, CallError> {
    arguments
        .get(index)
        .and_then(Value::as_number)
        .ok_or_else(|| CallError::argument(index, "number required"))
}

/// The whole number given as argument `index`, which must fit into 64 bits.
pub(super) fn whole(arguments: &[Value], index: usize) -> Result<i64, CallError> {
    number(arguments, index)?.to_i64().ok_or_else(|| {
        let message = "value must be a whole number, between -9223372036854775808 and \
                       9223372036854775807";
        CallError::argument(index, message)
    })
}

/// Refuses a text that would be too long.
pub(super) fn bounded(length: Option<usize>) -> Result<(), CallError> {
    match length {
        Some(length) if length <= MAX_TEXT => Ok(()),
        Some(_) | None => {
            Err(CallError::new(format!("a result of more than {} MiB: {LIMIT}", MAX_TEXT >> 20)))
        }
    }
}

/// Refuses a list that would be too long.
pub(super) fn bounded_items(length: usize) -> Result<(), CallError> {
    if length <= MAX_ITEMS {
        return Ok(());
    }
    Err(CallError::new(format!("a result of more than {MAX_ITEMS} elements: {LIMIT}")))
}

/// A value that is not known, not null, and computed from the arguments.
pub(super) fn computed(ty: Type, arguments: &[Value]) -> Value {
    let references = arguments
        .iter()
        .fold(References::default(), |all, argument| all.and(&argument.references()));
    let not_null = ty != Type::Dynamic;
    Unknown { ty, references: references.computed(), not_null, ..Unknown::default() }.into()
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
pub(super) fn returns_string(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::String)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
pub(super) fn returns_strings(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::list(Type::String))
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
pub(super) fn returns_bool(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::Bool)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
pub(super) fn returns_number(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::Number)
}
