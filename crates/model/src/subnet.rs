//! Subnets.

use groundplan_ir::{Fact, Tri};
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
    /// Whether it is the default subnet of its availability zone, where that is told.
    pub is_default: Tri<bool>,
    /// Whether it has IPv6 addresses alone.
    pub v6_only: Fact<bool>,
    /// Whether what is made in it gets an IPv6 address, unless it says otherwise.
    pub assigns_v6: Fact<bool>,
    /// Whether what is launched in it gets a public IPv4 address, unless it says otherwise.
    pub maps_public: Fact<bool>,
    /// The address pool that its IPv6 range comes from.
    pub pool_v6: Fact<Box<str>>,
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
    "default_for_az",
    "ipv6_native",
    "assign_ipv6_address_on_creation",
    "map_public_ip_on_launch",
    "ipv6_ipam_pool_id",
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
        let flag = |name: &str, default: bool| {
            let fact = reader.flag(name);
            Fact { value: fact.value.or_default(default), origin: fact.origin }
        };
        // Subnets of a default VPC give out public addresses ("Default subnets").
        let is_default = reader.resource_type() == "aws_default_subnet";
        Self {
            head: reader.head(),
            vpc: reader.link("vpc_id"),
            range: reader.cidr("cidr_block"),
            prior_range: reader.prior("cidr_block").as_text().and_then(|text| text.parse().ok()),
            range_v6: reader.unless_null("ipv6_cidr_block", reader.cidr("ipv6_cidr_block")),
            is_default: match reader.resource_type() {
                "aws_default_subnet" => Tri::Known(true),
                _ => reader.flag("default_for_az").value,
            },
            v6_only: flag("ipv6_native", false),
            assigns_v6: flag("assign_ipv6_address_on_creation", false),
            maps_public: flag("map_public_ip_on_launch", is_default),
            pool_v6: reader.text("ipv6_ipam_pool_id"),
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
