//! Nothing accepts a peering request: neither `auto_accept` nor an accepter with it.
//!
//! ## Why
//!
//! A peering connection carries nothing until its request is accepted, and the request expires after
//! seven days. `auto_accept` on the connection accepts it within one account and Region; else an
//! `aws_vpc_peering_connection_accepter` does, and only with `auto_accept = true`: without it, that
//! resource takes the connection over and accepts nothing.
//!
//! Source: Amazon VPC Peering Guide, "VPC peering connection lifecycle".
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
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
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
//! A request to another account whose accepter is not in the input.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Peering, PeeringAccepter, Topology};

use crate::place::own_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, peering) in cx.topology.peerings.iter() {
        let answer = decide(cx.topology, id, peering)
            .map(|lost| lost.then(|| words(peering, accepter(cx.topology, id))));
        out.answer(&peering.head.origin, answer);
    }
}

fn decide(topology: &Topology, id: Id<Peering>, peering: &Peering) -> Tri<bool> {
    if peering.status.known().is_some_and(|status| &**status == "active") {
        return Tri::Known(false);
    }
    let accepters = topology.accepters_of_peering.of(id);
    let flags = accepters.iter().map(|id| &topology.peering_accepters[*id].auto_accept.value);
    let flags: Vec<&Tri<bool>> = flags.chain([&peering.auto_accept.value]).collect();
    if flags.iter().any(|flag| **flag == Tri::Known(true)) {
        return Tri::Known(false);
    }
    for flag in flags {
        if let Tri::Unknown(cause) = flag {
            return Tri::Unknown(cause.clone());
        }
    }
    let open = topology.container_open(&peering.head);
    if let Some(cause) = open.or_else(|| topology.accepters_of_peering.open(id).cloned()) {
        return Tri::Unknown(cause);
    }
    // The accepter of this input is the accepter, whichever account it is in.
    if !accepters.is_empty() || is_judged(topology, peering) {
        return Tri::Known(true);
    }
    match (&peering.peer_owner.value, &peering.head.account) {
        (Tri::Absent, _) => Tri::Known(true),
        (Tri::Known(peer), Tri::Known(own)) if peer == own => Tri::Known(true),
        (Tri::Known(peer), Tri::Known(_)) => {
            Tri::Unknown(Cause::NotInInput(format!("the accepter in account {peer}").into()))
        }
        (Tri::Unknown(cause), _) | (Tri::Known(_), Tri::Unknown(cause)) => {
            Tri::Unknown(cause.clone())
        }
        (Tri::Known(_), Tri::Absent) => Tri::Absent,
    }
}

/// Whether the accepter would be seen: the side that is asked is in the input, and the input is all that
/// there is.
fn is_judged(topology: &Topology, peering: &Peering) -> bool {
    let seen = |vpc| !topology.is_only_seen(&topology.vpcs[vpc].head);
    topology.closed && peering.accepter.here().is_some_and(seen)
}

fn accepter(topology: &Topology, id: Id<Peering>) -> Option<&PeeringAccepter> {
    topology.accepters_of_peering.of(id).first().map(|id| &topology.peering_accepters[*id])
}

fn words(peering: &Peering, accepter: Option<&PeeringAccepter>) -> Finding {
    let name = peering.head.name();
    let refuses = accepter.is_none() && peering.auto_accept.value == Tri::Known(false);
    let place = if refuses { &peering.auto_accept.origin } else { &peering.head.origin };
    let mut finding = Finding::at(place, "asks, and is not accepted");
    if let Some(accepter) = accepter {
        finding = finding.also(&accepter.head.origin, "takes it over without accepting it");
    } else {
        finding = finding.also(&peering.accepter_origin, "the VPC that is asked");
    }
    let fix = match accepter {
        Some(accepter) => format!("set `auto_accept = true` on `{}`", accepter.head.name()),
        None if peering.peer_region.value == Tri::Absent => {
            format!("set `auto_accept = true` on `{name}`")
        }
        None => {
            let block = resource(
                "aws_vpc_peering_connection_accepter",
                &peering.head.origin.address.name,
                &[
                    (
                        "vpc_peering_connection_id",
                        Proposed::Reference(own_id(&peering.head.origin)),
                    ),
                    ("auto_accept", Proposed::Flag(true)),
                ],
            );
            format!("accept it with the provider of the other side:\n{block}")
        }
    };
    finding
        .message(format!("nothing accepts the request of `{name}`"))
        .why("until it is accepted the connection carries nothing, and after seven days the request is gone")
        .help(fix)
}
