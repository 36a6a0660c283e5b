//! Exit codes, the same in every format.

use std::process::ExitCode;

use groundplan_findings::{Report, Severity};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing at or above the threshold.
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// Usage, or an input or output that cannot be used.
    CouldNotRun,
    /// Nothing was found at the threshold, but not everything could be looked at.
    Incomplete,
    /// A failure of ours.
    Bug,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::CouldNotRun => 2,
            Exit::Incomplete => 3,
            Exit::Bug => 4,
        })
    }
}

/// What a report amounts to. When several apply, the order is: our bug, could not run, findings,
/// incomplete.
pub(crate) fn of(report: &Report, threshold: Option<Severity>, allow_incomplete: bool) -> Exit {
    if !report.crashes.is_empty() {
        return Exit::Bug;
    }
    if report.is_unreadable() {
        return Exit::CouldNotRun;
    }
    let reaches = |severity| threshold.is_some_and(|threshold| severity >= threshold);
    if report.findings.iter().any(|finding| reaches(finding.severity)) {
        return Exit::Findings;
    }
    if report.is_incomplete() && !allow_incomplete {
        return Exit::Incomplete;
    }
    Exit::Clean
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use groundplan_findings::{Crash, Finding, Problem, ProblemKind};
    use groundplan_ir::{Address, Origin};

    use super::*;

    fn finding(severity: Severity) -> Finding {
        let address = Address::parse("aws_vpc.a").unwrap();
        Finding { severity, ..Finding::at(&Origin::of(&Arc::new(address)), "") }
    }

    fn problem(kind: ProblemKind) -> Problem {
        let text = String::new;
        Problem { kind, input: text(), place: None, at: None, message: text(), help: text() }
    }

    #[test]
    fn the_worst_that_applies_decides() {
        let mut report = Report::default();
        let warning = Some(Severity::Warning);
        assert_eq!(of(&report, warning, false), Exit::Clean);
        report.findings.push(finding(Severity::Note));
        assert_eq!(of(&report, warning, false), Exit::Clean);
        assert_eq!(of(&report, Some(Severity::Note), false), Exit::Findings);
        report.problems.push(problem(ProblemKind::Incomplete));
        assert_eq!(of(&report, warning, false), Exit::Incomplete);
        assert_eq!(of(&report, warning, true), Exit::Clean);
        report.findings.push(finding(Severity::Error));
        assert_eq!(of(&report, warning, false), Exit::Findings);
        assert_eq!(of(&report, None, true), Exit::Clean);
        report.problems.push(problem(ProblemKind::Unreadable));
        assert_eq!(of(&report, warning, true), Exit::CouldNotRun);
        report.crashes.push(Crash { rule: "x" });
        assert_eq!(of(&report, None, true), Exit::Bug);
    }
}
