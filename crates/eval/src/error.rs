//! Why an expression has no value.

use groundplan_ir::Location;

/// An expression that Terraform refuses, or a limit that was hit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong, one sentence.
    pub message: String,
    /// The part of the expression at fault.
    pub at: Location,
    /// Terraform refuses it before it evaluates anything, so `try` and `can` do not catch it.
    pub is_static: bool,
}

impl Error {
    /// An error that `try` and `can` catch.
    pub fn new(at: Location, message: impl Into<String>) -> Self {
        Self { message: message.into(), at, is_static: false }
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
