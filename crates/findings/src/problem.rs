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

impl ProblemKind {
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
