//! A part with a shape that no Terraform writes is left out and named; the rest is still analysed.

use serde_json::{Value, json};

use crate::support::{BROKEN, Run, SOUND, check, plan};

/// The problems of a JSON report, as `kind place: message`.
fn problems(run: &Run) -> Vec<String> {
    let report = run.json();
    let list = report["problems"].as_array().unwrap();
    list.iter()
        .map(|it| {
            let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
            format!("{} {}: {}", text("kind"), text("place"), text("message"))
        })
        .collect()
}

/// Changes both plans in the same way: one still shows its finding, the other is incomplete.
fn damaged(change: impl Fn(&mut Value), place: &str, words: &str) {
    for (path, code) in [(BROKEN, 1), (SOUND, 3)] {
        let mut plan = plan(path);
        change(&mut plan);
        let run = check(&plan, &["--format=json"]);
        assert_eq!(run.code, code, "{run:?}");
        assert_eq!(run.json()["summary"]["complete"], false);
        let problems = problems(&run);
        let [problem] = &*problems else { panic!("{problems:?}") };
        let expected = format!("input-malformed {place}: ");
        assert!(problem.starts_with(&expected) && problem.contains(words), "{problem}");
    }
}

/// Adds one entry in front of the changes.
fn first(plan: &mut Value, entry: Value) {
    plan["resource_changes"].as_array_mut().unwrap().insert(0, entry);
}

#[test]
fn a_misshapen_change_is_left_out() {
    let change = json!({"actions": ["create"], "before": null, "after": {}, "after_unknown": {}});
    let ways = [
        (json!(3), "expected a resource change"),
        (json!({"address": "aws_vpc.z", "type": "aws_vpc", "change": []}), "expected a change"),
        (json!({"address": "aws_vpc.z", "type": "aws_vpc"}), "missing field `change`"),
        (json!({"address": "aws_vpc.z", "change": change}), "missing field `type`"),
        (json!({"type": "aws_vpc", "change": change}), "missing field `address`"),
        (json!({"address": 7, "type": "aws_vpc", "change": change}), "expected a string"),
        (
            json!({"address": "aws_vpc.z", "type": "aws_vpc", "change": {"after": {}}}),
            "missing field `actions`",
        ),
        (
            json!({"address": "aws_vpc.z", "type": "aws_vpc", "change": {"actions": ["shred"]}}),
            "unknown actions `shred`",
        ),
        (
            json!({"address": "aws_vpc.z", "type": "aws_vpc",
                   "change": {"actions": ["create"], "after": "s3cr3t-s3cr3t"}}),
            "a string, expected an object of attributes",
        ),
        (
            json!({"address": "aws_vpc.z", "type": "aws_vpc",
                   "change": {"actions": ["create"], "after": {}, "after_unknown": 1}}),
            "expected an object of attributes",
        ),
    ];
    for (entry, words) in ways {
        damaged(|plan| first(plan, entry.clone()), "resource_changes[0]", words);
    }
}

#[test]
fn a_bad_address_is_left_out() {
    for address in ["aws_vpc", "aws_vpc.a[x]", "a..b", "aws vpc.a", "aws_vpc.a\n.b", "", "module.a"]
    {
        let change =
            json!({"actions": ["create"], "before": null, "after": {}, "after_unknown": {}});
        let entry = json!({"address": address, "type": "aws_vpc", "change": change});
        damaged(|plan| first(plan, entry.clone()), address, "no Terraform address");
    }
}

#[test]
fn a_misshapen_section_is_left_out() {
    damaged(|plan| plan["values"] = json!(3), "values", "expected the values of a state");
    damaged(|plan| plan["prior_state"] = json!(3), "prior_state", "expected the values");
    damaged(
        |plan| {
            plan["prior_state"] = json!({"values": {"root_module": {"resources": [
                {"address": "data.aws_vpc.z", "mode": "data", "type": "aws_vpc", "values": 3},
            ]}}});
        },
        "data.aws_vpc.z",
        "expected an object of attributes",
    );
    damaged(
        |plan| {
            plan["prior_state"] = json!({"values": {"root_module": {"resources": [
                {"mode": "data", "type": "aws_vpc", "values": {}},
            ]}}});
        },
        "resources[0] of the state",
        "missing field `address`",
    );
}

#[test]
fn sections_that_carry_everything_leave_nothing_to_find() {
    for (section, value) in [
        ("resource_changes", json!("all of them")),
        ("resource_changes", json!({})),
        ("configuration", json!([])),
        ("configuration", json!({"root_module": []})),
        ("configuration", json!({"root_module": {"resources": 3}})),
        ("configuration", json!({"root_module": {"resources": [[]]}})),
        ("configuration", json!({"root_module": {"module_calls": {"a": []}}})),
        ("configuration", json!({"provider_config": {"aws": []}})),
    ] {
        let mut plan = plan(BROKEN);
        plan[section] = value;
        check(&plan, &[]).says(3, &[section]);
    }
}

#[test]
fn a_section_that_was_taken_out_makes_the_analysis_incomplete() {
    for section in ["resource_changes", "configuration"] {
        let mut plan = plan(BROKEN);
        plan.as_object_mut().unwrap().remove(section);
        check(&plan, &[]).says(3, &[section]);
    }
    let mut emptied = plan(BROKEN);
    emptied["resource_changes"] = json!([]);
    check(&emptied, &[]).says(3, &["`resource_changes`"]);
}

#[test]
fn odd_numbers_are_no_crash() {
    for number in ["1e400", "-0", "123456789012345678901234567890", "1e-400", "0.1"] {
        let text = plan(BROKEN).to_string();
        let text = text.replace("\"10.0.0.0/16\"", number);
        let run = crate::support::check_text(text.as_bytes(), &[]);
        assert!((0..=3).contains(&run.code), "{run:?}");
    }
}
