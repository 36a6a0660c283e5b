//! The same two VPCs are peered once from each side.
//!
//! ## Why
//!
//! Two VPCs have one peering connection at most, whichever side asks for it. The second request fails
//! with `VpcPeeringConnectionAlreadyExists` when it is accepted. The other side accepts the first
//! request with an `aws_vpc_peering_connection_accepter`.
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
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "one" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_vpc_peering_connection" "two" {
//!   vpc_id      = aws_vpc.b.id
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
//! resource "aws_vpc_peering_connection" "one" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Connections whose VPCs a plan names only through a local value or an index that it does not spell
//! out.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_model::Topology;

use crate::pairs::{Pair, Seen, is_one, may_repeat, names, pairs};
use crate::place::reference;
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
    let pairs = pairs(cx.topology);
    let mut seen: Seen<'_, '_> = Seen::new();
    for (at, pair) in pairs.iter().enumerate() {
        let key = pair.sides.clone().map(|(one, two)| (two, one));
        let first = key.and_then(|key| seen.get(&key).copied());
        let open = may_repeat(cx.topology, pairs.get(..at).unwrap_or_default(), pair, true);
        let first = first.filter(|first| !is_one(first.peering, pair.peering));
        let perhaps = |it: &Pair<'_>| cx.topology.may_be_one(&it.peering.head, &pair.peering.head);
        let perhaps = first.and_then(perhaps);
        match (first.filter(|_| perhaps.is_none()), perhaps.or(open)) {
            (Some(first), _) => out.broken(words(cx.topology, pair, first)),
            (None, Some(cause)) => out.undetermined(&pair.peering.head.origin, cause),
            (None, None) => out.fine(),
        }
        if let Some(sides) = &pair.sides {
            seen.entry(sides.clone()).or_insert(pair);
        }
    }
}

fn words(topology: &Topology, pair: &Pair<'_>, first: &Pair<'_>) -> Finding {
    let (name, other) = (pair.peering.head.name(), first.peering.head.name());
    let (one, two) = names(topology, pair.peering);
    let place = &pair.peering.head.origin;
    let fix = match reference(&first.peering.head.origin, place) {
        Some(first) => {
            let accepter = resource(
                "aws_vpc_peering_connection_accepter",
                &place.address.name,
                &[
                    ("vpc_peering_connection_id", Proposed::Reference(first)),
                    ("auto_accept", Proposed::Flag(true)),
                ],
            );
            format!("replace `{name}` by a resource that accepts the first request:\n{accepter}")
        }
        None => format!(
            "replace `{name}` by an `aws_vpc_peering_connection_accepter` of `{other}`, whose id comes \
             through an input of the module"
        ),
    };
    Finding::at(&pair.peering.head.origin, "asks from the other side")
        .also(&first.peering.head.origin, "asks already")
        .message(format!(
            "`{name}` peers `{one}` with `{two}`, which `{other}` peers the other way round"
        ))
        .why("two VPCs can have one connection; AWS refuses the second when it is accepted")
        .help(fix)
}
