//! The exit code says what came out, in every format alike.

use serde_json::{Value, json};

use crate::support::{BROKEN, OPEN, Run, SOUND, check, check_text, plan, run};

const FORMATS: [&str; 3] = ["human", "json", "sarif"];

/// A plan that was made with `-target`.
fn incomplete(path: &str) -> Value {
    let mut plan = plan(path);
    plan["complete"] = json!(false);
    plan
}

/// A plan that shows its finding and holds a key twice in another part.
fn doubtful() -> String {
    let mut plan = plan(BROKEN);
    let other = json!({"address": "aws_vpc.z", "type": "aws_vpc", "change":
        {"actions": ["no-op"], "after": {"cidr_block": "10.9.0.0/16", "HERE": 0}}});
    plan["resource_changes"].as_array_mut().unwrap().push(other);
    plan.to_string().replace("\"HERE\":0", "\"cidr_block\":\"10.8.0.0/16\"")
}

#[test]
fn each_outcome_has_its_code_in_every_format() {
    for format in FORMATS {
        let flag = format!("--format={format}");
        let code = |plan: &Value, more: &[&str]| check(plan, &[&[&*flag], more].concat()).code;
        assert_eq!(code(&plan(SOUND), &[]), 0);
        assert_eq!(code(&plan(BROKEN), &[]), 1);
        assert_eq!(code(&json!({}), &[]), 2);
        assert_eq!(code(&incomplete(SOUND), &[]), 3);
        assert_eq!(code(&incomplete(SOUND), &["--allow-incomplete"]), 0);
    }
}

#[test]
fn an_open_question_is_no_failure() {
    check(&plan(OPEN), &[]).says(0, &["1 undetermined"]);
}

#[test]
fn the_threshold_decides_on_findings_only() {
    for (threshold, code) in [("note", 1), ("warning", 1), ("error", 1), ("never", 0)] {
        let flag = format!("--fail-on={threshold}");
        assert_eq!(check(&plan(BROKEN), &[&flag]).code, code, "{threshold}");
        assert_eq!(check(&plan(SOUND), &[&flag]).code, 0, "{threshold}");
        assert_eq!(check(&json!({}), &[&flag]).code, 2, "{threshold}");
        assert_eq!(check(&incomplete(SOUND), &[&flag]).code, 3, "{threshold}");
    }
    check(&plan(BROKEN), &["--fail-on=never"]).says(0, &["1 error"]);
}

#[test]
fn the_worst_outcome_decides() {
    // What cannot be trusted stands over findings, findings stand over what is incomplete.
    check_text(doubtful().as_bytes(), &[]).says(2, &["duplicate key", "10.0.128.0/17"]);
    check_text(doubtful().as_bytes(), &["--allow-incomplete", "--fail-on=never"]).says(2, &[]);
    check(&incomplete(BROKEN), &[]).says(1, &["not complete", "10.0.128.0/17"]);
    check(&incomplete(BROKEN), &["--fail-on=never"]).says(3, &[]);
    check(&incomplete(BROKEN), &["--fail-on=never", "--allow-incomplete"]).says(0, &[]);
}

#[test]
fn what_is_incomplete_is_said_with_its_reason() {
    for (key, value, words) in [
        ("complete", json!(false), "made with `-target`"),
        ("errored", json!(true), "the plan ended in an error"),
        ("deferred_changes", json!([{"reason": "provider_config_unknown"}]), "defers some changes"),
    ] {
        let mut plan = plan(SOUND);
        plan[key] = value;
        check(&plan, &[]).says(3, &["warning: <stdin>: ", words]);
    }
    for (key, value) in [("complete", json!(null)), ("deferred_changes", json!([]))] {
        let mut plan = plan(SOUND);
        plan[key] = value;
        check(&plan, &[]).says(0, &[]);
    }
}

#[test]
fn wrong_arguments_could_not_run() {
    let wrong: [&[&str]; 8] = [
        &[],
        &["chekc"],
        &["check"],
        &["check", SOUND, "--format=xml"],
        &["check", SOUND, "--fail-on=critical"],
        &["check", SOUND, "--output=json"],
        &["check", SOUND, "--output=xml=report"],
        &["explain"],
    ];
    for arguments in wrong {
        let Run { code, out, err } = run(arguments);
        assert_eq!((code, &*out), (2, ""), "{arguments:?}: {err}");
        assert!(!err.is_empty());
    }
    run(&["--help"]).says(0, &["Exit codes: 0"]);
    run(&["check", "--help"]).says(0, &["Exit codes: 0", "--allow-incomplete"]);
    run(&["--version"]).says(0, &[env!("CARGO_PKG_VERSION")]);
}

#[test]
fn a_report_that_cannot_be_written_could_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("no/such/folder/report.json");
    let flag = format!("--output=json={}", path.display());
    check(&plan(SOUND), &[&flag]).says(2, &["cannot be written", "0 errors"]);
}
