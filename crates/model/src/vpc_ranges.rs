//! Which VPCs of the input hold a range.

use groundplan_ir::Tri;
use ipnet::IpNet;

use crate::{Id, Link, Prefixes, Topology, Vpc};

/// The VPCs by their known ranges.
#[derive(Debug, Default)]
pub struct VpcRanges {
    by_range: Prefixes<Vec<Id<Vpc>>>,
}

impl VpcRanges {
    /// Looks at every VPC once.
    pub fn new(topology: &Topology) -> Self {
        let mut by_range: Prefixes<Vec<Id<Vpc>>> = Prefixes::default();
        for (id, _) in topology.vpcs.iter() {
            for (net, _) in topology.ranges(id).known() {
                by_range.entry(net).push(id);
            }
        }
        Self { by_range }
    }

    /// The VPCs that hold any address of `net`.
    pub fn touching(&self, net: IpNet) -> impl Iterator<Item = Id<Vpc>> {
        let around = self.by_range.covering(net).chain(self.by_range.within(net));
        around.flat_map(|(_, vpcs)| vpcs.iter().copied())
    }

    /// A VPC that holds any address of `net` and is none of `not`, by whatever name.
    pub fn third(&self, topology: &Topology, net: IpNet, not: [Id<Vpc>; 2]) -> Option<Id<Vpc>> {
        let is = |one: Id<Vpc>, two: Id<Vpc>| {
            topology.same_vpc(&Link::Here(one), &Link::Here(two)) != Tri::Known(false)
        };
        self.touching(net).find(|vpc| !not.iter().any(|it| is(*vpc, *it)))
    }
}
