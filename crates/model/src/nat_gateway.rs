//! NAT gateways and network interfaces: targets that live in a subnet.

use groundplan_ir::Fact;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Subnet, Vpc};

/// A NAT gateway.
#[derive(Clone, Debug)]
pub struct NatGateway {
    /// The common part.
    pub head: Head,
    /// The subnet of a zonal one.
    pub subnet: Link<Subnet>,
    /// The VPC of a regional one.
    pub vpc: Link<Vpc>,
    /// `public` unless another type is given ("NAT gateways").
    pub connectivity: Fact<Box<str>>,
}

impl Entity for NatGateway {
    const KIND: Kind = Kind::NatGateway;
    const READS: Reads =
        &[("aws_nat_gateway", &["id", "subnet_id", "vpc_id", "connectivity_type", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        let kind = reader.text("connectivity_type");
        Self {
            head: reader.head(),
            subnet: reader.link("subnet_id"),
            vpc: reader.link("vpc_id"),
            connectivity: Fact {
                value: kind.value.or_default("public".into()),
                origin: kind.origin,
            },
        }
    }
}

/// Everything that is read of a network interface; its groups are made from the same resource.
pub(crate) const INTERFACE_ATTRIBUTES: &[&str] = &["id", "subnet_id", "security_groups", "region"];

/// A network interface.
#[derive(Clone, Debug)]
pub struct NetworkInterface {
    /// The common part.
    pub head: Head,
    /// The subnet.
    pub subnet: Link<Subnet>,
}

impl Entity for NetworkInterface {
    const KIND: Kind = Kind::NetworkInterface;
    const READS: Reads = &[("aws_network_interface", INTERFACE_ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), subnet: reader.link("subnet_id") }
    }
}
