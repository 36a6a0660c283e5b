//! Everything that one run has to say.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use groundplan_ir::{Origin, SourceMap};

use crate::{Coverage, Finding, Problem, ProblemKind, RuleMeta, Severity, Undetermined};

/// A rule that failed; the others' results stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crash {
    /// The rule's id.
    pub rule: &'static str,
}

/// Where the program was started: what relative paths of a report are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Started {
    /// The working directory, absolute.
    pub directory: PathBuf,
    /// The root of the repository around it, or the working directory itself.
    pub root: PathBuf,
}

/// The result of a run, complete and sorted.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The input, as it was named on the command line; `-` for standard input. Of several stacks the
    /// directory that holds them all.
    pub input: String,
    /// Of several stacks, each with its input.
    pub stacks: BTreeMap<Arc<str>, String>,
    /// The rules that ran, by id.
    pub rules: Vec<RuleMeta>,
    /// What is broken: worst first, then by place, rule and message.
    pub findings: Vec<Finding>,
    /// What could not be decided, by rule and place.
    pub undetermined: Vec<Undetermined>,
    /// What reading met.
    pub problems: Vec<Problem>,
    /// Rules that failed.
    pub crashes: Vec<Crash>,
    /// How much was judged.
    pub coverage: Coverage,
    /// The files that places point into; none when the input is not source text.
    pub sources: SourceMap,
    /// Where the program was started.
    pub started: Started,
}

impl Report {
    /// The input that a place belongs to.
    pub fn input_of(&self, origin: &Origin) -> &str {
        let stack = origin.address.module.stack.as_ref();
        stack.and_then(|it| self.stacks.get(it)).unwrap_or(&self.input)
    }

    /// Findings of this severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|it| it.severity == severity).count()
    }

    /// Whether a part of the input could not be judged as it should.
    pub fn is_incomplete(&self) -> bool {
        self.problems.iter().any(|it| match it.kind {
            ProblemKind::Incomplete | ProblemKind::Malformed => true,
            ProblemKind::Unreadable | ProblemKind::Remark => false,
        })
    }

    /// Whether the input could not be read.
    pub fn is_unreadable(&self) -> bool {
        self.problems.iter().any(|it| it.kind == ProblemKind::Unreadable)
    }
}
