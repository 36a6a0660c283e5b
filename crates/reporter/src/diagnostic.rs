//! One finding as a picture, through miette.
//!
//! miette lets control characters through, prints long lines whole, and panics on labels beyond
//! column 65,535. So it only ever sees cleaned, cut text, and should it fail all the same, plain
//! lines stand in for the finding.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use groundplan_findings::{Finding, Severity};
use groundplan_ir::SourceMap;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeStyles,
};

use crate::Settings;
use crate::excerpt::{Excerpt, Gutter, Placed, excerpt};
use crate::sanitise::{self, LONGEST};
use crate::summary::many;

/// More lines than an excerpt has, so that it is shown in one piece.
const WHOLE_EXCERPT: usize = 200;

/// What stands around a line number; nothing else in a picture has this style, and cleaned text holds
/// no escapes at all.
const NUMBER: (&str, &str) = ("\u{1b}[8m", "\u{1b}[0m");

/// Draws findings.
pub(crate) struct Renderer<'r> {
    handler: GraphicalReportHandler,
    input: String,
    sources: &'r SourceMap,
}

impl<'r> Renderer<'r> {
    /// `input` is clean.
    pub(crate) fn new(settings: &Settings, input: &str, sources: &'r SourceMap) -> Self {
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
        Self { handler, input: input.to_owned(), sources }
    }

    /// A finding and the empty line after it.
    pub(crate) fn finding(&self, finding: &Finding) -> String {
        let shown = Shown::new(finding, self.sources, &self.input);
        let draw = || {
            let mut text = String::new();
            self.handler.render_report(&mut text, &shown).ok().map(|()| text)
        };
        let text =
            guarded(draw).map_or_else(|| shown.plain(), |text| numbered(&text, &shown.excerpt));
        format!("{text}\n")
    }
}

/// What `draw` returns, or nothing when it panics.
fn guarded(draw: impl FnOnce() -> Option<String>) -> Option<String> {
    catch_unwind(AssertUnwindSafe(draw)).ok().flatten()
}

/// The excerpt is no file but lines of several, or of none, so the numbers that miette counts are
/// replaced by those of the files; miette has no way to be told.
fn numbered(text: &str, excerpt: &Excerpt) -> String {
    let mut pieces = text.split(NUMBER.0);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for (at, piece) in pieces.enumerate() {
        let (number, rest) = piece.split_once(NUMBER.1).unwrap_or((piece, ""));
        let width = number.chars().count();
        let gutter = excerpt.gutters.get(at).copied().unwrap_or(Gutter::Blank);
        let line = match (gutter, rest.strip_prefix(" │ ")) {
            (Gutter::Number(number), _) => format!("{number:>width$}{rest}"),
            (Gutter::Head, Some(head)) => format!("{:width$} ├─{head}", ""),
            (Gutter::Head | Gutter::Blank, _) => format!("{:width$}{rest}", ""),
        };
        out.push_str(&line);
    }
    out
}

/// The text of an excerpt under its name, numbered from a line on that makes the gutter wide enough
/// for the numbers that will stand there.
#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    first: usize,
}

impl Source {
    fn of(excerpt: &Excerpt, input: &str) -> Self {
        let digits = excerpt.highest().and_then(usize::checked_ilog10).unwrap_or(0);
        Self {
            name: excerpt.head.as_deref().unwrap_or(input).to_owned(),
            text: excerpt.text.clone(),
            first: 10_usize.saturating_pow(digits) - 1,
        }
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, before, after)?;
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.first,
            inner.column(),
            inner.line_count(),
        )))
    }
}

/// A finding as miette takes it.
#[derive(Debug)]
struct Shown {
    rule: &'static str,
    severity: Severity,
    message: String,
    help: String,
    excerpt: Excerpt,
    source: Source,
}

impl Shown {
    fn new(finding: &Finding, sources: &SourceMap, input: &str) -> Self {
        let excerpt = excerpt(finding, sources, input);
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
            source: Source::of(&excerpt, input),
            excerpt,
        }
    }

    /// The finding without miette.
    fn plain(&self) -> String {
        let mut out = format!("{}[{}]: {}\n", self.severity, self.rule, self.message);
        let head = self.excerpt.head.as_ref().map(|head| format!("[{head}]"));
        let lines = self.excerpt.text.lines().chain(self.help.lines());
        for line in head.as_deref().into_iter().chain(lines) {
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
            Shown::new(&sample::overlap(), &SourceMap::default(), "plan.json").plain(),
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
            sample::assert_harmless(
                &Shown::new(&sample::named(&attack), &SourceMap::default(), "plan.json").plain(),
            );
        }
    }

    #[test]
    fn nothing_from_the_input_makes_drawing_fail() {
        for width in [0, 1, 7, 40, 100, 10_000] {
            let settings = Settings { width, ..sample::SETTINGS };
            let sources = SourceMap::default();
            let renderer = Renderer::new(&settings, "plan.json", &sources);
            for attack in sample::attacks() {
                // Only a drawn finding has a frame.
                assert!(renderer.finding(&sample::named(&attack)).contains("╭─[plan.json]"));
            }
        }
    }
}
