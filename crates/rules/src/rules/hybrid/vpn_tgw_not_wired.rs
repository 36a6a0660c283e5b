//! No route table of a transit gateway leads to a VPN connection that is attached to it.
//!
//! ## Why
//!
//! What a site announces over BGP reaches only the route tables that its VPN connection is propagated to.
//! Where the default propagation is off and nothing propagates the connection, no table leads to the site:
//! whatever its packets reach, no answer comes back. A static route to the attachment does as well.
//!
//! Source: Amazon VPC Transit Gateways, "How transit gateways work".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_propagation = "disable"
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
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
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
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "office" {
//!   transit_gateway_attachment_id  = aws_vpn_connection.office.transit_gateway_attachment_id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway that another configuration manages, whose owner may propagate the connection; a propagation
//! or route whose attachment cannot be followed. A connection that is associated with no table is the
//! matter of `tgw-attachment-not-associated`, one with static routes only that of
//! `static-vpn-without-routes`.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{Attachment, Id, Link, Topology, TransitGateway, VpnConnection};

use crate::place::reference;
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

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let routes = StaticRoutes::new(topology);
    for (id, connection) in topology.vpn_connections.iter() {
        let asked = connection.transit_gateway != Link::Absent
            && connection.static_routes_only.value != Tri::Known(true)
            && !topology.is_only_seen(&connection.head);
        let Some(attachment) = routes.attachment(id).filter(|_| asked) else { continue };
        let answer = decide(topology, &routes, id, attachment)
            .map(|found| found.map(|gateway| words(topology, connection, gateway)));
        out.answer(&connection.head.origin, answer);
    }
}

/// The gateway no table of which leads to this connection.
fn decide(
    topology: &Topology,
    routes: &StaticRoutes,
    id: Id<VpnConnection>,
    attachment: Id<Attachment>,
) -> Tri<Option<Id<TransitGateway>>> {
    if !topology.propagations_of_attachment.of(attachment).is_empty() {
        return Tri::Known(None);
    }
    let led = [topology.propagated_by_default(attachment), routes.lead_to(topology, attachment)];
    if led.contains(&Tri::Known(true)) {
        return Tri::Known(None);
    }
    let unknown = led.into_iter().find_map(|it| match it {
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(_) | Tri::Absent => None,
    });
    let open = unknown
        .or_else(|| topology.propagations_of_attachment.open(attachment).cloned())
        // Without BGP there is nothing to propagate, which is another rule's matter.
        .or_else(|| match &topology.vpn_connections[id].static_routes_only.value {
            Tri::Unknown(cause) => Some(cause.clone()),
            Tri::Known(_) | Tri::Absent => None,
        });
    if let Some(cause) = open {
        return Tri::Unknown(cause);
    }
    let it = &topology.attachments[attachment];
    it.gateway.tri().and_then(|gateway| {
        let open = topology.container_open(&topology.transit_gateways[gateway].head);
        match open.or_else(|| topology.shared_open(&it.head)) {
            Some(cause) => Tri::Unknown(cause),
            None => Tri::Known(Some(gateway)),
        }
    })
}

fn words(topology: &Topology, connection: &VpnConnection, id: Id<TransitGateway>) -> Finding {
    let gateway = &topology.transit_gateways[id];
    let (name, gateway_name) = (connection.head.name(), gateway.head.name());
    Finding::at(&connection.head.origin, "no table leads here")
        .also(&gateway.default_propagation.origin, "propagates nothing by default")
        .message(format!("no route table of `{gateway_name}` leads to `{name}`"))
        .why(
            "the routes that the site announces are in no table that it is propagated to, so that nothing \
             is sent there, not even answers",
        )
        .help(cure(topology, connection, id))
}

fn cure(topology: &Topology, connection: &VpnConnection, gateway: Id<TransitGateway>) -> String {
    let origin = &connection.head.origin;
    let named =
        Origin { attribute: Some("transit_gateway_attachment_id".into()), ..origin.clone() };
    let plain =
        "propagate it to the tables that the VPCs of the site's partners are associated with";
    let tables = topology.tables_of_gateway.of(gateway).iter();
    let mut tables = tables.map(|table| &topology.tgw_route_tables[*table]);
    let table = tables.find(|table| !table.is_default).map(|table| &table.head.origin);
    let block = table.and_then(|table| {
        Some(resource(
            "aws_ec2_transit_gateway_route_table_propagation",
            &origin.address.name,
            &[
                ("transit_gateway_attachment_id", Proposed::Reference(reference(&named, origin)?)),
                ("transit_gateway_route_table_id", Proposed::Reference(reference(table, origin)?)),
            ],
        ))
    });
    match block {
        Some(block) => format!("{plain}, for example:\n{block}"),
        None => plain.to_owned(),
    }
}
