//! Block Public Access for VPCs: what an account allows internet gateways to do in a Region, and what is excluded.

use groundplan_ir::Fact;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Subnet, Vpc};

/// An `aws_vpc_block_public_access_options`: one for an account and Region.
#[derive(Clone, Debug)]
pub struct PublicAccess {
    /// The common part.
    pub head: Head,
    /// `off`, `block-ingress` or `block-bidirectional`.
    pub mode: Fact<Box<str>>,
}

impl Entity for PublicAccess {
    const KIND: Kind = Kind::PublicAccess;
    const READS: Reads = &[(
        "aws_vpc_block_public_access_options",
        &["id", "internet_gateway_block_mode", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), mode: reader.text("internet_gateway_block_mode") }
    }
}

/// An `aws_vpc_block_public_access_exclusion`: a VPC or a subnet that is let out.
#[derive(Clone, Debug)]
pub struct PublicAccessExclusion {
    /// The common part.
    pub head: Head,
    /// The VPC.
    pub vpc: Link<Vpc>,
    /// The subnet.
    pub subnet: Link<Subnet>,
}

impl Entity for PublicAccessExclusion {
    const KIND: Kind = Kind::PublicAccessExclusion;
    const READS: Reads =
        &[("aws_vpc_block_public_access_exclusion", &["id", "vpc_id", "subnet_id", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), vpc: reader.link("vpc_id"), subnet: reader.link("subnet_id") }
    }
}
