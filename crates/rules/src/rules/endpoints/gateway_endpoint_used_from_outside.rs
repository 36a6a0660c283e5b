//! A VPC sends traffic for Amazon S3 or DynamoDB over a transit gateway, where only a gateway endpoint could take it.
//!
//! ## Why
//!
//! A gateway endpoint serves the subnets of its own VPC: connections cannot be extended out of it, and what comes in
//! over a transit gateway does not get to it. A hub with one gateway endpoint for all does not work; each VPC has its
//! own, which costs nothing. Interface endpoints are reached from elsewhere.
//!
//! Source: AWS `PrivateLink`, "Gateway endpoints".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "hub" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "hub" {
//!   vpc_id     = aws_vpc.hub.id
//!   cidr_block = "10.9.1.0/24"
//! }
//!
//! resource "aws_route_table" "hub" {
//!   vpc_id = aws_vpc.hub.id
//! }
//!
//! resource "aws_route_table_association" "hub" {
//!   subnet_id      = aws_subnet.hub.id
//!   route_table_id = aws_route_table.hub.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "hub" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.hub.id
//!   subnet_ids         = [aws_subnet.hub.id]
//! }
//!
//! resource "aws_route" "hub" {
//!   route_table_id         = aws_route_table.hub.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.hub.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.hub.id]
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
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_route" "app" {
//!   route_table_id             = aws_route_table.app.id
//!   destination_prefix_list_id = aws_vpc_endpoint.s3.prefix_list_id
//!   transit_gateway_id         = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "hub" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "hub" {
//!   vpc_id     = aws_vpc.hub.id
//!   cidr_block = "10.9.1.0/24"
//! }
//!
//! resource "aws_route_table" "hub" {
//!   vpc_id = aws_vpc.hub.id
//! }
//!
//! resource "aws_route_table_association" "hub" {
//!   subnet_id      = aws_subnet.hub.id
//!   route_table_id = aws_route_table.hub.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "hub" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.hub.id
//!   subnet_ids         = [aws_subnet.hub.id]
//! }
//!
//! resource "aws_route" "hub" {
//!   route_table_id         = aws_route_table.hub.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.hub.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.hub.id]
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
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_route" "app" {
//!   route_table_id         = aws_route_table.app.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_vpc_endpoint" "app_s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.app.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A transit gateway that is not in the input, or to which others may attach; route tables of its attachments that
//! cannot be followed. Nothing is asked where packets may go on from there: a NAT gateway, firewall or proxy in an
//! attached VPC, a VPN connection, another gateway.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, Destination, Endpoint, Id, Link, ListOwner, Members, Route, RouteSource,
    RouteTarget, Subnet, Topology, TransitGateway, Vpc,
};

use crate::gateway_endpoints::is_type;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (_, route) in topology.routes.iter() {
        let (Destination::PrefixList(Link::Here(list)), RouteTarget::TransitGateway(gateway)) =
            (&route.destination, &route.target)
        else {
            continue;
        };
        let Tri::Known(ListOwner::Aws(service)) = &topology.prefix_lists[*list].owner else {
            continue;
        };
        let has_gateway = [".s3", ".dynamodb"].iter().any(|it| service.ends_with(it));
        if !has_gateway || route.source == RouteSource::Seen {
            continue;
        }
        let answer = gateway.tri().and_then(|gateway| decide(topology, route, gateway));
        let answer = answer.map(|lost| lost.then(|| words(topology, route, gateway, service)));
        out.answer(&route.origin, answer);
    }
}

/// Whether nothing behind the gateway takes the packets on.
fn decide(topology: &Topology, route: &Route, gateway: Id<TransitGateway>) -> Tri<bool> {
    let own = topology.vpc_of_table(&route.table).here();
    let mut doubt: Option<Cause> = None;
    for id in topology.attachments_of_gateway.of(gateway) {
        let AttachmentKind::Vpc { vpc, subnets, .. } = &topology.attachments[*id].kind else {
            return Tri::Known(false);
        };
        if vpc.here().is_some() && vpc.here() == own {
            continue;
        }
        let passes = match subnets {
            Tri::Known(members) => passes_on(topology, members),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Absent => continue,
        };
        match passes {
            Tri::Known(true) => return Tri::Known(false),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    let head = &topology.transit_gateways[gateway].head;
    doubt
        .or_else(|| topology.attachments_of_gateway.open(gateway).cloned())
        .or_else(|| {
            topology
                .attachments_of_gateway
                .perhaps_of(gateway)
                .next()
                .map(|(_, cause)| cause.clone())
        })
        .or_else(|| topology.container_open(head))
        .map_or(Tri::Known(true), Tri::Unknown)
}

/// Whether the tables of these subnets may lead packets on to addresses of AWS.
fn passes_on(topology: &Topology, members: &Members<Subnet>) -> Tri<bool> {
    let mut doubt = members.elsewhere.first().map(|id| Cause::NotInInput(id.clone()));
    for subnet in &members.here {
        let table = match topology.table_of(*subnet) {
            Tri::Known(table) => table,
            Tri::Unknown(cause) => {
                doubt = doubt.or(Some(cause));
                continue;
            }
            Tri::Absent => continue,
        };
        if topology.routes(table).any(|(_, route)| takes_on(topology, route)) {
            return Tri::Known(true);
        }
        doubt = doubt.or_else(|| topology.table_open(table, |route| takes_on(topology, route)));
    }
    doubt.map_or(Tri::Known(false), Tri::Unknown)
}

/// Whether a target takes packets that came in over the gateway on; an internet gateway drops private senders.
fn takes_on(topology: &Topology, route: &Route) -> bool {
    match &route.target {
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::TransitGateway(_) => false,
        RouteTarget::Endpoint(link) => link
            .here()
            .is_none_or(|id| is_type(&topology.endpoints[id], "Gateway") != Tri::Known(true)),
        RouteTarget::VpnGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => true,
    }
}

fn words(
    topology: &Topology,
    route: &Route,
    gateway: &Link<TransitGateway>,
    service: &str,
) -> Finding {
    let over =
        gateway.here().map(|id| topology.transit_gateways[id].head.name()).unwrap_or_default();
    let near = topology.vpc_of_table(&route.table).here().map(|vpc| topology.vpcs[vpc].head.name());
    let near = near.as_deref().unwrap_or("this VPC");
    let mut finding = Finding::at(&route.destination_origin, "addresses of AWS")
        .also(&route.target_origin, "leads to VPCs that do not pass them on");
    if let Some(endpoint) = gateway.here().and_then(|it| meant(topology, it, service)) {
        finding = finding.also(&endpoint.head.origin, "serves its own VPC alone");
    }
    finding
        .message(format!("`{}` sends the addresses of {service} over `{over}`, behind which nothing takes them", route.origin.address))
        .why("a gateway endpoint serves its own VPC only; what comes in over a transit gateway does not reach it")
        .help(format!(
            "make a gateway endpoint for {service} in `{near}`, name this route's table in its `route_table_ids` \
             (gateway endpoints cost nothing), and remove this route"
        ))
}

/// The gateway endpoint for the service in an attached VPC.
fn meant<'t>(
    topology: &'t Topology,
    gateway: Id<TransitGateway>,
    service: &str,
) -> Option<&'t Endpoint> {
    let attached = topology.attachments_of_gateway.of(gateway).iter();
    let vpcs = attached.filter_map(|id| topology.attached_vpc(*id).known().copied());
    let of =
        |vpc: Id<Vpc>| topology.endpoints_of_vpc.of(vpc).iter().map(|id| &topology.endpoints[*id]);
    let wanted = |it: &&Endpoint| {
        it.service.value.known().is_some_and(|it| **it == *service)
            && !it.head.origin.address.is_symbolic()
    };
    vpcs.flat_map(of).filter(|it| is_type(it, "Gateway") == Tri::Known(true)).find(wanted)
}
