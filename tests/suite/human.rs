//! The report for people tells what, where, why and what to do, and ends with the summary.

use crate::support::{BROKEN, ONE_RULE, OPEN, run};

fn human(plan: &str, more: &[&str]) -> String {
    run(&[&["check", plan, ONE_RULE], more].concat()).out
}

/// The report as running text: without frames, line breaks and indentation.
fn flowing(report: &str) -> String {
    let frame = |c: char| "│·╭╰─┬×".contains(c);
    let words = report.split_whitespace().filter(|word| !word.chars().all(frame));
    words.collect::<Vec<&str>>().join(" ")
}

#[test]
fn a_finding_tells_what_where_why_and_what_to_do() {
    let text = flowing(&human(BROKEN, &["--no-source"]));
    for words in [
        "error[peering-cidr-overlap]",
        // What, with the actual names and the range that both hold.
        "`aws_vpc_peering_connection.app_data` peers `aws_vpc.app` and `aws_vpc.data`, which both hold \
         10.0.128.0/17",
        // Both ends, as Terraform writes them.
        "aws_vpc_peering_connection.app_data",
        "aws_vpc.app cidr_block = \"10.0.0.0/16\"",
        "the requester's range",
        "aws_vpc_ipv4_cidr_block_association.data_pods cidr_block = \"10.0.128.0/17\"",
        "the accepter's range",
        // Why, what to do, and where to read more.
        "AWS does not peer VPCs with overlapping ranges",
        "fix: give one of the two VPCs a range apart from 10.0.128.0/17",
        "more: groundplan explain peering-cidr-overlap",
    ] {
        assert!(text.contains(words), "no {words:?} in {text}");
    }
    assert!(text.contains(BROKEN), "{text}");
}

#[test]
fn the_summary_stands_last() {
    let report = human(BROKEN, &[]);
    let last: Vec<&str> = report.lines().rev().take(2).collect();
    assert_eq!(
        last,
        [
            "1 check decided: 1 error, 0 warnings, 0 notes; 0 undetermined",
            "4 resources read: 4 modelled, 0 of network types not modelled, 0 of other types",
        ]
    );
}

#[test]
fn open_questions_are_counted_and_listed_on_request() {
    let short = human(OPEN, &[]);
    assert!(short.contains("undetermined (--undetermined lists them):\n  1 because "), "{short}");
    let long = human(OPEN, &["--undetermined"]);
    let line = "  peering-cidr-overlap  aws_vpc_peering_connection.";
    assert!(long.contains(&format!("undetermined:\n{line}")), "{long}");
    assert!(long.contains("is known only after apply"), "{long}");
}

#[test]
fn no_line_is_wider_than_a_page() {
    for line in human(BROKEN, &[]).lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
}
