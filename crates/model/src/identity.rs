//! Whether two links lead to the same VPC, when each may be only partly known.

use std::fmt;

use groundplan_ir::{Cause, Tri};

use crate::{Id, Link, Management, Topology, Vpc};

/// A VPC by what names it for certain: its place in the topology, or its id elsewhere. Two equal
/// keys are one VPC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VpcKey {
    /// One of this input.
    Here(Id<Vpc>),
    /// One that only its id names.
    Elsewhere(Box<str>),
}

impl fmt::Display for VpcKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(id) => write!(out, "{id:?}"),
            Self::Elsewhere(id) => out.write_str(id),
        }
    }
}

impl Topology {
    /// What names the VPC of this link for certain.
    ///
    /// A data source and a resource may speak of one VPC; the one whose id is known first counts.
    pub fn vpc_key(&self, link: &Link<Vpc>) -> Tri<VpcKey> {
        match link {
            Link::Here(id) => Tri::Known(match &self.vpcs[*id].head.id {
                Some(id) => VpcKey::Elsewhere(id.clone()),
                None => VpcKey::Here(*id),
            }),
            Link::Elsewhere(id) => Tri::Known(VpcKey::Elsewhere(id.clone())),
            Link::OneOf(_, cause) | Link::Unknown(cause) => Tri::Unknown(cause.clone()),
            Link::Absent => Tri::Absent,
        }
    }

    /// Whether both links lead to one VPC.
    pub fn same_vpc(&self, one: &Link<Vpc>, two: &Link<Vpc>) -> Tri<bool> {
        match (self.vpc_key(one), self.vpc_key(two)) {
            (Tri::Known(a), Tri::Known(b)) if a == b => Tri::Known(true),
            (Tri::Known(a), Tri::Known(b)) => match self.unsettled(&a).or(self.unsettled(&b)) {
                Some(cause) => Tri::Unknown(cause),
                None => Tri::Known(false),
            },
            (Tri::Absent, _) | (_, Tri::Absent) => Tri::Known(false),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => {
                if self.apart(one, two) {
                    Tri::Known(false)
                } else {
                    Tri::Unknown(cause)
                }
            }
        }
    }

    /// Whether the candidates of both links have nothing in common.
    fn apart(&self, one: &Link<Vpc>, two: &Link<Vpc>) -> bool {
        let keys = |link: &Link<Vpc>| -> Option<Vec<VpcKey>> {
            match link {
                Link::OneOf(ids, _) => {
                    ids.iter().map(|id| self.vpc_key(&Link::Here(*id)).known().cloned()).collect()
                }
                Link::Here(_) | Link::Elsewhere(_) => {
                    Some(vec![self.vpc_key(link).known()?.clone()])
                }
                Link::Unknown(_) | Link::Absent => None,
            }
        };
        let (Some(one), Some(two)) = (keys(one), keys(two)) else { return false };
        let settled = one.iter().chain(&two).all(|key| self.unsettled(key).is_none());
        settled && !one.iter().any(|key| two.contains(key))
    }

    /// Why a VPC may turn out to be another one: a data source that is read only during the apply
    /// may find any.
    fn unsettled(&self, key: &VpcKey) -> Option<Cause> {
        match key {
            VpcKey::Here(id) => {
                let head = &self.vpcs[*id].head;
                (head.management == Management::Observed)
                    .then(|| Cause::KnownAfterApply(format!("{}.id", head.name()).into()))
            }
            VpcKey::Elsewhere(_) => None,
        }
    }
}
