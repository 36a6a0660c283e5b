//! Text that goes beyond what groundplan reads gives an error soon, and never a crash.

use groundplan_ir::FileId;

use super::shown;
use crate::lower::Lowering;
use crate::lower::apart::Portion;
use crate::scan::{self, Base};
use crate::source::{MAX_BYTES, Source};
use crate::{Node, parse_expression, parse_hcl, parse_json, parse_template, words};

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
        assert_eq!(shown(&nested(100_000)), deep, "{open}");
    }
    for (open, close) in
        [("(", ")"), ("[", "]"), ("{a=", "}"), ("!", ""), ("f(", ")"), ("[{a=", "}]")]
    {
        let nested = |depth: usize| format!("{}x{}", open.repeat(depth), close.repeat(depth));
        let depth = if open.len() == 4 { 80 } else { 150 };
        assert!(!shown(&nested(depth)).starts_with("error"), "{open}: {}", shown(&nested(depth)));
        assert_eq!(shown(&nested(300)), deep, "{open}");
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
    for row in [128, 129, 900] {
        assert_eq!(shown(&("1 + ".repeat(row) + "1")).matches('+').count(), row);
        let conditionals = "a == 1 ? 2 : ".repeat(row / 2) + "3";
        assert_eq!(shown(&conditionals).matches('?').count(), row / 2);
    }
    let long = format!("error: {}", words::TOO_LONG);
    assert_eq!(shown(&("1 + ".repeat(1_001) + "1")), long);
    assert_eq!(shown(&("a ? 2 : ".repeat(1_001) + "3")), long);
    // Rows in rows are one chain as well.
    let nested = format!("{}({}1)", "1 + ".repeat(600), "1 + ".repeat(600));
    assert_eq!(shown(&nested), long);
}

#[test]
fn an_attribute_beyond_the_limits_is_lost_alone() {
    let deep = format!(
        "a {{\n  b = 1\n  c = {}1{}\n  d {{ e = 2 }}\n}}\n",
        "[".repeat(300),
        "]".repeat(300)
    );
    let parsed = parse_hcl(FileId::default(), &deep);
    assert!(parsed.problems.is_empty());
    let body = &parsed.body.blocks[0].body;
    assert_eq!((body.attributes.len(), body.blocks.len()), (2, 1));
    let lost = &body.attributes[1].expr;
    assert!(matches!(&lost.node, Node::Unread(why) if &**why == words::TOO_DEEP));
    assert!(lost.at.start as usize > deep.find('[').unwrap());
}

/// What is taken apart comes to the same tree, with the same places, as what the parser reads at once.
#[test]
fn taking_apart_changes_nothing() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/conformance");
    let mut compared = 0;
    for file in ["expressions.jsonl", "language.jsonl", "collections.jsonl"] {
        let lines = std::fs::read_to_string(format!("{folder}/{file}")).unwrap();
        for line in lines.lines() {
            let case: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = case["expr"].as_str().unwrap();
            let Ok(whole) = parse_expression(FileId::default(), text) else { continue };
            let scanned = scan::scan(text, 0, Base::Line);
            let mut lowering = Lowering::new(Source::file(FileId::default(), text));
            for portion in
                [Portion::default(), Portion { levels: 0, row: 0, depth: 0, operators: 0 }]
            {
                lowering.portion = portion;
                let apart = lowering.roomy(|it| it.apart(&scanned.masked, 0)).unwrap();
                assert_eq!(format!("{apart:?}"), format!("{whole:?}"), "{text}");
                compared += 1;
            }
        }
    }
    assert!(compared > 5_000);
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
    assert_eq!(
        problem.as_deref(),
        Some("this key is repeated more than 64 times: more than the analysis takes")
    );
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
