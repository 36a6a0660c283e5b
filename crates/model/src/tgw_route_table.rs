//! Route tables of transit gateways, and what is associated with them or propagates into them.

use groundplan_ir::{Fact, Tri};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::tags::Tags;
use crate::{Attachment, Head, Link, TransitGateway};

/// A route table of a transit gateway.
#[derive(Clone, Debug)]
pub struct TgwRouteTable {
    /// The common part.
    pub head: Head,
    /// The gateway.
    pub gateway: Link<TransitGateway>,
    /// Whether AWS made it along with the gateway.
    pub is_default: bool,
    /// What its tags say.
    pub tags: Tags,
}

impl Entity for TgwRouteTable {
    const KIND: Kind = Kind::TgwRouteTable;
    const READS: Reads = &[(
        "aws_ec2_transit_gateway_route_table",
        &["id", "arn", "transit_gateway_id", "tags", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            gateway: reader.link("transit_gateway_id"),
            is_default: false,
            tags: Tags::of(reader),
        }
    }
}

/// An `aws_ec2_transit_gateway_route_table_association`.
#[derive(Clone, Debug)]
pub struct TgwAssociation {
    /// The common part.
    pub head: Head,
    /// The attachment.
    pub attachment: Link<Attachment>,
    /// The table.
    pub table: Link<TgwRouteTable>,
    /// Whether it takes the place of an association that is there, off unless it is switched on.
    pub replaces: Fact<bool>,
}

impl Entity for TgwAssociation {
    const KIND: Kind = Kind::TgwAssociation;
    const READS: Reads = &[(
        "aws_ec2_transit_gateway_route_table_association",
        &[
            "id",
            "transit_gateway_attachment_id",
            "transit_gateway_route_table_id",
            "replace_existing_association",
            "region",
        ],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        let replaces = reader.flag("replace_existing_association");
        let absent = replaces.value == Tri::Absent;
        Self {
            head: reader.head(),
            attachment: reader.link("transit_gateway_attachment_id"),
            table: reader.link("transit_gateway_route_table_id"),
            replaces: Fact {
                value: if absent { Tri::Known(false) } else { replaces.value },
                origin: replaces.origin,
            },
        }
    }
}

/// An `aws_ec2_transit_gateway_route_table_propagation`.
#[derive(Clone, Debug)]
pub struct TgwPropagation {
    /// The common part.
    pub head: Head,
    /// The attachment whose ranges go into the table.
    pub attachment: Link<Attachment>,
    /// The table.
    pub table: Link<TgwRouteTable>,
}

impl Entity for TgwPropagation {
    const KIND: Kind = Kind::TgwPropagation;
    const READS: Reads = &[(
        "aws_ec2_transit_gateway_route_table_propagation",
        &["id", "transit_gateway_attachment_id", "transit_gateway_route_table_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            attachment: reader.link("transit_gateway_attachment_id"),
            table: reader.link("transit_gateway_route_table_id"),
        }
    }
}
