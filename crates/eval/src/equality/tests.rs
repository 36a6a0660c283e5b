//! Equality against Terraform's recorded answers.

use super::*;
use crate::{Number, References, convert, from_json};

fn value(json: &str) -> Value {
    from_json(json).unwrap()
}

fn list(json: &str) -> Value {
    convert(&value(json), &Type::list(Type::Dynamic)).unwrap()
}

fn set(json: &str) -> Value {
    convert(&value(json), &Type::set(Type::Dynamic)).unwrap()
}

fn unknown(ty: Type) -> Value {
    Value::unknown(ty, References::default())
}

fn not_null(ty: Type) -> Value {
    Unknown { ty, not_null: true, ..Unknown::default() }.into()
}

#[test]
fn values_of_different_types_are_never_equal() {
    for (left, right, expected) in [
        ("1", "1", true),
        ("1", "\"1\"", false),
        ("true", "\"true\"", false),
        ("null", "null", true),
        ("null", "\"\"", false),
        ("[1, 2]", "[1, 2]", true),
        ("[1, 2]", "[2, 1]", false),
        ("[1]", "[\"1\"]", false),
        ("[]", "[]", true),
        ("{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1}", true),
        ("{\"a\": 1}", "{\"a\": \"1\"}", false),
        ("{\"a\": 1}", "{\"b\": 1}", false),
        ("[null]", "[null]", true),
        ("[null]", "[1]", false),
        ("{}", "[]", false),
    ] {
        assert_eq!(equal(&value(left), &value(right)), Some(expected), "{left} == {right}");
    }
    assert_eq!(equal(&value("[]"), &list("[]")), Some(false));
    assert_eq!(equal(&list("[]"), &set("[]")), Some(false));
    assert_eq!(equal(&list("[\"a\"]"), &value("[\"a\"]")), Some(false));
    assert_eq!(equal(&set("[\"a\", \"b\"]"), &set("[\"b\", \"a\"]")), Some(true));
    assert_eq!(equal(&set("[\"a\"]"), &set("[\"b\", \"a\"]")), Some(false));
    let typed = Value::tuple([Value::null(Type::String)]);
    assert_eq!(equal(&value("[null]"), &typed), Some(false));
    assert_eq!(equal(&Value::null(Type::String), &Value::null(Type::Number)), Some(true));
}

#[test]
fn what_is_not_known_may_still_be_told_apart() {
    let text = || unknown(Type::String);
    assert_eq!(equal(&text(), &value("\"x\"")), None);
    assert_eq!(equal(&text(), &value("1")), Some(false));
    assert_eq!(equal(&text(), &Value::NULL), None);
    assert_eq!(equal(&not_null(Type::String), &Value::NULL), Some(false));
    assert_eq!(equal(&unknown(Type::Dynamic), &value("1")), None);
    assert_eq!(equal(&text(), &text()), None);
    let one = || Value::tuple([text()]);
    assert_eq!(equal(&one(), &one()), None);
    assert_eq!(equal(&one(), &value("[]")), Some(false));
    assert_eq!(equal(&Value::tuple([unknown(Type::Dynamic)]), &value("[1]")), None);
    assert_eq!(equal(&Value::tuple([unknown(Type::Dynamic)]), &value("[]")), Some(false));
    assert_eq!(equal(&Value::tuple([unknown(Type::Dynamic)]), &value("{}")), Some(false));
    let members = [("a".into(), text())].into();
    assert_eq!(equal(&Value::object(members), &value("{\"b\": 1}")), Some(false));
    let some = Value::set(Type::String, vec![text()]);
    assert_eq!(equal(&some, &Value::set(Type::String, Vec::new())), Some(false));
    assert_eq!(equal(&some, &set("[\"a\"]")), None);
}

#[test]
fn bounds_tell_apart() {
    let prefixed: Value = Unknown {
        ty: Type::String,
        not_null: true,
        prefix: Some("x-".into()),
        ..Unknown::default()
    }
    .into();
    assert_eq!(equal(&prefixed, &value("\"\"")), Some(false));
    assert_eq!(equal(&prefixed, &value("\"x-1\"")), None);
    let between: Value = Unknown {
        ty: Type::Number,
        range: Some((Number::parse("5"), Number::parse("9"))),
        ..Unknown::default()
    }
    .into();
    assert_eq!(equal(&between, &value("3")), Some(false));
    assert_eq!(equal(&between, &value("7")), None);
    let two: Value =
        Unknown { ty: Type::list(Type::String), length: Some((2, Some(2))), ..Unknown::default() }
            .into();
    assert_eq!(equal(&list("[\"a\"]"), &two), Some(false));
    assert_eq!(equal(&list("[\"a\", \"b\"]"), &two), None);
}
