//! Multicast domains of transit gateways, with their subnets.

use groundplan_ir::Fact;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Subnet, TransitGateway};

/// An `aws_ec2_transit_gateway_multicast_domain`.
#[derive(Clone, Debug)]
pub struct MulticastDomain {
    /// The common part.
    pub head: Head,
    /// The gateway.
    pub gateway: Link<TransitGateway>,
    /// Where the gateway is named.
    pub gateway_origin: groundplan_ir::Origin,
    /// Whether members join by IGMP, off unless it is switched on.
    pub igmp: Fact<bool>,
    /// Whether it has registered sources, off unless it is switched on.
    pub static_sources: Fact<bool>,
}

impl Entity for MulticastDomain {
    const KIND: Kind = Kind::MulticastDomain;
    const READS: Reads = &[(
        "aws_ec2_transit_gateway_multicast_domain",
        &[
            "id",
            "arn",
            "transit_gateway_id",
            "igmpv2_support",
            "static_sources_support",
            "owner_id",
            "region",
        ],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        let off = |name: &str| {
            let fact = reader.switch(name);
            Fact { value: fact.value.or_default(false), origin: fact.origin }
        };
        Self {
            head: reader.head(),
            gateway: reader.link("transit_gateway_id"),
            gateway_origin: reader.origin("transit_gateway_id"),
            igmp: off("igmpv2_support"),
            static_sources: off("static_sources_support"),
        }
    }
}

/// An `aws_ec2_transit_gateway_multicast_domain_association`: a subnet in a domain.
#[derive(Clone, Debug)]
pub struct MulticastAssociation {
    /// The common part.
    pub head: Head,
    /// The domain.
    pub domain: Link<MulticastDomain>,
    /// The subnet.
    pub subnet: Link<Subnet>,
}

impl Entity for MulticastAssociation {
    const KIND: Kind = Kind::MulticastAssociation;
    const READS: Reads = &[(
        "aws_ec2_transit_gateway_multicast_domain_association",
        &["id", "transit_gateway_multicast_domain_id", "subnet_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            domain: reader.link("transit_gateway_multicast_domain_id"),
            subnet: reader.link("subnet_id"),
        }
    }
}
