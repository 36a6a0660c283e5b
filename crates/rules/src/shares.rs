//! What each share of AWS RAM holds.

use std::collections::BTreeMap;

use groundplan_ir::Cause;
use groundplan_model::{
    Adds, Head, Link, Organization, Proven, ResourceShare, ResourceShareMember, Topology,
};

/// The members of every share, by what names it for certain.
#[derive(Default)]
pub(crate) struct Shares<'t> {
    members: BTreeMap<Proven<ResourceShare>, Vec<&'t ResourceShareMember>>,
    /// Members of which the share is not told for certain.
    pub(crate) astray: Vec<(&'t ResourceShareMember, Cause)>,
}

impl<'t> Shares<'t> {
    pub(crate) fn new(topology: &'t Topology) -> Self {
        let mut out = Self::default();
        for (_, member) in topology.resource_share_members.iter() {
            match (&member.share, member.share.proven()) {
                (_, Some(share)) => out.members.entry(share).or_default().push(member),
                (Link::OneOf(_, cause) | Link::Unknown(cause), None) => {
                    out.astray.push((member, cause.clone()));
                }
                (Link::Here(_) | Link::Elsewhere(_) | Link::Absent, None) => (),
            }
        }
        out
    }

    /// All members that are proven to be of one share.
    pub(crate) fn members(&self, share: &Proven<ResourceShare>) -> &[&'t ResourceShareMember] {
        self.members.get(share).map_or(&[], Vec::as_slice)
    }

    /// The resources of a share.
    pub(crate) fn resources(
        &self,
        share: &Proven<ResourceShare>,
    ) -> impl Iterator<Item = &'t ResourceShareMember> {
        self.members(share).iter().copied().filter(|it| it.adds == Adds::Resource)
    }
}

/// The organisation that the account of a share is in.
pub(crate) fn organization<'t>(topology: &'t Topology, head: &Head) -> Option<&'t Organization> {
    let own = |it: &Organization| {
        let asked = it.head.provider.is_some() && it.head.provider == head.provider;
        let accounts = it.accounts.known().zip(head.account.known());
        asked || accounts.is_some_and(|(all, account)| all.contains(account))
    };
    topology.organizations.iter().map(|(_, it)| it).find(|it| own(it))
}
