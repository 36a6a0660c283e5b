//! The classic mistakes: each is found, and nothing else, in a plan and in a directory.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use groundplan_findings::Class;
use groundplan_rules::RULES;

use crate::support::run;

/// Rule and address.
type Found = BTreeSet<(String, String)>;

/// `resource "TYPE" "NAME" { # expect: RULE …`
fn expected(case: &Path) -> Found {
    let text = fs::read_to_string(case.join("main.tf")).unwrap();
    let marked = text.lines().filter_map(|line| line.split_once(" { # expect: "));
    let found = marked.map(|(header, mark)| {
        let names: Vec<&str> = header.split('"').collect();
        let rule = mark.split(' ').next().unwrap();
        (rule.to_owned(), format!("{}.{}", names[1], names[3]))
    });
    found.collect()
}

/// What only the plan of this case tells.
fn told_by_the_plan_alone(case: &Path) -> Found {
    let listed = fs::read_to_string("fixtures/parity.txt").unwrap();
    let prefix = format!("{}: ", case.display());
    let mine = listed.lines().filter_map(|line| line.strip_prefix(&prefix));
    let only = mine.filter_map(|rest| rest.split_once(": only the plan tells"));
    let pair = |(what, _): (&str, &str)| {
        let (rule, address) = what.split_once(' ').unwrap();
        (rule.to_owned(), address.to_owned())
    };
    only.map(pair).collect()
}

fn found(input: &str, expected: &Found) -> Found {
    let advice = |(rule, _): &(String, String)| {
        RULES.iter().any(|entry| entry.id == *rule && entry.rule.class == Class::Advice)
    };
    let mut arguments = vec!["check", input, "--no-config", "--no-source", "--format", "json"];
    if expected.iter().any(advice) {
        arguments.push("--advice");
    }
    let report = run(&arguments).json();
    let all = report["findings"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    all.map(|it| (text(&it["rule"]), text(&it["primary"]["address"]))).collect()
}

fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir("fixtures/classic").unwrap();
    let mut cases: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
    cases.sort();
    cases
}

#[test]
fn each_is_found_and_nothing_else() {
    for case in cases() {
        let expected = expected(&case);
        assert!(!expected.is_empty(), "{}", case.display());
        let plan = case.join("plan.json");
        assert_eq!(found(plan.to_str().unwrap(), &expected), expected, "{}", plan.display());
        // What a plan destroys, no directory tells.
        if !case.join("before").exists() {
            let alone = told_by_the_plan_alone(&case);
            let told: Found = expected.difference(&alone).cloned().collect();
            assert_eq!(found(case.to_str().unwrap(), &expected), told, "{}", case.display());
        }
    }
}

#[test]
fn all_28_are_there() {
    let number = |case: PathBuf| {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        name[..2].parse::<u8>().unwrap()
    };
    let numbers: BTreeSet<u8> = cases().into_iter().map(number).collect();
    assert_eq!(numbers, (1..=28).collect());
}
