//! Where a fact comes from, so that every message can name its place.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use crate::{Address, Place, Tri};

/// A resource instance, or one attribute of it.
///
/// Two are equal when they name the same, wherever it is written: a finding keeps its identity when
/// lines move.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The instance.
    pub address: Arc<Address>,
    /// The argument or block, `cidr_block` or `route`; none for the instance as a whole.
    pub attribute: Option<Box<str>>,
    /// The value as Terraform would write it, when it is known and may be shown.
    pub shown: Option<Box<str>>,
    /// Where it is written, when the input is source text.
    pub place: Option<Place>,
}

impl Origin {
    /// The instance as a whole.
    pub fn of(address: &Arc<Address>) -> Self {
        Self { address: Arc::clone(address), attribute: None, shown: None, place: None }
    }

    /// The same with its place.
    #[must_use]
    pub fn placed(self, place: Option<Place>) -> Self {
        Self { place, ..self }
    }

    /// One attribute of the same instance.
    #[must_use]
    pub fn attribute(&self, name: &str, shown: Option<Box<str>>) -> Self {
        let place = self.place.as_ref().map(|place| place.argument(name));
        Self { address: Arc::clone(&self.address), attribute: Some(name.into()), shown, place }
    }

    /// What it names.
    fn identity(&self) -> (&Address, Option<&str>, Option<&str>) {
        (&self.address, self.attribute.as_deref(), self.shown.as_deref())
    }
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Origin {}

impl PartialOrd for Origin {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Origin {
    fn cmp(&self, other: &Self) -> Ordering {
        self.identity().cmp(&other.identity())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.attribute {
            Some(attribute) => write!(out, "{}.{attribute}", self.address),
            None => write!(out, "{}", self.address),
        }
    }
}

/// A fact with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// What is known of it.
    pub value: Tri<T>,
    /// Where it stands.
    pub origin: Origin,
}
