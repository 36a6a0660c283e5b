//! A VPC is attached to a transit gateway, but none of its route tables leads to that gateway.
//!
//! ## Why
//!
//! An attachment brings packets into a VPC; what goes out is decided by the VPC's own route tables.
//! Without a route to the gateway nothing in the VPC reaches it, and nothing in the VPC can answer
//! what arrives over it. The apply succeeds and says nothing.
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
//! resource "aws_ec2_transit_gateway" "core" {}
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
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_route" "corporate" {
//!   route_table_id         = aws_vpc.app.main_route_table_id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! The tables of a VPC that another configuration manages, and routes whose table or target cannot
//! be followed. A gateway that carries multicast is not asked about, and neither is a VPC with a
//! route to a Cloud WAN core network, which may be peered with the gateway. One that is not in the
//! input is held to be without multicast, which is off unless its owner asks for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Proven, Route, RouteTarget, Topology, TransitGateway,
    Vpc, overlap,
};
use ipnet::IpNet;

use crate::place::{MOST_PLACES, gateway_name, reference};
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// By gateway: why any VPC may have a route to it.
type Strays = BTreeMap<(Option<Proven<TransitGateway>>, Option<Arc<str>>), Option<Cause>>;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let mut strays = Strays::new();
    for (_, attachment) in cx.topology.attachments.iter() {
        let AttachmentKind::Vpc { vpc, .. } = &attachment.kind else { continue };
        if cx.topology.is_only_seen(&attachment.head) {
            continue;
        }
        let answer = vpc.tri().and_then(|vpc| decide(cx.topology, attachment, vpc, &mut strays));
        let answer = answer.map(|found| found.map(|vpc| words(cx.topology, attachment, vpc)));
        out.answer(&attachment.head.origin, answer);
    }
}

fn decide(
    topology: &Topology,
    attachment: &Attachment,
    vpc: Id<Vpc>,
    strays: &mut Strays,
) -> Tri<Option<Id<Vpc>>> {
    let gateway = &attachment.gateway;
    let mut doubt = match is_multicast(topology, gateway) {
        Tri::Known(true) => return Tri::Known(None),
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(false) | Tri::Absent => None,
    };
    for table in topology.tables(vpc) {
        for (_, route) in topology.routes(*table) {
            match leads(topology, route, gateway) {
                Tri::Known(true) => return Tri::Known(None),
                Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
                Tri::Known(false) | Tri::Absent => (),
            }
        }
    }
    let may_lead = |route: &Route| leads(topology, route, gateway) != Tri::Known(false);
    let stack = topology.vpcs[vpc].head.stack();
    let stray = strays
        .entry((gateway.proven(), stack.cloned()))
        .or_insert_with(|| topology.stray_routes(stack, may_lead));
    match doubt.or_else(|| topology.vpc_routes_gap(vpc, may_lead)).or_else(|| stray.clone()) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(Some(vpc)),
    }
}

/// Whether the gateway carries multicast, which needs no routes in the VPC.
fn is_multicast(topology: &Topology, gateway: &Link<TransitGateway>) -> Tri<bool> {
    let of = |id: &Id<TransitGateway>| &topology.transit_gateways[*id].multicast.value;
    match gateway {
        Link::Here(id) => of(id).clone(),
        Link::OneOf(ids, cause) if ids.iter().any(|id| *of(id) == Tri::Known(true)) => {
            Tri::Unknown(cause.clone())
        }
        Link::OneOf(..) | Link::Unknown(_) | Link::Elsewhere(_) | Link::Absent => Tri::Known(false),
    }
}

/// Whether a route leads to the gateway, be it by way of Cloud WAN.
fn leads(topology: &Topology, route: &Route, gateway: &Link<TransitGateway>) -> Tri<bool> {
    match &route.target {
        RouteTarget::TransitGateway(link) => match (link.proven(), gateway.proven()) {
            (Some(one), Some(two)) if one == two => Tri::Known(true),
            (_, _) if !topology.may_be_same_gateway(link, gateway) => Tri::Known(false),
            (_, _) => match (link.tri(), gateway.tri()) {
                (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
                (_, _) => {
                    Tri::Unknown(Cause::KnownAfterApply(route.target_origin.to_string().into()))
                }
            },
        },
        RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
        RouteTarget::Other(argument) => Tri::Known(*argument == "core_network_arn"),
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_) => Tri::Known(false),
    }
}

fn words(topology: &Topology, attachment: &Attachment, vpc: Id<Vpc>) -> Finding {
    let gateway = gateway_name(topology, &attachment.gateway);
    let vpc_head = &topology.vpcs[vpc].head;
    let mut finding = Finding::at(&attachment.head.origin, "no route of the VPC leads here")
        .also(&vpc_head.origin, "the VPC that cannot send or answer");
    for table in topology.tables(vpc).iter().take(MOST_PLACES) {
        let origin = &topology.route_tables[*table].head.origin;
        finding = finding.also(origin, format!("has no route to {gateway}"));
    }
    finding
        .message(format!(
            "`{}` attaches `{}` to {gateway}, but no route table of the VPC leads to that gateway",
            attachment.head.name(),
            vpc_head.name()
        ))
        .why(
            "an attachment only brings packets in; without a route to the gateway the VPC neither \
             reaches what is behind it nor answers it",
        )
        .help(cure(topology, attachment, vpc, &gateway))
}

fn cure(topology: &Topology, attachment: &Attachment, vpc: Id<Vpc>, gateway: &str) -> String {
    let vpc_name = topology.vpcs[vpc].head.name();
    let plain = format!(
        "add an `aws_route` with {gateway} as its `transit_gateway_id` to each table of \
         `{vpc_name}` whose subnets use the gateway"
    );
    let proposal = || {
        let table = &topology.route_tables[*topology.tables(vpc).first()?].head.origin;
        let here = attachment.gateway.here()?;
        let target = reference(&topology.transit_gateways[here].head.origin, table)?;
        let beyond = behind(topology, here, vpc)?;
        Some(resource(
            "aws_route",
            "to_transit_gateway",
            &[
                ("route_table_id", Proposed::Reference(reference(table, table)?)),
                ("destination_cidr_block", Proposed::Text(&beyond)),
                ("transit_gateway_id", Proposed::Reference(target)),
            ],
        ))
    };
    match proposal() {
        Some(block) => format!("{plain}, for example:\n\n{block}"),
        None => plain,
    }
}

/// A range of another VPC behind the gateway, apart from the VPC's own.
fn behind(topology: &Topology, gateway: Id<TransitGateway>, own: Id<Vpc>) -> Option<String> {
    let near = topology.ranges(own);
    let apart = |net: &IpNet| near.known_v4().all(|(it, _)| overlap(it, *net).is_none());
    let others = topology.attachments_of_gateway.of(gateway).iter().take(MOST_PLACES);
    others
        .filter_map(|id| topology.attached_vpc(*id).known().copied())
        .filter(|vpc| *vpc != own)
        .find_map(|vpc| topology.ranges(vpc).known_v4().map(|(net, _)| net).find(apart))
        .map(|net| net.to_string())
}
