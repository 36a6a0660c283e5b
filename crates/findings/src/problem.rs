//! What reading could not take as it is.

use groundplan_ir::Location;

use crate::Severity;

/// What kind of problem reading met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The input cannot be read at all; the run ends with exit code 2.
    Unreadable,
    /// A part of the input is missing, so absence proves nothing; exit code 3.
    Incomplete,
    /// A part of the input has a shape that no Terraform writes; that part is left out; exit code 3.
    Malformed,
    /// Worth saying; changes nothing.
    Remark,
}

/// The page on all of them.
const PAGE: &str = include_str!("problems.md");

impl ProblemKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Unreadable, Self::Malformed, Self::Incomplete, Self::Remark];

    /// What it is, in one line.
    pub fn title(self) -> &'static str {
        page(self.name()).and_then(|page| page.lines().nth(2)).unwrap_or_default()
    }

    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "input-unreadable",
            Self::Incomplete => "input-incomplete",
            Self::Malformed => "input-malformed",
            Self::Remark => "input-remark",
        }
    }

    /// How it is shown.
    pub fn severity(self) -> Severity {
        match self {
            Self::Unreadable | Self::Malformed => Severity::Error,
            Self::Incomplete => Severity::Warning,
            Self::Remark => Severity::Note,
        }
    }
}

/// The part of the page on problems that is about this one, or about what is `undetermined`.
pub fn page(name: &str) -> Option<&'static str> {
    let headings = PAGE
        .match_indices("## ")
        .map(|(at, _)| at)
        .filter(|at| PAGE.as_bytes().get(at.wrapping_sub(1)) == Some(&b'\n'));
    let starts: Vec<usize> = headings.collect();
    starts.iter().enumerate().find_map(|(at, start)| {
        let end = starts.get(at + 1).copied().unwrap_or(PAGE.len());
        let part = PAGE.get(*start..end)?;
        (part.lines().next()?.strip_prefix("## ") == Some(name)).then(|| part.trim_end())
    })
}

/// Something that reading says about the input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// What kind it is.
    pub kind: ProblemKind,
    /// The input, as it was named on the command line; `-` for standard input.
    pub input: String,
    /// Where in it: a JSON path, an address, or a byte offset.
    pub place: Option<String>,
    /// The same in source text, in [`crate::Report::sources`].
    pub at: Option<Location>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_has_a_page() {
        for kind in ProblemKind::ALL {
            assert!(page(kind.name()).is_some(), "{}", kind.name());
            assert!(kind.title().ends_with('.'), "{}", kind.name());
        }
        assert!(page("undetermined").unwrap().contains("known only after apply"));
        assert_eq!(page("no-such-problem"), None);
    }
}
