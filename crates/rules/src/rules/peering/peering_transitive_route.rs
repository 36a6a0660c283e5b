//! A route sends traffic for a third VPC over a peering connection that does not lead there.
//!
//! ## Why
//!
//! A peering connection joins two VPCs. Packets that come over it are delivered inside the far VPC or
//! dropped; they are never passed on to a VPC that the far one is peered with.
//!
//! Source: Amazon VPC Peering Guide, "VPC peering limitations" (transitive peering).
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
//! resource "aws_vpc" "c" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.c.cidr_block
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
//! resource "aws_vpc" "c" {
//!   cidr_block = "10.2.0.0/16"
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
//! A destination or range that is known only after apply, or a connection whose VPCs are not in the
//! input. A VPC that exists may have got a further range in a configuration that is not in the input
//! (`--complete` says that it has none).

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Id, Topology, Vpc, VpcRanges, touches};
use ipnet::IpNet;

use crate::over_peering::{Ends, Hop, hops, is_default};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let held = VpcRanges::new(cx.topology);
    for hop in hops(cx.topology) {
        let answer = decide(cx.topology, &held, &hop).map(|found| {
            found.map(|(ends, net, third)| words(cx.topology, &hop, ends, net, third))
        });
        out.answer(&hop.route.origin, answer);
    }
}

type Found = Option<(Ends, IpNet, Id<Vpc>)>;

fn decide(topology: &Topology, held: &VpcRanges, hop: &Hop<'_>) -> Tri<Found> {
    let ends = match hop.ends(topology) {
        Tri::Known(ends) => ends,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let far = topology.ranges(ends.far);
    let (nets, mut open) = hop.ranges(topology);
    for net in nets {
        // A summary that holds the far VPC too works for that part: `peering-route-wider-than-peer`.
        if is_default(net) || touches(&[net], &far.known_like(net)) {
            continue;
        }
        let Some(third) = held.third(topology, net, [ends.near, ends.far]) else { continue };
        let unseen = || topology.unseen_range(ends.far, net, hop.route.stack());
        match topology.range_gap(ends.far, net).or_else(unseen) {
            Some(cause) => open = open.or(Some(cause)),
            None => return Tri::Known(Some((ends, net, third))),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn words(topology: &Topology, hop: &Hop<'_>, ends: Ends, net: IpNet, third: Id<Vpc>) -> Finding {
    let name = |vpc: Id<Vpc>| topology.vpcs[vpc].head.name();
    let (near, far, third_name) = (name(ends.near), name(ends.far), name(third));
    let peering = &topology.peerings[ends.peering];
    Finding::at(&hop.route.destination_origin, format!("is in `{third_name}`"))
        .also(&peering.head.origin, format!("leads to `{far}` and no further"))
        .also(&topology.vpcs[third].head.origin, "cannot be reached through it")
        .message(format!(
            "`{}` sends {net} of `{third_name}` over `{}`, which ends in `{far}`",
            hop.route.origin.address,
            peering.head.name()
        ))
        .why("peering is not transitive: a VPC does not pass packets of one peer on to another")
        .help(format!(
            "peer `{near}` with `{third_name}` directly and route {net} over that connection in both \
             VPCs, or attach all three to a transit gateway; else remove the route"
        ))
}
