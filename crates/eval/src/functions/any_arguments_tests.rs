//! Functions of collections with every combination of a few arguments.

use std::path::Path;

use super::{collections, conversions, lists, maps, merge, range, selections, sets};
use crate::{
    CallContext, Function, Kind, NoFiles, Number, Object, Open, Reference, References, Shape,
    Source, Type, Unknown, Value, convert,
};

fn ty(shape: Shape) -> Type {
    match shape {
        Shape::Any => Type::Dynamic,
        Shape::Bool => Type::Bool,
        Shape::Number => Type::Number,
        Shape::String => Type::String,
        Shape::List(of) => Type::list(ty(*of)),
        Shape::Set(of) => Type::set(ty(*of)),
        Shape::Map(of) => Type::map(ty(*of)),
    }
}

fn text(text: &str) -> Value {
    Value::normal_string(text)
}

fn unknown(ty: Type) -> Value {
    let source = Source::Variable("x".into());
    Value::unknown(ty, References::exactly(Reference { source, path: [].into() }))
}

/// Values of every kind and size that matters.
fn values() -> Vec<Value> {
    let members = |value: Value| Object::from([("a".into(), value)]);
    let open = Open { members: members(text("x")), source: Source::Variable("o".into()) };
    let long = Unknown {
        ty: Type::list(Type::String),
        length: Some((2, Some(3))),
        not_null: true,
        ..Unknown::default()
    };
    vec![
        Value::NULL,
        Value::null(Type::list(Type::String)),
        true.into(),
        Number::from(1_i128).into(),
        Number::from(i128::MAX).into(),
        Number::from(-1_i128).into(),
        text(""),
        text("a").marked(true),
        unknown(Type::Dynamic),
        unknown(Type::String),
        unknown(Type::Number),
        unknown(Type::Tuple([Type::String, Type::Number].into())),
        unknown(Type::map(Type::String)).marked(true),
        unknown(Type::Object(std::sync::Arc::new([("a".into(), Type::String)].into()))),
        long.into(),
        Value::tuple([]),
        Value::tuple([text("a").marked(true), unknown(Type::String), Value::NULL]),
        Value::tuple([Value::tuple([text("a")]), true.into()]),
        Value::list(Type::String, [text("b"), text("a")]),
        Value::list(Type::Bool, [true.into(), unknown(Type::Bool)]),
        Value::set(Type::String, vec![text("b"), unknown(Type::String)]),
        Value::set(Type::Number, vec![Number::from(2_i128).into()]),
        Value::map(Type::String, members(text("x"))),
        Value::map(Type::list(Type::String), members(Value::list(Type::String, [text("z")]))),
        Value::object(members(Value::NULL)),
        Value::object(Object::new()),
        Kind::Open(open.into()).into(),
    ]
}

/// The arguments as a call passes them, when it accepts them.
fn accepted(function: &Function, given: &[&Value]) -> Option<Vec<Value>> {
    if given.len() < function.parameters.len() {
        return None;
    }
    let accept = |(at, value): (usize, &&Value)| {
        let parameter = function.parameters.get(at).or(function.variadic.as_ref())?;
        let value = convert(value, &ty(parameter.shape)).ok()?;
        let value = if parameter.marked { value } else { value.unmarked().0 };
        let passes =
            (parameter.null || !value.is_null()) && (parameter.unknown || value.is_known());
        passes.then_some(value)
    };
    given.iter().enumerate().map(accept).collect()
}

/// Calls the function both with what a call would pass, and with what it would not; the result is of
/// the type that was told.
fn check(function: &Function, given: &[&Value]) {
    let context = CallContext { files: &NoFiles, directory: Path::new(".") };
    let raw: Vec<Value> = given.iter().map(|it| (*it).clone()).collect();
    let (_, _) = ((function.returns)(&raw), (function.call)(&context, &raw));
    let Some(arguments) = accepted(function, given) else { return };
    let told = (function.returns)(&arguments);
    let result = (function.call)(&context, &arguments);
    let name = function.name;
    match (told, result) {
        (Err(why), Ok(result)) => panic!("{name}({arguments:?}): {why:?}, but {result:?}"),
        (Ok(told), Ok(result)) if !told.has_dynamic() && !result.ty().has_dynamic() => {
            assert_eq!(result.ty(), told, "{name}({arguments:?})");
        }
        (Ok(_), Ok(_)) | (_, Err(_)) => {}
    }
}

#[test]
fn results_are_of_the_type_that_was_told() {
    let families = [
        collections::FUNCTIONS,
        conversions::FUNCTIONS,
        lists::FUNCTIONS,
        maps::FUNCTIONS,
        merge::FUNCTIONS,
        range::FUNCTIONS,
        selections::FUNCTIONS,
        sets::FUNCTIONS,
    ];
    let values = values();
    for function in families.into_iter().flatten() {
        check(function, &[]);
        for first in &values {
            check(function, &[first]);
            for second in &values {
                check(function, &[first, second]);
                if function.parameters.len() < 3 && function.variadic.is_none() {
                    continue;
                }
                for third in &values {
                    check(function, &[first, second, third]);
                }
            }
        }
    }
}
