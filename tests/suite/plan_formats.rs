//! Every version of the format that a Terraform ever wrote is read, and a state as well.

use serde_json::Value;

use crate::support::{ONE_RULE, entries, name, plan, root, run};

/// The overlap that each of these plans holds, as the JSON report shows it.
fn overlap(path: &str) -> Value {
    let run = run(&["check", path, ONE_RULE, "--format=json"]);
    assert_eq!(run.code, 1, "{path}: {run:?}");
    let report = run.json();
    assert_eq!(report["summary"]["complete"], true, "{path}");
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{path}");
    report["findings"][0].clone()
}

#[test]
fn one_network_has_one_overlap_in_every_version() {
    let versions: Vec<String> =
        entries(&root().join("fixtures/plans")).iter().map(|it| name(it)).collect();
    assert_eq!(versions, ["0.1", "0.2", "1.0", "1.1", "1.2", "README.md", "state"]);
    let places = |path: &str| -> Vec<String> {
        let finding = overlap(path);
        let related = finding["related"].as_array().unwrap();
        let all = related.iter().chain([&finding["primary"]]);
        all.map(|it| format!("{} {}", it["address"], it["value"])).collect()
    };
    let expected = [
        "\"aws_vpc.app\" \"\\\"10.0.0.0/16\\\"\"",
        "\"module.data.aws_vpc.this\" \"\\\"10.0.128.0/17\\\"\"",
        "\"aws_vpc_peering_connection.app_data\" null",
    ];
    for version in ["0.1", "0.2", "1.0", "1.1", "state"] {
        let path = format!("fixtures/plans/{version}/overlap/plan.json");
        let said = &plan(&path)["format_version"];
        assert_eq!(said, if version == "state" { "1.0" } else { version });
        assert_eq!(places(&path), expected, "{version}");
    }
}

#[test]
fn keys_of_every_sort_are_followed() {
    let finding = overlap("fixtures/plans/1.2/keys/plan.json");
    assert_eq!(finding["primary"]["address"], "aws_vpc_peering_connection.overlapping");
    let related = &finding["related"];
    assert_eq!(related[0]["address"], "module.network[\"dev.eu[1]\"].aws_vpc.this");
    assert_eq!(related[1]["address"], "module.network[\"say \\\"prod\\\"\"].aws_vpc.this");
}
