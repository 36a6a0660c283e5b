//! Routes to addresses of the VPC that their table is in, which the local route takes.

use groundplan_ir::{Action, Cause, Fact, Tri};
use groundplan_model::{Id, Link, Route, RouteSource, RouteTarget, Topology, Vpc, touches};
use ipnet::IpNet;

/// How a destination lies to a range of the table's own VPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    /// It is that range: the destination of the local route.
    Equal,
    /// It is a part of it.
    Part,
}

/// A route into the VPC of its own table.
pub(crate) struct Inward<'t> {
    pub(crate) vpc: Id<Vpc>,
    /// The range that holds the destination.
    pub(crate) range: &'t Fact<IpNet>,
    pub(crate) net: IpNet,
}

/// Whether the kind of a route's target may stand in the place of the local route ("Route table concepts": a NAT
/// gateway, a network interface, a Gateway Load Balancer endpoint); absent for what is not looked into.
pub(crate) fn may_replace_local(route: &Route) -> Tri<bool> {
    match &route.target {
        RouteTarget::Local
        | RouteTarget::NatGateway(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Endpoint(_) => Tri::Known(true),
        RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_) => Tri::Known(false),
        RouteTarget::Other(_) => Tri::Absent,
        RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

/// The routes that somebody is about to write: what AWS has already, it has accepted.
pub(crate) fn written(topology: &Topology) -> impl Iterator<Item = &Route> {
    let is_new = |it: &&Route| it.action.creates() || it.action == Action::Update;
    let all = topology.routes.iter().map(|(_, it)| it).filter(is_new);
    all.filter(|it| it.source != RouteSource::Seen && it.target != RouteTarget::Local)
}

/// Whether a route leads into its own VPC in this way.
pub(crate) fn inward<'t>(
    topology: &'t Topology,
    route: &Route,
    way: Within,
) -> Tri<Option<Inward<'t>>> {
    let Some(net) = route.range() else { return Tri::Known(None) };
    let vpc = match topology.vpc_of_table(&route.table).tri() {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let ranges = topology.ranges(vpc);
    let fits = |range: IpNet| match way {
        Within::Equal => range == net,
        Within::Part => range != net && range.contains(&net),
    };
    let mut known = ranges.known();
    if let Some((_, range)) = known.find(|(range, _)| fits(*range)) {
        return Tri::Known(Some(Inward { vpc, range, net }));
    }
    // A range that is known only after apply may hold it; what a known one holds, no other one does.
    if ranges.known().any(|(range, _)| range.contains(&net)) {
        return Tri::Known(None);
    }
    match unknown_of(&ranges.facts, net) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(None),
    }
}

/// The cause of an unknown range that may be of the family of `net`, unless `net` is the default route, which
/// is in no range.
fn unknown_of(facts: &[&Fact<IpNet>], net: IpNet) -> Option<Cause> {
    let other = match net {
        IpNet::V4(_) => "ipv6_cidr_block",
        IpNet::V6(_) => "cidr_block",
    };
    let mut unknown = facts.iter().filter_map(|fact| match &fact.value {
        Tri::Unknown(cause) if fact.origin.attribute.as_deref() != Some(other) => Some(cause),
        Tri::Unknown(_) | Tri::Known(_) | Tri::Absent => None,
    });
    unknown.next().filter(|_| net.prefix_len() != 0).cloned()
}

/// Whether the route leads to a peer whose ranges overlap the own ones: that is `peering-cidr-overlap`, and there
/// is no connection to lead over.
pub(crate) fn is_to_overlapping_peer(topology: &Topology, route: &Route) -> bool {
    let Some(peering) = route.peering().map(|id| &topology.peerings[id]) else { return false };
    let ranges = |side: &Link<Vpc>| -> Vec<IpNet> {
        let known = side.here().map(|vpc| topology.ranges(vpc));
        known.iter().flat_map(|it| it.known().map(|(net, _)| net)).collect()
    };
    touches(&ranges(&peering.requester), &ranges(&peering.accepter))
}
