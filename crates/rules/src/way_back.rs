//! Whether a VPC has a way back to the senders of another over a peering connection.

use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{Id, Link, Peering, Route, RouteTarget, Subnet, Topology, Vpc, touches};
use ipnet::IpNet;

/// The addresses that packets come from, and why there may be more of them.
pub(crate) struct Senders {
    pub(crate) ranges: Vec<IpNet>,
    pub(crate) gap: Option<Cause>,
}

/// Which of the address families a question is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Families {
    four: bool,
    six: bool,
}

impl Families {
    pub(crate) const BOTH: Self = Self { four: true, six: true };

    /// The families of these ranges.
    pub(crate) fn of(nets: &[IpNet]) -> Self {
        Self {
            four: nets.iter().any(|net| matches!(net, IpNet::V4(_))),
            six: nets.iter().any(|net| matches!(net, IpNet::V6(_))),
        }
    }

    fn has(self, net: IpNet) -> bool {
        match net {
            IpNet::V4(_) => self.four,
            IpNet::V6(_) => self.six,
        }
    }

    /// The ranges of a subnet that are of these families.
    fn ranges(self, subnet: &Subnet) -> impl Iterator<Item = &Fact<IpNet>> {
        let four = self.four.then_some(&subnet.range);
        four.into_iter().chain(self.six.then_some(&subnet.range_v6))
    }
}

/// The subnets that use the tables of these routes; the whole VPC where they cannot all be told.
pub(crate) fn senders(
    topology: &Topology,
    near: Id<Vpc>,
    routes: &[&Route],
    families: Families,
) -> Senders {
    let ranges = topology.ranges(near);
    let whole = Senders {
        ranges: ranges.known().map(|(net, _)| net).filter(|net| families.has(*net)).collect(),
        gap: ranges.gap().cloned(),
    };
    let subnets = topology.subnets_of_vpc.of(near);
    let closed = topology.container_open(&topology.vpcs[near].head).is_none();
    if !closed || subnets.is_empty() || topology.subnets_of_vpc.open(near).is_some() {
        return whole;
    }
    let mut found = Vec::new();
    for id in subnets {
        let uses = match topology.table_of(*id) {
            Tri::Known(table) => routes.iter().any(|route| route.table.may_be(table)),
            // With another number of associations it may use none of these.
            Tri::Unknown(Cause::Expansion(_)) => return whole,
            Tri::Unknown(_) => true,
            Tri::Absent => false,
        };
        for fact in families.ranges(&topology.subnets[*id]).filter(|_| uses) {
            match &fact.value {
                Tri::Known(net) => found.push(net.trunc()),
                Tri::Unknown(_) => return whole,
                Tri::Absent => (),
            }
        }
    }
    if found.is_empty() { whole } else { Senders { ranges: found, gap: None } }
}

/// Whether any table of `far` sends packets for the senders somewhere from where they can get there.
/// `unplaced` are routes over the connection of which it is not told whose table they are in.
pub(crate) fn way_back(
    topology: &Topology,
    id: Id<Peering>,
    senders: &Senders,
    far: Id<Vpc>,
    unplaced: &[(&Route, Cause)],
) -> Tri<bool> {
    let mut open: Option<Cause> = None;
    for table in topology.tables(far) {
        for (_, route) in topology.routes(*table) {
            let returns = returns(topology, route, id);
            if returns == Tri::Known(false) {
                continue;
            }
            let (nets, gap) = topology.destination_ranges(&route.destination);
            match returns {
                Tri::Unknown(cause) if touches(&nets, &senders.ranges) => {
                    open = open.or(Some(cause));
                }
                Tri::Known(_) if touches(&nets, &senders.ranges) => return Tri::Known(true),
                Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => open = open.or(gap),
            }
        }
    }
    let matters = |route: &Route| returns(topology, route, id) != Tri::Known(false);
    let perhaps = || {
        let mut found = unplaced.iter().filter(|(route, _)| {
            let (nets, gap) = topology.destination_ranges(&route.destination);
            gap.is_some() || touches(&nets, &senders.ranges)
        });
        found.next().map(|(_, cause)| cause.clone())
    };
    open.or_else(|| senders.gap.clone())
        .or_else(perhaps)
        .or_else(|| topology.vpc_routes_gap(far, matters))
        .or_else(|| topology.stray_routes(topology.vpcs[far].head.stack(), matters))
        .map_or(Tri::Known(false), Tri::Unknown)
}

/// A way back by a transit gateway or an appliance is asymmetric and works. Internet and NAT gateways
/// do not lead to private addresses, and another peering connection leads to another VPC.
fn returns(topology: &Topology, route: &Route, id: Id<Peering>) -> Tri<bool> {
    match &route.target {
        RouteTarget::Peering(_) => topology.leads_over(route, id),
        RouteTarget::TransitGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_) => Tri::Known(true),
        RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_) => Tri::Known(false),
    }
}

/// Why it is not told whose table a route is in, where that may be the one of `vpc`.
pub(crate) fn may_be_in(from: &Link<Vpc>, vpc: Id<Vpc>) -> Option<Cause> {
    match from {
        Link::OneOf(_, cause) if from.may_be(vpc) => Some(cause.clone()),
        Link::Unknown(cause) => Some(cause.clone()),
        Link::Here(_) | Link::OneOf(..) | Link::Elsewhere(_) | Link::Absent => None,
    }
}
