//! A default route leads over a peering connection.
//!
//! ## Why
//!
//! A VPC cannot use the internet gateway or NAT gateway of the VPC that it is peered with. Of a default
//! route over a peering connection only the packets to the far VPC itself arrive; the rest is dropped.
//!
//! Source: Amazon VPC Peering Guide, "VPC peering limitations" (edge to edge routing through a gateway).
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
//!   destination_cidr_block    = "0.0.0.0/0"
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
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A destination that is known only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::Topology;
use ipnet::IpNet;

use crate::over_peering::{Hop, hops, is_default};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for hop in hops(cx.topology) {
        let (nets, open) = hop.ranges(cx.topology);
        let answer = match (nets.into_iter().find(|net| is_default(*net)), open) {
            (Some(net), _) => Tri::Known(Some(words(cx.topology, &hop, net))),
            (None, Some(cause)) => Tri::Unknown(cause),
            (None, None) => Tri::Known(None),
        };
        out.answer(&hop.route.origin, answer);
    }
}

fn words(topology: &Topology, hop: &Hop<'_>, net: IpNet) -> Finding {
    let peering = hop.link.here().map(|id| &topology.peerings[id].head);
    let name = peering.map_or_else(
        || hop.route.target_id.as_deref().unwrap_or("a peering connection").to_owned(),
        groundplan_model::Head::name,
    );
    let far = match hop.ends(topology) {
        Tri::Known(ends) => topology.ranges(ends.far).text(),
        Tri::Unknown(_) | Tri::Absent => String::new(),
    };
    let fix = if far.is_empty() {
        format!("route only the ranges of the far VPC over `{name}`")
    } else {
        format!("route only {far} over `{name}`")
    };
    let mut finding = Finding::at(&hop.route.destination_origin, "everything")
        .also(&hop.route.target_origin, "carries only what is inside the far VPC");
    if let Some(head) = peering {
        finding = finding.also(&head.origin, "the connection");
    }
    finding
        .message(format!("`{}` sends {net} over the peering connection `{name}`", hop.route.origin.address))
        .why(
            "a VPC cannot use the internet gateway or NAT gateway of a peer: what is not addressed to \
             the far VPC is dropped",
        )
        .help(format!("{fix}, and give this VPC its own way out or a central one over a transit gateway"))
}
