//! How messages and proposals speak of places.

use groundplan_ir::{Address, ModulePath, Origin};
use groundplan_model::{Link, Topology, TransitGateway};

/// More places than this do not help anybody.
pub(crate) const MOST_PLACES: usize = 6;

/// A reference to the thing at `to` as it can be written in the module of `beside`; none across
/// modules, where it has to go through inputs and outputs.
pub(crate) fn reference(to: &Origin, beside: &Origin) -> Option<String> {
    if to.address.module != beside.address.module {
        return None;
    }
    let local = Address { module: ModulePath::default(), ..(*to.address).clone() };
    Some(format!("{local}.{}", to.attribute.as_deref().unwrap_or("id")))
}

/// A reference to the id of the thing at `origin`, for a block beside it.
pub(crate) fn own_id(origin: &Origin) -> String {
    reference(origin, origin).unwrap_or_default()
}

/// The names in backticks: all of a few, the first of many.
pub(crate) fn several(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(3).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(3) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The name of a transit gateway in backticks, its id where it is not in the input.
pub(crate) fn gateway_name(topology: &Topology, link: &Link<TransitGateway>) -> String {
    match link {
        Link::Here(id) => format!("`{}`", topology.transit_gateways[*id].head.name()),
        Link::Elsewhere(id) => format!("`{id}`"),
        Link::OneOf(..) | Link::Unknown(_) | Link::Absent => "its transit gateway".to_owned(),
    }
}
