//! Whether two links lead to the same thing, when each may be only partly known.

use std::fmt;
use std::sync::Arc;

use groundplan_ir::{Cause, Mode, Tri};
use ipnet::IpNet;

use crate::{Head, Id, Idless, Link, Management, Topology, Vpc};

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
        self.same_vpc_of([(one, None), (two, None)])
    }

    /// The same where it is told of one or both which stack names the VPC so: what a stack names by an id
    /// is nothing that it makes itself.
    pub fn same_vpc_of(&self, both: [(&Link<Vpc>, Option<&Arc<str>>); 2]) -> Tri<bool> {
        let [(one, _), (two, _)] = both;
        match (self.vpc_key(one), self.vpc_key(two)) {
            (Tri::Known(a), Tri::Known(b)) if a == b => Tri::Known(true),
            (Tri::Absent, _) | (_, Tri::Absent) => Tri::Known(false),
            _ => match self.may_be_one_vpc(both) {
                Some(cause) => Tri::Unknown(cause),
                None => Tri::Known(false),
            },
        }
    }

    /// Why two links with different or unknown keys may lead to one VPC.
    fn may_be_one_vpc(&self, both: [(&Link<Vpc>, Option<&Arc<str>>); 2]) -> Option<Cause> {
        let candidates = both.map(|(link, by)| match link {
            Link::Here(id) => Ok(vec![Named::Here(*id)]),
            Link::OneOf(ids, _) => Ok(ids.iter().map(|id| Named::Here(*id)).collect()),
            Link::Elsewhere(id) => Ok(vec![Named::By(id, by)]),
            Link::Unknown(cause) => Err(cause.clone()),
            Link::Absent => Ok(Vec::new()),
        });
        let [one, two] = match candidates {
            [Ok(one), Ok(two)] => [one, two],
            [Err(cause), _] | [_, Err(cause)] => return Some(cause),
        };
        let mut pairs = one.iter().flat_map(|a| two.iter().map(move |b| (a, b)));
        let found = pairs.find_map(|(a, b)| self.why_one(a, b))?;
        let told = both.iter().find_map(|(link, _)| match link {
            Link::OneOf(_, cause) => Some(cause.clone()),
            Link::Here(_) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => None,
        });
        told.or(Some(found))
    }

    fn why_one(&self, one: &Named<'_>, two: &Named<'_>) -> Option<Cause> {
        match (one, two) {
            (Named::Here(one), Named::Here(two)) => self.why_one_vpc(*one, *two),
            (Named::Here(here), Named::By(id, by)) | (Named::By(id, by), Named::Here(here)) => {
                let head = &self.vpcs[*here].head;
                if head.id.as_deref() == Some(id) {
                    return Some(Cause::NotInInput((*id).into()));
                }
                may_have_id(&self.idless, head, id, *by).or_else(|| unread(head))
            }
            (Named::By(one, _), Named::By(two, _)) => {
                (one == two).then(|| Cause::NotInInput((*one).into()))
            }
        }
    }

    fn why_one_vpc(&self, one: Id<Vpc>, two: Id<Vpc>) -> Option<Cause> {
        let (a, b) = (&self.vpcs[one].head, &self.vpcs[two].head);
        if one == two || (a.id.is_some() && a.id == b.id) {
            return Some(Cause::KnownAfterApply(format!("{}.id", a.name()).into()));
        }
        let why = self.may_be_one(a, b)?;
        let by_id = matches!(why, Cause::Directory(_));
        (!by_id || !(self.tells_apart(one, two) || self.tells_apart(two, one))).then_some(why)
    }

    /// Whether somebody who looks at a VPC tells all its IPv4 ranges, and the other one was made with a
    /// range that is not among them.
    fn tells_apart(&self, seen: Id<Vpc>, other: Id<Vpc>) -> bool {
        if self.vpcs[seen].head.management != Management::Observed {
            return false;
        }
        let all = self.ranges(seen);
        let known: Vec<IpNet> = all.known_v4().map(|(net, _)| net).collect();
        let four = |net: &IpNet| matches!(net, IpNet::V4(_));
        let own = self.vpcs[other].ranges.iter().filter_map(|it| it.value.known());
        let mut own = own.map(IpNet::trunc).filter(four);
        all.gap().is_none() && !known.is_empty() && own.any(|net| !known.contains(&net))
    }

    /// Why two things of one kind, which are two in the topology, may be one: one is only looked at, and
    /// nobody tells its id or that of the other.
    pub fn may_be_one(&self, one: &Head, two: &Head) -> Option<Cause> {
        let differ =
            one.same_region(two) == Tri::Known(false) || one.same_account(two) == Tri::Known(false);
        if differ || (one.id.is_some() && two.id.is_some()) {
            return None;
        }
        let directory = |one: &Head, two: &Head| {
            let seen = two.management == Management::Observed && !is_declared(two);
            let id = two.id.as_deref().filter(|_| seen)?;
            may_have_id(&self.idless, one, id, two.stack())
        };
        directory(one, two)
            .or_else(|| directory(two, one))
            .or_else(|| unread(one))
            .or_else(|| unread(two))
    }

    /// Why a thing may be the one that `by` names by this id, which nothing of the input has.
    pub fn may_have_id(&self, head: &Head, id: &str, by: Option<&Arc<str>>) -> Option<Cause> {
        may_have_id(&self.idless, head, id, by)
    }
}

/// A VPC that a link names.
enum Named<'l> {
    Here(Id<Vpc>),
    By(&'l str, Option<&'l Arc<str>>),
}

/// What is looked up only during the apply may be anything.
fn unread(head: &Head) -> Option<Cause> {
    let unread = head.management == Management::Observed && head.id.is_none();
    unread.then(|| Cause::KnownAfterApply(format!("{}.id", head.name()).into()))
}

/// What groundplan.toml declares is in nobody's Terraform.
fn is_declared(head: &Head) -> bool {
    head.origin.address.mode == Mode::Live && head.stack().is_none()
}

/// Why a thing may have an id that another stack or AWS tells: a directory describes it, and that tells no
/// ids.
fn may_have_id(idless: &Idless, head: &Head, id: &str, by: Option<&Arc<str>>) -> Option<Cause> {
    let open = head.id.is_none()
        && head.origin.address.mode == Mode::Managed
        && idless.may_name(head.stack(), by);
    open.then(|| Cause::Directory(id.into()))
}

/// Why a child of what this link leads to may belong to something that a directory describes.
pub(crate) fn loose<'h, P>(
    link: &Link<P>,
    head: impl Fn(Id<P>) -> Option<&'h Head>,
) -> Option<Cause> {
    match link {
        Link::Elsewhere(id) => Some(Cause::Directory(id.clone())),
        Link::Here(id) => {
            let head = head(*id)?;
            if head.management != Management::Observed || is_declared(head) {
                return None;
            }
            let told = head.id.as_ref().map(|id| Cause::Directory(id.clone()));
            told.or_else(|| unread(head))
        }
        Link::OneOf(..) | Link::Unknown(_) | Link::Absent => None,
    }
}
