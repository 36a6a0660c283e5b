//! The route of a table that takes whatever no other route takes.

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Destination, Id, Route, RouteTable, RouteTarget, Subnet, Topology};
use ipnet::IpNet;

/// The families of addresses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// IPv4.
    Four,
    /// IPv6.
    Six,
}

/// A route that leads to at least an eighth of all addresses is meant for the internet: the default route, its two
/// halves, or all global IPv6 addresses (`2000::/3`).
const WIDEST: u8 = 3;

impl Family {
    fn has(self, net: IpNet) -> bool {
        matches!((self, net), (Self::Four, IpNet::V4(_)) | (Self::Six, IpNet::V6(_)))
    }
}

/// The default route of a table for one family; none where it is known to have none.
pub(crate) fn default_route(
    topology: &Topology,
    table: Id<RouteTable>,
    family: Family,
) -> Tri<Option<&Route>> {
    let mut open: Option<Cause> = None;
    let mut best: Option<(u8, &Route)> = None;
    for (_, route) in topology.routes(table) {
        let (ranges, gap) = topology.destination_ranges(&route.destination);
        for net in ranges.into_iter().filter(|net| family.has(*net)) {
            let length = net.prefix_len();
            if length <= WIDEST && best.is_none_or(|(least, _)| length < least) {
                best = Some((length, route));
            }
        }
        open = open.or_else(|| gap.filter(|_| may_be_default(route)));
    }
    if let Some((_, route)) = best {
        return Tri::Known(Some(route));
    }
    let open = open.or_else(|| topology.table_open(table, may_be_default));
    match open.or_else(|| propagated(topology, table)) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(None),
    }
}

/// Whether a destination that is not known may be a default route. What AWS hands out is none.
fn may_be_default(route: &Route) -> bool {
    match &route.destination {
        Destination::Range(Tri::Known(net)) => net.prefix_len() <= WIDEST,
        Destination::Range(Tri::Unknown(cause)) => !matches!(cause, Cause::KnownAfterApply(_)),
        Destination::Range(Tri::Absent) => false,
        Destination::PrefixList(_) | Destination::Unknown(_) => true,
    }
}

/// Why a virtual private gateway may bring a default route.
fn propagated(topology: &Topology, table: Id<RouteTable>) -> Option<Cause> {
    let it = &topology.route_tables[table];
    let inside = match &it.propagating {
        Tri::Known(members) => !(members.here.is_empty() && members.elsewhere.is_empty()),
        Tri::Unknown(_) => true,
        Tri::Absent => false,
    };
    let what = format!("what is propagated into {}", it.head.origin);
    let outside = !topology.propagations_of_table.of(table).is_empty();
    (inside || outside).then(|| Cause::NotInInput(what.into()))
}

/// Whether a subnet has IPv6 addresses.
pub(crate) fn has_v6(subnet: &Subnet) -> Tri<bool> {
    match &subnet.range_v6.value {
        Tri::Known(_) | Tri::Unknown(Cause::KnownAfterApply(_)) => Tri::Known(true),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        Tri::Absent => Tri::Known(false),
    }
}

/// Whether a target is or may lead to something that hands packets on to an internet gateway by rules of its own.
pub(crate) fn may_inspect(target: &RouteTarget) -> bool {
    match target {
        RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => true,
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_) => false,
    }
}

/// What a target is, for messages.
pub(crate) fn kind_of(target: &RouteTarget) -> &'static str {
    match target {
        RouteTarget::Local => "the VPC itself",
        RouteTarget::InternetGateway(_) => "an internet gateway",
        RouteTarget::VpnGateway(_) => "a virtual private gateway",
        RouteTarget::EgressOnlyGateway(_) => "an egress-only internet gateway",
        RouteTarget::NatGateway(_) => "a NAT gateway",
        RouteTarget::Peering(_) => "a peering connection",
        RouteTarget::TransitGateway(_) => "a transit gateway",
        RouteTarget::Endpoint(_) => "an endpoint",
        RouteTarget::NetworkInterface(_) => "a network interface",
        RouteTarget::Other(_) | RouteTarget::Unknown(_) => "another target",
    }
}
