//! A peering of two transit gateways is not led over by any route of one side.
//!
//! ## Why
//!
//! Nothing is propagated over the peering of two transit gateways. Each side needs a static route, or a
//! reference to a prefix list, with the peering attachment as its target; a side without one sends
//! nothing over it, and answers nothing that comes over it.
//!
//! Source: Amazon VPC Transit Gateways, "Transit gateway peering attachments".
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
//! resource "aws_ec2_transit_gateway_peering_attachment_accepter" "to_frankfurt" {
//!   provider                      = aws.frankfurt
//!   transit_gateway_attachment_id = aws_ec2_transit_gateway_peering_attachment.to_frankfurt.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "ireland" {
//!   transit_gateway_id = aws_ec2_transit_gateway.ireland.id
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
//!
//! resource "aws_ec2_transit_gateway_route_table" "ireland" {
//!   transit_gateway_id = aws_ec2_transit_gateway.ireland.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "frankfurt" {
//!   provider           = aws.frankfurt
//!   transit_gateway_id = aws_ec2_transit_gateway.frankfurt.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "to_frankfurt" {
//!   destination_cidr_block         = "10.20.0.0/16"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_peering_attachment_accepter.to_frankfurt.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.ireland.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "to_ireland" {
//!   provider                       = aws.frankfurt
//!   destination_cidr_block         = "10.10.0.0/16"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_peering_attachment_accepter.to_frankfurt.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.frankfurt.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A peering that exists already, for which other configurations may have made routes; routes whose
//! attachment or table cannot be followed. A side whose gateway this input does not manage is not asked
//! about.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Management, TgwRoute, Topology, TransitGateway,
};

use crate::gateways::{looked_up_late, same_gateway};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The routes of transit gateways by the attachment that they lead to.
#[derive(Default)]
struct Led<'t> {
    certain: BTreeMap<Id<Attachment>, Vec<&'t TgwRoute>>,
    possible: BTreeMap<Id<Attachment>, Cause>,
    /// Why a route may lead to any attachment.
    anywhere: Option<Cause>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let led = led(cx.topology);
    for (id, attachment) in cx.topology.attachments.iter() {
        let AttachmentKind::Peering { peer, .. } = &attachment.kind else { continue };
        if attachment.head.management == Management::Observed {
            continue;
        }
        for side in [&attachment.gateway, peer] {
            let Some(gateway) = side.here() else { continue };
            let head = &cx.topology.transit_gateways[gateway].head;
            if cx.topology.is_only_seen(head) {
                continue;
            }
            let answer = decide(cx.topology, &led, id, side);
            let answer = answer.map(|lost| lost.then(|| words(cx.topology, attachment, gateway)));
            out.answer(&attachment.head.origin, answer);
        }
    }
}

fn led(topology: &Topology) -> Led<'_> {
    let all = topology.tgw_routes.iter().map(|(_, it)| &it.attachment);
    let mut led = Led { anywhere: looked_up_late(topology, all), ..Led::default() };
    for (_, route) in topology.tgw_routes.iter() {
        match &route.attachment {
            Link::Here(id) => led.certain.entry(*id).or_default().push(route),
            Link::OneOf(ids, cause) => {
                led.possible.extend(ids.iter().map(|id| (*id, cause.clone())));
            }
            Link::Unknown(cause) => led.anywhere = led.anywhere.or_else(|| Some(cause.clone())),
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
    led
}

/// Whether no route of this side leads over the peering.
fn decide(
    topology: &Topology,
    led: &Led<'_>,
    id: Id<Attachment>,
    side: &Link<TransitGateway>,
) -> Tri<bool> {
    let mut doubt = None;
    for route in led.certain.get(&id).into_iter().flatten() {
        let of_side = route
            .table
            .tri()
            .and_then(|it| same_gateway(topology, &topology.tgw_route_tables[it].gateway, side));
        match of_side {
            Tri::Known(true) => return Tri::Known(false),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    let doubt = doubt.or_else(|| led.possible.get(&id).cloned()).or_else(|| led.anywhere.clone());
    match doubt.or_else(|| topology.shared_open(&topology.attachments[id].head)) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(true),
    }
}

fn words(topology: &Topology, attachment: &Attachment, gateway: Id<TransitGateway>) -> Finding {
    let (name, side) = (attachment.head.name(), &topology.transit_gateways[gateway].head);
    Finding::at(&attachment.head.origin, format!("no route of `{}` leads here", side.name()))
        .also(&side.origin, "sends nothing over the peering")
        .message(format!("no route of `{}` leads over the peering `{name}`", side.name()))
        .why(
            "nothing is propagated over the peering of two transit gateways, so that each side needs a \
             static route to the ranges of the other",
        )
        .help(format!(
            "add an `aws_ec2_transit_gateway_route` with `{name}` as its \
             `transit_gateway_attachment_id` to a route table of `{}` for each range of the other side",
            side.name()
        ))
}
