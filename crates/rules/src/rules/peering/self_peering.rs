//! A peering connection names the same VPC on both sides.
//!
//! ## Why
//!
//! A peering connection joins two VPCs. AWS refuses one whose two sides overlap, and a VPC overlaps
//! itself. Mostly an input of a module was passed twice.
//!
//! Source: Amazon VPC Peering Guide, "How VPC peering connections work".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "aa" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.a.id
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
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A side that a plan names only through a local value or an index that it does not spell out.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_model::Peering;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, peering) in cx.topology.peerings.iter() {
        let link = &peering.requester;
        let vpc = match link.here() {
            Some(id) => cx.topology.vpcs[id].head.name(),
            None => cx.topology.vpc_key(link).known().map(ToString::to_string).unwrap_or_default(),
        };
        let same = cx.topology.same_vpc(&peering.requester, &peering.accepter);
        out.answer(&peering.head.origin, same.map(|same| same.then(|| words(peering, &vpc))));
    }
}

fn words(peering: &Peering, vpc: &str) -> Finding {
    let name = peering.head.name();
    Finding::at(&peering.accepter_origin, "is asked, and is the same VPC")
        .also(&peering.requester_origin, "asks")
        .message(format!("`{name}` peers `{vpc}` with itself"))
        .why("a peering connection joins two VPCs with ranges apart; AWS refuses this one at apply")
        .help(format!("name the other VPC in `peer_vpc_id` of `{name}`, or remove the connection"))
}
