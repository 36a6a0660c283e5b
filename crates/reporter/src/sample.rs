//! Reports for the tests of every format: an ordinary one, and one whose names are attacks.

use std::sync::Arc;

use groundplan_findings::{
    Class, Coverage, Crash, Finding, Problem, ProblemKind, Report, RuleMeta, Severity, Undetermined,
};
use groundplan_ir::{Address, Cause, InstanceKey, Mode, ModulePath, Origin};

use crate::{Format, Settings};

const RULE: RuleMeta = RuleMeta {
    id: "peering-cidr-overlap",
    title: "The two VPCs of a peering connection have overlapping address ranges.",
    severity: Severity::Error,
    group: groundplan_findings::Group::Peering,
    confidence: groundplan_findings::Confidence::Proven,
    class: Class::ApplyFails,
    since: "0.1.0",
    page: "# `peering-cidr-overlap`\n\n## Why\n\nAWS does not peer\nthem.\n\n## Fine\n\nNothing.\n",
};

/// A resource as a whole.
pub(crate) fn origin(address: &str) -> Origin {
    Origin::of(&Arc::new(Address::parse(address).unwrap()))
}

/// A VPC whose key, name and type hold `text`.
fn hostile_origin(text: &str) -> Origin {
    Origin::of(&Arc::new(Address {
        module: ModulePath::default(),
        mode: Mode::Managed,
        kind: text.into(),
        name: text.into(),
        key: Some(InstanceKey::Text(text.into())),
    }))
}

/// A finding with three places.
pub(crate) fn overlap() -> Finding {
    let range = |address, range: &str| {
        origin(address).attribute("cidr_block", Some(format!("\"{range}\"").into()))
    };
    let finding = Finding::at(&origin("aws_vpc_peering_connection.app_data"), "fails")
        .also(&range("aws_vpc.app", "10.0.0.0/16"), "the requester's range")
        .also(&range("aws_vpc.data", "10.0.1.0/24"), "the accepter's range")
        .message("`aws_vpc.app` and `aws_vpc.data` both hold 10.0.1.0/24")
        .why("AWS does not peer them")
        .help("give one of the two another range");
    Finding { rule: RULE.id, ..finding }
}

/// A finding with `text` wherever input can end up.
pub(crate) fn named(text: &str) -> Finding {
    let value = hostile_origin(text).attribute(text, Some(text.into()));
    let finding = Finding::at(&hostile_origin(text), text)
        .also(&value, text)
        .message(text)
        .why(text)
        .help(format!("change it:\n{text}"));
    Finding { rule: RULE.id, ..finding }
}

/// An ordinary report: one finding, two open questions, all else in order.
pub(crate) fn report() -> Report {
    let open = |address, cause| Undetermined { rule: RULE.id, origin: origin(address), cause };
    Report {
        input: "plan.json".to_owned(),
        rules: vec![RULE],
        findings: vec![overlap()],
        undetermined: vec![
            open("aws_vpc_peering_connection.a", Cause::KnownAfterApply("aws_vpc.a.id".into())),
            open("aws_vpc_peering_connection.b", Cause::EachValue),
        ],
        coverage: Coverage {
            read: 12,
            modelled: [("aws_vpc".to_owned(), 3)].into(),
            not_modelled: ["a", "b", "c", "d", "e", "f"].map(|it| (format!("aws_{it}"), 1)).into(),
            other: 3,
            decided: 7,
        },
        ..Report::default()
    }
}

/// A report in which nothing but `text` came in.
pub(crate) fn report_of(text: &str) -> Report {
    let cause = Cause::NotInInput(text.into());
    Report {
        input: text.to_owned(),
        findings: vec![named(text)],
        undetermined: vec![Undetermined { rule: RULE.id, origin: hostile_origin(text), cause }],
        problems: vec![Problem {
            kind: ProblemKind::Malformed,
            input: text.to_owned(),
            place: Some(text.to_owned()),
            at: None,
            message: text.to_owned(),
            help: text.to_owned(),
        }],
        crashes: vec![Crash { rule: RULE.id }],
        coverage: Coverage { not_modelled: [(text.to_owned(), 1)].into(), ..Coverage::default() },
        ..report()
    }
}

/// Names that somebody acts on when they are printed as they are.
pub(crate) fn attacks() -> Vec<String> {
    let mut out: Vec<String> = [
        "\u{1b}[31mred\u{1b}[0m\u{1b}]0;title\u{7}\u{9b}31m\u{7f}\0",
        "\u{1b}[8m1\u{1b}[0m",
        "\r\n::error file=a,line=1::x\r::add-mask::y\n::stop-commands::z",
        "##[error]x\n##vso[task.setvariable variable=a]b",
        "\u{202e}txt\u{2066}\u{200b}\u{2028}\u{2029}\u{feff}\u{e0041}\u{3164}",
        "]}, `quote` ```fence``` \"double\" 'single' [text](1) {0} %s \\",
        "╭─[other.json]\n  9 │ aws_vpc.b\n",
        "東京",
        "",
    ]
    .map(str::to_owned)
    .into();
    out.push("\u{1b}[1m".repeat(20_000));
    out.push("x::error::".repeat(10_000));
    out
}

/// How tests write: nothing of the machine in it.
pub(crate) const SETTINGS: Settings =
    Settings { color: false, width: 100, list_undetermined: false, version: "1.2.3", homepage: "" };

/// The report in a format, through the front door.
pub(crate) fn written(format: Format, report: &Report, settings: &Settings) -> String {
    let mut out = Vec::new();
    format.reporter().report(report, settings, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The report as JSON, of whatever shape.
pub(crate) fn parsed(format: Format, report: &Report) -> serde_json::Value {
    serde_json::from_str(&written(format, report, &SETTINGS)).unwrap()
}

/// Coloured text without its styles; fails on any other escape.
pub(crate) fn without_styles(colored: &str) -> String {
    let mut pieces = colored.split("\u{1b}[");
    let mut plain = pieces.next().unwrap().to_owned();
    for piece in pieces {
        let (style, rest) = piece.split_once('m').unwrap();
        assert!(style.chars().all(|c| c.is_ascii_digit() || c == ';'), "{style}");
        plain.push_str(rest);
    }
    plain
}

/// Whether a CI runner would take a part of the line for a command: GitHub reads `::name …::` at its
/// start, Azure and GitHub read `##[` and `##vso[` anywhere.
fn is_command(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    let starts = line.trim_start().strip_prefix("::").is_some_and(|rest| rest.contains("::"));
    starts || line.contains("##[") || line.contains("##vso[")
}

/// Fails unless the text does nothing to a terminal or a log.
pub(crate) fn assert_harmless(text: &str) {
    let active = text.chars().find(|c| *c != '\n' && crate::sanitise::is_active(*c));
    assert_eq!(active, None);
    assert_eq!(text.lines().find(|line| is_command(line)), None);
}
