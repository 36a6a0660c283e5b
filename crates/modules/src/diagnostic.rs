//! What is wrong with a configuration.

use groundplan_ir::Location;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Terraform refuses it, or a part of it is lost to the analysis.
    Error,
    /// Something is not at hand, so that absence proves nothing.
    Incomplete,
    /// Worth saying; what depends on it may be undetermined.
    Remark,
}

/// Something that Terraform would refuse, or that the analysis cannot follow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where; none when it is about a path and not about a text.
    pub at: Option<Location>,
    /// How much it matters.
    pub weight: Weight,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The text alone says so, whatever its values are, and if nothing is ever made of it.
    pub is_static: bool,
}

impl Diagnostic {
    /// An error at a place.
    pub(crate) fn error(at: Location, message: impl Into<String>, help: &str) -> Self {
        let (message, help) = (message.into(), help.to_owned());
        Self { at: Some(at), weight: Weight::Error, message, help, is_static: false }
    }

    /// A remark at a place.
    pub(crate) fn remark(at: Location, message: impl Into<String>, help: &str) -> Self {
        Self { weight: Weight::Remark, ..Self::error(at, message, help) }
    }

    /// Something that is not at hand.
    pub(crate) fn incomplete(at: Location, message: impl Into<String>, help: &str) -> Self {
        Self { weight: Weight::Incomplete, ..Self::error(at, message, help) }
    }

    /// An error about a path.
    pub(crate) fn of_path(message: impl Into<String>, help: &str) -> Self {
        let (message, help) = (message.into(), help.to_owned());
        Self { at: None, weight: Weight::Error, message, help, is_static: true }
    }

    /// What was found while evaluating something of which there may be none: Terraform would not have
    /// looked at it then, so it is an error only where the text alone is wrong.
    #[must_use]
    pub(crate) fn if_any(self) -> Self {
        if self.weight != Weight::Error || self.is_static {
            return self;
        }
        let help = "Terraform refuses this where there are instances of it".to_owned();
        Self { weight: Weight::Remark, help, ..self }
    }
}
