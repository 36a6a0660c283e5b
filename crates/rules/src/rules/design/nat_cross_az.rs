//! Subnets go to the internet through a NAT gateway of another availability zone.
//!
//! ## Why
//!
//! A NAT gateway is in one availability zone. When that zone fails, the subnets of other zones that route to it lose
//! the internet as well, and until then each gigabyte between the zones is paid for.
//!
//! Source: Amazon VPC User Guide, "NAT gateway basics".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "public_a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.0.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "private_b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.11.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_eip" "nat" {}
//!
//! resource "aws_nat_gateway" "a" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public_a.id
//! }
//!
//! resource "aws_route_table" "private_b" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "private_b" {
//!   subnet_id      = aws_subnet.private_b.id
//!   route_table_id = aws_route_table.private_b.id
//! }
//!
//! resource "aws_route" "internet_b" {
//!   route_table_id         = aws_route_table.private_b.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.a.id
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
//! resource "aws_subnet" "public_b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_subnet" "private_b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.11.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_eip" "nat" {}
//!
//! resource "aws_nat_gateway" "b" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public_b.id
//! }
//!
//! resource "aws_route_table" "private_b" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "private_b" {
//!   subnet_id      = aws_subnet.private_b.id
//!   route_table_id = aws_route_table.private_b.id
//! }
//!
//! resource "aws_route" "internet_b" {
//!   route_table_id         = aws_route_table.private_b.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.b.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Subnets whose zone AWS chooses, and subnets whose route table is not told.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, NatGateway, Route, RouteTable, RouteTarget, Subnet, Topology};

use crate::place::{MOST_PLACES, several};
use crate::zones::{same_zone, zone_name};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The tables with a route to one NAT gateway.
#[derive(Default)]
struct Leads<'t> {
    tables: BTreeMap<Id<RouteTable>, &'t Route>,
    /// Why there may be more.
    open: Option<Cause>,
}

/// A subnet of another zone, and its route to the NAT gateway.
type Crossing<'t> = (&'t Subnet, &'t Route);

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut by_nat: BTreeMap<Id<NatGateway>, Leads<'_>> = BTreeMap::new();
    for (_, route) in topology.routes.iter().filter(|(_, it)| it.destination.is_default()) {
        let RouteTarget::NatGateway(target) = &route.target else { continue };
        match (target, &route.table) {
            (Link::Here(nat), Link::Here(table)) => {
                by_nat.entry(*nat).or_default().tables.entry(*table).or_insert(route);
            }
            (Link::Here(nat), Link::OneOf(_, cause) | Link::Unknown(cause)) => {
                by_nat.entry(*nat).or_default().open = Some(cause.clone());
            }
            (Link::OneOf(nats, cause), _) => {
                for nat in nats {
                    by_nat.entry(*nat).or_default().open = Some(cause.clone());
                }
            }
            (Link::Here(_) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent, _) => (),
        }
    }
    for (id, leads) in by_nat {
        let nat = &topology.nat_gateways[id];
        if topology.is_only_seen(&nat.head) {
            continue;
        }
        let answer = match &nat.subnet {
            Link::Here(subnet) => {
                let own = &topology.subnets[*subnet];
                let all = decide(topology, own, &leads);
                all.map(|all| (!all.is_empty()).then(|| words(nat, own, &all)))
            }
            Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) => {
                nat.subnet.tri().map(|_| None)
            }
            // A regional one is in every zone.
            Link::Absent => Tri::Known(None),
        };
        out.answer(&nat.head.origin, answer);
    }
}

fn decide<'t>(topology: &'t Topology, own: &Subnet, leads: &Leads<'t>) -> Tri<Vec<Crossing<'t>>> {
    let Link::Here(vpc) = own.vpc else { return own.vpc.tri().map(|_| Vec::new()) };
    let (mut found, mut doubt): (Vec<Crossing<'_>>, Option<Cause>) =
        (Vec::new(), leads.open.clone());
    for id in topology.subnets_of_vpc.of(vpc) {
        let subnet = &topology.subnets[*id];
        let route = match topology.table_of(*id) {
            Tri::Known(table) => leads.tables.get(&table).copied(),
            Tri::Unknown(cause) => {
                doubt = doubt.or(Some(cause));
                None
            }
            Tri::Absent => None,
        };
        let Some(route) = route else { continue };
        match same_zone(own, subnet) {
            Tri::Known(false) => found.push((subnet, route)),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Known(true) | Tri::Absent => (),
        }
    }
    match doubt.filter(|_| found.is_empty()) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(found),
    }
}

fn words(nat: &NatGateway, own: &Subnet, all: &[Crossing<'_>]) -> Finding {
    let (name, zone) = (nat.head.name(), zone_name(own));
    let subnets: Vec<String> = all.iter().map(|(it, _)| it.head.name()).collect();
    let finding = Finding::at(&nat.head.origin, format!("is in {zone}"));
    let mut finding = all.iter().take(MOST_PLACES).fold(finding, |finding, (subnet, _)| {
        finding.also(&subnet.head.origin, format!("is in {}", zone_name(subnet)))
    });
    if let Some((_, route)) = all.first() {
        finding = finding.also(&route.origin, "leads to it");
    }
    finding
        .message(format!("{} of other zones use `{name}` in {zone}", several(&subnets)))
        .why(
            "when the zone of a NAT gateway fails, the subnets of other zones lose the internet with it, and \
             traffic between zones is paid for",
        )
        .help("make a NAT gateway in each zone, and route each private subnet to the one of its own zone")
}
