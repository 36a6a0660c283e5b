//! What is known of a rule besides its code.

use crate::Severity;

/// What happens when the fault is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// AWS or the provider refuses it.
    ApplyFails,
    /// The apply succeeds and traffic is silently lost.
    BlackHole,
    /// The apply succeeds and two places that should be apart can talk.
    Exposure,
    /// It works, but costs money, resilience or the next change.
    Advice,
    /// Nothing is broken: the input does not hold what others have to be judged by.
    Coverage,
}

impl Class {
    /// The kebab-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::ApplyFails => "apply-fails",
            Self::BlackHole => "black-hole",
            Self::Exposure => "exposure",
            Self::Advice => "advice",
            Self::Coverage => "coverage",
        }
    }
}

/// A rule's identity and documentation.
#[derive(Clone, Copy, Debug)]
pub struct RuleMeta {
    /// Kebab-case name of the fault, also the name of its page.
    pub id: &'static str,
    /// One sentence that says what is found.
    pub title: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What happens when it is applied.
    pub class: Class,
    /// The release that brought it.
    pub since: &'static str,
    /// The whole page as Markdown.
    pub page: &'static str,
}
