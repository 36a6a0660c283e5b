//! How expressions are grouped and what their leaves say.

use groundplan_ir::FileId;

use super::{covered, shown};
use crate::{Node, parse_expression};

fn check(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
    }
}

#[test]
fn numbers_keep_their_digits_and_a_minus_is_an_operator() {
    check(&[
        ("1.50", "1.50"),
        ("1e1000", "1e1000"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("-1", "(- 1)"),
        ("- /* 5 */ 1.5e-3", "(- 1.5e-3)"),
        ("- -1", "(- (- 1))"),
        ("1 -1", "(- 1 1)"),
        ("-1[*]", "(- (split 1 each ))"),
        ("-a.b", "(- a.b)"),
    ]);
}

#[test]
fn operators_bind_as_in_hcl() {
    check(&[
        ("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)"),
        ("a || b && c == d < e", "(|| a (&& b (== c (< d e))))"),
        ("!a && -b > 1", "(&& (! a) (> (- b) 1))"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("a == b ? c + 1 : d", "(? (== a b) (+ c 1) d)"),
        ("(a + b) * c", "(* ((+ a b)) c)"),
    ]);
}

#[test]
fn splats_take_what_hcl_gives_them() {
    check(&[
        ("a.b[*].c[0].d", "(split a.b each .c[0].d)"),
        ("a.*.b.0.c[0].d", "(split a each .b[0].c)[0].d"),
        ("a[*].b[*].c", "(split a each .b[split each .c])"),
        ("a[*].b.*.c[0]", "(split a each .b[split each .c][0])"),
        ("a.*[0]", "(split a each )[0]"),
        ("a[*]", "(split a each )"),
        ("f(x)[*].y", "(split (f: x) each .y)"),
    ]);
    assert!(shown("a.*.b.*.c").starts_with("error: a `.*` cannot follow"));
}

#[test]
fn steps_are_names_and_keys() {
    check(&[
        ("a.b[\"c\"][d.e].0", "a.b[\"c\"][d.e][0]"),
        ("(a).b", "(a).b"),
        ("a[b[0]].c", "a[b[0]].c"),
        ("a.0 .1", "a[0][1]"),
    ]);
    assert!(shown("a.0.1").starts_with("error: two numbers in a row"));
}

#[test]
fn addresses_without_quotes_are_told_from_numbers() {
    for text in ["10.0.0.0/16", "10.0.0.1", "[\"10.0.0.0/8\", 10.1.0.0/16]"] {
        assert_eq!(shown(text), format!("error: {}", crate::words::QUOTES), "{text}");
    }
}

#[test]
fn keys_of_objects_are_names_strings_and_expressions() {
    check(&[
        ("{a = 1, \"b\" = 2, 3 = 4}", "{\"a\"=1 \"b\"=2 3=4}"),
        ("{true = 1, null : 2}", "{\"true\"=1 \"null\"=2}"),
        ("{(a) = 1, (b.c) = 2}", "{(a)=1 (b.c)=2}"),
        ("{\"${a}-x\" = 1}", "{(template ${a} \"-x\")=1}"),
        ("{aws.dr = aws.eu}", "{aws.dr=aws.eu}"),
    ]);
}

#[test]
fn for_expressions_have_all_their_parts() {
    check(&[
        ("[for x in y : x.z]", "(for x in y x.z)"),
        ("{for k, v in m : k => v... if v != null}", "(for k, v in m k => v ... if (!= v null))"),
    ]);
}

#[test]
fn calls_keep_their_namespaces() {
    check(&[
        ("merge({}, a...)", "(merge: {} a ...)"),
        ("provider::aws::arn_parse(x,)", "(provider::aws::arn_parse: x)"),
    ]);
    let text = "1 + core :: upper(x)";
    let Ok(expr) = parse_expression(FileId::default(), text) else { panic!("must parse") };
    let Node::Binary(_, _, call) = expr.node else { panic!("must be an addition") };
    let Node::Call { name, .. } = call.node else { panic!("must be a call") };
    assert_eq!((&*name.text, covered(text, name.at)), ("core::upper", "core :: upper"));
}

#[test]
fn line_breaks_matter_outside_of_brackets_only() {
    check(&[
        ("(\n  a\n  ? 1 // one\n  : 2\n)", "((? a 1 2))"),
        ("[1\n, 2 # two\n]", "[1 2]"),
        ("{ # c\n a = 1 # d\n b = 2, c = 3\n}", "{\"a\"=1 \"b\"=2 \"c\"=3}"),
        ("\"${\n 1 + 1\n}\"", "(wrapped (+ 1 1))"),
        ("(var\n.str)", "(var.str)"),
    ]);
    for text in ["1 +\n2", "upper\n(\"a\")", "{\n a =\n 1\n}", "[1\n 2]", "{a = 1 b = 2}"] {
        assert!(shown(text).starts_with("error: "), "{text}");
    }
}

#[test]
fn places_are_those_of_the_text() {
    let text = "  f(a /* c */ . b, \"x${ d.e }\", <<E\nx ${ g } y\nE\n)";
    let Ok(expr) = parse_expression(FileId::default(), text) else { panic!("must parse") };
    assert_eq!(covered(text, expr.at), text.trim());
    let Node::Call { arguments, .. } = &expr.node else { panic!("must be a call") };
    let places: Vec<&str> = arguments.iter().map(|item| covered(text, item.at)).collect();
    assert_eq!(places, ["a /* c */ . b", "\"x${ d.e }\"", "<<E\nx ${ g } y\nE"]);
    let mut inner = Vec::new();
    for argument in arguments {
        let Node::Template(parts) = &argument.node else { continue };
        for part in parts {
            if let crate::Part::Interpolation(expr) = part {
                inner.push(covered(text, expr.at));
            }
        }
    }
    assert_eq!(inner, ["d.e", "g"]);
}
