//! `groundplan rules` and `groundplan explain`.

use std::fmt::Write as _;

use groundplan_findings::{Group, ProblemKind, problem_page};
use groundplan_rules::{Entry, RULES};

use crate::check::unknown_rule;
use crate::exit::Exit;
use crate::output;

/// Lists the rules.
pub(crate) fn rules() -> Exit {
    let width = RULES.iter().map(|entry| entry.id.len()).max().unwrap_or_default();
    let line = |entry: &Entry| {
        let meta = entry.meta();
        let (severity, class) = (meta.severity.name(), meta.class.name());
        format!("  {:<width$}  {severity:<7}  {class:<11}  {}", meta.id, meta.title)
    };
    let mut out = String::new();
    for group in Group::ALL {
        let own: Vec<String> = RULES.iter().filter(|it| it.group == group).map(line).collect();
        if own.is_empty() {
            continue;
        }
        let before = if out.is_empty() { "" } else { "\n" };
        let _ = write!(out, "{before}{}\n{}\n", group.name(), own.join("\n"));
    }
    let problem = |kind: ProblemKind| {
        format!(
            "  {:<width$}  {:<7}  {:<11}  {}\n",
            kind.name(),
            kind.severity().name(),
            "-",
            kind.title()
        )
    };
    let _ = write!(out, "\nalways told\n");
    out.extend(ProblemKind::ALL.map(problem));
    output::print(&out)
}

/// Prints the page of a rule or of a problem with the input.
pub(crate) fn explain(name: &str) -> Exit {
    match RULES.iter().find(|entry| entry.id == name) {
        Some(entry) => {
            // The first line of the page says where it comes from; the reader need not know.
            let page = entry.page.split_once("-->").map_or(entry.page, |(_, page)| page);
            output::print(page.trim_start())
        }
        None if problem_page(name).is_some() => {
            output::print(&format!("{}\n", problem_page(name).unwrap_or_default()))
        }
        None => output::usage(&unknown_rule(name)),
    }
}
