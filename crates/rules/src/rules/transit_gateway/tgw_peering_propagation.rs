//! A propagation is declared for a peering attachment, which carries static routes only.
//!
//! ## Why
//!
//! Nothing is propagated over the peering of two transit gateways: each side leads to the other by static
//! routes alone. AWS refuses the propagation at apply.
//!
//! Source: Amazon VPC Transit Gateways, "Transit gateway peering attachments".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_route_table" "core" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "to_ireland" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.core.id
//!   peer_transit_gateway_id = "tgw-0a1b2c3d4e5f60718"
//!   peer_region             = "eu-west-1"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "to_ireland" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_peering_attachment.to_ireland.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.core.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_route_table" "core" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "to_ireland" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.core.id
//!   peer_transit_gateway_id = "tgw-0a1b2c3d4e5f60718"
//!   peer_region             = "eu-west-1"
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "ireland" {
//!   destination_cidr_block         = "10.20.0.0/16"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_peering_attachment.to_ireland.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.core.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An attachment that is not in the input or cannot be followed. What AWS has already is not asked
//! about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Management, TgwPropagation, Topology,
};

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
    for (_, propagation) in cx.topology.tgw_propagations.iter() {
        if propagation.head.management != Management::Created {
            continue;
        }
        let answer = decide(cx.topology, &propagation.attachment);
        let answer = answer.map(|found| found.map(|it| words(cx.topology, propagation, it)));
        out.answer(&propagation.head.origin, answer);
    }
}

/// The attachment, where it is a peering.
fn decide(topology: &Topology, link: &Link<Attachment>) -> Tri<Option<Id<Attachment>>> {
    match link {
        Link::Here(id) => Tri::Known(is_peering(topology, *id).then_some(*id)),
        Link::OneOf(ids, cause) => {
            let mut peerings = ids.iter().map(|id| is_peering(topology, *id));
            // Which one is meant does not matter where the answer is the same for all.
            match (ids.first(), peerings.clone().all(|it| it), peerings.any(|it| it)) {
                (Some(first), true, _) => Tri::Known(Some(*first)),
                (_, _, false) => Tri::Known(None),
                (_, _, true) => Tri::Unknown(cause.clone()),
            }
        }
        Link::Elsewhere(id) => Tri::Unknown(Cause::NotInInput(id.clone())),
        Link::Unknown(cause) => Tri::Unknown(cause.clone()),
        Link::Absent => Tri::Absent,
    }
}

fn is_peering(topology: &Topology, id: Id<Attachment>) -> bool {
    match topology.attachments[id].kind {
        AttachmentKind::Peering { .. } => true,
        AttachmentKind::Vpc { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => false,
    }
}

fn words(topology: &Topology, propagation: &TgwPropagation, id: Id<Attachment>) -> Finding {
    let (name, peering) = (propagation.head.name(), &topology.attachments[id]);
    Finding::at(&propagation.head.origin, "propagates from a peering attachment")
        .also(&peering.head.origin, "carries static routes only")
        .message(format!("`{name}` propagates from `{}`, which is a peering", peering.head.name()))
        .why(
            "nothing is propagated over the peering of two transit gateways; AWS refuses it at apply",
        )
        .help(cure(topology, propagation, peering))
}

fn cure(topology: &Topology, propagation: &TgwPropagation, peering: &Attachment) -> String {
    let name = propagation.head.name();
    let plain = format!("replace `{name}` by a static route for each range of the other side");
    let table = propagation.table.here().map(|id| &topology.tgw_route_tables[id].head.origin);
    let beside = &propagation.head.origin;
    let block = table.and_then(|table| {
        let (attachment, table) =
            (reference(&peering.head.origin, beside)?, reference(table, beside)?);
        Some(resource(
            "aws_ec2_transit_gateway_route",
            &beside.address.name,
            &[
                ("destination_cidr_block", Proposed::Text(&range(topology, peering)?)),
                ("transit_gateway_attachment_id", Proposed::Reference(attachment)),
                ("transit_gateway_route_table_id", Proposed::Reference(table)),
            ],
        ))
    });
    block.map_or(plain.clone(), |block| format!("{plain}, for example:\n\n{block}"))
}

/// A range of a VPC behind the other gateway.
fn range(topology: &Topology, peering: &Attachment) -> Option<String> {
    let AttachmentKind::Peering { peer, .. } = &peering.kind else { return None };
    let far = topology.attachments_of_gateway.of(peer.here()?).iter();
    let mut vpcs = far.filter_map(|id| topology.attached_vpc(*id).known().copied());
    let vpc = vpcs.next()?;
    topology.ranges(vpc).known_v4().next().map(|(net, _)| net.to_string())
}
