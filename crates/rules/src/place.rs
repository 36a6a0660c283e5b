//! How messages and proposals speak of places.

use groundplan_ir::{Address, Mode, ModulePath, Origin};
use groundplan_model::{Head, Link, Topology, TransitGateway};

/// More places than this do not help anybody.
pub(crate) const MOST_PLACES: usize = 6;

/// A reference to the thing at `to` as it can be written in the module of `beside`; none across
/// modules, where it has to go through inputs and outputs.
pub(crate) fn reference(to: &Origin, beside: &Origin) -> Option<String> {
    if to.address.mode == Mode::Live {
        // No block makes it, so that only its id names it.
        return to.attribute.is_none().then(|| format!("\"{}\"", to.address.name));
    }
    if to.address.module != beside.address.module {
        return None;
    }
    let local = Address { module: ModulePath::default(), ..(*to.address).clone() };
    Some(format!("{local}.{}", to.attribute.as_deref().unwrap_or("id")))
}

/// The id of a thing as it can be written in the module of `beside`: a reference, or the id itself where
/// that is known.
pub(crate) fn named_id(head: &Head, beside: &Origin) -> Option<String> {
    let known = || Some(format!("\"{}\"", head.id.as_ref()?));
    reference(&head.origin, beside).or_else(known)
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
