//! Conversions between types.

use crate::{Type, Value};

/// The value as one of type `to`, or why that cannot be. Parts of `to` that are [`Type::Dynamic`] take
/// what is there. Marks and references stay.
pub fn convert(value: &Value, to: &Type) -> Result<Value, String> {
    if value.ty() == *to || *to == Type::Dynamic {
        return Ok(value.clone());
    }
    Err(format!("{to} required"))
}
