//! VPCs that hang together by peering connections.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::Cause;
use groundplan_model::{Peering, Topology, VpcKey};

use crate::pairs::Pair;

/// VPCs that are joined, directly or by others.
#[derive(Default)]
pub(crate) struct Group<'t> {
    pub(crate) vpcs: BTreeSet<VpcKey>,
    /// The pairs with a connection of their own, the lesser one first.
    pub(crate) joined: BTreeSet<(VpcKey, VpcKey)>,
    /// The first connection in address order.
    pub(crate) first: Option<&'t Peering>,
}

/// The connections by what hangs together.
pub(crate) fn groups<'t>(pairs: &[&Pair<'t>]) -> Vec<Group<'t>> {
    let mut near: BTreeMap<&VpcKey, Vec<(&VpcKey, &'t Peering)>> = BTreeMap::new();
    for pair in pairs {
        if let Some((one, two)) = pair.sides.as_ref().filter(|(one, two)| one != two) {
            near.entry(one).or_default().push((two, pair.peering));
            near.entry(two).or_default().push((one, pair.peering));
        }
    }
    let mut seen: BTreeSet<&VpcKey> = BTreeSet::new();
    let mut out = Vec::new();
    for start in near.keys() {
        let mut group = Group::default();
        let mut left = vec![*start];
        while let Some(vpc) = left.pop() {
            if !seen.insert(vpc) {
                continue;
            }
            group.vpcs.insert(vpc.clone());
            for (other, peering) in near.get(vpc).into_iter().flatten() {
                let (one, two) = if vpc < *other { (vpc, *other) } else { (*other, vpc) };
                group.joined.insert((one.clone(), two.clone()));
                let earlier = group.first.is_some_and(|it| it.head.origin <= peering.head.origin);
                if !earlier {
                    group.first = Some(*peering);
                }
                left.push(*other);
            }
        }
        out.push(group);
    }
    out
}

/// Why two of the VPCs may be one.
pub(crate) fn not_apart(topology: &Topology, group: &Group<'_>) -> Option<Cause> {
    let here: Vec<_> = group
        .vpcs
        .iter()
        .filter_map(|key| match key {
            VpcKey::Here(id) => Some(&topology.vpcs[*id].head),
            VpcKey::Elsewhere(_) => None,
        })
        .collect();
    let pairs = here
        .iter()
        .enumerate()
        .flat_map(|(at, two)| here.iter().take(at).map(move |one| (one, two)));
    pairs.into_iter().find_map(|(one, two)| topology.may_be_one(one, two))
}
