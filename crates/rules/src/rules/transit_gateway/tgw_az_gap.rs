//! A subnet routes to a transit gateway that has no attachment subnet in its availability zone.
//!
//! ## Why
//!
//! A transit gateway takes packets from a subnet only where its attachment has a subnet in the same
//! availability zone. From the subnets of another zone every packet to the gateway is dropped, although
//! their route table leads there.
//!
//! Source: Amazon VPC Transit Gateways, "Amazon VPC attachments".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_route" "to_core" {
//!   route_table_id         = aws_route_table.app.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.a.id]
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
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_route" "to_core" {
//!   route_table_id         = aws_route_table.app.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.a.id, aws_subnet.b.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Subnets whose zone AWS chooses, attachment subnets that are not in the input, and route tables or
//! targets that cannot be followed. Subnets in Local Zones are not asked about: they go through their
//! parent zone.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Exit, Id, Management, Members, Proven, RouteTable, RouteTarget,
    Subnet, Topology, TransitGateway, Vpc,
};

use crate::place::{MOST_PLACES, gateway_name, several};
use crate::zones::{is_regional, same_zone, zone_name};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A subnet of a zone without an attachment subnet, and the route that leads to the gateway.
struct Cut<'t> {
    subnet: &'t Subnet,
    route: Origin,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, attachment) in cx.topology.attachments.iter() {
        let AttachmentKind::Vpc { vpc, subnets, .. } = &attachment.kind else { continue };
        let Some(gateway) = attachment.gateway.proven() else { continue };
        let Some(vpc) = vpc.here().filter(|_| attachment.head.management != Management::Observed)
        else {
            continue;
        };
        let answer = match subnets {
            Tri::Known(members) => decide(cx.topology, vpc, &gateway, members),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Absent => Tri::Absent,
        };
        let answer =
            answer.map(|cut| (!cut.is_empty()).then(|| words(cx.topology, attachment, vpc, &cut)));
        out.answer(&attachment.head.origin, answer);
    }
}

/// The subnets that route to the gateway in vain.
fn decide<'t>(
    topology: &'t Topology,
    vpc: Id<Vpc>,
    gateway: &Proven<TransitGateway>,
    members: &Members<Subnet>,
) -> Tri<Vec<Cut<'t>>> {
    let (mut cut, mut doubt) = (Vec::new(), None);
    for id in topology.subnets_of_vpc.of(vpc).iter().filter(|id| !members.here.contains(id)) {
        let subnet = &topology.subnets[*id];
        let served = served(topology, subnet, members);
        if served == Tri::Known(true) || !is_regional(subnet) {
            continue;
        }
        let led = match topology.table_of(*id) {
            Tri::Known(table) => led(topology, table, gateway),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Absent,
        };
        match (served, led) {
            (Tri::Known(false), Tri::Known(route)) => cut.push(Cut { subnet, route }),
            (_, Tri::Absent) | (Tri::Known(true) | Tri::Absent, _) => (),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => doubt = doubt.or(Some(cause)),
        }
    }
    match doubt.filter(|_| cut.is_empty()) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(cut),
    }
}

/// Whether an attachment subnet is in the zone of this one.
fn served(topology: &Topology, subnet: &Subnet, members: &Members<Subnet>) -> Tri<bool> {
    let elsewhere = members.elsewhere.first().map(|id| Cause::NotInInput(id.clone()));
    let mut doubt = elsewhere;
    for id in &members.here {
        match same_zone(subnet, &topology.subnets[*id]) {
            Tri::Known(true) if members.exact => return Tri::Known(true),
            Tri::Known(true) => {
                let what = topology.subnets[*id].head.name();
                doubt = doubt.or(Some(Cause::ManyInstances(what.into())));
            }
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    doubt.map_or(Tri::Known(false), Tri::Unknown)
}

/// The route of a table that leads to the gateway; [`Tri::Absent`] where none does.
fn led(
    topology: &Topology,
    table: Id<RouteTable>,
    gateway: &Proven<TransitGateway>,
) -> Tri<Origin> {
    let mut doubt = None;
    for (route, open) in topology.perhaps_routes(table) {
        match (&route.target, route.exit(gateway), open) {
            (_, Exit::Gateway, None) => return Tri::Known(route.origin.clone()),
            (_, Exit::Gateway, Some(cause)) | (RouteTarget::Unknown(cause), _, _) => {
                doubt = doubt.or(Some(cause.clone()));
            }
            (RouteTarget::TransitGateway(link), Exit::Elsewhere, _) => {
                if let (None, Tri::Unknown(cause)) = (link.proven(), link.tri()) {
                    doubt = doubt.or(Some(cause));
                }
            }
            (_, Exit::Elsewhere | Exit::Nowhere, _) => (),
        }
    }
    doubt.map_or(Tri::Absent, Tri::Unknown)
}

fn words(topology: &Topology, attachment: &Attachment, vpc: Id<Vpc>, cut: &[Cut<'_>]) -> Finding {
    let (name, gateway) = (attachment.head.name(), gateway_name(topology, &attachment.gateway));
    let mut zones: Vec<&str> = cut.iter().map(|it| zone_name(it.subnet)).collect();
    zones.sort_unstable();
    zones.dedup();
    let zones = zones.join(", ");
    let place = attachment.head.origin.attribute("subnet_ids", None);
    let mut finding = Finding::at(&place, format!("has no subnet in {zones}"));
    for it in cut.iter().take(MOST_PLACES) {
        let zone = zone_name(it.subnet);
        finding = finding.also(&it.subnet.head.origin, format!("is in {zone}"));
    }
    if let Some(first) = cut.first() {
        finding = finding.also(&first.route, "leads to the gateway in vain");
    }
    let names: Vec<String> = cut.iter().map(|it| it.subnet.head.name()).collect();
    let verb = if names.len() == 1 { "routes" } else { "route" };
    finding
        .message(format!(
            "{} {verb} to {gateway}, and `{name}` has no subnet in {zones}",
            several(&names)
        ))
        .why(
            "a transit gateway takes packets only from the availability zones in which its attachment \
             has a subnet; those of other zones are dropped",
        )
        .help(format!(
            "add one subnet of `{}` in {zones} to `subnet_ids` of `{name}`",
            topology.vpcs[vpc].head.name()
        ))
}
