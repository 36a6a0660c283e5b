//! Version 1 of the JSON report. Fields may be added; none changes its meaning or goes away.

use std::collections::BTreeMap;

use groundplan_findings::{Label, Report, Severity};
use groundplan_ir::{Origin, SourceMap};
use serde::Serialize;

use crate::place::calls;
use crate::{Settings, summary};

/// The whole report.
#[derive(Serialize)]
pub(crate) struct Document<'r> {
    schema_version: u32,
    tool: Tool,
    input: &'r str,
    /// Of several stacks: each with its input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stacks: Vec<Stack<'r>>,
    summary: Summary<'r>,
    findings: Vec<Finding<'r>>,
    undetermined: Vec<Undetermined<'r>>,
    problems: Vec<Problem<'r>>,
    internal_errors: Vec<InternalError>,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Stack<'r> {
    name: &'r str,
    input: &'r str,
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
    /// The stack whose name stands before the address.
    #[serde(skip_serializing_if = "Option::is_none")]
    stack: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attribute: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    called_from: Vec<Call<'r>>,
}

/// A range of source text. Lines and columns count from 1, columns in characters; the end is behind
/// the last character.
#[derive(Serialize)]
struct Location<'r> {
    file: &'r str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// A module call on the way to a place, the innermost first.
#[derive(Serialize)]
struct Call<'r> {
    module: String,
    location: Location<'r>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'r>>,
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
            stacks: report.stacks.iter().map(|(name, input)| Stack { name, input }).collect(),
            summary: summarised(report),
            findings: report.findings.iter().map(|it| finding(it, &report.sources)).collect(),
            undetermined: report
                .undetermined
                .iter()
                .map(|it| Undetermined {
                    rule: it.rule,
                    place: place(&it.origin, &report.sources),
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
                    location: it.at.and_then(|at| location(at, &report.sources)),
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

fn finding<'r>(it: &'r groundplan_findings::Finding, sources: &'r SourceMap) -> Finding<'r> {
    Finding {
        rule: it.rule,
        severity: it.severity.name(),
        message: &it.message,
        why: &it.why,
        help: &it.help,
        primary: labelled(&it.primary, sources),
        related: it.related.iter().map(|label| labelled(label, sources)).collect(),
    }
}

fn labelled<'r>(label: &'r Label, sources: &'r SourceMap) -> Place<'r> {
    Place { text: Some(&label.text), ..place(&label.origin, sources) }
}

fn place<'r>(origin: &'r Origin, sources: &'r SourceMap) -> Place<'r> {
    let called = calls(origin).into_iter().filter_map(|(at, module)| {
        Some(Call { module: module.to_string(), location: location(at, sources)? })
    });
    Place {
        address: origin.address.to_string(),
        stack: origin.address.module.stack.as_deref(),
        attribute: origin.attribute.as_deref(),
        value: origin.shown.as_deref(),
        text: None,
        location: origin.place.as_ref().and_then(|place| location(place.at, sources)),
        called_from: called.collect(),
    }
}

fn location(at: groundplan_ir::Location, sources: &SourceMap) -> Option<Location<'_>> {
    let (file, start, end) = sources.positions(at)?;
    Some(Location {
        file: &file.path,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    })
}
