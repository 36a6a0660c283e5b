//! One side of a peering connection sends to the other, which has no route back.
//!
//! ## Why
//!
//! Accepting a peering connection changes no route table. Each side needs a route to the other's ranges;
//! with one missing, packets arrive and their answers are dropped.
//!
//! Source: Amazon VPC Peering Guide, "Update your route tables for a VPC peering connection".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//!
//! resource "aws_route" "back" {
//!   route_table_id            = aws_route_table.b.id
//!   destination_cidr_block    = aws_vpc.a.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A far VPC that is not managed in the input, or routes whose table or target a plan does not spell
//! out.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, Peering, Route, RouteTarget, Topology, Vpc, touches};
use ipnet::IpNet;

use crate::over_peering::hops;
use crate::place::{MOST_PLACES, reference, several};
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule =
    Rule { severity: Severity::Error, class: Class::BlackHole, since: "0.1.0", check };

/// Routes over one connection, by the VPC whose table they are in.
type Forward<'t> = BTreeMap<Id<Peering>, Vec<(&'t Route, Link<Vpc>)>>;

/// One side sends and the other has no way back.
struct OneWay<'t> {
    near: Id<Vpc>,
    far: Id<Vpc>,
    routes: Vec<&'t Route>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let mut forward: Forward<'_> = BTreeMap::new();
    for hop in hops(cx.topology) {
        if let Link::Here(peering) = hop.link {
            let near = cx.topology.vpc_of_table(&hop.route.table);
            forward.entry(*peering).or_default().push((hop.route, near));
        }
    }
    for (id, peering) in cx.topology.peerings.iter() {
        let routes = forward.get(&id).map_or(&[][..], Vec::as_slice);
        let answer = decide(cx.topology, id, peering, routes)
            .map(|found| found.map(|one_way| words(cx.topology, peering, &one_way)));
        out.answer(&peering.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    id: Id<Peering>,
    peering: &Peering,
    routes: &[(&'t Route, Link<Vpc>)],
) -> Tri<Option<OneWay<'t>>> {
    // Without any route over it, it is `peering-without-routes`.
    if routes.is_empty() {
        return Tri::Known(None);
    }
    let (one, two) = match (peering.requester.tri(), peering.accepter.tri()) {
        (Tri::Known(one), Tri::Known(two)) => (one, two),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => return Tri::Unknown(cause),
        (Tri::Absent, _) | (_, Tri::Absent) => return Tri::Absent,
    };
    let mut open = None;
    for (near, far) in [(one, two), (two, one)] {
        let there: Vec<&Route> = routes
            .iter()
            .filter(|(route, from)| from.here() == Some(near) && leads_to(topology, route, far))
            .map(|(route, _)| *route)
            .collect();
        if there.is_empty() {
            continue;
        }
        match way_back(topology, id, &senders(topology, near, &there), far) {
            Tri::Known(true) | Tri::Absent => (),
            Tri::Known(false) => return Tri::Known(Some(OneWay { near, far, routes: there })),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// Whether a route is meant for the far VPC; a destination that is not known may be.
fn leads_to(topology: &Topology, route: &Route, far: Id<Vpc>) -> bool {
    let (nets, gap) = topology.destination_ranges(&route.destination);
    gap.is_some() || meets(topology, &nets, far)
}

fn meets(topology: &Topology, nets: &[IpNet], vpc: Id<Vpc>) -> bool {
    let held: Vec<IpNet> = topology.ranges(vpc).known().map(|(net, _)| net).collect();
    touches(nets, &held)
}

/// The addresses that packets come from, and why there may be more of them.
struct Senders {
    ranges: Vec<IpNet>,
    gap: Option<Cause>,
}

/// The subnets that use the tables of these routes; the whole VPC where they cannot all be told.
fn senders(topology: &Topology, near: Id<Vpc>, routes: &[&Route]) -> Senders {
    let ranges = topology.ranges(near);
    let whole = Senders {
        ranges: ranges.known().map(|(net, _)| net).collect(),
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
            Tri::Unknown(_) => true,
            Tri::Absent => false,
        };
        match topology.subnets[*id].range.value.known() {
            Some(net) if uses => found.push(net.trunc()),
            None if uses => return whole,
            Some(_) | None => (),
        }
    }
    if found.is_empty() { whole } else { Senders { ranges: found, gap: None } }
}

/// Whether any table of `far` sends packets for the senders somewhere from where they can get there.
fn way_back(topology: &Topology, id: Id<Peering>, senders: &Senders, far: Id<Vpc>) -> Tri<bool> {
    let mut open: Option<Cause> = None;
    for table in topology.tables(far) {
        for (_, route) in topology.routes(*table).filter(|(_, route)| may_return(route, id)) {
            let (nets, gap) = topology.destination_ranges(&route.destination);
            if touches(&nets, &senders.ranges) {
                return Tri::Known(true);
            }
            open = open.or(gap);
        }
    }
    let matters = |route: &Route| may_return(route, id);
    let open = open
        .or_else(|| senders.gap.clone())
        .or_else(|| topology.vpc_routes_gap(far, matters))
        .or_else(|| topology.stray_routes(matters));
    open.map_or(Tri::Known(false), Tri::Unknown)
}

/// A way back by a transit gateway or an appliance is asymmetric and works. Internet and NAT gateways
/// do not lead to private addresses, and another peering connection leads to another VPC.
fn may_return(route: &Route, id: Id<Peering>) -> bool {
    match &route.target {
        RouteTarget::Peering(link) => link.may_be(id),
        RouteTarget::TransitGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => true,
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_) => false,
    }
}

fn words(topology: &Topology, peering: &Peering, one_way: &OneWay<'_>) -> Finding {
    let OneWay { near, far, routes } = one_way;
    let (near_name, far_name) = (topology.vpcs[*near].head.name(), topology.vpcs[*far].head.name());
    let name = peering.head.name();
    let tables: Vec<_> =
        topology.tables(*far).iter().map(|table| &topology.route_tables[*table].head).collect();
    let mut finding = Finding::at(&peering.head.origin, "used in one direction");
    for route in routes.iter().take(MOST_PLACES / 2) {
        finding = finding.also(&route.destination_origin, format!("`{near_name}` sends"));
    }
    for table in tables.iter().take(MOST_PLACES / 2) {
        finding = finding.also(&table.origin, format!("no route back to `{near_name}`"));
    }
    let names: Vec<String> = tables.iter().map(|table| table.name()).collect();
    finding
        .message(format!(
            "`{near_name}` sends to `{far_name}` over `{name}`, and no table of `{far_name}` leads back"
        ))
        .why("a peering connection needs routes in both VPCs; answers are dropped in the far one")
        .help(format!("add the way back to {}:\n{}", several(&names), block(topology, peering, *near, *far)))
}

/// The `aws_route` that is missing.
fn block(topology: &Topology, peering: &Peering, near: Id<Vpc>, far: Id<Vpc>) -> String {
    let ranges = topology.ranges(near);
    let Some((net, _)) = ranges.known().next() else { return String::new() };
    let net = net.to_string();
    let table =
        topology.tables(far).first().map(|table| &topology.route_tables[*table].head.origin);
    let Some(table) = table else { return String::new() };
    let table_id = reference(table, table).unwrap_or_default();
    let connection = reference(&peering.head.origin, table)
        .unwrap_or_else(|| format!("{}.id", peering.head.name()));
    resource(
        "aws_route",
        "back",
        &[
            ("route_table_id", Proposed::Reference(table_id)),
            ("destination_cidr_block", Proposed::Text(&net)),
            ("vpc_peering_connection_id", Proposed::Reference(connection)),
        ],
    )
}
