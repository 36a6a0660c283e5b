//! A route to a part of its own VPC is no whole subnet, or leads to what cannot take it.
//!
//! ## Why
//!
//! A route that is more specific than the local one must have the whole range of a subnet as destination, and a
//! network interface, a NAT gateway or a Gateway Load Balancer endpoint as target; AWS refuses others at apply.
//! Mostly the range belongs to another VPC that overlaps this one.
//!
//! Source: Amazon VPC User Guide, "Configure route tables" (middlebox routing).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "10.0.1.0/24"
//!   gateway_id             = aws_internet_gateway.a.id
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
//! resource "aws_subnet" "servers" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "firewall" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.2.0/24"
//! }
//!
//! resource "aws_network_interface" "firewall" {
//!   subnet_id         = aws_subnet.firewall.id
//!   source_dest_check = false
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = aws_subnet.servers.cidr_block
//!   network_interface_id   = aws_network_interface.firewall.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range of the VPC that is known only after apply; subnets of a VPC that is not managed in the input, or that
//! exists, since other configurations may have subnets in it (`--complete` says that none has). Routes that exist
//! are not asked about: AWS has accepted them.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::{Id, Route, Topology, Vpc};
use ipnet::IpNet;

use crate::own_ranges::{
    Inward, Within, inward, is_to_overlapping_peer, may_replace_local, written,
};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What is wrong with a route into its own VPC.
enum Fault {
    /// Its target.
    Target,
    /// Its destination, which no subnet has.
    Destination,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for route in written(cx.topology) {
        let answer = decide(cx.topology, route)
            .map(|found| found.map(|(inward, fault)| words(cx.topology, route, &inward, &fault)));
        out.answer(&route.origin, answer);
    }
}

fn decide<'t>(topology: &'t Topology, route: &Route) -> Tri<Option<(Inward<'t>, Fault)>> {
    let target = may_replace_local(route);
    if target == Tri::Absent || is_to_overlapping_peer(topology, route) {
        return Tri::Known(None);
    }
    let inward = match inward(topology, route, Within::Part) {
        Tri::Known(Some(inward)) => inward,
        Tri::Known(None) => return Tri::Known(None),
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    match (target, is_subnet(topology, route, inward.vpc, inward.net)) {
        (Tri::Known(false), _) => Tri::Known(Some((inward, Fault::Target))),
        (_, Tri::Known(false)) => Tri::Known(Some((inward, Fault::Destination))),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Known(true) | Tri::Absent, Tri::Known(true) | Tri::Absent) => Tri::Known(None),
    }
}

/// Whether a subnet of the VPC has exactly this range.
fn is_subnet(topology: &Topology, route: &Route, vpc: Id<Vpc>, net: IpNet) -> Tri<bool> {
    let subnets = || topology.subnets_of_vpc.of(vpc).iter().map(|id| &topology.subnets[*id]);
    let facts = || subnets().flat_map(|it| [&it.range, &it.range_v6]);
    if facts().any(|fact| fact.value.known().is_some_and(|it| it.trunc() == net)) {
        return Tri::Known(true);
    }
    // Subnets that overlap it partly stand where one of its range would have to be.
    let blocked = |fact: &Fact<IpNet>| {
        fact.value.known().is_some_and(|it| net.contains(it) || it.contains(&net))
    };
    if facts().any(blocked) {
        return Tri::Known(false);
    }
    let unknown = facts().find_map(|fact| match &fact.value {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) | Tri::Absent => None,
    });
    let head = &topology.vpcs[vpc].head;
    unknown
        .or_else(|| topology.subnets_of_vpc.open(vpc).cloned())
        .or_else(|| topology.container_open(head))
        .or_else(|| topology.unseen_range(vpc, net, route.stack()))
        .map_or(Tri::Known(false), Tri::Unknown)
}

fn words(topology: &Topology, route: &Route, inward: &Inward<'_>, fault: &Fault) -> Finding {
    let (name, vpc) = (&route.origin.address, topology.vpcs[inward.vpc].head.name());
    let net = inward.net;
    let (place, label, what, fix) = match fault {
        Fault::Target => (
            &route.target_origin,
            "cannot take packets to the own VPC",
            "and its target is no network interface, NAT gateway or Gateway Load Balancer endpoint",
            format!(
                "give `{name}` a range outside {}; if {net} is another VPC's, the two overlap and cannot be joined \
                 by routes",
                topology.ranges(inward.vpc).text()
            ),
        ),
        Fault::Destination => (
            &route.destination_origin,
            "is the range of no subnet",
            "which is the range of none of its subnets",
            format!("give `{name}` the whole range of a subnet of `{vpc}`, one route for each"),
        ),
    };
    Finding::at(place, label)
        .also(&inward.range.origin, format!("a range of `{vpc}`, whose table this is"))
        .message(format!("`{name}` leads to {net} inside its own VPC `{vpc}`, {what}"))
        .why(
            "a route that is more specific than the local one leads to a whole subnet, by a network interface, NAT \
             gateway or Gateway Load Balancer endpoint; AWS refuses others at apply",
        )
        .help(fix)
}
