//! Access to parts against HCL's rules.

use groundplan_ir::Address;

use super::*;
use crate::{Open, Reference, References, Source, from_json, to_json};

fn value(json: &str) -> Value {
    from_json(json).unwrap()
}

fn list(json: &str) -> Value {
    convert(&value(json), &Type::list(Type::Dynamic)).unwrap()
}

fn exact(ty: Type, name: &str) -> Value {
    let source = Source::Variable(name.into());
    Value::unknown(ty, References::exactly(Reference { source, path: [].into() }))
}

fn unknown(value: &Value) -> &Unknown {
    let Kind::Unknown(unknown) = &value.kind else { panic!("{value:?}") };
    unknown
}

fn instance(name: &str) -> Value {
    let source = Source::Instance(Arc::new(Address::parse(name).unwrap()));
    let members = [("cidr".into(), Value::string("10.0.0.0/8"))].into();
    Kind::Open(Arc::new(Open { members, source })).into()
}

/// The paths of everything that a value refers to.
fn paths(value: &Value) -> Vec<Vec<Step>> {
    unknown(value).references.all.iter().map(|it| it.path.to_vec()).collect()
}

#[test]
fn keys_are_converted() {
    for (of, key, expected) in [
        ("[10, 20]", "1", "20"),
        ("[10, 20]", "\"0\"", "10"),
        ("{\"1\": \"x\"}", "1", "\"x\""),
        ("{\"true\": 1}", "true", "1"),
        ("{\"a\": 1}", "\"a\"", "1"),
    ] {
        let found = value(of).index(&value(key)).unwrap();
        assert_eq!(to_json(&found).unwrap().unwrap(), expected, "{of}[{key}]");
    }
    for (of, key) in [
        ("[10]", "1"),
        ("[10]", "-1"),
        ("[10]", "0.5"),
        ("[10]", "\"a\""),
        ("[10]", "true"),
        ("[10]", "null"),
        ("[]", "0"),
        ("{}", "\"a\""),
        ("{\"a\": 1}", "[]"),
        ("null", "0"),
        ("\"text\"", "0"),
        ("[1]", "1e30"),
    ] {
        assert!(value(of).index(&value(key)).is_err(), "{of}[{key}]");
    }
    let set = convert(&value("[1]"), &Type::set(Type::Dynamic)).unwrap();
    assert!(set.index(&value("0")).is_err());
}

#[test]
fn attributes_are_those_of_objects_and_maps() {
    assert_eq!(value("{\"a\": 1}").attribute("a").unwrap(), value("1"));
    let map = convert(&value("{\"a\": 1}"), &Type::map(Type::String)).unwrap();
    assert_eq!(map.attribute("a").unwrap(), value("\"1\""));
    for json in ["{}", "[]", "[{\"a\": 1}]", "null", "1"] {
        assert!(value(json).attribute("a").is_err(), "{json}");
    }
    let object = Type::Object(Arc::new([("a".into(), Type::String)].into()));
    assert!(exact(object.clone(), "v").attribute("b").is_err());
    assert_eq!(exact(object, "v").attribute("a").unwrap().ty(), Type::String);
    assert!(exact(Type::String, "v").attribute("a").is_err());
}

#[test]
fn steps_into_what_is_unknown_are_kept() {
    let found = exact(Type::Dynamic, "v").attribute("a").unwrap().index(&value("1")).unwrap();
    assert!(unknown(&found).references.exact);
    let steps = vec![Step::Name("a".into()), Step::Key(InstanceKey::Number(1))];
    assert_eq!(paths(&found), [steps]);
    let list = exact(Type::list(Type::String), "v");
    assert_eq!(list.index(&value("0")).unwrap().ty(), Type::String);
    assert!(list.index(&value("\"x\"")).is_err());
    let pair = exact(Type::Tuple([Type::Bool].into()), "v");
    assert!(pair.index(&value("1")).is_err());
    let either = exact(Type::Dynamic, "v").index(&exact(Type::String, "k")).unwrap();
    assert!(!unknown(&either).references.exact);
    assert_eq!(unknown(&either).references.all.len(), 2);
}

#[test]
fn an_unknown_key_gives_one_of_the_parts() {
    let all = Value::tuple([instance("aws_vpc.a"), instance("aws_vpc.b")]);
    let one = all.index(&exact(Type::Number, "k")).unwrap();
    assert!(unknown(&one).references.exact);
    assert_eq!(unknown(&one).references.all.len(), 2);
    let id = one.attribute("id").unwrap();
    assert_eq!(paths(&id), vec![vec![Step::Name("id".into())]; 2]);
    let known = list("[\"a\", \"b\"]").index(&exact(Type::Number, "k")).unwrap();
    assert_eq!(unknown(&known).ty, Type::String);
    assert!(!unknown(&known).references.exact);
}

#[test]
fn an_instance_gives_members_and_references() {
    let vpc = instance("aws_vpc.a").marked(true);
    assert_eq!(vpc.attribute("cidr").unwrap(), Value::string("10.0.0.0/8").marked(true));
    let id = vpc.index(&value("\"id\"")).unwrap();
    assert!(unknown(&id).references.exact && id.sensitive);
    assert_eq!(paths(&id), [[Step::Name("id".into())]]);
}

#[test]
fn elements_have_keys() {
    let pairs = |value: &Value| -> Vec<String> {
        let json = |it: &Value| to_json(it).unwrap().unwrap();
        let all = value.elements().unwrap();
        all.iter().map(|(key, it)| format!("{} {}", json(key), json(it))).collect()
    };
    assert_eq!(pairs(&value("[\"a\", 2]")), ["0 \"a\"", "1 2"]);
    assert_eq!(pairs(&value("{\"b\": 1, \"a\": 2}")), ["\"a\" 2", "\"b\" 1"]);
    let set = convert(&value("[2, 1]"), &Type::set(Type::Dynamic)).unwrap();
    assert_eq!(pairs(&set), ["1 1", "2 2"]);
    assert!(value("1").elements().is_none() && exact(Type::Dynamic, "v").elements().is_none());
}

#[test]
fn lengths_are_known_as_far_as_they_are() {
    assert_eq!(value("[1, 2]").known_length(), Some(2));
    assert_eq!(value("{}").known_length(), Some(0));
    assert_eq!(value("\"text\"").length_range(), None);
    let text = || exact(Type::String, "v");
    assert_eq!(Value::set(Type::String, vec![text()]).known_length(), Some(1));
    let some = Value::set(Type::String, vec![text(), Value::string("a"), Value::string("b")]);
    assert_eq!(some.length_range(), Some((2, Some(3))));
    assert_eq!(exact(Type::list(Type::Bool), "v").length_range(), Some((0, None)));
    assert_eq!(exact(Type::Tuple([Type::Bool].into()), "v").known_length(), Some(1));
}
