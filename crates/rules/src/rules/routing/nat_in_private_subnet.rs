//! A public NAT gateway stands in a subnet that no route leads out of to an internet gateway.
//!
//! ## Why
//!
//! A public NAT gateway sends what it translates by the route table of its own subnet. Where that does not lead to
//! an internet gateway, every packet to the internet is lost, although each of the resources is made. A NAT gateway
//! whose own subnet leads to itself is the same fault.
//!
//! Source: Amazon VPC User Guide, "NAT gateways" (basics, use cases), "Troubleshoot NAT gateways".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "private" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_eip" "nat" {
//!   domain = "vpc"
//! }
//!
//! resource "aws_nat_gateway" "a" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.private.id
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "private" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.a.id
//! }
//!
//! resource "aws_route_table_association" "private" {
//!   subnet_id      = aws_subnet.private.id
//!   route_table_id = aws_route_table.private.id
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
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_eip" "nat" {
//!   domain = "vpc"
//! }
//!
//! resource "aws_nat_gateway" "a" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public.id
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "public" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.a.id
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A subnet or route table that is not managed in the input, routes that a plan does not spell out. A way through a
//! firewall (an endpoint, a network interface) is not followed and taken for right, and a table that has routes to
//! parts of the internet is not judged.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{
    Id, Link, Management, NatGateway, Route, RouteTable, RouteTarget, Topology,
};
use ipnet::IpNet;

use crate::place::named_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A table that does not lead to the internet, and its default route, if it has any.
struct DeadEnd<'t> {
    table: Id<RouteTable>,
    route: Option<&'t Route>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, gateway) in cx.topology.nat_gateways.iter() {
        let zonal = gateway.subnet != Link::Absent;
        if gateway.head.management == Management::Observed || !zonal {
            continue;
        }
        let answer = match &gateway.connectivity.value {
            Tri::Known(kind) if &**kind == "private" => continue,
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Known(_) | Tri::Absent => decide(cx.topology, gateway)
                .map(|found| found.map(|end| words(cx.topology, gateway, &end))),
        };
        out.answer(&gateway.head.origin, answer);
    }
}

fn decide<'t>(topology: &'t Topology, gateway: &NatGateway) -> Tri<Option<DeadEnd<'t>>> {
    let table = gateway.subnet.tri().and_then(|subnet| topology.table_of(subnet));
    let table = match table {
        Tri::Known(table) => table,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let mut default = None;
    for (_, route) in topology.routes(table) {
        match leads_out(route) {
            Tri::Known(true) => return Tri::Known(None),
            Tri::Unknown(cause) => return Tri::Unknown(cause),
            Tri::Known(false) if is_default_v4(route) => default = Some(route),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    let open = topology.table_open(table, |route| leads_out(route) != Tri::Known(false));
    match open {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(Some(DeadEnd { table, route: default })),
    }
}

/// Whether a route may be a way to the internet for IPv4: to an internet gateway, or through something that may
/// have one behind it. Narrow destinations count too, since a list of the internet's ranges may be a way as well.
fn leads_out(route: &Route) -> Tri<bool> {
    let elsewhere = route.range().is_some_and(|net| match net {
        // A network of one's own (RFC 1918).
        IpNet::V4(net) => net.network().is_private() && net.broadcast().is_private(),
        IpNet::V6(_) => true,
    });
    match &route.target {
        _ if elsewhere => Tri::Known(false),
        RouteTarget::InternetGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_) => Tri::Known(true),
        RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
        RouteTarget::Local
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_) => Tri::Known(false),
    }
}

fn is_default_v4(route: &Route) -> bool {
    matches!(route.range(), Some(IpNet::V4(net)) if net.prefix_len() == 0)
}

fn words(topology: &Topology, gateway: &NatGateway, end: &DeadEnd<'_>) -> Finding {
    let name = gateway.head.name();
    let table = &topology.route_tables[end.table].head;
    let subnet = gateway.subnet.here().map(|it| &topology.subnets[it].head);
    let mut finding = Finding::at(
        &gateway.head.origin.attribute("subnet_id", None),
        "no way to the internet from here",
    )
    .also(&table.origin, "the subnet's route table");
    if let Some(route) = end.route {
        finding = finding.also(&route.target_origin, "where the default route leads");
    }
    let of = subnet.map(|it| format!("`{}`", it.name())).unwrap_or_default();
    let block = resource(
        "aws_route",
        "internet",
        &[
            (
                "route_table_id",
                Proposed::Reference(named_id(table, &table.origin).unwrap_or_default()),
            ),
            ("destination_cidr_block", Proposed::Text("0.0.0.0/0")),
            ("gateway_id", Proposed::Reference("aws_internet_gateway.this.id".to_owned())),
        ],
    );
    finding
        .message(format!(
            "`{name}` is a public NAT gateway in {of}, whose route table `{}` has no way to an internet gateway",
            table.origin
        ))
        .why("a public NAT gateway sends by the route table of its own subnet; without a way out all is lost")
        .help(format!(
            "put `{name}` into a public subnet, or lead the default route of this one to the VPC's internet \
             gateway:\n{block}"
        ))
}
