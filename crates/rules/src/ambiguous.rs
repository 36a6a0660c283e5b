//! Hubs that are peered with VPCs whose ranges overlap, and answer to the wrong one of them.
//!
//! AWS looks at the destination alone: a packet of the one peer arrives, and its answer takes the route that the table
//! of the hub's subnet has for that address, which may lead to the other peer.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Held, Id, Link, Peering, Route, RouteTable, RouteTarget, Subnet, Topology, Vpc, first_overlaps,
    overlap, touches,
};
use ipnet::IpNet;

use crate::over_peering::{is_default, subjects};
use crate::refused_peerings::Refused;

/// An answer that goes astray.
pub(crate) struct Astray<'t> {
    /// The VPC that is peered with both.
    pub(crate) hub: Id<Vpc>,
    /// Where in the hub the packet arrives.
    pub(crate) at: Id<Subnet>,
    /// Where it comes from.
    pub(crate) from: Id<Subnet>,
    /// The route that it takes to the hub.
    pub(crate) request: &'t Route,
    /// The route that the answer takes.
    pub(crate) answer: &'t Route,
    /// The connection to the wrong peer.
    pub(crate) other: Id<Peering>,
}

/// By connection whose peer gets no answers.
pub(crate) type Lost<'t> = BTreeMap<Id<Peering>, Tri<Option<Astray<'t>>>>;

/// A connection seen from the hub.
#[derive(Clone, Copy)]
struct Spoke {
    peering: Id<Peering>,
    far: Id<Vpc>,
}

/// All connections of hubs whose peer overlaps another one's, with what is known of the answers to it.
pub(crate) fn lost(topology: &Topology) -> Lost<'_> {
    let refused = Refused::new(topology);
    let mut hubs: BTreeMap<Id<Vpc>, Vec<Spoke>> = BTreeMap::new();
    for (id, it) in subjects(topology) {
        let (Some(one), Some(two)) = (it.requester.here(), it.accepter.here()) else { continue };
        if one != two && it.is_in_the_way() && !refused.holds(topology, it) {
            hubs.entry(one).or_default().push(Spoke { peering: id, far: two });
            hubs.entry(two).or_default().push(Spoke { peering: id, far: one });
        }
    }
    let mut out = Lost::new();
    for (hub, spokes) in hubs.iter().filter(|(_, spokes)| spokes.len() > 1) {
        let overlapping = overlapping(topology, spokes);
        if overlapping.is_empty() {
            continue;
        }
        let tables = tables(topology, *hub);
        for spoke in spokes.iter().filter(|it| overlapping.contains(&it.peering)) {
            let answer = astray(topology, *hub, &tables, spokes, *spoke);
            // One definite loss is a loss, whichever hub it is at.
            let settled = match (out.get(&spoke.peering), &answer) {
                (Some(Tri::Known(Some(_))), _)
                | (Some(Tri::Unknown(_)), Tri::Known(None) | Tri::Absent) => true,
                (_, _) => false,
            };
            if !settled {
                out.insert(spoke.peering, answer);
            }
        }
    }
    out
}

/// The spokes whose VPC overlaps another spoke's.
fn overlapping(topology: &Topology, spokes: &[Spoke]) -> BTreeSet<Id<Peering>> {
    let mut held = Vec::new();
    let mut of = Vec::new();
    for (rank, spoke) in spokes.iter().enumerate() {
        for (net, _) in topology.ranges(spoke.far).known() {
            held.push(Held { net, group: spoke.far, rank });
            of.push(spoke.peering);
        }
    }
    let found = first_overlaps(&held).into_iter().zip(of);
    found.filter_map(|(other, peering)| other.map(|_| peering)).collect()
}

/// The subnets of a hub by the table that they use, and why that is not told of some.
struct Tables {
    of: BTreeMap<Id<RouteTable>, Vec<(Id<Subnet>, IpNet)>>,
    unknown: Vec<(IpNet, Cause)>,
}

fn tables(topology: &Topology, hub: Id<Vpc>) -> Tables {
    let mut out = Tables { of: BTreeMap::new(), unknown: Vec::new() };
    for id in topology.subnets_of_vpc.of(hub) {
        let Some(net) = topology.subnets[*id].range.value.known().map(IpNet::trunc) else {
            continue;
        };
        match topology.table_of(*id) {
            Tri::Known(table) => out.of.entry(table).or_default().push((*id, net)),
            Tri::Unknown(cause) => out.unknown.push((net, cause)),
            Tri::Absent => (),
        }
    }
    out
}

/// Whether a packet of this spoke's VPC reaches the hub and its answer leads to another spoke.
fn astray<'t>(
    topology: &'t Topology,
    hub: Id<Vpc>,
    tables: &Tables,
    spokes: &[Spoke],
    spoke: Spoke,
) -> Tri<Option<Astray<'t>>> {
    let mut open = None;
    for from in topology.subnets_of_vpc.of(spoke.far) {
        let Some(net) = topology.subnets[*from].range.value.known().map(IpNet::trunc) else {
            continue;
        };
        // Another spoke has these addresses, too.
        let rivals: Vec<Spoke> = spokes
            .iter()
            .filter(|it| it.far != spoke.far && holds(topology, it.far, net))
            .copied()
            .collect();
        if rivals.is_empty() {
            continue;
        }
        let table = match topology.table_of(*from) {
            Tri::Known(table) => table,
            Tri::Unknown(cause) => {
                open = open.or(Some(cause));
                continue;
            }
            Tri::Absent => continue,
        };
        for (_, request) in topology.routes(table) {
            if topology.leads_over(request, spoke.peering) != Tri::Known(true) {
                continue;
            }
            let (to, _) = topology.destination_ranges(&request.destination);
            for (used, subnets) in &tables.of {
                let Some((at, _)) = subnets.iter().find(|(_, it)| touches(&[*it], &to)) else {
                    continue;
                };
                match answer(topology, *used, net, spoke, &rivals) {
                    Tri::Known(Some((answer, other))) => {
                        let (at, from) = (*at, *from);
                        return Tri::Known(Some(Astray { hub, at, from, request, answer, other }));
                    }
                    Tri::Unknown(cause) => open = open.or(Some(cause)),
                    Tri::Known(None) | Tri::Absent => (),
                }
            }
            let unclear = tables.unknown.iter().find(|(it, _)| touches(&[*it], &to));
            open = open.or_else(|| unclear.map(|(_, cause)| cause.clone()));
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn holds(topology: &Topology, vpc: Id<Vpc>, net: IpNet) -> bool {
    topology.ranges(vpc).known().any(|(it, _)| overlap(it, net).is_some())
}

/// The route by which this table sends all of `net` to a rival.
fn answer<'t>(
    topology: &'t Topology,
    table: Id<RouteTable>,
    net: IpNet,
    spoke: Spoke,
    rivals: &[Spoke],
) -> Tri<Option<(&'t Route, Id<Peering>)>> {
    let mut best: Option<(&Route, IpNet)> = None;
    for (_, route) in topology.routes(table) {
        let own = topology.leads_over(route, spoke.peering);
        for it in topology.destination_ranges(&route.destination).0 {
            // A route to a part of the subnet may be just what is needed.
            let meant = overlap(it, net).is_some() && !is_default(it);
            match &own {
                Tri::Known(true) if meant => return Tri::Known(None),
                Tri::Unknown(cause) if meant => return Tri::Unknown(cause.clone()),
                Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => (),
            }
            let longer = best.is_none_or(|(_, known)| it.prefix_len() > known.prefix_len());
            if it.contains(&net) && longer {
                best = Some((route, it));
            }
        }
    }
    let Some((route, _)) = best else { return Tri::Known(None) };
    let other = match &route.target {
        RouteTarget::Peering(Link::Here(id)) => rivals.iter().find(|it| it.peering == *id),
        RouteTarget::Peering(
            Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent,
        )
        | RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => None,
    };
    let Some(other) = other else { return Tri::Known(None) };
    let matters = |it: &Route| {
        let (nets, gap) = topology.destination_ranges(&it.destination);
        gap.is_some() || touches(&nets, &[net])
    };
    match topology.table_open(table, matters) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(Some((route, other.peering))),
    }
}
