//! What a finding shows instead of source text when the input is a plan.
//!
//! A plan is one endless line, so the places that a finding names are written out as Terraform would
//! write them: each address once, with the attributes that matter, and a label on each.

use groundplan_findings::{Finding, Label};
use groundplan_ir::Address;

use crate::sanitise;

/// More places than this tell a reader nothing more.
const MOST_PLACES: usize = 8;

/// One line may be this long; what is cut can be read in the JSON report.
const WIDEST: usize = 160;

/// The text with the labels' places in it, as byte ranges.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// Lines that end with a line break.
    pub(crate) text: String,
    /// Start, length and words of each label; the first is the primary one.
    pub(crate) labels: Vec<(usize, usize, String)>,
    /// How many places were left out.
    pub(crate) left_out: usize,
}

/// Writes the excerpt of a finding.
pub(crate) fn excerpt(finding: &Finding) -> Excerpt {
    let all: Vec<&Label> = std::iter::once(&finding.primary).chain(&finding.related).collect();
    let shown: Vec<&Label> = all.iter().take(MOST_PLACES).copied().collect();
    let mut order: Vec<&Address> = Vec::new();
    for label in &shown {
        if !order.contains(&&*label.origin.address) {
            order.push(&label.origin.address);
        }
    }
    let mut out = Excerpt { left_out: all.len() - shown.len(), ..Excerpt::default() };
    let mut placed: Vec<(usize, (usize, usize, String))> = Vec::new();
    for address in order {
        let header = sanitise::line(&address.to_string(), WIDEST);
        let start = push(&mut out.text, "", &header);
        let here = shown.iter().enumerate().filter(|(_, it)| *it.origin.address == *address);
        for (at, label) in here {
            let words = sanitise::line(&label.text, WIDEST);
            let (start, length) = match &label.origin.attribute {
                None => (start, header.len()),
                Some(attribute) => {
                    let value = label.origin.shown.as_ref().map(|value| format!(" = {value}"));
                    let line = format!("{attribute}{}", value.unwrap_or_default());
                    let line = sanitise::line(&line, WIDEST);
                    (push(&mut out.text, "  ", &line), line.len())
                }
            };
            placed.push((at, (start, length, words)));
        }
    }
    placed.sort();
    out.labels = placed.into_iter().map(|(_, label)| label).collect();
    out
}

/// Adds a line and tells where its text begins.
fn push(text: &mut String, indent: &str, line: &str) -> usize {
    text.push_str(indent);
    let start = text.len();
    text.push_str(line);
    text.push('\n');
    start
}
