//! Peering connections that AWS refuses whatever their routes are. Rules about these say so; the rules about routes
//! have nothing to add.

use std::collections::BTreeMap;

use groundplan_ir::Tri;
use groundplan_model::{Peering, Topology, VpcKey, overlap};

use crate::pairs::{is_one, pairs};

/// The connections of each pair of VPCs, in address order.
pub(crate) struct Refused<'t> {
    of_pair: BTreeMap<(VpcKey, VpcKey), Vec<&'t Peering>>,
}

impl<'t> Refused<'t> {
    /// Looks at all connections once.
    pub(crate) fn new(topology: &'t Topology) -> Self {
        let mut of_pair: BTreeMap<_, Vec<&Peering>> = BTreeMap::new();
        for pair in pairs(topology) {
            let Some((one, two)) = pair.sides else { continue };
            let key = if one < two { (one, two) } else { (two, one) };
            let told = of_pair.entry(key).or_default();
            if told.iter().all(|other| !is_one(other, pair.peering)) {
                told.push(pair.peering);
            }
        }
        Self { of_pair }
    }

    /// Whether it surely cannot be: a VPC with itself (`self-peering`), one of several of the same pair
    /// (`peering-duplicate-pair`, `peering-duplicate-reversed`), or with ranges that overlap
    /// (`peering-cidr-overlap`).
    pub(crate) fn holds(&self, topology: &Topology, peering: &Peering) -> bool {
        let key = |link| topology.vpc_key(link).known().cloned();
        if let (Some(one), Some(two)) = (key(&peering.requester), key(&peering.accepter)) {
            if one == two {
                return true;
            }
            let key = if one < two { (one, two) } else { (two, one) };
            if self.of_pair.get(&key).is_some_and(|all| all.len() > 1) {
                return true;
            }
        }
        let sides = (topology.ranges_of(&peering.requester), topology.ranges_of(&peering.accepter));
        let (Tri::Known(ours), Tri::Known(theirs)) = sides else { return false };
        ours.known().any(|(net, _)| theirs.known().any(|(other, _)| overlap(net, other).is_some()))
    }
}
