//! The report for people, through miette.
//!
//! miette lets control characters through, prints long lines whole, and panics on labels beyond
//! column 65,535. So it only ever sees cleaned, cut text, and should it fail all the same, a plain
//! line stands in for the finding.

use std::fmt;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use groundplan_findings::{Finding, Report, Severity};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
};

use crate::excerpt::excerpt;
use crate::sanitise::{self, LONGEST};
use crate::{Reporter, Settings, summary};

/// Writes the human report.
pub(crate) struct Human;

impl Reporter for Human {
    fn report(&self, report: &Report, settings: &Settings, out: &mut dyn Write) -> io::Result<()> {
        let input = if report.input == "-" { "<stdin>" } else { &report.input };
        let renderer = Renderer::new(settings, sanitise::line(input, 80));
        for finding in &report.findings {
            out.write_all(renderer.finding(finding).as_bytes())?;
        }
        for problem in &report.problems {
            let place =
                problem.place.as_ref().map(|place| format!(", {place}")).unwrap_or_default();
            let name = if problem.input == "-" { "<stdin>" } else { &problem.input };
            let head = format!("{name}{place}: {}", problem.message);
            writeln!(out, "{}: {}", problem.kind.severity(), sanitise::line(&head, LONGEST))?;
            if !problem.help.is_empty() {
                writeln!(out, "  help: {}", sanitise::line(&problem.help, LONGEST))?;
            }
            writeln!(out)?;
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

struct Renderer {
    handler: GraphicalReportHandler,
    input: String,
}

impl Renderer {
    fn new(settings: &Settings, input: String) -> Self {
        let mut theme = if settings.color {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        // The numbers are taken out afterwards, so nothing may stand around them.
        theme.styles.linum = GraphicalTheme::none().styles.linum;
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(settings.width)
            .with_links(false)
            .with_context_lines(WHOLE_EXCERPT);
        Self { handler, input }
    }

    fn finding(&self, finding: &Finding) -> String {
        let shown = Shown::new(finding);
        let rendered = catch_unwind(AssertUnwindSafe(|| {
            let mut text = String::new();
            self.handler.render_report(&mut text, &shown).map(|()| text)
        }));
        match rendered {
            Ok(Ok(text)) => format!("{}\n", self.unnumbered(&text)),
            _ => shown.plain(),
        }
    }

    /// The excerpt is no file, so the line numbers that miette puts before it would mislead; its
    /// frame names the input instead.
    fn unnumbered(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.lines() {
            let digits = line.trim_start();
            let rest = digits.trim_start_matches(|c: char| c.is_ascii_digit());
            if let (Some(start), Some(end)) = (line.find("╭─["), line.find(']'))
                && line.get(start..end).is_some_and(|it| it.contains(FRAME))
            {
                let (before, after) = (line.get(..start), line.get(end + 1..));
                out.push_str(before.unwrap_or_default());
                out.extend(["╭─[", &self.input, "]"]);
                out.push_str(after.unwrap_or_default());
            } else if rest.len() < digits.len() && rest.trim_start().starts_with('│') {
                out.push_str(&" ".repeat(line.len() - rest.len()));
                out.push_str(rest);
            } else {
                out.push_str(line);
            }
            out.push('\n');
        }
        out
    }
}

/// More lines than an excerpt has, so that it is shown in one piece.
const WHOLE_EXCERPT: usize = 50;

/// Stands for the name of the excerpt until the frame is written anew.
const FRAME: &str = "excerpt";

/// A finding as miette takes it.
#[derive(Debug)]
struct Shown {
    rule: &'static str,
    severity: Severity,
    message: String,
    help: String,
    source: NamedSource<String>,
    labels: Vec<LabeledSpan>,
}

impl Shown {
    fn new(finding: &Finding) -> Self {
        let excerpt = excerpt(finding);
        let why = sanitise::line(&finding.why, LONGEST);
        let mut help = format!("{why}\nfix: {}", sanitise::block(&finding.help, LONGEST));
        if excerpt.left_out > 0 {
            help += "\n";
            help += &excerpt.left_out.to_string();
            help += " more places are in the JSON report";
        }
        help.extend(["\nmore: groundplan explain ", finding.rule]);
        let labels = excerpt
            .labels
            .into_iter()
            .map(|(start, length, words)| LabeledSpan::new(Some(words), start, length))
            .collect();
        Self {
            rule: finding.rule,
            severity: finding.severity,
            message: sanitise::line(&finding.message, LONGEST),
            help,
            source: NamedSource::new(FRAME, excerpt.text),
            labels,
        }
    }

    /// One finding without miette.
    fn plain(&self) -> String {
        format!(
            "{}[{}]: {}\n  {}\n\n",
            self.severity,
            self.rule,
            self.message,
            self.help.replace('\n', "\n  ")
        )
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", self.severity, self.rule)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.help))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
