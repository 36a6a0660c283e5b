//! What the seeds of one pass share: the interest, the manner, and the complaints so far.

use std::cell::RefCell;
use std::collections::HashSet;

use groundplan_ir::Interest;

use crate::sniff::{error_words, is_fatal};

/// How to take a part that has not the shape that Terraform writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Stop at the first one; this is the fast way.
    Strict,
    /// Look at each part on its own, leave out what cannot be used, and say so.
    Lenient,
}

/// A place in the input and what is wrong there.
pub(crate) type Complaint = (String, String);

/// The state of one pass.
pub(crate) struct Reading<'i> {
    /// What to build.
    pub(crate) interest: &'i Interest,
    /// How to take misshapen parts.
    pub(crate) manner: Manner,
    seen: RefCell<HashSet<Box<str>>>,
    malformed: RefCell<Vec<Complaint>>,
    fatal: RefCell<Vec<Complaint>>,
}

impl<'i> Reading<'i> {
    pub(crate) fn new(interest: &'i Interest, manner: Manner) -> Self {
        Self {
            interest,
            manner,
            seen: RefCell::default(),
            malformed: RefCell::default(),
            fatal: RefCell::default(),
        }
    }

    /// Notes an instance of `resource_changes`, under its old name too.
    pub(crate) fn saw(&self, address: &str, previous: Option<&str>) {
        let mut seen = self.seen.borrow_mut();
        seen.insert(address.into());
        seen.extend(previous.map(Box::from));
    }

    /// Whether `resource_changes` has told of this instance already.
    pub(crate) fn was_seen(&self, address: &str) -> bool {
        self.seen.borrow().contains(address)
    }

    /// Notes that the part at `place` cannot be used.
    pub(crate) fn complain(&self, place: impl Into<String>, error: &serde_json::Error) {
        let list = if is_fatal(error) { &self.fatal } else { &self.malformed };
        list.borrow_mut().push((place.into(), error_words(error)));
    }

    /// What was malformed, and what makes the whole input unusable.
    pub(crate) fn into_complaints(self) -> (Vec<Complaint>, Vec<Complaint>) {
        (self.malformed.into_inner(), self.fatal.into_inner())
    }
}
