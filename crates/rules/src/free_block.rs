//! Ranges that are still free, for proposals.

use groundplan_model::{Id, Topology, Vpc, next_free};
use ipnet::{IpNet, Ipv4Net};

/// The IPv4 range in it.
pub(crate) fn four(net: IpNet) -> Option<Ipv4Net> {
    if let IpNet::V4(net) = net { Some(net) } else { None }
}

/// The next block of this length in the ranges of a VPC that none of its subnets has.
pub(crate) fn for_subnet(topology: &Topology, vpc: Id<Vpc>, length: u8) -> Option<Ipv4Net> {
    let pools: Vec<Ipv4Net> =
        topology.ranges(vpc).known().filter_map(|(net, _)| four(net)).collect();
    let mut taken = Vec::new();
    for id in topology.subnets_of_vpc.of(vpc) {
        // One unknown range, and no block is known to be free.
        taken.extend(four(topology.subnets[*id].range.value.known()?.trunc()));
    }
    next_free(length, &pools, &taken)
}

/// The next block of this length in `pool` that the VPC does not have.
pub(crate) fn for_vpc(
    topology: &Topology,
    vpc: Id<Vpc>,
    length: u8,
    pool: Ipv4Net,
) -> Option<Ipv4Net> {
    let taken: Vec<Ipv4Net> =
        topology.ranges(vpc).known().filter_map(|(net, _)| four(net)).collect();
    next_free(length, &[pool], &taken)
}
