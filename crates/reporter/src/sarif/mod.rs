//! SARIF 2.1.0 within the limits of GitHub code scanning ("SARIF support for code scanning").
//!
//! A plan has no source lines, so every result of one points at line 1 of the plan file and names its
//! Terraform address as logical location. Results of source text point at what they speak of. Undetermined answers are never results,
//! since GitHub would show them as alerts; they are counted in the run's properties.

mod identity;
mod location;
mod merge;
mod model;
#[cfg(test)]
mod sourced_tests;
#[cfg(test)]
mod tests;
mod uri;

use std::collections::BTreeMap;
use std::io::{self, Write};

use groundplan_findings::{Problem, ProblemKind, Report, RuleMeta, Severity};
use serde::Serialize as _;

use crate::json::Escaping;
use crate::sanitise;
use crate::{Reporter, Settings};
use location::Locations;
use merge::Merged;
use model::{
    AutomationDetails, Configuration, Descriptor, Driver, Fingerprints, Invocation, Location, Log,
    MarkdownText, Notification, Rule, RuleProperties, Run, RunProperties, SarifResult, Text, Tool,
    UriBase, UriBaseIds,
};

/// GitHub keeps this many results of a run.
const MOST_RESULTS: usize = 5000;
/// GitHub keeps this many locations of a result.
const MOST_LOCATIONS: usize = 100;
/// GitHub takes descriptions of this length.
const LONGEST_TEXT: usize = 1000;

/// Writes the SARIF report.
pub(crate) struct Sarif;

impl Reporter for Sarif {
    fn report(&self, report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
        let mut json = serde_json::Serializer::with_formatter(&mut *out, Escaping::new());
        log(report, settings).serialize(&mut json)?;
        out.write_all(b"\n")
    }
}

fn log(report: &Report, settings: &Settings) -> Log {
    let input = uri::artifact(&report.input, &report.started);
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let merged = merge::merged(report);
    let locations = Locations { report, input: &input };
    let dropped = merged.iter().skip(MOST_RESULTS).map(Merged::len).sum();
    Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "groundplan",
                    version: settings.version,
                    semantic_version: settings.version,
                    information_uri: settings.homepage,
                    rules: report.rules.iter().map(rule).collect(),
                },
            },
            automation_details: AutomationDetails {
                id: format!("groundplan/{}/", uri::run_name(&input)),
            },
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: UriBaseIds {
                root: UriBase {
                    description: text(if report.sources.is_empty() {
                        "The root of the repository that the plan was made from."
                    } else {
                        "The root of the repository that the configuration is in."
                    }),
                },
            },
            invocations: [invocation(locations, dropped)],
            results: merged
                .iter()
                .take(MOST_RESULTS)
                .map(|it| {
                    let identity = identity::of(it.first);
                    let count = seen.entry(identity.clone()).or_insert(0_usize);
                    *count += 1;
                    result(locations, it, (identity, *count))
                })
                .collect(),
            properties: RunProperties {
                resources_read: report.coverage.read,
                checks_decided: report.coverage.decided,
                undetermined: report.undetermined.len(),
            },
        }],
    }
}

fn text(words: &str) -> Text {
    Text { text: words.to_owned() }
}

fn level(severity: Severity) -> &'static str {
    severity.name()
}

fn rule(meta: &RuleMeta) -> Rule {
    let name = meta.id.split('-').map(capitalised).collect();
    // The page's own head (generated mark, name, title, table) says what SARIF has fields for.
    let page = meta.page.find("## Why").and_then(|at| meta.page.get(at..)).unwrap_or(meta.page);
    let why = page.trim_start_matches("## Why").trim();
    let why = why.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    Rule {
        id: meta.id,
        name,
        short_description: text(meta.title),
        full_description: Text { text: cut(&format!("{} {why}", meta.title)) },
        help: MarkdownText { text: page.to_owned(), markdown: page.to_owned() },
        default_configuration: Configuration { level: level(meta.severity) },
        properties: RuleProperties {
            tags: vec!["aws", "network", "terraform", meta.class.name()],
            precision: "very-high",
            problem_severity: match meta.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
        },
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn cut(words: &str) -> String {
    let mut out: String = words.chars().take(LONGEST_TEXT).collect();
    if out.len() < words.len() {
        out.push('…');
    }
    out
}

fn result(
    locations: Locations<'_>,
    merged: &Merged<'_>,
    (identity, count): (String, usize),
) -> SarifResult {
    let finding = merged.first;
    let words = format!("{}{}. {}. {}", finding.message, merged.more(), finding.why, finding.help);
    SarifResult {
        rule_id: finding.rule,
        rule_index: locations.report.rules.iter().position(|it| it.id == finding.rule),
        level: level(finding.severity),
        message: Text { text: plain(&words) },
        locations: vec![primary(locations, merged)],
        related_locations: related(locations, merged),
        // All results of a plan stand on one line of it, and GitHub merges those whose line hash is
        // equal, so the hash is made from what tells them apart, and from a count where two findings
        // have the same places (a deposed object shares its address with the current one).
        partial_fingerprints: Fingerprints {
            line: format!("{identity}:{count}"),
            own: format!("{identity}/{count}"),
        },
    }
}

/// The place of the findings, with every instance that stands there.
fn primary(locations: Locations<'_>, merged: &Merged<'_>) -> Location {
    let mut out = locations.of(&merged.first.primary);
    for finding in &merged.others {
        let instance = location::resource(&finding.primary.origin);
        if out.logical.len() < MOST_LOCATIONS && !out.logical.contains(&instance) {
            out.logical.push(instance);
        }
    }
    out
}

/// The other ends of the findings, and the module calls that lead to all of them.
fn related(locations: Locations<'_>, merged: &Merged<'_>) -> Vec<Location> {
    let mut out: Vec<Location> = Vec::new();
    for finding in merged.all() {
        let labels = || std::iter::once(&finding.primary).chain(&finding.related);
        let ends = finding.related.iter().map(|label| locations.of(label));
        let calls = labels().flat_map(|label| locations.calls(&label.origin));
        for (at, location) in ends.chain(calls).enumerate() {
            if out.len() == MOST_LOCATIONS - 1 {
                break;
            }
            // The ends of the one finding that it usually is are shown as they are.
            let own = merged.others.is_empty() && at < finding.related.len();
            if own || !out.contains(&location) {
                out.push(location);
            }
        }
    }
    for (at, location) in out.iter_mut().enumerate() {
        location.id = Some(at + 1);
    }
    out
}

/// Message text without embedded links: a `[text](1)` in a name would become one.
///
/// It is cut here, because a cut between a backslash and its bracket would bring the bracket to life.
fn plain(words: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for c in sanitise::block(words, LONGEST_TEXT).chars() {
        let is_escaped = matches!(c, '\\' | '[' | ']');
        length += if is_escaped { 2 } else { 1 };
        if length > LONGEST_TEXT {
            out.push('…');
            break;
        }
        if is_escaped {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// `dropped` findings are no results.
fn invocation(locations: Locations<'_>, dropped: usize) -> Invocation {
    let report = locations.report;
    let crashes = report.crashes.iter().map(|crash| Notification {
        level: "error",
        message: text(&format!("internal error in rule {}; please report it", crash.rule)),
        descriptor: Descriptor { id: "internal-error" },
        locations: Vec::new(),
    });
    let cut = (dropped > 0).then(|| Notification {
        level: "warning",
        message: text(&format!("{dropped} findings beyond the {MOST_RESULTS} worst are left out")),
        descriptor: Descriptor { id: "results-left-out" },
        locations: Vec::new(),
    });
    let problems = report.problems.iter().map(|it| problem(locations, it));
    Invocation {
        execution_successful: !report.is_unreadable() && report.crashes.is_empty(),
        tool_execution_notifications: problems.chain(crashes).chain(cut).collect(),
    }
}

fn problem(locations: Locations<'_>, it: &Problem) -> Notification {
    let place = it.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    let help = if it.help.is_empty() { String::new() } else { format!(". {}", it.help) };
    Notification {
        level: match it.kind {
            ProblemKind::Remark => "note",
            ProblemKind::Unreadable | ProblemKind::Incomplete | ProblemKind::Malformed => {
                level(it.kind.severity())
            }
        },
        message: Text { text: plain(&format!("{place}{}{help}", it.message)) },
        descriptor: Descriptor { id: it.kind.name() },
        locations: it.at.and_then(|at| locations.bare(at)).into_iter().collect(),
    }
}
