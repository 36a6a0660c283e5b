//! What changes paths and is not followed any further.

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, RouteTable};

/// A resource that changes paths in a way that is not followed.
#[derive(Clone, Debug)]
pub struct Unfollowed {
    /// The common part.
    pub head: Head,
    /// The route table that it brings routes into.
    pub table: Link<RouteTable>,
}

/// The types, which count as not modelled although they are read.
pub(crate) const TYPES: &[&str] = &[
    "aws_vpc_route_server_propagation",
    "aws_ec2_local_gateway_route_table_vpc_association",
    "aws_ec2_transit_gateway_policy_table",
    "aws_networkmanager_transit_gateway_peering",
    "aws_networkmanager_vpc_attachment",
    "aws_vpclattice_service_network_vpc_association",
];

const PLAIN: &[&str] = &["id", "region"];

impl Entity for Unfollowed {
    const KIND: Kind = Kind::Unfollowed;
    const READS: Reads = &[
        ("aws_vpc_route_server_propagation", &["route_server_id", "route_table_id", "region"]),
        ("aws_ec2_local_gateway_route_table_vpc_association", PLAIN),
        ("aws_ec2_transit_gateway_policy_table", PLAIN),
        ("aws_networkmanager_transit_gateway_peering", PLAIN),
        ("aws_networkmanager_vpc_attachment", PLAIN),
        ("aws_vpclattice_service_network_vpc_association", PLAIN),
    ];

    fn identity(resource_type: &str) -> &'static str {
        match resource_type {
            // It has no id of its own and nothing refers to it.
            "aws_vpc_route_server_propagation" => "route_server_id",
            _ => "id",
        }
    }

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), table: reader.link("route_table_id") }
    }
}
