//! Which VPCs are connected: peered, or attached to one transit gateway.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Cause, Tri};
use groundplan_model::{AttachmentKind, Id, Link, Proven, Topology, Vpc, VpcKey};

/// Which VPCs are connected.
pub(crate) struct Ties {
    peered: BTreeSet<(VpcKey, VpcKey)>,
    gateways: BTreeMap<VpcKey, BTreeSet<String>>,
    /// What may connect these VPCs, or any, and why that is not told.
    vague: Vec<(Option<Vec<Id<Vpc>>>, Cause)>,
}

impl Ties {
    /// Looks at all of them once.
    pub(crate) fn new(topology: &Topology) -> Self {
        let mut out =
            Self { peered: BTreeSet::new(), gateways: BTreeMap::new(), vague: Vec::new() };
        for (_, peering) in topology.peerings.iter().filter(|(_, it)| it.is_in_the_way()) {
            let key = |link| topology.vpc_key(link).known().cloned();
            if let (Some(a), Some(b)) = (key(&peering.requester), key(&peering.accepter)) {
                out.peered.insert((a.clone(), b.clone()));
                out.peered.insert((b, a));
            }
            out.doubt(&peering.requester);
            out.doubt(&peering.accepter);
        }
        for (_, it) in topology.attachments.iter() {
            let AttachmentKind::Vpc { vpc, .. } = &it.kind else { continue };
            out.doubt(vpc);
            let gateway = match it.gateway.proven() {
                Some(Proven::Here(id)) => format!("{id:?}"),
                Some(Proven::Elsewhere(id)) => id.into(),
                None => {
                    if let Tri::Unknown(cause) = it.gateway.tri() {
                        out.vague.push((vpc.here().map(|vpc| vec![vpc]), cause));
                    }
                    continue;
                }
            };
            if let Tri::Known(key) = topology.vpc_key(vpc) {
                out.gateways.entry(key).or_default().insert(gateway);
            }
        }
        out
    }

    /// Notes a link that may lead to several.
    fn doubt(&mut self, link: &Link<Vpc>) {
        match link {
            Link::OneOf(ids, cause) => self.vague.push((Some(ids.clone()), cause.clone())),
            Link::Unknown(cause) => self.vague.push((None, cause.clone())),
            Link::Here(_) | Link::Elsewhere(_) | Link::Absent => (),
        }
    }

    /// Why some of these may be connected.
    pub(crate) fn perhaps(&self, vpcs: &[Id<Vpc>]) -> Option<&Cause> {
        let names = |ids: &Vec<Id<Vpc>>| vpcs.iter().any(|it| ids.contains(it));
        let concerns = |ids: &Option<Vec<Id<Vpc>>>| ids.as_ref().is_none_or(names);
        self.vague.iter().find(|(ids, _)| concerns(ids)).map(|(_, cause)| cause)
    }

    /// Whether these two are connected.
    pub(crate) fn joined(&self, a: &VpcKey, b: &VpcKey) -> bool {
        let (one, two) = (self.gateways.get(a), self.gateways.get(b));
        one.zip(two).is_some_and(|(one, two)| !one.is_disjoint(two))
            || self.peered.contains(&(a.clone(), b.clone()))
    }
}
