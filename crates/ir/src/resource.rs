//! One resource instance with what it was and what it will be.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Address, Value};

/// Attribute name → value, for the attributes that a model reads.
pub type Attributes = BTreeMap<&'static str, Value>;

/// What the plan does to an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// Made new.
    Create,
    /// A data source that is read during the apply.
    Read,
    /// Changed in place.
    Update,
    /// Destroyed.
    Delete,
    /// Destroyed, then made new.
    DeleteThenCreate,
    /// Made new, then the old one destroyed.
    CreateThenDelete,
    /// Left as it is, and no longer managed.
    Forget,
}

impl Action {
    /// Whether the object of the prior state is gone after the apply.
    pub fn destroys(self) -> bool {
        match self {
            Self::Delete | Self::DeleteThenCreate | Self::CreateThenDelete => true,
            Self::NoOp | Self::Create | Self::Read | Self::Update | Self::Forget => false,
        }
    }

    /// Whether the object after the apply is a new one.
    pub fn creates(self) -> bool {
        match self {
            Self::Create | Self::DeleteThenCreate | Self::CreateThenDelete => true,
            Self::NoOp | Self::Read | Self::Update | Self::Delete | Self::Forget => false,
        }
    }
}

/// One instance of a `resource` or `data` block.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its address after the apply.
    pub address: Arc<Address>,
    /// Its address before, when a `moved` block renamed it.
    pub previous_address: Option<Arc<Address>>,
    /// What the plan does to it.
    pub action: Action,
    /// A leftover object of an interrupted replacement; it shares its address with the current one.
    pub deposed: bool,
    /// The attributes after the apply; none when it will be gone.
    pub planned: Option<Attributes>,
    /// The attributes before the apply; none when there was nothing.
    pub prior: Option<Attributes>,
}
