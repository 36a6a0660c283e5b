//! A subnet gives out public addresses, and no route of it leads to an internet gateway.
//!
//! ## Why
//!
//! A public address works through an internet gateway alone: both ways the gateway translates it. Where the
//! subnet's table leads elsewhere, say to a NAT gateway, the internet's packets come in through the gateway
//! and the answers leave another way, or nothing leaves at all.
//!
//! Source: Amazon VPC User Guide, "Enable internet access for a VPC using an internet gateway".
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
//! resource "aws_subnet" "web" {
//!   vpc_id                  = aws_vpc.a.id
//!   cidr_block              = "10.0.1.0/24"
//!   map_public_ip_on_launch = true
//! }
//!
//! resource "aws_route_table" "web" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "web" {
//!   subnet_id      = aws_subnet.web.id
//!   route_table_id = aws_route_table.web.id
//! }
//!
//! resource "aws_route" "web" {
//!   route_table_id         = aws_route_table.web.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = "nat-0a1b2c3d4e5f60718"
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
//! resource "aws_subnet" "web" {
//!   vpc_id                  = aws_vpc.a.id
//!   cidr_block              = "10.0.1.0/24"
//!   map_public_ip_on_launch = true
//! }
//!
//! resource "aws_route_table" "web" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "web" {
//!   subnet_id      = aws_subnet.web.id
//!   route_table_id = aws_route_table.web.id
//! }
//!
//! resource "aws_route" "web" {
//!   route_table_id         = aws_route_table.web.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.a.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A route or an association whose table cannot be followed. A way through a firewall (an endpoint, a
//! network interface) is taken for right, and so is a route for a part of the internet.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Management, Route, RouteTable, RouteTarget, Subnet, Topology};
use ipnet::IpNet;

use crate::default_route::{Family, default_route, kind_of, may_inspect};
use crate::place::named_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A table without a way to an internet gateway, and its default route, if it has any.
struct Inward<'t> {
    table: Id<RouteTable>,
    route: Option<&'t Route>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, subnet) in cx.topology.subnets.iter() {
        let maps = &subnet.maps_public.value;
        let observed = subnet.head.management == Management::Observed;
        if observed || *maps == Tri::Known(false) || is_forgotten(cx.topology, id) {
            continue;
        }
        let answer = match maps {
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Known(_) | Tri::Absent => decide(cx.topology, id),
        };
        let answer = answer.map(|found| found.map(|it| words(cx.topology, subnet, &it)));
        out.answer(&subnet.head.origin, answer);
    }
}

/// Whether no association names it and one names another subnet of its VPC: `subnet-on-main-table`.
fn is_forgotten(topology: &Topology, id: Id<Subnet>) -> bool {
    let named = |id: &Id<Subnet>| !topology.associations_of_subnet.of(*id).is_empty();
    let vpc = topology.subnets[id].vpc.here();
    let known = |vpc| topology.subnets_of_vpc.of(vpc).iter().any(named);
    !named(&id) && vpc.is_some_and(known)
}

fn decide(topology: &Topology, subnet: Id<Subnet>) -> Tri<Option<Inward<'_>>> {
    let table = match topology.table_of(subnet) {
        Tri::Known(table) => table,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let mut open: Option<Cause> = None;
    for (_, route) in topology.routes(table).filter(|(_, it)| !is_six(it)) {
        if let RouteTarget::Unknown(cause) = &route.target {
            open = open.or_else(|| Some(cause.clone()));
        } else if is_way_out(&route.target) {
            return Tri::Known(None);
        }
    }
    let public = |it: &Route| !is_six(it) && is_way_out(&it.target);
    match (
        open.or_else(|| topology.table_open(table, public)),
        default_route(topology, table, Family::Four),
    ) {
        (Some(cause), _) => Tri::Unknown(cause),
        (None, Tri::Known(route)) => Tri::Known(Some(Inward { table, route })),
        // Whatever it is, it leads to no internet gateway.
        (None, Tri::Unknown(_) | Tri::Absent) => Tri::Known(Some(Inward { table, route: None })),
    }
}

/// Whether this is an internet gateway, or something that may have one behind it.
fn is_way_out(target: &RouteTarget) -> bool {
    matches!(target, RouteTarget::InternetGateway(_)) || may_inspect(target)
}

fn is_six(route: &Route) -> bool {
    matches!(route.range(), Some(IpNet::V6(_)))
}

fn words(topology: &Topology, subnet: &Subnet, inward: &Inward<'_>) -> Finding {
    let name = subnet.head.name();
    let head = &topology.route_tables[inward.table].head;
    let mut finding =
        Finding::at(&subnet.maps_public.origin, "public addresses are of no use here")
            .also(&head.origin, "the subnet's route table");
    let mut leads = "has no default route".to_owned();
    if let Some(route) = inward.route {
        let kind = kind_of(&route.target);
        finding = finding.also(&route.target_origin, format!("leads to {kind}"));
        leads = format!("leads to {kind}");
    }
    let mut gateways = topology.internet_gateways.iter();
    let own = gateways.find(|(id, _)| topology.vpc_of_internet_gateway(*id) == subnet.vpc);
    let gateway = own.and_then(|(_, it)| named_id(&it.head, &head.origin));
    let block = resource(
        "aws_route",
        "internet",
        &[
            (
                "route_table_id",
                Proposed::Reference(named_id(head, &head.origin).unwrap_or_default()),
            ),
            ("destination_cidr_block", Proposed::Text("0.0.0.0/0")),
            (
                "gateway_id",
                Proposed::Reference(
                    gateway.unwrap_or_else(|| "aws_internet_gateway.this.id".to_owned()),
                ),
            ),
        ],
    );
    finding
        .message(format!("`{name}` gives out public addresses, and its table `{}` {leads}", head.origin))
        .why("a public address works through an internet gateway alone, which no route here leads to")
        .help(format!(
            "lead the default route to the VPC's internet gateway:\n\n{block}\n\nor set `map_public_ip_on_launch = \
             false`"
        ))
}
