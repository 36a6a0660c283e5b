//! Results of source text: regions, call chains, and instances that share a line.

use groundplan_findings::{Finding, Report};
use serde_json::{Value, json};

use super::MOST_RESULTS;
use crate::Format;
use crate::sample;
use crate::sourced::{self, Files, placed};

/// The one run.
fn run(report: &Report) -> Value {
    sample::parsed(Format::Sarif, report)["runs"][0].take()
}

fn physical(uri: &str, lines: [usize; 2], columns: [usize; 2]) -> Value {
    json!({
        "artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": lines[0], "startColumn": columns[0],
            "endLine": lines[1], "endColumn": columns[1],
        },
    })
}

#[test]
fn results_point_into_their_files() {
    let run = run(&sourced::report());
    let result = &run["results"][0];
    assert_eq!(result["locations"][0]["physicalLocation"], physical("main.tf", [10, 10], [1, 49]));
    let related = result["relatedLocations"].as_array().unwrap();
    assert_eq!(related[0]["physicalLocation"], physical("main.tf", [2, 2], [3, 29]));
    assert_eq!(related[1]["physicalLocation"], physical("modules/net/main.tf", [5, 5], [3, 25]));
    assert_eq!(
        related[2],
        json!({
            "id": 3,
            "physicalLocation": physical("main.tf", [5, 5], [1, 14]),
            "logicalLocations": [{"fullyQualifiedName": "module.data", "kind": "module"}],
            "message": {"text": "called from here as module.data"},
        })
    );
    assert_eq!(related.len(), 3);
    let said = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(
        said["locations"],
        json!([{"physicalLocation": physical("main.tf", [5, 5], [1, 14])}])
    );
    // The same as from a plan.
    let mut unplaced = sourced::report();
    let finding = &mut unplaced.findings[0];
    for label in std::iter::once(&mut finding.primary).chain(&mut finding.related) {
        label.origin.place = None;
    }
    let of = |report: &Report| {
        sample::parsed(Format::Sarif, report)["runs"][0]["results"][0]["partialFingerprints"].take()
    };
    assert_eq!(of(&unplaced), of(&sourced::report()));
    assert!(!run.to_string().contains("hunter2"));
}

#[test]
fn columns_count_units_of_utf_16() {
    let mut files = Files::default();
    let text = "a {\r\n\t/* 😀東 */ b = [\r\n\t\t\"😀\" ] # c\r\n}\r\n";
    let main = files.add("m ä/x.tf", text);
    let site = files.site(main, "a", &[("b", "b = [\r\n\t\t\"😀\" ]")], vec![]);
    let finding = Finding::at(&placed("aws_vpc.a", &site).attribute("b", None), "here");
    let run = run(&sourced::report_of(files, vec![finding]));
    assert_eq!(
        run["results"][0]["locations"][0]["physicalLocation"],
        physical("m%20%C3%A4/x.tf", [2, 3], [12, 9])
    );
}

#[test]
fn instances_of_one_block_are_one_result() {
    let mut files = Files::default();
    let main =
        files.add("main.tf", "resource \"aws_vpc\" \"a\" {}\nresource \"aws_vpc\" \"b\" {}\n");
    let one = files.site(main, "resource \"aws_vpc\" \"a\"", &[], vec![]);
    let two = files.site(main, "resource \"aws_vpc\" \"b\"", &[], vec![]);
    let found = |address: &str, site, message: &str| {
        Finding::at(&placed(address, site), "").message(message).why("w").help("h")
    };
    let mut findings = vec![
        found("aws_vpc.a[0]", &one, "the first").also(&placed("aws_vpc.b", &two), "with this"),
        found("aws_vpc.b", &two, "another"),
        found("aws_vpc.a[1]", &one, "the second").also(&placed("aws_vpc.b", &two), "with this"),
        found("aws_vpc.a[1]", &one, "the third").also(&placed("aws_vpc.b", &two), "and so"),
    ];
    let report = sourced::report_of(files, findings.clone());
    let run = run(&report);
    let [first, second] = &**run["results"].as_array().unwrap() else { panic!("{run}") };
    assert_eq!(
        first["message"]["text"],
        "the first (2 more findings here, on `aws_vpc.a\\[1\\]`). w. h"
    );
    assert_eq!(second["message"]["text"], "another. w. h");
    let names: Vec<&Value> = first["locations"][0]["logicalLocations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["fullyQualifiedName"])
        .collect();
    assert_eq!(names, ["aws_vpc.a[0]", "aws_vpc.a[1]"]);
    let related = first["relatedLocations"].as_array().unwrap();
    let words: Vec<&Value> = related.iter().map(|it| &it["message"]["text"]).collect();
    assert_eq!(words, ["aws_vpc.b: with this", "aws_vpc.b: and so"]);
    assert_eq!(related[1]["id"], 2);

    findings = findings.into_iter().cycle().take(4 * MOST_RESULTS).collect();
    let many = sample::parsed(Format::Sarif, &Report { findings, ..report })["runs"][0].take();
    assert_eq!(many["results"].as_array().unwrap().len(), 2);
    assert_eq!(many["invocations"][0].get("toolExecutionNotifications"), Some(&json!([])));
}
