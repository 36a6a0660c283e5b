//! Functions of sets.

use super::parts::{MAX_ELEMENTS, bounded, computed, items, unknown_of};
use super::seen::Seen;
use crate::{
    CallContext, CallError, Function, Kind, Parameter, Shape, Type, Unknown, Value, convert, unify,
};

const SET: Shape = Shape::Set(&Shape::Any);
const FIRST: Parameter = Parameter::new("first_set", SET).unknowable();
const OTHERS: Parameter = Parameter::new("other_sets", SET).unknowable();

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "setintersection",
        parameters: &[FIRST],
        variadic: Some(OTHERS),
        returns: common_set,
        call: |_, arguments| combine(arguments, |set, other| set.retain(|it| other.holds(it))),
    },
    Function {
        name: "setproduct",
        parameters: &[],
        variadic: Some(Parameter::new("sets", Shape::Any).unknowable().markable()),
        returns: product_type,
        call: product,
    },
    Function {
        name: "setsubtract",
        parameters: &[Parameter::new("a", SET).unknowable(), Parameter::new("b", SET).unknowable()],
        variadic: None,
        returns: common_set,
        call: |_, arguments| combine(arguments, |set, other| set.retain(|it| !other.holds(it))),
    },
    Function {
        name: "setunion",
        parameters: &[FIRST],
        variadic: Some(OTHERS),
        returns: common_set,
        call: union,
    },
];

/// A set of the type to which the elements of all sets can be converted. An empty set of no type goes with
/// everything.
fn common_set(arguments: &[Value]) -> Result<Type, CallError> {
    let mut elements = Vec::new();
    for argument in arguments {
        let Type::Set(of) = argument.ty() else { continue };
        let is_empty = items(argument).is_some_and(|items| items.is_empty());
        if !(is_empty && *of == Type::Dynamic) {
            elements.push(of.as_ref().clone());
        }
    }
    if elements.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    let common = unify(&elements)
        .ok_or_else(|| CallError::new("given sets must all have compatible element types"))?;
    Ok(Type::set(common))
}

/// The sets, converted to their common type.
fn converted(arguments: &[Value], ty: &Type) -> Result<Vec<Value>, CallError> {
    let one = |(at, argument): (usize, &Value)| {
        convert(argument, ty).map_err(|why| CallError::argument(at, why))
    };
    arguments.iter().enumerate().map(one).collect()
}

fn element_of(ty: &Type) -> Type {
    if let Type::Set(of) | Type::List(of) = ty { of.as_ref().clone() } else { Type::Dynamic }
}

fn union(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = common_set(arguments)?;
    let mut all = Vec::new();
    for set in converted(arguments, &ty)? {
        let Some(items) = items(&set) else {
            return Ok(computed(ty, arguments));
        };
        all.extend(items);
        bounded(all.len())?;
    }
    Ok(Value::set(element_of(&ty), all))
}

/// What of the first set stays, looking at each other set.
fn combine(arguments: &[Value], keep: impl Fn(&mut Vec<Value>, &Seen)) -> Result<Value, CallError> {
    let ty = common_set(arguments)?;
    let sets = converted(arguments, &ty)?;
    if !sets.iter().all(Value::is_wholly_known) {
        return Ok(computed(ty, arguments));
    }
    let mut sets = sets.iter();
    let mut kept = sets.next().and_then(items).unwrap_or_default();
    for set in sets {
        let other = items(set).unwrap_or_default();
        keep(&mut kept, &Seen::of(&other)?);
    }
    Ok(Value::set(element_of(&ty), kept))
}

/// A list of tuples when all arguments are lists or tuples, otherwise a set of tuples.
fn product_type(arguments: &[Value]) -> Result<Type, CallError> {
    if arguments.len() < 2 {
        return Err(CallError::new("at least two arguments are required"));
    }
    let mut elements = Vec::with_capacity(arguments.len());
    let mut is_list = true;
    let mut is_vague = false;
    for (at, argument) in arguments.iter().enumerate() {
        let element = match argument.ty() {
            Type::Set(of) => {
                is_list = false;
                of.as_ref().clone()
            }
            Type::List(of) => of.as_ref().clone(),
            Type::Tuple(types) if types.is_empty() => Type::Dynamic,
            Type::Tuple(types) => unify(&types)
                .ok_or_else(|| CallError::argument(at, "all elements must be of the same type"))?,
            Type::Dynamic if !argument.is_known() => {
                is_vague = true;
                Type::Dynamic
            }
            Type::Dynamic
            | Type::Bool
            | Type::Number
            | Type::String
            | Type::Map(_)
            | Type::Object(_) => {
                let message = "a set or a list is required";
                return Err(CallError::argument(at, message));
            }
        };
        elements.push(element);
    }
    if is_vague {
        return Ok(Type::Dynamic);
    }
    let tuple = Type::Tuple(elements.into());
    Ok(if is_list { Type::list(tuple) } else { Type::set(tuple) })
}

fn product(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = product_type(arguments)?;
    let sensitive = arguments.iter().any(|it| it.sensitive);
    let factors: Option<Vec<Vec<Value>>> = arguments.iter().map(counted_items).collect();
    let Some(factors) = factors else {
        return Ok(unknown_product(&ty, arguments).marked(sensitive));
    };
    let element = element_of(&ty);
    let Type::Tuple(types) = &element else {
        return Ok(computed(ty, arguments).marked(sensitive));
    };
    let total = factors
        .iter()
        .try_fold(1_usize, |total, items| total.checked_mul(items.len()))
        .and_then(|total| total.checked_mul(arguments.len()));
    if total.is_none_or(|total| total > MAX_ELEMENTS) {
        bounded(usize::MAX)?;
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for (at, (items, ty)) in factors.iter().zip(types.iter()).enumerate() {
        let items: Vec<Value> = items
            .iter()
            .map(|it| convert(it, ty).map_err(|why| CallError::argument(at, why)))
            .collect::<Result<_, _>>()?;
        let longer = |row: &Vec<Value>| {
            let row = row.clone();
            items.iter().map(move |it| [row.clone(), vec![it.clone()]].concat()).collect::<Vec<_>>()
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    let rows: Vec<Value> = rows.into_iter().map(Value::tuple).collect();
    let product = if matches!(ty, Type::List(_)) {
        Value::list(element, rows)
    } else {
        Value::set(element, rows)
    };
    Ok(product.marked(sensitive))
}

/// The elements, when it is certain how many there are. Unknown elements of a set may turn out to be equal.
fn counted_items(value: &Value) -> Option<Vec<Value>> {
    let items = items(value)?;
    let may_shrink =
        matches!(value.kind, Kind::Set(..)) && items.len() > 1 && !value.is_wholly_known();
    (!may_shrink).then_some(items)
}

/// A product of which it is only known how many elements it has at most.
fn unknown_product(ty: &Type, arguments: &[Value]) -> Value {
    let most = arguments.iter().try_fold(1_usize, |most, argument| {
        let of_unknown = || unknown_of(argument)?.length?.1;
        let length = items(argument).map(|items| items.len()).or_else(of_unknown)?;
        most.checked_mul(length).filter(|_| length <= 1024)
    });
    let value = computed(ty.clone(), arguments);
    match (most.filter(|most| *most <= 2048), ty, unknown_of(&value)) {
        (Some(0), Type::List(of), _) => Value::list(of.as_ref().clone(), []),
        (Some(0), Type::Set(of), _) => Value::set(of.as_ref().clone(), Vec::new()),
        (Some(most), Type::List(_) | Type::Set(_), Some(plain)) => {
            Unknown { length: Some((1, Some(most))), ..plain.clone() }.into()
        }
        (_, _, _) => value,
    }
}
