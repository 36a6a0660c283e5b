//! Who sets which options of a peering connection.

use std::collections::BTreeMap;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Head, Id, Link, Management, Options, Peering, SideOptions, Topology};

/// A resource that sets options.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'t> {
    pub(crate) head: &'t Head,
    pub(crate) options: &'t Options,
}

/// The two sides of a connection, as the blocks are called.
pub(crate) const SIDES: [&str; 2] = ["requester", "accepter"];

impl<'t> Writer<'t> {
    /// The block of this side.
    pub(crate) fn side(&self, name: &str) -> Option<&'t SideOptions> {
        match name {
            "requester" => self.options.requester.as_ref(),
            _ => self.options.accepter.as_ref(),
        }
    }

    /// The blocks that it has.
    pub(crate) fn sides(&self) -> impl Iterator<Item = &'t SideOptions> {
        [&self.options.requester, &self.options.accepter].into_iter().flatten()
    }
}

/// All resources that set options, by connection.
#[derive(Default)]
pub(crate) struct Writers<'t> {
    of: BTreeMap<Id<Peering>, Vec<Writer<'t>>>,
    /// Those of which it is not told which connection they are for.
    pub(crate) unplaced: Vec<(Writer<'t>, Cause)>,
}

impl<'t> Writers<'t> {
    /// Looks at all of them once: the connections, their accepters, the options.
    pub(crate) fn new(topology: &'t Topology) -> Self {
        let mut out = Self::default();
        for (id, it) in topology.peerings.iter() {
            out.add(&Link::Here(id), &it.head, &it.options);
        }
        for (_, it) in topology.peering_accepters.iter() {
            out.add(&it.peering, &it.head, &it.options);
        }
        for (_, it) in topology.peering_options.iter() {
            out.add(&it.peering, &it.head, &it.options);
        }
        out
    }

    fn add(&mut self, link: &Link<Peering>, head: &'t Head, options: &'t Options) {
        let writer = Writer { head, options };
        if writer.sides().next().is_none() || head.management == Management::Observed {
            return;
        }
        match link.tri() {
            Tri::Known(id) => self.of.entry(id).or_default().push(writer),
            Tri::Unknown(cause) => self.unplaced.push((writer, cause)),
            Tri::Absent => (),
        }
    }

    /// Those of one connection: itself, its accepters, then the rest.
    pub(crate) fn of(&self, id: Id<Peering>) -> &[Writer<'t>] {
        self.of.get(&id).map_or(&[], Vec::as_slice)
    }
}
