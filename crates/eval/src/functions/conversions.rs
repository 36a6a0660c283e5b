//! `tobool`, `tolist`, `tomap`, `tonumber`, `toset`, `tostring`.

use std::sync::Arc;

use super::parts::{argument, name_of_value, unknown_of};
use crate::{CallError, Function, Parameter, References, Shape, Type, Unknown, Value, convert};

const V: &[Parameter] = &[Parameter::new("v", Shape::Any).nullable().unknowable().markable()];

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "tobool",
        parameters: V,
        variadic: None,
        returns: |arguments| check(arguments, Type::Bool),
        call: |_, arguments| to(arguments, &Type::Bool),
    },
    Function {
        name: "tolist",
        parameters: V,
        variadic: None,
        returns: |arguments| check(arguments, Type::list(Type::Dynamic)),
        call: |_, arguments| to(arguments, &Type::list(Type::Dynamic)),
    },
    Function {
        name: "tomap",
        parameters: V,
        variadic: None,
        returns: |arguments| check(arguments, Type::map(Type::Dynamic)),
        call: |_, arguments| to(arguments, &Type::map(Type::Dynamic)),
    },
    Function {
        name: "tonumber",
        parameters: V,
        variadic: None,
        returns: |arguments| check(arguments, Type::Number),
        call: |_, arguments| to(arguments, &Type::Number),
    },
    Function {
        name: "toset",
        parameters: V,
        variadic: None,
        returns: |arguments| check(arguments, Type::set(Type::Dynamic)),
        call: |_, arguments| to(arguments, &Type::set(Type::Dynamic)),
    },
    Function {
        name: "tostring",
        parameters: V,
        variadic: None,
        returns: |arguments| check(arguments, Type::String),
        call: |_, arguments| to(arguments, &Type::String),
    },
];

/// The type, when something of the argument's type may become one.
fn check(arguments: &[Value], wanted: Type) -> Result<Type, CallError> {
    let value = argument(arguments, 0);
    let ty = value.ty();
    let of_this_type = Value::unknown(ty.clone(), References::default());
    let is_possible = ty == wanted || convert(&of_this_type, &wanted).is_ok();
    if is_possible { Ok(wanted) } else { Err(refusal(value, &wanted)) }
}

fn refusal(value: &Value, wanted: &Type) -> CallError {
    let wanted = match wanted {
        Type::List(_) => "list of any single type".to_owned(),
        Type::Set(_) => "set of any single type".to_owned(),
        Type::Map(_) => "map of any single type".to_owned(),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Tuple(_)
        | Type::Object(_) => wanted.friendly(),
    };
    let got = name_of_value(value);
    CallError::argument(0, format!("cannot convert {got} to {wanted}"))
}

fn to(arguments: &[Value], wanted: &Type) -> Result<Value, CallError> {
    let value = argument(arguments, 0);
    if let Some(unknown) = unknown_of(value) {
        check(arguments, wanted.clone())?;
        return Ok(unknown_as(unknown, wanted).marked(value.sensitive));
    }
    convert(value, wanted).map_err(|_| match (value.as_str(), wanted) {
        (Some(_), _) if value.sensitive => {
            let wanted = wanted.friendly();
            CallError::argument(0, format!("cannot convert this sensitive string to {wanted}"))
        }
        (Some(text), Type::Bool) => CallError::argument(
            0,
            format!("cannot convert {text:?} to bool; only the strings \"true\" or \"false\" are allowed"),
        ),
        (Some(text), Type::Number) => CallError::argument(
            0,
            format!(
                "cannot convert {text:?} to number; given string must be a decimal representation of a \
                 number"
            ),
        ),
        (_, _) => refusal(value, wanted),
    })
}

/// The same unknown as of another type: it still refers to the same, but a set has no first element.
fn unknown_as(unknown: &Unknown, wanted: &Type) -> Value {
    if unknown.ty == *wanted {
        return crate::Kind::Unknown(Arc::new(unknown.clone())).into();
    }
    Unknown {
        ty: wanted.clone(),
        references: if matches!((&unknown.ty, wanted), (Type::Set(_), Type::List(_))) {
            unknown.references.computed()
        } else {
            unknown.references.clone()
        },
        not_null: unknown.not_null,
        ..Unknown::default()
    }
    .into()
}
