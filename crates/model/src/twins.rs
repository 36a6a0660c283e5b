//! One thing that several resources speak of: where it is managed, where it is looked up, and where AWS
//! describes it.
//!
//! Ids are unique in the world, so what has one id is one thing, whichever stack names it. Whoever
//! manages it says most, then data sources, then live facts.

use std::collections::{BTreeMap, HashMap, HashSet};

use groundplan_ir::{Attributes, Config, Mode, ResourceIndex, Value};

use crate::entity::Kind;

/// What the resources of a configuration speak of.
pub(crate) struct Spoken<'a> {
    /// Resource, kind, and id or nothing, in address order.
    pub(crate) all: Vec<(ResourceIndex, Kind, &'a str)>,
    /// By kind and id: the resource that says most.
    first: HashMap<(Kind, &'a str), ResourceIndex>,
}

/// The kinds of which two resources never are two things, since they are what they manage and not a
/// part that each adds to it.
const OBJECTS: &[Kind] = &[
    Kind::Vpc,
    Kind::IpamPool,
    Kind::Subnet,
    Kind::RouteTable,
    Kind::InternetGateway,
    Kind::EgressOnlyGateway,
    Kind::NatGateway,
    Kind::NetworkInterface,
    Kind::Peering,
    Kind::Endpoint,
    Kind::PrefixList,
    Kind::TransitGateway,
    Kind::Attachment,
    Kind::TgwRouteTable,
    Kind::VpnGateway,
    Kind::CustomerGateway,
    Kind::VpnConnection,
    Kind::DxGateway,
    Kind::ResourceShare,
    Kind::SgUser,
    Kind::Organization,
];

/// What takes over a thing that AWS has made, with the argument that names it before that is done.
const ADOPTED: &[(&str, &str)] = &[
    ("aws_default_network_acl", "default_network_acl_id"),
    ("aws_default_route_table", "default_route_table_id"),
];

/// Goes through the end state once.
pub(crate) fn spoken<'a>(
    config: &'a Config,
    kinds: &BTreeMap<&'static str, Vec<(Kind, &'static str)>>,
) -> Spoken<'a> {
    let mut out = Spoken { all: Vec::new(), first: HashMap::new() };
    let leaving = leaving(config);
    for (at, resource) in config.resources().iter().enumerate() {
        let Some(planned) = resource.planned.as_ref().filter(|_| !resource.deposed) else {
            continue;
        };
        // As AWS describes it now; after the apply it is not there.
        let own = (&*resource.address.kind, id(planned));
        if resource.address.mode == Mode::Live && leaving.contains(&own) {
            continue;
        }
        for (kind, identity) in kinds.get(&*resource.address.kind).into_iter().flatten() {
            let text =
                |name| planned.get(name).and_then(Value::as_text).filter(|it| !it.is_empty());
            let adopted = || ADOPTED.iter().find(|(it, _)| *it == &*resource.address.kind);
            let id = text(identity).or_else(|| adopted().and_then(|(_, name)| text(name)));
            let id = id.unwrap_or_default();
            out.all.push((at, *kind, id));
            if !id.is_empty() {
                let first = out.first.entry((*kind, id)).or_insert(at);
                // The later of two that manage it, as it always was.
                let rank = |at| std::cmp::Reverse(mode(config, at));
                if rank(at) > rank(*first) {
                    *first = at;
                }
            }
        }
    }
    out.forget_parts(config);
    out
}

/// Type and id of what the apply takes away.
fn leaving(config: &Config) -> HashSet<(&str, &str)> {
    let gone = config.resources().iter().filter(|it| it.action.destroys() || it.deposed);
    let ids = gone.filter_map(|it| Some((&*it.address.kind, id(it.prior.as_ref()?))));
    ids.filter(|(_, id)| !id.is_empty()).collect()
}

fn id(attributes: &Attributes) -> &str {
    attributes.get("id").and_then(Value::as_text).unwrap_or_default()
}

fn mode(config: &Config, at: ResourceIndex) -> Mode {
    config.resources().get(at).map_or(Mode::Live, |it| it.address.mode)
}

impl Spoken<'_> {
    /// Leaves out what AWS does not name, of a thing that another resource speaks of as well: the
    /// attachment of a VPN connection is the one that the other knows.
    fn forget_parts(&mut self, config: &Config) {
        let is_twin = |(at, kind, id): &(ResourceIndex, Kind, &str)| {
            mode(config, *at) == Mode::Live && self.first((*kind, id)).is_some_and(|it| it != *at)
        };
        let twins: HashSet<ResourceIndex> =
            self.all.iter().filter(|it| is_twin(it)).map(|(at, ..)| *at).collect();
        self.all.retain(|(at, _, id)| !id.is_empty() || !twins.contains(at));
    }

    /// The resource that says most of the thing with this id.
    pub(crate) fn first(&self, key: (Kind, &str)) -> Option<ResourceIndex> {
        self.first.get(&key).copied()
    }

    /// Whether this resource is a thing of its own beside the first one: both are managed, and each
    /// adds its part (two stacks set the options of one peering connection); or one stack manages both,
    /// which Terraform does not notice.
    pub(crate) fn is_apart(&self, key: (Kind, &str), at: ResourceIndex, config: &Config) -> bool {
        let Some(first) = self.first(key).filter(|_| mode(config, at) == Mode::Managed) else {
            return false;
        };
        let stack = |at: ResourceIndex| {
            config.resources().get(at).map(|it| it.address.module.stack.as_deref())
        };
        !OBJECTS.contains(&key.0) || stack(at) == stack(first)
    }
}
