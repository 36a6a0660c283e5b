//! What only those tell who look at a thing: what of it is still there after the apply.

use std::collections::BTreeSet;

use groundplan_ir::{Config, Value};
use ipnet::IpNet;

use crate::Topology;

/// Of the ranges that only those tell who look at a VPC, leaves those that are nobody else's to tell:
/// not the ranges of association resources, which are told there, and not those that the apply takes
/// away.
pub(crate) fn settle_ranges(topology: &mut Topology, config: &Config) {
    let leaving = departed_ranges(config);
    let Topology { vpcs, cidr_associations, ranges_of_vpc, .. } = topology;
    for (id, vpc) in vpcs.iter_mut() {
        let added = ranges_of_vpc.of(id).iter();
        let added: Vec<_> =
            added.filter_map(|it| cidr_associations[*it].range.as_ref()?.value.known()).collect();
        let own = vpc.head.id.clone();
        let leaves =
            |net: &IpNet| own.as_deref().is_some_and(|id| leaving.contains(&(id, net.to_string())));
        vpc.seen.retain(|fact| {
            fact.value.known().is_some_and(|net| !added.contains(&net) && !leaves(net))
        });
    }
}

/// VPC and range of the associations that the apply takes away.
fn departed_ranges(config: &Config) -> BTreeSet<(&str, String)> {
    let mut out = BTreeSet::new();
    for resource in config.resources().iter().filter(|it| it.action.destroys()) {
        let Some(prior) = &resource.prior else { continue };
        let name = match &*resource.address.kind {
            "aws_vpc_ipv4_cidr_block_association" => "cidr_block",
            "aws_vpc_ipv6_cidr_block_association" => "ipv6_cidr_block",
            _ => continue,
        };
        let text = |name: &str| prior.get(name).and_then(Value::as_text);
        if let (Some(vpc), Some(range)) = (text("vpc_id"), text(name)) {
            out.insert((vpc, range.to_owned()));
        }
    }
    out
}
