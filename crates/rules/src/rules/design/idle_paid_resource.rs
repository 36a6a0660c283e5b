//! A NAT gateway is paid for, and no route leads to it.
//!
//! ## Why
//!
//! A NAT gateway costs an hourly price as long as it is there. Packets come to it only by a route of its VPC.
//!
//! Source: Amazon VPC User Guide, "NAT gateways" and "Pricing for NAT gateways".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_eip" "nat" {}
//!
//! resource "aws_nat_gateway" "public" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public.id
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
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_eip" "nat" {}
//!
//! resource "aws_nat_gateway" "public" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.public.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A NAT gateway that exists or that an output hands on, since other configurations may route to it; a route whose
//! target is not told.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, NatGateway, Route, RouteTarget, Topology};

use crate::place::own_id;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The NAT gateways that routes lead to.
#[derive(Default)]
struct Used<'t> {
    certain: BTreeSet<Id<NatGateway>>,
    /// Routes to what only an id names.
    by_id: Vec<(&'t str, &'t Route)>,
    open: Option<Cause>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let used = used(cx.topology);
    for (id, nat) in cx.topology.nat_gateways.iter() {
        if !cx.topology.is_only_seen(&nat.head) {
            let idle = decide(cx.topology, &used, id);
            out.answer(&nat.head.origin, idle.map(|yes| yes.then(|| words(nat))));
        }
    }
}

fn used(topology: &Topology) -> Used<'_> {
    let mut out = Used::default();
    for (_, route) in topology.routes.iter() {
        match &route.target {
            RouteTarget::NatGateway(Link::Here(id)) => {
                out.certain.insert(*id);
            }
            // Each of those that a block of several instances names is named by one of them.
            RouteTarget::NatGateway(Link::OneOf(ids, _)) => out.certain.extend(ids),
            RouteTarget::NatGateway(Link::Elsewhere(id)) => out.by_id.push((id, route)),
            RouteTarget::NatGateway(Link::Unknown(cause)) | RouteTarget::Unknown(cause) => {
                out.open = out.open.or_else(|| Some(cause.clone()));
            }
            RouteTarget::NatGateway(Link::Absent)
            | RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::Peering(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::Endpoint(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_) => (),
        }
    }
    out
}

/// Whether no route leads to it.
fn decide(topology: &Topology, used: &Used<'_>, id: Id<NatGateway>) -> Tri<bool> {
    if used.certain.contains(&id) {
        return Tri::Known(false);
    }
    let nat = &topology.nat_gateways[id];
    let named =
        || used.by_id.iter().find_map(|(it, by)| topology.may_have_id(&nat.head, it, by.stack()));
    if let Some(cause) = used.open.clone().or_else(named) {
        return Tri::Unknown(cause);
    }
    if let Some(cause) = topology.shared_open(&nat.head) {
        return Tri::Unknown(cause);
    }
    let vpc = if nat.subnet == Link::Absent {
        nat.vpc.tri()
    } else {
        topology.vpc_of_subnet(&nat.subnet).tri()
    };
    let leads = |route: &Route| {
        matches!(route.target, RouteTarget::NatGateway(_) | RouteTarget::Unknown(_))
    };
    vpc.and_then(|vpc| {
        let gap = topology.vpc_routes_gap(vpc, leads);
        let gap = gap.or_else(|| topology.stray_routes(nat.head.stack(), leads));
        gap.map_or(Tri::Known(true), Tri::Unknown)
    })
}

fn words(nat: &NatGateway) -> Finding {
    let name = nat.head.name();
    Finding::at(&nat.head.origin, "no route leads here")
        .message(format!("no route of its VPC leads to `{name}`"))
        .why("a NAT gateway costs an hourly price, and packets come to it only by a route")
        .help(format!(
            "remove it, or route to it from the tables of the private subnets: `nat_gateway_id = {}`",
            own_id(&nat.head.origin)
        ))
}
