//! `formatdate`, `timeadd` and `timecmp`.

mod duration;
mod format;
mod moment;

pub(super) use moment::Moment;

use super::take::{returns_number, returns_string, text};
use crate::{CallContext, CallError, Function, Number, Parameter, Shape, Value};

pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "formatdate",
        parameters: &[
            Parameter::new("format", Shape::String),
            Parameter::new("time", Shape::String),
        ],
        variadic: None,
        returns: returns_string,
        call: |_, arguments| {
            let moment = moment(arguments, 1)?;
            let text = format::format(text(arguments, 0)?, &moment);
            Ok(Value::string(&text.map_err(|why| CallError::argument(0, why))?))
        },
    },
    Function {
        name: "timeadd",
        parameters: &[
            Parameter::new("timestamp", Shape::String),
            Parameter::new("duration", Shape::String),
        ],
        variadic: None,
        returns: returns_string,
        call: add,
    },
    Function {
        name: "timecmp",
        parameters: &[
            Parameter::new("timestamp_a", Shape::String),
            Parameter::new("timestamp_b", Shape::String),
        ],
        variadic: None,
        returns: returns_number,
        call: |_, arguments| {
            let (one, other) = (moment(arguments, 0)?, moment(arguments, 1)?);
            Ok(Number::from(one.instant().cmp(&other.instant()) as i128).into())
        },
    },
];

fn moment(arguments: &[Value], index: usize) -> Result<Moment, CallError> {
    Moment::parse(text(arguments, index)?)
        .map_err(|why| CallError::argument(index, format!("not a valid RFC 3339 timestamp: {why}")))
}

fn add(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let moment = moment(arguments, 0)?;
    let duration = text(arguments, 1)?;
    let duration = duration::parse(duration)
        .ok_or_else(|| CallError::argument(1, format!("{duration:?} is not a duration")))?;
    Ok(Value::normal_string(moment.plus(duration).to_string()))
}

#[cfg(test)]
mod tests;
