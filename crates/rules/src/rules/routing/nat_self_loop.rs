//! A NAT gateway's own subnet leads back to it.
//!
//! ## Why
//!
//! What a NAT gateway has translated leaves by the route table of its own subnet. A route there that leads
//! to the gateway itself, or to another NAT gateway whose subnet leads back, sends the packets round until
//! they are dropped. A subnet of clients that use the gateway is another one than its own.
//!
//! Source: Amazon VPC User Guide, "NAT gateways" (basics, use cases).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "nat" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_nat_gateway" "a" {
//!   connectivity_type = "private"
//!   subnet_id         = aws_subnet.nat.id
//! }
//!
//! resource "aws_route_table" "nat" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "nat" {
//!   subnet_id      = aws_subnet.nat.id
//!   route_table_id = aws_route_table.nat.id
//! }
//!
//! resource "aws_route" "corporate" {
//!   route_table_id         = aws_route_table.nat.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   nat_gateway_id         = aws_nat_gateway.a.id
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
//! resource "aws_subnet" "nat" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_nat_gateway" "a" {
//!   connectivity_type = "private"
//!   subnet_id         = aws_subnet.nat.id
//! }
//!
//! resource "aws_route_table" "nat" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "nat" {
//!   subnet_id      = aws_subnet.nat.id
//!   route_table_id = aws_route_table.nat.id
//! }
//!
//! resource "aws_route" "corporate" {
//!   route_table_id         = aws_route_table.nat.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A route or an association whose table cannot be followed. A public NAT gateway whose subnet has no way to
//! the internet at all is the business of `nat-in-private-subnet`.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Id, Link, Management, NatGateway, Route, RouteTable, RouteTarget, Topology, covered,
};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The way round.
struct Round<'t> {
    /// The other gateway on the way, if there is one.
    over: Option<Id<NatGateway>>,
    net: IpNet,
    route: &'t Route,
    back: Option<&'t Route>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, gateway) in cx.topology.nat_gateways.iter() {
        if gateway.head.management == Management::Observed || gateway.subnet == Link::Absent {
            continue;
        }
        let private = gateway.connectivity.value == Tri::Known("private".into());
        let answer = decide(cx.topology, id)
            .map(|found| found.map(|round| words(cx.topology, gateway, &round)));
        match answer {
            // What keeps a public one open is told by `nat-in-private-subnet`.
            Tri::Unknown(_) if !private => (),
            answer @ (Tri::Known(_) | Tri::Unknown(_) | Tri::Absent) => {
                out.answer(&gateway.head.origin, answer);
            }
        }
    }
}

fn decide(topology: &Topology, id: Id<NatGateway>) -> Tri<Option<Round<'_>>> {
    let table = match table(topology, id) {
        Tri::Known(table) => table,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    // Without any other way it is `nat-in-private-subnet`, which speaks of public ones.
    let public = topology.nat_gateways[id].connectivity.value != Tri::Known("private".into());
    let has_internet =
        topology.routes(table).any(|(_, it)| matches!(it.target, RouteTarget::InternetGateway(_)));
    if public && !has_internet {
        return Tri::Known(None);
    }
    let mut open: Option<Cause> = None;
    for (net, route, next) in steps(topology, table) {
        if let Some(cause) = perhaps_longer(topology, table, net) {
            open = open.or(Some(cause));
            continue;
        }
        if next == id {
            return Tri::Known(Some(Round { over: None, net, route, back: None }));
        }
        match self::table(topology, next) {
            Tri::Known(other) => {
                let back = steps(topology, other).into_iter();
                // One circle is told once.
                let told = next < id
                    && topology.nat_gateways[next].head.management != Management::Observed;
                let mut back = back.filter(|(range, _, to)| {
                    *to == id && range.contains(&net) && !(told && *range == net)
                });
                // A longer range of that table takes it elsewhere.
                let longer = |range: IpNet| {
                    let taken = topology.routes(other).filter_map(|(_, it)| it.range());
                    taken
                        .into_iter()
                        .any(|it| it != range && range.contains(&it) && it.contains(&net))
                };
                if let Some((_, back, _)) = back.find(|(range, _, _)| !longer(*range)) {
                    return Tri::Known(Some(Round {
                        over: Some(next),
                        net,
                        route,
                        back: Some(back),
                    }));
                }
            }
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Absent => (),
        }
    }
    let to_nat =
        |it: &Route| matches!(it.target, RouteTarget::NatGateway(_) | RouteTarget::Unknown(_));
    match open.or_else(|| topology.table_open(table, to_nat)) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(None),
    }
}

/// The table that a gateway sends by.
fn table(topology: &Topology, id: Id<NatGateway>) -> Tri<Id<RouteTable>> {
    topology.nat_gateways[id].subnet.tri().and_then(|subnet| topology.table_of(subnet))
}

/// Why a longer route, which may be in the table, may take some of these packets elsewhere.
fn perhaps_longer(topology: &Topology, table: Id<RouteTable>, net: IpNet) -> Option<Cause> {
    let longer = |route: &Route| route.range().is_none_or(|it| it != net && net.contains(&it));
    let mut doubtful = topology.perhaps_routes(table).filter(|(route, _)| longer(route));
    doubtful.find_map(|(_, doubt)| doubt.cloned())
}

/// The routes of a table to NAT gateways that take packets: no longer ranges take all of theirs.
fn steps(topology: &Topology, table: Id<RouteTable>) -> Vec<(IpNet, &Route, Id<NatGateway>)> {
    let mut out = Vec::new();
    for (_, route) in topology.routes(table) {
        let RouteTarget::NatGateway(Link::Here(to)) = &route.target else { continue };
        let Some(net) = route.range() else { continue };
        let all = topology.routes(table).filter_map(|(_, it)| it.range());
        let longer: Vec<IpNet> = all.filter(|it| *it != net && net.contains(it)).collect();
        if !covered(net, &longer) {
            out.push((net, route, *to));
        }
    }
    out
}

fn words(topology: &Topology, gateway: &NatGateway, round: &Round<'_>) -> Finding {
    let name = gateway.head.name();
    let net = round.net;
    let mut finding = Finding::at(
        &gateway.head.origin.attribute("subnet_id", None),
        "sends by the route table of this subnet",
    );
    let way = if let (Some(over), Some(back)) = (round.over, round.back) {
        let other = &topology.nat_gateways[over].head;
        finding = finding
            .also(&round.route.target_origin, format!("{net} goes to `{}`", other.name()))
            .also(&back.target_origin, "and comes back from there");
        format!("to `{}`, whose subnet leads back to it", other.name())
    } else {
        finding = finding.also(&round.route.target_origin, format!("{net} goes to `{name}`"));
        "to the gateway itself".to_owned()
    };
    finding
        .message(format!("the subnet of `{name}` sends {net} {way}"))
        .why("a NAT gateway sends what it has translated by the table of its own subnet, so that it goes in a circle")
        .help(format!(
            "give the subnet of `{name}` a table of its own that leads {net} on: to the internet gateway for a public \
             NAT gateway, to a transit gateway or a virtual private gateway for a private one"
        ))
}
