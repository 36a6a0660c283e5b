//! Every recorded answer of Terraform, compared with ours. Prints a table per group.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at what it does not expect"
)]

mod compare;
mod context;
mod repr;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use groundplan_eval::{Error, Value, check, evaluate};
use groundplan_ir::Location;
use serde::Deserialize;

use crate::compare::Answer;
use crate::context::Context;

/// One recorded answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) group: String,
    pub(crate) expr: String,
    #[serde(rename = "type")]
    pub(crate) ty: Option<String>,
    pub(crate) json: Option<String>,
    pub(crate) repr: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) detail: Option<String>,
    #[serde(default)]
    pub(crate) unknown: bool,
    #[serde(default)]
    pub(crate) sensitive: bool,
    pub(crate) json_error: Option<String>,
    pub(crate) quirk: Option<String>,
}

/// Answers that are right to differ, and why.
const OTHERWISE: [(&str, &str); 3] = [
    ("cd5bb63ba9", "the console has no `plantimestamp`, which is why `can` says no; a plan has it"),
    (
        "a808615909",
        "a loop through a set of which an element is unknown: the plan gives its elements a number and an \
         order that the apply need not keep",
    ),
    ("5c7962c146", "the same with a splat"),
];

/// How many cases of a group came out how.
#[derive(Default)]
struct Row {
    equal: usize,
    different: usize,
    refused: usize,
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/conformance"))
}

fn answer(context: &Context, text: &str) -> Result<Value, Error> {
    let expr = context::parse(text).map_err(|why| Error::new(Location::default(), why))?;
    check(&expr, context)?;
    evaluate(&expr, context)
}

#[test]
fn every_recorded_answer_is_ours() {
    // Other recordings of the same form can be compared as well.
    let other = std::env::var_os("GROUNDPLAN_ANSWERS").map(PathBuf::from);
    compare_with(&other.unwrap_or_else(|| folder().join("expressions.jsonl")));
}

#[test]
fn every_answer_about_the_language_is_ours() {
    compare_with(&folder().join("language.jsonl"));
}

#[test]
fn every_answer_about_collections_is_ours() {
    compare_with(&folder().join("collections.jsonl"));
}

fn compare_with(answers: &Path) {
    let context = Context::read(&folder().join("context"));
    let text = std::fs::read_to_string(answers).unwrap();
    let mut table: BTreeMap<String, Row> = BTreeMap::new();
    let mut complaints = Vec::new();
    for line in text.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let ours = answer(&context, &case.expr);
        let row = table.entry(case.group.clone()).or_default();
        if OTHERWISE.iter().any(|(id, _)| *id == case.id) {
            row.equal += 1;
            continue;
        }
        match compare::compare(&case, &ours) {
            Answer::Equal => row.equal += 1,
            Answer::Different(why) => {
                row.different += 1;
                complaints.push(format!("{} {} `{}`: {why}", case.id, case.group, case.expr));
            }
            Answer::Refused(why) => {
                row.refused += 1;
                complaints.push(format!("{} {} `{}`: {why}", case.id, case.group, case.expr));
            }
        }
    }
    report(&table, &complaints);
    assert!(complaints.is_empty(), "{} answers differ", complaints.len());
}

#[expect(clippy::print_stdout, reason = "the table is what one runs this for")]
fn report(table: &BTreeMap<String, Row>, complaints: &[String]) {
    for complaint in complaints {
        println!("{complaint}");
    }
    println!("{:<16}{:>8}{:>12}{:>10}", "group", "equal", "different", "refused");
    let mut all = Row::default();
    for (group, row) in table {
        println!("{group:<16}{:>8}{:>12}{:>10}", row.equal, row.different, row.refused);
        all.equal += row.equal;
        all.different += row.different;
        all.refused += row.refused;
    }
    println!("{:<16}{:>8}{:>12}{:>10}", "all", all.equal, all.different, all.refused);
}
