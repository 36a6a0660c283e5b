//! A VPC routes IPv6 to a transit gateway over an attachment without IPv6 support.
//!
//! ## Why
//!
//! To carry IPv6, the interfaces of an attachment need IPv6 addresses, which they have where
//! `ipv6_support` is on. It is off unless it is switched on, and while it is off the IPv6 ranges of the
//! VPC are not propagated either: what the VPC sends is not answered.
//!
//! Source: IPv6 on AWS, "Amazon VPC connectivity options for IPv6".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block                       = "10.0.0.0/16"
//!   assign_generated_ipv6_cidr_block = true
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "to_core" {
//!   route_table_id              = aws_route_table.app.id
//!   destination_ipv6_cidr_block = "2001:db8::/32"
//!   transit_gateway_id          = aws_ec2_transit_gateway.core.id
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
//!   cidr_block                       = "10.0.0.0/16"
//!   assign_generated_ipv6_cidr_block = true
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "to_core" {
//!   route_table_id              = aws_route_table.app.id
//!   destination_ipv6_cidr_block = "2001:db8::/32"
//!   transit_gateway_id          = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//!   ipv6_support       = "enable"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A target that cannot be followed, and an `ipv6_support` whose value is not known.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Destination, Exit, Management, Proven, Route, RouteTarget,
    Topology, TransitGateway,
};
use ipnet::IpNet;

use crate::place::gateway_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, attachment) in cx.topology.attachments.iter() {
        let AttachmentKind::Vpc { vpc, ipv6, .. } = &attachment.kind else { continue };
        let asked = attachment.head.management != Management::Observed;
        let (Some(vpc), Some(gateway)) =
            (vpc.here().filter(|_| asked), attachment.gateway.proven())
        else {
            continue;
        };
        let tables = cx.topology.tables(vpc).iter();
        let routes: Vec<&Route> = tables
            .flat_map(|table| cx.topology.routes(*table))
            .map(|(_, route)| route)
            .filter(|route| is_six(cx.topology, route) == Some(true))
            .collect();
        if routes.is_empty() {
            continue;
        }
        let answer = decide(ipv6, &gateway, &routes);
        let answer =
            answer.map(|found| found.map(|route| words(cx.topology, attachment, ipv6, route)));
        out.answer(&attachment.head.origin, answer);
    }
}

/// Whether a route is for IPv6: its range tells, or the argument that it is written in.
fn is_six(topology: &Topology, route: &Route) -> Option<bool> {
    let of_argument =
        route.destination_origin.attribute.as_deref() == Some("destination_ipv6_cidr_block");
    match &route.destination {
        Destination::Range(Tri::Known(net)) => Some(matches!(net, IpNet::V6(_))),
        Destination::Range(Tri::Unknown(_)) => of_argument.then_some(true),
        Destination::PrefixList(_) => {
            let (ranges, _) = topology.destination_ranges(&route.destination);
            ranges.first().map(|net| matches!(net, IpNet::V6(_)))
        }
        Destination::Range(Tri::Absent) | Destination::Unknown(_) => None,
    }
}

/// The route that leads to the gateway over an attachment that does not carry it.
fn decide<'r>(
    ipv6: &Fact<bool>,
    gateway: &Proven<TransitGateway>,
    routes: &[&'r Route],
) -> Tri<Option<&'r Route>> {
    if ipv6.value == Tri::Known(true) {
        return Tri::Known(None);
    }
    let led = routes.iter().find(|route| route.exit(gateway) == Exit::Gateway);
    let doubt = || -> Option<Cause> {
        routes.iter().find_map(|route| {
            let RouteTarget::TransitGateway(link) = &route.target else { return None };
            match link.tri() {
                Tri::Unknown(cause) if link.proven().is_none() => Some(cause),
                Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => None,
            }
        })
    };
    match (led, &ipv6.value) {
        (Some(_), Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Some(route), Tri::Known(_) | Tri::Absent) => Tri::Known(Some(route)),
        (None, _) => doubt().map_or(Tri::Known(None), Tri::Unknown),
    }
}

fn words(
    topology: &Topology,
    attachment: &Attachment,
    ipv6: &Fact<bool>,
    route: &Route,
) -> Finding {
    let (name, gateway) = (attachment.head.name(), gateway_name(topology, &attachment.gateway));
    Finding::at(&ipv6.origin, "IPv6 support is off")
        .also(&route.origin, format!("sends IPv6 to {gateway}"))
        .message(format!("`{}` sends IPv6 to {gateway}, and `{name}` has IPv6 support off", route.origin))
        .why(
            "without it the interfaces of the attachment have no IPv6 addresses, and the IPv6 ranges of the \
             VPC are not propagated",
        )
        .help(format!("set `ipv6_support = \"enable\"` in `{name}`"))
}
