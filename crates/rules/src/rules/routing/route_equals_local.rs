//! A route has a range of its own VPC as destination, which the local route has already.
//!
//! ## Why
//!
//! Every route table has a local route for each range of its VPC. A second route for the same destination is
//! refused at apply; the local route itself can only be led to a network interface, a NAT gateway or a Gateway
//! Load Balancer endpoint. Mostly the ranges of two VPCs were swapped: each side needs the other's.
//!
//! Source: Amazon VPC User Guide, "Configure route tables"; Amazon EC2 API Reference, "`CreateRoute`".
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
//! A range of the VPC that is known only after apply, or a table whose VPC a plan does not spell out. Routes that
//! exist are not asked about: AWS has accepted them.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Route, RouteSource, Topology};

use crate::own_ranges::{
    Inward, Within, inward, is_to_overlapping_peer, may_replace_local, written,
};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for route in written(cx.topology) {
        let answer = decide(cx.topology, route)
            .map(|found| found.map(|inward| words(cx.topology, route, &inward)));
        out.answer(&route.origin, answer);
    }
}

fn decide<'t>(topology: &'t Topology, route: &Route) -> Tri<Option<Inward<'t>>> {
    if is_to_overlapping_peer(topology, route) {
        return Tri::Known(None);
    }
    // A block inside the table takes the local route over, and may lead it elsewhere.
    let taken_over = match route.source {
        RouteSource::Inline => may_replace_local(route),
        RouteSource::Standalone | RouteSource::Seen => Tri::Known(!route.action.creates()),
    };
    match (inward(topology, route, Within::Equal), taken_over) {
        (_, Tri::Known(true) | Tri::Absent) => Tri::Known(None),
        (Tri::Known(Some(_)), Tri::Unknown(cause)) => Tri::Unknown(cause),
        (found, Tri::Known(false) | Tri::Unknown(_)) => found,
    }
}

fn words(topology: &Topology, route: &Route, inward: &Inward<'_>) -> Finding {
    let (name, vpc) = (&route.origin.address, topology.vpcs[inward.vpc].head.name());
    Finding::at(&route.destination_origin, "the local route has this destination")
        .also(&inward.range.origin, format!("a range of `{vpc}`, whose table this is"))
        .message(format!("`{name}` leads to {}, a range of its own VPC `{vpc}`", inward.net))
        .why(
            "each route table has a local route for every range of its VPC, and AWS refuses another one with \
             the same destination at apply",
        )
        .help(format!(
            "give `{name}` the range that lies behind its target; packets to {} stay in `{vpc}` without a route",
            inward.net
        ))
}
