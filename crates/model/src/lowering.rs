//! From resources to things: which resource becomes what, and which id belongs to whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use groundplan_ir::{BlockSite, Cause, Config, Origin, Place, ResourceIndex, Value};
use rayon::prelude::*;

use crate::entity::{Entity, Kind};
use crate::linking::ALIASES;
use crate::places;
use crate::reader::Reader;
use crate::whereabouts::{self, Whereabouts};
use crate::{Arena, Departed, twins};

/// Attributes by which nobody can name what they are of.
const PLAIN: &[&str] = &[
    "availability_zone",
    "cidr_block",
    "cidr_blocks",
    "ipv6_cidr_block",
    "name",
    "owner_id",
    "region",
    "tags",
    "tags_all",
];

/// The attributes that name the table which AWS makes along with something.
pub(crate) const TABLES: &[&str] = &[
    "main_route_table_id",
    "default_route_table_id",
    "association_default_route_table_id",
    "propagation_default_route_table_id",
];

/// Finds the things that resources become.
pub(crate) struct Lowering<'a> {
    pub(crate) config: &'a Config,
    /// By place in the configuration: where it is written.
    sites: Vec<Option<Arc<BlockSite>>>,
    /// By provider configuration: where it works.
    pub(crate) whereabouts: BTreeMap<Box<str>, Whereabouts>,
    /// By place in the configuration: what the resource becomes.
    placed: Vec<Vec<(Kind, usize)>>,
    /// By kind: the resources that become one, in address order.
    sources: BTreeMap<Kind, Vec<ResourceIndex>>,
    /// By kind: the resources that speak of a thing which another one becomes, with its place.
    twins: BTreeMap<Kind, Vec<(usize, ResourceIndex)>>,
    /// By kind and id: the thing that has it.
    by_id: HashMap<(Kind, &'a str), usize>,
    /// By place of a VPC or transit gateway: the table that AWS makes along with it.
    pub(crate) implicit: BTreeMap<(Kind, ResourceIndex), usize>,
    /// By id: the table that AWS made along with something.
    pub(crate) implicit_by_id: HashMap<(Kind, Box<str>), usize>,
    /// The kinds of tables that were appended, with what they were made along with.
    pub(crate) appended: Vec<(Kind, ResourceIndex)>,
    /// What root modules put out of which resource.
    handed_on: BTreeSet<(ResourceIndex, Option<Box<str>>)>,
    /// By place of an `aws_default_route_table`: the VPC whose default table it manages.
    pub(crate) adopters: BTreeMap<ResourceIndex, Result<usize, Cause>>,
}

impl<'a> Lowering<'a> {
    /// Gives every resource of the end state its place.
    pub(crate) fn new(
        config: &'a Config,
        kinds: &BTreeMap<&'static str, Vec<(Kind, &'static str)>>,
    ) -> Self {
        let mut lowering = Self {
            config,
            sites: places::sites(config),
            whereabouts: whereabouts::read(config),
            placed: vec![Vec::new(); config.resources().len()],
            sources: BTreeMap::new(),
            twins: BTreeMap::new(),
            by_id: HashMap::new(),
            implicit: BTreeMap::new(),
            implicit_by_id: HashMap::new(),
            appended: Vec::new(),
            handed_on: config.handed_on(),
            adopters: BTreeMap::new(),
        };
        let spoken = twins::spoken(config, kinds);
        for (at, kind, id) in &spoken.all {
            let key = (*kind, *id);
            if id.is_empty() || spoken.first(key) == Some(*at) || spoken.is_apart(key, *at, config)
            {
                let list = lowering.sources.entry(*kind).or_default();
                let place = list.len();
                list.push(*at);
                lowering.put(*at, *kind, place);
                if spoken.first(key) == Some(*at) {
                    lowering.by_id.insert(key, place);
                }
            }
        }
        for (at, kind, id) in &spoken.all {
            if let (None, Some(place)) =
                (lowering.placed(*at, *kind), lowering.by_id.get(&(*kind, *id)).copied())
            {
                lowering.put(*at, *kind, place);
                lowering.twins.entry(*kind).or_default().push((place, *at));
            }
        }
        lowering
    }

    fn put(&mut self, at: ResourceIndex, kind: Kind, place: usize) {
        if let Some(placed) = self.placed.get_mut(at) {
            placed.push((kind, place));
        }
    }

    /// Makes all things of one kind, in address order.
    pub(crate) fn arena<T: Entity>(&self) -> Arena<T> {
        let sources = self.sources.get(&T::KIND).map_or(&[][..], Vec::as_slice);
        let lower = |at: &ResourceIndex| self.reader(*at).map(|reader| T::lower(&reader));
        let mut things: Vec<T> = sources.par_iter().filter_map(lower).collect();
        for (place, at) in self.twins.get(&T::KIND).into_iter().flatten() {
            if let (Some(thing), Some(twin)) = (things.get_mut(*place), lower(at)) {
                thing.also(twin);
            }
        }
        Arena::new(things)
    }

    /// The resources that become a `kind`, with the place of each in its arena.
    pub(crate) fn sources(&self, kind: Kind) -> impl Iterator<Item = (usize, ResourceIndex)> {
        self.sources.get(&kind).into_iter().flatten().copied().enumerate()
    }

    /// The resource that becomes the thing of this kind at `place`; none of what AWS makes along.
    pub(crate) fn source_of(&self, kind: Kind, place: usize) -> Option<ResourceIndex> {
        self.sources.get(&kind)?.get(place).copied()
    }

    /// A reader of the resource at this place.
    pub(crate) fn reader(&self, at: ResourceIndex) -> Option<Reader<'_>> {
        let resource = self.config.resources().get(at)?;
        let attributes = resource.planned.as_ref()?;
        let block = self.config.block(&resource.address);
        Some(Reader { cx: self, at, resource, attributes, block, site: self.site(at) })
    }

    /// Where the resource at this place is written.
    fn site(&self, at: ResourceIndex) -> Option<&Arc<BlockSite>> {
        self.sites.get(at)?.as_ref()
    }

    /// What the destroyed objects were, by id.
    pub(crate) fn departed(&self) -> BTreeMap<Box<str>, Departed> {
        let mut out = BTreeMap::new();
        for (at, resource) in self.config.resources().iter().enumerate() {
            let gone = resource.action.destroys() || resource.deposed;
            // These have the id of what they speak of, and destroying them leaves that alone.
            let own = !ALIASES
                .iter()
                .any(|(kind, name, _)| *kind == &*resource.address.kind && *name == "id");
            let id = resource.prior.as_ref().and_then(|prior| prior.get("id"));
            if let (true, Some(Value::Text(id))) = (gone && own, id) {
                let place = self.site(at).map(Place::of);
                let origin = Origin::of(&resource.address).placed(place);
                out.insert(id.clone(), Departed { origin, action: resource.action });
            }
        }
        out
    }

    /// Whether a root module puts out a resource as a whole, or an attribute of it by which it can be named.
    pub(crate) fn is_handed_on(&self, at: ResourceIndex, names: impl Fn(&str) -> bool) -> bool {
        let own = self.handed_on.range((at, None)..(at + 1, None));
        let mut attributes = own.map(|(_, attribute)| attribute.as_deref());
        attributes.any(|it| it.is_none_or(|name| names(name) && !PLAIN.contains(&name)))
    }

    /// The place of the thing of this kind that a resource becomes.
    pub(crate) fn placed(&self, at: ResourceIndex, kind: Kind) -> Option<usize> {
        let placed = self.placed.get(at)?;
        placed.iter().find(|(it, _)| *it == kind).map(|(_, place)| *place)
    }

    /// The thing of this kind with this id or ARN.
    pub(crate) fn by_id(&self, kind: Kind, id: &str) -> Option<usize> {
        let written = self.by_id.get(&(kind, id)).or_else(|| {
            // `arn:aws:ec2:REGION:ACCOUNT:subnet/subnet-…`: ids of EC2 are unique in the world.
            let (_, own) = id.strip_prefix("arn:")?.rsplit_once('/')?;
            self.by_id.get(&(kind, own))
        });
        written.or_else(|| self.implicit_by_id.get(&(kind, Box::from(id)))).copied()
    }
}
