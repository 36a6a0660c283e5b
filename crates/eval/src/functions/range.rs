//! `range`.

use super::parts::computed;
use crate::{CallContext, CallError, Function, Number, Parameter, Shape, Type, Value};

/// Terraform's own limit.
const MAX_NUMBERS: usize = 1024;

pub(super) const FUNCTIONS: &[Function] = &[Function {
    name: "range",
    parameters: &[],
    variadic: Some(Parameter::new("params", Shape::Number).unknowable()),
    returns: range_type,
    call: range,
}];

#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
fn range_type(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::list(Type::Number))
}

fn range(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    if arguments.iter().any(|it| !it.is_known()) {
        return Ok(computed(Type::list(Type::Number), arguments));
    }
    let zero = Number::from(0_i128);
    let numbers: Vec<Number> = arguments.iter().filter_map(Value::as_number).cloned().collect();
    let towards =
        |start: &Number, end: &Number| Number::from(if end < start { -1 } else { 1_i128 });
    let (start, end, step) = match numbers.as_slice() {
        [end] => (zero.clone(), end.clone(), towards(&zero, end)),
        [start, end] => (start.clone(), end.clone(), towards(start, end)),
        [start, end, step] => (start.clone(), end.clone(), step.clone()),
        _ => return Err(CallError::new("must have one, two, or three arguments")),
    };
    if step == zero && start != end {
        return Err(CallError::argument(2, "step must not be zero"));
    }
    let down = step < zero;
    if down && end > start {
        return Err(CallError::argument(1, "end must be less than start when step is negative"));
    }
    if !down && end < start {
        return Err(CallError::argument(1, "end must be greater than start when step is positive"));
    }
    let mut numbers = Vec::new();
    let mut number = start;
    while if down { number > end } else { number < end } {
        if numbers.len() >= MAX_NUMBERS {
            return Err(CallError::new(
                "more than 1024 values were generated; either decrease the difference between start \
                 and end or use a smaller step",
            ));
        }
        numbers.push(number.clone().into());
        number = number.add(&step).map_err(CallError::new)?;
    }
    Ok(Value::list(Type::Number, numbers))
}
