//! What the results of functions of collections refer to.

use std::path::Path;

use groundplan_ir::{Address, InstanceKey, Step};

use super::find;
use crate::{
    CallContext, Kind, NoFiles, Number, Object, Open, Reference, References, Source, Type, Value,
};

fn call(name: &str, arguments: &[Value]) -> Value {
    let context = CallContext { files: &NoFiles, directory: Path::new(".") };
    (find(name).unwrap().call)(&context, arguments).unwrap()
}

fn refused(name: &str, arguments: &[Value]) -> String {
    let context = CallContext { files: &NoFiles, directory: Path::new(".") };
    (find(name).unwrap().call)(&context, arguments).unwrap_err().message
}

fn source(name: &str) -> Source {
    Source::Variable(name.into())
}

fn attribute(name: &str) -> Step {
    Step::Name(name.into())
}

fn at(index: u64) -> Step {
    Step::Key(InstanceKey::Number(index))
}

fn reference(name: &str, path: &[Step]) -> Reference {
    Reference { source: source(name), path: path.into() }
}

/// `name.attribute`, of which the type is known.
fn unknown(ty: Type, name: &str, path: &[&str]) -> Value {
    let path: Vec<Step> = path.iter().map(|it| attribute(it)).collect();
    Value::unknown(ty, References::exactly(reference(name, &path)))
}

fn id(name: &str) -> Value {
    unknown(Type::String, name, &["id"])
}

fn text(text: &str) -> Value {
    Value::normal_string(text)
}

fn number(number: i128) -> Value {
    Number::from(number).into()
}

fn object(members: &[(&str, Value)]) -> Value {
    let members: Object = members.iter().map(|(name, it)| ((*name).into(), it.clone())).collect();
    Value::object(members)
}

fn open(name: &str, members: &[(&str, Value)]) -> Value {
    let members = members.iter().map(|(name, it)| ((*name).into(), it.clone())).collect();
    Kind::Open(Open { members, source: source(name) }.into()).into()
}

/// Exactly one of these.
#[track_caller]
fn assert_exactly(value: &Value, all: &[Reference]) {
    let references = value.references();
    assert!(references.exact, "{value:?}");
    assert_eq!(references.all.iter().cloned().collect::<Vec<_>>(), all);
}

#[track_caller]
fn assert_computed(value: &Value, sources: &[&str]) {
    let references = value.references();
    assert!(!value.is_known() && !references.exact, "{value:?}");
    let found: Vec<Source> = references.all.iter().map(|it| it.source.clone()).collect();
    assert_eq!(found, sources.iter().map(|it| source(it)).collect::<Vec<_>>());
}

#[test]
fn an_element_at_an_unknown_index_is_one_of_all() {
    let index = unknown(Type::Number, "n", &[]);
    let both = Value::tuple([id("a"), id("b")]);
    let ids = [reference("a", &[attribute("id")]), reference("b", &[attribute("id")])];
    assert_exactly(&call("element", &[both, index.clone()]), &ids);
    let with_known = Value::tuple([id("a"), text("b")]);
    assert_computed(&call("element", &[with_known, index]), &["a", "n"]);
}

#[test]
fn an_element_goes_around_in_both_directions() {
    let list = Value::tuple([text("a"), id("b"), text("c")]);
    assert_exactly(
        &call("element", &[list.clone(), number(4)]),
        &[reference("b", &[attribute("id")])],
    );
    assert_eq!(call("element", &[list, number(-1)]), text("c"));
    let names = unknown(Type::list(Type::String), "azs", &["names"]);
    let first = call("element", &[names.clone(), number(0)]);
    assert_exactly(&first, &[reference("azs", &[attribute("names"), at(0)])]);
    assert_eq!(first.ty(), Type::String);
    // The second one of a list of one is the first.
    assert_computed(&call("element", &[names, number(1)]), &["azs"]);
}

#[test]
fn a_slice_of_an_unknown_list_has_a_known_length() {
    let names = unknown(Type::list(Type::String), "azs", &["names"]);
    let three = call("slice", &[names, number(0), number(3)]);
    let Kind::List(Type::String, items) = &three.kind else { panic!("{three:?}") };
    assert_eq!(items.len(), 3);
    assert_exactly(&items[2], &[reference("azs", &[attribute("names"), at(2)])]);
}

#[test]
fn coalesce_stops_at_what_is_certainly_something() {
    let a = [reference("a", &[attribute("id")])];
    assert_exactly(&call("coalesce", &[id("a"), id("b")]), &a);
    assert_exactly(&call("coalesce", &[id("a"), text("b")]), &a);
    let name = |of: &str| unknown(Type::String, of, &["name"]);
    let names = [reference("a", &[attribute("name")]), reference("b", &[attribute("name")])];
    let found = call("coalesce", &[text(""), name("a"), name("b")]);
    assert_exactly(&found, &names);
    // Both may be empty.
    assert_computed(&call("coalesce", &[name("a"), text("c"), name("d")]), &["a"]);
    assert_eq!(call("coalesce", &[text("a"), id("b")]), text("a"));
}

#[test]
fn members_keep_what_they_refer_to() {
    let merged = call("merge", &[object(&[("a", id("a"))]), object(&[("b", id("b"))])]);
    let found = call("lookup", &[merged.clone(), text("b")]);
    assert_exactly(&found, &[reference("b", &[attribute("id")])]);
    let key = unknown(Type::String, "k", &[]);
    let any = [reference("a", &[attribute("id")]), reference("b", &[attribute("id")])];
    assert_exactly(&call("lookup", &[merged.clone(), key]), &any);
    let values = call("values", &[merged]);
    assert_exactly(&call("element", &[values, number(0)]), &any[..1]);
    let keys = Value::list(Type::String, [text("x")]);
    let zipped = call("zipmap", &[keys, Value::tuple([id("a")])]);
    assert_exactly(&call("lookup", &[zipped, text("x")]), &any[..1]);
}

#[test]
fn objects_of_which_more_may_exist() {
    let vpc = open("vpc", &[("cidr_block", text("10.0.0.0/16"))]);
    let found = call("lookup", &[vpc.clone(), text("id"), text("none")]);
    assert_exactly(&found, &[reference("vpc", &[attribute("id")])]);
    assert_eq!(call("lookup", &[vpc.clone(), text("cidr_block")]), text("10.0.0.0/16"));
    assert_computed(&call("keys", std::slice::from_ref(&vpc)), &["vpc"]);
    assert_computed(&call("length", std::slice::from_ref(&vpc)), &["vpc"]);
    let merged = call("merge", &[vpc.clone(), object(&[("x", text("y"))])]);
    assert_eq!(call("lookup", &[merged.clone(), text("x")]), text("y"));
    assert_exactly(&call("lookup", &[merged, text("id")]), &[reference("vpc", &[attribute("id")])]);
    let below = call("merge", &[object(&[("x", text("y"))]), vpc.clone()]);
    assert_computed(&call("lookup", &[below, text("x")]), &["vpc"]);
    assert!(refused("concat", &[vpc]).contains("got object"));
}

/// `address.name`
fn of(address: &str, name: &str) -> Value {
    let mut block = Address::parse(address.trim_end_matches("[*]")).unwrap();
    block.key = address.ends_with("[*]").then_some(InstanceKey::Any);
    let source = Source::Instance(block.into());
    let reference = Reference { source, path: [attribute(name)].into() };
    Value::unknown(Type::String, References::exactly(reference))
}

fn length_after(function: &str, items: &[Value]) -> Option<usize> {
    call(function, &[Value::list(Type::String, items)]).known_length()
}

#[test]
fn lists_of_identifiers_stay_lists() {
    let (a, b) = (of("aws_vpc.a", "id"), of("aws_vpc.b", "id"));
    let list = Value::list(Type::String, [a.clone(), text(""), b.clone(), a.clone()]);
    let compacted = call("compact", std::slice::from_ref(&list));
    let Kind::List(_, items) = &compacted.kind else { panic!("{compacted:?}") };
    assert_eq!(items.as_ref(), [a.clone(), b.clone(), a.clone()]);
    let distinct = call("distinct", &[list]);
    let Kind::List(_, items) = &distinct.kind else { panic!("{distinct:?}") };
    assert_eq!(items.as_ref(), [a, text(""), b]);
    let name = unknown(Type::String, "a", &["name"]);
    assert_computed(&call("compact", &[Value::list(Type::String, [name])]), &["a"]);
}

#[test]
fn what_may_be_equal_or_empty_is_not_counted() {
    let a = of("aws_subnet.a", "id");
    for other in [
        of("aws_subnet.a", "vpc_id"),
        of("aws_route_table.a", "id"),
        of("aws_subnet.a", "arn"),
        of("aws_subnet.c[*]", "id"),
        of("data.aws_subnet.a", "id"),
        text("subnet-1"),
    ] {
        assert_eq!(length_after("distinct", &[a.clone(), other.clone()]), None, "{other:?}");
    }
    let zone = |of_block: &str| of(of_block, "availability_zone");
    let zones = [zone("aws_subnet.a"), zone("aws_subnet.b")];
    assert_eq!(length_after("distinct", &zones), None);
    assert_eq!(length_after("distinct", &[zone("aws_subnet.a"), zone("aws_subnet.a")]), Some(1));
    let of_several = of("aws_subnet.c[*]", "availability_zone");
    assert_eq!(length_after("distinct", &[of_several.clone(), of_several]), None);
    assert_eq!(length_after("compact", &[of("aws_vpc.a", "ipv6_association_id")]), None);
}

#[test]
fn what_may_be_a_list_is_not_flattened_unless_it_is_an_identifier() {
    let of_no_type = |name: &str| unknown(Type::Dynamic, "a", &[name]);
    let flat = call("flatten", &[Value::tuple([of_no_type("vpc_id"), Value::tuple([id("b")])])]);
    let Kind::Tuple(items) = &flat.kind else { panic!("{flat:?}") };
    assert_eq!(items.len(), 2);
    assert_computed(&call("flatten", &[Value::tuple([of_no_type("subnets")])]), &["a"]);
}

#[test]
fn one_of_an_unknown_list_is_its_first() {
    let ids = unknown(Type::list(Type::String), "data", &["ids"]);
    assert_exactly(&call("one", &[ids]), &[reference("data", &[attribute("ids"), at(0)])]);
    assert_exactly(&call("one", &[Value::tuple([id("a")])]), &[reference("a", &[attribute("id")])]);
}

#[test]
fn too_many_elements_are_refused() {
    let many = Value::list(Type::Number, vec![number(1); 2000]);
    assert!(refused("setproduct", &[many.clone(), many.clone(), many]).contains("limit"));
}

#[test]
fn marks_stay_with_the_elements() {
    let secret = text("s").marked(true);
    let list = Value::tuple([secret.clone(), text("a")]);
    let concat = call("concat", &[list.clone(), Value::tuple([text("b")])]);
    assert!(!concat.sensitive && concat.has_sensitive());
    assert_eq!(call("element", &[list.clone(), number(1)]), text("a"));
    assert!(call("element", &[list.marked(true), number(1)]).sensitive);
    let merged = call("merge", &[object(&[("a", secret)]), object(&[("b", text("x"))])]);
    assert!(!call("lookup", &[merged, text("b")]).sensitive);
}

#[test]
fn characters_are_what_terraform_counts() {
    let length = |of: &str| call("length", &[text(of)]);
    for (of, expected) in [("नमस्ते", 4), ("👨‍👩‍👧", 1), ("한국어", 3), ("🇬🇧", 1), ("\r\n", 1), ("", 0)]
    {
        assert_eq!(length(of), number(expected), "{of}");
    }
}
