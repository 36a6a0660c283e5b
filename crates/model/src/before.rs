//! What routes led to before the apply, where the apply takes that away.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_ir::{Address, Attributes, Config, Value};

use crate::Departed;

/// The arguments of routes that name what they lead to.
const TARGETS: &[&str] = &[
    "gateway_id",
    "nat_gateway_id",
    "vpc_peering_connection_id",
    "transit_gateway_id",
    "egress_only_gateway_id",
    "vpc_endpoint_id",
    "network_interface_id",
];

/// By the address of a route, or of a table with routes: the ids of targets that go with the apply.
pub(crate) fn led_before(
    config: &Config,
    departed: &BTreeMap<Box<str>, Departed>,
) -> BTreeMap<Arc<Address>, BTreeSet<Box<str>>> {
    let mut out: BTreeMap<Arc<Address>, BTreeSet<Box<str>>> = BTreeMap::new();
    if departed.is_empty() {
        return out;
    }
    for resource in config.resources() {
        let Some(prior) = resource.prior.as_ref().filter(|_| resource.planned.is_some()) else {
            continue;
        };
        let ids = match &*resource.address.kind {
            "aws_route" => named(|name| text(prior, name)),
            "aws_route_table" | "aws_default_route_table" => {
                let blocks = prior.get("route").and_then(Value::as_list).unwrap_or_default();
                let of = |block: &Value| named(|name| block.member(name).as_text().map(Box::from));
                blocks.iter().flat_map(of).collect()
            }
            _ => continue,
        };
        let gone: BTreeSet<Box<str>> =
            ids.into_iter().filter(|id| departed.contains_key(id)).collect();
        if !gone.is_empty() {
            out.insert(Arc::clone(&resource.address), gone);
        }
    }
    out
}

fn text(attributes: &Attributes, name: &str) -> Option<Box<str>> {
    attributes.get(name).and_then(Value::as_text).map(Box::from)
}

fn named(get: impl Fn(&str) -> Option<Box<str>>) -> Vec<Box<str>> {
    TARGETS.iter().filter_map(|name| get(name)).collect()
}
