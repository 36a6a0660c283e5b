//! Links of unknown values that say themselves what they come from, and what is left of a link at
//! whose ends nobody knows how many there are.
//!
//! A value that *is* what another instance gives names what that names. A computed one names nothing.
//! A symbolic instance stands for any number of instances, so a link from it or to it proves nothing:
//! it leads to one of what the symbolic one stands for, and never just [`Link::Here`].

use groundplan_ir::{Cause, Referred, ResourceIndex, SourceRef, Step, Target, Tri};

use crate::entity::Entity;
use crate::lowering::Lowering;
use crate::reader::Reader;
use crate::{Id, Link, Members};

impl Reader<'_> {
    /// What such a value names.
    pub(crate) fn referred<T: Entity>(&self, referred: &Referred, left: usize) -> Link<T> {
        let Some(sources) = self.exact_sources(referred) else {
            return Link::Unknown(self.qualified(&referred.cause));
        };
        let mut links = sources.iter().map(|it| self.source_link(it, left));
        let Some(first) = links.next() else {
            return Link::Unknown(self.qualified(&referred.cause));
        };
        let many = || Cause::ManyInstances(self.place(&referred.cause));
        links.fold(first, |all, link| either(all, link, &many))
    }

    /// What such a list names: the list of another instance, handed on as it is.
    pub(crate) fn referred_list<T: Entity>(
        &self,
        referred: &Referred,
        left: usize,
    ) -> Tri<Members<T>> {
        let unknown = || Tri::Unknown(self.qualified(&referred.cause));
        let Some([source]) = self.exact_sources(referred) else { return unknown() };
        let (Ok(at), [Step::Name(attribute)]) = (self.found(source), &*source.path) else {
            return unknown();
        };
        match self.cx.reader(at).filter(|_| left > 0) {
            Some(reader) => match reader.chained_list(attribute, left - 1) {
                Tri::Known(members) if reader.resource.address.is_symbolic() => {
                    Tri::Known(Members { exact: false, ..members })
                }
                Tri::Absent => unknown(),
                other @ (Tri::Known(_) | Tri::Unknown(_)) => other,
            },
            None => Tri::Unknown(Cause::TooDeep),
        }
    }

    /// The sources, when the value is one of theirs. A value that comes from its own resource is only
    /// AWS's to say, and a sensitive one is not judged.
    fn exact_sources<'r>(&self, referred: &'r Referred) -> Option<&'r [SourceRef]> {
        let judged = referred.exact && matches!(referred.cause, Cause::KnownAfterApply(_));
        let own = referred.sources.iter().any(|it| it.address == self.resource.address);
        (judged && !own).then_some(&*referred.sources)
    }

    /// The places of the sources; `None` where the value is computed or comes from what is not read.
    pub(crate) fn source_places(&self, referred: &Referred) -> Option<Vec<Target>> {
        let sources = self.exact_sources(referred)?.iter();
        let place =
            |it: &SourceRef| Some(Target { resource: self.found(it).ok()?, path: it.path.clone() });
        sources.map(place).collect()
    }

    fn source_link<T: Entity>(&self, source: &SourceRef, left: usize) -> Link<T> {
        match (self.found(source), &*source.path) {
            (Ok(at), [_]) => self.cx.target(at, &source.path, left),
            (Ok(_), _) if &*source.address.kind == "terraform_remote_state" => {
                Link::Unknown(Cause::OtherStack(source.address.to_string().into()))
            }
            // A whole object names nothing, and neither does a part of an attribute.
            (Ok(_), path) => {
                let attribute = path.first().and_then(Step::attribute).unwrap_or("*");
                let what = format!("{}.{attribute}", source.address);
                Link::Unknown(Cause::OtherAttribute(what.into()))
            }
            (Err(cause), _) => Link::Unknown(cause),
        }
    }

    /// The place of the instance that a source names.
    fn found(&self, source: &SourceRef) -> Result<ResourceIndex, Cause> {
        let at = self.cx.config.at(&source.address);
        at.ok_or_else(|| Cause::NotModelled(source.address.to_string().into()))
    }

    /// The place that a cause of a value speaks of.
    fn place(&self, cause: &Cause) -> Box<str> {
        let address = &self.resource.address;
        if let Cause::KnownAfterApply(name) = cause {
            format!("{address}.{name}").into()
        } else {
            address.to_string().into()
        }
    }

    /// A link as one of a symbolic instance, which may not be there at all.
    pub(crate) fn weakened<T>(&self, link: Link<T>) -> Link<T> {
        match (expansion(self.resource), link) {
            (Some(cause), Link::Here(id)) => Link::OneOf(vec![id], cause),
            (_, link) => link,
        }
    }
}

/// One of two: what both say, else one of what both may be.
fn either<T>(one: Link<T>, two: Link<T>, many: &dyn Fn() -> Cause) -> Link<T> {
    if one == two {
        return one;
    }
    let cause = match (&one, &two) {
        (Link::Unknown(cause), _) | (_, Link::Unknown(cause)) => {
            return Link::Unknown(cause.clone());
        }
        (Link::OneOf(_, cause), _) | (_, Link::OneOf(_, cause)) => cause.clone(),
        (Link::Here(_) | Link::Elsewhere(_) | Link::Absent, _) => many(),
    };
    match (candidates(one), candidates(two)) {
        (Some(mut all), Some(more)) => {
            all.extend(more);
            all.sort();
            all.dedup();
            Link::OneOf(all, cause)
        }
        (_, _) => Link::Unknown(many()),
    }
}

/// The things of the input that a link may lead to, when it leads to one of these.
fn candidates<T>(link: Link<T>) -> Option<Vec<Id<T>>> {
    match link {
        Link::Here(id) => Some(vec![id]),
        Link::OneOf(ids, _) => Some(ids),
        Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => None,
    }
}

fn expansion(resource: &groundplan_ir::Resource) -> Option<Cause> {
    resource.address.expanded().map(|what| Cause::Expansion(what.into()))
}

impl Lowering<'_> {
    /// The link to the thing at `place`, which the resource at `at` becomes or brings along.
    pub(crate) fn pointing<T>(&self, at: Option<ResourceIndex>, place: usize) -> Link<T> {
        let resource = at.and_then(|at| self.config.resources().get(at));
        match resource.and_then(expansion) {
            Some(cause) => Link::OneOf(vec![Id::new(place)], cause),
            None => Link::Here(Id::new(place)),
        }
    }
}
