//! What is attached to a transit gateway: VPCs, other gateways, Connect, VPN connections.

use groundplan_ir::{Fact, Tri, Value};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::tags::Tags;
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
        /// Whether those are the subnets that it has before the apply.
        subnets_stay: bool,
        /// Whether what is there before the apply joins the same VPC and gateway.
        joins_the_same: bool,
        /// Whether both directions of a flow keep to one zone, off unless it is switched on.
        appliance_mode: Fact<bool>,
        /// Whether it carries IPv6, off unless it is switched on.
        ipv6: Fact<bool>,
        /// Whether rules may name security groups of other VPCs over it, on unless it is switched off.
        group_references: Fact<bool>,
    },
    /// Another transit gateway; it carries static routes only.
    Peering {
        /// The gateway that is asked.
        peer: Link<TransitGateway>,
        /// Where it is named.
        peer_origin: groundplan_ir::Origin,
        /// The account that is asked; absent means the own one.
        peer_account: Fact<Box<str>>,
        /// What AWS says of it, where the state knows.
        state: Tri<Box<str>>,
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
    /// What its tags say.
    pub tags: Tags,
}

/// Everything that is read of an attachment; of a Connect attachment more than one thing is made.
pub(crate) const ATTACHMENT_ATTRIBUTES: &[&str] = &[
    "id",
    "arn",
    "transit_gateway_id",
    "vpc_id",
    "subnet_ids",
    "transport_attachment_id",
    "peer_transit_gateway_id",
    "peer_account_id",
    "peer_region",
    "transit_gateway_default_route_table_association",
    "transit_gateway_default_route_table_propagation",
    "vpc_owner_id",
    "appliance_mode_support",
    "ipv6_support",
    "security_group_referencing_support",
    "state",
    "tags",
    "region",
];

impl Entity for Attachment {
    const KIND: Kind = Kind::Attachment;
    const READS: Reads = &[
        ("aws_ec2_transit_gateway_vpc_attachment", ATTACHMENT_ATTRIBUTES),
        ("aws_ec2_transit_gateway_peering_attachment", ATTACHMENT_ATTRIBUTES),
        ("aws_ec2_transit_gateway_connect", ATTACHMENT_ATTRIBUTES),
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
            "aws_ec2_transit_gateway_vpc_attachment" => to_vpc(reader),
            "aws_ec2_transit_gateway_peering_attachment" => AttachmentKind::Peering {
                peer: reader.link("peer_transit_gateway_id"),
                peer_origin: reader.origin("peer_transit_gateway_id"),
                peer_account: reader.text("peer_account_id"),
                state: reader.text("state").value,
            },
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
            tags: Tags::of(reader),
            default_association: on("transit_gateway_default_route_table_association"),
            default_propagation: on("transit_gateway_default_route_table_propagation"),
        }
    }
}

/// A switch that is on unless it is switched off.
fn on(reader: &Reader<'_>, name: &str) -> Fact<bool> {
    let fact = reader.switch(name);
    Fact { value: fact.value.or_default(true), origin: fact.origin }
}

fn to_vpc(reader: &Reader<'_>) -> AttachmentKind {
    let off = |name: &str| {
        let fact = reader.switch(name);
        Fact { value: fact.value.or_default(false), origin: fact.origin }
    };
    let stays = |name: &str| {
        let prior = reader.prior(name);
        *prior != Value::Null && prior == reader.value(name)
    };
    AttachmentKind::Vpc {
        vpc: reader.link("vpc_id"),
        subnets: reader.links("subnet_ids"),
        subnets_stay: stays("subnet_ids"),
        joins_the_same: stays("vpc_id") && stays("transit_gateway_id"),
        appliance_mode: off("appliance_mode_support"),
        ipv6: off("ipv6_support"),
        group_references: on(reader, "security_group_referencing_support"),
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
