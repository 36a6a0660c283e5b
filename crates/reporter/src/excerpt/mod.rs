//! What a finding shows of its places: the lines of source text that it names, and nothing around
//! them, since what stands there may be a secret.
//!
//! A plan is one endless line, so places of a plan are written out as Terraform would write them.

mod line;
mod source;
#[cfg(test)]
mod tests;
mod written;

use groundplan_findings::{Finding, Label};
use groundplan_ir::{Address, FileId, Location, Place, SourceMap};

/// More places than this tell a reader nothing more.
const MOST_PLACES: usize = 8;

/// One line may be this long; what is cut can be read in the JSON report.
const WIDEST: usize = 160;

/// A label at its place in the text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) start: usize,
    pub(crate) length: usize,
    /// One line, or one for each instance.
    pub(crate) words: String,
}

impl Placed {
    /// Adds the words of another label of the same place, where two of them would cover each other.
    fn add(&mut self, between: &str, words: &str) {
        if !self.words.is_empty() && !words.is_empty() {
            self.words.push_str(between);
        }
        self.words.push_str(words);
    }
}

/// What stands before a line of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gutter {
    /// Nothing: the line is in no file.
    Blank,
    /// The number of the line in its file.
    Number(usize),
    /// The line says where the following ones stand.
    Head,
}

/// The text with the labels' places in it, as byte ranges.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// Where the first lines stand; none when that is no file.
    pub(crate) head: Option<String>,
    /// Lines that end with a line break.
    pub(crate) text: String,
    /// What stands before each line.
    pub(crate) gutters: Vec<Gutter>,
    /// The first is the primary one.
    pub(crate) labels: Vec<Placed>,
    /// How many places were left out.
    pub(crate) left_out: usize,
}

impl Excerpt {
    /// Adds a line and tells where its text begins.
    fn push(&mut self, gutter: Gutter, indent: &str, line: &str) -> usize {
        self.gutters.push(gutter);
        self.text.push_str(indent);
        let start = self.text.len();
        self.text.push_str(line);
        self.text.push('\n');
        start
    }

    /// Begins the lines of another place.
    fn begin(&mut self, head: Option<&str>, input: &str) {
        if self.text.is_empty() {
            self.head = head.map(str::to_owned);
        } else if head.is_some() || self.gutters.iter().any(|it| *it != Gutter::Blank) {
            let head = head.unwrap_or(input);
            self.push(Gutter::Head, "", &format!("[{head}]"));
        }
    }

    /// The number of the last of its lines in a file.
    pub(crate) fn highest(&self) -> Option<usize> {
        let numbers = self.gutters.iter().filter_map(|gutter| match gutter {
            Gutter::Number(number) => Some(*number),
            Gutter::Blank | Gutter::Head => None,
        });
        numbers.max()
    }
}

/// A label with its rank, which is its place in the finding: the primary one comes first.
type Ranked<'l> = (usize, &'l Label);

/// Labels that are drawn together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject<'l> {
    /// An instance of a plan.
    Instance(&'l Address),
    /// A block, by its header, and the file that its labels are in: an override file has arguments of
    /// blocks of another file.
    Block(Location, FileId),
}

impl<'l> Subject<'l> {
    /// What a label belongs to.
    fn of(label: &'l Label, sources: &SourceMap) -> Self {
        let in_text = |place: &&Place| {
            [place.at, place.header()].iter().all(|at| sources.text(*at).is_some())
        };
        match label.origin.place.as_ref().filter(in_text) {
            Some(place) => Self::Block(place.header(), place.at.file),
            None => Self::Instance(&label.origin.address),
        }
    }
}

/// Writes the excerpt of a finding; `input` is what a place that is in no file belongs to.
pub(crate) fn excerpt(finding: &Finding, sources: &SourceMap, input: &str) -> Excerpt {
    let all = || std::iter::once(&finding.primary).chain(&finding.related);
    let mut groups: Vec<(Subject<'_>, Vec<Ranked<'_>>)> = Vec::new();
    for ranked in all().take(MOST_PLACES).enumerate() {
        let subject = Subject::of(ranked.1, sources);
        match groups.iter_mut().find(|(it, _)| *it == subject) {
            Some((_, labels)) => labels.push(ranked),
            None => groups.push((subject, vec![ranked])),
        }
    }
    let left_out = all().count().saturating_sub(MOST_PLACES);
    let mut out = Excerpt { left_out, ..Excerpt::default() };
    let mut ranked: Vec<(usize, Placed)> = Vec::new();
    for (subject, labels) in groups {
        match subject {
            Subject::Instance(address) => {
                out.begin(None, input);
                written::write(&mut out, address, &labels, &mut ranked);
            }
            Subject::Block(header, file) => {
                let block = source::Block { sources, header, file };
                out.begin(block.head(&labels).as_deref(), input);
                block.write(&mut out, &labels, &mut ranked);
            }
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    out.labels = ranked.into_iter().map(|(_, label)| label).collect();
    out
}
