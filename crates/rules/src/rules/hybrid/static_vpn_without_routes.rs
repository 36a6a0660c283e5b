//! A static VPN connection has no routes, or a connection that takes none is given static ones.
//!
//! ## Why
//!
//! Without BGP nothing tells AWS what is behind a VPN connection. A virtual private gateway needs the
//! static routes of the connection, a transit gateway a static route in a table of its own; without
//! any, no packet goes into the tunnels. A connection with BGP takes no static routes, and
//! `aws_vpn_connection_route` is for connections of virtual private gateways alone: AWS refuses it.
//!
//! Source: AWS Site-to-Site VPN User Guide, "Static and dynamic routing in AWS Site-to-Site VPN".
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
//!   static_routes_only  = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
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
//!   static_routes_only  = true
//! }
//!
//! resource "aws_vpn_connection_route" "office" {
//!   vpn_connection_id      = aws_vpn_connection.office.id
//!   destination_cidr_block = "192.168.0.0/16"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Routes whose connection or attachment cannot be followed, an attachment that other configurations
//! can route to, a connection that is not in the input.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, Id, Link, Management, Topology, VpnConnection, VpnConnectionRoute,
};

use crate::place::own_id;
use crate::propose::{Proposed, resource};
use crate::vpn_routes::StaticRoutes;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Why a connection takes no route.
enum Misfit {
    Bgp,
    Transit,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (_, route) in topology.vpn_connection_routes.iter() {
        if route.head.management != Management::Created {
            continue;
        }
        let answer = misfit(topology, route).map(|found| {
            found.map(|(connection, why)| misplaced(topology, route, connection, &why))
        });
        out.answer(&route.head.origin, answer);
    }
    let routes = StaticRoutes::new(topology);
    for (id, connection) in topology.vpn_connections.iter() {
        if topology.is_only_seen(&connection.head)
            || connection.static_routes_only.value == Tri::Known(false)
        {
            continue;
        }
        let answer = connection.static_routes_only.value.clone().and_then(|_| {
            let attachment = routes.attachment(id);
            let lost = lost(topology, &routes, id, attachment);
            lost.map(|lost| lost.then(|| routeless(topology, id)))
        });
        out.answer(&connection.head.origin, answer);
    }
}

/// The connection that does not take this route.
fn misfit(
    topology: &Topology,
    route: &VpnConnectionRoute,
) -> Tri<Option<(Id<VpnConnection>, Misfit)>> {
    route.connection.tri().and_then(|id| {
        let connection = &topology.vpn_connections[id];
        if connection.transit_gateway != Link::Absent {
            return Tri::Known(Some((id, Misfit::Transit)));
        }
        connection.static_routes_only.value.clone().map(|only| (!only).then_some((id, Misfit::Bgp)))
    })
}

/// Whether nothing tells what is behind this static connection.
fn lost(
    topology: &Topology,
    routes: &StaticRoutes,
    id: Id<VpnConnection>,
    attachment: Option<Id<Attachment>>,
) -> Tri<bool> {
    let connection = &topology.vpn_connections[id];
    let open = if connection.transit_gateway != Link::Absent {
        match attachment.map(|it| routes.lead_to(topology, it)) {
            Some(Tri::Known(true)) => return Tri::Known(false),
            Some(Tri::Unknown(cause)) => Some(cause),
            Some(Tri::Known(false) | Tri::Absent) => topology.shared_open(&connection.head),
            None => Some(Cause::NotManaged(connection.head.name().into())),
        }
    } else if connection.vpn_gateway == Link::Absent {
        // What is tied to a core network has its routes there.
        return Tri::Known(false);
    } else {
        if connection.has_routes || !topology.routes_of_connection.of(id).is_empty() {
            return Tri::Known(false);
        }
        let open = topology.routes_of_connection.open(id).cloned();
        open.or_else(|| topology.container_open(&connection.head))
    };
    open.map_or(Tri::Known(true), Tri::Unknown)
}

fn misplaced(
    topology: &Topology,
    route: &VpnConnectionRoute,
    id: Id<VpnConnection>,
    why: &Misfit,
) -> Finding {
    let connection = &topology.vpn_connections[id];
    let (name, connection_name) = (route.head.name(), connection.head.name());
    let finding = Finding::at(&route.head.origin, "this connection takes no static routes");
    match why {
        Misfit::Bgp => finding
            .also(&connection.static_routes_only.origin, "learns its routes by BGP")
            .message(format!("`{name}` is a static route of `{connection_name}`, which uses BGP"))
            .why("only connections with static routes take one; AWS refuses it at apply")
            .help(format!(
                "remove `{name}` and announce the range by BGP, or set `static_routes_only = true` on \
                 `{connection_name}`, which makes AWS replace it"
            )),
        Misfit::Transit => finding
            .also(&connection.head.origin, "ends at a transit gateway")
            .message(format!(
                "`{name}` is a route of `{connection_name}`, which ends at a transit gateway"
            ))
            .why(
                "static routes of a connection are routes of its virtual private gateway; a transit \
                 gateway has them in its own route tables",
            )
            .help(format!(
                "replace `{name}` by an `aws_ec2_transit_gateway_route` to \
                 `{connection_name}.transit_gateway_attachment_id`"
            )),
    }
}

fn routeless(topology: &Topology, id: Id<VpnConnection>) -> Finding {
    let connection = &topology.vpn_connections[id];
    let name = connection.head.name();
    let finding = Finding::at(&connection.head.origin, "nothing tells AWS what is behind it")
        .also(&connection.static_routes_only.origin, "no routes are learned by BGP")
        .message(format!("`{name}` has static routes only, and there is none"))
        .why(
            "without a route no packet goes into the tunnels, and answers to the site are dropped",
        );
    if connection.transit_gateway != Link::Absent {
        return finding.help(format!(
            "add an `aws_ec2_transit_gateway_route` for the site's range to \
             `{name}.transit_gateway_attachment_id`"
        ));
    }
    let block = resource(
        "aws_vpn_connection_route",
        &connection.head.origin.address.name,
        &[
            ("vpn_connection_id", Proposed::Reference(own_id(&connection.head.origin))),
            ("destination_cidr_block", Proposed::Reference("var.site_cidr_block".to_owned())),
        ],
    );
    finding.help(format!("add a route for each range of the site:\n{block}"))
}
