//! Route tables of VPCs: managed, adopted, looked at, or made by AWS along with the VPC.

use groundplan_ir::{Tri, Value};

use crate::entity::{Entity, Kind, Reads};
use crate::inline_route::inline_routes;
use crate::reader::Reader;
use crate::route::{Route, RouteSource};
use crate::{Head, Link, Members, Vpc, VpnGateway};

/// How the author gave the routes that stand inside the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inline {
    /// There is no `route` argument: what stands inside is what AWS has.
    NotWritten,
    /// `route` blocks, or `route = []`: the table removes every route that they do not name.
    Written,
    /// The plan has no configuration for the table.
    Unclear,
}

/// A route table.
#[derive(Clone, Debug)]
pub struct RouteTable {
    /// The common part.
    pub head: Head,
    /// The VPC it is in.
    pub vpc: Link<Vpc>,
    /// Whether it is the table that AWS makes along with the VPC.
    pub is_default: bool,
    /// Whether it is adopted by what its VPC says, which is the main table of the moment, and not by an id.
    pub follows_main: bool,
    /// Whether inline routes are written.
    pub inline: Inline,
    /// The routes inside it, written or seen.
    pub routes: Vec<Route>,
    /// Whether some routes inside it cannot be told.
    pub routes_unknown: Tri<()>,
    /// Virtual private gateways that propagate into it by its own argument.
    pub propagating: Tri<Members<VpnGateway>>,
    /// Whether that argument is written; else it shows what AWS has.
    pub propagating_written: Tri<bool>,
}

const ATTRIBUTES: &[&str] = &[
    "id",
    "arn",
    "route_table_id",
    "default_route_table_id",
    "vpc_id",
    "route",
    "routes",
    "propagating_vgws",
    "owner_id",
    "region",
];

impl Entity for RouteTable {
    const KIND: Kind = Kind::RouteTable;
    const READS: Reads =
        &[("aws_route_table", ATTRIBUTES), ("aws_default_route_table", ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        let is_default = reader.resource_type() == "aws_default_route_table";
        let inline = match reader.is_written("route") {
            Tri::Known(true) => Inline::Written,
            Tri::Known(false) if dynamic(reader) => Inline::Written,
            Tri::Known(false) => Inline::NotWritten,
            Tri::Unknown(_) | Tri::Absent => Inline::Unclear,
        };
        let (routes, routes_unknown) = inline_routes(reader, inline);
        Self {
            head: reader.head(),
            vpc: match reader.cx.adopters.get(&reader.at) {
                Some(Ok(place)) => {
                    let vpc = reader.cx.source_of(Kind::Vpc, *place);
                    reader.weakened(reader.cx.pointing(vpc, *place))
                }
                Some(Err(cause)) => Link::Unknown(cause.clone()),
                None => reader.link("vpc_id"),
            },
            is_default,
            follows_main: is_default
                && reader
                    .argument("default_route_table_id")
                    .is_some_and(|it| it.expressions().iter().any(|it| it.constant.is_none())),
            inline,
            routes,
            routes_unknown,
            propagating: reader.links("propagating_vgws"),
            propagating_written: reader.is_written("propagating_vgws"),
        }
    }

    fn also(&mut self, twin: Self) {
        // A table with routes of its own removes all others.
        if self.inline == Inline::Written {
            return;
        }
        for route in twin.routes {
            let key = route.destination.key();
            if key.is_some() && self.routes.iter().all(|it| it.destination.key() != key) {
                self.routes.push(Route { source: RouteSource::Seen, ..route });
            }
        }
    }
}

/// A `dynamic "route"` leaves no trace in the configuration, but its routes are in the value of a
/// table that has no other source for them: a new one, or one whose routes the plan changes.
fn dynamic(reader: &Reader<'_>) -> bool {
    let routes = reader.value("route");
    let prior = reader.resource.prior.as_ref().and_then(|prior| prior.get("route"));
    match (routes, prior) {
        (Value::List(items), _) if reader.resource.action.creates() => !items.is_empty(),
        (Value::List(_), Some(prior)) => routes != prior,
        (_, _) => false,
    }
}
