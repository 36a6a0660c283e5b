//! Site-to-Site VPN: virtual private gateways, customer gateways, connections and their routes.

use std::collections::BTreeMap;

use groundplan_ir::{Address, Fact, Value};
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{
    Attachment, AttachmentKind, Head, Id, Link, RouteTable, Topology, TransitGateway, Vpc,
};

/// A virtual private gateway.
#[derive(Clone, Debug)]
pub struct VpnGateway {
    /// The common part.
    pub head: Head,
    /// The VPC it is attached to, where the gateway itself says so.
    pub vpc: Link<Vpc>,
}

impl Entity for VpnGateway {
    const KIND: Kind = Kind::VpnGateway;
    const READS: Reads =
        &[("aws_vpn_gateway", &["id", "arn", "vpc_id", "attached_vpc_id", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        let mut vpc = reader.link("vpc_id");
        if vpc == Link::Absent {
            vpc = reader.link("attached_vpc_id");
        }
        Self { head: reader.head(), vpc }
    }
}

/// An `aws_vpn_gateway_attachment`.
#[derive(Clone, Debug)]
pub struct VpnGatewayAttachment {
    /// The common part.
    pub head: Head,
    /// The gateway.
    pub gateway: Link<VpnGateway>,
    /// The VPC.
    pub vpc: Link<Vpc>,
}

impl Entity for VpnGatewayAttachment {
    const KIND: Kind = Kind::VpnGatewayAttachment;
    const READS: Reads =
        &[("aws_vpn_gateway_attachment", &["id", "vpn_gateway_id", "vpc_id", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            gateway: reader.link("vpn_gateway_id"),
            vpc: reader.link("vpc_id"),
        }
    }
}

/// An `aws_vpn_gateway_route_propagation`.
#[derive(Clone, Debug)]
pub struct RoutePropagation {
    /// The common part.
    pub head: Head,
    /// The gateway whose routes go into the table.
    pub gateway: Link<VpnGateway>,
    /// The table.
    pub table: Link<RouteTable>,
}

impl Entity for RoutePropagation {
    const KIND: Kind = Kind::RoutePropagation;
    const READS: Reads = &[(
        "aws_vpn_gateway_route_propagation",
        &["id", "vpn_gateway_id", "route_table_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            gateway: reader.link("vpn_gateway_id"),
            table: reader.link("route_table_id"),
        }
    }
}

/// A customer gateway: the other end of a VPN connection.
#[derive(Clone, Debug)]
pub struct CustomerGateway {
    /// The common part.
    pub head: Head,
}

impl Entity for CustomerGateway {
    const KIND: Kind = Kind::CustomerGateway;
    const READS: Reads = &[("aws_customer_gateway", &["id", "arn", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head() }
    }
}

/// Everything that is read of a connection; its transit gateway attachment is made from the same
/// resource.
pub(crate) const VPN_ATTRIBUTES: &[&str] = &[
    "id",
    "arn",
    "customer_gateway_id",
    "vpn_gateway_id",
    "transit_gateway_id",
    "transit_gateway_attachment_id",
    "static_routes_only",
    "remote_ipv4_network_cidr",
    "remote_ipv6_network_cidr",
    "tunnel_inside_ip_version",
    "enable_acceleration",
    "outside_ip_address_type",
    "transport_transit_gateway_attachment_id",
    "routes",
    "region",
];

/// A VPN connection.
#[derive(Clone, Debug)]
pub struct VpnConnection {
    /// The common part.
    pub head: Head,
    /// The site.
    pub customer_gateway: Link<CustomerGateway>,
    /// The virtual private gateway that it ends at.
    pub vpn_gateway: Link<VpnGateway>,
    /// The transit gateway that it ends at.
    pub transit_gateway: Link<TransitGateway>,
    /// Whether it has static routes only, off unless it is switched on.
    pub static_routes_only: Fact<bool>,
    /// The range on the site's side, where it is narrowed down.
    pub remote_range: Fact<IpNet>,
    /// Which addresses its tunnels carry, IPv4 unless it says `ipv6`.
    pub carries_v6: Fact<bool>,
    /// Whether the tunnels go over accelerators, off unless it is switched on.
    pub accelerated: Fact<bool>,
    /// Whether the tunnels end at private addresses, off unless it says `PrivateIpv4`.
    pub is_private: Fact<bool>,
    /// Whether it names the attachment that its tunnels go over.
    pub has_transport: bool,
    /// Whether AWS has told of a route of it.
    pub has_routes: bool,
}

impl Entity for VpnConnection {
    const KIND: Kind = Kind::VpnConnection;
    const READS: Reads = &[("aws_vpn_connection", VPN_ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        let only = reader.unless_null("static_routes_only", reader.flag("static_routes_only"));
        let fast = reader.unless_null("enable_acceleration", reader.flag("enable_acceleration"));
        Self {
            head: reader.head(),
            customer_gateway: reader.link("customer_gateway_id"),
            vpn_gateway: reader.link("vpn_gateway_id"),
            transit_gateway: reader.link("transit_gateway_id"),
            static_routes_only: Fact { value: only.value.or_default(false), origin: only.origin },
            remote_range: reader.cidr("remote_ipv4_network_cidr"),
            carries_v6: says(reader, "tunnel_inside_ip_version", "ipv6"),
            accelerated: Fact { value: fast.value.or_default(false), origin: fast.origin },
            is_private: says(reader, "outside_ip_address_type", "PrivateIpv4"),
            // An id that is made during the apply is one.
            has_transport: has_transport(reader),
            has_routes: reader.value("routes").as_list().is_some_and(|it| !it.is_empty()),
        }
    }
}

/// Whether the transport is given; an argument that is left out may look unknown.
fn has_transport(reader: &Reader<'_>) -> bool {
    let name = "transport_transit_gateway_attachment_id";
    let value = reader.value(name);
    let left_out = value.unknown().is_some_and(|cause| reader.is_left_out(name, cause));
    *value != Value::Null && !left_out
}

impl Topology {
    /// The attachments of transit gateways that are VPN connections, with the connection of each.
    pub fn vpn_attachments(&self) -> BTreeMap<Id<Attachment>, Id<VpnConnection>> {
        // Both are made from one resource.
        let connections = self.vpn_connections.iter();
        let by_address: BTreeMap<&Address, Id<VpnConnection>> =
            connections.map(|(id, it)| (&*it.head.origin.address, id)).collect();
        let all = self.attachments.iter().filter(|(_, it)| matches!(it.kind, AttachmentKind::Vpn));
        let found = |it: &Attachment| by_address.get(&*it.head.origin.address).copied();
        all.filter_map(|(id, it)| Some((id, found(it)?))).collect()
    }
}

/// Whether an argument that has a default says this.
fn says(reader: &Reader<'_>, name: &str, what: &str) -> Fact<bool> {
    let fact = reader.unless_null(name, reader.text(name));
    Fact { value: fact.value.map(|it| *it == *what).or_default(false), origin: fact.origin }
}

/// An `aws_vpn_connection_route`: a range behind a static connection.
#[derive(Clone, Debug)]
pub struct VpnConnectionRoute {
    /// The common part.
    pub head: Head,
    /// The connection.
    pub connection: Link<VpnConnection>,
    /// The range on the site's side.
    pub range: Fact<IpNet>,
}

impl Entity for VpnConnectionRoute {
    const KIND: Kind = Kind::VpnConnectionRoute;
    const READS: Reads = &[(
        "aws_vpn_connection_route",
        &["id", "vpn_connection_id", "destination_cidr_block", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            connection: reader.link("vpn_connection_id"),
            range: reader.cidr("destination_cidr_block"),
        }
    }
}
