//! JSON files, by what Terraform's documentation of the syntax says.

use groundplan_ir::FileId;

use crate::tests::{covered, show};
use crate::{Parsed, parse_json, parse_json_values};

fn whole(text: &str) -> String {
    let parsed = parse_json(FileId::default(), text);
    assert_eq!(parsed.problems, [], "{text}");
    show::body(&parsed.body)
}

fn problems(text: &str, parsed: Parsed) -> Vec<(String, String)> {
    let problem =
        |problem: crate::SyntaxError| (covered(text, problem.at).to_owned(), problem.message);
    parsed.problems.into_iter().map(problem).collect()
}

#[test]
fn blocks_are_objects_or_arrays_of_them() {
    assert_eq!(
        whole(r#"{"resource": {"aws_vpc": {"a": {"x": 1}, "b": [{"x": 2}, {"x": 3}]}}}"#),
        "resource aws_vpc a { x = 1 }; resource aws_vpc b { x = 2 }; resource aws_vpc b { x = 3 }"
    );
    assert_eq!(
        whole(r#"[{"locals": {"a": 1}}, {"locals": [{"b": 2}, {"c": 3}], "provider": null}]"#),
        "locals { a = 1 }; locals { b = 2 }; locals { c = 3 }"
    );
    assert_eq!(
        whole(
            r#"{"resource": [{"t": {"a": {}}}, {"t": [{"b": {}}]}], "resource": {"u": {"c": {}}}}"#
        ),
        "resource t a {  }; resource t b {  }; resource u c {  }"
    );
}

#[test]
fn strings_are_templates() {
    assert_eq!(
        whole(
            r#"{"locals": {"a": "x", "b": "${y}", "c": "z-${y}", "d": "$${y}", "${e}": "\"${f(\"g\")}\""}}"#
        ),
        r#"locals { a = "x"; b = (wrapped y); c = (template "z-" ${y}); d = "${y}"; ${e} = (template "\"" ${(f: "g")} "\"") }"#
    );
    assert_eq!(
        whole(
            r#"{"output": {"o": {"value": {"${k}": [-1.5e3, true, null]}, "description": "${x}"}}}"#
        ),
        "output o { value = {(wrapped k)=[(- 1.5e3) true null]}; description = \"${x}\" }"
    );
}

#[test]
fn some_strings_are_expressions_and_some_are_plain() {
    assert_eq!(
        whole(r#"{"variable": {"v": {"type": "map(list(string))", "default": {"a": "${b}"}}}}"#),
        r#"variable v { type = (map: (list: string)); default = {"a"="${b}"} }"#
    );
    assert_eq!(
        whole(
            r#"{"module": {"m": {"source": "./m", "providers": {"aws": "aws.eu", "aws.dr": "aws"},
                "depends_on": ["aws_vpc.x"], "for_each": "${var.y}"}}}"#
        ),
        "module m { source = \"./m\"; providers = {\"aws\"=aws.eu aws.dr=aws}; depends_on = \
         [aws_vpc.x]; for_each = (wrapped var.y) }"
    );
    assert_eq!(
        whole(
            r#"{"moved": [{"from": "a.b", "to": "a.c[\"k\"]"}], "import": {"to": "a.b", "id": "${x}"}}"#
        ),
        "moved { from = a.b; to = a.c[\"k\"] }; import { to = a.b; id = (wrapped x) }"
    );
    assert_eq!(
        whole(
            r#"{"terraform": {"required_providers": {"aws": {"source": "hashicorp/aws",
                "configuration_aliases": ["aws.a"]}}, "backend": {"s3": {"key": "x"}}}}"#
        ),
        "terraform { required_providers { aws = {\"source\"=\"hashicorp/aws\" \
         \"configuration_aliases\"=[aws.a]} }; backend s3 { key = \"x\" } }"
    );
}

#[test]
fn blocks_within_resources_are_those_of_the_language() {
    assert_eq!(
        whole(
            r#"{"resource": {"t": {"a": {
                "ingress": [{"from_port": "${x}"}],
                "provider": "aws.eu",
                "lifecycle": {"ignore_changes": "all", "precondition": [{"condition": "${c}"}]},
                "dynamic": {"egress": {"for_each": "${e}", "iterator": "i", "content": {"p": "${i.value}"}}},
                "provisioner": [{"local-exec": {"when": "destroy", "command": "x"}}]
            }}}}"#
        ),
        "resource t a { ingress = [{\"from_port\"=(wrapped x)}]; provider = aws.eu; lifecycle { \
         ignore_changes = all; precondition { condition = (wrapped c) } }; dynamic egress { \
         for_each = (wrapped e); iterator = i; content { p = (wrapped i.value) } }; provisioner \
         local-exec { when = destroy; command = \"x\" } }"
    );
}

#[test]
fn comments_are_no_arguments() {
    let text = r#"{"//": "x", "resource": {"t": {"a": {"//": {"y": 1}, "z": 1}}}}"#;
    assert_eq!(whole(text), "resource t a { z = 1 }");
}

#[test]
fn places_are_those_of_the_file() {
    let text = r#"{"resource": {"t": {"a": {"x": "p-${ b.c }", "y": "\t${d}"}}}}"#;
    let parsed = parse_json(FileId::default(), text);
    let Some(block) = parsed.body.blocks.first() else { panic!("a block is there") };
    assert_eq!(covered(text, block.header), "\"a\"");
    let mut inner = Vec::new();
    for attribute in &block.body.attributes {
        let crate::Node::Template(parts) = &attribute.expr.node else { continue };
        for part in parts {
            if let crate::Part::Interpolation(expr) = part {
                inner.push(covered(text, expr.at));
            }
        }
    }
    // Behind an escape, a place is that of the whole string.
    assert_eq!(inner, ["b.c", "\\t${d}"]);
}

#[test]
fn values_are_plain() {
    let text = "\u{feff}{\"//\": 1, \"a\": \"${x}\", \"b\": [1, {\"c\": null}], \"d\": \"\\ud83d\\ude00\\u00e9\\/\"}";
    let parsed = parse_json_values(FileId::default(), text);
    assert_eq!(parsed.problems, []);
    assert_eq!(show::body(&parsed.body), "a = \"${x}\"; b = [1 {\"c\"=null}]; d = \"😀é/\"");
}

#[test]
fn what_is_no_json_is_named_with_its_place() {
    for (text, place, message) in [
        ("{\"a\": 1,}", "}", "JSON allows no comma behind the last entry"),
        ("{\"a\" 1}", "1", "a colon must stand between a name and its value"),
        ("{a: 1}", "a", "the name of a property must stand in quotes"),
        ("{\"a\": yes}", "yes", "this is no value of JSON: text stands in quotes"),
        ("{\"a\": 01}", "01", "this is no number of JSON"),
        ("{\"a\": [1 2]}", "2", "a comma is missing here"),
        ("{\"a\": \"x", "\"x", "this string is never closed"),
        ("{\"a\": \"\\x\"}", "\\", "this starts no escape of JSON"),
        ("{\"a\": [", "[", "this is never closed"),
        ("{} {}", "{", "nothing may follow the end of the JSON value"),
        ("", "", "the text ends where a value is needed"),
    ] {
        let parsed = parse_json(FileId::default(), text);
        assert_eq!(problems(text, parsed), [(place.to_owned(), message.to_owned())], "{text}");
    }
}

#[test]
fn what_is_no_configuration_is_named_and_the_rest_is_kept() {
    let text = r#"{"foo": 1, "locals": {"a": 1, "a": 2, "b": {"c": 1, "c": 2}, "d": "${1 +}"},
        "resource": {"t": 1}, "output": "x", "variable": {"v": {"type": "list("}}}"#;
    let parsed = parse_json(FileId::default(), text);
    assert_eq!(
        show::body(&parsed.body),
        "locals { a = 1; b = {\"c\"=1}; d = unread:  }; variable v { type = unread:  }"
    );
    let places: Vec<String> = problems(text, parsed).into_iter().map(|problem| problem.0).collect();
    assert_eq!(places, ["\"foo\"", "\"a\"", "\"c\"", "+", "1", "1", "\"x\"", "\"x\"", "("]);
}
