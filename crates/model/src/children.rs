//! What belongs to what: an index over links, with the members that cannot be placed.

use std::collections::BTreeMap;

use groundplan_ir::Cause;

use crate::{Id, Link};

/// The children of every parent of one kind.
#[derive(Debug)]
pub struct Children<P, C> {
    certain: BTreeMap<Id<P>, Vec<Id<C>>>,
    possible: BTreeMap<Id<P>, Vec<(Id<C>, Cause)>>,
    unplaced: Vec<(Id<C>, Cause)>,
}

impl<P, C> Default for Children<P, C> {
    fn default() -> Self {
        Self { certain: BTreeMap::new(), possible: BTreeMap::new(), unplaced: Vec::new() }
    }
}

impl<P, C> Children<P, C> {
    /// Builds the index from each child's link to its parent.
    pub(crate) fn new<'l>(links: impl Iterator<Item = (Id<C>, &'l Link<P>)>) -> Self
    where
        P: 'l,
    {
        let mut out = Self::default();
        for (child, link) in links {
            match link {
                Link::Here(parent) => out.certain.entry(*parent).or_default().push(child),
                Link::OneOf(parents, cause) => {
                    for parent in parents {
                        out.possible.entry(*parent).or_default().push((child, cause.clone()));
                    }
                }
                Link::Unknown(cause) => out.unplaced.push((child, cause.clone())),
                Link::Elsewhere(_) | Link::Absent => (),
            }
        }
        out
    }

    /// The children that are proven, in address order.
    pub fn of(&self, parent: Id<P>) -> &[Id<C>] {
        self.certain.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// The children that may belong to this parent, with what keeps it open.
    pub fn perhaps_of(&self, parent: Id<P>) -> impl Iterator<Item = (Id<C>, &Cause)> {
        self.possible_of(parent).iter().chain(&self.unplaced).map(|(child, cause)| (*child, cause))
    }

    /// The children that belong to this parent or another of a few.
    pub fn possible_of(&self, parent: Id<P>) -> &[(Id<C>, Cause)] {
        self.possible.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// The children that may belong to any parent.
    pub fn unplaced(&self) -> &[(Id<C>, Cause)] {
        &self.unplaced
    }

    /// Why this parent may have children that are not seen here.
    pub fn open(&self, parent: Id<P>) -> Option<&Cause> {
        self.perhaps_of(parent).map(|(_, cause)| cause).next()
    }
}
