//! All routes of all tables, each told once: those inside tables, those of their own resources, and those that a
//! table shows.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Config, Value};

use crate::route::{DestinationKey, Route, RouteSource, StandaloneRoute};
use crate::{Arena, Id, Link, Proven, RouteTable, Topology};

/// Destination and table of the standalone routes that the apply takes away.
pub(crate) fn departed_routes(config: &Config) -> BTreeSet<(&str, &str)> {
    let names =
        ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];
    let mut out = BTreeSet::new();
    for resource in config.resources() {
        let (true, Some(prior)) = (&*resource.address.kind == "aws_route", &resource.prior) else {
            continue;
        };
        if !resource.action.destroys() {
            continue;
        }
        for name in names {
            if let (Some(Value::Text(table)), Some(Value::Text(destination))) =
                (prior.get("route_table_id"), prior.get(name))
            {
                out.insert((&**table, &**destination));
            }
        }
    }
    out
}

/// All routes: those inside tables, then the standalone ones.
///
/// A table without inline routes shows, once it exists, the routes that standalone resources have
/// put into it; these are told once, by their own resource.
pub(crate) fn routes(
    topology: &Topology,
    standalone: &Arena<StandaloneRoute>,
    departed: &BTreeSet<(&str, &str)>,
) -> Arena<Route> {
    let mut written: BTreeMap<(Id<RouteTable>, DestinationKey), Vec<&Route>> = BTreeMap::new();
    for route in standalone.iter().map(|(_, it)| &it.route) {
        if let (Some(table), Some(key)) = (route.table.here(), route.destination.key()) {
            written.entry((table, key)).or_default().push(route);
        }
    }
    let mut out = Arena::default();
    for (id, table) in topology.route_tables.iter() {
        for route in &table.routes {
            let key = route.destination.key();
            let told = key.clone().and_then(|key| written.get(&(id, key)));
            let known = told.is_some_and(|all| all.iter().any(|it| is_told(topology, it, route)));
            let leaves = match (&table.head.id, key.and_then(|key| text(topology, &key))) {
                (Some(table), Some(text)) => departed.contains(&(&**table, &*text)),
                _ => false,
            };
            if route.source != RouteSource::Seen || !(known || leaves) {
                out.push(Route { table: Link::Here(id), ..route.clone() });
            }
        }
    }
    for (_, route) in standalone.iter() {
        out.push(route.route.clone());
    }
    out
}

/// Whether a route that a table shows is the one that this resource manages. One that is only about to be
/// made is another one: AWS refuses it (Amazon EC2 API Reference, "Error codes": `RouteAlreadyExists`). Of a
/// directory nobody knows whether its routes are there, so that only those are told apart that lead elsewhere.
fn is_told(topology: &Topology, resource: &Route, shown: &Route) -> bool {
    let made = resource.action.creates() && !resource.action.destroys();
    let idless = topology.idless.surely(resource.stack());
    !made || (idless && resource.target == shown.target)
}

/// A destination as a resource's attribute gives it.
fn text(topology: &Topology, key: &DestinationKey) -> Option<Box<str>> {
    match key {
        DestinationKey::Range(net) => Some(net.to_string().into()),
        DestinationKey::List(Proven::Here(list)) => topology.prefix_lists[*list].head.id.clone(),
        DestinationKey::List(Proven::Elsewhere(id)) => Some(id.clone()),
    }
}
