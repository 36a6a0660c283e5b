//! What is made after which range: only asked where a configuration adds ranges to a VPC.

use std::collections::BTreeMap;

use groundplan_ir::{BlockKey, Cause, Config, Tri, Waits};

use crate::{CidrAssociation, Head, Link, Management, Topology, Vpc};

/// The blocks that may come too early, with what they wait for.
#[derive(Debug, Default)]
pub struct Order {
    waits: BTreeMap<BlockKey, Waits>,
}

impl Order {
    /// Asks for what the apply makes in, or of, VPCs that it adds ranges to.
    pub(crate) fn new(topology: &Topology, config: &Config) -> Self {
        let grows = |vpc: &Link<Vpc>| {
            vpc.here().is_some_and(|vpc| topology.added_ranges(vpc).next().is_some())
        };
        let made = |head: &Head| head.management == Management::Created;
        let subnets = topology.subnets.iter().map(|(_, it)| it);
        let subnets = subnets.filter(|it| made(&it.head) && grows(&it.vpc)).map(|it| &it.head);
        let peerings = topology.peerings.iter().map(|(_, it)| it);
        let peerings =
            peerings.filter(|it| made(&it.head) && grows(&it.requester)).map(|it| &it.head);
        let mut waits = BTreeMap::new();
        for head in subnets.chain(peerings) {
            let key = BlockKey::of(&head.origin.address);
            waits.entry(key).or_insert_with_key(|key| config.waits(key));
        }
        Self { waits }
    }
}

impl Topology {
    /// The ranges that the apply adds to a VPC.
    pub fn added_ranges(&self, vpc: crate::Id<Vpc>) -> impl Iterator<Item = &CidrAssociation> {
        let all = self.ranges_of_vpc.of(vpc).iter().map(|id| &self.cidr_associations[*id]);
        all.filter(|it| it.head.management == Management::Created)
    }

    /// Whether Terraform makes this only after that range is added. Terraform orders blocks of one stack.
    pub fn comes_after(&self, head: &Head, range: &CidrAssociation) -> Tri<bool> {
        let (key, other) = (&head.origin.address, &range.head.origin.address);
        let Some(waits) = self.order.waits.get(&BlockKey::of(key)) else {
            return Tri::Unknown(Cause::NoConfiguration(head.name().into()));
        };
        match &waits.gap {
            _ if waits.blocks.contains(&BlockKey::of(other)) => Tri::Known(true),
            Some(cause) => Tri::Unknown(cause.clone()),
            None => Tri::Known(false),
        }
    }
}
