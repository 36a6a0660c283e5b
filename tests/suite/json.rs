//! The JSON report is a contract: version 1 has these fields with these meanings.

use serde_json::{Value, json};

use crate::support::{BROKEN, ONE_RULE, OPEN, run};

fn report(plan: &str) -> Value {
    run(&["check", plan, ONE_RULE, "--format=json", "--no-source"]).json()
}

/// The whole report of the one finding.
fn expected() -> Value {
    json!({
        "schema_version": 1,
        "tool": {"name": "groundplan", "version": env!("CARGO_PKG_VERSION")},
        "input": BROKEN,
        "summary": {
            "resources": 4,
            "modelled": {
                "aws_vpc": 2,
                "aws_vpc_ipv4_cidr_block_association": 1,
                "aws_vpc_peering_connection": 1,
            },
            "not_modelled": {},
            "other": 0,
            "decided": 1,
            "errors": 1,
            "warnings": 0,
            "notes": 0,
            "undetermined": 0,
            "complete": true,
        },
        "findings": [{
            "rule": "peering-cidr-overlap",
            "severity": "error",
            "message": "`aws_vpc_peering_connection.app_data` peers `aws_vpc.app` and `aws_vpc.data`, \
                        which both hold 10.0.128.0/17",
            "why": "AWS does not peer VPCs with overlapping ranges, used or not, and says so only at \
                    apply",
            "help": "give one of the two VPCs a range apart from 10.0.128.0/17, or connect them by a \
                     private NAT gateway or PrivateLink, which do not route the ranges",
            "primary": {
                "address": "aws_vpc_peering_connection.app_data",
                "text": "this request ends in the state `failed`",
            },
            "related": [
                {
                    "address": "aws_vpc.app",
                    "attribute": "cidr_block",
                    "value": "\"10.0.0.0/16\"",
                    "text": "the requester's range",
                },
                {
                    "address": "aws_vpc_ipv4_cidr_block_association.data_pods",
                    "attribute": "cidr_block",
                    "value": "\"10.0.128.0/17\"",
                    "text": "the accepter's range",
                },
            ],
        }],
        "undetermined": [],
        "problems": [],
        "internal_errors": [],
        "rules": [{
            "id": "peering-cidr-overlap",
            "title": "The two VPCs of a peering connection have overlapping address ranges.",
            "severity": "error",
            "class": "apply-fails",
            "since": "0.1.0",
        }],
    })
}

#[test]
fn a_finding_has_exactly_these_values() {
    assert_eq!(report(BROKEN), expected());
}

#[test]
fn an_open_question_has_a_cause_for_programs_and_for_people() {
    let report = report(OPEN);
    assert_eq!(report["summary"]["undetermined"], 1);
    let [question] = &**report["undetermined"].as_array().unwrap() else { panic!("{report}") };
    assert_eq!(question["rule"], "peering-cidr-overlap");
    assert_eq!(question["cause"], "known-after-apply");
    assert!(question["address"].as_str().unwrap().starts_with("aws_vpc_peering_connection."));
    assert!(question["because"].as_str().unwrap().ends_with("is known only after apply"));
}

#[test]
fn a_problem_has_a_kind_and_a_place() {
    let report = report("fixtures/not-a-plan/truncated.json");
    assert_eq!(report["summary"]["complete"], false);
    let [problem] = &**report["problems"].as_array().unwrap() else { panic!("{report}") };
    assert_eq!(problem["kind"], "input-unreadable");
    assert_eq!(problem["severity"], "error");
    assert_eq!(problem["input"], "fixtures/not-a-plan/truncated.json");
    assert_eq!(problem["place"], "line 1, column 5710");
}
