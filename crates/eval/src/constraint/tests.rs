//! Constraints against what Terraform makes of the same types.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Ident, Literal, Node, ObjectItem};

use super::*;
use crate::{Error, References, from_json, to_json};

fn expr(node: Node) -> Expr {
    Expr { node, at: Location::default() }
}

fn name(text: &str) -> Expr {
    expr(Node::Variable(text.into()))
}

fn text(text: &str) -> Expr {
    expr(Node::Literal(Literal::String(text.into())))
}

fn call(name: &str, arguments: Vec<Expr>) -> Expr {
    let name = Ident { text: name.into(), at: Location::default() };
    expr(Node::Call { name, arguments, expand_final: false })
}

fn object(items: Vec<(&str, Expr)>) -> Expr {
    let items = items.into_iter().map(|(key, value)| ObjectItem { key: text(key), value });
    call("object", vec![expr(Node::Object(items.collect()))])
}

/// An optional attribute whose default is written as JSON.
fn optional(of: Expr, default: &str) -> Expr {
    call("optional", vec![of, text(default)])
}

fn parse(expr: &Expr) -> Result<Constraint, Error> {
    Constraint::parse(expr, &|default| {
        let Node::Literal(Literal::String(json)) = &default.node else {
            return Err(Error::new(default.at, "no JSON"));
        };
        Ok(from_json(json).unwrap())
    })
}

fn applied(constraint: &Expr, json: &str) -> Result<String, String> {
    let value = parse(constraint).unwrap().apply(&from_json(json).unwrap())?;
    Ok(to_json(&value).unwrap().unwrap_or_default())
}

#[test]
fn defaults_come_before_the_conversion() {
    let nested = object(vec![
        ("x", optional(name("string"), "\"dx\"")),
        ("y", call("optional", vec![call("list", vec![name("number")])])),
    ]);
    let constraint = object(vec![
        ("name", name("string")),
        ("port", optional(name("number"), "80")),
        ("tags", optional(call("map", vec![name("string")]), "{\"k\": 1}")),
        ("nest", optional(nested.clone(), "{}")),
        ("none", call("optional", vec![nested])),
    ]);
    assert_eq!(
        applied(&constraint, r#"{"name": 1, "extra": true}"#).unwrap(),
        r#"{"name":"1","nest":{"x":"dx","y":null},"none":null,"port":80,"tags":{"k":"1"}}"#
    );
    assert!(applied(&constraint, "{}").is_err());
    assert!(applied(&constraint, "\"x\"").is_err());
    assert!(applied(&constraint, "[]").is_err());
    assert_eq!(applied(&constraint, "null").unwrap(), "null");
}

#[test]
fn elements_of_collections_have_defaults_of_their_own() {
    let item = || object(vec![("n", name("string")), ("p", optional(name("number"), "8"))]);
    let list = call("list", vec![item()]);
    assert_eq!(
        applied(&list, r#"[{"n": "a"}, {"n": "b", "p": null}, {"n": "c", "p": "9"}]"#).unwrap(),
        r#"[{"n":"a","p":8},{"n":"b","p":8},{"n":"c","p":9}]"#
    );
    assert!(applied(&list, r#"[{"p": 1}]"#).is_err());
    let set = call("set", vec![item()]);
    assert_eq!(
        applied(&set, r#"[{"n": "a", "p": 8}, {"n": "a"}]"#).unwrap(),
        r#"[{"n":"a","p":8}]"#
    );
    let map = call("map", vec![object(vec![("p", optional(name("bool"), "true"))])]);
    assert_eq!(
        applied(&map, r#"{"a": {}, "b": {"p": false}}"#).unwrap(),
        r#"{"a":{"p":true},"b":{"p":false}}"#
    );
    let pair = expr(Node::Tuple(vec![
        name("string"),
        object(vec![("a", optional(name("string"), "\"z\""))]),
    ]));
    assert_eq!(applied(&call("tuple", vec![pair]), "[1, {}]").unwrap(), r#"["1",{"a":"z"}]"#);
    let inner = object(vec![("c", optional(name("number"), "3"))]);
    let outer = object(vec![
        ("a", call("optional", vec![name("string")])),
        ("b", optional(call("list", vec![inner]), "[{}]")),
    ]);
    assert_eq!(
        applied(&outer, r#"{"a": null, "b": null}"#).unwrap(),
        r#"{"a":null,"b":[{"c":3}]}"#
    );
}

#[test]
fn any_takes_one_type_for_all() {
    assert_eq!(applied(&call("list", vec![name("any")]), r#"[1, "a"]"#).unwrap(), r#"["1","a"]"#);
    assert_eq!(applied(&name("map"), r#"{"a": 1, "b": "x"}"#).unwrap(), r#"{"a":"1","b":"x"}"#);
    assert_eq!(applied(&name("any"), r#"[1, "a"]"#).unwrap(), r#"[1,"a"]"#);
    let with_any = object(vec![("c", optional(name("any"), "[1]"))]);
    assert_eq!(applied(&with_any, "{}").unwrap(), r#"{"c":[1]}"#);
}

#[test]
fn maps_and_lists_with_a_type_become_objects() {
    let constraint = object(vec![("a", name("number")), ("b", optional(name("bool"), "true"))]);
    let parsed = parse(&constraint).unwrap();
    let map = Value::map(
        Type::String,
        [("a".into(), Value::string("5")), ("z".into(), Value::string("x"))].into(),
    );
    let found = parsed.apply(&map).unwrap();
    assert_eq!(to_json(&found).unwrap().unwrap(), r#"{"a":5,"b":true}"#);
    let empty = Value::list(Type::Object(Arc::default()), []);
    let list = parse(&call("list", vec![constraint])).unwrap();
    assert_eq!(list.apply(&empty).unwrap().ty(), list.ty());
}

#[test]
fn unknown_values_keep_their_marks_and_lose_their_doubt() {
    let constraint =
        parse(&object(vec![("a", optional(name("string"), "\"d\"")), ("b", name("string"))]));
    let unknown = || Value::unknown(Type::Dynamic, References::default()).marked(true);
    let value = Value::object([("a".into(), unknown()), ("b".into(), unknown())].into());
    let found = constraint.as_ref().unwrap().apply(&value).unwrap();
    let Kind::Object(members) = &found.kind else { panic!("{found:?}") };
    let doubt = |name: &str| {
        let Kind::Unknown(unknown) = &members[name].kind else { panic!("{found:?}") };
        (unknown.ty.clone(), !unknown.not_null)
    };
    assert_eq!(doubt("a"), (Type::String, false));
    assert_eq!(doubt("b"), (Type::String, true));
    assert!(members["a"].sensitive);
    let constraint = constraint.unwrap();
    assert_eq!(constraint.apply(&unknown()).unwrap().ty(), constraint.ty());
    let text = Value::unknown(Type::String, References::default());
    assert!(constraint.apply(&text).is_err());
}

#[test]
fn what_is_no_type_is_refused() {
    for wrong in [
        name("int"),
        name("object"),
        name("set"),
        text("string"),
        call("list", vec![]),
        call("list", vec![name("string"), name("string")]),
        call("string", vec![name("string")]),
        call("optional", vec![name("string")]),
        call("list", vec![call("optional", vec![name("string")])]),
        call("tuple", vec![name("string")]),
        call("object", vec![name("string")]),
        object(vec![("a", name("string")), ("a", name("string"))]),
        object(vec![("a", optional(name("number"), "\"x\""))]),
        object(vec![("a", call("optional", vec![]))]),
        expr(Node::Tuple(vec![])),
    ] {
        assert!(parse(&wrong).is_err(), "{wrong:?}");
    }
}
