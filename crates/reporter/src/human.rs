//! The report for people: findings as pictures, then what stood in the way, then the figures.
//!
//! No line begins with text from the input, and all such text is cleaned before it is shown.

use std::io::{self, Write};

use groundplan_findings::{Problem, Report};

use crate::diagnostic::Renderer;
use crate::sanitise::{self, LONGEST};
use crate::{Reporter, Settings, summary};

/// Writes the human report.
pub(crate) struct Human;

impl Reporter for Human {
    fn report(&self, report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
        let renderer = Renderer::new(settings, &sanitise::line(name(&report.input), 80));
        for finding in &report.findings {
            out.write_all(renderer.finding(finding).as_bytes())?;
        }
        for it in &report.problems {
            problem(it, out)?;
        }
        for crash in &report.crashes {
            writeln!(
                out,
                "internal error in rule `{}`; the other rules' results stand. \
                 Please report it with the version, {}.\n",
                crash.rule, settings.version
            )?;
        }
        undetermined(report, settings, out)?;
        writeln!(out, "{}", sanitise::block(&summary::summary(report), LONGEST))
    }
}

/// The input in words.
fn name(input: &str) -> &str {
    if input == "-" { "<stdin>" } else { input }
}

/// Says what reading met.
fn problem(it: &Problem, out: &mut dyn Write) -> io::Result<()> {
    let place = it.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
    let head = format!("{}{place}: {}", name(&it.input), it.message);
    writeln!(out, "{}: {}", it.kind.severity(), sanitise::line(&head, LONGEST))?;
    if !it.help.is_empty() {
        writeln!(out, "  help: {}", sanitise::line(&it.help, LONGEST))?;
    }
    writeln!(out)
}

/// Lists the open questions, or says why there are any.
fn undetermined(report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
    if report.undetermined.is_empty() {
        return Ok(());
    }
    if settings.list_undetermined {
        writeln!(out, "undetermined:")?;
        for it in &report.undetermined {
            let line = format!("{}  {}: {}", it.rule, it.origin, it.cause);
            writeln!(out, "  {}", sanitise::line(&line, LONGEST))?;
        }
    } else {
        writeln!(out, "undetermined (--undetermined lists them):")?;
        for (count, words) in summary::causes(report) {
            writeln!(out, "  {count} because {words}")?;
        }
    }
    writeln!(out)
}
