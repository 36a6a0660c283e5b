//! `yamldecode` and `yamlencode`.

mod collections;
mod decode;
mod encode;
mod properties;
mod resolve;
mod scalars;
mod scanner;
mod token;

use super::take::{computed, returns_string, text};
use crate::{CallContext, CallError, Function, Parameter, Shape, Type, Value};

pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "yamldecode",
        parameters: &[Parameter::new("src", Shape::String)],
        variadic: None,
        returns: |_| Ok(Type::Dynamic),
        call: |_, arguments| {
            decode::decode(text(arguments, 0)?).map_err(|why| CallError::argument(0, why))
        },
    },
    Function {
        name: "yamlencode",
        parameters: &[Parameter::new("value", Shape::Any).nullable()],
        variadic: None,
        returns: returns_string,
        call: encode,
    },
];

fn encode(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let Some(value) = arguments.first() else {
        return Err(CallError::new("a value is needed"));
    };
    if !value.is_wholly_known() {
        return Ok(computed(Type::String, arguments));
    }
    Ok(Value::string(&encode::encode(value)?))
}

#[cfg(test)]
mod tests;
