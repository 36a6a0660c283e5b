//! A subnet is private for IPv4, and its IPv6 default route leads to an internet gateway.
//!
//! ## Why
//!
//! An IPv6 address of a VPC is a public one, and nothing translates it. A subnet whose IPv4 goes out through
//! a NAT gateway or a transit gateway is meant to be private, but with an IPv6 default route to an internet
//! gateway whatever has an IPv6 address in it can be reached from the internet, as far as its security
//! groups allow. An egress-only internet gateway lets it out alone.
//!
//! Source: Amazon VPC User Guide, "Enable outbound IPv6 traffic using an egress-only internet gateway".
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
//! resource "aws_egress_only_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "private" {
//!   vpc_id          = aws_vpc.a.id
//!   cidr_block      = "10.0.1.0/24"
//!   ipv6_cidr_block = cidrsubnet(aws_vpc.a.ipv6_cidr_block, 8, 1)
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "private" {
//!   subnet_id      = aws_subnet.private.id
//!   route_table_id = aws_route_table.private.id
//! }
//!
//! resource "aws_route" "four" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = "nat-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_route" "six" {
//!   route_table_id              = aws_route_table.private.id
//!   destination_ipv6_cidr_block = "::/0"
//!   gateway_id                  = aws_internet_gateway.a.id
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
//! resource "aws_egress_only_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "private" {
//!   vpc_id          = aws_vpc.a.id
//!   cidr_block      = "10.0.1.0/24"
//!   ipv6_cidr_block = cidrsubnet(aws_vpc.a.ipv6_cidr_block, 8, 1)
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "private" {
//!   subnet_id      = aws_subnet.private.id
//!   route_table_id = aws_route_table.private.id
//! }
//!
//! resource "aws_route" "four" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = "nat-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_route" "six" {
//!   route_table_id              = aws_route_table.private.id
//!   destination_ipv6_cidr_block = "::/0"
//!   egress_only_gateway_id      = aws_egress_only_internet_gateway.a.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A route or an association whose table cannot be followed. A subnet without any IPv4 default route may be
//! a public one for IPv6 alone, and is taken for that.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use groundplan_ir::Tri;
use groundplan_model::{Id, Management, Route, RouteTarget, Subnet, Topology};

use crate::default_route::{Family, default_route, has_v6, kind_of};
use crate::place::named_id;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Exposure,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The default routes of the two families.
struct Exposed<'t> {
    four: &'t Route,
    six: &'t Route,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, subnet) in cx.topology.subnets.iter() {
        let native = subnet.v6_only.value == Tri::Known(true);
        let has = has_v6(subnet);
        if subnet.head.management == Management::Observed || native || has == Tri::Known(false) {
            continue;
        }
        let answer = match has {
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Known(_) | Tri::Absent => decide(cx.topology, id),
        };
        let answer = answer.map(|found| found.map(|it| words(cx.topology, subnet, &it)));
        out.answer(&subnet.head.origin, answer);
    }
}

fn decide(topology: &Topology, subnet: Id<Subnet>) -> Tri<Option<Exposed<'_>>> {
    let table = match topology.table_of(subnet) {
        Tri::Known(table) => table,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let six = default_route(topology, table, Family::Six);
    let four = default_route(topology, table, Family::Four);
    match (six, four) {
        (Tri::Known(Some(six)), _) if is_private(&six.target) => Tri::Known(None),
        (Tri::Known(None) | Tri::Absent, _) | (_, Tri::Known(None) | Tri::Absent) => {
            Tri::Known(None)
        }
        (_, Tri::Known(Some(four))) if !is_private(&four.target) => Tri::Known(None),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Known(Some(six)), Tri::Known(Some(four))) => {
            let exposed = matches!(six.target, RouteTarget::InternetGateway(_));
            Tri::Known(exposed.then_some(Exposed { four, six }))
        }
    }
}

/// Whether nothing from the internet begins a connection over this.
fn is_private(target: &RouteTarget) -> bool {
    match target {
        RouteTarget::NatGateway(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::Peering(_) => true,
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => false,
    }
}

fn words(topology: &Topology, subnet: &Subnet, exposed: &Exposed<'_>) -> Finding {
    let name = subnet.head.name();
    let Exposed { four, six } = exposed;
    let gateway = topology.egress_only_gateways.iter().find(|(_, it)| it.vpc == subnet.vpc);
    let gateway = gateway.and_then(|(_, it)| named_id(&it.head, &six.origin));
    let fix = match gateway {
        Some(id) => format!("`egress_only_gateway_id = {id}`"),
        None => "an `aws_egress_only_internet_gateway` of the VPC".to_owned(),
    };
    Finding::at(&subnet.range_v6.origin, "its IPv6 addresses can be reached from the internet")
        .also(&six.target_origin, "IPv6 goes to an internet gateway")
        .also(&four.target_origin, format!("IPv4 goes to {}", kind_of(&four.target)))
        .message(format!(
            "`{name}` sends IPv4 to {} and IPv6 to an internet gateway, which lets the internet in",
            kind_of(&four.target)
        ))
        .why("IPv6 addresses are public; behind an internet gateway only security groups keep the internet out")
        .help(format!("lead the IPv6 default route of `{}` to {fix} instead", six.origin.address))
}
