//! Functions that keep some elements of a list, or put them into another order.

use std::sync::Arc;

use super::parts::{
    argument, computed, identifies, index_step, items, name_of_value, one_of, own_identifier, part,
    returns_first, returns_strings, unknown_elements, unknown_of, whole,
};
use super::seen::Seen;
use groundplan_ir::{InstanceKey, Step};

use crate::{
    CallContext, CallError, Function, Kind, Parameter, Shape, Source, Type, Unknown, Value,
    convert, unify,
};

const TEXTS: Parameter = Parameter::new("list", Shape::List(&Shape::String)).unknowable();
const ANY_LIST: Shape = Shape::List(&Shape::Any);

/// A part of an unknown list is written out up to this length.
const MAX_UNKNOWN: usize = 1024;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "compact",
        parameters: &[TEXTS],
        variadic: None,
        returns: returns_strings,
        call: |_, arguments| Ok(compact(arguments)),
    },
    Function {
        name: "distinct",
        parameters: &[Parameter::new("list", ANY_LIST).unknowable()],
        variadic: None,
        returns: returns_first,
        call: distinct,
    },
    Function {
        name: "matchkeys",
        parameters: &[
            Parameter::new("values", ANY_LIST).unknowable(),
            Parameter::new("keys", ANY_LIST).unknowable(),
            Parameter::new("searchset", ANY_LIST).unknowable(),
        ],
        variadic: None,
        returns: matchkeys_type,
        call: matchkeys,
    },
    Function {
        name: "slice",
        parameters: &[
            Parameter::new("list", Shape::Any).unknowable().markable(),
            Parameter::new("start_index", Shape::Number).unknowable(),
            Parameter::new("end_index", Shape::Number).unknowable(),
        ],
        variadic: None,
        returns: slice_type,
        call: slice,
    },
    Function {
        name: "sort",
        parameters: &[TEXTS],
        variadic: None,
        returns: returns_strings,
        call: sort,
    },
];

/// Without what is null or empty. An unknown text may be either, unless it is an identifier.
fn compact(arguments: &[Value]) -> Value {
    let Kind::List(_, items) = &argument(arguments, 0).kind else {
        return computed(Type::list(Type::String), arguments);
    };
    if items.iter().any(|it| !it.is_known() && !identifies(it)) {
        return computed(Type::list(Type::String), arguments);
    }
    let stays = |it: &&Value| !it.is_null() && it.as_str() != Some("");
    let kept: Vec<Value> = items.iter().filter(stays).cloned().collect();
    Value::list(Type::String, kept)
}

/// Each element once, at its first place. Terraform only says that the result is unknown when an element
/// is.
fn distinct(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let list = argument(arguments, 0);
    let Kind::List(of, items) = &list.kind else {
        return Ok(computed(list.ty(), arguments));
    };
    if !tell_apart(items) {
        return Ok(some_of(of, items, arguments));
    }
    let mut seen = Seen::default();
    let mut kept: Vec<Value> = Vec::new();
    for item in items.iter() {
        if seen.insert(item)? {
            kept.push(item.clone());
        }
    }
    Ok(Value::list(of.clone(), kept))
}

/// Whether it is certain of any two elements that they are equal, or that they are not.
fn tell_apart(items: &[Value]) -> bool {
    let mut unknown = items.iter().filter(|it| !it.is_wholly_known());
    let Some(first) = unknown.next() else { return true };
    let is_same = |it: &Value| match (own_identifier(first), own_identifier(it)) {
        (Some((one, name)), Some((other, as_well))) => one.kind == other.kind && name == as_well,
        (_, _) => false,
    };
    let is_copy = |it: &Value| it == first && unknown_of(it).is_some_and(|it| it.references.exact);
    let rest: Vec<&Value> = unknown.collect();
    // A known text may be the name that becomes an identifier.
    let is_nothing = |it: &Value| it.is_null() || it.as_str() == Some("");
    let alone = || items.iter().all(|it| !it.is_wholly_known() || is_nothing(it));
    if rest.is_empty() && items.len() == 1 {
        return true;
    }
    if is_same(first) {
        return rest.into_iter().all(is_same) && alone();
    }
    items.iter().all(is_copy) && !items.iter().any(is_any_of_several)
}

/// Whether the value stands for what each of several instances or elements gives.
fn is_any_of_several(value: &Value) -> bool {
    let is_any = |step: &Step| matches!(step, Step::Key(InstanceKey::Any));
    value.references().all.iter().any(|it| {
        it.path.iter().any(is_any)
            || match &it.source {
                Source::Instance(address) => address.is_symbolic(),
                Source::Output(module, _) => module.is_symbolic(),
                Source::Variable(_) | Source::Impure(_) => false,
            }
    }) || value.references().all.len() != 1
}

/// A list of some of the elements, at least one.
fn some_of(of: &Type, items: &[Value], arguments: &[Value]) -> Value {
    let value = computed(Type::list(of.clone()), arguments);
    let Some(plain) = unknown_of(&value) else { return value };
    Unknown { length: Some((items.len().min(1), Some(items.len()))), ..plain.clone() }.into()
}

fn key_type(arguments: &[Value]) -> Result<Type, CallError> {
    unify(&[argument(arguments, 1).ty(), argument(arguments, 2).ty()])
        .ok_or_else(|| CallError::new("keys and searchset must be of the same type"))
}

fn matchkeys_type(arguments: &[Value]) -> Result<Type, CallError> {
    key_type(arguments)?;
    returns_first(arguments)
}

fn matchkeys(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = key_type(arguments)?;
    let values = argument(arguments, 0);
    let as_keys = |index: usize| {
        convert(argument(arguments, index), &ty).map_err(|why| CallError::argument(index, why))
    };
    let (keys, wanted) = (as_keys(1)?, as_keys(2)?);
    let is_unknown = || Ok(computed(values.ty(), arguments));
    let (Kind::List(of, items), Kind::List(_, keys), Kind::List(_, wanted)) =
        (&values.kind, &keys.kind, &wanted.kind)
    else {
        return is_unknown();
    };
    if items.len() != keys.len() {
        return Err(CallError::new("length of keys and values should be equal"));
    }
    if wanted.is_empty() {
        return Ok(Value::list(of.clone(), []));
    }
    if !values.is_wholly_known() || !keys.iter().all(Value::is_wholly_known) {
        return is_unknown();
    }
    // Terraform answers so where it meets something unknown, although it does not know.
    let known = wanted.iter().position(|it| !it.is_wholly_known()).unwrap_or(wanted.len());
    let known_wanted = Seen::of(wanted.get(..known).unwrap_or_default())?;
    let mut kept = Vec::new();
    for (item, key) in items.iter().zip(keys.iter()) {
        if known_wanted.holds(key) {
            kept.push(item.clone());
        } else if known < wanted.len() {
            return Ok(Value::list(of.clone(), []));
        }
    }
    Ok(Value::list(of.clone(), kept))
}

/// The bounds of a slice as far as they are known, checked as far as the length is.
fn bounds(arguments: &[Value]) -> Result<(Option<usize>, Option<usize>), CallError> {
    let length = items(argument(arguments, 0)).map(|items| items.len());
    let bound = |index: usize, name: &str| -> Result<Option<usize>, CallError> {
        let wrong = |why: String| CallError::argument(index, why);
        let Some(number) = argument(arguments, index).as_number() else { return Ok(None) };
        let at = whole(number).map_err(|why| wrong(format!("invalid {name} index: {why}")))?;
        let at = usize::try_from(at)
            .map_err(|_| wrong(format!("{name} index must not be less than zero")))?;
        if length.is_some_and(|length| at > length) {
            let message = format!("{name} index must not be greater than the length of the list");
            return Err(wrong(message));
        }
        Ok(Some(at))
    };
    let (start, end) = (bound(1, "start")?, bound(2, "end")?);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(CallError::argument(1, "start index must not be greater than end index"));
    }
    Ok((start, end))
}

fn slice_type(arguments: &[Value]) -> Result<Type, CallError> {
    let list = argument(arguments, 0);
    let ty = list.ty();
    if matches!(ty, Type::Set(_)) {
        return Err(CallError::argument(
            0,
            "cannot slice a set, because its elements do not have indices; explicitly convert to a \
             list if the ordering of the result is not important",
        ));
    }
    let may_be_list = match &ty {
        Type::Dynamic => !list.is_known(),
        Type::List(_) | Type::Tuple(_) => true,
        Type::Bool
        | Type::Number
        | Type::String
        | Type::Set(_)
        | Type::Map(_)
        | Type::Object(_) => false,
    };
    if !may_be_list {
        return Err(CallError::argument(0, "must be a list or tuple value"));
    }
    let bounds = bounds(arguments)?;
    let Type::Tuple(types) = &ty else { return Ok(ty) };
    let (Some(start), Some(end)) = bounds else { return Ok(Type::Dynamic) };
    Ok(Type::Tuple(types.get(start..end).unwrap_or_default().into()))
}

fn slice(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = slice_type(arguments)?;
    let list = argument(arguments, 0);
    let (Some(start), Some(end)) = bounds(arguments)? else {
        return Ok(computed(ty, arguments).marked(list.sensitive));
    };
    let kept = match (items(list), unknown_of(list)) {
        (Some(items), _) => items.get(start..end).unwrap_or_default().to_vec(),
        // How long the list is does not matter: too short is an error.
        (None, Some(unknown)) if end - start <= MAX_UNKNOWN => {
            let of = if let Type::List(of) = &ty { of.as_ref().clone() } else { Type::Dynamic };
            (start..end).map(|at| part(unknown, of.clone(), &index_step(at))).collect()
        }
        (None, _) => return Ok(computed(ty, arguments).marked(list.sensitive)),
    };
    let sliced = match ty {
        Type::List(of) => Value::list(of.as_ref().clone(), kept),
        Type::Dynamic => Value::list(Type::Dynamic, kept),
        Type::Bool
        | Type::Number
        | Type::String
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => Value::tuple(kept),
    };
    Ok(sliced.marked(list.sensitive))
}

/// By the bytes of the texts. When one is unknown, so is the order, but not the number of elements.
fn sort(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let list = argument(arguments, 0);
    let Kind::List(_, items) = &list.kind else {
        return Ok(computed(Type::list(Type::String), arguments));
    };
    if let [only] = items.as_ref()
        && !only.is_known()
    {
        return Ok(list.clone());
    }
    if !list.is_wholly_known() {
        return Ok(unknown_elements(&Type::String, items.len(), &one_of(items.iter())));
    }
    let mut texts: Vec<Arc<str>> = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        match &item.kind {
            Kind::String(text) => texts.push(Arc::clone(text)),
            Kind::Null(_) => {
                let message =
                    format!("given list element {at} is null; a null string cannot be sorted");
                return Err(CallError::new(message));
            }
            Kind::Bool(_)
            | Kind::Number(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_)
            | Kind::Open(_)
            | Kind::Unknown(_) => {
                let message = format!("cannot sort {}", name_of_value(item));
                return Err(CallError::argument(0, message));
            }
        }
    }
    texts.sort_unstable();
    let sorted: Vec<Value> = texts.into_iter().map(Value::normal_string).collect();
    Ok(Value::list(Type::String, sorted))
}
