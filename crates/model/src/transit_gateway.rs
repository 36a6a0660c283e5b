//! Transit gateways.

use groundplan_ir::Fact;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Id, TgwRouteTable};

/// A transit gateway.
#[derive(Clone, Debug)]
pub struct TransitGateway {
    /// The common part.
    pub head: Head,
    /// Whether attachments are associated with the default table, on unless it is switched off.
    pub default_association: Fact<bool>,
    /// Whether attachments propagate into the default table, on unless it is switched off.
    pub default_propagation: Fact<bool>,
    /// The table that AWS makes along with the gateway.
    pub default_table: Option<Id<TgwRouteTable>>,
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
            "owner_id",
            "region",
        ],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        let on = |name: &str| {
            let fact = reader.switch(name);
            Fact { value: fact.value.or_default(true), origin: fact.origin }
        };
        Self {
            head: reader.head(),
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
