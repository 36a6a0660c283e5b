//! Which VPCs of the input hold a range.

use ipnet::IpNet;

use crate::{Id, Prefixes, Topology, Vpc};

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
}
