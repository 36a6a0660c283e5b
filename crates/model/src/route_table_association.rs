//! Which table a subnet or gateway uses, and which is a VPC's main table.

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::route::gateway;
use crate::{Head, InternetGateway, Link, RouteTable, RouteTarget, Subnet, Vpc};

/// An `aws_route_table_association`.
#[derive(Clone, Debug)]
pub struct RouteTableAssociation {
    /// The common part.
    pub head: Head,
    /// The subnet, unless it is a gateway's.
    pub subnet: Link<Subnet>,
    /// The gateway, where it is one of those whose incoming packets use the table.
    pub edge: Option<RouteTarget>,
    /// The table.
    pub table: Link<RouteTable>,
}

/// The gateway that an association names in the place of a subnet.
fn edge(reader: &Reader<'_>) -> Option<RouteTarget> {
    let name = "gateway_id";
    let link: Link<InternetGateway> = reader.link(name);
    (link != Link::Absent).then(|| gateway(link, reader.link(name), reader.link(name)))
}

impl Entity for RouteTableAssociation {
    const KIND: Kind = Kind::RouteTableAssociation;
    const READS: Reads = &[(
        "aws_route_table_association",
        &["id", "subnet_id", "gateway_id", "route_table_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            subnet: reader.link("subnet_id"),
            edge: edge(reader),
            table: reader.link("route_table_id"),
        }
    }
}

/// An `aws_main_route_table_association`.
#[derive(Clone, Debug)]
pub struct MainRouteTableAssociation {
    /// The common part.
    pub head: Head,
    /// The VPC.
    pub vpc: Link<Vpc>,
    /// The table that becomes its main one.
    pub table: Link<RouteTable>,
}

impl Entity for MainRouteTableAssociation {
    const KIND: Kind = Kind::MainRouteTableAssociation;
    const READS: Reads =
        &[("aws_main_route_table_association", &["id", "vpc_id", "route_table_id", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            vpc: reader.link("vpc_id"),
            table: reader.link("route_table_id"),
        }
    }
}
