//! A table leads to one range of the peer over a connection, and not to another one that sends over it as well.
//!
//! ## Why
//!
//! A route over a peering connection leads to the range that it names. Further ranges of the far VPC need routes of
//! their own; without them packets and answers for its subnets there take the default route, or are dropped.
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
//! resource "aws_vpc_ipv4_cidr_block_association" "b" {
//!   vpc_id     = aws_vpc.b.id
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id     = aws_vpc_ipv4_cidr_block_association.b.vpc_id
//!   cidr_block = "10.9.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.b.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "a" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//!
//! resource "aws_route" "b" {
//!   route_table_id            = aws_route_table.b.id
//!   destination_cidr_block    = aws_vpc.a.cidr_block
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
//! resource "aws_vpc_ipv4_cidr_block_association" "b" {
//!   vpc_id     = aws_vpc.b.id
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id     = aws_vpc_ipv4_cidr_block_association.b.vpc_id
//!   cidr_block = "10.9.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.b.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "a" {
//!   for_each = toset([aws_vpc.b.cidr_block, aws_vpc_ipv4_cidr_block_association.b.cidr_block])
//!
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = each.key
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//!
//! resource "aws_route" "b" {
//!   route_table_id            = aws_route_table.b.id
//!   destination_cidr_block    = aws_vpc.a.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Routes whose destination or table a plan does not spell out. Ranges of 100.64.0.0/10 and 198.19.0.0/16 are not asked
//! about (pods commonly stay behind their nodes' addresses), nor are ranges without a subnet that sends over the
//! connection, nor IPv6 where the near VPC has none. A table that leads to a part of the peer's range only does so on purpose.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{
    Id, Peering, RouteTable, RouteTarget, Topology, covered, overlap, same_family, touches,
};
use ipnet::IpNet;

use crate::over_peering::{Ends, Hop, hops, is_default};
use crate::place::{named_id, own_id};
use crate::propose::{Proposed, resource};
use crate::refused_peerings::Refused;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// What a table sends over a connection.
struct Sent<'t> {
    ends: Ends,
    hops: Vec<Hop<'t>>,
    nets: Vec<IpNet>,
    gap: Option<Cause>,
}

/// A range of the far VPC that has no route.
struct Left<'t> {
    net: IpNet,
    fact: &'t Fact<IpNet>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let refused = Refused::new(cx.topology);
    for ((table, id), sent) in sorted(cx.topology) {
        if refused.holds(cx.topology, &cx.topology.peerings[id]) {
            continue;
        }
        let Some(first) = sent.hops.first() else { continue };
        let answer = decide(cx.topology, table, &sent)
            .map(|left| left.map(|left| words(cx.topology, table, &sent, first, &left)));
        out.answer(&first.route.origin, answer);
    }
}

fn sorted(topology: &Topology) -> BTreeMap<(Id<RouteTable>, Id<Peering>), Sent<'_>> {
    let mut out: BTreeMap<_, Sent<'_>> = BTreeMap::new();
    for hop in hops(topology) {
        let (Some(table), Tri::Known(ends)) = (hop.route.table.here(), hop.ends(topology)) else {
            continue;
        };
        let (nets, gap) = hop.ranges(topology);
        let sent = out.entry((table, ends.peering)).or_insert_with(|| Sent {
            ends,
            hops: Vec::new(),
            nets: Vec::new(),
            gap: None,
        });
        sent.hops.push(hop);
        sent.nets.extend(nets);
        sent.gap = sent.gap.take().or(gap);
    }
    out
}

fn decide<'t>(
    topology: &'t Topology,
    table: Id<RouteTable>,
    sent: &Sent<'_>,
) -> Tri<Option<Left<'t>>> {
    let far = topology.ranges(sent.ends.far);
    // Who leads to a part of a range, or to none, has chosen.
    if !far.known().any(|(net, _)| covered(net, &sent.nets)) {
        return Tri::Known(None);
    }
    let near: Vec<IpNet> = topology.ranges(sent.ends.near).known().map(|(net, _)| net).collect();
    let mut open = None;
    for (net, fact) in far.known() {
        let wanted = near.iter().any(|own| same_family(*own, net)) && !is_for_pods(net);
        if !wanted || touches(&[net], &sent.nets) || touches(&[net], &near) {
            continue;
        }
        match (sends(topology, sent.ends, &near, net), other_way(topology, table, net)) {
            (Tri::Known(false) | Tri::Absent, _) | (_, Tri::Known(true)) => (),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => open = open.or(Some(cause)),
            (Tri::Known(true), Tri::Known(false) | Tri::Absent) => match &sent.gap {
                Some(cause) => open = open.or(Some(cause.clone())),
                None => return Tri::Known(Some(Left { net, fact })),
            },
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn is_for_pods(net: IpNet) -> bool {
    let within = |text: &str| text.parse::<IpNet>().is_ok_and(|it| it.contains(&net));
    within("100.64.0.0/10") || within("198.19.0.0/16")
}

/// Whether a subnet in `net` sends to the near VPC over the connection, so that it is meant to be answered.
fn sends(topology: &Topology, ends: Ends, near: &[IpNet], net: IpNet) -> Tri<bool> {
    let mut open = None;
    for id in topology.subnets_of_vpc.of(ends.far) {
        let it = &topology.subnets[*id];
        let mut ranges = [&it.range, &it.range_v6].into_iter().filter_map(|it| it.value.known());
        if !ranges.any(|range| net.contains(range)) {
            continue;
        }
        let table = match topology.table_of(*id) {
            Tri::Known(table) => table,
            Tri::Unknown(cause) => {
                open = open.or(Some(cause));
                continue;
            }
            Tri::Absent => continue,
        };
        for (_, route) in topology.routes(table) {
            if !touches(&topology.destination_ranges(&route.destination).0, near) {
                continue;
            }
            match topology.leads_over(route, ends.peering) {
                Tri::Known(true) => return Tri::Known(true),
                Tri::Unknown(cause) => open = open.or(Some(cause)),
                Tri::Known(false) | Tri::Absent => (),
            }
        }
    }
    open.map_or(Tri::Known(false), Tri::Unknown)
}

/// Whether the table leads to any of `net` by a route of another kind that is meant for it.
fn other_way(topology: &Topology, table: Id<RouteTable>, net: IpNet) -> Tri<bool> {
    let meant =
        |nets: &[IpNet]| nets.iter().any(|it| !is_default(*it) && overlap(*it, net).is_some());
    let mut open = None;
    for (route, doubt) in topology.perhaps_routes(table) {
        if route.target == RouteTarget::Local {
            continue;
        }
        let (nets, gap) = topology.destination_ranges(&route.destination);
        match doubt {
            None if meant(&nets) => return Tri::Known(true),
            Some(cause) if meant(&nets) => open = open.or(Some(cause.clone())),
            None | Some(_) => open = open.or(gap),
        }
    }
    let matters = |route: &groundplan_model::Route| {
        let (nets, gap) = topology.destination_ranges(&route.destination);
        gap.is_some() || meant(&nets)
    };
    let open = open.or_else(|| topology.table_open(table, matters));
    open.map_or(Tri::Known(false), Tri::Unknown)
}

fn words(
    topology: &Topology,
    table: Id<RouteTable>,
    sent: &Sent<'_>,
    first: &Hop<'_>,
    left: &Left<'_>,
) -> Finding {
    let head = &topology.route_tables[table].head;
    let peering = &topology.peerings[sent.ends.peering].head;
    let far = topology.vpcs[sent.ends.far].head.name();
    let net = left.net.to_string();
    let destination = match left.net {
        IpNet::V4(_) => "destination_cidr_block",
        IpNet::V6(_) => "destination_ipv6_cidr_block",
    };
    let connection = named_id(peering, &head.origin);
    let block = connection.map(|connection| {
        let arguments = [
            ("route_table_id", Proposed::Reference(own_id(&head.origin))),
            (destination, Proposed::Text(&net)),
            ("vpc_peering_connection_id", Proposed::Reference(connection)),
        ];
        resource("aws_route", "more", &arguments)
    });
    Finding::at(&first.route.destination_origin, format!("leads to a part of `{far}`"))
        .also(&left.fact.origin, "this range has no route")
        .also(&head.origin, "in this table")
        .message(format!(
            "`{}` leads to `{far}` over `{}`, but not to its range {net}, which sends over it",
            head.origin,
            peering.name()
        ))
        .why("packets and answers for the subnets there take the default route instead of the connection, or are dropped")
        .help(match block {
            Some(block) if !block.is_empty() => format!("add a route to {net}:\n{block}"),
            Some(_) | None => format!("add a route to {net} over `{}` to `{}`", peering.name(), head.origin),
        })
}
