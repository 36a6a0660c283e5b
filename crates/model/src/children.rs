//! What belongs to what: an index over links, with the members that cannot be placed.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::Cause;

use crate::head::Placed;
use crate::{Arena, Id, Idless, Link, identity};

/// The children of every parent of one kind.
#[derive(Debug)]
pub struct Children<P, C> {
    certain: BTreeMap<Id<P>, Vec<Id<C>>>,
    possible: BTreeMap<Id<P>, Vec<(Id<C>, Cause)>>,
    unplaced: Vec<(Id<C>, Cause)>,
    /// Of several stacks: the one that an unplaced child must belong to.
    confined: BTreeMap<Id<C>, Arc<str>>,
    /// Children of what only an id names or that is only looked at, which may be a parent that a directory
    /// describes; with their own stack, which does not mean its own by that.
    loose: Vec<(Id<C>, Option<Arc<str>>, Cause)>,
    /// The stacks that are directories beside inputs of other kinds.
    idless: Idless,
    /// Of several stacks: the one of each parent, in the order of ids.
    stacks: Vec<Option<Arc<str>>>,
}

impl<P, C> Default for Children<P, C> {
    fn default() -> Self {
        Self {
            certain: BTreeMap::new(),
            possible: BTreeMap::new(),
            unplaced: Vec::new(),
            confined: BTreeMap::new(),
            loose: Vec::new(),
            idless: Idless::default(),
            stacks: Vec::new(),
        }
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

    /// The same for a run over several stacks: what only the apply of one stack can name belongs to
    /// nothing of another one.
    pub(crate) fn confined(mut self, children: &Arena<C>, parents: &Arena<P>) -> Self
    where
        P: Placed,
        C: Placed,
    {
        let own = self.unplaced.iter().filter(|(_, cause)| cause.is_of_own_stack());
        let stack = |id: &Id<C>| Some((*id, Arc::clone(children[*id].stack()?)));
        self.confined = own.filter_map(|(id, _)| stack(id)).collect();
        if !self.confined.is_empty() {
            self.stacks = parents.iter().map(|(_, it)| it.stack().cloned()).collect();
        }
        self
    }

    /// The same for a run with directories, which tell no ids: what belongs to something that is not
    /// managed in the input may belong to what a directory describes.
    pub(crate) fn loosened<'l>(
        mut self,
        links: impl Iterator<Item = (Id<C>, &'l Link<P>)>,
        children: &Arena<C>,
        parents: &Arena<P>,
        idless: &Idless,
    ) -> Self
    where
        P: Placed + 'l,
        C: Placed,
    {
        for (child, link) in links {
            if let Some(cause) = identity::loose(link, |id| parents[id].head()) {
                self.loose.push((child, children[child].stack().cloned(), cause));
            }
        }
        if !self.loose.is_empty() {
            self.idless.clone_from(idless);
            self.stacks = parents.iter().map(|(_, it)| it.stack().cloned()).collect();
        }
        self
    }

    /// The loose children that may belong to something that this stack describes.
    fn loose_in(&self, stack: Option<&Arc<str>>) -> impl Iterator<Item = (Id<C>, &Cause)> {
        let stack = stack.cloned();
        let named =
            move |own: &Option<Arc<str>>| self.idless.may_name(stack.as_ref(), own.as_ref());
        self.loose.iter().filter(move |(_, own, _)| named(own)).map(|(id, _, cause)| (*id, cause))
    }

    /// Whether an unplaced child may be in this stack; with no name in any.
    fn may_be_in(&self, child: Id<C>, stack: Option<&Arc<str>>) -> bool {
        match (self.confined.get(&child), stack) {
            (Some(own), Some(stack)) => own == stack,
            (None, _) | (_, None) => true,
        }
    }

    /// The children that are proven, in address order.
    pub fn of(&self, parent: Id<P>) -> &[Id<C>] {
        self.certain.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// The children that may belong to this parent, with what keeps it open.
    pub fn perhaps_of(&self, parent: Id<P>) -> impl Iterator<Item = (Id<C>, &Cause)> {
        let stack = self.stacks.get(parent.place()).and_then(Option::as_ref);
        let near = self.unplaced.iter().filter(move |(child, _)| self.may_be_in(*child, stack));
        let placed = self.possible_of(parent).iter().chain(near);
        placed.map(|(child, cause)| (*child, cause)).chain(self.loose_in(stack))
    }

    /// The children that belong to this parent or another of a few.
    pub fn possible_of(&self, parent: Id<P>) -> &[(Id<C>, Cause)] {
        self.possible.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// The children that may belong to any parent of this stack; of any at all without.
    pub fn unplaced(&self, stack: Option<&Arc<str>>) -> impl Iterator<Item = (Id<C>, &Cause)> {
        let near = self.unplaced.iter().filter(move |(child, _)| self.may_be_in(*child, stack));
        near.map(|(child, cause)| (*child, cause)).chain(self.loose_in(stack))
    }

    /// Why this parent may have children that are not seen here.
    pub fn open(&self, parent: Id<P>) -> Option<&Cause> {
        self.perhaps_of(parent).map(|(_, cause)| cause).next()
    }
}
