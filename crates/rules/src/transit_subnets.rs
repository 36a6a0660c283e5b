//! Which subnets are those of transit gateway attachments.

use std::collections::BTreeSet;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{AttachmentKind, Id, Link, Subnet, Topology, Vpc};

/// The subnets of transit gateway attachments, which send nothing of their own.
#[derive(Default)]
pub(crate) struct TransitSubnets<'t> {
    proven: BTreeSet<Id<Subnet>>,
    possible: BTreeSet<Id<Subnet>>,
    /// Attachments of which nobody knows the subnets.
    vague: Vec<(&'t Link<Vpc>, &'t Cause)>,
}

impl<'t> TransitSubnets<'t> {
    pub(crate) fn of(topology: &'t Topology) -> Self {
        let mut out = Self::default();
        for (_, it) in topology.attachments.iter() {
            let AttachmentKind::Vpc { vpc, subnets, .. } = &it.kind else { continue };
            match subnets {
                Tri::Known(members) => {
                    let proven = members.exact && it.head.origin.address.expanded().is_none();
                    let into = if proven { &mut out.proven } else { &mut out.possible };
                    into.extend(members.here.iter().copied());
                }
                Tri::Unknown(cause) => out.vague.push((vpc, cause)),
                Tri::Absent => (),
            }
        }
        out
    }

    /// Whether a subnet is that of an attachment.
    pub(crate) fn surely(&self, id: Id<Subnet>) -> bool {
        self.proven.contains(&id)
    }

    /// Why a subnet may be that of an attachment, where that is not known.
    pub(crate) fn doubt(&self, topology: &Topology, id: Id<Subnet>) -> Option<Cause> {
        let subnet = &topology.subnets[id];
        let vpc = subnet.vpc.here();
        let mut vague =
            self.vague.iter().filter(|(link, _)| vpc.is_none_or(|vpc| link.may_be(vpc)));
        let possible = self.possible.contains(&id);
        let cause = || Cause::ManyInstances(subnet.head.name().into());
        vague.next().map(|(_, cause)| (*cause).clone()).or_else(|| possible.then(cause))
    }
}
