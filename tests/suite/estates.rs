//! Whole networks: what the bundled example shows is what the README promises.

use std::collections::BTreeSet;

use crate::support::run;

#[test]
fn the_bundled_plan_shows_five_findings() {
    let run = run(&["check", "fixtures/estates/five-faults/plan.json", "--format", "json"]);
    let report = run.json();
    let found: BTreeSet<(String, String)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            (text(&it["rule"]), text(&it["primary"]["address"]))
        })
        .collect();
    // From the comments in the configuration, which were written first.
    let expected = [
        ("gateway-endpoint-without-route-table", "aws_vpc_endpoint.s3"),
        ("peering-cidr-overlap", "aws_vpc_peering_connection.shop_acquired"),
        ("peering-return-route-missing", "aws_vpc_peering_connection.core_data"),
        ("peering-transitive-route", "aws_route.shop_to_data"),
        ("subnet-outside-vpc", "aws_subnet.core"),
    ];
    let expected: BTreeSet<(String, String)> =
        expected.iter().map(|(rule, place)| ((*rule).to_owned(), (*place).to_owned())).collect();
    assert_eq!(found, expected);
    assert_eq!(report["undetermined"].as_array().unwrap().len(), 0);
    assert_eq!(run.code, 1);
}
