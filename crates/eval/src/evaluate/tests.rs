//! What the recorded answers do not show: what unknown results come from, limits, and what is refused
//! before anything is evaluated.

use std::path::Path;
use std::sync::Arc;

use groundplan_ir::{Address, FileId, InstanceKey, Step as PathStep};
use groundplan_syntax::{Expr, Step, parse_expression};

use super::{check, evaluate, evaluate_within, safe_prefix};
use crate::{
    CallContext, Error, EvaluatedStep, Kind, NoFiles, Object, Open, Reference, References,
    Resolved, Scope, Source, Type, Unknown, Value,
};

/// A module with `aws_vpc.a` and `aws_vpc.b`, `aws_subnet.n` with two instances, and `local`s: `flag` is
/// an unknown bool, `list` an unknown list.
struct Module(CallContext<'static>);

impl Module {
    fn new() -> Self {
        Self(CallContext { files: &NoFiles, directory: Path::new("/") })
    }
}

fn source(address: &str) -> Source {
    Source::Instance(Arc::new(Address::parse(address).unwrap()))
}

fn open(address: &str) -> Value {
    let members = Object::from([("cidr_block".into(), Value::string("10.0.0.0/16"))]);
    Kind::Open(Arc::new(Open { members, source: source(address) })).into()
}

fn variable(name: &str, ty: Type) -> Value {
    let source = Source::Variable(name.into());
    let references = References::exactly(Reference { source, path: [].into() });
    Unknown { ty, references, ..Unknown::default() }.into()
}

impl Scope for Module {
    fn resolve(&self, head: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let Some(EvaluatedStep::Attribute(name)) = steps.first() else {
            return Err("no name".to_owned());
        };
        let value = match (head, *name) {
            ("aws_vpc", "a" | "b") => open(&format!("aws_vpc.{name}")),
            ("aws_subnet", "n") => Value::tuple([open("aws_subnet.n[0]"), open("aws_subnet.n[1]")]),
            ("local", "flag") => variable("flag", Type::Bool),
            ("local", "index") => variable("index", Type::Number),
            ("local", "list") => variable("list", Type::list(Type::String)),
            ("local", "secret") => Value::string("x").marked(true),
            ("local", "deep") => (0..250).fold(Value::NULL, |inner, _| Value::tuple([inner])),
            _ => return Err(format!("no {head}.{name}")),
        };
        Ok(Resolved { value, steps: 1 })
    }

    fn declared(&self, head: &str, _: &[Step]) -> Result<(), String> {
        if ["aws_vpc", "aws_subnet", "local"].contains(&head) {
            return Ok(());
        }
        Err(format!("{head} is not declared"))
    }

    fn call_context(&self) -> &CallContext<'_> {
        &self.0
    }
}

fn parse(text: &str) -> Expr {
    parse_expression(FileId::default(), text).unwrap()
}

fn value(text: &str) -> Value {
    evaluate(&parse(text), &Module::new()).unwrap()
}

fn error(text: &str) -> Error {
    evaluate(&parse(text), &Module::new()).unwrap_err()
}

/// What a value comes from, with `=` in front when it is exactly that.
fn from(text: &str) -> String {
    let references = value(text).references();
    let one = |it: &Reference| {
        let mut out = match &it.source {
            Source::Instance(address) => address.to_string(),
            Source::Variable(name) | Source::Impure(name) => name.to_string(),
            Source::Output(module, name) => format!("{module}.{name}"),
        };
        for step in it.path.iter() {
            match step {
                PathStep::Name(name) => out.extend([".", name]),
                PathStep::Key(InstanceKey::Text(key)) => out.extend([".", key]),
                PathStep::Key(key) => out.push_str(&key.to_string()),
            }
        }
        out
    };
    let all: Vec<String> = references.all.iter().map(one).collect();
    format!("{}{}", if references.exact { "=" } else { "" }, all.join(" "))
}

#[test]
fn a_reference_stays_exact_as_long_as_the_value_is_the_same() {
    for (text, expected) in [
        ("aws_vpc.a.id", "=aws_vpc.a.id"),
        ("aws_vpc.a[\"id\"]", "=aws_vpc.a.id"),
        ("aws_vpc.a.tags.Name", "=aws_vpc.a.tags.Name"),
        ("aws_vpc.a.list[0].x", "=aws_vpc.a.list[0].x"),
        ("[aws_vpc.a.id][0]", "=aws_vpc.a.id"),
        ("{ x = aws_vpc.a.id }.x", "=aws_vpc.a.id"),
        ("true ? aws_vpc.a.id : \"x\"", "=aws_vpc.a.id"),
        ("local.flag ? aws_vpc.a.id : aws_vpc.b.id", "=aws_vpc.a.id aws_vpc.b.id"),
        ("local.flag ? aws_vpc.a.id : \"x\"", "aws_vpc.a.id flag"),
        ("[for x in [aws_vpc.a] : x.id][0]", "=aws_vpc.a.id"),
        ("{ for k, x in { a = aws_vpc.a } : k => x.id }.a", "=aws_vpc.a.id"),
        ("aws_subnet.n.*.id[1]", "=aws_subnet.n[1].id"),
        ("(aws_subnet.n[*].id)[1]", "=aws_subnet.n[1].id"),
        ("aws_subnet.n[local.index].id", "=aws_subnet.n[0].id aws_subnet.n[1].id"),
        ("aws_vpc.a[*].id", "aws_vpc.a.id"),
        ("try(aws_vpc.a.id, \"x\")", "=aws_vpc.a.id"),
        ("\"${aws_vpc.a.id}\"", "=aws_vpc.a.id"),
        ("sensitive(aws_vpc.a.id)", "=aws_vpc.a.id"),
        ("local.list[0]", "=list[0]"),
        ("local.list[*]", "=list"),
    ] {
        assert_eq!(from(text), expected, "{text}");
    }
}

#[test]
fn what_is_computed_comes_from_all_its_parts() {
    for (text, expected) in [
        ("\"x-${aws_vpc.a.id}\"", "aws_vpc.a.id"),
        ("\"${aws_vpc.a.id}${aws_vpc.b.id}\"", "aws_vpc.a.id aws_vpc.b.id"),
        ("aws_vpc.a.id == aws_vpc.b.id", "aws_vpc.a.id aws_vpc.b.id"),
        ("1 + local.index", "index"),
        ("!local.flag", "flag"),
        ("[for x in local.list : \"${x}${aws_vpc.a.id}\"]", "aws_vpc.a.id list"),
        ("{ for x in [1] : aws_vpc.a.id => aws_vpc.b.id }", "aws_vpc.a.id aws_vpc.b.id"),
        ("[for x in [aws_vpc.a.id] : x if local.flag]", "aws_vpc.a.id flag"),
        ("{ (aws_vpc.a.id) = aws_vpc.b.id }", "aws_vpc.a.id aws_vpc.b.id"),
        ("\"%{ for x in local.list }${x}%{ endfor }\"", "list"),
        ("\"%{ if local.flag }${aws_vpc.a.id}%{ endif }\"", "aws_vpc.a.id flag"),
        ("local.list[local.index]", "index list"),
        ("can(aws_vpc.a.id)", "aws_vpc.a.id"),
        ("provider::x::f(aws_vpc.a.id)", "aws_vpc.a.id provider::x::f"),
    ] {
        assert_eq!(from(text), expected, "{text}");
    }
}

#[test]
fn a_resource_without_a_schema_never_lacks_an_attribute() {
    assert_eq!(value("aws_vpc.a.cidr_block").as_str(), Some("10.0.0.0/16"));
    assert_eq!(value("aws_vpc.a == null").as_bool(), Some(false));
    assert_eq!(value("try(aws_vpc.a.zz, \"d\")").ty(), Type::Dynamic);
    assert_eq!(from("[for k, v in aws_vpc.a : k]"), "aws_vpc.a");
}

#[test]
fn only_an_unknown_operand_that_decides_stays_unknown() {
    // Terraform 1.11 says unknown for each, later versions the same as here.
    assert_eq!(value("local.flag && false").as_bool(), Some(false));
    assert_eq!(value("true || local.flag").as_bool(), Some(true));
    assert!(!value("local.flag || false").is_known());
}

#[test]
fn undeclared_references_are_refused_wherever_they_stand() {
    let scope = Module::new();
    for text in [
        "nope.a",
        "true ? 1 : nope.a",
        "try(nope.a, 1)",
        "[for x in [] : nope.a]",
        "[for x in nope.a : x]",
        "\"%{ for x in [] }${nope.a}%{ endfor }\"",
        "[1][nope.a]",
        "local.list[*][nope.a]",
        "{ (nope.a) = 1 }",
        "[for x in [1] : 1 if nope.a]",
        "[[for x in [1] : x], x.a]",
    ] {
        let found = check(&parse(text), &scope).unwrap_err();
        assert!(found.is_static, "{text}");
    }
    for text in
        ["[for nope in [1] : nope.a]", "{ for nope, x in {} : nope => x.y }", "nofunction(1)"]
    {
        assert_eq!(check(&parse(text), &scope), Ok(()), "{text}");
    }
}

#[test]
fn work_is_limited_and_try_does_not_hide_that() {
    let tens = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
    let mut text = "1".to_owned();
    for depth in 0..9 {
        text = format!("[for x{depth} in {tens} : {text}]");
    }
    for text in [format!("try({text}, 1)"), format!("true ? 1 : {text}"), text] {
        assert!(evaluate_within(10_000, &parse(&text), &Module::new()).unwrap_err().is_static);
    }
}

#[test]
fn a_value_that_shares_its_parts_may_not_grow_without_bound() {
    let mut text = "1".to_owned();
    for depth in 0..30 {
        text = format!("[for x{depth} in [{text}] : [x{depth}, x{depth}]]");
    }
    assert!(error(&text).is_static);
    for text in [
        format!("length({text})"),
        format!("{text} == {text}"),
        format!("true ? {text} : []"),
        format!("{text}[*][0]"),
        format!("try(jsonencode({text}), 1)"),
        format!("\"x${{{text}}}\""),
        format!("-{text}"),
        format!("can({text})"),
    ] {
        assert!(error(&text).is_static, "{text}");
    }
}

#[test]
fn a_value_may_not_be_nested_without_bound() {
    assert!(value("[[local.deep]]").is_known());
    assert!(error("[[[[[[local.deep]]]]]]").is_static);
}

#[test]
fn a_chain_of_arms_without_values_costs_no_more_than_its_length() {
    let mut text = "null.a".to_owned();
    for _ in 0..9 {
        text = format!("true ? 1 : [{{ a = (null.a ? {text} : null.a) }}]");
    }
    let text = format!("true ? [] : [{text}]");
    let value = evaluate_within(500, &parse(&text), &Module::new()).unwrap();
    assert_eq!(value.ty().kind_name(), "list");
}

#[test]
fn a_prefix_ends_where_something_may_combine() {
    assert_eq!(safe_prefix("ab").as_deref(), Some("a"));
    assert_eq!(safe_prefix("ab-").as_deref(), Some("ab-"));
    assert_eq!(safe_prefix("a"), None);
    assert_eq!(safe_prefix(""), None);
    assert_eq!(safe_prefix("x\u{e9}e\u{301}").as_deref(), Some("x\u{e9}"));
    assert_eq!(safe_prefix(&"-".repeat(500)).map(|it| it.len()), Some(128));
    assert_eq!(safe_prefix(&"\u{20ac}".repeat(500)).map(|it| it.len()), Some(123));
}

#[test]
fn marks_follow_terraform() {
    for (text, expected) in [
        ("issensitive(true ? 1 : sensitive(2))", true),
        ("issensitive(true ? [1] : [sensitive(2)])", false),
        ("issensitive([sensitive(1)] == null)", true),
        ("issensitive([1, 2][sensitive(0)])", true),
        ("issensitive({ a = 1 }[sensitive(\"a\")])", false),
        ("issensitive([for x in [1] : x if sensitive(true)])", true),
        ("issensitive({ for x in [\"a\"] : sensitive(x) => 1 }.a)", true),
        ("issensitive({ for x in [\"a\"] : x => sensitive(1) })", false),
        ("issensitive([{ a = sensitive(1) }][*].a)", false),
        ("issensitive(\"%{ if sensitive(true) }a%{ endif }\")", true),
        ("issensitive(can(local.secret))", false),
    ] {
        assert_eq!(value(text).as_bool(), Some(expected), "{text}");
    }
}

/// A loop could make text without end, each piece of it within its bound.
#[test]
fn many_long_texts_are_too_much() {
    let each = "join(\"\", [for j in range(1000): format(\"%10000s\", \"x\")])";
    let found = error(&format!("[for i in range(1000): {each}]"));
    assert!(found.message.contains("more than the analysis takes"), "{}", found.message);
    assert_eq!(value(&format!("length([{each}])")), Value::from(crate::Number::from(1_usize)));
}
