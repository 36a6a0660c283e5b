//! Nothing sensitive is printed, in any format, on any stream.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Run, SOUND, bytes, check, pipe, plan, run};

/// Recorded from a configuration that puts a canary wherever a plan can hold a secret.
const SECRETS: &str = "fixtures/plans/1.2/secrets/plan.json";

/// What must not be printed, in any of its spellings.
const CANARIES: [&str; 11] = [
    "canary-token-1f6a",
    "CANARY-TOKEN-1F6A",
    "canary-given-2b88",
    "canary-before-7c1d",
    "canary-state-output-93b2",
    "canary-access-key-5e07",
    "canary-secret-key-5e07",
    "canary.psk.6d31",
    "anary",
    "10.77.0.0",
    "10.77.",
];

/// Where the plan holds a canary; list elements have no number.
fn places(value: &Value, path: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                places(value, &format!("{path}/{key}"), out);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| places(item, path, out)),
        Value::String(text) if CANARIES.iter().any(|it| text.contains(it)) => {
            out.insert(path.to_owned());
        }
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

#[test]
fn the_plan_holds_a_canary_at_every_place_that_can_leak() {
    let mut found = BTreeSet::new();
    places(&plan(SECRETS), "", &mut found);
    for place in [
        "/variables/token/value",
        "/variables/given/value",
        "/planned_values/outputs/token/value",
        "/planned_values/root_module/resources/address",
        "/planned_values/root_module/resources/index",
        "/planned_values/root_module/resources/values/cidr_block",
        "/planned_values/root_module/resources/values/tunnel1_preshared_key",
        "/resource_changes/address",
        "/resource_changes/index",
        "/resource_changes/change/before/tags/Name",
        "/resource_changes/change/after/tags/Name",
        "/resource_changes/change/after/cidr_block",
        "/resource_changes/change/after/tunnel1_preshared_key",
        "/output_changes/token/before",
        "/output_changes/token/after",
        "/prior_state/values/outputs/token/value",
        "/prior_state/values/root_module/resources/values/tags/Name",
        "/configuration/provider_config/aws/expressions/secret_key/constant_value",
        "/configuration/root_module/variables/token/default",
        "/configuration/root_module/resources/expressions/vpc_id/references",
        "/configuration/root_module/resources/expressions/tunnel1_preshared_key/constant_value",
        "/checks/instances/problems/message",
    ] {
        assert!(found.contains(place), "no canary at {place}: {found:#?}");
    }
}

fn assert_silent(run: &Run) {
    for text in [&run.out, &run.err] {
        // A frame may break a long word.
        let joined: String = text.split_whitespace().filter(|it| *it != "│").collect();
        for canary in CANARIES {
            assert!(!text.contains(canary) && !joined.contains(canary), "{canary} in {text}");
        }
    }
}

#[test]
fn no_canary_is_in_any_report() {
    for format in ["human", "json", "sarif"] {
        for more in [&[] as &[&str], &["--undetermined"], &["--color=always", "--undetermined"]] {
            let flag = format!("--format={format}");
            let run = run(&[&["check", SECRETS, &flag], more].concat());
            run.says(1, &["10.80.0.0/16"]);
            assert_silent(&run);
        }
    }
}

#[test]
fn no_canary_is_in_a_complaint_about_a_damaged_plan() {
    let text = String::from_utf8(bytes(SECRETS)).unwrap();
    // Every value that holds a canary stands in turn where an object, a list or a flag belongs.
    for key in ["address", "actions", "before", "after", "after_unknown", "after_sensitive"] {
        let mut damaged = plan(SECRETS);
        for change in damaged["resource_changes"].as_array_mut().unwrap() {
            let place = if key == "address" { &mut *change } else { &mut change["change"] };
            place[key] = json!("canary-token-1f6a");
        }
        for format in ["--format=human", "--format=json", "--format=sarif"] {
            assert_silent(&check(&damaged, &[format, "--undetermined"]));
        }
    }
    for end in (0..text.len()).step_by(997) {
        assert_silent(&pipe(&["check", "-"], &text.as_bytes()[..end]));
    }
}

#[test]
fn a_sensitive_range_is_unknown() {
    let run = run(&["check", SECRETS, "--format=json", "--select=peering-cidr-overlap"]);
    let report = run.json();
    let questions = report["undetermined"].as_array().unwrap();
    let undecided = questions.iter().find(|it| {
        it["address"] == "aws_vpc_peering_connection.undecided" && it["cause"] == "sensitive"
    });
    let because = &undecided.unwrap_or_else(|| panic!("{report}"))["because"];
    assert_eq!(because, "`aws_vpc.secret.cidr_block` is sensitive");
}

#[test]
fn a_mark_on_the_whole_object_covers_every_attribute() {
    let mut plan = plan(SOUND);
    for change in plan["resource_changes"].as_array_mut().unwrap() {
        change["change"]["after_sensitive"] = json!(true);
    }
    let run = check(&plan, &["--undetermined"]);
    run.says(0, &["`aws_vpc.app.cidr_block` is sensitive", "1 undetermined"]);
    assert!(!run.out.contains("10."), "{run:?}");
}

#[test]
fn equal_secrets_are_one_and_different_ones_stay_apart() {
    // The overlap is found through two references by key, so keys and references still agree.
    let report = run(&["check", SECRETS, "--format=json", "--select=peering-cidr-overlap"]).json();
    let places: Vec<&str> = report["findings"][0]["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["address"].as_str().unwrap())
        .collect();
    let keys = ["(sensitive 3)-a", "say \\\"(sensitive 2)\\\""];
    assert_eq!(places, keys.map(|key| format!("aws_vpc.keyed[\"{key}\"]")));
}
