//! A second peering of the same two transit gateways, or a peering of a transit gateway with itself.
//!
//! ## Why
//!
//! Two transit gateways have at most one peering attachment, whichever of them asks for it, and a
//! gateway is not peered with itself. Usually both sides create the peering, although the other side
//! only has to accept it.
//!
//! Source: Amazon VPC Transit Gateways, "Quotas".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias  = "frankfurt"
//!   region = "eu-central-1"
//! }
//!
//! resource "aws_ec2_transit_gateway" "ireland" {}
//!
//! resource "aws_ec2_transit_gateway" "frankfurt" {
//!   provider = aws.frankfurt
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "to_frankfurt" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.ireland.id
//!   peer_transit_gateway_id = aws_ec2_transit_gateway.frankfurt.id
//!   peer_region             = "eu-central-1"
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "to_ireland" {
//!   provider                = aws.frankfurt
//!   transit_gateway_id      = aws_ec2_transit_gateway.frankfurt.id
//!   peer_transit_gateway_id = aws_ec2_transit_gateway.ireland.id
//!   peer_region             = "eu-west-1"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! provider "aws" {
//!   alias  = "frankfurt"
//!   region = "eu-central-1"
//! }
//!
//! resource "aws_ec2_transit_gateway" "ireland" {}
//!
//! resource "aws_ec2_transit_gateway" "frankfurt" {
//!   provider = aws.frankfurt
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "to_frankfurt" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.ireland.id
//!   peer_transit_gateway_id = aws_ec2_transit_gateway.frankfurt.id
//!   peer_region             = "eu-central-1"
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment_accepter" "to_frankfurt" {
//!   provider                      = aws.frankfurt
//!   transit_gateway_attachment_id = aws_ec2_transit_gateway_peering_attachment.to_frankfurt.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Peerings of which one gateway cannot be followed. What AWS has already is not asked about.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Management, Proven, Topology, TransitGateway,
};

use crate::gateways::{is_vague, same_gateway};
use crate::place::gateway_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The two gateways of a peering, in an order that does not depend on who asks.
type Pair = (Proven<TransitGateway>, Proven<TransitGateway>);

/// What is wrong with a peering.
enum Fault {
    Itself,
    Second(Id<Attachment>),
}

/// The peerings that count.
#[derive(Default)]
struct Peerings {
    proven: BTreeMap<Pair, Vec<Id<Attachment>>>,
    vague: Vec<Id<Attachment>>,
    all: Vec<Id<Attachment>>,
}

/// The states in which a peering is no longer there.
const OVER: &[&str] = &["deleted", "deleting", "failed", "rejected"];

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut peerings = Peerings::default();
    for (id, attachment) in topology.attachments.iter() {
        let Some((one, two)) = sides(attachment) else { continue };
        peerings.all.push(id);
        if let Some(pair) = pair(one, two) {
            peerings.proven.entry(pair).or_default().push(id);
        }
        if is_vague(topology, one) || is_vague(topology, two) {
            peerings.vague.push(id);
        }
    }
    for id in &peerings.all {
        let attachment = &topology.attachments[*id];
        if attachment.head.management != Management::Created {
            continue;
        }
        let answer = decide(topology, &peerings, *id);
        let answer = answer.map(|found| found.map(|fault| words(topology, attachment, &fault)));
        out.answer(&attachment.head.origin, answer);
    }
}

/// The gateways of a peering that is there.
fn sides(attachment: &Attachment) -> Option<(&Link<TransitGateway>, &Link<TransitGateway>)> {
    match &attachment.kind {
        AttachmentKind::Peering { peer, state, .. } => {
            let over = state.known().is_some_and(|it| OVER.contains(&&**it));
            (!over).then_some((&attachment.gateway, peer))
        }
        AttachmentKind::Vpc { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => None,
    }
}

fn pair(one: &Link<TransitGateway>, two: &Link<TransitGateway>) -> Option<Pair> {
    let (one, two) = one.proven().zip(two.proven())?;
    Some(if one <= two { (one, two) } else { (two, one) })
}

fn decide(topology: &Topology, peerings: &Peerings, id: Id<Attachment>) -> Tri<Option<Fault>> {
    let attachment = &topology.attachments[id];
    let Some((one, two)) = sides(attachment) else { return Tri::Absent };
    let mut doubt = match same_gateway(topology, one, two) {
        Tri::Known(true) => return Tri::Known(Some(Fault::Itself)),
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(false) | Tri::Absent => None,
    };
    let comes_first = |other: &&Id<Attachment>| {
        let head = &topology.attachments[**other].head;
        let leaves = head.id.as_ref().is_some_and(|id| topology.departed.contains_key(id));
        **other != id && !leaves && (**other < id || head.management != Management::Created)
    };
    let pair = pair(one, two);
    let rivals = pair.as_ref().and_then(|pair| peerings.proven.get(pair));
    for other in rivals.into_iter().flatten().filter(comes_first) {
        match topology.may_be_one(&attachment.head, &topology.attachments[*other].head) {
            None => return Tri::Known(Some(Fault::Second(*other))),
            Some(cause) => doubt = doubt.or(Some(cause)),
        }
    }
    let vague = is_vague(topology, one) || is_vague(topology, two);
    let unclear = if vague { &peerings.all } else { &peerings.vague };
    let perhaps = || {
        unclear.iter().filter(comes_first).find_map(|other| {
            let (a, b) = sides(&topology.attachments[*other])?;
            may_join(topology, (one, two), (a, b))
                .or_else(|| may_join(topology, (one, two), (b, a)))
        })
    };
    doubt.or_else(perhaps).map_or(Tri::Known(None), Tri::Unknown)
}

/// Why two peerings may join the same gateways, side by side.
fn may_join(
    topology: &Topology,
    (one, two): (&Link<TransitGateway>, &Link<TransitGateway>),
    (a, b): (&Link<TransitGateway>, &Link<TransitGateway>),
) -> Option<Cause> {
    match (same_gateway(topology, one, a), same_gateway(topology, two, b)) {
        (Tri::Known(false) | Tri::Absent, _)
        | (_, Tri::Known(false) | Tri::Absent)
        | (Tri::Known(true), Tri::Known(true)) => None,
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Some(cause),
    }
}

fn words(topology: &Topology, attachment: &Attachment, fault: &Fault) -> Finding {
    let name = attachment.head.name();
    let one = gateway_name(topology, &attachment.gateway);
    let origin = &attachment.head.origin;
    match fault {
        Fault::Itself => Finding::at(origin, "asks a gateway to peer with itself")
            .message(format!("`{name}` peers {one} with itself"))
            .why("a peering joins two transit gateways; AWS refuses one of a gateway with itself")
            .help(format!("name the other gateway in `peer_transit_gateway_id` of `{name}`")),
        Fault::Second(other) => {
            let other = &topology.attachments[*other].head;
            let two =
                sides(attachment).map_or_else(String::new, |(_, it)| gateway_name(topology, it));
            Finding::at(origin, "asks for it a second time")
                .also(&other.origin, "peers the same two gateways")
                .message(format!("`{}` and `{name}` both peer {one} with {two}", other.name()))
                .why("two transit gateways have one peering attachment, whichever of them asks")
                .help(format!(
                    "replace `{name}` by an `aws_ec2_transit_gateway_peering_attachment_accepter` of `{}` \
                     where that has none",
                    other.name()
                ))
        }
    }
}
