//! What is wrong with the file, with places.

use std::ops::Range;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{FileId, Location};

/// A range of bytes of the file.
pub(crate) type Span = Range<usize>;

/// Collects problems.
pub(crate) struct Notes {
    input: String,
    file: FileId,
    problems: Vec<Problem>,
    /// How many there are, kept or not.
    count: usize,
}

/// Nobody reads more; a file of nothing but mistakes has hundreds of thousands.
const MOST: usize = 1_000;

impl Notes {
    /// For the file that messages call `input`.
    pub(crate) fn new(input: String, file: FileId) -> Self {
        Self { input, file, problems: Vec::new(), count: 0 }
    }

    /// Where that is. The file is small enough for 32 bits.
    pub(crate) fn location(&self, span: &Span) -> Location {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Location { file: self.file, start: narrow(span.start), end: narrow(span.end) }
    }

    /// An entry is wrong, and does not count.
    pub(crate) fn error(&mut self, at: &Span, message: impl Into<String>, help: impl Into<String>) {
        self.push(ProblemKind::Malformed, at, message.into(), help.into());
    }

    /// What an entry names is not there.
    pub(crate) fn missing(
        &mut self,
        at: &Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(ProblemKind::Incomplete, at, message.into(), help.into());
    }

    /// The file as a whole is not what it should be.
    pub(crate) fn unreadable(&mut self, at: Span, message: &str) {
        let help = "nothing of the file counts until this is mended (https://toml.io)".to_owned();
        self.push(ProblemKind::Unreadable, &at, format!("this is no TOML: {message}"), help);
    }

    fn push(&mut self, kind: ProblemKind, at: &Span, message: String, help: String) {
        self.count += 1;
        if self.problems.len() >= MOST {
            return;
        }
        let (input, at) = (self.input.clone(), Some(self.location(at)));
        self.problems.push(Problem { kind, input, place: None, at, message, help });
    }

    /// What `read` gives, unless it finds anything wrong.
    pub(crate) fn unless_wrong<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let before = self.count;
        read(self).filter(|_| self.count == before)
    }

    /// Everything, in the order of the file.
    pub(crate) fn into_problems(mut self) -> Vec<Problem> {
        let more = self.count - self.problems.len();
        if more > 0 {
            let message = format!("{more} more mistakes are not listed");
            let (kind, input, help) = (ProblemKind::Malformed, self.input, String::new());
            self.problems.push(Problem { kind, input, place: None, at: None, message, help });
        }
        self.problems.sort_by(|one, two| (one.at, &one.message).cmp(&(two.at, &two.message)));
        self.problems
    }
}

/// Below this likeness a name is not worth suggesting; one letter off in ten is about 0.9.
const LIKE: f64 = 0.6;

/// A longer name is none.
const LONGEST: usize = 100;

/// `, did you mean …?`, when a name is like one of those that there are.
pub(crate) fn did_you_mean<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    if name.len() > LONGEST {
        return String::new();
    }
    let likeness = |it: &str| strsim::normalized_damerau_levenshtein(it, name);
    let close = names.into_iter().map(|it| (likeness(it), it)).filter(|(like, _)| *like > LIKE);
    // The first of those that are equally alike.
    let best = close.reduce(|best, it| if it.0 > best.0 { it } else { best });
    best.map_or_else(String::new, |(_, it)| format!(", did you mean `{it}`?"))
}
