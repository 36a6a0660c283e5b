//! Several VPN connections of one site end at a transit gateway, and cannot share the load.
//!
//! ## Why
//!
//! A transit gateway spreads packets over several VPN connections of one site only where they learn their
//! routes by BGP and `vpn_ecmp_support` is on. Otherwise one connection carries everything, up to
//! 1.25 Gbit/s, and the others wait.
//!
//! Source: AWS Site-to-Site VPN User Guide, "How AWS Site-to-Site VPN works" (transit gateway); Amazon VPC
//! Transit Gateways, "Amazon VPC Transit Gateways design best practices".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {
//!   vpn_ecmp_support = "disable"
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = "65000"
//!   ip_address = "203.0.113.12"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "one" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "two" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = "65000"
//!   ip_address = "203.0.113.12"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "one" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "two" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A transit gateway that is not in the input, or a switch that is known only after apply. Only
//! connections of one customer gateway are taken for those of one site; a pair that is meant for backup
//! alone looks the same.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{
    CustomerGateway, Id, Link, Proven, Topology, TransitGateway, VpnConnection,
};

use crate::place::several;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

type Pair = (Proven<TransitGateway>, Proven<CustomerGateway>);

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut groups: BTreeMap<Pair, Vec<Id<VpnConnection>>> = BTreeMap::new();
    for (id, connection) in topology.vpn_connections.iter() {
        let pair = connection.transit_gateway.proven().zip(connection.customer_gateway.proven());
        if let Some(pair) = pair.filter(|_| !topology.is_only_seen(&connection.head)) {
            groups.entry(pair).or_default().push(id);
        }
    }
    for ((gateway, _), all) in &groups {
        let (Some(id), true) = (all.last(), all.len() > 1) else { continue };
        let answer = hindrance(topology, gateway, all);
        let answer = answer.map(|found| found.map(|it| words(topology, all, *id, &it)));
        out.answer(&topology.vpn_connections[*id].head.origin, answer);
    }
}

/// Where it is switched off, and what that is.
type Hindrance<'t> = (&'t Origin, &'static str);

fn hindrance<'t>(
    topology: &'t Topology,
    gateway: &Proven<TransitGateway>,
    all: &[Id<VpnConnection>],
) -> Tri<Option<Hindrance<'t>>> {
    let connections = all.iter().map(|id| &topology.vpn_connections[*id].static_routes_only);
    let mut only = connections.clone();
    if let Some(fact) = only.find(|it| it.value == Tri::Known(true)) {
        return Tri::Known(Some((&fact.origin, "static routes lead to one connection")));
    }
    let link = match gateway {
        Proven::Here(id) => Link::Here(*id),
        Proven::Elsewhere(id) => Link::Elsewhere(id.clone()),
    };
    let switch = link.tri().and_then(|id: Id<TransitGateway>| {
        let ecmp = &topology.transit_gateways[id].ecmp;
        ecmp.value.clone().map(|on| (!on).then_some((&ecmp.origin, "switched off")))
    });
    match switch {
        Tri::Known(Some(found)) => Tri::Known(Some(found)),
        Tri::Unknown(cause) => Tri::Unknown(cause),
        Tri::Known(None) | Tri::Absent => {
            let unknown = connections.into_iter().find_map(|it| match &it.value {
                Tri::Unknown(cause) => Some(cause.clone()),
                Tri::Known(_) | Tri::Absent => None,
            });
            unknown.map_or(Tri::Known(None), Tri::Unknown)
        }
    }
}

fn words(
    topology: &Topology,
    all: &[Id<VpnConnection>],
    id: Id<VpnConnection>,
    (origin, text): &Hindrance<'_>,
) -> Finding {
    let head = &topology.vpn_connections[id].head;
    let names: Vec<String> =
        all.iter().map(|id| topology.vpn_connections[*id].head.name()).collect();
    let fix = match origin.attribute.as_deref() {
        Some("static_routes_only") => "use BGP for these connections, or keep one of them",
        Some(_) | None => "set `vpn_ecmp_support = \"enable\"` on the transit gateway",
    };
    Finding::at(&head.origin, "does not share the load")
        .also(origin, *text)
        .message(format!("{} are of one site, and one of them carries everything", several(&names)))
        .why(
            "a transit gateway spreads packets over VPN connections that use BGP, where it is not \
             switched off; a single tunnel carries up to 1.25 Gbit/s",
        )
        .help(fix)
}
