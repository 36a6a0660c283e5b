//! Internet gateways, their attachments, and egress-only internet gateways.

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Vpc};

/// An internet gateway.
#[derive(Clone, Debug)]
pub struct InternetGateway {
    /// The common part.
    pub head: Head,
    /// The VPC it is attached to, where the gateway itself says so.
    pub vpc: Link<Vpc>,
}

impl Entity for InternetGateway {
    const KIND: Kind = Kind::InternetGateway;
    const READS: Reads =
        &[("aws_internet_gateway", &["id", "arn", "vpc_id", "owner_id", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), vpc: reader.link("vpc_id") }
    }
}

/// An `aws_internet_gateway_attachment`.
#[derive(Clone, Debug)]
pub struct GatewayAttachment {
    /// The common part.
    pub head: Head,
    /// The gateway.
    pub gateway: Link<InternetGateway>,
    /// The VPC.
    pub vpc: Link<Vpc>,
}

impl Entity for GatewayAttachment {
    const KIND: Kind = Kind::GatewayAttachment;
    const READS: Reads =
        &[("aws_internet_gateway_attachment", &["id", "internet_gateway_id", "vpc_id", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            gateway: reader.link("internet_gateway_id"),
            vpc: reader.link("vpc_id"),
        }
    }
}

/// An egress-only internet gateway.
#[derive(Clone, Debug)]
pub struct EgressOnlyGateway {
    /// The common part.
    pub head: Head,
    /// The VPC it is attached to.
    pub vpc: Link<Vpc>,
}

impl Entity for EgressOnlyGateway {
    const KIND: Kind = Kind::EgressOnlyGateway;
    const READS: Reads = &[("aws_egress_only_internet_gateway", &["id", "vpc_id", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), vpc: reader.link("vpc_id") }
    }
}
