//! Where a fact comes from, so that every message can name its place.

use std::fmt;
use std::sync::Arc;

use crate::{Address, Tri};

/// A resource instance, or one attribute of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The instance.
    pub address: Arc<Address>,
    /// The argument or block, `cidr_block` or `route`; none for the instance as a whole.
    pub attribute: Option<Box<str>>,
    /// The value as Terraform would write it, when it is known and may be shown.
    pub shown: Option<Box<str>>,
}

impl Origin {
    /// The instance as a whole.
    pub fn of(address: &Arc<Address>) -> Self {
        Self { address: Arc::clone(address), attribute: None, shown: None }
    }

    /// One attribute of the same instance.
    #[must_use]
    pub fn attribute(&self, name: &str, shown: Option<Box<str>>) -> Self {
        Self { address: Arc::clone(&self.address), attribute: Some(name.into()), shown }
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
