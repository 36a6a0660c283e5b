//! One finding as a picture, through miette.
//!
//! miette lets control characters through, prints long lines whole, and panics on labels beyond
//! column 65,535. So it only ever sees cleaned, cut text, and should it fail all the same, plain
//! lines stand in for the finding.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use groundplan_findings::{Finding, Severity};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode,
    ThemeStyles,
};

use crate::Settings;
use crate::excerpt::{Excerpt, Placed, excerpt};
use crate::sanitise::{self, LONGEST};
use crate::summary::many;

/// More lines than an excerpt has, so that it is shown in one piece.
const WHOLE_EXCERPT: usize = 50;

/// What stands around a line number; nothing else in a picture has this style, and cleaned text holds
/// no escapes at all.
const NUMBER: (&str, &str) = ("\u{1b}[8m", "\u{1b}[0m");

/// Draws findings.
pub(crate) struct Renderer {
    handler: GraphicalReportHandler,
    input: String,
}

impl Renderer {
    /// `input` is clean.
    pub(crate) fn new(settings: &Settings, input: &str) -> Self {
        let mut theme = if settings.color {
            GraphicalTheme::unicode()
        } else {
            GraphicalTheme::unicode_nocolor()
        };
        // Hidden, which is `NUMBER`.
        theme.styles.linum = ThemeStyles::none().linum.hidden();
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(settings.width)
            .with_links(false)
            .without_primary_span_start()
            .with_context_lines(WHOLE_EXCERPT);
        Self { handler, input: input.to_owned() }
    }

    /// A finding and the empty line after it.
    pub(crate) fn finding(&self, finding: &Finding) -> String {
        let shown = Shown::new(finding, &self.input);
        let draw = || {
            let mut text = String::new();
            self.handler.render_report(&mut text, &shown).ok().map(|()| text)
        };
        let text = guarded(draw).map_or_else(|| shown.plain(), |text| unnumbered(&text));
        format!("{text}\n")
    }
}

/// What `draw` returns, or nothing when it panics.
fn guarded(draw: impl FnOnce() -> Option<String>) -> Option<String> {
    catch_unwind(AssertUnwindSafe(draw)).ok().flatten()
}

/// The excerpt is no file, so the line numbers that miette puts before it would mislead; miette has no
/// way to leave them out.
fn unnumbered(text: &str) -> String {
    let mut pieces = text.split(NUMBER.0);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (number, rest) = piece.split_once(NUMBER.1).unwrap_or((piece, ""));
        out.extend(number.chars().map(|_| ' '));
        out.push_str(rest);
    }
    out
}

/// A finding as miette takes it.
#[derive(Debug)]
struct Shown {
    rule: &'static str,
    severity: Severity,
    message: String,
    help: String,
    excerpt: Excerpt,
    source: NamedSource<String>,
}

impl Shown {
    fn new(finding: &Finding, input: &str) -> Self {
        let excerpt = excerpt(finding);
        let mut help = vec![
            sanitise::line(&finding.why, LONGEST),
            format!("fix: {}", sanitise::block(&finding.help, LONGEST)),
            format!("more: groundplan explain {}", finding.rule),
        ];
        if excerpt.left_out > 0 {
            let left_out = many(excerpt.left_out, "more place");
            help.insert(1, format!("and {left_out}, which the JSON report names"));
        }
        Self {
            rule: finding.rule,
            severity: finding.severity,
            message: sanitise::line(&finding.message, LONGEST),
            help: help.join("\n"),
            source: NamedSource::new(input, excerpt.text.clone()),
            excerpt,
        }
    }

    /// The finding without miette.
    fn plain(&self) -> String {
        let mut out = format!("{}[{}]: {}\n", self.severity, self.rule, self.message);
        for line in self.excerpt.text.lines().chain(self.help.lines()) {
            out.push_str("  ");
            out.push_str(line);
            out.push('\n');
        }
        out
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
        let label = |it: &Placed| {
            let words = (!it.words.is_empty()).then(|| it.words.clone());
            LabeledSpan::new(words, it.start, it.length)
        };
        Some(Box::new(self.excerpt.labels.iter().map(label)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn plain_lines_stand_in_when_drawing_fails() {
        assert_eq!(guarded(|| panic!("as miette does beyond column 65,535")), None);
        assert_eq!(guarded(|| None), None);
        assert_eq!(guarded(|| Some("drawn".to_owned())), Some("drawn".to_owned()));
        assert_eq!(
            Shown::new(&sample::overlap(), "plan.json").plain(),
            "error[peering-cidr-overlap]: `aws_vpc.app` and `aws_vpc.data` both hold 10.0.1.0/24\n\
             \x20 aws_vpc_peering_connection.app_data\n\
             \x20 aws_vpc.app\n\
             \x20   cidr_block = \"10.0.0.0/16\"\n\
             \x20 aws_vpc.data\n\
             \x20   cidr_block = \"10.0.1.0/24\"\n\
             \x20 AWS does not peer them\n\
             \x20 fix: give one of the two another range\n\
             \x20 more: groundplan explain peering-cidr-overlap\n"
        );
        for attack in sample::attacks() {
            sample::assert_harmless(&Shown::new(&sample::named(&attack), "plan.json").plain());
        }
    }

    #[test]
    fn nothing_from_the_input_makes_drawing_fail() {
        for width in [0, 1, 7, 40, 100, 10_000] {
            let renderer = Renderer::new(&Settings { width, ..sample::SETTINGS }, "plan.json");
            for attack in sample::attacks() {
                // Only a drawn finding has a frame.
                assert!(renderer.finding(&sample::named(&attack)).contains("╭─[plan.json]"));
            }
        }
    }
}
