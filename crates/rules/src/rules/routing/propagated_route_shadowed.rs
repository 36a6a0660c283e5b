//! A static route hides the route for the same range that a virtual private gateway propagates.
//!
//! ## Why
//!
//! At equal length a static route comes before a propagated one. The range that is behind the VPN connection
//! is then sent elsewhere, and the connection carries nothing of what it was made for, although its routes
//! are there.
//!
//! Source: Amazon VPC User Guide, "Route priority" (propagated routes).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = 65000
//!   ip_address = "203.0.113.1"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   vpn_gateway_id      = aws_vpn_gateway.a.id
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   type                = "ipsec.1"
//!   static_routes_only  = true
//! }
//!
//! resource "aws_vpn_connection_route" "office" {
//!   vpn_connection_id      = aws_vpn_connection.office.id
//!   destination_cidr_block = "192.168.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpn_gateway_route_propagation" "a" {
//!   vpn_gateway_id = aws_vpn_gateway.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_route" "office" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "192.168.0.0/16"
//!   transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"
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
//! resource "aws_vpn_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = 65000
//!   ip_address = "203.0.113.1"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   vpn_gateway_id      = aws_vpn_gateway.a.id
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   type                = "ipsec.1"
//!   static_routes_only  = true
//! }
//!
//! resource "aws_vpn_connection_route" "office" {
//!   vpn_connection_id      = aws_vpn_connection.office.id
//!   destination_cidr_block = "192.168.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpn_gateway_route_propagation" "a" {
//!   vpn_gateway_id = aws_vpn_gateway.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_route" "office" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "172.16.0.0/12"
//!   transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A propagation whose table cannot be followed. Ranges that are learned by BGP are in no configuration and
//! are not asked about; what is declared in `groundplan.toml` is. A range inside the VPC is the business of
//! `site-range-inside-vpc`.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use groundplan_ir::{Origin, Tri};
use groundplan_model::{Id, Route, RouteSource, RouteTable, RouteTarget, Sites, Topology};
use ipnet::IpNet;

use crate::default_route::kind_of;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let sites = Sites::new(topology);
    for (id, table) in topology.route_tables.iter() {
        let Some(vpc) = table.vpc.here() else { continue };
        let Some(site) = sites.behind(vpc) else { continue };
        for (_, route) in topology.routes(id).filter(|(_, it)| may_hide(it)) {
            let Some(net) = route.range() else { continue };
            let Some((_, origin)) = site.ranges.iter().find(|(it, _)| *it == net) else { continue };
            let answer = propagates(topology, id);
            let answer = answer.map(|it| it.then(|| words(&table.head.origin, route, net, origin)));
            out.answer(&route.origin, answer);
        }
    }
}

/// Whether a route is a written one that leads elsewhere than to a virtual private gateway.
fn may_hide(route: &Route) -> bool {
    match &route.target {
        RouteTarget::VpnGateway(_) | RouteTarget::Local | RouteTarget::Unknown(_) => false,
        RouteTarget::InternetGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_) => route.source != RouteSource::Seen,
    }
}

/// Whether a virtual private gateway propagates into the table.
fn propagates(topology: &Topology, id: Id<RouteTable>) -> Tri<bool> {
    let table = &topology.route_tables[id];
    if !topology.propagations_of_table.of(id).is_empty() {
        return Tri::Known(true);
    }
    match &table.propagating {
        Tri::Known(members) if !(members.here.is_empty() && members.elsewhere.is_empty()) => {
            return Tri::Known(true);
        }
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Known(_) | Tri::Absent => (),
    }
    let open = topology.propagations_of_table.open(id).cloned();
    open.map_or(Tri::Known(false), Tri::Unknown)
}

fn words(table: &Origin, route: &Route, net: IpNet, origin: &Origin) -> Finding {
    let kind = kind_of(&route.target);
    Finding::at(&route.target_origin, format!("{net} goes to {kind}"))
        .also(origin, "is behind the VPN connection or Direct Connect")
        .also(table, "routes of the virtual private gateway are propagated into this table")
        .message(format!(
            "`{}` sends {net} to {kind}, and hides the route for {net} that is propagated into `{table}`",
            route.origin.address
        ))
        .why("at equal length a static route comes before a propagated one, so nothing goes over the connection")
        .help(format!(
            "remove `{}`, or stop the propagation into `{table}` if the other way is meant",
            route.origin.address
        ))
}
