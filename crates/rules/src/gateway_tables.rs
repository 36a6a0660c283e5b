//! What the route tables of transit gateways do with a range.

use std::collections::BTreeMap;

use groundplan_ir::Tri;
use groundplan_model::{Attachment, HopTo, Hops, Id, TgwRouteTable, Topology, covered};
use ipnet::IpNet;

/// The routes of gateways' tables, worked out when they are asked for.
pub(crate) struct Tables<'t> {
    pub(crate) topology: &'t Topology,
    hops: BTreeMap<Id<TgwRouteTable>, Hops>,
}

impl<'t> Tables<'t> {
    pub(crate) fn new(topology: &'t Topology) -> Self {
        Self { topology, hops: BTreeMap::new() }
    }

    /// Whether a table sends `net` to an attachment and knows nothing better for any part of it. A default route
    /// is meant for what nothing else is for, so that it counts in any case; a shorter summary of ranges that are
    /// routed one by one does not.
    pub(crate) fn sends(
        &mut self,
        table: Id<TgwRouteTable>,
        net: IpNet,
        to: Id<Attachment>,
    ) -> Tri<bool> {
        let hops = self.hops.entry(table).or_insert_with(|| self.topology.hops(table));
        let here = HopTo::Attachment(to);
        if hops.winner(net).is_none_or(|hop| hop.to != here) {
            return Tri::Known(false);
        }
        let elsewhere = hops.inside(net).filter(|(_, hop)| hop.to != here);
        let elsewhere: Vec<IpNet> = elsewhere.map(|(range, _)| range).collect();
        let default = net.prefix_len() == 0;
        if covered(net, &elsewhere) || !(default || elsewhere.is_empty()) {
            return Tri::Known(false);
        }
        let open = hops.open.as_ref().filter(|_| !default).or(hops.contested.as_ref()).cloned();
        // What is propagated may be longer, where its ranges are not told.
        let others = hops.propagating.iter().filter(|id| **id != to);
        let mut untold = others.filter_map(|id| match self.topology.attached_vpc(*id) {
            Tri::Known(vpc) => self.topology.ranges(vpc).gap().cloned(),
            Tri::Unknown(cause) => Some(cause),
            Tri::Absent => None,
        });
        match open.or_else(|| untold.next().filter(|_| !default)) {
            Some(cause) => Tri::Unknown(cause),
            None => Tri::Known(true),
        }
    }
}
