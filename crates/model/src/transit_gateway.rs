//! Transit gateways.

use groundplan_ir::{Cause, Fact, Mode, Tri, Value};

use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Id, Link, TgwRouteTable};

/// A transit gateway.
#[derive(Clone, Debug)]
pub struct TransitGateway {
    /// The common part.
    pub head: Head,
    /// Whether attachments are associated with the default table, on unless it is switched off.
    pub default_association: Fact<bool>,
    /// Whether attachments propagate into the default table, on unless it is switched off.
    pub default_propagation: Fact<bool>,
    /// Whether it takes in attachments of other accounts by itself, off unless it is switched on.
    pub accepts_shared: Fact<bool>,
    /// Whether it carries multicast, which needs no routes in VPCs; off unless it is switched on.
    pub multicast: Fact<bool>,
    /// Its autonomous system number.
    pub asn: Fact<u32>,
    /// Whether several VPN connections share the load, on unless it is switched off.
    pub ecmp: Fact<bool>,
    /// The ranges that it has addresses of its own from, for Connect peers.
    pub own_ranges: Tri<Vec<Tri<IpNet>>>,
    /// Whether rules may name security groups of other VPCs over it, off unless it is switched on.
    pub group_references: Fact<bool>,
    /// The table that AWS makes along with the gateway.
    pub default_table: Option<Id<TgwRouteTable>>,
    /// The default table for propagation, where it is known to be another one.
    pub propagation_table: Option<Link<TgwRouteTable>>,
}

impl Entity for TransitGateway {
    const KIND: Kind = Kind::TransitGateway;
    const READS: Reads = &[(
        "aws_ec2_transit_gateway",
        &[
            "id",
            "arn",
            "default_route_table_association",
            "default_route_table_propagation",
            "association_default_route_table_id",
            "propagation_default_route_table_id",
            "multicast_support",
            "auto_accept_shared_attachments",
            "amazon_side_asn",
            "vpn_ecmp_support",
            "transit_gateway_cidr_blocks",
            "security_group_referencing_support",
            "owner_id",
            "region",
        ],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        let on = |name: &str| {
            let fact = reader.switch(name);
            Fact { value: fact.value.or_default(true), origin: fact.origin }
        };
        let off = |name: &str| {
            let fact = reader.switch(name);
            Fact { value: fact.value.or_default(false), origin: fact.origin }
        };
        let association = reader.text("association_default_route_table_id").value;
        let propagation = reader.text("propagation_default_route_table_id").value;
        let propagation_table = match (association, propagation) {
            (Tri::Known(one), Tri::Known(two)) if one != two => Some(reader.named(&two)),
            (_, _) => None,
        };
        Self {
            head: reader.head(),
            accepts_shared: told(reader, "auto_accept_shared_attachments", off),
            multicast: off("multicast_support"),
            asn: reader.amazon_asn(),
            ecmp: on("vpn_ecmp_support"),
            own_ranges: reader.cidrs("transit_gateway_cidr_blocks"),
            group_references: told(reader, "security_group_referencing_support", off),
            propagation_table,
            default_association: on("default_route_table_association"),
            default_propagation: on("default_route_table_propagation"),
            default_table: reader
                .cx
                .implicit
                .get(&(Kind::TgwRouteTable, reader.at))
                .map(|at| Id::new(*at)),
        }
    }
}

/// A switch that only Terraform tells: of what AWS or groundplan.toml describes it is not known.
fn told(reader: &Reader<'_>, name: &str, read: impl Fn(&str) -> Fact<bool>) -> Fact<bool> {
    let (address, fact) = (&reader.resource.address, read(name));
    if address.mode == Mode::Live && *reader.value(name) == Value::Null {
        return Fact { value: Tri::Unknown(Cause::NotManaged(address.to_string().into())), ..fact };
    }
    fact
}

/// For what a table of a gateway is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DefaultRole {
    /// Attachments are associated with it.
    Association,
    /// Attachments propagate into it.
    Propagation,
}

/// An `aws_ec2_transit_gateway_default_route_table_association`, or `_propagation`: it makes another
/// table the default one.
#[derive(Clone, Debug)]
pub struct TgwDefaultTable {
    /// The common part.
    pub head: Head,
    /// The gateway.
    pub gateway: Link<TransitGateway>,
    /// The table that becomes the default one.
    pub table: Link<TgwRouteTable>,
    /// For what.
    pub role: DefaultRole,
}

impl Entity for TgwDefaultTable {
    const KIND: Kind = Kind::TgwDefaultTable;
    const READS: Reads = &[
        (
            "aws_ec2_transit_gateway_default_route_table_association",
            &["id", "transit_gateway_id", "transit_gateway_route_table_id", "region"],
        ),
        (
            "aws_ec2_transit_gateway_default_route_table_propagation",
            &["id", "transit_gateway_id", "transit_gateway_route_table_id", "region"],
        ),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        let role = match reader.resource_type() {
            "aws_ec2_transit_gateway_default_route_table_association" => DefaultRole::Association,
            _ => DefaultRole::Propagation,
        };
        Self {
            head: reader.head(),
            gateway: reader.link("transit_gateway_id"),
            table: reader.link("transit_gateway_route_table_id"),
            role,
        }
    }
}
