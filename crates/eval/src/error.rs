//! Why an expression has no value.

use groundplan_ir::Location;

/// What every message about a limit of this program holds, whatever way it takes: Terraform may well give an
/// answer there.
pub(crate) const LIMIT: &str = "more than the analysis takes";

/// An expression that Terraform refuses, or a limit that was hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong, one sentence.
    pub message: String,
    /// The part of the expression at fault.
    pub at: Location,
    /// Terraform refuses it before it evaluates anything, so `try` and `can` do not catch it.
    pub is_static: bool,
    /// A limit of this program was hit, which Terraform does not have. Nothing catches that either.
    pub is_limit: bool,
}

impl Error {
    /// An error that `try` and `can` catch, unless the message tells of a limit.
    pub fn new(at: Location, message: impl Into<String>) -> Self {
        let message = message.into();
        let is_limit = message.contains(LIMIT);
        Self { message, at, is_static: is_limit, is_limit }
    }
}

/// Why a function refuses its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// What is wrong.
    pub message: String,
    /// The argument at fault, counted from 0, when it is one.
    pub argument: Option<usize>,
}

impl CallError {
    /// The call as a whole is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), argument: None }
    }

    /// One argument is wrong.
    pub fn argument(index: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), argument: Some(index) }
    }
}
