//! One thing of AWS in several stacks of a run: who manages it, and who says what of it.

use serde_json::{Value, json};

use super::stacks::{found, stacks, within};

#[test]
fn one_directory_with_two_sets_of_values_is_two_stacks() {
    let root = r#"variable "cidr" { type = string }
resource "aws_vpc" "a" { cidr_block = var.cidr }
resource "aws_subnet" "s" {
  vpc_id     = aws_vpc.a.id
  cidr_block = "10.1.0.0/24"
}
"#;
    let told = r#"[stacks]
dev  = { path = "hub", variables = { cidr = "10.0.0.0/16" } }
prod = { path = "hub", variables = { cidr = "10.1.0.0/16" } }
"#;
    let folder = stacks(&[("hub/main.tf", root), ("groundplan.toml", told)]);
    let report = within(&folder, &["check", "--config=groundplan.toml", "--format=json"]).json();
    assert_eq!(found(&report), [("subnet-outside-vpc".to_owned(), "dev:aws_subnet.s".to_owned())]);
    let same = told.replace("10.0.0.0/16", "10.1.0.0/16");
    let folder = stacks(&[("hub/main.tf", root), ("groundplan.toml", &same)]);
    let run = within(&folder, &["check", "--config=groundplan.toml"]);
    run.says(3, &["is the stack `dev` already"]);
}

/// A state that `terraform show -json` prints, with these resources: type, name and values.
fn state(resources: &[(&str, &str, Value)]) -> String {
    let resource = |(kind, name, values): &(&str, &str, Value)| {
        json!({
            "address": format!("{kind}.{name}"),
            "mode": "managed",
            "type": kind,
            "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "schema_version": 0,
            "values": values,
        })
    };
    let resources: Vec<Value> = resources.iter().map(resource).collect();
    json!({
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {"root_module": {"resources": resources}},
    })
    .to_string()
}

fn route(table: &str) -> Value {
    json!({
        "id": format!("r-{table}1080289494"),
        "route_table_id": table,
        "destination_cidr_block": "0.0.0.0/0",
        "gateway_id": "igw-0a1b2c3d4e5f60718",
    })
}

const TWICE: &str = "--select=managed-in-two-stacks";

#[test]
fn one_id_in_two_states_is_one_thing() {
    let subnet = |range: &str, id: &str| json!({"id": id, "cidr_block": range, "vpc_id": "vpc-1"});
    let network = state(&[
        ("aws_route", "out", route("rtb-1")),
        ("aws_subnet", "a", subnet("10.0.0.0/24", "subnet-1")),
    ]);
    let app = state(&[
        ("aws_route", "internet", route("rtb-1")),
        ("aws_subnet", "a", subnet("10.0.1.0/24", "subnet-2")),
    ]);
    let folder = stacks(&[("network.json", &network), ("app.json", &app)]);
    let report =
        within(&folder, &["check", "network.json", "app.json", TWICE, "--format=json"]).json();
    assert_eq!(
        found(&report),
        [("managed-in-two-stacks".to_owned(), "network:aws_route.out".to_owned())]
    );
    assert_eq!(report["findings"][0]["related"][0]["address"], "app:aws_route.internet");
}

#[test]
fn one_stack_under_two_names_is_one_stack() {
    let network = state(&[("aws_route", "a", route("rtb-1")), ("aws_route", "b", route("rtb-2"))]);
    let folder = stacks(&[("one.json", &network), ("two.json", &network)]);
    let report = within(&folder, &["check", "one.json", "two.json", TWICE, "--format=json"]).json();
    assert_eq!(found(&report), []);
}
