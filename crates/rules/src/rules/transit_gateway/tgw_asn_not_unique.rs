//! Two transit gateways that are peered, or meet at a Direct Connect gateway, have the same ASN.
//!
//! ## Why
//!
//! A transit gateway has 64512 unless it is given another number. Peered ones work with static routes all
//! the same, but AWS recommends different numbers, and transit gateways behind one Direct Connect gateway
//! need them: a site cannot tell their routes apart. It is easier to choose one before anything else is
//! attached.
//!
//! Source: Amazon VPC Transit Gateways, "Amazon VPC Transit Gateways design best practices"; AWS Direct
//! Connect User Guide, "Direct Connect gateways and transit gateway associations".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "ireland" {}
//!
//! resource "aws_ec2_transit_gateway" "frankfurt" {}
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "europe" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.ireland.id
//!   peer_transit_gateway_id = aws_ec2_transit_gateway.frankfurt.id
//!   peer_region             = "eu-central-1"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "ireland" {}
//!
//! resource "aws_ec2_transit_gateway" "frankfurt" {
//!   amazon_side_asn = 64513
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "europe" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.ireland.id
//!   peer_transit_gateway_id = aws_ec2_transit_gateway.frankfurt.id
//!   peer_region             = "eu-central-1"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway that is not in the input, or a number that is known only after apply.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{AttachmentKind, Id, Link, Topology, TransitGateway};

use crate::direct_connect::{Associated, free_asn};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (_, attachment) in topology.attachments.iter() {
        let AttachmentKind::Peering { peer, .. } = &attachment.kind else { continue };
        if topology.is_only_seen(&attachment.head) {
            continue;
        }
        let origin = &attachment.head.origin;
        let answer = same(topology, &attachment.gateway, peer)
            .map(|found| found.map(|same| words(topology, origin, "peers them", same)));
        out.answer(origin, answer);
    }
    let associated = Associated::new(topology);
    for all in associated.of.values() {
        let mut seen: BTreeMap<u32, Id<TransitGateway>> = BTreeMap::new();
        for id in all {
            let head = &topology.dx_gateway_associations[*id].head;
            let Some(gateway) = topology.dx_side(*id).transit_gateway.here() else { continue };
            let Tri::Known(asn) = topology.transit_gateways[gateway].asn.value else { continue };
            let first = *seen.entry(asn).or_insert(gateway);
            if first != gateway && !topology.is_only_seen(head) {
                let answer = same(topology, &Link::Here(first), &Link::Here(gateway));
                let text = "both meet at its Direct Connect gateway";
                let answer =
                    answer.map(|found| found.map(|same| words(topology, &head.origin, text, same)));
                out.answer(&head.origin, answer);
            }
        }
    }
}

/// Both gateways, with their number.
type Same = (Id<TransitGateway>, Id<TransitGateway>, u32);

fn same(
    topology: &Topology,
    one: &Link<TransitGateway>,
    two: &Link<TransitGateway>,
) -> Tri<Option<Same>> {
    let (one, two) = match (one.tri(), two.tri()) {
        (Tri::Known(one), Tri::Known(two)) => (one, two),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => return Tri::Unknown(cause),
        (Tri::Absent, _) | (_, Tri::Absent) => return Tri::Absent,
    };
    let (a, b) = (&topology.transit_gateways[one], &topology.transit_gateways[two]);
    // A gateway that is peered with itself is another rule's matter.
    if one == two {
        return Tri::Known(None);
    }
    match (&a.asn.value, &b.asn.value) {
        (Tri::Known(x), Tri::Known(y)) if x == y => match topology.may_be_one(&a.head, &b.head) {
            Some(cause) => Tri::Unknown(cause),
            None => Tri::Known(Some((one, two, *x))),
        },
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Known(_) | Tri::Absent, Tri::Known(_) | Tri::Absent) => Tri::Known(None),
    }
}

fn words(topology: &Topology, place: &Origin, text: &str, (one, two, asn): Same) -> Finding {
    let (a, b) = (&topology.transit_gateways[one], &topology.transit_gateways[two]);
    let (one_name, two_name) = (a.head.name(), b.head.name());
    let free = free_asn(topology);
    Finding::at(place, text)
        .also(&a.asn.origin, format!("has {asn}"))
        .also(&b.asn.origin, format!("has {asn}"))
        .message(format!("`{one_name}` and `{two_name}` both have the ASN {asn}"))
        .why(
            "AWS recommends different autonomous system numbers for transit gateways that are connected, \
             so that routes can be learned between them later",
        )
        .help(format!("set `amazon_side_asn = {free}` on `{two_name}`"))
}
