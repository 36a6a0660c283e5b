//! VPCs use the NAT gateways of another VPC, and what comes back does not get to them.
//!
//! ## Why
//!
//! In central egress, packets go over the transit gateway to the attachment subnets of the egress VPC, from there
//! to a NAT gateway, and on to the internet. An answer comes back to the NAT gateway, which puts the old
//! address in; where it goes then is told by the route table of the NAT gateway's own subnet. Without a route
//! to the other VPCs there, answers follow the default route to the internet gateway, and are lost.
//!
//! An attachment subnet that leads straight to an internet gateway is no better: that translates the addresses
//! of its own VPC only, and drops all others.
//!
//! Source: Amazon VPC Transit Gateways, "Centralized outbound routing to the internet".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_route" "app_out" {
//!   route_table_id         = aws_route_table.app.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_vpc" "egress" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.egress.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_subnet" "transit" {
//!   vpc_id     = aws_vpc.egress.id
//!   cidr_block = "10.0.1.0/28"
//! }
//!
//! resource "aws_internet_gateway" "egress" {
//!   vpc_id = aws_vpc.egress.id
//! }
//!
//! resource "aws_eip" "egress" {
//!   domain = "vpc"
//! }
//!
//! resource "aws_nat_gateway" "egress" {
//!   subnet_id     = aws_subnet.public.id
//!   allocation_id = aws_eip.egress.id
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.egress.id
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_route" "public_out" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.egress.id
//! }
//!
//! resource "aws_route_table" "transit" {
//!   vpc_id = aws_vpc.egress.id
//! }
//!
//! resource "aws_route_table_association" "transit" {
//!   subnet_id      = aws_subnet.transit.id
//!   route_table_id = aws_route_table.transit.id
//! }
//!
//! resource "aws_route" "transit_out" {
//!   route_table_id         = aws_route_table.transit.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.egress.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "egress" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.egress.id
//!   subnet_ids         = [aws_subnet.transit.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "out" {
//!   destination_cidr_block         = "0.0.0.0/0"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.egress.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_route" "app_out" {
//!   route_table_id         = aws_route_table.app.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_vpc" "egress" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.egress.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_subnet" "transit" {
//!   vpc_id     = aws_vpc.egress.id
//!   cidr_block = "10.0.1.0/28"
//! }
//!
//! resource "aws_internet_gateway" "egress" {
//!   vpc_id = aws_vpc.egress.id
//! }
//!
//! resource "aws_eip" "egress" {
//!   domain = "vpc"
//! }
//!
//! resource "aws_nat_gateway" "egress" {
//!   subnet_id     = aws_subnet.public.id
//!   allocation_id = aws_eip.egress.id
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.egress.id
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_route" "public_out" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.egress.id
//! }
//!
//! resource "aws_route_table" "transit" {
//!   vpc_id = aws_vpc.egress.id
//! }
//!
//! resource "aws_route_table_association" "transit" {
//!   subnet_id      = aws_subnet.transit.id
//!   route_table_id = aws_route_table.transit.id
//! }
//!
//! resource "aws_route" "transit_out" {
//!   route_table_id         = aws_route_table.transit.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.egress.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "egress" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.egress.id
//!   subnet_ids         = [aws_subnet.transit.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "out" {
//!   destination_cidr_block         = "0.0.0.0/0"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.egress.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//! }
//!
//! resource "aws_route" "public_back" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Route tables to which other configurations may add.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_model::{Attachment, Id, NatGateway, Route, RouteTable, Topology};
use ipnet::IpNet;

use crate::central_egress::{End, Lost, egress};
use crate::place::{gateway_name, reference};
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
    for (id, answer) in egress(cx.topology) {
        let head = &cx.topology.attachments[id].head;
        if cx.topology.is_only_seen(head) {
            continue;
        }
        let answer = answer.map(|found| found.map(|lost| words(cx.topology, id, &lost)));
        out.answer(&head.origin, answer);
    }
}

fn words(topology: &Topology, id: Id<Attachment>, lost: &Lost) -> Finding {
    let finding = match lost.at {
        End::NoWayBack(nat, table) => no_way_back(topology, id, lost, (nat, table)),
        End::NoNat(route) => no_nat(topology, id, lost, &topology.routes[route]),
    };
    let spoke = match topology.attached_vpc(lost.spoke).known() {
        Some(vpc) => &topology.vpcs[*vpc].head.origin,
        None => &topology.attachments[lost.spoke].head.origin,
    };
    finding
        .also(&topology.attachments[id].head.origin, "what arrives here gets no answer")
        .also(&topology.tgw_routes[lost.by].head.origin, "brings what goes to the internet here")
        .also(spoke, "sends what goes to the internet to the gateway")
}

fn no_way_back(
    topology: &Topology,
    id: Id<Attachment>,
    lost: &Lost,
    (nat, table): (Id<NatGateway>, Id<RouteTable>),
) -> Finding {
    let ranges = lost.ranges.iter().map(IpNet::to_string).collect::<Vec<_>>().join(", ");
    let gateway = gateway_name(topology, &topology.attachments[id].gateway);
    let (nat, table) =
        (&topology.nat_gateways[nat].head.origin, &topology.route_tables[table].head.origin);
    let plain = format!("add a route to {ranges} over {gateway} to `{table}`");
    let block = route_back(topology, id, lost, table);
    Finding::at(table, format!("has no route to {ranges}"))
        .also(nat, "uses this table, and sends the answers by it")
        .message(format!(
            "`{}` ({ranges}) uses `{nat}` over {gateway}, and `{table}` has no route back to it",
            spoke(topology, lost)
        ))
        .why(
            "a NAT gateway hands answers to the route table of its own subnet; without a route to the other VPC \
             they go to the internet gateway and are lost, so that no connection comes about",
        )
        .help(block.map_or(plain.clone(), |block| format!("{plain}, for example:\n\n{block}")))
}

fn no_nat(topology: &Topology, id: Id<Attachment>, lost: &Lost, route: &Route) -> Finding {
    let vpc = match topology.attached_vpc(id).known() {
        Some(vpc) => topology.vpcs[*vpc].head.name(),
        None => topology.attachments[id].head.name(),
    };
    Finding::at(&route.target_origin, "leads to the internet gateway without a NAT gateway")
        .message(format!(
            "`{}` reaches the internet gateway of `{vpc}` with private addresses by `{}`",
            spoke(topology, lost),
            route.origin
        ))
        .why(
            "an internet gateway translates the addresses of its own VPC only; what comes over a transit gateway \
             is dropped there unless a NAT gateway stands before it",
        )
        .help(
            "give the attachment subnets of their own, with a route table that leads to a NAT gateway, and put the \
             NAT gateway into a subnet that leads to the internet gateway",
        )
}

fn spoke(topology: &Topology, lost: &Lost) -> String {
    match topology.attached_vpc(lost.spoke).known() {
        Some(vpc) => topology.vpcs[*vpc].head.name(),
        None => topology.attachments[lost.spoke].head.name(),
    }
}

fn route_back(
    topology: &Topology,
    id: Id<Attachment>,
    lost: &Lost,
    table: &groundplan_ir::Origin,
) -> Option<String> {
    let gateway = topology.attachments[id].gateway.here()?;
    let gateway = &topology.transit_gateways[gateway].head.origin;
    let range = lost.ranges.first()?.to_string();
    Some(resource(
        "aws_route",
        "back",
        &[
            ("route_table_id", Proposed::Reference(reference(table, table)?)),
            ("destination_cidr_block", Proposed::Text(&range)),
            ("transit_gateway_id", Proposed::Reference(reference(gateway, table)?)),
        ],
    ))
}
