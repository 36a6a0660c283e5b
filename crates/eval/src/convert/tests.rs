//! Conversions against Terraform's recorded answers.

use groundplan_ir::Address;

use super::*;
use crate::{Reference, References, Source, from_json, to_json};

fn value(json: &str) -> Value {
    from_json(json).unwrap()
}

fn list() -> Type {
    Type::list(Type::Dynamic)
}

fn map() -> Type {
    Type::map(Type::Dynamic)
}

fn set() -> Type {
    Type::set(Type::Dynamic)
}

fn exact(ty: Type, name: &str) -> Value {
    let source = Source::Variable(name.into());
    Value::unknown(ty, References::exactly(Reference { source, path: [].into() }))
}

fn unknown(value: &Value) -> &Unknown {
    let Kind::Unknown(unknown) = &value.kind else { panic!("{value:?}") };
    unknown
}

/// The JSON of what a value converts to, and its type on one line.
fn converted(json: &str, to: &Type) -> Option<(String, String)> {
    let found = convert(&value(json), to).ok()?;
    let ty: String = found.ty().to_string().split_whitespace().collect();
    Some((to_json(&found).unwrap().unwrap(), ty))
}

#[test]
fn collections_unify_their_elements() {
    for (json, to, expected, ty) in [
        (r#"["a", 1]"#, list(), r#"["a","1"]"#, "list(string)"),
        (r#"[true, "a"]"#, list(), r#"["true","a"]"#, "list(string)"),
        ("[]", list(), "[]", "list(dynamic)"),
        ("null", list(), "null", "list(dynamic)"),
        ("[null, 1]", list(), "[null,1]", "list(number)"),
        ("[null]", list(), "[null]", "list(dynamic)"),
        (r#"[[], ["a"]]"#, list(), r#"[[],["a"]]"#, "list(list(string))"),
        (r#"[["a"], [1, 2]]"#, list(), r#"[["a"],["1","2"]]"#, "list(list(string))"),
        ("[[null], [1]]", list(), "[[null],[1]]", "list(tuple([number,]),)"),
        (r#"[{}, {"a": 1}]"#, list(), r#"[{},{"a":1}]"#, "list(map(number))"),
        (r#"[{"a": 1}, {"b": 1}]"#, list(), r#"[{"a":1},{"b":1}]"#, "list(map(number))"),
        (
            r#"[{"a": 1, "b": "x"}, {"a": "y", "b": 2}]"#,
            list(),
            r#"[{"a":"1","b":"x"},{"a":"y","b":"2"}]"#,
            "list(object({a:string,b:string,}),)",
        ),
        (
            r#"[{"t": null}, {"t": 1}]"#,
            list(),
            r#"[{"t":null},{"t":1}]"#,
            "list(object({t:number,}),)",
        ),
        (r#"{"a": 1, "b": "x"}"#, map(), r#"{"a":"1","b":"x"}"#, "map(string)"),
        ("{}", map(), "{}", "map(dynamic)"),
        (r#"{"a": null, "b": 1}"#, map(), r#"{"a":null,"b":1}"#, "map(number)"),
        (r#"{"a": ["x"], "b": []}"#, map(), r#"{"a":["x"],"b":[]}"#, "map(list(string))"),
        (
            r#"{"a": {"x": 1}, "b": null}"#,
            map(),
            r#"{"a":{"x":1},"b":null}"#,
            "map(object({x:number,}),)",
        ),
        (r#"{"a": {}, "b": {"x": 1}}"#, map(), r#"{"a":{},"b":{"x":1}}"#, "map(map(number))"),
        (r#"["a", "b", "a"]"#, set(), r#"["a","b"]"#, "set(string)"),
        (r#"[1, "1"]"#, set(), r#"["1"]"#, "set(string)"),
        (r#"[null, "a"]"#, set(), r#"["a",null]"#, "set(string)"),
        (r#"[["a"], ["a"]]"#, set(), r#"[["a"]]"#, "set(tuple([string,]),)"),
        (r#"[{"a": 2}, {"a": 1}]"#, set(), r#"[{"a":1},{"a":2}]"#, "set(object({a:number,}),)"),
    ] {
        assert_eq!(converted(json, &to), Some((expected.into(), ty.into())), "{json}");
    }
}

#[test]
fn what_has_no_single_type_is_refused() {
    for (json, to) in [
        ("[true, 1]", list()),
        ("[1, [2]]", list()),
        (r#"[{"a": 1}, null]"#, list()),
        (r#"[{"t": null}, {"t": {"a": 1}}]"#, list()),
        (r#"[[null], [{"a": 1}]]"#, list()),
        (r#"[null, {"a": 1}]"#, set()),
        (r#""a""#, list()),
        (r#"{"a": 1}"#, list()),
        (r#"{"a": 1, "b": true}"#, map()),
        (r#"{"a": 1, "b": [1]}"#, map()),
        (r#"{"a": {}, "b": "x"}"#, map()),
        (r#"{"a": {"t": null}, "b": {"t": {"x": 1}}}"#, map()),
        ("[1]", map()),
        (r#"{"a": 1}"#, set()),
        ("[1]", Type::String),
        ("{}", Type::String),
        ("true", Type::Number),
        ("1", Type::Bool),
        (r#""True""#, Type::Bool),
        (r#""yes""#, Type::Bool),
        (r#"" 1""#, Type::Number),
        (r#"["x"]"#, Type::list(Type::Number)),
    ] {
        assert_eq!(converted(json, &to), None, "{json}");
    }
}

#[test]
fn structures_are_cut_to_what_is_asked_for() {
    let object = Type::Object(Arc::new([("a".into(), Type::String)].into()));
    let found = converted(r#"{"a": 1, "b": 2}"#, &object).unwrap();
    assert_eq!(found.0, r#"{"a":"1"}"#);
    assert!(converted(r#"{"b": 2}"#, &object).is_none());
    let map = convert(&value(r#"{"a": "1", "b": "2"}"#), &map()).unwrap();
    let back = convert(&map, &object).unwrap();
    assert_eq!(to_json(&back).unwrap().unwrap(), r#"{"a":"1"}"#);
    let pair = Type::Tuple([Type::String, Type::Number].into());
    assert_eq!(converted(r#"[1, "2"]"#, &pair).unwrap().0, r#"["1",2]"#);
    assert!(converted("[1]", &pair).is_none());
}

#[test]
fn an_unknown_value_stays_what_it_refers_to() {
    for (from, to) in [(Type::Dynamic, Type::String), (Type::Number, Type::String)] {
        let found = convert(&exact(from, "v").marked(true), &to).unwrap();
        assert_eq!(unknown(&found).ty, Type::String);
        assert!(unknown(&found).references.exact && found.sensitive);
    }
    let tuple = Value::tuple([exact(Type::Dynamic, "v"), Value::string("x")]);
    let found = convert(&tuple, &list()).unwrap();
    assert_eq!(found.ty(), Type::list(Type::String));
    assert!(unknown(found.parts()[0]).references.exact);
    // What has no type here may well be of the type of its siblings.
    let mixed = Value::tuple([exact(Type::Dynamic, "v"), value("[1]")]);
    assert_eq!(convert(&mixed, &list()).unwrap().parts().len(), 2);
    let pair = Type::Tuple([Type::Number, Type::String].into());
    let found = convert(&exact(pair.clone(), "v"), &list()).unwrap();
    assert_eq!(unknown(&found).ty, Type::list(Type::String));
    assert_eq!(unknown(&found).length, Some((2, Some(2))));
    assert_eq!(unknown(&convert(&exact(pair, "v"), &set()).unwrap()).length, Some((1, Some(2))));
    assert!(convert(&exact(Type::list(Type::String), "v"), &Type::String).is_err());
}

#[test]
fn a_set_with_unknown_elements_has_no_order() {
    let set = Value::set(Type::String, vec![exact(Type::String, "v"), Value::string("a")]);
    let found = convert(&set, &list()).unwrap();
    assert_eq!(unknown(&found).ty, Type::list(Type::String));
    assert_eq!(unknown(&found).references.all.len(), 1);
    assert!(!unknown(&found).references.exact);
}

#[test]
fn an_instance_has_every_attribute() {
    let source = Source::Instance(Arc::new(Address::parse("aws_vpc.a").unwrap()));
    let open = Open { members: [("name".into(), Value::string("n"))].into(), source };
    let instance = Value::from(Kind::Open(Arc::new(open)));
    let types = [("id".into(), Type::String), ("name".into(), Type::String)].into();
    let found = convert(&instance, &Type::Object(Arc::new(types))).unwrap();
    let Kind::Object(members) = &found.kind else { panic!("{found:?}") };
    assert_eq!(members["name"], Value::string("n"));
    assert!(unknown(&members["id"]).references.exact);
    assert_eq!(unknown(&members["id"]).ty, Type::String);
    assert!(convert(&instance, &Type::String).is_err());
    let both = Value::tuple([instance.clone(), instance]);
    assert_eq!(convert(&both, &list()).unwrap().parts().len(), 2);
}

#[test]
fn marks_stay() {
    let list = convert(&Value::tuple([value("1").marked(true), value("2")]), &list()).unwrap();
    assert!(list.parts()[0].sensitive && !list.parts()[1].sensitive && !list.sensitive);
}
