//! IPv6 is to go over a VPN connection that carries IPv4 only, or the other way round.
//!
//! ## Why
//!
//! The tunnels of a VPN connection carry IPv4 or IPv6, never both. IPv6 is there for transit gateways
//! alone: AWS refuses a connection of a virtual private gateway with IPv6 inside. A static route of a
//! transit gateway for the other family is made, and drops its packets.
//!
//! Source: AWS Site-to-Site VPN User Guide, "IPv4 and IPv6 traffic in AWS Site-to-Site VPN".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpn_gateway" "office" {}
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = "65000"
//!   ip_address = "203.0.113.12"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   customer_gateway_id      = aws_customer_gateway.office.id
//!   vpn_gateway_id           = aws_vpn_gateway.office.id
//!   type                     = "ipsec.1"
//!   tunnel_inside_ip_version = "ipv6"
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
//! resource "aws_vpn_connection" "office" {
//!   customer_gateway_id      = aws_customer_gateway.office.id
//!   transit_gateway_id       = aws_ec2_transit_gateway.core.id
//!   type                     = "ipsec.1"
//!   tunnel_inside_ip_version = "ipv6"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A version or a destination that is known only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Destination, Link, Management, TgwRoute, Topology, VpnConnection};
use ipnet::IpNet;

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
    for (_, connection) in topology.vpn_connections.iter() {
        let made = connection.head.management == Management::Created;
        if made && connection.vpn_gateway != Link::Absent {
            let six = connection.carries_v6.value.clone();
            let answer = six.map(|six| six.then(|| refused(connection)));
            out.answer(&connection.head.origin, answer);
        }
    }
    let attachments = topology.vpn_attachments();
    for (_, route) in topology.tgw_routes.iter() {
        let attachment = route.attachment.here();
        let Some(connection) = attachment.and_then(|it| attachments.get(&it)) else { continue };
        let connection = &topology.vpn_connections[*connection];
        let answer = family(topology, route).and_then(|six| {
            let carried = connection.carries_v6.value.clone();
            carried.map(|carried| (carried != six).then(|| dropped(route, connection, six)))
        });
        out.answer(&route.head.origin, answer);
    }
}

/// Whether a route is for IPv6.
fn family(topology: &Topology, route: &TgwRoute) -> Tri<bool> {
    match &route.destination {
        Destination::Range(net) => net.clone().map(|net| matches!(net, IpNet::V6(_))),
        Destination::PrefixList(list) => {
            list.tri().and_then(|list| topology.prefix_lists[list].is_v6.clone())
        }
        Destination::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

fn refused(connection: &VpnConnection) -> Finding {
    let name = connection.head.name();
    Finding::at(&connection.carries_v6.origin, "only with a transit gateway")
        .also(&connection.head.origin, "ends at a virtual private gateway")
        .message(format!("`{name}` carries IPv6 and ends at a virtual private gateway"))
        .why("VPN connections of virtual private gateways carry IPv4 only; AWS refuses this one")
        .help(format!("end `{name}` at a transit gateway, or remove `tunnel_inside_ip_version`"))
}

fn dropped(route: &TgwRoute, connection: &VpnConnection, six: bool) -> Finding {
    let (name, connection_name) = (route.head.name(), connection.head.name());
    let (wanted, carried) = if six { ("IPv6", "IPv4") } else { ("IPv4", "IPv6") };
    Finding::at(&route.destination_origin, format!("for {wanted}"))
        .also(&connection.carries_v6.origin, format!("carries {carried}"))
        .message(format!("`{name}` sends {wanted} to `{connection_name}`, which carries {carried}"))
        .why("the tunnels of a VPN connection carry one family; packets of the other are dropped")
        .help(format!(
            "add a VPN connection with `tunnel_inside_ip_version = \"{}\"` and lead `{name}` there",
            wanted.to_lowercase()
        ))
}
