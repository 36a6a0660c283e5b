//! What a rule is, what it sees, and where its answers go.

use groundplan_findings::{
    Class, Confidence, Finding, Group, Label, RuleMeta, Severity, Undetermined,
};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::Topology;

/// A rule: plain data and one function.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// How bad a finding is.
    pub severity: Severity,
    /// What happens when it is applied.
    pub class: Class,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// The release that brought it.
    pub since: &'static str,
    /// Looks at the whole network and answers once for every subject.
    pub check: fn(&Context<'_>, &mut Sink),
}

/// A rule with what `just gen` derives from its file.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The file name in kebab case.
    pub id: &'static str,
    /// The folder that the file is in.
    pub group: Group,
    /// The first line of the file's documentation.
    pub title: &'static str,
    /// The whole documentation.
    pub page: &'static str,
    /// The rule.
    pub rule: &'static Rule,
    /// How bad a finding is in this run, where that is not the rule's own word.
    pub severity: Option<Severity>,
}

impl Entry {
    /// How bad a finding is.
    pub fn severity(&self) -> Severity {
        self.severity.unwrap_or(self.rule.severity)
    }

    /// What reporters need to know.
    pub fn meta(&self) -> RuleMeta {
        RuleMeta {
            id: self.id,
            title: self.title,
            severity: self.severity(),
            group: self.group,
            class: self.rule.class,
            confidence: self.rule.confidence,
            since: self.rule.since,
            page: self.page,
        }
    }
}

/// What a rule sees.
#[derive(Debug)]
pub struct Context<'t> {
    /// The network.
    pub topology: &'t Topology,
}

/// Where a rule's answers go. Each question that a rule asks is answered once: broken, fine, or
/// undetermined.
#[derive(Debug)]
pub struct Sink {
    id: &'static str,
    severity: Severity,
    pub(crate) findings: Vec<Finding>,
    pub(crate) undetermined: Vec<Undetermined>,
    pub(crate) decided: usize,
}

impl Sink {
    pub(crate) fn new(entry: &Entry) -> Self {
        Self {
            id: entry.id,
            severity: entry.severity(),
            findings: Vec::new(),
            undetermined: Vec::new(),
            decided: 0,
        }
    }

    /// Something is broken.
    ///
    /// What rests on something of which there may be none, or several, is not proven.
    pub fn broken(&mut self, finding: Finding) {
        let expanded = |it: &Label| it.origin.address.expanded();
        let related = || finding.related.iter().find_map(expanded);
        if let Some(what) = expanded(&finding.primary).or_else(related) {
            self.undetermined(&finding.primary.origin, Cause::Expansion(what.into()));
            return;
        }
        self.decided += 1;
        let severity = finding.severity.min(self.severity);
        self.findings.push(Finding { rule: self.id, severity, ..finding });
    }

    /// Nothing is wrong with one subject.
    pub fn fine(&mut self) {
        self.decided += 1;
    }

    /// The input does not say.
    pub fn undetermined(&mut self, origin: &Origin, cause: Cause) {
        self.undetermined.push(Undetermined { rule: self.id, origin: origin.clone(), cause });
    }

    /// Takes the answer to one question about the thing at `origin`.
    pub fn answer(&mut self, origin: &Origin, answer: Tri<Option<Finding>>) {
        match answer {
            Tri::Known(Some(finding)) => self.broken(finding),
            Tri::Known(None) | Tri::Absent => self.fine(),
            Tri::Unknown(cause) => self.undetermined(origin, cause),
        }
    }
}
