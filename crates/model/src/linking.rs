//! What the arguments of one resource name: by id where it is known, else by reference.

use groundplan_ir::{Argument, Cause, Expression, Followed, Mode, ResourceIndex, Step, Tri, Value};

use crate::entity::Entity;
use crate::lowering::Lowering;
use crate::reader::Reader;
use crate::{Id, Link, Members};

/// A link may lead through an attribute of another resource; real chains are one or two long.
pub(crate) const LONGEST_CHAIN: usize = 8;

/// The attributes by which one resource passes on what it belongs to, where the name of the
/// attribute does not say so itself.
pub(crate) const ALIASES: &[(&str, &str, &str)] = &[
    ("aws_vpc_peering_connection_accepter", "id", "vpc_peering_connection_id"),
    ("aws_vpc_peering_connection_options", "id", "vpc_peering_connection_id"),
    ("aws_ec2_transit_gateway_vpc_attachment_accepter", "id", "transit_gateway_attachment_id"),
    ("aws_ec2_transit_gateway_peering_attachment_accepter", "id", "transit_gateway_attachment_id"),
];

/// Attributes that name a resource as well as its identity does.
const SAME: &[(&str, &str)] = &[
    ("aws_ram_resource_share", "id"),
    ("aws_organizations_organization", "arn"),
    ("aws_security_group", "arn"),
    ("aws_subnet", "arn"),
    ("aws_vpc_endpoint_service", "id"),
    ("aws_route53_zone", "id"),
    ("aws_default_subnet", "arn"),
    ("aws_ec2_transit_gateway", "arn"),
    // What AWS makes along with a VPC names the VPC.
    ("aws_vpc", "default_network_acl_id"),
    ("aws_default_vpc", "default_network_acl_id"),
];

/// The argument by which a data source looks up its object, where it is not `id`.
const LOOKUPS: &[(&str, &str)] =
    &[("aws_route_table", "route_table_id"), ("aws_prefix_list", "prefix_list_id")];

impl Reader<'_> {
    /// What an argument names.
    pub(crate) fn link<T: Entity>(&self, name: &str) -> Link<T> {
        self.chained(name, LONGEST_CHAIN)
    }

    pub(crate) fn chained<T: Entity>(&self, name: &str, left: usize) -> Link<T> {
        self.weakened(self.direct(name, left))
    }

    fn direct<T: Entity>(&self, name: &str, left: usize) -> Link<T> {
        match self.value(name) {
            Value::Null => Link::Absent,
            Value::Text(id) => self.named(id),
            Value::Unknown(cause) if self.is_left_out(name, cause) => Link::Absent,
            Value::Unknown(cause @ Cause::KnownAfterApply(_)) => match self.expression(name) {
                Ok(Some(expression)) => {
                    let followed = self.cx.config.follow(self.resource, expression);
                    self.resolved(name, cause, followed, left, Strictness::Every)
                }
                Ok(None) => Link::Unknown(self.qualified(cause)),
                Err(cause) => Link::Unknown(cause),
            },
            Value::Unknown(cause) => Link::Unknown(self.qualified(cause)),
            Value::Referred(referred) if self.is_left_out(name, &referred.cause) => Link::Absent,
            Value::Referred(referred) => self.referred(referred, left),
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
            Some(place) => self.cx.pointing(self.cx.source_of(T::KIND, place), place),
            None => Link::Elsewhere(id.into()),
        }
    }

    /// What a data source stands for. One that is read only during the apply and that names its object
    /// by id is that object, not another one beside it.
    fn looked_up<T: Entity>(&self, place: usize, left: usize) -> Link<T> {
        let own = self.cx.pointing(Some(self.at), place);
        let kind = self.resource_type();
        let argument = LOOKUPS.iter().find(|(it, _)| *it == kind).map_or("id", |(_, name)| *name);
        let unread = self.value(T::identity(kind)).unknown().is_some();
        if self.resource.address.mode != Mode::Data
            || !unread
            || self.is_written(argument) != Tri::Known(true)
        {
            return own;
        }
        match self.chained(argument, left.saturating_sub(1)) {
            found @ (Link::Here(_) | Link::OneOf(..) | Link::Elsewhere(_)) => found,
            Link::Unknown(_) | Link::Absent => own,
        }
    }

    /// What a member of the nested blocks `block` names. A plan merges the references of all blocks
    /// of one name, so only targets of the right kind count; a value that says itself what it comes
    /// from needs none of that.
    pub(crate) fn merged_link<T: Entity>(&self, block: &str, value: &Value) -> Link<T> {
        self.weakened(self.merged(block, value))
    }

    fn merged<T: Entity>(&self, block: &str, value: &Value) -> Link<T> {
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
            Value::Referred(referred) => self.referred(referred, LONGEST_CHAIN),
            Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
                Link::Unknown(Cause::BadValue(self.origin(block).to_string().into()))
            }
        }
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
        let mut symbolic = None;
        let mut elsewhere: Option<Box<str>> = None;
        let many = || Cause::ManyInstances(self.origin(name).to_string().into());
        for target in followed.targets {
            match self.cx.target::<T>(target.resource, &target.path, left) {
                Link::Here(id) => found.push(id),
                // Of several instances each may pass on another id, and nobody says which is meant.
                Link::Elsewhere(id) if elsewhere.as_ref().is_some_and(|it| *it != id) => {
                    return Link::Unknown(many());
                }
                Link::Elsewhere(id) => elsewhere = Some(id),
                Link::OneOf(ids, cause) => {
                    found.extend(ids);
                    symbolic = symbolic.or(matches!(cause, Cause::Expansion(_)).then_some(cause));
                }
                Link::Unknown(_) if strictness == Strictness::RightKind => (),
                other @ Link::Unknown(_) => return other,
                Link::Absent => (),
            }
        }
        if let Some(id) = elsewhere {
            return if found.is_empty() { Link::Elsewhere(id) } else { Link::Unknown(many()) };
        }
        found.sort();
        found.dedup();
        match (&*found, symbolic) {
            ([], _) => Link::Unknown(self.qualified(cause)),
            (_, Some(cause)) => Link::OneOf(found, cause),
            ([id], None) => Link::Here(*id),
            (_, None) => Link::OneOf(found, many()),
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
        self.chained_list(name, LONGEST_CHAIN)
    }

    pub(crate) fn chained_list<T: Entity>(&self, name: &str, left: usize) -> Tri<Members<T>> {
        match self.value(name) {
            Value::Null => Tri::Absent,
            Value::List(items) => self.listed(name, items),
            Value::Unknown(cause) if self.is_left_out(name, cause) => Tri::Absent,
            Value::Unknown(cause @ Cause::KnownAfterApply(_)) => match self.expression(name) {
                Ok(Some(expression)) => self.mentioned(cause, expression),
                Ok(None) => Tri::Unknown(self.qualified(cause)),
                Err(cause) => Tri::Unknown(cause),
            },
            Value::Unknown(cause) => Tri::Unknown(self.qualified(cause)),
            Value::Referred(referred) if self.is_left_out(name, &referred.cause) => Tri::Absent,
            Value::Referred(referred) => self.referred_list(referred, left),
            Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Object(_) => {
                Tri::Unknown(Cause::BadValue(self.origin(name).to_string().into()))
            }
        }
    }

    fn listed<T: Entity>(&self, name: &str, items: &[Value]) -> Tri<Members<T>> {
        let mut members = Members { here: Vec::new(), elsewhere: Vec::new(), exact: true };
        let (mut certain, mut doubt) = (false, None);
        for item in items {
            match self.merged_link::<T>(name, item) {
                Link::Here(id) => {
                    certain = true;
                    members.here.push(id);
                }
                // Any number of elements, so that there may be none.
                Link::OneOf(ids, cause @ Cause::Expansion(_)) => {
                    doubt = doubt.or(Some(cause));
                    members.exact = false;
                    members.here.extend(ids);
                }
                Link::OneOf(ids, _) => {
                    certain = true;
                    // As many unknown elements as candidates: a set holds each of them once.
                    let unknown = items.iter().filter(|it| it.first_unknown().is_some()).count();
                    let merged = matches!(item, Value::Unknown(_));
                    members.exact &= merged && unknown == ids.len();
                    members.here.extend(ids);
                }
                Link::Elsewhere(id) => {
                    certain = true;
                    members.elsewhere.push(id);
                }
                Link::Unknown(cause) => return Tri::Unknown(cause),
                Link::Absent => (),
            }
        }
        if let (false, Some(cause)) = (certain, doubt) {
            return Tri::Unknown(cause);
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
        let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
        for target in followed.targets {
            match self.cx.target::<T>(target.resource, &target.path, LONGEST_CHAIN) {
                Link::Here(id) => here.push(id),
                Link::Elsewhere(id) => elsewhere.push(id),
                Link::OneOf(_, cause @ Cause::Expansion(_)) | Link::Unknown(cause) => {
                    return Tri::Unknown(cause);
                }
                Link::OneOf(ids, _) => here.extend(ids),
                Link::Absent => (),
            }
        }
        here.sort();
        here.dedup();
        if here.is_empty() {
            return Tri::Unknown(self.qualified(cause));
        }
        elsewhere.sort();
        elsewhere.dedup();
        let exact = here.len() == 1 && elsewhere.is_empty();
        Tri::Known(Members { here, elsewhere, exact })
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
    pub(crate) fn target<T: Entity>(
        &self,
        at: ResourceIndex,
        path: &[Step],
        left: usize,
    ) -> Link<T> {
        let Some(reader) = self.reader(at).filter(|_| left > 0) else {
            return Link::Unknown(Cause::TooDeep);
        };
        let kind = reader.resource_type();
        let other = || {
            if kind == "terraform_remote_state" {
                let what = reader.resource.address.to_string();
                return Link::Unknown(Cause::OtherStack(what.into()));
            }
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
        if (attribute == T::identity(kind) || SAME.contains(&(kind, attribute)))
            && let Some(place) = self.placed(at, T::KIND)
        {
            return reader.looked_up(place, left);
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
            return self.pointing(Some(at), *place);
        }
        let alias = ALIASES.iter().find(|(it, name, _)| *it == kind && *name == attribute);
        let attribute = match alias {
            Some((_, _, passed)) => *passed,
            // The id of another kind of thing names nothing of this kind.
            None if attribute == "id" => return other(),
            None => attribute,
        };
        let value = reader.value(attribute);
        if value.as_text().is_none() && value.unknown().is_none() {
            return other();
        }
        let link = reader.chained(attribute, left - 1);
        if link == Link::Absent { other() } else { link }
    }
}
