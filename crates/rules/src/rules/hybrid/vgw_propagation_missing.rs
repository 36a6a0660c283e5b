//! A VPC has a VPN or Direct Connect, and no route table of it leads to its virtual private gateway.
//!
//! ## Why
//!
//! What is behind a virtual private gateway is reached only from subnets whose route table has a route to
//! it: a static one, or those that the gateway propagates where route propagation is switched on. With
//! neither in any table of the VPC, packets from the site come in and no answer goes back.
//!
//! Source: AWS Site-to-Site VPN User Guide, "Route tables and AWS Site-to-Site VPN route priority".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_vpn_gateway" "office" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = "65000"
//!   ip_address = "203.0.113.12"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   vpn_gateway_id      = aws_vpn_gateway.office.id
//!   type                = "ipsec.1"
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
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_vpn_gateway" "office" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = "65000"
//!   ip_address = "203.0.113.12"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   vpn_gateway_id      = aws_vpn_gateway.office.id
//!   type                = "ipsec.1"
//! }
//!
//! resource "aws_vpn_gateway_route_propagation" "app" {
//!   vpn_gateway_id = aws_vpn_gateway.office.id
//!   route_table_id = aws_vpc.app.main_route_table_id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC whose tables another configuration manages, routes or propagations that cannot be followed. One
//! table that leads there is enough: which subnets need the site is not in the input.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Id, Link, Route, RouteTable, RouteTarget, Topology, Vpc, VpnGateway};

use crate::place::{MOST_PLACES, reference};
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (id, lines) in used(topology) {
        let gateway = &topology.vpn_gateways[id];
        let answer = topology.vpc_of_vpn_gateway(id).tri().and_then(|vpc| {
            let lost = lost(topology, id, vpc);
            lost.map(|lost| lost.then(|| words(topology, id, vpc, &lines)))
        });
        out.answer(&gateway.head.origin, answer);
    }
}

/// The gateways with a VPN connection or Direct Connect behind them, and what that is.
fn used(topology: &Topology) -> BTreeMap<Id<VpnGateway>, Vec<&Origin>> {
    let mut out: BTreeMap<Id<VpnGateway>, Vec<&Origin>> = BTreeMap::new();
    for (_, connection) in topology.vpn_connections.iter() {
        if let Some(id) = connection.vpn_gateway.here() {
            out.entry(id).or_default().push(&connection.head.origin);
        }
    }
    for (id, association) in topology.dx_gateway_associations.iter() {
        if let Some(id) = topology.dx_side(id).vpn_gateway.here() {
            out.entry(id).or_default().push(&association.head.origin);
        }
    }
    out
}

/// Whether no table of the VPC leads to its gateway.
fn lost(topology: &Topology, gateway: Id<VpnGateway>, vpc: Id<Vpc>) -> Tri<bool> {
    let mut open: Option<Cause> = None;
    for table in topology.tables(vpc) {
        match leads(topology, *table, gateway) {
            Tri::Known(true) => return Tri::Known(false),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    for (table, cause) in topology.tables_of_vpc.possible_of(vpc) {
        if leads(topology, *table, gateway) != Tri::Known(false) {
            open = open.or_else(|| Some(cause.clone()));
        }
    }
    let meant = |route: &Route| is_meant(route, gateway) != Tri::Known(false);
    let open = open.or_else(|| topology.vpc_routes_gap(vpc, meant));
    let open = open.or_else(|| {
        let mut strays = topology.routes_of_table.unplaced(topology.vpcs[vpc].head.stack());
        let found = strays.find(|(route, _)| meant(&topology.routes[*route]));
        found.map(|(_, cause)| cause.clone())
    });
    if let Some(cause) = open {
        return Tri::Unknown(cause);
    }
    // Where nothing is in the VPC, nothing misses the way.
    if topology.subnets_of_vpc.of(vpc).is_empty() {
        let open = topology.subnets_of_vpc.open(vpc).cloned();
        return open.map_or(Tri::Known(false), Tri::Unknown);
    }
    Tri::Known(true)
}

/// Whether a table has a route to the gateway, or takes those that it propagates.
fn leads(topology: &Topology, table: Id<RouteTable>, gateway: Id<VpnGateway>) -> Tri<bool> {
    let mut out = Tri::Known(false);
    for (_, route) in topology.routes(table) {
        match is_meant(route, gateway) {
            Tri::Known(true) => return Tri::Known(true),
            unknown @ Tri::Unknown(_) => out = unknown,
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    for id in topology.propagations_of_table.of(table) {
        match is_this(&topology.route_propagations[*id].gateway, gateway) {
            Tri::Known(true) => return Tri::Known(true),
            unknown @ Tri::Unknown(_) => out = unknown,
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    let mut perhaps = topology.propagations_of_table.perhaps_of(table);
    let perhaps = perhaps.find(|(id, _)| topology.route_propagations[*id].gateway.may_be(gateway));
    if let Some((_, cause)) = perhaps {
        out = Tri::Unknown(cause.clone());
    }
    match &topology.route_tables[table].propagating {
        Tri::Known(members) if members.here.contains(&gateway) && members.exact => Tri::Known(true),
        Tri::Known(members) if members.here.contains(&gateway) || !members.elsewhere.is_empty() => {
            let table = topology.route_tables[table].head.name();
            Tri::Unknown(Cause::UnplacedMember(table.into()))
        }
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        Tri::Known(_) | Tri::Absent => out,
    }
}

/// Whether a route leads to the gateway.
fn is_meant(route: &Route, gateway: Id<VpnGateway>) -> Tri<bool> {
    match &route.target {
        RouteTarget::VpnGateway(link) => is_this(link, gateway),
        RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_) => Tri::Known(false),
    }
}

fn is_this(link: &Link<VpnGateway>, gateway: Id<VpnGateway>) -> Tri<bool> {
    match link {
        Link::Here(id) => Tri::Known(*id == gateway),
        Link::OneOf(ids, cause) if ids.contains(&gateway) => Tri::Unknown(cause.clone()),
        Link::Unknown(cause) => Tri::Unknown(cause.clone()),
        // A VPC has one gateway, so that one that only an id names is this one or refused.
        Link::Elsewhere(_) => Tri::Known(true),
        Link::OneOf(..) | Link::Absent => Tri::Known(false),
    }
}

fn words(topology: &Topology, id: Id<VpnGateway>, vpc: Id<Vpc>, lines: &[&Origin]) -> Finding {
    let (gateway, vpc_head) = (&topology.vpn_gateways[id].head, &topology.vpcs[vpc].head);
    let (name, vpc_name) = (gateway.name(), vpc_head.name());
    let mut finding = Finding::at(&gateway.origin, "no route table leads here")
        .also(&vpc_head.origin, "the VPC that it is attached to");
    for line in lines.iter().take(MOST_PLACES / 2) {
        finding = finding.also(line, "brings in packets from the site");
    }
    finding
        .message(format!("no route table of `{vpc_name}` leads to its gateway `{name}`"))
        .why(
            "packets from the site reach the VPC, and their answers find no route to the gateway and are \
             dropped",
        )
        .help(cure(topology, id, vpc))
}

fn cure(topology: &Topology, id: Id<VpnGateway>, vpc: Id<Vpc>) -> String {
    let gateway = &topology.vpn_gateways[id].head.origin;
    let plain = "switch route propagation on for the tables of the subnets that talk to the site";
    let tables = topology.tables(vpc).iter().map(|it| &topology.route_tables[*it]);
    // The main table last: it is the one that nobody made for a purpose.
    let mut tables: Vec<_> = tables.map(|it| (it.is_default, &it.head.origin)).collect();
    tables.sort_by_key(|(is_default, _)| *is_default);
    let block = tables.first().and_then(|(_, table)| {
        Some(resource(
            "aws_vpn_gateway_route_propagation",
            &gateway.address.name,
            &[
                ("vpn_gateway_id", Proposed::Reference(reference(gateway, gateway)?)),
                ("route_table_id", Proposed::Reference(reference(table, gateway)?)),
            ],
        ))
    });
    match block {
        Some(block) => format!("{plain}, for example:\n{block}"),
        None => plain.to_owned(),
    }
}
