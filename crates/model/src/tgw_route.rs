//! Static routes of transit gateways, and their references to prefix lists.

use groundplan_ir::Fact;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::route::Destination;
use crate::{Attachment, Head, Link, TgwRouteTable};

/// An `aws_ec2_transit_gateway_route`, or a reference to a prefix list.
#[derive(Clone, Debug)]
pub struct TgwRoute {
    /// The common part.
    pub head: Head,
    /// The table.
    pub table: Link<TgwRouteTable>,
    /// What it leads to.
    pub destination: Destination,
    /// Where that is written.
    pub destination_origin: groundplan_ir::Origin,
    /// The attachment that gets the packets; absent for a blackhole.
    pub attachment: Link<Attachment>,
    /// Whether it drops the packets, off unless it is switched on.
    pub blackhole: Fact<bool>,
}

impl Entity for TgwRoute {
    const KIND: Kind = Kind::TgwRoute;
    const READS: Reads = &[
        (
            "aws_ec2_transit_gateway_route",
            &[
                "id",
                "destination_cidr_block",
                "transit_gateway_attachment_id",
                "transit_gateway_route_table_id",
                "blackhole",
                "region",
            ],
        ),
        (
            "aws_ec2_transit_gateway_prefix_list_reference",
            &[
                "id",
                "prefix_list_id",
                "transit_gateway_attachment_id",
                "transit_gateway_route_table_id",
                "blackhole",
                "region",
            ],
        ),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        let (destination, destination_origin) = match reader.resource_type() {
            "aws_ec2_transit_gateway_route" => {
                let fact = reader.cidr("destination_cidr_block");
                (Destination::Range(fact.value), fact.origin)
            }
            _ => (
                Destination::PrefixList(reader.link("prefix_list_id")),
                reader.origin("prefix_list_id"),
            ),
        };
        let blackhole = reader.flag("blackhole");
        Self {
            head: reader.head(),
            table: reader.link("transit_gateway_route_table_id"),
            destination,
            destination_origin,
            attachment: reader.link("transit_gateway_attachment_id"),
            blackhole: Fact { value: blackhole.value.or_default(false), origin: blackhole.origin },
        }
    }
}
