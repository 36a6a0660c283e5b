//! Algebra of address ranges.

use std::sync::Arc;

use groundplan_ir::{Cause, Fact, Tri};
use ipnet::{IpNet, Ipv4Net};

use crate::{Id, Link, Management, Topology, Vpc};

/// All ranges of a VPC.
#[derive(Clone, Debug)]
pub struct Ranges<'t> {
    /// Each range with its place, known or not.
    pub facts: Vec<&'t Fact<IpNet>>,
    /// Why the VPC may have ranges that are not among them.
    pub open: Option<Cause>,
}

impl<'t> Ranges<'t> {
    /// The known ranges with their places.
    pub fn known(&self) -> impl Iterator<Item = (IpNet, &'t Fact<IpNet>)> {
        self.facts.iter().filter_map(|fact| Some((fact.value.known()?.trunc(), *fact)))
    }

    /// The known IPv4 ranges: a transit gateway carries IPv6 only where an attachment asks for it.
    pub fn known_v4(&self) -> impl Iterator<Item = (IpNet, &'t Fact<IpNet>)> {
        self.known().filter(|(net, _)| matches!(net, IpNet::V4(_)))
    }

    /// The known ranges of the family of `like`.
    pub fn known_like(&self, like: IpNet) -> Vec<IpNet> {
        self.known().map(|(net, _)| net).filter(|net| same_family(*net, like)).collect()
    }

    /// What keeps the list from being whole: an unknown range, or one that cannot be placed.
    pub fn gap(&self) -> Option<&Cause> {
        let unknown = self.facts.iter().find_map(|fact| match &fact.value {
            Tri::Unknown(cause) => Some(cause),
            Tri::Known(_) | Tri::Absent => None,
        });
        unknown.or(self.open.as_ref())
    }

    /// The ranges as text, for messages.
    pub fn text(&self) -> String {
        let texts: Vec<String> = self.known().map(|(net, _)| net.to_string()).collect();
        texts.join(", ")
    }
}

impl Topology {
    /// The ranges of a VPC: its own, and those that association resources add.
    pub fn ranges(&self, vpc: Id<Vpc>) -> Ranges<'_> {
        let own = self.vpcs[vpc].ranges.iter().chain(&self.vpcs[vpc].seen);
        let added = self
            .ranges_of_vpc
            .of(vpc)
            .iter()
            .filter_map(|id| self.cidr_associations[*id].range.as_ref());
        let open = self.ranges_of_vpc.open(vpc).cloned();
        Ranges { facts: own.chain(added).collect(), open }
    }

    /// What is known of the ranges of a VPC that may be in no input: others may associate ranges with it.
    pub fn ranges_of(&self, vpc: &Link<Vpc>) -> Tri<Ranges<'_>> {
        match vpc {
            Link::Here(vpc) => Tri::Known(self.ranges(*vpc)),
            Link::Elsewhere(id) => {
                let added = self.cidr_associations.iter().filter(|(_, it)| it.vpc == *vpc);
                let facts = added.filter_map(|(_, it)| it.range.as_ref()).collect();
                Tri::Known(Ranges { facts, open: Some(Cause::NotInInput(id.clone())) })
            }
            Link::OneOf(_, cause) | Link::Unknown(cause) => Tri::Unknown(cause.clone()),
            Link::Absent => Tri::Absent,
        }
    }

    /// Why a VPC may hold addresses of `net` in a range that is not known: the question to ask before
    /// a rule says that it does not.
    pub fn range_gap(&self, vpc: Id<Vpc>, net: IpNet) -> Option<Cause> {
        let head = &self.vpcs[vpc].head;
        let observed = head.management == Management::Observed;
        let ranges = self.ranges(vpc);
        let unknown = ranges.facts.iter().find_map(|fact| gap_in(fact, net));
        let mut unplaced = self.ranges_of_vpc.perhaps_of(vpc);
        let unplaced = || {
            unplaced.find_map(|(id, cause)| match &self.cidr_associations[id].range {
                Some(fact) => may_touch(fact, net).then(|| cause.clone()),
                None => matches!(net, IpNet::V6(_)).then(|| cause.clone()),
            })
        };
        // A part of a plan may leave out the very resource that adds the range.
        let partial = self.may_miss(head) && !observed;
        // The data source lists one IPv6 block only ("aws_vpc").
        let six = observed && matches!(net, IpNet::V6(_));
        unknown
            .or_else(unplaced)
            .or_else(|| partial.then_some(Cause::PlanIncomplete))
            .or_else(|| six.then(|| Cause::NotManaged(head.name().into())))
    }
}

impl Topology {
    /// Why a VPC may hold `net` in a range that the input does not tell, as far as the stack `asking` can
    /// know: one that exists may have got another range in any configuration (`aws_vpc` tells its first one
    /// alone), and so may what a directory describes for other stacks to use.
    pub fn unseen_range(
        &self,
        vpc: Id<Vpc>,
        net: IpNet,
        asking: Option<&Arc<str>>,
    ) -> Option<Cause> {
        let it = &self.vpcs[vpc];
        let head = &it.head;
        let exists = match head.management {
            Management::Managed => true,
            Management::Created => head.stack() != asking && self.idless.surely(head.stack()),
            Management::Observed => false,
        };
        let open = exists && !self.closed && !it.is_looked_at && !self.is_of_peer(vpc, net);
        open.then(|| Cause::Shared(head.name().into()))
    }

    /// Whether all of `net` is in a range of a VPC that is peered with this one, so that it is in none of this
    /// one's: AWS joins no VPCs whose ranges overlap (Amazon EC2 API Reference,
    /// "`CreateVpcPeeringConnection`").
    fn is_of_peer(&self, vpc: Id<Vpc>, net: IpNet) -> bool {
        let this = Link::Here(vpc);
        let is_this = |side: &Link<Vpc>| self.same_vpc(side, &this) == Tri::Known(true);
        let holds = |side: &Link<Vpc>| {
            let ranges = side.here().map(|it| self.ranges(it));
            ranges.is_some_and(|it| it.known().any(|(range, _)| range.contains(&net)))
        };
        let mut counted = self.peerings.iter().filter(|(_, it)| it.is_in_the_way());
        counted.any(|(_, it)| {
            let sides = [(&it.requester, &it.accepter), (&it.accepter, &it.requester)];
            sides.into_iter().any(|(one, two)| is_this(one) && holds(two))
        })
    }
}

/// Whether this range holds any address of `net`, or may once it is known.
fn may_touch(fact: &Fact<IpNet>, net: IpNet) -> bool {
    match &fact.value {
        Tri::Known(range) => overlap(range.trunc(), net).is_some(),
        Tri::Unknown(_) => gap_in(fact, net).is_some(),
        Tri::Absent => false,
    }
}

/// The cause of an unknown range that may be of the family of `net`: the argument tells.
fn gap_in(fact: &Fact<IpNet>, net: IpNet) -> Option<Cause> {
    let Tri::Unknown(cause) = &fact.value else { return None };
    let other = match net {
        IpNet::V4(_) => "ipv6_cidr_block",
        IpNet::V6(_) => "cidr_block",
    };
    (fact.origin.attribute.as_deref() != Some(other)).then(|| cause.clone())
}

/// Whether both are IPv4 or both IPv6.
pub fn same_family(one: IpNet, two: IpNet) -> bool {
    matches!((one, two), (IpNet::V4(_), IpNet::V4(_)) | (IpNet::V6(_), IpNet::V6(_)))
}

/// The range that both have in common: two prefixes are nested or apart.
pub fn overlap(one: IpNet, two: IpNet) -> Option<IpNet> {
    if !same_family(one, two) {
        return None;
    }
    if one.contains(&two) {
        Some(two.trunc())
    } else if two.contains(&one) {
        Some(one.trunc())
    } else {
        None
    }
}

/// Whether every address of `net` is in one of `parts`.
pub fn covered(net: IpNet, parts: &[IpNet]) -> bool {
    let inside: Vec<IpNet> = parts.iter().filter_map(|part| overlap(net, *part)).collect();
    IpNet::aggregate(&inside).iter().any(|part| part.contains(&net))
}

/// The first block of this length inside `pools` that overlaps nothing of `taken`.
pub fn next_free(length: u8, pools: &[Ipv4Net], taken: &[Ipv4Net]) -> Option<Ipv4Net> {
    for pool in pools {
        let mut at = u64::from(u32::from(pool.network()));
        let end = u64::from(u32::from(pool.broadcast()));
        let size = 1_u64 << (32 - u32::from(length.min(32)));
        if length < pool.prefix_len() {
            continue;
        }
        while at + size - 1 <= end {
            let address = std::net::Ipv4Addr::from(u32::try_from(at).ok()?);
            let block = Ipv4Net::new(address, length).ok()?;
            let blocking = taken.iter().find(|net| net.contains(&block) || block.contains(*net));
            let Some(blocking) = blocking else { return Some(block) };
            let after = u64::from(u32::from(blocking.broadcast())) + 1;
            at = after.div_ceil(size) * size;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn prefixes_overlap_when_one_holds_the_other() {
        assert_eq!(overlap(net("10.0.0.0/16"), net("10.0.1.0/24")), Some(net("10.0.1.0/24")));
        assert_eq!(overlap(net("10.0.0.0/16"), net("10.1.0.0/16")), None);
        assert_eq!(overlap(net("10.0.0.0/16"), net("::/0")), None);
        assert_eq!(overlap(net("0.0.0.0/0"), net("10.0.0.0/16")), Some(net("10.0.0.0/16")));
    }

    #[test]
    fn halves_cover_the_whole_and_one_half_does_not() {
        let halves = [net("10.0.0.0/17"), net("10.0.128.0/17")];
        assert!(covered(net("10.0.0.0/16"), &halves));
        assert!(!covered(net("10.0.0.0/16"), &halves[..1]));
        assert!(!covered(net("10.0.0.0/15"), &halves));
        assert!(!covered(net("fd00::/8"), &halves));
    }

    #[test]
    fn the_next_free_block_is_aligned_and_overlaps_nothing() {
        let pool: Ipv4Net = "10.0.0.0/16".parse().unwrap();
        let taken = ["10.0.0.0/24".parse().unwrap(), "10.0.1.128/25".parse().unwrap()];
        assert_eq!(next_free(24, &[pool], &taken), Some("10.0.2.0/24".parse().unwrap()));
        assert_eq!(next_free(25, &[pool], &taken), Some("10.0.1.0/25".parse().unwrap()));
        assert_eq!(next_free(16, &[pool], &taken), None);
        assert_eq!(next_free(8, &[pool], &[]), None);
        let last: Ipv4Net = "255.255.255.0/24".parse().unwrap();
        assert_eq!(next_free(24, &[last], &[last]), None);
    }
}
