//! An input that is not the JSON of a plan or state is named, with the command that makes the right one.

use std::fs;

use serde_json::{Value, json};

use crate::support::{BROKEN, ONE_RULE, SOUND, check, check_text, pipe, plan, run, text};

#[test]
fn the_samples_are_named() {
    let show = "terraform show -json";
    for (file, what, cure) in [
        ("binary.tfplan", "this is a binary plan file", "terraform show -json FILE > plan.json"),
        ("empty-state.json", "neither a plan nor a state", show),
        ("human.txt", "Terraform's output for people", show),
        ("raw-v4.tfstate", "this is a raw state file", "terraform show -json > state.json"),
        ("truncated.json", "it is truncated", "make it again"),
        ("ui-stream.jsonl", "the event stream of `terraform plan -json`", show),
        ("wrapper.json", "the wrapper of the setup-terraform action", "terraform_wrapper: false"),
    ] {
        let path = format!("fixtures/not-a-plan/{file}");
        run(&["check", &path, ONE_RULE]).says(2, &[&path, what, cure]);
    }
    for file in ["state.json", "utf16le-bom.json", "utf8-bom.json"] {
        run(&["check", &format!("fixtures/not-a-plan/{file}"), ONE_RULE]).says(0, &[]);
    }
}

#[test]
fn other_formats_are_named() {
    let cloud = json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}).to_string();
    let tf_json =
        json!({"resource": {"aws_vpc": {"a": {"cidr_block": "10.0.0.0/16"}}}}).to_string();
    let array = format!("[{}]", text(SOUND).trim());
    let before = format!("Initializing…\n\n{}", text(SOUND));
    let behind = format!("{}::debug::Terraform exited with code 0.\n", text(SOUND));
    for (input, what) in [
        ("", "the input is empty"),
        (" \n\t\n", "the input is empty"),
        ("hello", "this is not JSON"),
        ("null", "a single JSON value"),
        ("<!DOCTYPE html>\n<html><body>404</body></html>", "HTML or XML"),
        ("<?xml version=\"1.0\"?><Error/>", "HTML or XML"),
        ("{}", "neither a plan nor a state"),
        ("[]", "a JSON array"),
        (&array, "a JSON array"),
        (&cloud, "a CloudFormation template"),
        (&tf_json, "Terraform configuration in JSON"),
        (&before, "the wrapper of the setup-terraform action"),
        (&behind, "the wrapper of the setup-terraform action"),
        ("resource \"aws_vpc\" \"a\" {}\n", "this is not JSON"),
        ("-----BEGIN CERTIFICATE-----", "this is not JSON"),
        ("No changes. Your infrastructure matches the configuration.", "output for people"),
        ("{\"format_version\": \"1.2\",}", "not valid JSON"),
    ] {
        check_text(input.as_bytes(), &[]).says(2, &[what]);
    }
    check_text(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0], &[]).says(2, &["gzip data", "gunzip -c"]);
}

#[test]
fn what_is_no_file_is_named() {
    run(&["check", "fixtures"])
        .says(2, &["this is a directory without Terraform files", "terraform show -json"]);
    run(&["check", "no/such.json"]).says(2, &["no/such.json", "cannot be read"]);
}

#[test]
fn versions_of_the_format_are_told_apart() {
    let with = |version: Value| {
        let mut plan = plan(BROKEN);
        plan["format_version"] = version;
        check(&plan, &[])
    };
    for known in ["0.1", "0.2", "1.0", "1.1", "1.2", "1.9", "1.10"] {
        with(json!(known)).says(1, &["10.0.128.0/17"]);
    }
    with(json!("2.0")).says(2, &["\"2.0\" is newer than this groundplan knows"]);
    with(json!("10.0")).says(2, &["\"10.0\" is newer"]);
    with(json!("next")).says(2, &["\"next\" is no version"]);
    with(json!(1.2)).says(2, &["invalid type", "expected a string"]);
    let mut without = plan(BROKEN);
    without.as_object_mut().unwrap().remove("format_version");
    check(&without, &[]).says(2, &["`format_version` is missing"]);
}

#[test]
fn five_encodings_of_one_plan_give_the_same_findings() {
    // A name beyond ASCII and one beyond the basic plane.
    let text = text(BROKEN).replace("app_data", "東京_𝒳");
    let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let plain = check_text(text.as_bytes(), &["--format=json"]);
    plain.says(1, &["東京_𝒳"]);
    for (bytes, remark) in [
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), None),
        ([b"\xff\xfe", &*le].concat(), Some("UTF-16LE")),
        ([b"\xfe\xff", &*be].concat(), Some("UTF-16BE")),
        (le, Some("UTF-16LE")),
        (be, Some("UTF-16BE")),
    ] {
        let run = check_text(&bytes, &["--format=json"]);
        assert_eq!(run.code, 1);
        let (mut report, expected) = (run.json(), plain.json());
        let problems = report["problems"].take();
        let remarked = problems[0]["message"].as_str();
        assert_eq!(remarked.is_some(), remark.is_some());
        assert!(remark.is_none_or(|it| remarked.unwrap().contains(it)));
        report["problems"] = json!([]);
        assert_eq!(report, expected);
    }
}

#[test]
fn a_file_and_standard_input_give_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    fs::write(&path, text(BROKEN)).unwrap();
    let mut file = run(&["check", path.to_str().unwrap(), ONE_RULE, "--format=json"]).json();
    file["input"] = json!("-");
    assert_eq!(file, check_text(text(BROKEN).as_bytes(), &["--format=json"]).json());
}

/// What people name instead of a plan or a directory, and what is said of it.
#[test]
fn what_is_named_by_mistake_is_told() {
    let file = "fixtures/estates/five-faults/main.tf";
    run(&["check", file])
        .says(2, &["one file of a Terraform directory", "fixtures/estates/five-faults`"]);
    for text in ["null", "1", "\"x\""] {
        pipe(&["check", "-"], text.as_bytes())
            .says(2, &["a single JSON value", "nothing was read"]);
    }
    let parts = r#"{"format_version":"1.2","resource_changes":[]}"#;
    pipe(&["check", "-"], parts.as_bytes()).says(3, &["configuration", "this part is missing"]);
    let directory = "fixtures/estates/five-faults";
    let missing = run(&["check", directory, "--var-file", "no-such.tfvars"]);
    missing.says(2, &["no-such.tfvars"]);
    let plan = run(&["check", "fixtures/estates/five-faults/plan.json", "--var", "a=b"]);
    plan.says(1, &["have no effect"]);
    #[cfg(unix)]
    run(&["check", "/dev/zero"]).says(2, &["this is a device"]);
}
