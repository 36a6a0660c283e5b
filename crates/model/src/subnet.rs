//! Subnets.

use groundplan_ir::Fact;
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Vpc};

/// A subnet: `aws_subnet`, `aws_default_subnet`, or the data source.
#[derive(Clone, Debug)]
pub struct Subnet {
    /// The common part.
    pub head: Head,
    /// The VPC it is in.
    pub vpc: Link<Vpc>,
    /// Its IPv4 range.
    pub range: Fact<IpNet>,
    /// Its IPv4 range before the apply.
    pub prior_range: Option<IpNet>,
    /// Its IPv6 range.
    pub range_v6: Fact<IpNet>,
    /// Its availability zone's name.
    pub zone: Fact<Box<str>>,
    /// Its availability zone's id, which is the same for all accounts.
    pub zone_id: Fact<Box<str>>,
    /// Whether it has no IPv4 range at all, off unless it is switched on.
    pub ipv6_only: Fact<bool>,
}

const ATTRIBUTES: &[&str] = &[
    "id",
    "arn",
    "vpc_id",
    "cidr_block",
    "ipv6_cidr_block",
    "availability_zone",
    "availability_zone_id",
    "ipv6_native",
    "owner_id",
    "region",
];

impl Entity for Subnet {
    const KIND: Kind = Kind::Subnet;
    const READS: Reads = &[("aws_subnet", ATTRIBUTES), ("aws_default_subnet", ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            vpc: reader.link("vpc_id"),
            range: reader.cidr("cidr_block"),
            prior_range: reader.prior("cidr_block").as_text().and_then(|text| text.parse().ok()),
            range_v6: reader.cidr("ipv6_cidr_block"),
            zone: reader.text("availability_zone"),
            zone_id: reader.text("availability_zone_id"),
            ipv6_only: off(reader, "ipv6_native"),
        }
    }
}

/// A switch that is off unless it is switched on.
fn off(reader: &Reader<'_>, name: &str) -> Fact<bool> {
    let fact = reader.flag(name);
    Fact { value: fact.value.or_default(false), origin: fact.origin }
}
