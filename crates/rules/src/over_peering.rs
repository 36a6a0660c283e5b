//! Routes that lead over a peering connection, with what stands at its ends.

use std::collections::BTreeSet;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, Management, Peering, Route, RouteTarget, Topology, Vpc};
use ipnet::IpNet;

/// A route over a peering connection.
#[derive(Clone, Copy)]
pub(crate) struct Hop<'t> {
    pub(crate) route: &'t Route,
    pub(crate) link: &'t Link<Peering>,
}

/// The two VPCs of a hop, seen from the route's table.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) peering: Id<Peering>,
    pub(crate) near: Id<Vpc>,
    pub(crate) far: Id<Vpc>,
}

/// Every route over a peering connection, in address order.
pub(crate) fn hops(topology: &Topology) -> impl Iterator<Item = Hop<'_>> {
    topology.routes.iter().filter_map(|(_, route)| match &route.target {
        RouteTarget::Peering(link) => Some(Hop { route, link }),
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => None,
    })
}

/// The connections to ask about, each once: a data source that looks at a connection of this input,
/// or at one that is not told yet, speaks of nothing new.
pub(crate) fn subjects(topology: &Topology) -> impl Iterator<Item = (Id<Peering>, &Peering)> {
    let managed: BTreeSet<&str> = topology
        .peerings
        .iter()
        .filter(|(_, it)| it.head.management != Management::Observed)
        .filter_map(|(_, it)| it.head.id.as_deref())
        .collect();
    topology.peerings.iter().filter(move |(_, it)| {
        it.head.management != Management::Observed
            || it.head.id.as_deref().is_some_and(|id| !managed.contains(id))
    })
}

impl Hop<'_> {
    /// The ends; absent when the table's VPC is on neither side, which is a fault of its own.
    pub(crate) fn ends(&self, topology: &Topology) -> Tri<Ends> {
        let peering = match self.link.tri() {
            Tri::Known(peering) => peering,
            Tri::Unknown(cause) => return Tri::Unknown(cause),
            Tri::Absent => return Tri::Absent,
        };
        let near = match topology.vpc_of_table(&self.route.table).tri() {
            Tri::Known(near) => near,
            Tri::Unknown(cause) => return Tri::Unknown(cause),
            Tri::Absent => return Tri::Absent,
        };
        topology.far_side(peering, near).map(|far| Ends { peering, near, far })
    }

    /// The known ranges that the route leads to, and what is not known of them.
    pub(crate) fn ranges(&self, topology: &Topology) -> (Vec<IpNet>, Option<Cause>) {
        topology.destination_ranges(&self.route.destination)
    }
}

/// Why it is not told which connection a route leads over.
pub(crate) fn unclear(route: &Route) -> Cause {
    match &route.target {
        RouteTarget::Peering(Link::OneOf(_, cause) | Link::Unknown(cause))
        | RouteTarget::Unknown(cause) => cause.clone(),
        RouteTarget::Peering(Link::Here(_) | Link::Elsewhere(_) | Link::Absent)
        | RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_) => Cause::UnplacedMember(route.origin.to_string().into()),
    }
}

/// `0.0.0.0/0` or `::/0`.
pub(crate) fn is_default(net: IpNet) -> bool {
    net.prefix_len() == 0
}
