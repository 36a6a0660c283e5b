//! What is made in a subnet gets an IPv6 address, and only IPv4 has a default route.
//!
//! ## Why
//!
//! The families are routed apart: a route for `0.0.0.0/0` takes no IPv6 packet. An instance with an IPv6
//! address prefers IPv6 for names that have both kinds of addresses, and without an IPv6 default route its
//! packets are dropped; programs hang until they try IPv4, or for good.
//!
//! Source: Amazon VPC User Guide, "Subnet route tables" (routes); "Example routing options".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block                       = "10.0.0.0/16"
//!   assign_generated_ipv6_cidr_block = true
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id                          = aws_vpc.a.id
//!   cidr_block                      = "10.0.1.0/24"
//!   ipv6_cidr_block                 = cidrsubnet(aws_vpc.a.ipv6_cidr_block, 8, 1)
//!   assign_ipv6_address_on_creation = true
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_route" "four" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.a.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block                       = "10.0.0.0/16"
//!   assign_generated_ipv6_cidr_block = true
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id                          = aws_vpc.a.id
//!   cidr_block                      = "10.0.1.0/24"
//!   ipv6_cidr_block                 = cidrsubnet(aws_vpc.a.ipv6_cidr_block, 8, 1)
//!   assign_ipv6_address_on_creation = true
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_route" "four" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.a.id
//! }
//!
//! resource "aws_route" "six" {
//!   route_table_id              = aws_route_table.public.id
//!   destination_ipv6_cidr_block = "::/0"
//!   gateway_id                  = aws_internet_gateway.a.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A route or an association whose table cannot be followed, routes that a virtual private gateway brings.
//! Only subnets are judged that give out IPv6 addresses (`assign_ipv6_address_on_creation`) and that reach
//! the internet for IPv4.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use groundplan_ir::Tri;
use groundplan_model::{Id, Management, Route, RouteTable, RouteTarget, Subnet, Topology, Vpc};

use crate::default_route::{Family, default_route, has_v6, kind_of};
use crate::place::named_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, subnet) in cx.topology.subnets.iter() {
        let gives = &subnet.assigns_v6.value;
        let idle = *gives == Tri::Known(false) || has_v6(subnet) == Tri::Known(false);
        if subnet.head.management == Management::Observed || idle {
            continue;
        }
        let answer = match (gives, has_v6(subnet)) {
            (Tri::Unknown(cause), _) => Tri::Unknown(cause.clone()),
            (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
            (Tri::Known(_) | Tri::Absent, Tri::Known(_) | Tri::Absent) => decide(cx.topology, id),
        };
        let answer =
            answer.map(|found| found.map(|(table, four)| words(cx.topology, subnet, table, four)));
        out.answer(&subnet.head.origin, answer);
    }
}

/// The table that has a way to the internet for IPv4 alone, with that.
fn decide(topology: &Topology, subnet: Id<Subnet>) -> Tri<Option<(Id<RouteTable>, &Route)>> {
    let table = match topology.table_of(subnet) {
        Tri::Known(table) => table,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let six = default_route(topology, table, Family::Six);
    let four = default_route(topology, table, Family::Four);
    match (four, six) {
        (Tri::Known(Some(four)), _) if !leads_out(&four.target) => Tri::Known(None),
        (Tri::Known(None) | Tri::Absent, _) | (_, Tri::Known(Some(_)) | Tri::Absent) => {
            Tri::Known(None)
        }
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Known(Some(four)), Tri::Known(None)) => Tri::Known(Some((table, four))),
    }
}

fn leads_out(target: &RouteTarget) -> bool {
    matches!(target, RouteTarget::InternetGateway(_) | RouteTarget::NatGateway(_))
}

fn words(topology: &Topology, subnet: &Subnet, table: Id<RouteTable>, four: &Route) -> Finding {
    let name = subnet.head.name();
    let head = &topology.route_tables[table].head;
    let kind = kind_of(&four.target);
    Finding::at(&subnet.assigns_v6.origin, "gives out IPv6 addresses that lead nowhere")
        .also(&head.origin, "the subnet's route table, which has no IPv6 default route")
        .also(&four.target_origin, format!("IPv4 goes to {kind}"))
        .message(format!(
            "`{name}` gives out IPv6 addresses, and its table `{}` has a default route for IPv4 alone",
            head.origin
        ))
        .why("a route for 0.0.0.0/0 takes no IPv6 packet: what prefers IPv6 hangs")
        .help(cure(topology, subnet.vpc.here(), table, four))
}

fn cure(topology: &Topology, vpc: Option<Id<Vpc>>, table: Id<RouteTable>, four: &Route) -> String {
    let head = &topology.route_tables[table].head;
    let public = matches!(four.target, RouteTarget::InternetGateway(_));
    let mut gateways = topology.egress_only_gateways.iter();
    let own = gateways.find(|(_, it)| vpc.is_some() && it.vpc.here() == vpc);
    let (argument, target) = if public {
        let target = topology.target_head(&four.target);
        ("gateway_id", target.and_then(|it| named_id(it, &head.origin)))
    } else {
        ("egress_only_gateway_id", own.and_then(|(_, it)| named_id(&it.head, &head.origin)))
    };
    let kind = if public { "aws_internet_gateway" } else { "aws_egress_only_internet_gateway" };
    let target = target.unwrap_or_else(|| format!("{kind}.this.id"));
    let block = resource(
        "aws_route",
        "internet_ipv6",
        &[
            (
                "route_table_id",
                Proposed::Reference(named_id(head, &head.origin).unwrap_or_default()),
            ),
            ("destination_ipv6_cidr_block", Proposed::Text("::/0")),
            (argument, Proposed::Reference(target)),
        ],
    );
    format!("add a default route for IPv6:\n\n{block}")
}
