//! Functions that ask something of a collection of any kind, or choose one of several values.

use super::characters::characters;
use super::parts::{
    argument, computed, identifies, index_step, items, name_of_value, one_of, part, returns_bool,
    returns_number, unknown, unknown_of,
};
use crate::{
    CallContext, CallError, Function, Kind, Number, Parameter, References, Shape, Type, Unknown,
    Value, convert, equal, unify,
};

const LIST: Parameter = Parameter::new("list", Shape::Any).unknowable();
const BOOLS: Parameter = Parameter::new("list", Shape::List(&Shape::Bool)).unknowable();

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "alltrue",
        parameters: &[BOOLS],
        variadic: None,
        returns: returns_bool,
        call: |_, arguments| Ok(decided_by(false, arguments)),
    },
    Function {
        name: "anytrue",
        parameters: &[BOOLS],
        variadic: None,
        returns: returns_bool,
        call: |_, arguments| Ok(decided_by(true, arguments)),
    },
    Function {
        name: "coalesce",
        parameters: &[],
        variadic: Some(Parameter::new("vals", Shape::Any).nullable().unknowable()),
        returns: common_type,
        call: coalesce,
    },
    Function {
        name: "coalescelist",
        parameters: &[],
        variadic: Some(Parameter::new("vals", Shape::Any).nullable().unknowable()),
        returns: coalescelist_type,
        call: coalescelist,
    },
    Function {
        name: "contains",
        parameters: &[LIST, Parameter::new("value", Shape::Any).unknowable()],
        variadic: None,
        returns: returns_bool,
        call: contains,
    },
    Function {
        name: "index",
        parameters: &[LIST, Parameter::new("value", Shape::Any).unknowable()],
        variadic: None,
        returns: returns_number,
        call: index,
    },
    Function {
        name: "length",
        parameters: &[Parameter::new("value", Shape::Any).unknowable().markable()],
        variadic: None,
        returns: length_type,
        call: length,
    },
    Function { name: "one", parameters: &[LIST], variadic: None, returns: one_type, call: one },
];

/// `anytrue` is decided by the first `true`. `alltrue` by the first `false` or `null`, and it gives up at
/// the first element that is not known.
fn decided_by(decisive: bool, arguments: &[Value]) -> Value {
    let Some(items) = items(argument(arguments, 0)) else {
        return computed(Type::Bool, arguments);
    };
    let mut undecided = false;
    for item in &items {
        if !item.is_known() {
            undecided = true;
            if !decisive {
                break;
            }
        } else if item.as_bool().unwrap_or(false) == decisive {
            return decisive.into();
        }
    }
    if undecided { computed(Type::Bool, arguments) } else { (!decisive).into() }
}

fn common_type(arguments: &[Value]) -> Result<Type, CallError> {
    let types: Vec<Type> = arguments.iter().map(Value::ty).collect();
    unify(&types).ok_or_else(|| CallError::new("all arguments must have the same type"))
}

/// The first argument that is neither null nor the empty text. One that is not known may be the answer;
/// then it is one of the unknown ones up to the first argument that is certain.
fn coalesce(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = common_type(arguments)?;
    let mut candidates = Vec::new();
    for argument in arguments {
        // Terraform passes over a value that cannot be converted, as if it were null.
        let Ok(value) = convert(argument, &ty) else { continue };
        let is_empty = ty == Type::String && value.as_str() == Some("");
        if value.is_null() || is_empty {
            continue;
        }
        let Some(unknown) = unknown_of(&value) else {
            if candidates.is_empty() {
                return Ok(value);
            }
            candidates.push(value);
            break;
        };
        let never_empty = !matches!(ty, Type::String | Type::Dynamic);
        let is_certain = identifies(&value) || (unknown.not_null && never_empty);
        candidates.push(value);
        if is_certain {
            break;
        }
    }
    if candidates.is_empty() {
        return Err(CallError::new("no non-null, non-empty-string arguments"));
    }
    if let [only] = candidates.as_slice()
        && let Some(only) = unknown_of(only)
    {
        return Ok(unknown(ty, only.references.clone()));
    }
    Ok(unknown(ty, one_of(&candidates)))
}

fn coalescelist_type(arguments: &[Value]) -> Result<Type, CallError> {
    let mut same: Option<Type> = None;
    let mut differ = false;
    for argument in arguments {
        if !argument.is_known() {
            return Ok(Type::Dynamic);
        }
        let ty = argument.ty();
        if !matches!(ty, Type::List(_) | Type::Tuple(_)) {
            return Err(CallError::new("coalescelist arguments must be lists or tuples"));
        }
        differ |= same.as_ref().is_some_and(|it| *it != ty);
        same = Some(ty);
    }
    match same {
        None => Err(CallError::new("at least one argument is required")),
        Some(_) if differ => Ok(Type::Dynamic),
        Some(ty) => Ok(ty),
    }
}

fn coalescelist(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = coalescelist_type(arguments)?;
    let mut candidates = Vec::new();
    for argument in arguments {
        if !argument.is_known() {
            candidates.push(argument);
        } else if items(argument).is_some_and(|items| !items.is_empty()) {
            if candidates.is_empty() {
                return Ok(argument.clone());
            }
            candidates.push(argument);
            break;
        }
    }
    if candidates.is_empty() {
        return Err(CallError::new("no non-null arguments"));
    }
    Ok(unknown(ty, one_of(candidates)))
}

fn contains(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let (list, value) = (argument(arguments, 0), argument(arguments, 1));
    let is_unknown = || computed(Type::Bool, arguments);
    if !list.is_known() {
        return Ok(is_unknown());
    }
    let Some(items) = items(list) else {
        if !value.is_known() {
            return Ok(is_unknown());
        }
        return Err(CallError::new("argument must be list, tuple, or set"));
    };
    if items.is_empty() {
        return Ok(false.into());
    }
    if !value.is_known() {
        return Ok(is_unknown());
    }
    let mut undecided = false;
    for item in &items {
        match equal(value, item) {
            Some(true) => return Ok(true.into()),
            Some(false) => {}
            None => undecided = true,
        }
    }
    Ok(if undecided { is_unknown() } else { false.into() })
}

fn index(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let (list, value) = (argument(arguments, 0), argument(arguments, 1));
    let is_unknown = || Ok(computed(Type::Number, arguments));
    if !list.is_known() || !value.is_known() {
        return is_unknown();
    }
    let is_sequence = matches!(list.kind, Kind::List(..) | Kind::Tuple(_));
    let Some(items) = items(list).filter(|_| is_sequence) else {
        return Err(CallError::new("argument must be a list or tuple"));
    };
    if items.is_empty() {
        return Err(CallError::new("cannot search an empty list"));
    }
    for (at, item) in items.iter().enumerate() {
        match equal(item, value) {
            Some(true) => return Ok(Number::from(at).into()),
            Some(false) => {}
            None => return is_unknown(),
        }
    }
    Err(CallError::new("item not found"))
}

fn length_type(arguments: &[Value]) -> Result<Type, CallError> {
    match argument(arguments, 0).ty() {
        Type::Bool | Type::Number => Err(CallError::new(
            "argument must be a string, a collection type, or a structural type",
        )),
        Type::Dynamic
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => Ok(Type::Number),
    }
}

fn length(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    length_type(arguments)?;
    let value = argument(arguments, 0);
    let known = |length: usize| Value::from(Number::from(length));
    let length = match &value.kind {
        Kind::String(text) => known(characters(text).count()),
        // Unknown elements of a set may turn out to be equal.
        Kind::Set(_, items) if items.len() > 1 && !value.is_wholly_known() => {
            between(value, 1, Some(items.len()))
        }
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => known(items.len()),
        Kind::Map(_, members) | Kind::Object(members) => known(members.len()),
        Kind::Open(open) => between(value, open.members.len(), None),
        Kind::Unknown(unknown) => unknown_length(value, unknown),
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) => {
            return Err(CallError::argument(0, "argument must not be null"));
        }
    };
    Ok(length.marked(value.sensitive))
}

fn unknown_length(value: &Value, unknown: &Unknown) -> Value {
    match &unknown.ty {
        Type::Tuple(types) => Number::from(types.len()).into(),
        Type::Object(types) => Number::from(types.len()).into(),
        Type::String => {
            let low = unknown.prefix.as_ref().map_or(0, |text| characters(text).count());
            between(value, low, None)
        }
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            let (low, high) = unknown.length.unwrap_or((0, None));
            between(value, low, high)
        }
        Type::Dynamic | Type::Bool | Type::Number => between(value, 0, None),
    }
}

/// A count that is computed from `value`.
fn between(value: &Value, low: usize, high: Option<usize>) -> Value {
    if Some(low) == high {
        return Number::from(low).into();
    }
    Unknown {
        ty: Type::Number,
        references: value.references().computed(),
        not_null: true,
        range: Some((Some(low.into()), high.map(Number::from))),
        ..Unknown::default()
    }
    .into()
}

const NOT_ONE: &str = "must be a list, set, or tuple value with either zero or one elements";

fn one_type(arguments: &[Value]) -> Result<Type, CallError> {
    let value = argument(arguments, 0);
    if matches!(value.kind, Kind::Open(_)) {
        return Err(CallError::argument(0, NOT_ONE));
    }
    match value.ty() {
        Type::Dynamic => Ok(Type::Dynamic),
        Type::List(of) | Type::Set(of) => Ok(of.as_ref().clone()),
        Type::Tuple(types) => match types.as_ref() {
            [] => Ok(Type::Dynamic),
            [only] => Ok(only.clone()),
            _ => Err(CallError::argument(0, NOT_ONE)),
        },
        Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => {
            Err(CallError::argument(0, NOT_ONE))
        }
    }
}

fn one(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = one_type(arguments)?;
    let value = argument(arguments, 0);
    let Some(items) = items(value) else {
        let Some(unknown) = unknown_of(value) else {
            return Err(CallError::argument(
                0,
                format!("cannot take one of {}", name_of_value(value)),
            ));
        };
        return Ok(part(unknown, ty, &index_step(0)));
    };
    match items.as_slice() {
        [] => Ok(Value::null(ty)),
        [only] => Ok(only.clone()),
        // Unknown elements of a set may turn out to be equal.
        _ if matches!(value.kind, Kind::Set(..)) && !value.is_wholly_known() => {
            let references: References = one_of(&items);
            Ok(Value::unknown(ty, references))
        }
        _ => Err(CallError::argument(0, NOT_ONE)),
    }
}
