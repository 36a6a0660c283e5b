//! SARIF as GitHub code scanning takes it ("SARIF support for code scanning").

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::support::{BROKEN, ONE_RULE, SOUND, check, command, finish, plan, plans, root, run};

/// The one run of the log for a plan, with every rule.
fn log(plan: &str) -> Value {
    let log = run(&["check", plan, "--format=sarif"]).json();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-2.1.0.json"));
    let [run] = &**log["runs"].as_array().unwrap() else { panic!("{log}") };
    run.clone()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn length(value: &Value) -> usize {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).chars().count()
}

#[test]
fn rules_have_what_code_scanning_shows() {
    let run = log(SOUND);
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "groundplan");
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));
    for rule in list(&driver["rules"]) {
        for key in ["shortDescription", "fullDescription"] {
            assert!((1..=1024).contains(&length(&rule[key]["text"])), "{rule}");
        }
        assert!((1..=255).contains(&length(&rule["name"])), "{rule}");
        assert!(length(&rule["help"]["text"]) > 0 && length(&rule["help"]["markdown"]) > 0);
        let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level));
        assert!(list(&rule["properties"]["tags"]).len() <= 10);
    }
}

/// Everything that GitHub asks of a result.
fn assert_complete(run: &Value, result: &Value) {
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    assert!((1..=1024).contains(&length(&result["message"]["text"])), "{result}");
    let [primary] = list(&result["locations"]) else { panic!("{result}") };
    let related = list(&result["relatedLocations"]);
    assert!(related.len() < 100);
    for location in related.iter().chain([primary]) {
        let physical = &location["physicalLocation"];
        assert!(physical["region"]["startLine"].as_u64().unwrap() >= 1);
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
        let encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~%/".contains(&byte);
        assert!(uri.bytes().all(encoded) && !uri.starts_with('/') && !uri.contains(".."), "{uri}");
        let name = &location["logicalLocations"][0]["fullyQualifiedName"];
        assert!(length(name) > 0);
    }
}

#[test]
fn every_result_of_every_plan_is_complete_and_has_a_name_of_its_own() {
    let mut results = 0;
    for path in plans() {
        let path = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
        if !path.contains("/flags-") {
            continue;
        }
        let run = log(&path);
        let mut names = BTreeSet::new();
        for result in list(&run["results"]) {
            assert_complete(&run, result);
            results += 1;
            for key in ["primaryLocationLineHash", "groundplan/v1"] {
                let name = &result["partialFingerprints"][key];
                assert!(names.insert(name.to_string()), "{path}: {name} names two results");
            }
        }
    }
    assert!(results >= 7, "{results} results are too few to prove anything");
}

#[test]
fn two_connections_of_the_same_networks_are_two_alerts() {
    let mut plan = plan(BROKEN);
    let changes = plan["resource_changes"].as_array_mut().unwrap();
    let mut again = changes.iter().find(|it| it["name"] == "app_data").unwrap().clone();
    again["address"] = json!("aws_vpc_peering_connection.again");
    again["name"] = json!("again");
    changes.push(again);
    let blocks = plan["configuration"]["root_module"]["resources"].as_array_mut().unwrap();
    let mut block = blocks.iter().find(|it| it["name"] == "app_data").unwrap().clone();
    block["address"] = json!("aws_vpc_peering_connection.again");
    block["name"] = json!("again");
    blocks.push(block);
    let log = check(&plan, &["--format=sarif"]).json();
    let hashes: BTreeSet<&str> = list(&log["runs"][0]["results"])
        .iter()
        .map(|it| it["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap())
        .collect();
    assert_eq!(hashes.len(), 2);
}

#[test]
fn a_fingerprint_does_not_depend_on_ranges_or_order() {
    let hash = |plan: &Value| {
        let log = check(plan, &["--format=sarif"]).json();
        log["runs"][0]["results"][0]["partialFingerprints"].clone()
    };
    let mut moved = plan(BROKEN);
    moved["resource_changes"].as_array_mut().unwrap().reverse();
    let text = moved.to_string().replace("10.0.128.0/17", "10.0.192.0/18");
    assert_eq!(hash(&plan(BROKEN)), hash(&serde_json::from_str(&text).unwrap()));
}

#[test]
fn a_path_becomes_a_relative_encoded_uri() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::create_dir(folder.path().join("a b")).unwrap();
    let name = "a b/plän [1]%.json";
    fs::write(folder.path().join(name), plan(BROKEN).to_string()).unwrap();
    let mut call = command(&["check", name, ONE_RULE, "--format=sarif"]);
    call.current_dir(folder.path());
    let log = finish(call, b"").json();
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    let uri = &location["artifactLocation"]["uri"];
    assert_eq!(uri, "a%20b/pl%C3%A4n%20%5B1%5D%25.json");
    assert_eq!(location["artifactLocation"]["uriBaseId"], "%SRCROOT%");
}

#[test]
fn an_input_that_cannot_be_used_is_a_failed_run() {
    let run = log("fixtures/not-a-plan/human.txt");
    let [invocation] = list(&run["invocations"]) else { panic!("{run}") };
    assert_eq!(invocation["executionSuccessful"], false);
    let [notification] = list(&invocation["toolExecutionNotifications"]) else { panic!("{run}") };
    assert_eq!(notification["level"], "error");
    assert_eq!(notification["descriptor"]["id"], "input-unreadable");
    assert!(list(&run["results"]).is_empty());
}

#[test]
fn open_questions_are_counted_and_are_no_alerts() {
    let path = "fixtures/rules/peering-cidr-overlap/cannot-tell-ipam-range/plan.json";
    let log = run(&["check", path, ONE_RULE, "--format=sarif"]).json();
    assert!(list(&log["runs"][0]["results"]).is_empty());
    assert_eq!(log["runs"][0]["properties"]["undetermined"], 1);
}
