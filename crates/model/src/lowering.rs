//! From resources to things: finding what an argument names, and reading facts with their origin.

use std::collections::{BTreeMap, HashMap};

use groundplan_ir::{
    Action, Argument, Attributes, BlockConfig, Cause, Config, Expression, Fact, Followed, Mode,
    Origin, Resource, ResourceIndex, Step, Tri, Value,
};
use ipnet::IpNet;
use rayon::prelude::*;

use crate::entity::{Entity, Kind};
use crate::head::{Head, Management};
use crate::{Arena, Departed, Id, Link, Members};

/// A link may lead through an attribute of another resource; real chains are one or two long.
const LONGEST_CHAIN: usize = 8;

/// The attributes by which one resource passes on what it belongs to, where the name of the
/// attribute does not say so itself.
const ALIASES: &[(&str, &str, &str)] = &[
    ("aws_vpc_peering_connection_accepter", "id", "vpc_peering_connection_id"),
    ("aws_vpc_peering_connection_options", "id", "vpc_peering_connection_id"),
    ("aws_ec2_transit_gateway_vpc_attachment_accepter", "id", "transit_gateway_attachment_id"),
    ("aws_ec2_transit_gateway_peering_attachment_accepter", "id", "transit_gateway_attachment_id"),
];

/// Finds the things that resources become.
pub(crate) struct Lowering<'a> {
    pub(crate) config: &'a Config,
    /// By place in the configuration: what the resource becomes.
    placed: Vec<Vec<(Kind, usize)>>,
    /// By kind: the resources that become one, in address order.
    sources: BTreeMap<Kind, Vec<ResourceIndex>>,
    /// By kind and id: the thing that has it.
    by_id: HashMap<(Kind, &'a str), usize>,
    /// By place of a VPC or transit gateway: the table that AWS makes along with it.
    pub(crate) implicit: BTreeMap<(Kind, ResourceIndex), usize>,
    /// By id: the table that AWS made along with something.
    pub(crate) implicit_by_id: HashMap<(Kind, Box<str>), usize>,
    /// The kinds of tables that were appended, with what they were made along with.
    pub(crate) appended: Vec<(Kind, ResourceIndex)>,
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
            placed: vec![Vec::new(); config.resources().len()],
            sources: BTreeMap::new(),
            by_id: HashMap::new(),
            implicit: BTreeMap::new(),
            implicit_by_id: HashMap::new(),
            appended: Vec::new(),
            adopters: BTreeMap::new(),
        };
        for (at, resource) in config.resources().iter().enumerate() {
            let Some(planned) = resource.planned.as_ref().filter(|_| !resource.deposed) else {
                continue;
            };
            for (kind, identity) in kinds.get(&*resource.address.kind).into_iter().flatten() {
                let list = lowering.sources.entry(*kind).or_default();
                let place = list.len();
                list.push(at);
                if let Some(placed) = lowering.placed.get_mut(at) {
                    placed.push((*kind, place));
                }
                if let Some(Value::Text(id)) = planned.get(identity) {
                    // The resource that manages a thing says more than a data source that looks at it.
                    let key = (*kind, &**id);
                    if resource.address.mode == Mode::Managed || !lowering.by_id.contains_key(&key)
                    {
                        lowering.by_id.insert(key, place);
                    }
                }
            }
        }
        lowering
    }

    /// Makes all things of one kind, in address order.
    pub(crate) fn arena<T: Entity>(&self) -> Arena<T> {
        let sources = self.sources.get(&T::KIND).map_or(&[][..], Vec::as_slice);
        Arena::new(
            sources
                .par_iter()
                .filter_map(|at| self.reader(*at).map(|reader| T::lower(&reader)))
                .collect(),
        )
    }

    /// The resources that become a `kind`, with the place of each in its arena.
    pub(crate) fn sources(&self, kind: Kind) -> impl Iterator<Item = (usize, ResourceIndex)> {
        self.sources.get(&kind).into_iter().flatten().copied().enumerate()
    }

    /// A reader of the resource at this place.
    pub(crate) fn reader(&self, at: ResourceIndex) -> Option<Reader<'_>> {
        let resource = self.config.resources().get(at)?;
        let attributes = resource.planned.as_ref()?;
        let block = self.config.block(&resource.address);
        Some(Reader { cx: self, at, resource, attributes, block })
    }

    /// What the destroyed objects were, by id.
    pub(crate) fn departed(&self) -> BTreeMap<Box<str>, Departed> {
        let mut out = BTreeMap::new();
        for resource in self.config.resources() {
            let gone = resource.action.destroys() || resource.deposed;
            let id = resource.prior.as_ref().and_then(|prior| prior.get("id"));
            if let (true, Some(Value::Text(id))) = (gone, id) {
                let origin = Origin::of(&resource.address);
                out.insert(id.clone(), Departed { origin, action: resource.action });
            }
        }
        out
    }

    fn placed(&self, at: ResourceIndex, kind: Kind) -> Option<usize> {
        let placed = self.placed.get(at)?;
        placed.iter().find(|(it, _)| *it == kind).map(|(_, place)| *place)
    }

    /// The thing of this kind with this id.
    pub(crate) fn by_id(&self, kind: Kind, id: &str) -> Option<usize> {
        let written = self.by_id.get(&(kind, id));
        written.or_else(|| self.implicit_by_id.get(&(kind, Box::from(id)))).copied()
    }
}

/// Reads one resource.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) cx: &'a Lowering<'a>,
    pub(crate) at: ResourceIndex,
    pub(crate) resource: &'a Resource,
    attributes: &'a Attributes,
    block: Option<&'a BlockConfig>,
}

impl Reader<'_> {
    /// The type of the resource.
    pub(crate) fn resource_type(&self) -> &str {
        &self.resource.address.kind
    }

    /// The common part.
    pub(crate) fn head(&self) -> Head {
        let address = &self.resource.address;
        let provider = self.block.map(|block| block.provider.clone());
        let configured = provider.as_ref().and_then(|key| self.cx.config.providers.get(key));
        let region = match self.text("region").value {
            Tri::Known(region) => Tri::Known(region),
            Tri::Unknown(_) | Tri::Absent => configured.map_or_else(
                || Tri::Unknown(Cause::Region(address.to_string().into())),
                |provider| provider.region.clone(),
            ),
        };
        let account = match self.text("owner_id").value {
            Tri::Known(account) => Tri::Known(account),
            Tri::Unknown(_) | Tri::Absent => configured.map_or_else(
                || Tri::Unknown(Cause::Account(address.to_string().into())),
                |provider| provider.account.clone(),
            ),
        };
        Head {
            origin: Origin::of(address),
            management: Head::management(address.mode, self.resource.action),
            action: self.resource.action,
            provider,
            region,
            account,
            id: self.text("id").value.known().cloned(),
        }
    }

    /// The value as it is, [`Value::Null`] where there is none.
    pub(crate) fn value(&self, name: &str) -> &Value {
        const NULL: &Value = &Value::Null;
        self.attributes.get(name).unwrap_or(NULL)
    }

    /// Whether the author wrote this argument. Optional arguments that the provider computes look
    /// unknown when they are left out, so only the configuration can tell.
    pub(crate) fn is_written(&self, name: &str) -> Tri<bool> {
        match self.block {
            Some(block) => Tri::Known(block.arguments.contains_key(name)),
            None => Tri::Unknown(Cause::NoConfiguration(self.resource.address.to_string().into())),
        }
    }

    /// The origin of an attribute, with its value where it may be shown.
    pub(crate) fn origin(&self, name: &str) -> Origin {
        Origin::of(&self.resource.address).attribute(name, shown(self.value(name)))
    }

    /// A fact from the attribute: unknown values keep their cause, and an argument that was left out
    /// and that the provider would compute on creation is [`Tri::Absent`].
    fn fact<T>(&self, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Fact<T> {
        let value = match self.value(name) {
            Value::Null => Tri::Absent,
            Value::Unknown(cause) => match (&cause, self.is_written(name)) {
                (Cause::KnownAfterApply(_), Tri::Known(false)) => Tri::Absent,
                _ => Tri::Unknown(self.qualified(cause)),
            },
            value => read(value).map_or_else(
                || Tri::Unknown(Cause::BadValue(self.origin(name).to_string().into())),
                Tri::Known,
            ),
        };
        Fact { value, origin: self.origin(name) }
    }

    /// The cause with the address of the resource in front of the attribute.
    fn qualified(&self, cause: &Cause) -> Cause {
        let address = &self.resource.address;
        match cause {
            Cause::KnownAfterApply(name) => {
                Cause::KnownAfterApply(format!("{address}.{name}").into())
            }
            Cause::Sensitive(name) => Cause::Sensitive(format!("{address}.{name}").into()),
            other => other.clone(),
        }
    }

    /// A text attribute; the empty text counts as absent, as providers write it for "not set".
    pub(crate) fn text(&self, name: &str) -> Fact<Box<str>> {
        if matches!(self.value(name), Value::Text(text) if text.is_empty()) {
            return Fact { value: Tri::Absent, origin: self.origin(name) };
        }
        self.fact(name, |value| match value {
            Value::Text(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string().into()),
            _ => None,
        })
    }

    /// A boolean attribute; old providers write it as text.
    pub(crate) fn flag(&self, name: &str) -> Fact<bool> {
        self.fact(name, |value| match value {
            Value::Bool(flag) => Some(*flag),
            Value::Text(text) => match &**text {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            _ => None,
        })
    }

    /// An `enable`/`disable` attribute.
    pub(crate) fn switch(&self, name: &str) -> Fact<bool> {
        self.fact(name, |value| match value {
            Value::Text(text) => match &**text {
                "enable" => Some(true),
                "disable" => Some(false),
                _ => None,
            },
            Value::Bool(flag) => Some(*flag),
            _ => None,
        })
    }

    /// An address range.
    pub(crate) fn cidr(&self, name: &str) -> Fact<IpNet> {
        let fact = self.text(name);
        let bad = || Cause::BadValue(fact.origin.to_string().into());
        let value = match fact.value.clone() {
            Tri::Known(text) => match text.parse() {
                Ok(net) => Tri::Known(net),
                Err(_) => Tri::Unknown(bad()),
            },
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Absent,
        };
        Fact { value, origin: fact.origin }
    }

    /// A list of address ranges.
    pub(crate) fn cidrs(&self, name: &str) -> Tri<Vec<Tri<IpNet>>> {
        let bad = || Cause::BadValue(self.origin(name).to_string().into());
        let fact = self.fact(name, |value| match value {
            Value::List(items) => Some(items.clone()),
            _ => None,
        });
        fact.value.map(|items| {
            items
                .iter()
                .map(|item| match item {
                    Value::Text(text) => {
                        text.parse().map_or_else(|_| Tri::Unknown(bad()), Tri::Known)
                    }
                    Value::Unknown(cause) => Tri::Unknown(self.qualified(cause)),
                    _ => Tri::Unknown(bad()),
                })
                .collect()
        })
    }

    /// What an argument names.
    pub(crate) fn link<T: Entity>(&self, name: &str) -> Link<T> {
        self.chained(name, LONGEST_CHAIN)
    }

    fn chained<T: Entity>(&self, name: &str, left: usize) -> Link<T> {
        match self.value(name) {
            Value::Null => Link::Absent,
            Value::Text(id) => self.named(id),
            Value::Unknown(cause @ Cause::KnownAfterApply(_)) => match self.expression(name) {
                Ok(Some(expression)) => {
                    let followed = self.cx.config.follow(self.resource, expression);
                    self.resolved(name, cause, followed, left, Strictness::Every)
                }
                Ok(None) => Link::Absent,
                Err(cause) => Link::Unknown(cause),
            },
            Value::Unknown(cause) => Link::Unknown(self.qualified(cause)),
            Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
                Link::Unknown(Cause::BadValue(self.origin(name).to_string().into()))
            }
        }
    }

    /// The thing with this id; for a link that is given as a value inside a block.
    pub(crate) fn named<T: Entity>(&self, id: &str) -> Link<T> {
        if id.is_empty() {
            return Link::Absent;
        }
        match self.cx.by_id(T::KIND, id) {
            Some(place) => Link::Here(Id::new(place)),
            None => Link::Elsewhere(id.into()),
        }
    }

    /// What a member of the nested blocks `block` names. A plan merges the references of all blocks
    /// of one name, so only targets of the right kind count.
    pub(crate) fn merged_link<T: Entity>(&self, block: &str, value: &Value) -> Link<T> {
        match value {
            Value::Null => Link::Absent,
            Value::Text(id) => self.named(id),
            Value::Unknown(cause @ Cause::KnownAfterApply(_)) => {
                let Some(config) = self.block else {
                    let what = self.resource.address.to_string();
                    return Link::Unknown(Cause::NoConfiguration(what.into()));
                };
                let Some(argument) = config.arguments.get(block) else {
                    return Link::Unknown(self.qualified(cause));
                };
                let mut followed = Followed::default();
                for expression in argument.expressions() {
                    let one = self.cx.config.follow(self.resource, expression);
                    followed.targets.extend(one.targets);
                    followed.obstacles.extend(one.obstacles);
                }
                self.resolved(block, cause, followed, LONGEST_CHAIN, Strictness::RightKind)
            }
            Value::Unknown(cause) => Link::Unknown(self.qualified(cause)),
            Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
                Link::Unknown(Cause::BadValue(self.origin(block).to_string().into()))
            }
        }
    }

    /// What the author wrote for an argument.
    pub(crate) fn argument(&self, name: &str) -> Option<&Argument> {
        self.block?.arguments.get(name)
    }

    /// The expression behind an argument; `None` when the author left it out.
    fn expression(&self, name: &str) -> Result<Option<&Expression>, Cause> {
        let Some(block) = self.block else {
            return Err(Cause::NoConfiguration(self.resource.address.to_string().into()));
        };
        match block.arguments.get(name) {
            Some(Argument::Expression(expression)) => Ok(Some(expression)),
            Some(Argument::Blocks(_)) => Err(Cause::BadValue(self.origin(name).to_string().into())),
            None => Ok(None),
        }
    }

    fn resolved<T: Entity>(
        &self,
        name: &str,
        cause: &Cause,
        followed: Followed,
        left: usize,
        strictness: Strictness,
    ) -> Link<T> {
        if let Some(obstacle) = followed.obstacles.into_iter().next() {
            return Link::Unknown(obstacle);
        }
        let mut found: Vec<Id<T>> = Vec::new();
        for target in followed.targets {
            match self.cx.target::<T>(target.resource, &target.path, left) {
                Link::Here(id) => found.push(id),
                Link::OneOf(ids, _) => found.extend(ids),
                Link::Unknown(_) if strictness == Strictness::RightKind => (),
                other @ (Link::Unknown(_) | Link::Elsewhere(_)) => return other,
                Link::Absent => (),
            }
        }
        found.sort();
        found.dedup();
        match *found {
            [] => Link::Unknown(self.qualified(cause)),
            [id] => Link::Here(id),
            _ => {
                let what = self.origin(name).to_string();
                Link::OneOf(found, Cause::ManyInstances(what.into()))
            }
        }
    }

    /// The things of one kind that the block mentions anywhere or waits for by `depends_on`.
    pub(crate) fn dependencies<T: Entity>(&self) -> Tri<Vec<Id<T>>> {
        let Some(block) = self.block else {
            return Tri::Unknown(Cause::NoConfiguration(self.resource.address.to_string().into()));
        };
        let written = block.arguments.values().flat_map(Argument::expressions);
        let waited = Expression { references: block.depends_on.clone(), constant: None };
        let mut found = Vec::new();
        for expression in written.chain([&waited]) {
            let followed = self.cx.config.mentioned(self.resource, expression);
            if let Some(obstacle) = followed.obstacles.into_iter().next() {
                return Tri::Unknown(obstacle);
            }
            let places =
                followed.targets.iter().filter_map(|it| self.cx.placed(it.resource, T::KIND));
            found.extend(places.map(Id::new));
        }
        found.sort();
        found.dedup();
        Tri::Known(found)
    }

    /// What a set-valued argument names.
    pub(crate) fn links<T: Entity>(&self, name: &str) -> Tri<Members<T>> {
        match self.value(name) {
            Value::Null => Tri::Absent,
            Value::List(items) => self.listed(name, items),
            Value::Unknown(cause @ Cause::KnownAfterApply(_)) => match self.expression(name) {
                Ok(Some(expression)) => self.mentioned(cause, expression),
                Ok(None) => Tri::Absent,
                Err(cause) => Tri::Unknown(cause),
            },
            Value::Unknown(cause) => Tri::Unknown(self.qualified(cause)),
            Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Object(_) => {
                Tri::Unknown(Cause::BadValue(self.origin(name).to_string().into()))
            }
        }
    }

    fn listed<T: Entity>(&self, name: &str, items: &[Value]) -> Tri<Members<T>> {
        let mut members = Members { here: Vec::new(), elsewhere: Vec::new(), exact: true };
        for item in items {
            match self.merged_link::<T>(name, item) {
                Link::Here(id) => members.here.push(id),
                Link::OneOf(ids, _) => {
                    // As many unknown elements as candidates: a set holds each of them once.
                    let unknown = items.iter().filter(|it| it.first_unknown().is_some()).count();
                    members.exact &= unknown == ids.len();
                    members.here.extend(ids);
                }
                Link::Elsewhere(id) => members.elsewhere.push(id),
                Link::Unknown(cause) => return Tri::Unknown(cause),
                Link::Absent => (),
            }
        }
        members.here.sort();
        members.here.dedup();
        Tri::Known(members)
    }

    fn mentioned<T: Entity>(&self, cause: &Cause, expression: &Expression) -> Tri<Members<T>> {
        let followed = self.cx.config.follow(self.resource, expression);
        if let Some(obstacle) = followed.obstacles.into_iter().next() {
            return Tri::Unknown(obstacle);
        }
        let mut here = Vec::new();
        for target in followed.targets {
            match self.cx.target::<T>(target.resource, &target.path, LONGEST_CHAIN) {
                Link::Here(id) => here.push(id),
                Link::OneOf(ids, _) => here.extend(ids),
                Link::Unknown(cause) => return Tri::Unknown(cause),
                Link::Elsewhere(_) | Link::Absent => (),
            }
        }
        here.sort();
        here.dedup();
        if here.is_empty() {
            return Tri::Unknown(self.qualified(cause));
        }
        let exact = here.len() == 1;
        Tri::Known(Members { here, elsewhere: Vec::new(), exact })
    }
}

/// Which targets of a reference must be understood.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    /// All: the reference belongs to this argument alone.
    Every,
    /// Those of the right kind: the references of several arguments are merged.
    RightKind,
}

impl Lowering<'_> {
    /// The thing that an attribute of a resource names.
    fn target<T: Entity>(&self, at: ResourceIndex, path: &[Step], left: usize) -> Link<T> {
        let Some(reader) = self.reader(at).filter(|_| left > 0) else {
            return Link::Unknown(Cause::TooDeep);
        };
        let kind = reader.resource_type();
        let other = || {
            let attribute = path.first().and_then(Step::attribute).unwrap_or("*");
            let what = format!("{}.{attribute}", reader.resource.address);
            Link::Unknown(Cause::OtherAttribute(what.into()))
        };
        let attribute = match path.first().map(Step::attribute) {
            // A splat or a computed index loses what follows; the object itself is what is left.
            None => T::identity(kind),
            Some(Some(name)) => name,
            Some(None) => return other(),
        };
        if attribute == T::identity(kind)
            && let Some(place) = self.placed(at, T::KIND)
        {
            return Link::Here(Id::new(place));
        }
        let is_table_of = |name: &str| {
            matches!(
                name,
                "main_route_table_id"
                    | "default_route_table_id"
                    | "association_default_route_table_id"
                    | "propagation_default_route_table_id"
            )
        };
        if is_table_of(attribute)
            && let Some(place) = self.implicit.get(&(T::KIND, at))
        {
            return Link::Here(Id::new(*place));
        }
        let alias = ALIASES.iter().find(|(it, name, _)| *it == kind && *name == attribute);
        let attribute = alias.map_or(attribute, |(_, _, passed)| *passed);
        match reader.value(attribute) {
            Value::Text(_) | Value::Unknown(_) => match reader.chained(attribute, left - 1) {
                Link::Absent => other(),
                link => link,
            },
            _ => other(),
        }
    }
}

/// A value as Terraform writes it, when it is simple enough for a label and nothing of it is hidden.
fn shown(value: &Value) -> Option<Box<str>> {
    match value {
        Value::Text(text) => Some(format!("{text:?}").into()),
        Value::Bool(flag) => Some(flag.to_string().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::List(items) if items.len() <= 4 => {
            let parts: Option<Vec<Box<str>>> = items.iter().map(shown).collect();
            Some(format!("[{}]", parts?.join(", ")).into())
        }
        Value::Unknown(Cause::KnownAfterApply(_)) => Some("(known after apply)".into()),
        Value::Unknown(Cause::Sensitive(_)) => Some("(sensitive)".into()),
        Value::Null | Value::List(_) | Value::Object(_) | Value::Unknown(_) => None,
    }
}

/// The fate of things that AWS makes along with another one.
pub(crate) fn along_with(head: &Head) -> Management {
    match head.management {
        Management::Created => Management::Created,
        Management::Managed | Management::Observed => Management::Observed,
    }
}

/// A head for something that AWS makes along with the resource of `head`.
pub(crate) fn implicit_head(head: &Head, attribute: &str) -> Head {
    Head {
        origin: head.origin.attribute(attribute, None),
        management: along_with(head),
        action: Action::NoOp,
        id: None,
        ..head.clone()
    }
}
