//! What can be reported: by a rule, by reading, or by a failure of our own.
//!
//! Reading problems and rule findings live side by side in one [`Report`], which arrives at a
//! reporter complete and sorted.

mod coverage;
mod finding;
mod meta;
mod problem;
mod report;
mod severity;

pub use coverage::Coverage;
pub use finding::{Finding, Label, Undetermined};
pub use meta::{Class, Confidence, Group, RuleMeta};
pub use problem::{Problem, ProblemKind, page as problem_page};
pub use report::{Crash, Report, Started};
pub use severity::Severity;
