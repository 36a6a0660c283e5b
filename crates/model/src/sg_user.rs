//! What runs with security groups: instances and network interfaces.

use groundplan_ir::{Origin, Tri, Value};

use crate::entity::{Entity, Kind, Reads};
use crate::nat_gateway::{INSTANCE_ATTRIBUTES, INTERFACE_ATTRIBUTES};
use crate::reader::Reader;
use crate::{Head, Link, Members, SecurityGroup, Subnet};

/// An instance or a network interface of its own.
#[derive(Clone, Debug)]
pub struct SgUser {
    /// The common part.
    pub head: Head,
    /// The subnet that it is in.
    pub subnet: Link<Subnet>,
    /// Its groups; absent where it gets the default group of the VPC.
    pub groups: Tri<Members<SecurityGroup>>,
    /// Where the groups are written.
    pub groups_origin: Origin,
    /// Whether something else than itself may bring the groups: a template or a network interface.
    pub is_templated: bool,
}

impl Entity for SgUser {
    const KIND: Kind = Kind::SgUser;
    const READS: Reads =
        &[("aws_instance", INSTANCE_ATTRIBUTES), ("aws_network_interface", INTERFACE_ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        let name = match reader.resource_type() {
            "aws_instance" => "vpc_security_group_ids",
            _ => "security_groups",
        };
        let others = ["network_interface", "primary_network_interface", "launch_template"];
        let is_set = |name: &&str| match reader.value(name) {
            Value::Null => false,
            Value::List(items) => !items.is_empty(),
            value @ (Value::Unknown(_) | Value::Referred(_)) => {
                value.unknown().is_none_or(|cause| !reader.is_left_out(name, cause))
            }
            Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Object(_) => true,
        };
        Self {
            head: reader.head(),
            subnet: reader.link("subnet_id"),
            groups: reader.links(name),
            groups_origin: reader.origin(name),
            is_templated: others.iter().any(is_set),
        }
    }
}
