//! NAT gateways and network interfaces: targets that live in a subnet.

use groundplan_ir::{Cause, Fact, Mode, Origin, Tri};

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
    /// Where an Elastic IP address is given to it; none where none is.
    pub allocation: Option<Origin>,
}

impl Entity for NatGateway {
    const KIND: Kind = Kind::NatGateway;
    const READS: Reads = &[(
        "aws_nat_gateway",
        &["id", "subnet_id", "vpc_id", "connectivity_type", "allocation_id", "region"],
    )];

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
            allocation: (reader.text("allocation_id").value != Tri::Absent)
                .then(|| reader.origin("allocation_id")),
        }
    }
}

/// Everything that is read of a network interface; what uses security groups is made from the same resource.
pub(crate) const INTERFACE_ATTRIBUTES: &[&str] =
    &["id", "subnet_id", "security_groups", "source_dest_check", "region"];

/// The same of an instance.
pub(crate) const INSTANCE_ATTRIBUTES: &[&str] = &[
    "id",
    "primary_network_interface_id",
    "subnet_id",
    "source_dest_check",
    "vpc_security_group_ids",
    "network_interface",
    "primary_network_interface",
    "launch_template",
    "region",
];

/// A network interface: one of its own, or the first one of an instance.
#[derive(Clone, Debug)]
pub struct NetworkInterface {
    /// The common part.
    pub head: Head,
    /// The subnet.
    pub subnet: Link<Subnet>,
    /// Whether it drops what is neither from nor to its own addresses, on unless it is switched off.
    pub checks_addresses: Fact<bool>,
}

/// The blocks by which an instance names interfaces that are made elsewhere.
const GIVEN: &[&str] = &["network_interface", "primary_network_interface"];

impl Entity for NetworkInterface {
    const KIND: Kind = Kind::NetworkInterface;
    const READS: Reads =
        &[("aws_network_interface", INTERFACE_ATTRIBUTES), ("aws_instance", INSTANCE_ATTRIBUTES)];

    fn identity(resource_type: &str) -> &'static str {
        match resource_type {
            "aws_instance" => "primary_network_interface_id",
            _ => "id",
        }
    }
    fn lower(reader: &Reader<'_>) -> Self {
        let mut checks = reader.flag("source_dest_check");
        let seen = reader.resource.address.mode != Mode::Managed;
        // What another resource makes has a word of its own, and the data source of interfaces tells none.
        let given = GIVEN.iter().any(|name| {
            reader.is_written(name) == Tri::Known(true)
                || reader.value(name).as_list().is_some_and(|items| !items.is_empty())
        });
        if given || (seen && checks.value == Tri::Absent) {
            let what = checks.origin.to_string();
            checks.value = Tri::Unknown(Cause::OtherAttribute(what.into()));
        }
        Self {
            head: reader.head(),
            subnet: reader.link("subnet_id"),
            checks_addresses: Fact { value: checks.value.or_default(true), origin: checks.origin },
        }
    }
}
