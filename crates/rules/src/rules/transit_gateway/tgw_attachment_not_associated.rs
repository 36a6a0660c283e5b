//! An attachment is associated with no route table of its transit gateway, which drops its packets.
//!
//! ## Why
//!
//! A transit gateway looks up what arrives over an attachment in the one route table that the
//! attachment is associated with. Without an association there is nothing to look it up in, and every
//! packet from the attachment is dropped, whatever is propagated. The apply succeeds.
//!
//! Source: Amazon VPC Transit Gateways, "How transit gateways work".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_association = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_association = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway that another configuration or account manages, whose owner may associate the attachment;
//! an association whose attachment cannot be followed. Peering attachments are asked about only where the default
//! association of a gateway is off, since AWS does not document what it does for them.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{Attachment, AttachmentKind, Id, Link, Topology, TransitGateway};

use crate::place::reference;
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
    for (id, attachment) in cx.topology.attachments.iter() {
        let looked_at = cx.topology.is_only_seen(&attachment.head);
        if looked_at || attachment.gateway == Link::Absent {
            continue;
        }
        let answer = match &attachment.kind {
            AttachmentKind::Vpc { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => {
                decide(cx.topology, id)
            }
            AttachmentKind::Peering { peer, .. } => {
                match sides(cx.topology, id, [&attachment.gateway, peer]) {
                    Some(answer) => answer,
                    None => continue,
                }
            }
        };
        let answer =
            answer.map(|found| found.map(|gateway| words(cx.topology, attachment, gateway)));
        out.answer(&attachment.head.origin, answer);
    }
}

/// The gateway that has no table for this attachment.
fn decide(topology: &Topology, id: Id<Attachment>) -> Tri<Option<Id<TransitGateway>>> {
    if !topology.associations_of_attachment.of(id).is_empty() {
        return Tri::Known(None);
    }
    match topology.associated_by_default(id) {
        Tri::Known(true) => return Tri::Known(None),
        Tri::Known(false) | Tri::Absent => (),
        Tri::Unknown(cause) => return Tri::Unknown(cause),
    }
    if let Some(cause) = topology.associations_of_attachment.open(id) {
        return Tri::Unknown(cause.clone());
    }
    let attachment = &topology.attachments[id];
    attachment.gateway.tri().and_then(|gateway| {
        let open = topology.container_open(&topology.transit_gateways[gateway].head);
        // Nobody else can have associated what is only made by this plan.
        match open.or_else(|| topology.shared_open(&attachment.head)) {
            Some(cause) => Tri::Unknown(cause),
            None => Tri::Known(Some(gateway)),
        }
    })
}

/// The side of a peering attachment whose gateway has no table for it; none where no side is asked.
///
/// AWS does not document what the default association does for these, so it has to be off.
fn sides(
    topology: &Topology,
    id: Id<Attachment>,
    sides: [&Link<TransitGateway>; 2],
) -> Option<Tri<Option<Id<TransitGateway>>>> {
    let off = |it: &Id<TransitGateway>| {
        topology.transit_gateways[*it].default_association.value == Tri::Known(false)
    };
    let mut asked = sides.into_iter().filter_map(Link::here).filter(off).peekable();
    asked.peek()?;
    let ties = topology.associations_of_attachment.of(id);
    let may_be_of = |gateway: Id<TransitGateway>| {
        let mut tables = ties.iter().map(|it| &topology.tgw_associations[*it].table);
        tables.any(|table| match table.here() {
            Some(table) => topology.tgw_route_tables[table].gateway.may_be(gateway),
            None => true,
        })
    };
    let Some(gateway) = asked.find(|it| !may_be_of(*it)) else { return Some(Tri::Known(None)) };
    let open = topology.associations_of_attachment.open(id).cloned();
    let open = open
        .or_else(|| topology.container_open(&topology.transit_gateways[gateway].head))
        .or_else(|| topology.shared_open(&topology.attachments[id].head));
    Some(open.map_or(Tri::Known(Some(gateway)), Tri::Unknown))
}

fn words(topology: &Topology, attachment: &Attachment, id: Id<TransitGateway>) -> Finding {
    let gateway = &topology.transit_gateways[id];
    let (name, gateway_name) = (attachment.head.name(), gateway.head.name());
    let off = &gateway.default_association;
    let (switch, text): (&Origin, &str) = if off.value == Tri::Known(false) {
        (&off.origin, "the gateway associates nothing by default")
    } else {
        (&attachment.default_association.origin, "opts out of the default association")
    };
    let opts_out = attachment.default_association.value == Tri::Known(false);
    let place = match switch {
        own if opts_out && off.value != Tri::Known(false) => own,
        _ => &attachment.head.origin,
    };
    Finding::at(place, "packets from here are dropped by the gateway")
        .also(switch, text)
        .also(&gateway.head.origin, "the gateway, which has no association for this attachment")
        .message(format!("`{name}` is associated with no route table of `{gateway_name}`"))
        .why(
            "the gateway looks up what arrives over an attachment in the table that it is \
             associated with; without one every packet is dropped, and propagation does not help",
        )
        .help(cure(topology, attachment, id))
}

fn cure(topology: &Topology, attachment: &Attachment, gateway: Id<TransitGateway>) -> String {
    let mut plain = format!(
        "associate `{}` with a route table of `{}`",
        attachment.head.name(),
        topology.transit_gateways[gateway].head.name()
    );
    let named = match attachment.kind {
        AttachmentKind::Vpn => Origin {
            attribute: Some("transit_gateway_attachment_id".into()),
            ..attachment.head.origin.clone()
        },
        AttachmentKind::Vpc { .. } | AttachmentKind::Connect | AttachmentKind::Peering { .. } => {
            attachment.head.origin.clone()
        }
    };
    let tables = topology.tables_of_gateway.of(gateway).iter();
    let mut tables = tables.map(|table| &topology.tgw_route_tables[*table]);
    let table = tables.find(|table| !table.is_default).map(|table| &table.head.origin);
    let proposal = table.and_then(|table| {
        Some(resource(
            "aws_ec2_transit_gateway_route_table_association",
            &attachment.head.origin.address.name,
            &[
                ("transit_gateway_attachment_id", Proposed::Reference(reference(&named, &named)?)),
                ("transit_gateway_route_table_id", Proposed::Reference(reference(table, &named)?)),
            ],
        ))
    });
    match (proposal, table) {
        (Some(block), _) => plain = format!("{plain}, for example:\n\n{block}"),
        (None, Some(table)) => plain = format!("{plain}, for example `{table}`"),
        (None, None) => plain += ", or switch the default association on again",
    }
    plain
}
