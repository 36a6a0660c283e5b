//! Rules of security groups that name another group.

use groundplan_ir::{Action, Cause, Origin, Tri};
use groundplan_model::{Id, Link, RuleSource, SecurityGroup, SgPeer, SgRule, Topology};

/// A rule with its own group and the one that it names, both in the input.
#[derive(Clone, Copy)]
pub(crate) struct Reference<'t> {
    pub(crate) rule: &'t SgRule,
    pub(crate) own: Id<SecurityGroup>,
    pub(crate) other: Id<SecurityGroup>,
}

/// A reference, or the place of one that a plan does not spell out.
pub(crate) type Told<'t> = Result<Reference<'t>, (&'t Origin, Cause)>;

/// All that somebody is about to write: what AWS has already, it has accepted. Groups that are in no input are left
/// out.
pub(crate) fn references(topology: &Topology) -> impl Iterator<Item = Told<'_>> {
    let asked = |it: &&SgRule| {
        let is_new = it.action.creates() || it.action == Action::Update;
        is_new && it.source != RuleSource::Seen
    };
    let rules = topology.sg_rules.iter().map(|(_, it)| it).filter(asked);
    rules.flat_map(|rule| rule.peers.iter().filter_map(move |peer| told(rule, peer)))
}

fn told<'t>(rule: &'t SgRule, peer: &SgPeer) -> Option<Told<'t>> {
    let link = match peer {
        SgPeer::Group(link) => link,
        SgPeer::Range(_) | SgPeer::List(_) | SgPeer::ThisGroup | SgPeer::Unknown(_) => return None,
    };
    match (&rule.group, link) {
        (Link::Here(own), Link::Here(other)) => {
            (own != other).then_some(Ok(Reference { rule, own: *own, other: *other }))
        }
        (Link::Elsewhere(_) | Link::Absent, _) | (_, Link::Elsewhere(_) | Link::Absent) => None,
        (Link::OneOf(_, cause) | Link::Unknown(cause), _)
        | (_, Link::OneOf(_, cause) | Link::Unknown(cause)) => {
            Some(Err((&rule.origin, cause.clone())))
        }
    }
}

impl Reference<'_> {
    /// Whether both groups are in one VPC. A group that names none is in the default VPC of its Region.
    pub(crate) fn in_one_vpc(&self, topology: &Topology) -> Tri<bool> {
        let (own, other) =
            (&topology.security_groups[self.own], &topology.security_groups[self.other]);
        match (&own.vpc, &other.vpc) {
            (Link::Absent, Link::Absent) => own.head.same_region(&other.head),
            (Link::Absent, _) | (_, Link::Absent) => {
                Tri::Unknown(Cause::NotInInput("the default VPC".into()))
            }
            (one, two) => {
                topology.same_vpc_of([(one, own.head.stack()), (two, other.head.stack())])
            }
        }
    }

    /// Whether both groups are in one Region.
    pub(crate) fn in_one_region(&self, topology: &Topology) -> Tri<bool> {
        let groups = &topology.security_groups;
        groups[self.own].head.same_region(&groups[self.other].head)
    }
}
