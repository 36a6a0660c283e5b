//! A peering connection with another account or Region has `auto_accept`.
//!
//! ## Why
//!
//! Only the account and Region that is asked can accept a request. With `peer_region` set, the
//! provider refuses `auto_accept` outright, even for the own Region; with another account, AWS refuses
//! it at apply. The other side accepts with an `aws_vpc_peering_connection_accepter`.
//!
//! Source: Amazon VPC Peering Guide, "Create a VPC peering connection"; provider page of
//! `aws_vpc_peering_connection`.
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = "vpc-0a1b2c3d4e5f60718"
//!   peer_region = "eu-central-1"
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
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = "vpc-0a1b2c3d4e5f60718"
//!   auto_accept = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A named account, where the configuration does not say which account is the own one.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::Peering;

use crate::place::own_id;
use crate::propose::{Proposed, resource};
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
        // On a connection that exists, the account and Region are what AWS says, not what is asked.
        if peering.head.action.creates() {
            let answer =
                decide(peering).map(|found| found.map(|(fact, what)| words(peering, fact, &what)));
            out.answer(&peering.head.origin, answer);
        }
    }
}

/// Where the other side is named, and what it is.
type Far<'p> = (&'p Fact<Box<str>>, String);

fn decide(peering: &Peering) -> Tri<Option<Far<'_>>> {
    let far = match (&peering.peer_region.value, &peering.peer_owner.value) {
        (Tri::Known(region), _) => {
            Tri::Known(Some((&peering.peer_region, format!("Region {region}"))))
        }
        (Tri::Unknown(cause), _) | (Tri::Absent, Tri::Unknown(cause)) => {
            Tri::Unknown(cause.clone())
        }
        (Tri::Absent, Tri::Absent) => return Tri::Known(None),
        (Tri::Absent, Tri::Known(peer)) => match &peering.head.account {
            Tri::Known(own) if own == peer => return Tri::Known(None),
            Tri::Known(_) => Tri::Known(Some((&peering.peer_owner, format!("account {peer}")))),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Absent => Tri::Absent,
        },
    };
    match &peering.auto_accept.value {
        Tri::Known(true) => far,
        Tri::Known(false) | Tri::Absent => Tri::Known(None),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

fn words(peering: &Peering, fact: &Fact<Box<str>>, what: &str) -> Finding {
    let name = peering.head.name();
    let block = resource(
        "aws_vpc_peering_connection_accepter",
        &peering.head.origin.address.name,
        &[
            ("vpc_peering_connection_id", Proposed::Reference(own_id(&peering.head.origin))),
            ("auto_accept", Proposed::Flag(true)),
        ],
    );
    Finding::at(&peering.auto_accept.origin, "accepts for the other side")
        .also(&fact.origin, "the other side")
        .message(format!("`{name}` names {what} and has `auto_accept`"))
        .why("only the side that is asked can accept, so the apply fails")
        .help(format!(
            "take `auto_accept` off `{name}` and accept with the provider of the other side:\n{block}"
        ))
}
