//! Places in source text: the header of their block and their own lines, with the numbers that these
//! lines have in their file.

use std::collections::BTreeMap;
use std::ops::Range;

use groundplan_findings::Label;
use groundplan_ir::{FileId, Location, Origin, SourceMap};

use super::{Excerpt, Gutter, Placed, Ranked, WIDEST, line};
use crate::place::{calls, spot};
use crate::sanitise;
use crate::summary::many;

/// Longer addresses and values are cut; the JSON report has them whole.
const LONGEST_ADDRESS: usize = 100;
const LONGEST_VALUE: usize = 60;

/// More calls than this are counted.
const MOST_CALLS: usize = 4;

/// How a value is shown that is not known yet; the text says more of it.
const NOT_YET: &str = "(known after apply)";

/// The labels of one block in one file.
#[derive(Clone, Copy)]
pub(super) struct Block<'s> {
    pub(super) sources: &'s SourceMap,
    /// What names the block.
    pub(super) header: Location,
    /// The file that the labels are in.
    pub(super) file: FileId,
}

/// A part of a line that is shown.
struct Part {
    at: Location,
    /// In the line, in bytes.
    range: Range<usize>,
    goes_on: bool,
    /// The rank and the words of its label.
    label: Option<(usize, String)>,
}

impl Block<'_> {
    /// Where the first of its labels stands.
    pub(super) fn head(&self, labels: &[Ranked<'_>]) -> Option<String> {
        let place = labels.first().and_then(|(_, label)| label.origin.place.as_ref());
        spot(self.sources, place.map_or(self.header, |place| place.at))
    }

    /// Writes the lines, and below them how instances in modules come about.
    pub(super) fn write(
        &self,
        out: &mut Excerpt,
        labels: &[Ranked<'_>],
        ranked: &mut Vec<(usize, Placed)>,
    ) {
        for (number, parts) in self.lines(labels) {
            let text = self.sources.file(self.file).and_then(|file| file.line(number));
            let ranges: Vec<Range<usize>> = parts.iter().map(|it| it.range.clone()).collect();
            let goes_on = parts.iter().any(|it| it.goes_on);
            let shown = line::show(text.unwrap_or_default(), &ranges, goes_on);
            let start = out.push(Gutter::Number(number), "", &shown.text);
            for (part, range) in parts.into_iter().zip(shown.parts) {
                let Some((rank, words)) = part.label else { continue };
                let (start, length) = (start + range.start, range.len());
                ranked.push((rank, Placed { start, length, words }));
            }
        }
        let mut ways: Vec<String> = Vec::new();
        for (_, label) in labels {
            let way = calls(&label.origin).into_iter().filter_map(|(at, module)| {
                Some(format!("called from {} as {module}", spot(self.sources, at)?))
            });
            for call in way {
                if !ways.contains(&call) {
                    ways.push(call);
                }
            }
        }
        for call in ways.iter().take(MOST_CALLS) {
            out.push(Gutter::Blank, "", &sanitise::line(call, WIDEST));
        }
        if let Some(more @ 1..) = ways.len().checked_sub(MOST_CALLS) {
            out.push(Gutter::Blank, "", &format!("and {}", many(more, "more call")));
        }
    }

    /// The parts to show, by the number of their line.
    fn lines(&self, labels: &[Ranked<'_>]) -> BTreeMap<usize, Vec<Part>> {
        let mut lines: BTreeMap<usize, Vec<Part>> = BTreeMap::new();
        let mut add = |at: Location, label: Option<(usize, String)>| {
            let Some(file) = self.sources.file(self.file) else { return };
            let number = file.position(at.start).line;
            let parts = lines.entry(number).or_default();
            match (parts.iter_mut().find(|part| part.at == at), label) {
                (Some(Part { label: Some((_, before)), .. }), Some((_, words))) => {
                    before.push('\n');
                    before.push_str(&words);
                }
                (Some(part), label) => part.label = label.or_else(|| part.label.take()),
                (None, label) => {
                    let length = file.line(number).unwrap_or_default().trim_end().len();
                    let start = file.before(at.start).len();
                    let end = start + at.end.saturating_sub(at.start) as usize;
                    let range = start.min(length)..end.min(length);
                    parts.push(Part { at, range, goes_on: end > length, label });
                }
            }
        };
        if self.header.file == self.file {
            add(self.header, None);
        }
        for (rank, label) in labels {
            let Some(place) = &label.origin.place else { continue };
            add(place.at, Some((*rank, self.words(label, place.at))));
        }
        lines
    }

    /// What a label says beyond what its line does: which instance, which value, and its text.
    fn words(&self, label: &Label, at: Location) -> String {
        let origin = &label.origin;
        let address = &origin.address;
        let mut what = Vec::new();
        let named = address.key.is_none() && address.module.steps.is_empty();
        if !named || self.header.file != self.file {
            what.push(sanitise::line(&address.to_string(), LONGEST_ADDRESS));
        }
        let value = value(origin, self.sources.text(at).unwrap_or_default());
        // What was left out has no line of its own.
        let left_out = origin.attribute.as_ref().filter(|_| at == self.header);
        match (left_out, value) {
            (Some(name), Some(value)) => what.push(format!("{} = {value}", clean(name))),
            (Some(name), None) => what.push(clean(name)),
            (None, Some(value)) => what.push(value),
            (None, None) => (),
        }
        let text = sanitise::line(&label.text, WIDEST);
        match (what.is_empty(), text.is_empty()) {
            (true, _) => text,
            (false, true) => what.join(", "),
            (false, false) => format!("{}: {text}", what.join(", ")),
        }
    }
}

fn clean(text: &str) -> String {
    sanitise::line(text, LONGEST_VALUE)
}

/// The value, where the text at its place is not the value itself.
fn value(origin: &Origin, text: &str) -> Option<String> {
    let shown = origin.shown.as_deref().filter(|shown| *shown != NOT_YET)?;
    let written = text.split_once(['=', ':']).map(|(_, value)| value).unwrap_or_default();
    if packed(written) == packed(shown) {
        return None;
    }
    let bare = shown.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
    let plain = bare.filter(|it| !it.is_empty() && !it.contains(['"', '\\']));
    Some(clean(plain.unwrap_or(shown)))
}

/// The text without what is free in it: blanks, and a comma behind the last element.
fn packed(text: &str) -> String {
    let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    tight.replace(",]", "]")
}
