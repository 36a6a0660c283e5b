//! Text that goes beyond what groundplan reads gives an error soon, and never a crash.

use groundplan_ir::FileId;

use super::shown;
use crate::source::MAX_BYTES;
use crate::{parse_hcl, parse_json, parse_template, words};

fn first_problem(text: &str) -> Option<String> {
    let parsed = parse_hcl(FileId::default(), text);
    parsed.problems.into_iter().next().map(|problem| problem.message)
}

/// So many lines that set a name each.
fn lines(count: usize) -> String {
    let lines: Vec<String> = (0..count).map(|name| format!("k{name} = 1\n")).collect();
    lines.concat()
}

#[test]
fn nesting_is_bounded() {
    let deep = format!("error: {}", words::TOO_DEEP);
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a=", "}"), ("!", ""), ("f(", ")"), ("\"${", "}\"")]
    {
        let nested = |depth: usize| format!("{}x{}", open.repeat(depth), close.repeat(depth));
        assert!(!shown(&nested(24)).starts_with("error"), "{open}");
        assert_eq!(shown(&nested(65)), deep, "{open}");
        assert_eq!(shown(&nested(100_000)), deep, "{open}");
    }
    let blocks = "a {\n".repeat(100) + &"}\n".repeat(100);
    assert_eq!(first_problem(&blocks).as_deref(), Some(words::TOO_DEEP));
}

#[test]
fn directives_are_bounded() {
    let nested = |depth: usize| "%{if a}".repeat(depth) + &"%{endif}".repeat(depth);
    assert!(parse_template(FileId::default(), &nested(64)).is_ok());
    assert!(parse_template(FileId::default(), &nested(65)).is_err());
}

#[test]
fn rows_of_operators_are_bounded() {
    assert_eq!(shown(&("1 + ".repeat(128) + "1")).matches('+').count(), 128);
    assert_eq!(shown(&("1 + ".repeat(129) + "1")), format!("error: {}", words::TOO_LONG));
}

#[test]
fn objects_are_bounded() {
    let object = |keys: usize| format!("x = {{\n{}}}\n", lines(keys));
    assert_eq!(first_problem(&object(300)), None);
    assert_eq!(first_problem(&object(10_100)).as_deref(), Some(words::TOO_MANY_KEYS));
    let in_text =
        format!("x = \"${{{}}}\"", object(10_100).replace('\n', ", ").replace("x = ", ""));
    assert_eq!(first_problem(&in_text).as_deref(), Some(words::TOO_MANY_KEYS));
    assert_eq!(first_problem(&lines(10_100)), None);
}

#[test]
fn a_key_is_not_repeated_for_ever() {
    let text = format!("x = {{\n{}}}\n", "a = 1\n".repeat(200));
    let problem = first_problem(&text);
    assert_eq!(problem.as_deref(), Some("this key is repeated too often for groundplan"));
}

#[test]
fn files_are_bounded() {
    let text = " ".repeat(MAX_BYTES + 1);
    assert_eq!(parse_hcl(FileId::default(), &text).problems.len(), 1);
    assert_eq!(parse_json(FileId::default(), &text).problems.len(), 1);
}

#[test]
fn blocks_that_never_end_do_not_cost_the_square_of_the_file() {
    assert!(parse_hcl(FileId::default(), &"a {\n".repeat(200_000)).problems.len() <= 32);
}
