//! `format` and `formatlist`.

mod number;
mod scan;
#[cfg(test)]
mod tests;
mod verb;

use unicode_segmentation::UnicodeSegmentation as _;

use super::take;
use crate::{CallContext, CallError, Function, Kind, Parameter, Shape, Type, Unknown, Value};

const FORMAT: Parameter = Parameter::new("format", Shape::String);
const ARGUMENTS: Parameter = Parameter::new("args", Shape::Any).nullable().unknowable();

/// The functions of this file.
pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "format",
        parameters: &[FORMAT],
        variadic: Some(ARGUMENTS),
        returns: |arguments| Ok(unless_untyped(arguments, Type::String)),
        call: format,
    },
    Function {
        name: "formatlist",
        parameters: &[FORMAT],
        variadic: Some(ARGUMENTS),
        returns: |arguments| Ok(unless_untyped(arguments, Type::list(Type::String))),
        call: formatlist,
    },
];

/// Terraform knows nothing of the result, not even its type, while an argument has no type.
fn unless_untyped(arguments: &[Value], ty: Type) -> Type {
    let untyped = |it: &Value| match &it.kind {
        Kind::Null(ty) => *ty == Type::Dynamic,
        Kind::Unknown(unknown) => unknown.ty == Type::Dynamic,
        Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_) => false,
    };
    if arguments.iter().skip(1).any(untyped) { Type::Dynamic } else { ty }
}

fn format(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    if unless_untyped(arguments, Type::String) == Type::Dynamic {
        return Ok(take::computed(Type::Dynamic, arguments));
    }
    let template = take::text(arguments, 0)?;
    let values: Vec<&Value> = arguments.iter().skip(1).collect();
    if values.iter().all(|it| it.is_wholly_known()) {
        return Ok(Value::string(&scan::print(template, &values)?));
    }
    Ok(unknown(template, arguments))
}

/// What is printed is not known, but it starts with the text before the first verb.
fn unknown(template: &str, arguments: &[Value]) -> Value {
    let whole = take::computed(Type::String, arguments);
    let literal = template.split_once('%').map_or("", |(literal, _)| literal);
    let prefix = settled_prefix(literal);
    if prefix.is_empty() {
        return whole;
    }
    let references = whole.references();
    let Some(prefix) = Value::string(prefix).as_str().map(Into::into) else {
        return whole;
    };
    Unknown {
        ty: Type::String,
        references,
        not_null: true,
        prefix: Some(prefix),
        ..Unknown::default()
    }
    .into()
}

/// The text without a last character that could become another one by what follows it.
fn settled_prefix(text: &str) -> &str {
    const SETTLED: &str = "-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'";
    match text.grapheme_indices(true).next_back() {
        Some((at, last)) if last.len() > 1 || !SETTLED.contains(last) => {
            text.get(..at).unwrap_or_default()
        }
        Some(_) | None => text,
    }
}

/// An argument of `formatlist`.
enum Column<'v> {
    /// An element for each line.
    Items(Vec<&'v Value>),
    /// The same for each line.
    Single(&'v Value),
    /// A list whose elements are not known.
    Unknown,
}

fn column(argument: &Value) -> Column<'_> {
    match &argument.kind {
        // How long a set is cannot be told while elements may turn out to be the same.
        Kind::Set(_, items) if items.len() > 1 && !argument.is_wholly_known() => Column::Unknown,
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            Column::Items(items.iter().collect())
        }
        Kind::Unknown(unknown)
            if matches!(unknown.ty, Type::List(_) | Type::Set(_) | Type::Tuple(_)) =>
        {
            Column::Unknown
        }
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Map(..)
        | Kind::Object(_)
        | Kind::Open(_)
        | Kind::Unknown(_) => Column::Single(argument),
    }
}

/// How many lines the argument asks for, when it asks.
fn lines(argument: &Value, column: &Column<'_>) -> Option<usize> {
    if let Column::Items(items) = column {
        return Some(items.len());
    }
    // A tuple of which only the type is known has its length in that.
    if let Kind::Unknown(unknown) = &argument.kind
        && let Type::Tuple(types) = &unknown.ty
    {
        return Some(types.len());
    }
    None
}

fn line_count(arguments: &[Value], columns: &[Column<'_>]) -> Result<usize, CallError> {
    let mut first: Option<(usize, usize)> = None;
    for (index, (argument, column)) in (1..).zip(arguments.iter().skip(1).zip(columns)) {
        let Some(count) = lines(argument, column) else {
            continue;
        };
        match first {
            None => first = Some((index, count)),
            Some((other, wanted)) if wanted != count => {
                let message = format!(
                    "argument {index} has length {count}, which is inconsistent with argument \
                     {other} of length {wanted}"
                );
                return Err(CallError::argument(index, message));
            }
            Some(_) => {}
        }
    }
    Ok(first.map_or(1, |(_, count)| count))
}

fn formatlist(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let ty = unless_untyped(arguments, Type::list(Type::String));
    if ty == Type::Dynamic {
        return Ok(take::computed(ty, arguments));
    }
    let template = take::text(arguments, 0)?;
    let columns: Vec<Column<'_>> = arguments.iter().skip(1).map(column).collect();
    let count = line_count(arguments, &columns)?;
    if columns.iter().any(|it| matches!(it, Column::Unknown)) {
        return Ok(take::computed(ty, arguments));
    }
    let mut printed = Vec::new();
    let mut length = 0_usize;
    for line in 0..count {
        let cell = |column: &Column<'_>| match column {
            Column::Items(items) => items.get(line).map(|it| (*it).clone()),
            Column::Single(value) => Some((*value).clone()),
            Column::Unknown => None,
        };
        let values: Vec<Value> = columns.iter().filter_map(cell).collect();
        if !values.iter().all(Value::is_wholly_known) {
            printed.push(take::computed(Type::String, &values));
            continue;
        }
        let values: Vec<&Value> = values.iter().collect();
        let text = scan::print(template, &values).map_err(|error| CallError {
            message: format!("error on format iteration {line}: {}", error.message),
            argument: error.argument,
        })?;
        length = length.saturating_add(text.len());
        take::bounded(Some(length))?;
        printed.push(Value::string(&text));
    }
    Ok(Value::list(Type::String, printed))
}
