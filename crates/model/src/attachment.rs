//! What is attached to a transit gateway: VPCs, other gateways, Connect, VPN connections.

use groundplan_ir::{Fact, Tri};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::vpn::VPN_ATTRIBUTES;
use crate::{Head, Link, Members, Subnet, TransitGateway, Vpc};

/// What hangs on the attachment.
#[derive(Clone, Debug)]
pub enum AttachmentKind {
    /// A VPC.
    Vpc {
        /// Which one.
        vpc: Link<Vpc>,
        /// The subnets with the attachment's interfaces.
        subnets: Tri<Members<Subnet>>,
    },
    /// Another transit gateway; it carries static routes only.
    Peering {
        /// The gateway that is asked.
        peer: Link<TransitGateway>,
    },
    /// A Connect attachment over another one.
    Connect,
    /// A VPN connection.
    Vpn,
}

/// An attachment of a transit gateway.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The common part.
    pub head: Head,
    /// The gateway; absent for a VPN connection that ends elsewhere.
    pub gateway: Link<TransitGateway>,
    /// Where the gateway is named.
    pub gateway_origin: groundplan_ir::Origin,
    /// What hangs on it.
    pub kind: AttachmentKind,
    /// Its own word on the default association; on unless it is switched off. It has no effect on a
    /// gateway that another account shares.
    pub default_association: Fact<bool>,
    /// Its own word on the default propagation.
    pub default_propagation: Fact<bool>,
}

const ATTRIBUTES: &[&str] = &[
    "id",
    "arn",
    "transit_gateway_id",
    "vpc_id",
    "subnet_ids",
    "peer_transit_gateway_id",
    "peer_account_id",
    "peer_region",
    "transit_gateway_default_route_table_association",
    "transit_gateway_default_route_table_propagation",
    "vpc_owner_id",
    "region",
];

impl Entity for Attachment {
    const KIND: Kind = Kind::Attachment;
    const READS: Reads = &[
        ("aws_ec2_transit_gateway_vpc_attachment", ATTRIBUTES),
        ("aws_ec2_transit_gateway_peering_attachment", ATTRIBUTES),
        ("aws_ec2_transit_gateway_connect", ATTRIBUTES),
        ("aws_vpn_connection", VPN_ATTRIBUTES),
    ];

    fn identity(resource_type: &str) -> &'static str {
        match resource_type {
            "aws_vpn_connection" => "transit_gateway_attachment_id",
            _ => "id",
        }
    }

    fn lower(reader: &Reader<'_>) -> Self {
        let kind = match reader.resource_type() {
            "aws_ec2_transit_gateway_vpc_attachment" => AttachmentKind::Vpc {
                vpc: reader.link("vpc_id"),
                subnets: reader.links("subnet_ids"),
            },
            "aws_ec2_transit_gateway_peering_attachment" => {
                AttachmentKind::Peering { peer: reader.link("peer_transit_gateway_id") }
            }
            "aws_ec2_transit_gateway_connect" => AttachmentKind::Connect,
            _ => AttachmentKind::Vpn,
        };
        let on = |name: &str| {
            let fact = reader.flag(name);
            Fact { value: fact.value.or_default(true), origin: fact.origin }
        };
        Self {
            head: reader.head(),
            gateway: reader.link("transit_gateway_id"),
            gateway_origin: reader.origin("transit_gateway_id"),
            kind,
            default_association: on("transit_gateway_default_route_table_association"),
            default_propagation: on("transit_gateway_default_route_table_propagation"),
        }
    }
}

/// The resource by which the other side accepts an attachment.
#[derive(Clone, Debug)]
pub struct AttachmentAccepter {
    /// The common part.
    pub head: Head,
    /// The attachment.
    pub attachment: Link<Attachment>,
    /// The gateway owner's word on the default association.
    pub default_association: Fact<bool>,
    /// The gateway owner's word on the default propagation.
    pub default_propagation: Fact<bool>,
}

const ACCEPTER_ATTRIBUTES: &[&str] = &[
    "id",
    "transit_gateway_attachment_id",
    "transit_gateway_id",
    "transit_gateway_default_route_table_association",
    "transit_gateway_default_route_table_propagation",
    "region",
];

impl Entity for AttachmentAccepter {
    const KIND: Kind = Kind::AttachmentAccepter;
    const READS: Reads = &[
        ("aws_ec2_transit_gateway_vpc_attachment_accepter", ACCEPTER_ATTRIBUTES),
        ("aws_ec2_transit_gateway_peering_attachment_accepter", ACCEPTER_ATTRIBUTES),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        let on = |name: &str| {
            let fact = reader.flag(name);
            Fact { value: fact.value.or_default(true), origin: fact.origin }
        };
        Self {
            head: reader.head(),
            attachment: reader.link("transit_gateway_attachment_id"),
            default_association: on("transit_gateway_default_route_table_association"),
            default_propagation: on("transit_gateway_default_route_table_propagation"),
        }
    }
}
