//! From one thing to another: by reference where the id is known only after apply, else by id.

use std::cmp::Ordering;

use groundplan_ir::{Cause, Tri};

use crate::Id;

/// Where an argument that names another thing leads.
#[derive(Debug)]
pub enum Link<T> {
    /// To this one, proven.
    Here(Id<T>),
    /// To one of these, and the input does not say which; at least two.
    OneOf(Vec<Id<T>>, Cause),
    /// To something with this id that is not in the input.
    Elsewhere(Box<str>),
    /// It cannot be told.
    Unknown(Cause),
    /// Nowhere: the argument is not set.
    Absent,
}

// Written out, since derived impls would ask the same of `T`, which is only named by its id.
impl<T> Clone for Link<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Here(id) => Self::Here(*id),
            Self::OneOf(ids, cause) => Self::OneOf(ids.clone(), cause.clone()),
            Self::Elsewhere(id) => Self::Elsewhere(id.clone()),
            Self::Unknown(cause) => Self::Unknown(cause.clone()),
            Self::Absent => Self::Absent,
        }
    }
}

impl<T> PartialEq for Link<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Here(one), Self::Here(two)) => one == two,
            (Self::OneOf(one, _), Self::OneOf(two, _)) => one == two,
            (Self::Elsewhere(one), Self::Elsewhere(two)) => one == two,
            (Self::Unknown(one), Self::Unknown(two)) => one == two,
            (Self::Absent, Self::Absent) => true,
            (
                Self::Here(_)
                | Self::OneOf(..)
                | Self::Elsewhere(_)
                | Self::Unknown(_)
                | Self::Absent,
                _,
            ) => false,
        }
    }
}

impl<T> Eq for Link<T> {}

/// One proven thing, in this input or elsewhere: two that are equal are the same thing.
#[derive(Debug)]
pub enum Proven<T> {
    /// A thing of this input.
    Here(Id<T>),
    /// The thing with this id, which is not in this input.
    Elsewhere(Box<str>),
}

impl<T> Clone for Proven<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Here(id) => Self::Here(*id),
            Self::Elsewhere(id) => Self::Elsewhere(id.clone()),
        }
    }
}

impl<T> PartialEq for Proven<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T> Eq for Proven<T> {}

impl<T> PartialOrd for Proven<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Proven<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Here(one), Self::Here(two)) => one.cmp(two),
            (Self::Elsewhere(one), Self::Elsewhere(two)) => one.cmp(two),
            (Self::Here(_), Self::Elsewhere(_)) => Ordering::Less,
            (Self::Elsewhere(_), Self::Here(_)) => Ordering::Greater,
        }
    }
}

impl<T> Link<T> {
    /// The one thing that it names, here or elsewhere, when that is proven.
    pub fn proven(&self) -> Option<Proven<T>> {
        match self {
            Self::Here(id) => Some(Proven::Here(*id)),
            Self::Elsewhere(id) => Some(Proven::Elsewhere(id.clone())),
            Self::OneOf(..) | Self::Unknown(_) | Self::Absent => None,
        }
    }

    /// The thing, when it is proven.
    pub fn here(&self) -> Option<Id<T>> {
        match self {
            Self::Here(id) => Some(*id),
            Self::OneOf(..) | Self::Elsewhere(_) | Self::Unknown(_) | Self::Absent => None,
        }
    }

    /// The thing as a fact; what is elsewhere is unknown with that cause.
    pub fn tri(&self) -> Tri<Id<T>> {
        match self {
            Self::Here(id) => Tri::Known(*id),
            Self::OneOf(_, cause) | Self::Unknown(cause) => Tri::Unknown(cause.clone()),
            Self::Elsewhere(id) => Tri::Unknown(Cause::NotInInput(id.clone())),
            Self::Absent => Tri::Absent,
        }
    }

    /// Whether this can be `id`.
    pub fn may_be(&self, id: Id<T>) -> bool {
        match self {
            Self::Here(here) => *here == id,
            Self::OneOf(ids, _) => ids.contains(&id),
            Self::Unknown(_) => true,
            Self::Elsewhere(_) | Self::Absent => false,
        }
    }
}

/// What a set-valued argument names.
#[derive(Debug)]
pub struct Members<T> {
    /// The things of this input that it names; a superset unless `exact`.
    pub here: Vec<Id<T>>,
    /// Ids that are not in the input.
    pub elsewhere: Vec<Box<str>>,
    /// Whether each of `here` is proven to be named.
    pub exact: bool,
}

impl<T> Clone for Members<T> {
    fn clone(&self) -> Self {
        Self { here: self.here.clone(), elsewhere: self.elsewhere.clone(), exact: self.exact }
    }
}
