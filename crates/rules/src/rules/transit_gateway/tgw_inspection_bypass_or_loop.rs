//! Traffic that is sent to an inspection VPC comes back to it, or gets around it.
//!
//! ## Why
//!
//! Inspection by a VPC needs two route tables of the transit gateway. That of the other VPCs leads everything to the
//! inspection VPC, by a default route, and nothing else; that of the inspection VPC knows them all.
//!
//! Where the inspection VPC uses the table of the others, what it hands back is sent to it again, and goes
//! around until it is dropped. Where one of the others propagates into their own table, its range is more
//! specific than the default route, and what they send to it does not pass the firewall. And where the firewall's endpoint
//! stands in the subnet of the attachment, the route that leads to the endpoint is also the one that its packets
//! follow when they leave it.
//!
//! Source: Amazon VPC Transit Gateways, "Appliance in a shared services VPC"; AWS Gateway Load Balancers, "Getting started with Gateway Load Balancers".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_association = "disable"
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_route" "a" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.a.id
//!   subnet_ids         = [aws_subnet.a.id]
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id     = aws_vpc.b.id
//!   cidr_block = "10.2.1.0/24"
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.b.id
//! }
//!
//! resource "aws_route" "b" {
//!   route_table_id         = aws_route_table.b.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "b" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.b.id
//!   subnet_ids         = [aws_subnet.b.id]
//! }
//!
//! resource "aws_vpc" "inspection" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "transit" {
//!   vpc_id     = aws_vpc.inspection.id
//!   cidr_block = "10.9.0.0/28"
//! }
//!
//! resource "aws_subnet" "firewall" {
//!   vpc_id     = aws_vpc.inspection.id
//!   cidr_block = "10.9.1.0/28"
//! }
//!
//! resource "aws_vpc_endpoint" "firewall" {
//!   vpc_id            = aws_vpc.inspection.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.firewall.id]
//! }
//!
//! resource "aws_route_table" "transit" {
//!   vpc_id = aws_vpc.inspection.id
//! }
//!
//! resource "aws_route_table_association" "transit" {
//!   subnet_id      = aws_subnet.transit.id
//!   route_table_id = aws_route_table.transit.id
//! }
//!
//! resource "aws_route" "transit" {
//!   route_table_id         = aws_route_table.transit.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.firewall.id
//! }
//!
//! resource "aws_route_table" "firewall" {
//!   vpc_id = aws_vpc.inspection.id
//! }
//!
//! resource "aws_route_table_association" "firewall" {
//!   subnet_id      = aws_subnet.firewall.id
//!   route_table_id = aws_route_table.firewall.id
//! }
//!
//! resource "aws_route" "firewall" {
//!   route_table_id         = aws_route_table.firewall.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "inspection" {
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//!   vpc_id                 = aws_vpc.inspection.id
//!   subnet_ids             = [aws_subnet.transit.id]
//!   appliance_mode_support = "enable"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "inspection" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "a" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.a.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "b" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.b.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "inspect" {
//!   destination_cidr_block         = "0.0.0.0/0"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.inspection.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "a" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.a.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.inspection.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "b" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.b.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.inspection.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "inspection" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.inspection.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.inspection.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "b_in_spokes" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.b.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_association = "disable"
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_route" "a" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.a.id
//!   subnet_ids         = [aws_subnet.a.id]
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id     = aws_vpc.b.id
//!   cidr_block = "10.2.1.0/24"
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.b.id
//! }
//!
//! resource "aws_route" "b" {
//!   route_table_id         = aws_route_table.b.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "b" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.b.id
//!   subnet_ids         = [aws_subnet.b.id]
//! }
//!
//! resource "aws_vpc" "inspection" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "transit" {
//!   vpc_id     = aws_vpc.inspection.id
//!   cidr_block = "10.9.0.0/28"
//! }
//!
//! resource "aws_subnet" "firewall" {
//!   vpc_id     = aws_vpc.inspection.id
//!   cidr_block = "10.9.1.0/28"
//! }
//!
//! resource "aws_vpc_endpoint" "firewall" {
//!   vpc_id            = aws_vpc.inspection.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.firewall.id]
//! }
//!
//! resource "aws_route_table" "transit" {
//!   vpc_id = aws_vpc.inspection.id
//! }
//!
//! resource "aws_route_table_association" "transit" {
//!   subnet_id      = aws_subnet.transit.id
//!   route_table_id = aws_route_table.transit.id
//! }
//!
//! resource "aws_route" "transit" {
//!   route_table_id         = aws_route_table.transit.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.firewall.id
//! }
//!
//! resource "aws_route_table" "firewall" {
//!   vpc_id = aws_vpc.inspection.id
//! }
//!
//! resource "aws_route_table_association" "firewall" {
//!   subnet_id      = aws_subnet.firewall.id
//!   route_table_id = aws_route_table.firewall.id
//! }
//!
//! resource "aws_route" "firewall" {
//!   route_table_id         = aws_route_table.firewall.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "inspection" {
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//!   vpc_id                 = aws_vpc.inspection.id
//!   subnet_ids             = [aws_subnet.transit.id]
//!   appliance_mode_support = "enable"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "inspection" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "a" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.a.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "b" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.b.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "inspect" {
//!   destination_cidr_block         = "0.0.0.0/0"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.inspection.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "a" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.a.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.inspection.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "b" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.b.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.inspection.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "inspection" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.inspection.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.inspection.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Route tables of the gateway to which other configurations may add, and endpoints that cannot be followed, as those
//! of AWS Network Firewall: in which subnet they are.

use groundplan_findings::{Class, Confidence, Severity};
use groundplan_model::Management;

use crate::inspection::Inspection;
use crate::inspection_words::{comes_back, gets_around, in_one_subnet};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let inspection = Inspection::of(topology);
    for (id, route) in topology.tgw_routes.iter() {
        if route.head.management == Management::Observed {
            continue;
        }
        if let Some(answer) = inspection.comes_back(id) {
            let answer = answer.map(|found| found.map(|it| comes_back(topology, id, &it)));
            out.answer(&route.head.origin, answer);
        }
        if let Some(answer) = inspection.gets_around(id) {
            let answer = answer.map(|found| found.map(|it| gets_around(topology, id, &it)));
            out.answer(&route.head.origin, answer);
        }
    }
    for found in inspection.in_one_subnet() {
        out.broken(in_one_subnet(topology, &found));
    }
}
