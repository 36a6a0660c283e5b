//! What GitHub code scanning asks of a log, on reports made by hand.

use std::collections::BTreeSet;

use groundplan_findings::{Crash, Finding, Problem, ProblemKind, Report};
use serde_json::{Value, json};

use super::{LONGEST_TEXT, MOST_LOCATIONS, MOST_RESULTS};
use crate::Format;
use crate::sample::{self, SETTINGS};

/// The one run.
fn run(report: &Report) -> Value {
    sample::parsed(Format::Sarif, report)["runs"][0].take()
}

/// Every text of the value, at any depth.
fn texts<'v>(value: &'v Value, out: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => out.push(text),
        Value::Array(items) => items.iter().for_each(|it| texts(it, out)),
        Value::Object(fields) => fields.values().for_each(|it| texts(it, out)),
        Value::Null | Value::Bool(_) | Value::Number(_) => (),
    }
}

#[test]
fn a_result_has_all_that_code_scanning_reads() {
    let run = run(&sample::report());
    let [result] = &**run["results"].as_array().unwrap() else { panic!("{run}") };
    assert_eq!(result["ruleId"], "peering-cidr-overlap");
    assert_eq!(result["ruleIndex"], 0);
    assert_eq!(result["level"], "error");
    assert_eq!(
        result["message"]["text"],
        "`aws_vpc.app` and `aws_vpc.data` both hold 10.0.1.0/24. AWS does not peer them. \
         give one of the two another range"
    );
    let physical = json!({
        "artifactLocation": {"uri": "plan.json", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 2},
    });
    assert_eq!(result["locations"][0]["physicalLocation"], physical);
    let address = |location: &Value| location["logicalLocations"][0]["fullyQualifiedName"].clone();
    assert_eq!(address(&result["locations"][0]), "aws_vpc_peering_connection.app_data");
    assert_eq!(address(&result["relatedLocations"][1]), "aws_vpc.data");
    assert_eq!(result["relatedLocations"][1]["id"], 2);
    assert_eq!(run["automationDetails"]["id"], "groundplan/plan.json/");
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    assert_eq!(run["properties"]["undetermined"], 2);
}

#[test]
fn a_rule_has_its_page_and_its_level() {
    let driver = &run(&sample::report())["tool"]["driver"];
    assert_eq!(driver["semanticVersion"], "1.2.3");
    assert_eq!(driver.get("informationUri"), None);
    let rule = &driver["rules"][0];
    assert_eq!(rule["name"], "PeeringCidrOverlap");
    assert_eq!(
        rule["fullDescription"]["text"],
        "The two VPCs of a peering connection have overlapping address ranges. \
         AWS does not peer them."
    );
    assert_eq!(
        rule["help"]["markdown"],
        "## Why\n\nAWS does not peer\nthem.\n\n## Fine\n\nNothing.\n"
    );
    assert_eq!(rule["defaultConfiguration"]["level"], "error");
    assert_eq!(rule["properties"]["tags"], json!(["aws", "network", "terraform", "apply-fails"]));
    assert_eq!(rule["properties"]["precision"], "very-high");
}

#[test]
fn a_fingerprint_follows_the_places_and_nothing_else() {
    let prints = |findings: Vec<Finding>| -> Vec<Value> {
        let run = run(&Report { findings, ..sample::report() });
        let of = |it: &Value| it["partialFingerprints"]["groundplan/v1"].clone();
        run["results"].as_array().unwrap().iter().map(of).collect()
    };
    let reworded = sample::overlap().message("in other words");
    let moved = sample::overlap().also(&sample::origin("aws_vpc.third"), "one more");
    let [this, same, other] = &*prints(vec![sample::overlap(), reworded.clone(), moved]) else {
        panic!("three findings make three results")
    };
    // FNV-1a, computed by another program: a change of it would reopen every alert that somebody has closed.
    assert_eq!(this, "68b6f4af93dba048/1");
    assert_eq!(same, "68b6f4af93dba048/2");
    let hash = |print: &Value| print.as_str().unwrap().split('/').next().unwrap().to_owned();
    assert_ne!(hash(this), hash(other));
    assert_eq!(prints(vec![reworded])[0], *this);
}

#[test]
fn limits_hold_and_what_is_left_out_is_said() {
    let mut wide = sample::overlap();
    for at in 0..150 {
        wide = wide.also(&sample::origin(&format!("aws_vpc.v[{at}]")), "also");
    }
    let mut findings = vec![sample::overlap(); MOST_RESULTS + 2];
    findings.insert(0, wide);
    let run = run(&Report { findings, ..sample::report() });
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), MOST_RESULTS);
    let related = results[0]["relatedLocations"].as_array().unwrap();
    assert_eq!(related.len() + 1, MOST_LOCATIONS);
    let hash = |it: &Value| it["partialFingerprints"]["primaryLocationLineHash"].to_string();
    assert_eq!(results.iter().map(hash).collect::<BTreeSet<String>>().len(), MOST_RESULTS);
    let said = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(said["message"]["text"], "3 findings beyond the 5000 worst are left out");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn what_could_not_be_done_is_a_notification() {
    let unreadable = Problem {
        kind: ProblemKind::Unreadable,
        input: "plan.json".to_owned(),
        place: Some("line 1".to_owned()),
        at: None,
        message: "no plan".to_owned(),
        help: "run `terraform show -json`".to_owned(),
    };
    let crash = Crash { rule: "self-peering" };
    for (problems, crashes) in [(vec![unreadable], vec![]), (vec![], vec![crash])] {
        let run = run(&Report { problems, crashes, ..Report::default() });
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
        let said = &run["invocations"][0]["toolExecutionNotifications"][0];
        assert_eq!(said["level"], "error");
        assert_eq!(run["results"], json!([]));
    }
}

#[test]
fn a_rule_that_did_not_run_has_no_index() {
    let run = run(&Report { rules: vec![], ..sample::report() });
    assert_eq!(run["results"][0].get("ruleIndex"), None);
}

#[test]
fn no_name_becomes_a_link_an_escape_or_too_long() {
    for attack in sample::attacks() {
        let report = sample::report_of(&attack);
        sample::assert_harmless(&sample::written(Format::Sarif, &report, &SETTINGS));
        let mut run = run(&report);
        let mut all = Vec::new();
        let rules = run["tool"].take();
        texts(&run["results"], &mut all);
        texts(&run["invocations"], &mut all);
        assert!(rules.is_object());
        for text in all {
            // An address of a megabyte as input is the user's own doing.
            assert!(text.chars().count() <= LONGEST_TEXT + 1 || text.contains('%'), "{text:.80}");
        }
        let message = run["results"][0]["message"]["text"].as_str().unwrap();
        let bare = message.replace("\\\\", "").replace("\\[", "").replace("\\]", "");
        assert!(!bare.contains(['[', ']', '\\']), "{bare:.200}");
    }
}
