//! Peering connections by the pair of VPCs that they join.

use std::collections::BTreeMap;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Peering, Topology, VpcKey};

/// A connection with what is known of its sides.
pub(crate) struct Pair<'t> {
    pub(crate) peering: &'t Peering,
    pub(crate) sides: Option<(VpcKey, VpcKey)>,
}

/// The connections that count, in address order.
pub(crate) fn pairs(topology: &Topology) -> Vec<Pair<'_>> {
    topology
        .peerings
        .iter()
        .filter(|(_, peering)| peering.is_in_the_way())
        .map(|(_, peering)| {
            let one = topology.vpc_key(&peering.requester).known().cloned();
            let two = topology.vpc_key(&peering.accepter).known().cloned();
            Pair { peering, sides: one.zip(two) }
        })
        .collect()
}

/// The earlier connections, by their sides.
pub(crate) type Seen<'p, 't> = BTreeMap<(VpcKey, VpcKey), &'p Pair<'t>>;

/// Whether both speak of one connection that AWS knows by one id.
pub(crate) fn is_one(one: &Peering, two: &Peering) -> bool {
    one.head.id.is_some()
        && one.head.id == two.head.id
        && one.head.management != two.head.management
}

/// Why `pair` may join the same two VPCs as an earlier one, where a side of either is not known:
/// `swapped` compares its requester with the other's accepter.
pub(crate) fn may_repeat(
    topology: &Topology,
    earlier: &[Pair<'_>],
    pair: &Pair<'_>,
    swapped: bool,
) -> Option<Cause> {
    earlier.iter().filter(|it| it.sides.is_none() || pair.sides.is_none()).find_map(|other| {
        let (one, two) = if swapped {
            (&other.peering.accepter, &other.peering.requester)
        } else {
            (&other.peering.requester, &other.peering.accepter)
        };
        let first = topology.same_vpc(&pair.peering.requester, one);
        let second = topology.same_vpc(&pair.peering.accepter, two);
        match (first, second) {
            (Tri::Known(false) | Tri::Absent, _)
            | (_, Tri::Known(false) | Tri::Absent)
            | (Tri::Known(true), Tri::Known(true)) => None,
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Some(cause),
        }
    })
}

/// The names of both VPCs of a connection.
pub(crate) fn names(topology: &Topology, peering: &Peering) -> (String, String) {
    let name = |link: &groundplan_model::Link<groundplan_model::Vpc>| match link.here() {
        Some(id) => topology.vpcs[id].head.name(),
        None => {
            topology.vpc_key(link).known().map_or_else(|| "a VPC".to_owned(), ToString::to_string)
        }
    };
    (name(&peering.requester), name(&peering.accepter))
}
