//! A VPN connection asks for something that its gateway does not support.
//!
//! ## Why
//!
//! A connection ends at a virtual private gateway or at a transit gateway, not at both. Acceleration and
//! private addresses are there for transit gateways only, and private addresses need the Direct Connect
//! attachment that the tunnels go over. AWS refuses the connection.
//!
//! Source: AWS Site-to-Site VPN User Guide, "Accelerated Site-to-Site VPN connections" and "Private IP VPN
//! with AWS Direct Connect"; Amazon EC2 API Reference, "`CreateVpnConnection`".
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
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   vpn_gateway_id      = aws_vpn_gateway.office.id
//!   type                = "ipsec.1"
//!   enable_acceleration = true
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
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//!   enable_acceleration = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A switch that is known only after apply. A connection without a gateway can be tied to a core network
//! later. IPv6 in the tunnels is the matter of `ipv6-over-vgw-vpn`.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{Link, Management, VpnConnection};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What does not go together.
enum Misfit<'t> {
    Both,
    Accelerated(&'t Origin),
    Private(&'t Origin),
    NoTransport(&'t Origin),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, connection) in cx.topology.vpn_connections.iter() {
        if connection.head.management != Management::Created {
            continue;
        }
        let answer = decide(connection).map(|found| found.map(|misfit| words(connection, &misfit)));
        out.answer(&connection.head.origin, answer);
    }
}

fn decide(connection: &VpnConnection) -> Tri<Option<Misfit<'_>>> {
    let (at_vgw, at_transit) =
        (connection.vpn_gateway != Link::Absent, connection.transit_gateway != Link::Absent);
    if at_vgw && at_transit {
        return Tri::Known(Some(Misfit::Both));
    }
    let (fast, private) = (&connection.accelerated, &connection.is_private);
    let ask_private = at_vgw || !connection.has_transport;
    let asked = [(at_vgw, fast), (ask_private, private)];
    for (asked, fact) in asked {
        if !asked || fact.value != Tri::Known(true) {
            continue;
        }
        let origin = &fact.origin;
        let is_fast = std::ptr::eq(fact, fast);
        return Tri::Known(Some(match (is_fast, at_vgw) {
            (true, _) => Misfit::Accelerated(origin),
            (false, true) => Misfit::Private(origin),
            (false, false) => Misfit::NoTransport(origin),
        }));
    }
    let unknown = asked.iter().find_map(|(asked, fact)| match &fact.value {
        Tri::Unknown(cause) if *asked => Some(cause.clone()),
        Tri::Unknown(_) | Tri::Known(_) | Tri::Absent => None,
    });
    unknown.map_or(Tri::Known(None), Tri::Unknown)
}

fn words(connection: &VpnConnection, misfit: &Misfit<'_>) -> Finding {
    let name = connection.head.name();
    match misfit {
        Misfit::Both => {
            let origin = &connection.head.origin;
            Finding::at(&origin.attribute("transit_gateway_id", None), "ends here")
                .also(&origin.attribute("vpn_gateway_id", None), "and here")
                .message(format!(
                    "`{name}` names a virtual private gateway and a transit gateway"
                ))
                .why("a VPN connection ends at one of the two")
                .help(format!("remove `vpn_gateway_id` or `transit_gateway_id` from `{name}`"))
        }
        Misfit::Accelerated(origin) => Finding::at(origin, "only with a transit gateway")
            .also(&connection.head.origin, "ends at a virtual private gateway")
            .message(format!("`{name}` is accelerated and ends at a virtual private gateway"))
            .why("virtual private gateways do not support acceleration; AWS refuses the connection")
            .help(format!(
                "remove `enable_acceleration` from `{name}`, or end it at a transit gateway"
            )),
        Misfit::Private(origin) => Finding::at(origin, "only with a transit gateway")
            .also(&connection.head.origin, "ends at a virtual private gateway")
            .message(format!(
                "`{name}` uses private addresses and ends at a virtual private gateway"
            ))
            .why("private addresses are for connections of transit gateways over Direct Connect")
            .help(format!(
                "remove `outside_ip_address_type` from `{name}`, or end it at a transit gateway"
            )),
        Misfit::NoTransport(origin) => Finding::at(origin, "private, over which attachment?")
            .message(format!(
                "`{name}` uses private addresses and names no attachment that it goes over"
            ))
            .why(
                "tunnels between private addresses go over the Direct Connect attachment of the transit \
                 gateway, which AWS requires to be named",
            )
            .help(format!(
                "set `transport_transit_gateway_attachment_id` on `{name}` to the Direct Connect attachment"
            )),
    }
}
