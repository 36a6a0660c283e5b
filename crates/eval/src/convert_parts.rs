//! Conversions to collections and objects, part by part.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::convert::change;
use crate::unify::unified;
use crate::{Kind, Object, Type, Value};

/// The elements of a sequence with the type they have in common, when they come from a collection.
#[derive(Clone, Copy)]
pub(crate) struct Elements<'v> {
    pub(crate) of: Option<&'v Type>,
    pub(crate) values: &'v [Value],
}

impl Elements<'_> {
    /// The type of the elements of the new collection when there are none.
    fn empty(&self, of: &Type) -> Type {
        match (self.of, of) {
            (Some(from), Type::Dynamic) => from.clone(),
            _ => of.clone(),
        }
    }
}

pub(crate) fn to_list(elements: Elements<'_>, of: &Type) -> Result<Value, String> {
    if elements.values.is_empty() {
        return Ok(Value::list(elements.empty(of), []));
    }
    let keys = (0..elements.values.len()).map(|at| at.to_string());
    let changed = change_all(keys, elements.values.iter(), of, "list")?;
    let (of, values) = settle(changed, of, "list")?;
    Ok(Value::list(of, values))
}

pub(crate) fn to_set(elements: Elements<'_>, of: &Type) -> Result<Value, String> {
    if elements.values.is_empty() {
        return Ok(Value::set(elements.empty(of), Vec::new()));
    }
    let keys = (0..elements.values.len()).map(|at| at.to_string());
    let changed = change_all(keys, elements.values.iter(), of, "set")?;
    let (of, values) = settle(changed, of, "set")?;
    Ok(Value::set(of, values))
}

pub(crate) fn to_map(from: Option<&Type>, members: &Object, of: &Type) -> Result<Value, String> {
    if members.is_empty() {
        let elements = Elements { of: from, values: &[] };
        return Ok(Value::map(elements.empty(of), Object::new()));
    }
    let keys = members.keys().map(|key| format!("{key:?}"));
    let changed = change_all(keys, members.values(), of, "map")?;
    let (of, values) = settle(changed, of, "map")?;
    Ok(Value::map(of, members.keys().map(Arc::clone).zip(values).collect()))
}

pub(crate) fn to_object(
    members: &Object,
    types: &BTreeMap<Arc<str>, Type>,
) -> Result<Value, String> {
    let mut changed = Object::new();
    for (name, ty) in types {
        let Some(member) = members.get(name) else {
            return Err(format!("attribute {name:?} is required"));
        };
        let member = change(member, ty).map_err(|error| format!("attribute {name:?}: {error}"))?;
        changed.insert(Arc::clone(name), member);
    }
    Ok(Value::object(changed))
}

/// Each element as the type of the collection's elements; when that is open, as the one type that all
/// can become.
fn change_all<'v>(
    keys: impl Iterator<Item = String>,
    values: impl Iterator<Item = &'v Value> + Clone,
    of: &Type,
    collection: &str,
) -> Result<Vec<Value>, String> {
    let of = if *of == Type::Dynamic {
        let types: Vec<Type> = values.clone().map(Value::ty).collect();
        let mixed = || format!("all elements of a {collection} must have the same type");
        let of = unified(types.iter(), true).ok_or_else(mixed)?;
        let strict = collection != "map";
        if strict && of == Type::Dynamic && types.iter().any(|ty| *ty != of) {
            // Terraform refuses null beside structures; what has no type here for want of a schema
            // has one there.
            let untyped = |it: &&Value| it.ty() == Type::Dynamic;
            if values.clone().filter(untyped).any(Value::is_null) {
                return Err(mixed());
            }
        }
        of
    } else {
        of.clone()
    };
    let pairs = keys.zip(values);
    pairs
        .map(|(key, value)| change(value, &of).map_err(|error| format!("element {key}: {error}")))
        .collect()
}

/// The type that the elements of a collection have in common, and the elements with it.
fn settle(values: Vec<Value>, of: &Type, collection: &str) -> Result<(Type, Vec<Value>), String> {
    if !of.has_dynamic() {
        return Ok((of.clone(), values));
    }
    if let Some(common) = common(&values) {
        let values = values.into_iter().map(|value| typed(value, &common)).collect();
        return Ok((common, values));
    }
    let loose = |value: &Value| match &value.kind {
        Kind::Unknown(unknown) => unknown.ty.has_dynamic(),
        Kind::Open(_) => true,
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => false,
    };
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    if collection != "set"
        && let Some(of) = unified(types.iter(), true)
        && let Ok(again) = values.iter().map(|it| change(it, &of)).collect::<Result<Vec<_>, _>>()
        && let Some(common) = common(&again)
    {
        let values = again.into_iter().map(|value| typed(value, &common)).collect();
        return Ok((common, values));
    }
    if values.iter().any(|value| value.find(&loose).is_some()) {
        return Ok((Type::Dynamic, values));
    }
    Err(format!("all elements of a {collection} must have the same type"))
}

/// The type of all values, leaving aside those without one.
fn common(values: &[Value]) -> Option<Type> {
    let mut found = Type::Dynamic;
    for value in values {
        let ty = value.ty();
        if found == Type::Dynamic {
            found = ty;
        } else if ty != Type::Dynamic && ty != found {
            return None;
        }
    }
    Some(found)
}

/// Gives a value without a type the one of its siblings.
fn typed(value: Value, ty: &Type) -> Value {
    match &value.kind {
        Kind::Null(Type::Dynamic) => Value::null(ty.clone()).marked(value.sensitive),
        Kind::Unknown(unknown) if unknown.ty == Type::Dynamic => {
            change(&value, ty).unwrap_or(value)
        }
        Kind::Null(_)
        | Kind::Unknown(_)
        | Kind::Open(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => value,
    }
}
