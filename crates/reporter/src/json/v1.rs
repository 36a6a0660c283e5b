//! Version 1 of the JSON report. Fields may be added; none changes its meaning or goes away.

use std::collections::BTreeMap;

use groundplan_findings::{Label, Report, Severity};
use groundplan_ir::Origin;
use serde::Serialize;

use crate::{Settings, summary};

/// The whole report.
#[derive(Serialize)]
pub(crate) struct Document<'r> {
    schema_version: u32,
    tool: Tool,
    input: &'r str,
    summary: Summary<'r>,
    findings: Vec<Finding<'r>>,
    undetermined: Vec<Undetermined<'r>>,
    problems: Vec<Problem<'r>>,
    internal_errors: Vec<InternalError>,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary<'r> {
    resources: usize,
    modelled: &'r BTreeMap<String, usize>,
    not_modelled: &'r BTreeMap<String, usize>,
    other: usize,
    decided: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    undetermined: usize,
    complete: bool,
}

#[derive(Serialize)]
struct Finding<'r> {
    rule: &'static str,
    severity: &'static str,
    message: &'r str,
    why: &'r str,
    help: &'r str,
    primary: Place<'r>,
    related: Vec<Place<'r>>,
}

#[derive(Serialize)]
struct Place<'r> {
    address: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'r str>,
}

#[derive(Serialize)]
struct Undetermined<'r> {
    rule: &'static str,
    #[serde(flatten)]
    place: Place<'r>,
    cause: &'static str,
    because: String,
}

#[derive(Serialize)]
struct Problem<'r> {
    kind: &'static str,
    severity: &'static str,
    input: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'r str>,
    message: &'r str,
    help: &'r str,
}

#[derive(Serialize)]
struct InternalError {
    rule: &'static str,
}

#[derive(Serialize)]
struct Rule {
    id: &'static str,
    title: &'static str,
    severity: &'static str,
    class: &'static str,
    since: &'static str,
}

impl<'r> Document<'r> {
    pub(crate) fn new(report: &'r Report, settings: &Settings) -> Self {
        Self {
            schema_version: 1,
            tool: Tool { name: "groundplan", version: settings.version },
            input: &report.input,
            summary: summarised(report),
            findings: report.findings.iter().map(finding).collect(),
            undetermined: report
                .undetermined
                .iter()
                .map(|it| Undetermined {
                    rule: it.rule,
                    place: place(&it.origin),
                    cause: summary::kind(&it.cause),
                    because: it.cause.to_string(),
                })
                .collect(),
            problems: report
                .problems
                .iter()
                .map(|it| Problem {
                    kind: it.kind.name(),
                    severity: it.kind.severity().name(),
                    input: &it.input,
                    place: it.place.as_deref(),
                    message: &it.message,
                    help: &it.help,
                })
                .collect(),
            internal_errors: report
                .crashes
                .iter()
                .map(|it| InternalError { rule: it.rule })
                .collect(),
            rules: report
                .rules
                .iter()
                .map(|it| Rule {
                    id: it.id,
                    title: it.title,
                    severity: it.severity.name(),
                    class: it.class.name(),
                    since: it.since,
                })
                .collect(),
        }
    }
}

fn summarised(report: &Report) -> Summary<'_> {
    let it = &report.coverage;
    Summary {
        resources: it.read,
        modelled: &it.modelled,
        not_modelled: &it.not_modelled,
        other: it.other,
        decided: it.decided,
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        notes: report.count(Severity::Note),
        undetermined: report.undetermined.len(),
        complete: !report.is_incomplete() && !report.is_unreadable() && report.crashes.is_empty(),
    }
}

fn finding(it: &groundplan_findings::Finding) -> Finding<'_> {
    Finding {
        rule: it.rule,
        severity: it.severity.name(),
        message: &it.message,
        why: &it.why,
        help: &it.help,
        primary: labelled(&it.primary),
        related: it.related.iter().map(labelled).collect(),
    }
}

fn labelled(label: &Label) -> Place<'_> {
    Place { text: Some(&label.text), ..place(&label.origin) }
}

fn place(origin: &Origin) -> Place<'_> {
    Place {
        address: origin.address.to_string(),
        attribute: origin.attribute.as_deref(),
        value: origin.shown.as_deref(),
        text: None,
    }
}
