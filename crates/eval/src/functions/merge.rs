//! `merge`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::parts::{argument, bounded, computed, key_step, members, name_of_value, one_of};
use crate::{CallContext, CallError, Function, Kind, Object, Open, Parameter, Shape, Type, Value};

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "merge",
    parameters: &[],
    variadic: Some(Parameter::new("maps", Shape::Any).nullable().unknowable().markable()),
    returns: merge_type,
    call: merge,
}];

/// Arguments of one type keep it; otherwise the result is an object of all members.
fn merge_type(arguments: &[Value]) -> Result<Type, CallError> {
    let mut attributes = BTreeMap::new();
    let mut is_vague = false;
    for argument in arguments {
        match argument.ty() {
            Type::Dynamic => return Ok(Type::Dynamic),
            Type::Object(_) | Type::Map(_) if argument.is_null() => {}
            Type::Object(types) => {
                attributes.extend(types.iter().map(|(name, ty)| (Arc::clone(name), ty.clone())));
            }
            Type::Map(of) => match members(argument) {
                Some(members) => {
                    attributes.extend(members.into_keys().map(|name| (name, of.as_ref().clone())));
                }
                None => is_vague = true,
            },
            Type::Bool
            | Type::Number
            | Type::String
            | Type::List(_)
            | Type::Set(_)
            | Type::Tuple(_) => {
                let got = name_of_value(argument);
                let message = format!("arguments must be maps or objects, got {got:?}");
                return Err(CallError::new(message));
            }
        }
    }
    let first = argument(arguments, 0).ty();
    let is_map = matches!(first, Type::Map(_));
    if is_map && arguments.iter().all(|argument| argument.ty() == first) {
        return Ok(first);
    }
    Ok(if is_vague { Type::Dynamic } else { Type::Object(Arc::new(attributes)) })
}

fn merge(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = merge_type(arguments)?;
    let sensitive = arguments.iter().any(|it| it.sensitive && !it.is_null());
    let mut merged = Object::new();
    let mut open: Option<&Value> = None;
    for argument in arguments {
        if argument.is_null() {
            continue;
        }
        if let Kind::Open(other) = &argument.kind {
            // Two of them have no one source to which the other members refer.
            if open.is_some() {
                return Ok(computed(Type::Dynamic, arguments).marked(sensitive));
            }
            override_with(&mut merged, argument, other);
            open = Some(argument);
            continue;
        }
        if !matches!(argument.ty(), Type::Object(_) | Type::Map(_) | Type::Dynamic) {
            merge_type(std::slice::from_ref(argument))?;
        }
        let Some(members) = members(argument) else {
            return Ok(computed(ty, arguments).marked(sensitive));
        };
        merged.extend(members);
        bounded(merged.len())?;
    }
    let value = match (open.map(|it| &it.kind), ty) {
        (Some(Kind::Open(open)), _) => {
            let source = open.source.clone();
            Kind::Open(Arc::new(Open { members: merged, source })).into()
        }
        (_, Type::Map(of)) => Value::map(of.as_ref().clone(), merged),
        (_, _) => Value::object(merged),
    };
    Ok(value.marked(sensitive))
}

/// Members of `open` come over those gathered so far. One that `open` may have too is one of the two.
fn override_with(merged: &mut Object, whole: &Value, open: &Open) {
    for (name, member) in merged.iter_mut() {
        if !open.members.contains_key(name) {
            let step = key_step(&Type::Dynamic, name);
            let theirs = Value::unknown(Type::Dynamic, whole.references().step(&step));
            *member = Value::unknown(Type::Dynamic, one_of([&theirs, &*member]));
        }
    }
    merged.extend(open.members.iter().map(|(name, it)| (Arc::clone(name), it.clone())));
}
