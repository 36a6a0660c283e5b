//! Many VPCs are joined with each other by peering, where a transit gateway would do.
//!
//! ## Why
//!
//! A mesh of peering connections grows with the square of the VPCs: eight need 28 connections, and 56 routes before
//! any VPC has a second route table. Each further VPC needs a connection and routes in every other one, and a VPC has
//! at most 125 connections. A transit gateway needs one attachment for each. The limits of six VPCs and 60 percent
//! of all pairs are groundplan's own.
//!
//! Source: AWS whitepaper "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure", "VPC to VPC
//! connectivity"; Amazon VPC User Guide, "Amazon VPC quotas".
//!
//! ## Flagged
//!
//! Six VPCs with nine connections.
//!
//! ```hcl,flagged
//! resource "aws_vpc" "v0" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "v1" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpc" "v2" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_vpc" "v3" {
//!   cidr_block = "10.3.0.0/16"
//! }
//!
//! resource "aws_vpc" "v4" {
//!   cidr_block = "10.4.0.0/16"
//! }
//!
//! resource "aws_vpc" "v5" {
//!   cidr_block = "10.5.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "v0_v1" {
//!   vpc_id      = aws_vpc.v0.id
//!   peer_vpc_id = aws_vpc.v1.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "v0_v2" {
//!   vpc_id      = aws_vpc.v0.id
//!   peer_vpc_id = aws_vpc.v2.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "v0_v4" {
//!   vpc_id      = aws_vpc.v0.id
//!   peer_vpc_id = aws_vpc.v4.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "v1_v2" {
//!   vpc_id      = aws_vpc.v1.id
//!   peer_vpc_id = aws_vpc.v2.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "v1_v3" {
//!   vpc_id      = aws_vpc.v1.id
//!   peer_vpc_id = aws_vpc.v3.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "v2_v5" {
//!   vpc_id      = aws_vpc.v2.id
//!   peer_vpc_id = aws_vpc.v5.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "v3_v4" {
//!   vpc_id      = aws_vpc.v3.id
//!   peer_vpc_id = aws_vpc.v4.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "v3_v5" {
//!   vpc_id      = aws_vpc.v3.id
//!   peer_vpc_id = aws_vpc.v5.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_peering_connection" "v4_v5" {
//!   vpc_id      = aws_vpc.v4.id
//!   peer_vpc_id = aws_vpc.v5.id
//!   auto_accept = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "hub" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "spoke" {
//!   count      = 6
//!   cidr_block = "10.${count.index + 1}.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "spoke" {
//!   count       = 6
//!   vpc_id      = aws_vpc.hub.id
//!   peer_vpc_id = aws_vpc.spoke[count.index].id
//!   auto_accept = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Connections of which a side is not told, where they would make a mesh of the others.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Cause;
use groundplan_model::{Management, Peering};

use crate::mesh::{Group, groups, not_apart};
use crate::pairs::pairs;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The fewest VPCs of a mesh; not a figure of AWS.
const MANY: usize = 6;

/// Whether at least 60 percent of all pairs are joined.
fn is_mesh(group: &Group<'_>) -> bool {
    is_dense(group.vpcs.len(), group.joined.len())
}

fn is_dense(vpcs: usize, joined: usize) -> bool {
    vpcs >= MANY && joined.saturating_mul(10) >= vpcs.saturating_mul(vpcs - 1).saturating_mul(3)
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let pairs = pairs(cx.topology);
    let (told, vague): (Vec<_>, Vec<_>) = pairs.iter().partition(|it| it.sides.is_some());
    let mut found = false;
    for group in groups(&told) {
        let Some(first) = group.first else { continue };
        if !is_mesh(&group) || first.head.management == Management::Observed {
            out.fine();
            continue;
        }
        found = true;
        match not_apart(cx.topology, &group) {
            Some(cause) => out.undetermined(&first.head.origin, cause),
            None => out.broken(words(first, &group)),
        }
    }
    // Connections without a known side make a mesh only of enough VPCs.
    let all: usize = told.len() + vague.len();
    if let (Some(first), false, true) = (vague.first(), found, is_dense(MANY, all)) {
        let name = first.peering.head.name();
        out.undetermined(&first.peering.head.origin, Cause::UnplacedMember(name.into()));
    }
}

fn words(first: &Peering, group: &Group<'_>) -> Finding {
    let (vpcs, joined) = (group.vpcs.len(), group.joined.len());
    Finding::at(&first.head.origin, format!("one of {joined} connections"))
        .message(format!("{vpcs} VPCs are joined with each other by {joined} peering connections"))
        .why(
            "each further VPC needs a connection with every other one and routes in all of their tables; a transit \
             gateway needs one attachment and one route",
        )
        .help(format!(
            "attach the {vpcs} VPCs to a transit gateway, and keep peering for the pairs with the most traffic"
        ))
}
