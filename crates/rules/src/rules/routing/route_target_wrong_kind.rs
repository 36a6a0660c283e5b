//! A route names a thing of another kind than its target argument takes.
//!
//! ## Why
//!
//! Each target argument of a route takes ids of one kind: `transit_gateway_id` a transit gateway and not its
//! attachment, `nat_gateway_id` a NAT gateway, `gateway_id` an internet gateway or a virtual private
//! gateway. AWS refuses an id of another kind at apply; a NAT gateway in `gateway_id` it may take, and then
//! every plan wants to change the route again.
//!
//! Source: Amazon EC2 API Reference, "`CreateRoute`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_ec2_transit_gateway" "t" {}
//! resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
//!   transit_gateway_id = aws_ec2_transit_gateway.t.id
//!   vpc_id             = aws_vpc.a.id
//!   subnet_ids         = [aws_subnet.a.id]
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway_vpc_attachment.a.id
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
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_ec2_transit_gateway" "t" {}
//! resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
//!   transit_gateway_id = aws_ec2_transit_gateway.t.id
//!   vpc_id             = aws_vpc.a.id
//!   subnet_ids         = [aws_subnet.a.id]
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway.t.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A target that comes from something else than the `id` of a thing that Terraform shows: an output of
//! another configuration, an attribute that may hold any id. Without a plan of what AWS answers, only the
//! reference is judged.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Route, WrongKind};

use crate::own_ranges::written;
use crate::place::reference;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for route in written(cx.topology) {
        let answer = match &route.wrong_kind {
            Tri::Known(wrong) => Tri::Known(Some(words(route, wrong))),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Absent => Tri::Absent,
        };
        out.answer(&route.origin, answer);
    }
}

fn words(route: &Route, wrong: &WrongKind) -> Finding {
    let WrongKind { argument, named, is, .. } = wrong;
    let name = &route.origin.address;
    let mut finding = Finding::at(&route.target_origin, format!("names {is}"));
    if let Some(origin) = &wrong.origin {
        finding = finding.also(origin, format!("{is}, which `{argument}` does not take"));
    }
    finding
        .message(format!("`{argument}` of a route of `{name}` names `{named}`, which is {is}"))
        .why(format!("`{argument}` takes {}; {}", taken(argument), outcome(argument)))
        .help(cure(route, wrong))
}

/// What comes of an id of another kind. AWS tells by an id alone where a route leads that is written with
/// `gateway_id`, and answers with the argument that it belongs to ("`aws_route`", provider).
fn outcome(argument: &str) -> &'static str {
    match argument {
        "gateway_id" => {
            "AWS refuses others at apply, or every plan wants to change the route again"
        }
        _ => "AWS refuses others at apply",
    }
}

/// What an argument takes.
fn taken(argument: &str) -> &'static str {
    match argument {
        "gateway_id" => "the id of an internet gateway or a virtual private gateway, or `local`",
        "nat_gateway_id" => "the id of a NAT gateway",
        "vpc_peering_connection_id" => "the id of a peering connection",
        "transit_gateway_id" => "the id of a transit gateway",
        "egress_only_gateway_id" => "the id of an egress-only internet gateway",
        "vpc_endpoint_id" => "the id of a Gateway Load Balancer endpoint",
        "network_interface_id" => "the id of a network interface",
        "carrier_gateway_id" => "the id of a carrier gateway",
        _ => "the id of a local gateway",
    }
}

fn cure(route: &Route, wrong: &WrongKind) -> String {
    let WrongKind { argument, named, .. } = wrong;
    let written = wrong.origin.as_ref().and_then(|it| reference(it, &route.origin));
    let value = written.unwrap_or_else(|| format!("\"{named}\""));
    if let Some(takes) = wrong.takes {
        return format!("write it to the argument that takes it: `{takes} = {value}`");
    }
    let gateway = wrong.origin.as_ref().map(|it| it.attribute("transit_gateway_id", None));
    let gateway = gateway.and_then(|it| reference(&it, &route.origin));
    let attachment =
        wrong.is == "a transit gateway attachment" && *argument == "transit_gateway_id";
    match gateway.filter(|_| attachment) {
        Some(gateway) => {
            format!("name the gateway instead of the attachment: `transit_gateway_id = {gateway}`")
        }
        None if attachment => "name the gateway (`tgw-…`) instead of its attachment".to_owned(),
        None => format!("let `{argument}` name {}", taken(argument)),
    }
}
