//! Several stacks in one run: one network, whichever way one stack names what is in another.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Run, finish, root, run};

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

pub(super) fn stacks(all: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in all {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

pub(super) fn within(folder: &TempDir, arguments: &[&str]) -> Run {
    let mut command = crate::support::command(arguments);
    command.current_dir(folder.path());
    finish(command, b"")
}

/// Rule and address of each finding.
pub(super) fn found(report: &Value) -> Vec<(String, String)> {
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

/// What `aws ec2 describe-vpcs` prints of one VPC.
const VPCS: &str = r#"{
    "Vpcs": [
        {
            "OwnerId": "111122223333",
            "CidrBlockAssociationSet": [
                {
                    "AssociationId": "vpc-cidr-assoc-0a",
                    "CidrBlock": "10.0.0.0/16",
                    "CidrBlockState": { "State": "associated" }
                },
                {
                    "AssociationId": "vpc-cidr-assoc-0b",
                    "CidrBlock": "10.9.0.0/16",
                    "CidrBlockState": { "State": "associated" }
                }
            ],
            "IsDefault": false,
            "VpcId": "vpc-0a1b2c3d4e5f60001",
            "State": "available",
            "CidrBlock": "10.0.0.0/16"
        }
    ]
}
"#;

const PARTNER: &str = r#"resource "aws_vpc" "app" { cidr_block = "10.9.4.0/22" }
resource "aws_vpc_peering_connection" "up" {
  vpc_id      = aws_vpc.app.id
  peer_vpc_id = "vpc-0a1b2c3d4e5f60001"
}
"#;

#[test]
fn the_account_as_it_is_is_a_stack() {
    let folder = stacks(&[
        ("aws/111122223333/eu-west-1/describe-vpcs.json", VPCS),
        ("app/main.tf", PARTNER),
    ]);
    let report = within(&folder, &["check", "app", "aws", SELECT, "--format=json"]).json();
    let expected =
        [("peering-cidr-overlap".to_owned(), "aws_vpc_peering_connection.up".to_owned())];
    assert_eq!(found(&report), expected);
    let range = &report["findings"][0]["related"][1];
    assert_eq!(range["address"], "aws:aws_vpc.vpc-0a1b2c3d4e5f60001");
    assert_eq!(range["location"]["file"], "aws/111122223333/eu-west-1/describe-vpcs.json");
    assert_eq!(range["location"]["line"], 13);
    let alone = ["check", "--stack=live=aws/111122223333/eu-west-1/describe-vpcs.json", "app"];
    assert_eq!(within(&folder, &alone).code, 1);
}

/// A directory has read no data source, and the account tells what it will find.
const LOOKING: &str = r#"data "aws_vpc" "shared" { id = "vpc-0a1b2c3d4e5f60001" }
resource "aws_vpc" "app" { cidr_block = "10.9.4.0/22" }
resource "aws_vpc_peering_connection" "up" {
  vpc_id      = aws_vpc.app.id
  peer_vpc_id = data.aws_vpc.shared.id
}
resource "aws_subnet" "out" {
  vpc_id     = aws_vpc.app.id
  cidr_block = data.aws_vpc.shared.cidr_block
}
"#;

#[test]
fn what_a_data_source_will_find_is_told_by_the_account() {
    let folder = stacks(&[("aws/vpcs.json", VPCS), ("app/main.tf", LOOKING)]);
    let select = "--select=peering-cidr-overlap,subnet-outside-vpc";
    let alone = within(&folder, &["check", "app", select, "--format=json"]).json();
    assert_eq!(found(&alone), []);
    let report = within(&folder, &["check", "app", "aws", select, "--format=json"]).json();
    let expected = [
        ("subnet-outside-vpc", "aws_subnet.out"),
        ("peering-cidr-overlap", "aws_vpc_peering_connection.up"),
    ];
    assert_eq!(found(&report), expected.map(|(rule, at)| (rule.to_owned(), at.to_owned())));
    assert_eq!(report["undetermined"], json!([]));
    let declared = "[[external.vpc]]\nname = \"shared\"\naddress = \"data.aws_vpc.shared\"\n\
                    cidr_blocks = [\"10.0.0.0/16\", \"10.9.0.0/16\"]\n";
    fs::write(folder.path().join("groundplan.toml"), declared).unwrap();
    let told = ["check", "app", select, "--format=json", "--config=groundplan.toml"];
    assert_eq!(found(&within(&folder, &told).json()).len(), 2);
}

#[test]
fn what_is_declared_counts_and_is_shown_where_it_stands() {
    let declared =
        "[[external.vpc]]\nid = \"vpc-0a1b2c3d4e5f60001\"\ncidr_blocks = [\"10.9.0.0/16\"]\n";
    let folder = stacks(&[("groundplan.toml", declared), ("main.tf", PARTNER)]);
    let report = within(&folder, &["check", ".", SELECT, "--format=json"]).json();
    let range = &report["findings"][0]["related"][1];
    assert_eq!(range["location"]["file"], "groundplan.toml");
    assert_eq!(range["location"]["line"], 3);
    let without = within(&folder, &["check", ".", SELECT, "--format=json", "--no-config"]).json();
    assert_eq!(found(&without), []);
    let wrong = declared.replace("cidr_blocks", "cidr_block");
    fs::write(folder.path().join("other.toml"), wrong).unwrap();
    let named = ["check", ".", SELECT, "--format=json", "--config=other.toml"];
    let run = within(&folder, &named);
    assert_eq!(run.code, 3);
    let problem = &run.json()["problems"][0];
    assert_eq!(
        (&problem["location"]["file"], &problem["location"]["line"]),
        (&json!("other.toml"), &json!(3))
    );
    within(&folder, &["check", ".", "--config=none.toml"]).says(2, &["none.toml"]);
}

#[test]
fn stacks_are_listed_in_groundplan_toml() {
    let told = "[stacks]\nnet = \"network\"\n\"team-*\" = \"teams/*\"\n\n\
                [remote_state]\n\"team-*:data.terraform_remote_state.net\" = \"net\"\n";
    // Another bucket: only groundplan.toml tells that it is this state.
    let app = APP.replace("\"state\"", "\"mirror\"");
    let files =
        [("groundplan.toml", told), ("network/main.tf", NETWORK), ("teams/app/main.tf", &app)];
    let folder = stacks(&files);
    let report = within(&folder, &["check", SELECT, "--format=json"]).json();
    assert_eq!(found(&report).len(), 2, "{report}");
    assert_eq!(report["stacks"][1]["name"], "team-app");
    let plain =
        within(&folder, &["check", "network", "teams/app", "--no-config", SELECT, "--format=json"]);
    assert_eq!(found(&plain.json()), []);
}

/// The side that asks, and the one that is asked, in another account.
const ASKING: &str = r#"provider "aws" { allowed_account_ids = ["111122223333"] }
data "terraform_remote_state" "far" {
  backend = "local"
  config  = { path = "../far/terraform.tfstate" }
}
resource "aws_vpc" "near" { cidr_block = "10.1.0.0/16" }
resource "aws_vpc_peering_connection" "up" {
  vpc_id        = aws_vpc.near.id
  peer_vpc_id   = data.terraform_remote_state.far.outputs.vpc_id
  peer_owner_id = "444455556666"
}
"#;

const ASKED: &str = r#"provider "aws" { allowed_account_ids = ["444455556666"] }
resource "aws_vpc" "far" { cidr_block = "10.2.0.0/16" }
output "vpc_id" { value = aws_vpc.far.id }
"#;

#[test]
fn the_inputs_are_the_whole_network_only_when_somebody_says_so() {
    let folder = stacks(&[("near/main.tf", ASKING), ("far/main.tf", ASKED)]);
    let check = ["check", "near", "far", "--select=peering-not-accepted", "--format=json"];
    let open = within(&folder, &check).json();
    assert_eq!(found(&open), []);
    assert_eq!(open["undetermined"][0]["address"], "near:aws_vpc_peering_connection.up");
    let whole = within(&folder, &[&check[..], &["--complete"]].concat()).json();
    let expected =
        [("peering-not-accepted".to_owned(), "near:aws_vpc_peering_connection.up".to_owned())];
    assert_eq!(found(&whole), expected);
    fs::write(folder.path().join("groundplan.toml"), "[network]\ncomplete = true\n").unwrap();
    assert_eq!(found(&within(&folder, &check).json()), expected);
    // The other account's stack is in no input, so that its accepter would not be seen.
    let alone = ["check", "near", "--select=peering-not-accepted", "--format=json", "--complete"];
    assert_eq!(found(&within(&folder, &alone).json()), []);
}

/// Each reads the other's state: Terraform allows that, since states are made one after the other.
#[test]
fn stacks_may_read_each_other() {
    let one = |own: &str, other: &str, range: &str| {
        format!(
            "terraform {{\n  backend \"s3\" {{\n    bucket = \"b\"\n    key = \"{own}\"\n  }}\n}}\n\
             data \"terraform_remote_state\" \"o\" {{\n  backend = \"s3\"\n  \
             config = {{ bucket = \"b\", key = \"{other}\" }}\n}}\n\
             resource \"aws_vpc\" \"v\" {{ cidr_block = \"{range}\" }}\n\
             output \"vpc\" {{ value = aws_vpc.v }}\n"
        )
    };
    let peering = "resource \"aws_vpc_peering_connection\" \"p\" {\n  vpc_id = aws_vpc.v.id\n  \
                   peer_vpc_id = data.terraform_remote_state.o.outputs.vpc.id\n}\n";
    let a = one("a", "b", "10.0.0.0/16") + peering;
    let folder = stacks(&[("a/main.tf", &a), ("b/main.tf", &one("b", "a", "10.0.64.0/18"))]);
    let report = within(&folder, &["check", "a", "b", SELECT, "--format=json"]).json();
    let expected =
        [("peering-cidr-overlap".to_owned(), "a:aws_vpc_peering_connection.p".to_owned())];
    assert_eq!(found(&report), expected);
    assert_eq!(report["undetermined"], json!([]));
}

#[test]
fn a_directory_beside_its_own_plan_is_no_second_network() {
    let arguments = ["check", "app/plan.json", "app", "data/plan.json", "--format=json"];
    let mut command = crate::support::command(&arguments);
    command.current_dir(root().join("fixtures/applied-stacks/cross-account-peering"));
    let report = finish(command, b"").json();
    assert_eq!(found(&report), []);
    assert_eq!(report["undetermined"], json!([]));
    let problems = report["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1);
    assert!(problems[0]["message"].as_str().unwrap().contains("the source of app/plan.json"));
}

#[test]
fn inputs_that_cannot_be_told_apart_are_refused() {
    run(&["check", "--stack=a=x.json", "--stack=a=y.json"]).says(2, &["two inputs are called `a`"]);
    run(&["check", "-", "-"]).says(2, &["only once"]);
    let twice = ["check", "--stack=a=fixtures/estates", "--stack=b=fixtures/../fixtures/estates"];
    run(&twice).says(2, &["named twice"]);
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
