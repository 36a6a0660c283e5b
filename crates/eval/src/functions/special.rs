//! Functions about marks.

use crate::{CallContext, CallError, Function, Kind, Parameter, Shape, Type, Unknown, Value};

/// `sensitive` and its like.
pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "sensitive",
        parameters: &[VALUE],
        variadic: None,
        returns: as_given,
        call: |_, arguments| Ok(only(arguments)?.clone().marked(true)),
    },
    Function {
        name: "nonsensitive",
        parameters: &[VALUE],
        variadic: None,
        returns: as_given,
        call: |_, arguments| Ok(Value { sensitive: false, ..only(arguments)?.clone() }),
    },
    Function {
        name: "issensitive",
        parameters: &[VALUE],
        variadic: None,
        returns: |_| Ok(Type::Bool),
        call: is_sensitive,
    },
    Function {
        name: "ephemeralasnull",
        parameters: &[VALUE],
        variadic: None,
        returns: as_given,
        // Ephemeral values only come from blocks that groundplan leaves unknown.
        call: |_, arguments| Ok(only(arguments)?.clone()),
    },
];

const VALUE: Parameter = Parameter::new("value", Shape::Any).nullable().unknowable().markable();

fn only(arguments: &[Value]) -> Result<&Value, CallError> {
    arguments.first().ok_or_else(|| CallError::new("an argument is missing"))
}

fn as_given(arguments: &[Value]) -> Result<Type, CallError> {
    Ok(only(arguments)?.ty())
}

fn is_sensitive(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let value = only(arguments)?;
    if let Kind::Unknown(unknown) = &value.kind
        && !value.sensitive
    {
        // What is not known yet may still turn out to be sensitive.
        let references = unknown.references.computed();
        let ty = Type::Bool;
        return Ok(Unknown { ty, references, not_null: true, ..Unknown::default() }.into());
    }
    Ok(value.sensitive.into())
}
