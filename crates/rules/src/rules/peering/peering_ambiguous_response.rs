//! A hub is peered with VPCs whose ranges overlap, and its answers to one of them go to the other.
//!
//! ## Why
//!
//! A VPC may be peered with two others whose ranges overlap, and its route tables decide by the destination alone. AWS
//! does not look where a packet came from: what the one peer sends arrives, and the answer goes to whichever peer the
//! table of the subnet names for that address. Connections hang, and strangers get the answers.
//!
//! Source: Amazon VPC Peering Guide, "VPC peering configurations with specific routes".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "hub" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "hub" {
//!   vpc_id     = aws_vpc.hub.id
//!   cidr_block = "10.9.1.0/24"
//! }
//!
//! resource "aws_route_table" "hub" {
//!   vpc_id = aws_vpc.hub.id
//! }
//!
//! resource "aws_route_table_association" "hub" {
//!   subnet_id      = aws_subnet.hub.id
//!   route_table_id = aws_route_table.hub.id
//! }
//!
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id     = aws_vpc.b.id
//!   cidr_block = "10.0.1.0/24"
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
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.b.id
//! }
//!
//! resource "aws_vpc_peering_connection" "hub_a" {
//!   vpc_id      = aws_vpc.hub.id
//!   peer_vpc_id = aws_vpc.a.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "hub_b" {
//!   vpc_id      = aws_vpc.hub.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "hub_a" {
//!   route_table_id            = aws_route_table.hub.id
//!   destination_cidr_block    = "10.0.0.0/16"
//!   vpc_peering_connection_id = aws_vpc_peering_connection.hub_a.id
//! }
//!
//! resource "aws_route" "a_hub" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.hub.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.hub_a.id
//! }
//!
//! resource "aws_route" "b_hub" {
//!   route_table_id            = aws_route_table.b.id
//!   destination_cidr_block    = aws_vpc.hub.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.hub_b.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "hub" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_route_table" "hub" {
//!   vpc_id = aws_vpc.hub.id
//! }
//!
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
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_vpc_peering_connection" "hub_a" {
//!   vpc_id      = aws_vpc.hub.id
//!   peer_vpc_id = aws_vpc.a.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "hub_b" {
//!   vpc_id      = aws_vpc.hub.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "hub_a" {
//!   route_table_id            = aws_route_table.hub.id
//!   destination_cidr_block    = "10.0.0.0/16"
//!   vpc_peering_connection_id = aws_vpc_peering_connection.hub_a.id
//! }
//!
//! resource "aws_route" "hub_b" {
//!   route_table_id            = aws_route_table.hub.id
//!   destination_cidr_block    = "10.1.0.0/16"
//!   vpc_peering_connection_id = aws_vpc_peering_connection.hub_b.id
//! }
//!
//! resource "aws_route" "a_hub" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.hub.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.hub_a.id
//! }
//!
//! resource "aws_route" "b_hub" {
//!   route_table_id            = aws_route_table.b.id
//!   destination_cidr_block    = aws_vpc.hub.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.hub_b.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Subnets whose table is not told, and tables of the hub that may hold routes which are not seen. Only subnets of the
//! input are judged.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Id, Peering, Topology};

use crate::ambiguous::{Astray, lost};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, answer) in lost(cx.topology) {
        let origin = &cx.topology.peerings[id].head.origin;
        match answer {
            Tri::Known(Some(astray)) => out.broken(words(cx.topology, id, &astray)),
            Tri::Known(None) | Tri::Absent => out.fine(),
            Tri::Unknown(cause) => out.undetermined(origin, cause),
        }
    }
}

fn words(topology: &Topology, id: Id<Peering>, astray: &Astray<'_>) -> Finding {
    let Astray { hub, at, from, request, answer, other } = astray;
    let subnet = |id| &topology.subnets[id];
    let (at, from) = (subnet(*at), subnet(*from));
    let range = from.range.value.known().map(ToString::to_string).unwrap_or_default();
    let name = |id: Id<Peering>| topology.peerings[id].head.name();
    let hub = topology.vpcs[*hub].head.name();
    Finding::at(&answer.destination_origin, format!("answers for {range} go over `{}`", name(*other)))
        .also(&request.destination_origin, format!("`{}` sends over `{}`", from.head.name(), name(id)))
        .also(&from.range.origin, "the addresses that are asked from")
        .also(&at.head.origin, "where the packets arrive")
        .also(&topology.peerings[id].head.origin, "no answer comes back over this connection")
        .message(format!(
            "`{}` ({range}) reaches `{hub}` over `{}`, and `{}` answers over `{}`, to another VPC with these addresses",
            from.head.name(),
            name(id),
            at.head.name(),
            name(*other)
        ))
        .why(
            "a route table goes by the destination alone and AWS does not check where a packet came from; the answers \
             go to the wrong VPC",
        )
        .help(format!(
            "lead {range} over `{}` in the table of the subnets that are to answer, with a route longer than the \
             other's, or give these subnets a table of their own; narrow the route of `{}` to those subnets",
            name(id),
            request.origin
        ))
}
