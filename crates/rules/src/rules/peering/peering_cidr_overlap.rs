//! The two VPCs of a peering connection have overlapping address ranges.
//!
//! ## Why
//!
//! AWS does not peer VPCs with matching or overlapping IPv4 or IPv6 blocks, and it does not matter
//! which blocks are used: one pair that overlaps is enough, a secondary one too. The request ends in
//! the state `failed`, and only the apply tells.
//!
//! Source: Amazon VPC Peering Guide, "VPC peering limitations".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.0.128.0/20"
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
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
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range that an address pool (IPAM) hands out is known only after apply, and the ranges of a VPC
//! that is only named by its id are not in the input.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::{Peering, Topology, overlap};
use ipnet::IpNet;

use crate::pairs::names;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Two ranges that overlap, with their places.
struct Clash<'t> {
    requester: &'t Fact<IpNet>,
    accepter: &'t Fact<IpNet>,
    common: IpNet,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, peering) in cx.topology.peerings.iter() {
        let answer = decide(cx.topology, peering)
            .map(|found| found.map(|clash| words(cx.topology, peering, &clash)));
        out.answer(&peering.head.origin, answer);
    }
}

fn decide<'t>(topology: &'t Topology, peering: &Peering) -> Tri<Option<Clash<'t>>> {
    // A VPC that is peered with itself is the business of `self-peering`.
    if peering.requester.proven().is_some() && peering.requester == peering.accepter {
        return Tri::Known(None);
    }
    let sides = (topology.ranges_of(&peering.requester), topology.ranges_of(&peering.accepter));
    let (ours, theirs) = match sides {
        (Tri::Known(ours), Tri::Known(theirs)) => (ours, theirs),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => return Tri::Unknown(cause),
        (Tri::Absent, _) | (_, Tri::Absent) => return Tri::Absent,
    };
    for (net, requester) in ours.known() {
        for (other, accepter) in theirs.known() {
            if let Some(common) = overlap(net, other) {
                return Tri::Known(Some(Clash { requester, accepter, common }));
            }
        }
    }
    match ours.gap().or(theirs.gap()) {
        Some(cause) => Tri::Unknown(cause.clone()),
        None => Tri::Known(None),
    }
}

fn words(topology: &Topology, peering: &Peering, clash: &Clash<'_>) -> Finding {
    let (one, two) = names(topology, peering);
    let place = &peering.head.origin;
    Finding::at(place, "this request ends in the state `failed`")
        .also(&clash.requester.origin, "the requester's range")
        .also(&clash.accepter.origin, "the accepter's range")
        .message(format!(
            "`{}` peers `{one}` and `{two}`, which both hold {}",
            peering.head.name(),
            clash.common
        ))
        .why("AWS does not peer VPCs with overlapping ranges, used or not, and says so only at apply")
        .help(format!(
            "give one of the two VPCs a range apart from {}, or connect them by a private NAT \
             gateway or PrivateLink, which do not route the ranges",
            clash.common
        ))
}
