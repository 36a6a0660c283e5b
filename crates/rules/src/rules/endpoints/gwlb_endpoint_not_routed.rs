//! A Gateway Load Balancer endpoint is in its VPC, and no route leads to it.
//!
//! ## Why
//!
//! Traffic is inspected where a route sends it to the endpoint, and nowhere else. Without any route the appliances
//! are paid for and every packet goes past them.
//!
//! Source: AWS `PrivateLink`, "Access virtual appliances through AWS `PrivateLink`"; Amazon VPC User Guide,
//! "Example routing options".
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
//! resource "aws_route_table" "clients" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.clients.id
//! }
//!
//! resource "aws_vpc_endpoint" "fw" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.b.id]
//! }
//!
//! resource "aws_internet_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "out" {
//!   route_table_id         = aws_route_table.clients.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.app.id
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
//! resource "aws_route_table" "clients" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.clients.id
//! }
//!
//! resource "aws_vpc_endpoint" "fw" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.b.id]
//! }
//!
//! resource "aws_route" "via_fw" {
//!   route_table_id         = aws_route_table.clients.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.fw.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC whose tables are not all in the input, and a route whose target cannot be followed.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, Id, Link, Management, Route, RouteTarget, Topology};

use crate::{Context, Rule, Sink};

use crate::place::reference;
use crate::propose::{Proposed, resource};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Exposure,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let kind = endpoint.endpoint_type.value.known();
        if kind.is_none_or(|it| &**it != "GatewayLoadBalancer")
            || endpoint.head.management == Management::Observed
        {
            continue;
        }
        let answer = decide(cx.topology, id);
        let answer = answer.map(|idle| idle.then(|| words(cx.topology, endpoint)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// Whether no route leads to the endpoint.
fn decide(topology: &Topology, id: Id<Endpoint>) -> Tri<bool> {
    let endpoint = &topology.endpoints[id];
    let vpc = match endpoint.vpc.tri() {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Known(false),
    };
    let mut open: Option<Cause> = None;
    for table in topology.tables(vpc) {
        for (_, route) in topology.routes(*table) {
            match leads(topology, route, id) {
                Tri::Known(true) => return Tri::Known(false),
                Tri::Unknown(cause) => open = open.or(Some(cause)),
                Tri::Known(false) | Tri::Absent => (),
            }
        }
    }
    let may = |route: &Route| leads(topology, route, id) != Tri::Known(false);
    let open = open
        .or_else(|| topology.vpc_routes_gap(vpc, may))
        .or_else(|| topology.stray_routes(endpoint.head.stack(), may));
    open.map_or(Tri::Known(true), Tri::Unknown)
}

/// Whether a route leads to the endpoint.
fn leads(topology: &Topology, route: &Route, id: Id<Endpoint>) -> Tri<bool> {
    match &route.target {
        RouteTarget::Endpoint(Link::Here(target)) if *target == id => Tri::Known(true),
        RouteTarget::Endpoint(Link::Here(target)) => {
            let (one, two) = (&topology.endpoints[*target].head, &topology.endpoints[id].head);
            topology.may_be_one(one, two).map_or(Tri::Known(false), Tri::Unknown)
        }
        RouteTarget::Endpoint(Link::OneOf(ids, cause)) if ids.contains(&id) => {
            Tri::Unknown(cause.clone())
        }
        RouteTarget::Endpoint(Link::Elsewhere(by)) => {
            let head = &topology.endpoints[id].head;
            let open = topology.may_have_id(head, by, route.stack());
            open.map_or(Tri::Known(false), Tri::Unknown)
        }
        RouteTarget::Endpoint(Link::Unknown(cause)) | RouteTarget::Unknown(cause) => {
            Tri::Unknown(cause.clone())
        }
        RouteTarget::Endpoint(Link::OneOf(..) | Link::Absent)
        | RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_) => Tri::Known(false),
    }
}

fn words(topology: &Topology, endpoint: &Endpoint) -> Finding {
    let (name, place) = (endpoint.head.name(), &endpoint.head.origin);
    let vpc = endpoint.vpc.here().map(|it| &topology.vpcs[it].head);
    let of = vpc.map_or_else(|| "its VPC".to_owned(), |it| format!("`{}`", it.name()));
    let block = reference(place, place).map(|id| {
        resource(
            "aws_route",
            &format!("via_{}", place.address.name),
            &[
                ("route_table_id", Proposed::Text("(the table of the clients)")),
                ("destination_cidr_block", Proposed::Text("0.0.0.0/0")),
                ("vpc_endpoint_id", Proposed::Reference(id)),
            ],
        )
    });
    let mut finding = Finding::at(place, "no route leads here");
    if let Some(vpc) = vpc {
        finding = finding.also(&vpc.origin, "none of its route tables names it");
    }
    finding
        .message(format!("`{name}` inspects nothing: no route table of {of} leads to it"))
        .why("only what a route sends to the endpoint is inspected; everything goes past the appliances")
        .help(format!(
            "lead the traffic that shall be inspected to it, both ways, for example:\n{}",
            block.unwrap_or_default()
        ))
}
