//! A private NAT gateway is used as the way to the internet.
//!
//! ## Why
//!
//! A private NAT gateway translates to a private address, for other VPCs and the own network. An internet
//! gateway drops what comes from it, and without a default route of its own it leads nowhere; AWS refuses to
//! give it an Elastic IP address. A default route to a private NAT gateway works only where its own subnet
//! leads on, for example to a transit gateway with a central egress.
//!
//! Source: Amazon VPC User Guide, "NAT gateways".
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
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
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
//! resource "aws_nat_gateway" "a" {
//!   connectivity_type = "private"
//!   subnet_id         = aws_subnet.public.id
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
//!   cidr_block = "10.0.1.0/24"
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
//! resource "aws_eip" "nat" {
//!   domain = "vpc"
//! }
//!
//! resource "aws_nat_gateway" "a" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway whose kind, subnet or table is not known, a route whose table cannot be followed. Only gateways
//! are judged that a default route leads to, or that are given an Elastic IP address.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use std::collections::BTreeMap;

use groundplan_ir::{Origin, Tri};
use groundplan_model::{Id, Link, Management, NatGateway, Route, RouteTarget, Topology};

use crate::default_route::{Family, default_route, kind_of};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What is wrong with a private NAT gateway.
enum Fault<'t> {
    /// It is given an Elastic IP address.
    Address(&'t Origin),
    /// A default route leads to it, and its own subnet's one leads nowhere from there.
    DeadEnd { client: &'t Route, own: Option<&'t Route> },
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut clients: BTreeMap<Id<NatGateway>, &Route> = BTreeMap::new();
    for (_, route) in topology.routes.iter().filter(|(_, it)| it.destination.is_default()) {
        if let RouteTarget::NatGateway(Link::Here(id)) = &route.target {
            clients.entry(*id).or_insert(route);
        }
    }
    for (id, gateway) in topology.nat_gateways.iter() {
        let observed = gateway.head.management == Management::Observed;
        let client = clients.get(&id).copied();
        if observed || (client.is_none() && gateway.allocation.is_none()) {
            continue;
        }
        let answer = match &gateway.connectivity.value {
            Tri::Known(kind) if &**kind != "private" => continue,
            Tri::Known(_) | Tri::Absent => decide(topology, gateway, client),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        };
        let answer = answer.map(|found| found.map(|fault| words(gateway, &fault)));
        out.answer(&gateway.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    gateway: &'t NatGateway,
    client: Option<&'t Route>,
) -> Tri<Option<Fault<'t>>> {
    if let Some(origin) = &gateway.allocation {
        return Tri::Known(Some(Fault::Address(origin)));
    }
    let Some(client) = client else { return Tri::Known(None) };
    let table = gateway.subnet.tri().and_then(|subnet| topology.table_of(subnet));
    table.and_then(|table| default_route(topology, table, Family::Four)).map(|own| match own {
        Some(route) if !matches!(route.target, RouteTarget::InternetGateway(_)) => None,
        own => Some(Fault::DeadEnd { client, own }),
    })
}

fn words(gateway: &NatGateway, fault: &Fault<'_>) -> Finding {
    let name = gateway.head.name();
    match fault {
        Fault::Address(origin) => Finding::at(origin, "is for public NAT gateways alone")
            .also(&gateway.connectivity.origin, "the gateway is a private one")
            .message(format!("`{name}` is a private NAT gateway and is given `allocation_id`"))
            .why("a private NAT gateway has no Elastic IP address; AWS refuses it at apply")
            .help(format!(
                "remove `allocation_id` of `{name}`, or its `connectivity_type = \"private\"`"
            )),
        Fault::DeadEnd { client, own } => {
            let place = gateway.head.origin.attribute("connectivity_type", None);
            let mut finding = Finding::at(&place, "sends nothing to the internet")
                .also(&client.target_origin, "the default route of its clients");
            let leads = match own {
                Some(own) => {
                    let kind = kind_of(&own.target);
                    finding = finding.also(&own.target_origin, format!("its own leads to {kind}"));
                    format!("leads on to {kind}, which drops what comes from it")
                }
                None => "has no default route".to_owned(),
            };
            finding
                .message(format!(
                    "`{}` sends everything to the private NAT gateway `{name}`, whose own subnet {leads}",
                    client.origin.address
                ))
                .why("a private NAT gateway translates to a private address, with which nothing gets to the internet")
                .help(format!(
                    "make `{name}` a public one (an `allocation_id`, no `connectivity_type`) in a public subnet, or \
                     lead its own subnet on to where the internet is, for example a transit gateway"
                ))
        }
    }
}
