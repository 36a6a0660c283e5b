//! A plan together with the source that it was made from.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, bytes, pipe, root, run};

/// A plan that cannot follow `local.vpc_id`, beside its source, which can.
const CASE: &str = "fixtures/rules/subnet-overlap/cannot-tell-vpc-through-local";

/// The plan, and its source with `change` made.
fn case(change: impl Fn(String) -> String) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.json");
    fs::copy(root().join(CASE).join("plan.json"), &plan).unwrap();
    let source = fs::read_to_string(root().join(CASE).join("main.tf")).unwrap();
    let changed = change(source.clone());
    fs::write(folder.path().join("main.tf"), &changed).unwrap();
    (folder, plan)
}

fn check(plan: &Path, more: &[&str]) -> Run {
    run(&[&["check", plan.to_str().unwrap(), "--select=subnet-overlap"], more].concat())
}

fn json(plan: &Path, more: &[&str]) -> Value {
    check(plan, &[&["--format=json"], more].concat()).json()
}

#[test]
fn the_source_gives_places_and_links() {
    let (_folder, plan) = case(|it| it);
    let report = json(&plan, &[]);
    let finding = &report["findings"][0];
    assert_eq!(finding["primary"]["address"], "aws_subnet.public");
    assert_eq!(finding["primary"]["location"]["line"], 28);
    assert_eq!(finding["related"][0]["location"]["line"], 23);
    assert_eq!(report["problems"], serde_json::json!([]));
    let sarif = check(&plan, &["--format=sarif"]).json();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("main.tf"), "{place}");
    assert_eq!(place["region"]["startLine"], 28);
    check(&plan, &[]).says(1, &["main.tf:28:3", "main.tf:23:3"]);
}

#[test]
fn a_plan_alone_is_judged_alone() {
    let (_folder, plan) = case(|it| it);
    let report = json(&plan, &["--no-source"]);
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["undetermined"][0]["cause"], "local");
    let both = run(&["check", "x.json", "--source", ".", "--no-source"]);
    assert_eq!(both.code, 2);
}

#[test]
fn standard_input_has_the_source_that_is_named() {
    let plan = bytes(&format!("{CASE}/plan.json"));
    let select = "--select=subnet-overlap";
    let alone = pipe(&["check", "-", select, "--format=json"], &plan).json();
    assert_eq!(alone["findings"], serde_json::json!([]));
    let named = ["check", "-", select, "--format=json", "--source", CASE];
    let joined = pipe(&named, &plan).json();
    assert_eq!(joined["findings"][0]["primary"]["location"]["line"], 28);
}

/// What is said once of a source that is not the plan's; no reference is followed through it.
fn differs(change: &dyn Fn(String) -> String, what: &str) {
    let (_folder, plan) = case(change);
    let report = json(&plan, &[]);
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{report}");
    let message = problems[0]["message"].as_str().unwrap();
    assert!(message.contains(what), "{message}");
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["undetermined"][0]["cause"], "local");
}

#[test]
fn another_source_is_told_and_not_followed() {
    differs(&|it| it.replace("10.0.8.0/24", "10.0.64.0/24"), "another one");
    differs(&|it| it.replace("\"public\"", "\"front\""), "not there");
    differs(&|it| it.replace("  vpc_id     = local.vpc_id\n", ""), "another one");
    let counted = |it: String| it.replace("vpc_id     = local", "count = 1\n  vpc_id = local");
    differs(&counted, "no such instance");
    differs(&|it| format!("{it}\nresource \"aws_vpc\" {{"), "cannot be evaluated");
}

/// The plan says nothing of the expression, but what came of it.
#[test]
fn another_value_is_told() {
    let case = root().join("fixtures/rules/subnet-overlap/flags-different-newbits");
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.json");
    fs::copy(case.join("plan.json"), &plan).unwrap();
    let source = fs::read_to_string(case.join("main.tf")).unwrap();
    let main = folder.path().join("main.tf");
    fs::write(&main, &source).unwrap();
    assert_eq!(json(&plan, &[])["problems"], serde_json::json!([]));
    assert!(source.contains("\"10.0.0.0/16\", 8, 3"), "{source}");
    fs::write(&main, source.replace("16\", 8, 3", "16\", 8, 4")).unwrap();
    let report = json(&plan, &[]);
    let message = report["problems"][0]["message"].as_str().unwrap();
    assert!(message.contains("its `cidr_block` is another one"), "{message}");
}

#[test]
fn what_did_not_change_keeps_its_place() {
    let (_folder, plan) =
        case(|it| it.replace("cidr_block = \"10.0.0.0/16\"", "cidr_block = \"10.1.0.0/16\""));
    let report = run(&["check", plan.to_str().unwrap(), "--format=json", "--undetermined"]).json();
    let open = report["undetermined"].as_array().unwrap();
    let of = |address: &str| open.iter().find(|it| it["address"] == address);
    assert_eq!(of("aws_subnet.public").unwrap()["location"]["line"], 26);
}

#[test]
fn another_directory_is_named() {
    let (_folder, plan) = case(|it| it);
    let elsewhere = tempfile::tempdir().unwrap();
    let report = json(&plan, &["--source", elsewhere.path().to_str().unwrap()]);
    assert!(report["problems"][0]["message"].as_str().unwrap().contains("Terraform files"));
}
