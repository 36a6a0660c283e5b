//! Functions of maps and objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::parts::{
    argument, computed, index_step, items, key_step, members, one_of, part, selected, unknown_of,
};
use crate::{
    CallContext, CallError, Function, Kind, Object, Parameter, References, Shape, Type, Unknown,
    Value, convert,
};

const MAP: Parameter = Parameter::new("inputMap", Shape::Any).unknowable().markable();

pub(super) const FUNCTIONS: &[Function] = &[
    Function { name: "keys", parameters: &[MAP], variadic: None, returns: keys_type, call: keys },
    Function {
        name: "lookup",
        parameters: &[MAP, Parameter::new("key", Shape::String).unknowable().markable()],
        variadic: Some(Parameter::new("default", Shape::Any).nullable().unknowable().markable()),
        returns: lookup_type,
        call: lookup,
    },
    Function {
        name: "transpose",
        parameters: &[
            Parameter::new("values", Shape::Map(&Shape::List(&Shape::String))).unknowable()
        ],
        variadic: None,
        returns: transpose_type,
        call: transpose,
    },
    Function {
        name: "values",
        parameters: &[Parameter::new("mapping", Shape::Any).unknowable().markable()],
        variadic: None,
        returns: values_type,
        call: values,
    },
    Function {
        name: "zipmap",
        parameters: &[
            Parameter::new("keys", Shape::List(&Shape::String)).unknowable().markable(),
            Parameter::new("values", Shape::Any).unknowable().markable(),
        ],
        variadic: None,
        returns: zipmap_type,
        call: zipmap,
    },
];

/// Whether it is an object of which not all members are known, or may be one.
fn is_vague(value: &Value) -> bool {
    matches!(value.kind, Kind::Open(_)) || (!value.is_known() && value.ty() == Type::Dynamic)
}

fn keys_type(arguments: &[Value]) -> Result<Type, CallError> {
    let map = argument(arguments, 0);
    if is_vague(map) {
        return Ok(Type::Dynamic);
    }
    match map.ty() {
        Type::Map(_) => Ok(Type::list(Type::String)),
        Type::Object(types) => Ok(Type::Tuple(types.keys().map(|_| Type::String).collect())),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_) => Err(CallError::argument(0, "must have map or object type")),
    }
}

fn keys(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = keys_type(arguments)?;
    let map = argument(arguments, 0);
    let Some(members) = members(map) else {
        return Ok(computed(ty, arguments).marked(map.sensitive));
    };
    let names: Vec<Value> =
        members.keys().map(|name| Value::normal_string(Arc::clone(name))).collect();
    let keys = if matches!(ty, Type::List(_)) {
        Value::list(Type::String, names)
    } else {
        Value::tuple(names)
    };
    Ok(keys.marked(map.sensitive))
}

fn values_type(arguments: &[Value]) -> Result<Type, CallError> {
    let map = argument(arguments, 0);
    if is_vague(map) {
        return Ok(Type::Dynamic);
    }
    match map.ty() {
        Type::Map(of) => Ok(Type::List(of)),
        Type::Object(types) => Ok(Type::Tuple(types.values().cloned().collect())),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_) => Err(CallError::new("values() requires a map as the first argument")),
    }
}

fn values(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = values_type(arguments)?;
    let map = argument(arguments, 0);
    let Some(members) = members(map) else {
        return Ok(computed(ty, arguments).marked(map.sensitive));
    };
    let items: Vec<Value> = members.into_values().collect();
    let values = if let Type::List(of) = ty {
        Value::list(of.as_ref().clone(), items)
    } else {
        Value::tuple(items)
    };
    Ok(values.marked(map.sensitive))
}

fn lookup_type(arguments: &[Value]) -> Result<Type, CallError> {
    let (map, key, default) = (argument(arguments, 0), argument(arguments, 1), arguments.get(2));
    if arguments.len() > 3 {
        let message = format!("lookup() takes two or three arguments, got {}", arguments.len());
        return Err(CallError::new(message));
    }
    if let (Kind::Open(open), Some(key)) = (&map.kind, key.as_str()) {
        return Ok(open.members.get(key).map(Value::ty).unwrap_or_default());
    }
    if is_vague(map) {
        return Ok(Type::Dynamic);
    }
    match map.ty() {
        Type::Object(types) => {
            let Some(key) = key.as_str() else { return Ok(Type::Dynamic) };
            match (types.get(key), default) {
                (Some(ty), _) => Ok(ty.clone()),
                (None, Some(default)) => Ok(default.ty()),
                (None, None) => {
                    let message = format!("the given object has no attribute {key:?}");
                    Err(CallError::argument(0, message))
                }
            }
        }
        Type::Map(of) => {
            if default.is_some_and(|default| convert(default, &of).is_err()) {
                let message = "the default value must have the same type as the map elements";
                return Err(CallError::argument(2, message));
            }
            Ok(of.as_ref().clone())
        }
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_) => {
            Err(CallError::argument(0, "lookup() requires a map as the first argument"))
        }
    }
}

fn lookup(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = lookup_type(arguments)?;
    let (map, key, default) = (argument(arguments, 0), argument(arguments, 1), arguments.get(2));
    let sensitive = map.sensitive || key.sensitive;
    let Some(key_text) = key.as_str() else {
        return Ok(any_member(ty, arguments).marked(sensitive));
    };
    if let Some(found) = members(map).and_then(|mut members| members.remove(key_text)) {
        return Ok(found.marked(sensitive));
    }
    let found = match (&map.kind, default) {
        (Kind::Open(open), _) => open.members.get(key_text).cloned().unwrap_or_else(|| {
            Value::unknown(ty, map.references().step(&key_step(&Type::Dynamic, key_text)))
        }),
        (Kind::Unknown(unknown), default) if !matches!(unknown.ty, Type::Object(_)) => {
            let step = key_step(&unknown.ty, key_text);
            let found = part(unknown, ty.clone(), &step);
            let references = one_of([&found].into_iter().chain(default));
            Value::unknown(ty, references)
        }
        (_, Some(default)) => convert(default, &ty).map_err(|why| CallError::argument(2, why))?,
        (_, None) if sensitive => return Err(CallError::new("lookup failed to find the key")),
        (_, None) => {
            return Err(CallError::new(format!("lookup failed to find key {key_text:?}")));
        }
    };
    Ok(found.marked(sensitive))
}

/// What a lookup with an unknown key gives: any member, or the default.
fn any_member(ty: Type, arguments: &[Value]) -> Value {
    let (map, key, default) = (argument(arguments, 0), argument(arguments, 1), arguments.get(2));
    let references = if let Some(members) = members(map) {
        selected(members.values().chain(default), key)
    } else {
        arguments.iter().fold(References::default(), |all, it| all.and(&it.references()))
    };
    Value::unknown(ty, references)
}

#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
fn transpose_type(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::map(Type::list(Type::String)))
}

fn transpose(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let map = argument(arguments, 0);
    let (Kind::Map(_, members), true) = (&map.kind, map.is_wholly_known()) else {
        return Ok(computed(transpose_type(arguments)?, arguments));
    };
    let mut turned: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
    // The keys come in order, so each list is sorted.
    for (key, list) in members.iter() {
        let Kind::List(_, texts) = &list.kind else {
            return Err(CallError::new("input must not contain null list"));
        };
        for text in texts.iter() {
            let Kind::String(text) = &text.kind else {
                return Err(CallError::new("input list must not contain null string"));
            };
            let key = Value::normal_string(Arc::clone(key));
            turned.entry(Arc::clone(text)).or_default().push(key);
        }
    }
    let lists = turned.into_iter().map(|(key, list)| (key, Value::list(Type::String, list)));
    Ok(Value::map(Type::list(Type::String), lists.collect()))
}

fn different_lengths(keys: usize, values: usize) -> CallError {
    CallError::new(format!("number of keys ({keys}) does not match number of values ({values})"))
}

fn zipmap_type(arguments: &[Value]) -> Result<Type, CallError> {
    let (keys, values) = (argument(arguments, 0), argument(arguments, 1));
    if !values.is_known() && values.ty() == Type::Dynamic {
        return Ok(Type::Dynamic);
    }
    match values.ty() {
        Type::List(of) => Ok(Type::Map(of)),
        Type::Tuple(types) => {
            let (Kind::List(_, items), true) = (&keys.kind, keys.is_wholly_known()) else {
                return Ok(Type::Dynamic);
            };
            if items.len() != types.len() {
                return Err(different_lengths(items.len(), types.len()));
            }
            let mut members = BTreeMap::new();
            for (at, (key, ty)) in items.iter().zip(types.iter()).enumerate() {
                members.insert(key_at(at, key)?, ty.clone());
            }
            Ok(Type::Object(Arc::new(members)))
        }
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Set(_)
        | Type::Map(_)
        | Type::Object(_) => Err(CallError::new("values argument must be a list or tuple value")),
    }
}

fn key_at(at: usize, key: &Value) -> Result<Arc<str>, CallError> {
    if let Kind::String(text) = &key.kind {
        return Ok(Arc::clone(text));
    }
    Err(CallError::new(format!("keys list has null value at index {at}")))
}

fn zipmap(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = zipmap_type(arguments)?;
    let (keys, values) = (argument(arguments, 0), argument(arguments, 1));
    let mut sensitive = keys.sensitive || values.sensitive;
    let (Kind::List(_, keys), true) = (&keys.kind, keys.is_wholly_known()) else {
        sensitive |= keys.has_sensitive();
        return Ok(computed(ty, arguments).marked(sensitive));
    };
    let elements = match (items(values), unknown_of(values)) {
        (Some(items), _) => items,
        // A list of another length is an error.
        (None, Some(unknown)) => unknown_items(unknown, keys.len()),
        (None, None) => Vec::new(),
    };
    if keys.len() != elements.len() {
        return Err(different_lengths(keys.len(), elements.len()));
    }
    let mut members = Object::new();
    for (at, (key, value)) in keys.iter().zip(elements).enumerate() {
        sensitive |= key.sensitive;
        let key = key_at(at, key)?;
        members.insert(key, value);
    }
    let zipped = if let Type::Map(of) = ty {
        Value::map(of.as_ref().clone(), members)
    } else {
        Value::object(members)
    };
    Ok(zipped.marked(sensitive))
}

/// The elements of an unknown list that has so many.
fn unknown_items(list: &Unknown, length: usize) -> Vec<Value> {
    let of = if let Type::List(of) = &list.ty { of.as_ref().clone() } else { Type::Dynamic };
    (0..length).map(|at| part(list, of.clone(), &index_step(at))).collect()
}
