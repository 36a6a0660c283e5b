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

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_model::{Id, Management, TgwRoute, Topology};

use crate::inspection::{Bypass, InOneSubnet, Inspection, Loop};
use crate::place::{MOST_PLACES, several};
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

fn comes_back(topology: &Topology, id: Id<TgwRoute>, found: &Loop) -> Finding {
    let route = &topology.tgw_routes[id];
    let attachment = &topology.attachments[found.attachment].head;
    let spoke = vpc_name(topology, found.spoke);
    let table = &topology.tgw_route_tables[found.table].head.origin;
    Finding::at(&found.tie, "what the VPC hands back is looked up in the same table")
        .also(&route.head.origin, format!("sends {} to that VPC again", found.range))
        .also(table, format!("has no other route to {}", found.range))
        .also(&topology.attachments[found.spoke].head.origin, "sends there, and waits for an answer")
        .message(format!(
            "`{}` uses `{table}`, which sends what is for `{spoke}` ({}) back to it",
            attachment.name(),
            found.range
        ))
        .why(
            "what comes out of an inspection VPC needs a table of its own that knows the other VPCs; in theirs it \
             meets the route that has brought it, and goes around until it is dropped",
        )
        .help(format!(
            "associate `{}` with an `aws_ec2_transit_gateway_route_table` of its own, and let the other VPCs propagate \
             into that one",
            attachment.name()
        ))
}

fn gets_around(topology: &Topology, id: Id<TgwRoute>, found: &Bypass) -> Finding {
    let route = &topology.tgw_routes[id].head.origin;
    let table = &topology.tgw_route_tables[found.table].head.origin;
    let names: Vec<String> = found.reached.iter().map(|(it, _)| vpc_name(topology, *it)).collect();
    let first = found.reached.first().map_or(route, |(_, by)| by);
    let others = found.reached.iter().skip(1).take(MOST_PLACES);
    let finding = Finding::at(first, "is more specific than the route to the firewall")
        .also(route, "sends everything else to the firewall")
        .also(&found.firewall, "leads to the firewall")
        .also(&topology.attachments[found.asking].head.origin, "sends there, by that table");
    others
        .fold(finding, |finding, (_, by)| finding.also(by, "gets around it as well"))
        .message(format!(
            "what uses `{table}` reaches {} without passing the firewall, by more specific routes than `{route}`",
            several(&names),
        ))
        .why(
            "the longest prefix wins, so a propagated range comes before the default route to the inspection VPC; \
             answers may still go through the firewall, which then sees half of each connection",
        )
        .help(format!(
            "let the VPCs propagate into the table of the inspection attachment instead, and not into `{table}`"
        ))
}

fn in_one_subnet(topology: &Topology, found: &InOneSubnet) -> Finding {
    let endpoint = &topology.endpoints[found.endpoint].head;
    let subnet = &topology.subnets[found.subnet].head;
    let attachment = &topology.attachments[found.attachment].head;
    Finding::at(&endpoint.origin, format!("stands in `{}`", subnet.name()))
        .also(&found.route, "leads what leaves the endpoint to the endpoint again")
        .also(&attachment.origin, "uses the same subnet")
        .message(format!(
            "`{}` stands in `{}`, the subnet of `{}`, whose route table leads to it",
            endpoint.name(),
            subnet.name(),
            attachment.name()
        ))
        .why(
            "what leaves an endpoint follows the route table of the endpoint's own subnet; here that is the route that \
             has brought it, so it never gets any further",
        )
        .help(format!(
            "put `{}` into a subnet of its own, whose route table leads back to the transit gateway",
            endpoint.name()
        ))
}

fn vpc_name(topology: &Topology, id: Id<groundplan_model::Attachment>) -> String {
    match topology.attached_vpc(id).known() {
        Some(vpc) => topology.vpcs[*vpc].head.name(),
        None => topology.attachments[id].head.name(),
    }
}
