//! Two VPCs use a peering connection in one direction and a transit gateway in the other.
//!
//! ## Why
//!
//! A peering connection inside of a Region carries packets of 9001 bytes, a transit gateway 8500. With a different
//! way in each direction both sides agree on a size that one of the ways drops, and firewalls that keep states see
//! half of each flow. AWS advises to change both VPCs at the same time.
//!
//! Source: AWS Transit Gateway Guide, "Quotas for your transit gateways" (MTU).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_vpc_peering_connection" "app_data" {
//!   vpc_id      = aws_vpc.app.id
//!   peer_vpc_id = aws_vpc.data.id
//!   auto_accept = true
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_route" "to_data" {
//!   route_table_id            = aws_route_table.app.id
//!   destination_cidr_block    = "10.1.0.0/16"
//!   vpc_peering_connection_id = aws_vpc_peering_connection.app_data.id
//! }
//!
//! resource "aws_route_table" "data" {
//!   vpc_id = aws_vpc.data.id
//! }
//!
//! resource "aws_route_table_association" "data" {
//!   subnet_id      = aws_subnet.data.id
//!   route_table_id = aws_route_table.data.id
//! }
//!
//! resource "aws_route" "to_app" {
//!   route_table_id         = aws_route_table.data.id
//!   destination_cidr_block = "10.0.0.0/16"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "app_data" {
//!   vpc_id      = aws_vpc.app.id
//!   peer_vpc_id = aws_vpc.data.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "to_data" {
//!   route_table_id            = aws_route_table.app.id
//!   destination_cidr_block    = "10.1.0.0/16"
//!   vpc_peering_connection_id = aws_vpc_peering_connection.app_data.id
//! }
//!
//! resource "aws_route_table" "data" {
//!   vpc_id = aws_vpc.data.id
//! }
//!
//! resource "aws_route" "to_app" {
//!   route_table_id            = aws_route_table.data.id
//!   destination_cidr_block    = "10.0.0.0/16"
//!   vpc_peering_connection_id = aws_vpc_peering_connection.app_data.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Route tables to which other configurations may add routes, and subnets whose range or table is not told.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, Id, Link, Peering, Proven, Route, RouteTable, Subnet, Topology, Vpc,
};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The two ways between two subnets.
struct Ways<'t> {
    forth: &'t Route,
    back: &'t Route,
}

/// By VPC: its tables with the subnets that use them.
type Users<'t> = BTreeMap<Id<Vpc>, BTreeMap<Id<RouteTable>, Vec<&'t Subnet>>>;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    if topology.transit_gateways.is_empty() && topology.attachments.is_empty() {
        return;
    }
    let attached = attached(topology);
    let users = users(topology);
    for (_, peering) in topology.peerings.iter() {
        let (Link::Here(one), Link::Here(two)) = (&peering.requester, &peering.accepter) else {
            continue;
        };
        let both = [one, two].map(|id| attached.get(id));
        let [Some(first), Some(second)] = both else { continue };
        if !first.iter().any(|it| second.contains(it)) || one == two {
            continue;
        }
        let there = decide(topology, &users, (*one, *two));
        let answer = match there {
            Tri::Known(Some(_)) => there,
            Tri::Known(None) | Tri::Absent => decide(topology, &users, (*two, *one)),
            Tri::Unknown(cause) => match decide(topology, &users, (*two, *one)) {
                found @ Tri::Known(Some(_)) => found,
                Tri::Known(None) | Tri::Unknown(_) | Tri::Absent => Tri::Unknown(cause),
            },
        };
        out.answer(&peering.head.origin, answer.map(|it| it.map(|ways| words(peering, &ways))));
    }
}

/// The gateways that each VPC is attached to.
fn attached(
    topology: &Topology,
) -> BTreeMap<Id<Vpc>, Vec<Proven<groundplan_model::TransitGateway>>> {
    let mut out: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (_, it) in topology.attachments.iter() {
        if let (AttachmentKind::Vpc { vpc: Link::Here(vpc), .. }, Some(gateway)) =
            (&it.kind, it.gateway.proven())
        {
            out.entry(*vpc).or_default().push(gateway);
        }
    }
    out
}

fn users(topology: &Topology) -> Users<'_> {
    let mut out: Users<'_> = BTreeMap::new();
    for (id, subnet) in topology.subnets.iter() {
        if let (Link::Here(vpc), Tri::Known(table)) = (&subnet.vpc, topology.table_of(id)) {
            out.entry(*vpc).or_default().entry(table).or_default().push(subnet);
        }
    }
    out
}

/// Two subnets of which the first reaches the second by peering, and the second the first by a gateway.
fn decide<'t>(
    topology: &'t Topology,
    users: &Users<'t>,
    (near, far): (Id<Vpc>, Id<Vpc>),
) -> Tri<Option<Ways<'t>>> {
    let (Some(own), Some(others)) = (users.get(&near), users.get(&far)) else {
        return Tri::Known(None);
    };
    let mut doubt = None;
    for (table, subnets) in own {
        if !topology.routes(*table).any(|(_, route)| route.peering().is_some()) {
            continue;
        }
        for (back_table, back_subnets) in others {
            if !topology.routes(*back_table).any(|(_, it)| it.transit_gateway().is_some()) {
                continue;
            }
            let forth = wins(topology, *table, back_subnets);
            let back = wins(topology, *back_table, subnets);
            let forth = forth.filter(|it| leads_between(topology, it, near, far));
            let back = back.filter(|it| it.transit_gateway().is_some());
            let (Some(forth), Some(back)) = (forth, back) else { continue };
            let open =
                |table| topology.table_open(table, |_| true).or_else(|| learns(topology, table));
            match open(*table).or_else(|| open(*back_table)) {
                None => return Tri::Known(Some(Ways { forth, back })),
                Some(cause) => doubt = doubt.or(Some(cause)),
            }
        }
    }
    doubt.map_or(Tri::Known(None), Tri::Unknown)
}

/// The route of a table that takes everything to one of these subnets.
fn wins<'t>(topology: &'t Topology, table: Id<RouteTable>, to: &[&Subnet]) -> Option<&'t Route> {
    to.iter().find_map(|subnet| {
        let net: IpNet = subnet.range.value.known()?.trunc();
        let mut best: Option<(u8, &Route)> = None;
        for (_, route) in topology.routes(table) {
            let (ranges, gap) = topology.destination_ranges(&route.destination);
            // What is not told of a route may take a part.
            if gap.is_some() || ranges.iter().any(|it| net.contains(it) && *it != net) {
                return None;
            }
            for range in ranges.iter().filter(|it| it.contains(&net)) {
                if best.is_none_or(|(length, _)| range.prefix_len() > length) {
                    best = Some((range.prefix_len(), route));
                }
            }
        }
        best.map(|(_, route)| route)
    })
}

/// Why a table may hold routes that a virtual private gateway brings.
fn learns(topology: &Topology, table: Id<RouteTable>) -> Option<Cause> {
    let it = &topology.route_tables[table];
    let none = match &it.propagating {
        Tri::Known(members) => members.here.is_empty() && members.elsewhere.is_empty(),
        Tri::Absent => true,
        Tri::Unknown(_) => false,
    };
    let none = none && topology.propagations_of_table.of(table).is_empty();
    let what = || Cause::NotInInput(format!("what is propagated into {}", it.head.origin).into());
    (!none).then(what)
}

/// Whether a route leads over a connection between these two VPCs.
fn leads_between(topology: &Topology, route: &Route, near: Id<Vpc>, far: Id<Vpc>) -> bool {
    route.peering().is_some_and(|id| topology.far_side(id, near) == Tri::Known(far))
}

fn words(peering: &Peering, ways: &Ways<'_>) -> Finding {
    let name = peering.head.name();
    let (forth, back) =
        (ways.forth.origin.address.to_string(), ways.back.origin.address.to_string());
    Finding::at(&peering.head.origin, "carries one direction only")
        .also(&ways.forth.origin, "goes over the peering connection")
        .also(&ways.back.origin, "comes back over a transit gateway")
        .message(format!("`{forth}` leads over `{name}`, and the answers take a transit gateway by `{back}`"))
        .why(
            "peering carries larger packets than a transit gateway, which drops them, and firewalls that keep states \
             see half of each flow",
        )
        .help(format!("let `{back}` lead over `{name}` as well, or move both directions to the transit gateway"))
}
