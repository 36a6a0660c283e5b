//! A rule's answers: broken, or undetermined.

use groundplan_ir::{Cause, Origin};

use crate::Severity;

/// A place with words for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub origin: Origin,
    /// What that place has to do with the finding; few words.
    pub text: String,
}

/// Something is broken, proven from the input.
///
/// All texts may contain names from the input; reporters escape them for their format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, with the actual names and ranges; one sentence.
    pub message: String,
    /// Why it matters, one or two sentences.
    pub why: String,
    /// The change to make.
    pub help: String,
    /// The place to look at first.
    pub primary: Label,
    /// The other ends of the conflict, in the order in which they should be read.
    pub related: Vec<Label>,
}

impl Finding {
    /// Starts a finding at its primary place. The engine fills in rule and severity.
    pub fn at(origin: &Origin, text: impl Into<String>) -> Self {
        Self {
            rule: "",
            severity: Severity::Error,
            message: String::new(),
            why: String::new(),
            help: String::new(),
            primary: Label { origin: origin.clone(), text: text.into() },
            related: Vec::new(),
        }
    }

    /// Adds another place.
    #[must_use]
    pub fn also(mut self, origin: &Origin, text: impl Into<String>) -> Self {
        self.related.push(Label { origin: origin.clone(), text: text.into() });
        self
    }

    /// Says what is wrong.
    #[must_use]
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.message = text.into();
        self
    }

    /// Says why it matters.
    #[must_use]
    pub fn why(mut self, text: impl Into<String>) -> Self {
        self.why = text.into();
        self
    }

    /// Lowers it below what the rule says, where only a likely use makes it a fault.
    #[must_use]
    pub fn at_most(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Says what to change.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = text.into();
        self
    }
}

/// A question that the input cannot answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undetermined {
    /// The rule's id.
    pub rule: &'static str,
    /// What the question is about.
    pub origin: Origin,
    /// What stands in the way.
    pub cause: Cause,
}
