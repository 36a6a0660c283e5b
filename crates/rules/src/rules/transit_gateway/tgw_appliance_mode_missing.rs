//! A transit gateway hands packets to firewalls in several zones, and appliance mode is off.
//!
//! ## Why
//!
//! A transit gateway keeps a packet in the availability zone that it comes from. Between hosts in two
//! zones the way there then goes through the firewall of one zone and the way back through that of the
//! other, which does not know the connection and drops it. With appliance mode on the attachment of the
//! VPC with the firewalls, the gateway keeps to one zone for both directions.
//!
//! Without it, only what begins and ends in one zone gets through, such as central egress by a NAT
//! gateway of the same zone.
//!
//! Source: AWS Network Firewall Developer Guide, "Transit gateway attachment configuration".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "inspection" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "tgw_a" {
//!   vpc_id            = aws_vpc.inspection.id
//!   cidr_block        = "10.9.0.0/28"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "tgw_b" {
//!   vpc_id            = aws_vpc.inspection.id
//!   cidr_block        = "10.9.0.16/28"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_subnet" "fw_a" {
//!   vpc_id            = aws_vpc.inspection.id
//!   cidr_block        = "10.9.1.0/28"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "fw_b" {
//!   vpc_id            = aws_vpc.inspection.id
//!   cidr_block        = "10.9.1.16/28"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_vpc_endpoint" "a" {
//!   vpc_id            = aws_vpc.inspection.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.fw_a.id]
//! }
//!
//! resource "aws_vpc_endpoint" "b" {
//!   vpc_id            = aws_vpc.inspection.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.fw_b.id]
//! }
//!
//! resource "aws_route_table" "tgw_a" {
//!   vpc_id = aws_vpc.inspection.id
//! }
//!
//! resource "aws_route_table" "tgw_b" {
//!   vpc_id = aws_vpc.inspection.id
//! }
//!
//! resource "aws_route_table_association" "tgw_a" {
//!   subnet_id      = aws_subnet.tgw_a.id
//!   route_table_id = aws_route_table.tgw_a.id
//! }
//!
//! resource "aws_route_table_association" "tgw_b" {
//!   subnet_id      = aws_subnet.tgw_b.id
//!   route_table_id = aws_route_table.tgw_b.id
//! }
//!
//! resource "aws_route" "tgw_a" {
//!   route_table_id         = aws_route_table.tgw_a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.a.id
//! }
//!
//! resource "aws_route" "tgw_b" {
//!   route_table_id         = aws_route_table.tgw_b.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.b.id
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "inspection" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.inspection.id
//!   subnet_ids         = [aws_subnet.tgw_a.id, aws_subnet.tgw_b.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "inspection" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "tgw_a" {
//!   vpc_id            = aws_vpc.inspection.id
//!   cidr_block        = "10.9.0.0/28"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "tgw_b" {
//!   vpc_id            = aws_vpc.inspection.id
//!   cidr_block        = "10.9.0.16/28"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_subnet" "fw_a" {
//!   vpc_id            = aws_vpc.inspection.id
//!   cidr_block        = "10.9.1.0/28"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "fw_b" {
//!   vpc_id            = aws_vpc.inspection.id
//!   cidr_block        = "10.9.1.16/28"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_vpc_endpoint" "a" {
//!   vpc_id            = aws_vpc.inspection.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.fw_a.id]
//! }
//!
//! resource "aws_vpc_endpoint" "b" {
//!   vpc_id            = aws_vpc.inspection.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.fw_b.id]
//! }
//!
//! resource "aws_route_table" "tgw_a" {
//!   vpc_id = aws_vpc.inspection.id
//! }
//!
//! resource "aws_route_table" "tgw_b" {
//!   vpc_id = aws_vpc.inspection.id
//! }
//!
//! resource "aws_route_table_association" "tgw_a" {
//!   subnet_id      = aws_subnet.tgw_a.id
//!   route_table_id = aws_route_table.tgw_a.id
//! }
//!
//! resource "aws_route_table_association" "tgw_b" {
//!   subnet_id      = aws_subnet.tgw_b.id
//!   route_table_id = aws_route_table.tgw_b.id
//! }
//!
//! resource "aws_route" "tgw_a" {
//!   route_table_id         = aws_route_table.tgw_a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.a.id
//! }
//!
//! resource "aws_route" "tgw_b" {
//!   route_table_id         = aws_route_table.tgw_b.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.b.id
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "inspection" {
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//!   vpc_id                 = aws_vpc.inspection.id
//!   subnet_ids             = [aws_subnet.tgw_a.id, aws_subnet.tgw_b.id]
//!   appliance_mode_support = "enable"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Endpoints that cannot be followed, as those of AWS Network Firewall: whether two tables lead to two
//! of them.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Origin, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Endpoint, Id, Management, Members, Proven, RouteTable, RouteTarget,
    Subnet, Topology,
};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// A table of an attachment subnet that leads to endpoints.
struct Led {
    subnet: Id<Subnet>,
    table: Id<RouteTable>,
    route: Origin,
    endpoints: BTreeSet<Proven<Endpoint>>,
    /// Why it may lead to others.
    doubt: Option<Cause>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, attachment) in cx.topology.attachments.iter() {
        let AttachmentKind::Vpc { subnets: Tri::Known(members), appliance_mode, .. } =
            &attachment.kind
        else {
            continue;
        };
        if attachment.head.management == Management::Observed {
            continue;
        }
        let tables = tables(cx.topology, members);
        if tables.len() < 2 {
            continue;
        }
        let answer = decide(cx.topology, appliance_mode, &tables);
        let answer = answer
            .map(|found| found.map(|pair| words(cx.topology, attachment, appliance_mode, pair)));
        out.answer(&attachment.head.origin, answer);
    }
}

/// The tables of attachment subnets, each once, that lead to endpoints. Only Gateway Load Balancer endpoints
/// are targets of routes.
fn tables(topology: &Topology, members: &Members<Subnet>) -> Vec<Led> {
    let mut out: Vec<Led> = Vec::new();
    let mut seen = BTreeSet::new();
    for subnet in members.here.iter().filter(|_| members.exact) {
        let Tri::Known(table) = topology.table_of(*subnet) else { continue };
        if !seen.insert(table) {
            continue;
        }
        let (mut endpoints, mut doubt, mut first) = (BTreeSet::new(), None, None);
        for (_, route) in topology.routes(table) {
            let RouteTarget::Endpoint(link) = &route.target else { continue };
            first = first.or_else(|| Some(route.origin.clone()));
            match (link.proven(), link.tri()) {
                (Some(endpoint), _) => {
                    endpoints.insert(endpoint);
                }
                (None, Tri::Unknown(cause)) => doubt = doubt.or(Some(cause)),
                (None, Tri::Known(_) | Tri::Absent) => (),
            }
        }
        out.extend(first.map(|route| Led { subnet: *subnet, table, route, endpoints, doubt }));
    }
    out
}

fn decide<'l>(
    topology: &Topology,
    mode: &Fact<bool>,
    tables: &'l [Led],
) -> Tri<Option<(&'l Led, &'l Led)>> {
    if mode.value == Tri::Known(true) {
        return Tri::Known(None);
    }
    let mut doubt = None;
    let pairs = tables
        .iter()
        .enumerate()
        .flat_map(|(at, two)| tables.iter().take(at).map(move |one| (one, two)));
    for (one, two) in pairs {
        let unclear = one.doubt.clone().or_else(|| two.doubt.clone());
        match unclear.or_else(|| perhaps_one(topology, one, two)) {
            Some(cause) => doubt = doubt.or(Some(cause)),
            None if !one.endpoints.is_disjoint(&two.endpoints) => (),
            None => match &mode.value {
                Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
                Tri::Known(_) | Tri::Absent => return Tri::Known(Some((one, two))),
            },
        }
    }
    doubt.map_or(Tri::Known(None), Tri::Unknown)
}

/// Why an endpoint of one table may be one of the other.
fn perhaps_one(topology: &Topology, one: &Led, two: &Led) -> Option<Cause> {
    let here = |led: &Led| -> Vec<Id<Endpoint>> {
        let ids = led.endpoints.iter().filter_map(|it| match it {
            Proven::Here(id) => Some(*id),
            Proven::Elsewhere(_) => None,
        });
        ids.collect()
    };
    let (one, two) = (here(one), here(two));
    let mut pairs = one.iter().flat_map(|a| two.iter().map(move |b| (a, b)));
    pairs.find_map(|(a, b)| {
        let (one, two) = (&topology.endpoints[*a].head, &topology.endpoints[*b].head);
        (a != b).then(|| topology.may_be_one(one, two)).flatten()
    })
}

fn words(
    topology: &Topology,
    attachment: &Attachment,
    mode: &Fact<bool>,
    (one, two): (&Led, &Led),
) -> Finding {
    let name = attachment.head.name();
    let (a, b) =
        (topology.subnets[one.subnet].head.name(), topology.subnets[two.subnet].head.name());
    let table = |led: &Led| topology.route_tables[led.table].head.origin.to_string();
    Finding::at(&mode.origin, "appliance mode is off")
        .also(&one.route, format!("leads from `{a}` to the firewall of its zone"))
        .also(&two.route, format!("leads from `{b}` to another one"))
        .message(format!(
            "`{name}` has appliance mode off, and `{}` and `{}` lead to different firewall endpoints",
            table(one),
            table(two)
        ))
        .why(
            "between hosts in two zones both directions of a connection pass different firewalls, which drop \
             what they have not seen begin",
        )
        .help(format!("set `appliance_mode_support = \"enable\"` in `{name}`"))
}
