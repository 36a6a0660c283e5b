//! Several stacks in one run: one network, whichever way one stack names what is in another.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Run, finish, run};

/// Two directories; `app` reads the state of `network`.
const NETWORK: &str = r#"terraform {
  backend "s3" {
    bucket = "state"
    key    = "network"
  }
}
resource "aws_vpc" "hub" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  count      = 2
  vpc_id     = aws_vpc.hub.id
  cidr_block = cidrsubnet(aws_vpc.hub.cidr_block, 8, count.index)
}
output "vpc" { value = aws_vpc.hub }
output "subnet_ids" { value = { for it in aws_subnet.a : it.cidr_block => it.id } }
"#;

const APP: &str = r#"data "terraform_remote_state" "net" {
  backend = "s3"
  config = {
    bucket = "state"
    key    = "network"
    region = "eu-west-1"
  }
}
locals {
  net = data.terraform_remote_state.net.outputs
}
resource "aws_vpc" "app" { cidr_block = "10.0.128.0/17" }
resource "aws_vpc_peering_connection" "up" {
  vpc_id      = aws_vpc.app.id
  peer_vpc_id = local.net.vpc.id
  auto_accept = true
}
resource "aws_subnet" "extra" {
  vpc_id     = local.net.vpc.id
  cidr_block = cidrsubnet(local.net.vpc.cidr_block, 8, length(local.net.subnet_ids) - 1)
}
"#;

fn stacks(all: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in all {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn within(folder: &TempDir, arguments: &[&str]) -> Run {
    let mut command = crate::support::command(arguments);
    command.current_dir(folder.path());
    finish(command, b"")
}

/// Rule and address of each finding.
fn found(report: &Value) -> Vec<(String, String)> {
    let text = |it: &Value| it.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().map(|it| (text(&it["rule"]), text(&it["primary"]["address"]))).collect()
}

const SELECT: &str = "--select=peering-cidr-overlap,subnet-overlap";

#[test]
fn what_another_stack_puts_out_is_followed() {
    let folder = stacks(&[("network/main.tf", NETWORK), ("app/main.tf", APP)]);
    let report = within(&folder, &["check", "network", "app", SELECT, "--format=json"]).json();
    let expected = [
        ("peering-cidr-overlap", "app:aws_vpc_peering_connection.up"),
        ("subnet-overlap", "network:aws_subnet.a[1]"),
    ];
    assert_eq!(found(&report), expected.map(|(rule, at)| (rule.to_owned(), at.to_owned())));
    assert_eq!(report["undetermined"], json!([]));
    let overlap = &report["findings"][0];
    assert_eq!(overlap["related"][1]["stack"], "network");
    assert_eq!(overlap["related"][1]["location"]["file"], "network/main.tf");
    assert_eq!(overlap["related"][1]["location"]["line"], 7);
    assert_eq!(report["stacks"][0], json!({"name": "app", "input": "app"}));
}

#[test]
fn the_order_of_the_inputs_changes_nothing() {
    let folder = stacks(&[("network/main.tf", NETWORK), ("app/main.tf", APP)]);
    for format in ["--format=human", "--format=json", "--format=sarif"] {
        let one = within(&folder, &["check", "network", "app", format, "--undetermined"]);
        let two = within(&folder, &["check", "app", "network", format, "--undetermined"]);
        assert_eq!(one, two);
        let named =
            ["check", "--stack=network=network", "--stack=app=app", format, "--undetermined"];
        assert_eq!(one, within(&folder, &named));
        let mut single =
            crate::support::command(&["check", "app", "network", format, "--undetermined"]);
        single.current_dir(folder.path()).env("RAYON_NUM_THREADS", "1");
        assert_eq!(one, finish(single, b""));
    }
}

#[test]
fn a_stack_alone_leaves_open_what_is_in_the_other() {
    let folder = stacks(&[("app/main.tf", APP)]);
    let report = within(&folder, &["check", "app", SELECT, "--format=json"]).json();
    assert_eq!(found(&report), []);
    assert_eq!(report["undetermined"][0]["address"], "aws_vpc_peering_connection.up");
    assert!(report["stacks"].is_null());
}

/// Nothing tells that `other` is the state that is read.
#[test]
fn a_state_elsewhere_is_not_taken_for_the_one_that_is_read() {
    let other = NETWORK.replace("\"network\"", "\"other\"");
    let folder = stacks(&[("other/main.tf", &other), ("app/main.tf", APP)]);
    let report = within(&folder, &["check", "other", "app", SELECT, "--format=json"]).json();
    assert_eq!(found(&report), []);
    assert_eq!(report["undetermined"][0]["address"], "app:aws_vpc_peering_connection.up");
}

#[test]
fn ids_name_what_another_stack_manages() {
    let held = |kind: &str, name: &str, values: Value| {
        json!({"address": format!("{kind}.{name}"), "mode": "managed", "type": kind, "name": name,
               "provider_name": "registry.terraform.io/hashicorp/aws", "values": values})
    };
    let vpc = held("aws_vpc", "hub", json!({"id": "vpc-1", "cidr_block": "10.0.0.0/16"}));
    let network = json!({"format_version": "1.0", "terraform_version": "1.11.4",
        "values": {"root_module": {"resources": [vpc]}}});
    let mine = held("aws_vpc", "app", json!({"id": "vpc-2", "cidr_block": "10.0.0.0/20"}));
    let ids = json!({"id": "pcx-1", "vpc_id": "vpc-2", "peer_vpc_id": "vpc-1"});
    let peering = held("aws_vpc_peering_connection", "p", ids);
    let app = json!({"format_version": "1.0", "terraform_version": "1.11.4",
        "values": {"root_module": {"resources": [mine, peering]}}});
    let folder = stacks(&[("n.json", &network.to_string()), ("a.json", &app.to_string())]);
    let report = within(&folder, &["check", "n.json", "a.json", SELECT, "--format=json"]).json();
    let expected =
        [("peering-cidr-overlap".to_owned(), "a:aws_vpc_peering_connection.p".to_owned())];
    assert_eq!(found(&report), expected);
    let sarif = within(&folder, &["check", "n.json", "a.json", SELECT, "--format=sarif"]).json();
    let result = &sarif["runs"][0]["results"][0];
    let uri =
        |it: &Value| it["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().to_owned();
    assert!(uri(&result["locations"][0]).ends_with("a.json"), "{result}");
    assert!(uri(&result["relatedLocations"][1]).ends_with("n.json"), "{result}");
}

#[test]
fn inputs_that_cannot_be_told_apart_are_refused() {
    run(&["check", "--stack=a=x.json", "--stack=a=y.json"]).says(2, &["two inputs are called `a`"]);
    run(&["check", "-", "-"]).says(2, &["only once"]);
    run(&["check", "--stack=a b=x.json"]).says(2, &["a name has letters"]);
    run(&["check", "x.json", "y.json", "--source=."]).says(2, &["--source belongs to one plan"]);
    run(&["check"]).says(2, &["INPUT"]);
}

#[test]
fn a_stack_that_cannot_be_read_leaves_the_others_judged() {
    let folder = stacks(&[("network/main.tf", NETWORK), ("app/main.tf", APP), ("bad.json", "{")]);
    let all = ["check", "network", "app", "bad.json", SELECT, "--format=json"];
    let run = within(&folder, &all);
    assert_eq!(run.code, 2);
    assert_eq!(found(&run.json()).len(), 2);
}
