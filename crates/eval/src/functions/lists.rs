//! Functions that take lists and tuples apart and put them together.

use super::parts::{
    argument, bounded, computed, index_step, is_text, items, name_of_value, part, selected,
    unknown, unknown_of, whole,
};
use crate::{
    CallContext, CallError, Function, Kind, Number, Parameter, Shape, Type, Value, convert, unify,
};

const LIST: Parameter = Parameter::new("list", Shape::Any).unknowable().markable();
const EMPTY: &str = "cannot use element function with an empty list";

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "chunklist",
        parameters: &[
            Parameter::new("list", Shape::List(&Shape::Any)).unknowable().markable(),
            Parameter::new("size", Shape::Number).unknowable().markable(),
        ],
        variadic: None,
        returns: chunklist_type,
        call: chunklist,
    },
    Function {
        name: "concat",
        parameters: &[],
        variadic: Some(Parameter::new("seqs", Shape::Any).unknowable().markable()),
        returns: concat_type,
        call: concat,
    },
    Function {
        name: "element",
        parameters: &[LIST, Parameter::new("index", Shape::Number).unknowable()],
        variadic: None,
        returns: element_type,
        call: element,
    },
    Function {
        name: "flatten",
        parameters: &[LIST],
        variadic: None,
        returns: flatten_type,
        call: flatten,
    },
    Function {
        name: "reverse",
        parameters: &[LIST],
        variadic: None,
        returns: reverse_type,
        call: reverse,
    },
];

#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
fn chunklist_type(arguments: &[Value]) -> Result<Type, CallError> {
    Ok(Type::list(argument(arguments, 0).ty()))
}

fn chunklist(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let (list, size) = (argument(arguments, 0), argument(arguments, 1));
    let ty = list.ty();
    let sensitive = list.sensitive || size.sensitive;
    let (Kind::List(of, items), Some(size)) = (&list.kind, size.as_number()) else {
        return Ok(computed(chunklist_type(arguments)?, arguments).marked(sensitive));
    };
    let size = whole(size).map_err(|why| CallError::new(format!("invalid size: {why}")))?;
    let Ok(size) = usize::try_from(size) else {
        return Err(CallError::new("the size argument must be positive"));
    };
    let chunk = |items: &[Value]| Value::list(of.clone(), items);
    let chunks: Vec<Value> = match size {
        _ if items.is_empty() => Vec::new(),
        0 => vec![chunk(items)],
        _ => items.chunks(size).map(chunk).collect(),
    };
    Ok(Value::list(ty, chunks).marked(sensitive))
}

/// A list when all arguments are lists of types that go together, otherwise a tuple.
fn concat_type(arguments: &[Value]) -> Result<Type, CallError> {
    if arguments.is_empty() {
        return Err(CallError::new("at least one argument is required"));
    }
    let types: Vec<Type> = arguments.iter().map(Value::ty).collect();
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(common) = unify(&types)
    {
        return Ok(common);
    }
    let mut elements = Vec::new();
    let mut is_vague = false;
    for (at, (argument, ty)) in arguments.iter().zip(&types).enumerate() {
        match ty {
            Type::Tuple(types) => elements.extend(types.iter().cloned()),
            Type::List(of) => match items(argument) {
                Some(items) => elements.extend(items.iter().map(|_| of.as_ref().clone())),
                None => is_vague = true,
            },
            Type::Dynamic if !argument.is_known() => is_vague = true,
            Type::Dynamic
            | Type::Bool
            | Type::Number
            | Type::String
            | Type::Set(_)
            | Type::Map(_)
            | Type::Object(_) => {
                let got = name_of_value(argument);
                let message = format!("all arguments must be lists or tuples; got {got}");
                return Err(CallError::argument(at, message));
            }
        }
    }
    Ok(if is_vague { Type::Dynamic } else { Type::Tuple(elements.into()) })
}

fn concat(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = concat_type(arguments)?;
    let sensitive = arguments.iter().any(|it| it.sensitive);
    let mut all = Vec::new();
    for (at, argument) in arguments.iter().enumerate() {
        let of_list = matches!(ty, Type::List(_)).then(|| convert(argument, &ty)).transpose();
        let converted = of_list.map_err(|why| CallError::argument(at, why))?;
        let Some(items) = items(converted.as_ref().unwrap_or(argument)) else {
            return Ok(computed(ty, arguments).marked(sensitive));
        };
        all.extend(items);
        bounded(all.len())?;
    }
    let joined = match ty {
        Type::List(of) => Value::list(of.as_ref().clone(), all),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => Value::tuple(all),
    };
    Ok(joined.marked(sensitive))
}

/// The index after going around, in a list of `length` elements.
fn wrapped(index: &Number, length: usize) -> Result<usize, CallError> {
    let index = whole(index).map_err(|why| CallError::new(format!("invalid index: {why}")))?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let at = index.checked_rem_euclid(length).ok_or_else(|| CallError::new(EMPTY))?;
    usize::try_from(at).map_err(|_| CallError::new(EMPTY))
}

fn element_type(arguments: &[Value]) -> Result<Type, CallError> {
    let (list, index) = (argument(arguments, 0), argument(arguments, 1));
    match list.ty() {
        Type::List(of) => Ok(of.as_ref().clone()),
        Type::Tuple(types) => {
            let Some(index) = index.as_number() else { return Ok(Type::Dynamic) };
            let at = wrapped(index, types.len())?;
            Ok(types.get(at).cloned().unwrap_or_default())
        }
        Type::Dynamic if !list.is_known() => Ok(Type::Dynamic),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Set(_)
        | Type::Map(_)
        | Type::Object(_) => {
            Err(CallError::new(format!("cannot read elements from {}", name_of_value(list))))
        }
    }
}

fn element(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = element_type(arguments)?;
    let (list, index) = (argument(arguments, 0), argument(arguments, 1));
    let value = match (items(list), index.as_number()) {
        (Some(items), Some(index)) => {
            let at = wrapped(index, items.len())?;
            items.get(at).cloned().ok_or_else(|| CallError::new(EMPTY))?
        }
        (Some(items), None) => Value::unknown(ty, selected(&items, index)),
        (None, Some(index)) => {
            let at = whole(index).map_err(|why| CallError::new(format!("invalid index: {why}")))?;
            match (unknown_of(list), usize::try_from(at)) {
                (Some(unknown), Ok(0)) => part(unknown, ty, &index_step(0)),
                // Behind the end of the list it starts again.
                (Some(_) | None, _) => Value::unknown(ty, list.references().computed()),
            }
        }
        (None, None) => Value::unknown(ty, list.references().and(&index.references())),
    };
    Ok(value.marked(list.sensitive))
}

fn flatten_type(arguments: &[Value]) -> Result<Type, CallError> {
    let list = argument(arguments, 0);
    check_flattens(list)?;
    let mut flat = Flat::default();
    flat.add(list)?;
    let types = flat.items.iter().map(Value::ty);
    Ok(if flat.is_vague { Type::Dynamic } else { Type::Tuple(types.collect()) })
}

fn check_flattens(list: &Value) -> Result<(), CallError> {
    // Terraform looks at what is not known only once it is.
    if !list.is_known() || matches!(list.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_)) {
        return Ok(());
    }
    Err(CallError::new("can only flatten lists, sets and tuples"))
}

fn flatten(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let list = argument(arguments, 0);
    check_flattens(list)?;
    let mut flat = Flat::default();
    flat.add(list)?;
    let flattened =
        if flat.is_vague { computed(Type::Dynamic, arguments) } else { Value::tuple(flat.items) };
    Ok(flattened.marked(flat.sensitive))
}

/// What was gathered of lists in lists.
#[derive(Default)]
struct Flat {
    items: Vec<Value>,
    sensitive: bool,
    /// It is not known how many there are.
    is_vague: bool,
}

impl Flat {
    fn add(&mut self, list: &Value) -> Result<(), CallError> {
        self.sensitive |= list.sensitive;
        let Some(items) = items(list) else {
            self.is_vague = true;
            return Ok(());
        };
        // Unknown elements of a set may turn out to be equal.
        if matches!(list.kind, Kind::Set(..)) && items.len() > 1 && !list.is_wholly_known() {
            self.is_vague = true;
        }
        for item in items {
            let is_list = match item.ty() {
                Type::List(_) | Type::Set(_) | Type::Tuple(_) => !item.is_null(),
                // It may be a list, but identifiers are not.
                Type::Dynamic => !item.is_known() && !is_text(&item),
                Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => false,
            };
            if is_list {
                self.add(&item)?;
            } else {
                self.items.push(item);
                bounded(self.items.len())?;
            }
        }
        Ok(())
    }
}

fn reverse_type(arguments: &[Value]) -> Result<Type, CallError> {
    let list = argument(arguments, 0);
    match list.ty() {
        Type::Tuple(types) => Ok(Type::Tuple(types.iter().rev().cloned().collect())),
        Type::List(of) | Type::Set(of) => Ok(Type::List(of)),
        Type::Dynamic if !list.is_known() => Ok(Type::Dynamic),
        ty @ (Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Map(_)
        | Type::Object(_)) => {
            let message = format!("can only reverse list or tuple values, not {}", ty.friendly());
            Err(CallError::argument(0, message))
        }
    }
}

fn reverse(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = reverse_type(arguments)?;
    let list = argument(arguments, 0);
    let reversed = match (items(list), ty) {
        (Some(mut items), ty) => {
            items.reverse();
            if let Type::List(of) = ty {
                Value::list(of.as_ref().clone(), items)
            } else {
                Value::tuple(items)
            }
        }
        (None, ty) => unknown(ty, list.references().computed()),
    };
    Ok(reversed.marked(list.sensitive))
}
