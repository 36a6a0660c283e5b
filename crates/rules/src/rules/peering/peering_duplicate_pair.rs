//! Two peering connections are asked for between the same two VPCs.
//!
//! ## Why
//!
//! Two VPCs have one peering connection at most. Asked for a second one in the same direction, AWS
//! answers with the first, so both resources hold one connection, and destroying either cuts it for
//! both.
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
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let pairs = pairs(cx.topology);
    let mut seen: Seen<'_, '_> = Seen::new();
    for (at, pair) in pairs.iter().enumerate() {
        let key = pair.sides.clone();
        let first = key.and_then(|key| seen.get(&key).copied());
        let open = may_repeat(cx.topology, pairs.get(..at).unwrap_or_default(), pair, false);
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
    Finding::at(&pair.peering.head.origin, "gets the same connection")
        .also(&first.peering.head.origin, "asks for it already")
        .message(format!("`{name}` and `{other}` both peer `{one}` with `{two}`"))
        .why("AWS gives both the one connection that two VPCs can have; destroying either cuts it for both")
        .help(format!(
            "keep `{other}`, use its id everywhere, and drop the second without destroying it: \
             `terraform state rm '{name}'`"
        ))
}
