//! Route tables of a VPC that were made for one purpose, one for each availability zone.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_model::{DestinationKey, Id, RouteTable, RouteTarget, Subnet, Topology};

/// What the routes of a table are, apart from those of gateway endpoints.
type Shape = BTreeSet<(DestinationKey, &'static str)>;

/// Some tables of a VPC, by what makes others like them: one block makes both, or they have the same routes and serve
/// different zones.
pub(crate) struct Alike<'t> {
    topology: &'t Topology,
    /// By the block that makes several.
    blocks: BTreeMap<String, Id<RouteTable>>,
    /// By what their routes are, with the zones of their subnets.
    shapes: BTreeMap<Shape, (Id<RouteTable>, Option<BTreeSet<&'t str>>)>,
}

impl<'t> Alike<'t> {
    /// Of tables with the subnets that use each.
    pub(crate) fn of(
        topology: &'t Topology,
        covered: &BTreeMap<Id<RouteTable>, Vec<Id<Subnet>>>,
    ) -> Self {
        let mut out = Self { topology, blocks: BTreeMap::new(), shapes: BTreeMap::new() };
        for (table, subnets) in covered {
            if let Some(block) = block(topology, *table) {
                out.blocks.entry(block).or_insert(*table);
            }
            if let Some(shape) = shape(topology, *table) {
                let zones = zones(topology, subnets);
                let (_, known) =
                    out.shapes.entry(shape).or_insert_with(|| (*table, Some(BTreeSet::new())));
                match (known.as_mut(), zones) {
                    (Some(known), Some(zones)) => known.extend(zones),
                    (_, _) => *known = None,
                }
            }
        }
        out
    }

    /// One that this table with these subnets is like.
    pub(crate) fn to(
        &self,
        table: Id<RouteTable>,
        subnets: &[Id<Subnet>],
    ) -> Option<Id<RouteTable>> {
        if let Some(like) = block(self.topology, table).and_then(|it| self.blocks.get(&it)) {
            return Some(*like);
        }
        let (like, zones) = self.shapes.get(&shape(self.topology, table)?)?;
        let (own, zones) = (self::zones(self.topology, subnets)?, zones.as_ref()?);
        own.is_disjoint(zones).then_some(*like)
    }
}

/// The block of a table that is one of several instances.
fn block(topology: &Topology, table: Id<RouteTable>) -> Option<String> {
    let address = &topology.route_tables[table].head.origin.address;
    address.key.as_ref()?;
    Some(format!("{}{}", address.module, address.block()))
}

fn shape(topology: &Topology, table: Id<RouteTable>) -> Option<Shape> {
    let routes = topology.routes(table).map(|(_, it)| it);
    let routes = routes.filter_map(|it| Some((it.destination.key(), kind(&it.target)?)));
    routes.map(|(key, kind)| Some((key?, kind))).collect()
}

/// The kind of a target; none of what is no way of the table's own.
fn kind(target: &RouteTarget) -> Option<&'static str> {
    match target {
        RouteTarget::Local | RouteTarget::Endpoint(_) => None,
        RouteTarget::InternetGateway(_) => Some("internet gateway"),
        RouteTarget::VpnGateway(_) => Some("virtual private gateway"),
        RouteTarget::EgressOnlyGateway(_) => Some("egress-only internet gateway"),
        RouteTarget::NatGateway(_) => Some("NAT gateway"),
        RouteTarget::Peering(_) => Some("peering connection"),
        RouteTarget::TransitGateway(_) => Some("transit gateway"),
        RouteTarget::NetworkInterface(_) => Some("network interface"),
        RouteTarget::Other(_) | RouteTarget::Unknown(_) => Some("something else"),
    }
}

/// The zones of all these subnets; none where one is not told.
fn zones<'t>(topology: &'t Topology, subnets: &[Id<Subnet>]) -> Option<BTreeSet<&'t str>> {
    subnets.iter().map(|id| topology.subnets[*id].zone.value.known().map(|it| &**it)).collect()
}
