//! Routes in route tables of VPCs: where to, and by which target.

use groundplan_ir::{Action, Cause, Fact, Origin, Tri, Value};
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::route_table::Inline;
use crate::{
    EgressOnlyGateway, Endpoint, InternetGateway, Link, NatGateway, NetworkInterface, Peering,
    PrefixList, Proven, RouteTable, TransitGateway, VpnGateway,
};

/// What a route leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A range of addresses.
    Range(Tri<IpNet>),
    /// A prefix list.
    PrefixList(Link<PrefixList>),
    /// The input does not say which of the two.
    Unknown(Cause),
}

/// A known destination: a table has one route for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DestinationKey {
    /// A range in canonical form.
    Range(IpNet),
    /// A prefix list.
    List(Proven<PrefixList>),
}

impl Destination {
    /// The destination, when it is known.
    pub fn key(&self) -> Option<DestinationKey> {
        match self {
            Self::Range(Tri::Known(net)) => Some(DestinationKey::Range(net.trunc())),
            Self::PrefixList(list) => list.proven().map(DestinationKey::List),
            Self::Range(Tri::Unknown(_) | Tri::Absent) | Self::Unknown(_) => None,
        }
    }
}

/// What a route hands packets to, with the thing it names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is named after the thing that it leads to")]
pub enum RouteTarget {
    Local,
    InternetGateway(Link<InternetGateway>),
    VpnGateway(Link<VpnGateway>),
    EgressOnlyGateway(Link<EgressOnlyGateway>),
    NatGateway(Link<NatGateway>),
    Peering(Link<Peering>),
    TransitGateway(Link<TransitGateway>),
    Endpoint(Link<Endpoint>),
    NetworkInterface(Link<NetworkInterface>),
    /// A target that no rule looks into, by the argument that names it.
    Other(&'static str),
    Unknown(Cause),
}

/// Who wrote a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteSource {
    /// A `route` block of its table.
    Inline,
    /// An `aws_route` resource.
    Standalone,
    /// Nobody here: it was in the table when the state was refreshed.
    Seen,
}

/// A route of a route table.
#[derive(Clone, Debug)]
pub struct Route {
    /// Where it is written: the `aws_route`, or the `route` argument of the table.
    pub origin: Origin,
    /// Who wrote it.
    pub source: RouteSource,
    /// The table it is in; the table's own routes are in the table.
    pub table: Link<RouteTable>,
    /// What it leads to.
    pub destination: Destination,
    /// Where the destination is written.
    pub destination_origin: Origin,
    /// What it hands packets to.
    pub target: RouteTarget,
    /// Where the target is written.
    pub target_origin: Origin,
    /// The id of the target, when it is known.
    pub target_id: Option<Box<str>>,
    /// What the plan does to the resource that it is written in.
    pub action: Action,
    /// What state AWS gives it (`active`, `blackhole`), where the state says.
    pub state: Tri<Box<str>>,
}

impl Route {
    /// The range that it leads to, when it is a known one.
    pub fn range(&self) -> Option<IpNet> {
        match self.destination {
            Destination::Range(Tri::Known(net)) => Some(net.trunc()),
            Destination::Range(_) | Destination::PrefixList(_) | Destination::Unknown(_) => None,
        }
    }
}

/// The arguments that name a target. They are the same in `aws_route` and in a `route` block.
const TARGETS: &[&str] = &[
    "gateway_id",
    "nat_gateway_id",
    "vpc_peering_connection_id",
    "transit_gateway_id",
    "egress_only_gateway_id",
    "vpc_endpoint_id",
    "network_interface_id",
    "instance_id",
    "carrier_gateway_id",
    "core_network_arn",
    "local_gateway_id",
    "odb_network_arn",
];

/// An `aws_route`.
#[derive(Clone, Debug)]
pub(crate) struct StandaloneRoute {
    /// The route.
    pub(crate) route: Route,
}

impl Entity for StandaloneRoute {
    const KIND: Kind = Kind::StandaloneRoute;
    const READS: Reads = &[(
        "aws_route",
        &[
            "id",
            "route_table_id",
            "destination_cidr_block",
            "destination_ipv6_cidr_block",
            "destination_prefix_list_id",
            "gateway_id",
            "nat_gateway_id",
            "vpc_peering_connection_id",
            "transit_gateway_id",
            "egress_only_gateway_id",
            "vpc_endpoint_id",
            "network_interface_id",
            "instance_id",
            "carrier_gateway_id",
            "core_network_arn",
            "local_gateway_id",
            "odb_network_arn",
            "state",
            "region",
        ],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        let (destination, destination_origin) = destination(reader);
        let (target, target_origin, target_id) = target(reader);
        let route = Route {
            origin: reader.whole(),
            source: RouteSource::Standalone,
            table: reader.link("route_table_id"),
            destination,
            destination_origin,
            target,
            target_origin,
            target_id,
            action: reader.resource.action,
            state: reader.text("state").value,
        };
        Self { route }
    }
}

/// The arguments that name a destination of an `aws_route`.
const DESTINATIONS: &[&str] =
    &["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];

/// The one argument of several that is set, as AWS wants it. A computed value may turn out to be
/// `null`, so that another one counts; where only such ones are set, nobody knows which.
fn chosen(
    names: &[&'static str],
    value: impl Fn(&str) -> Option<Value>,
) -> Result<Option<&'static str>, Cause> {
    let set: Vec<(&'static str, Value)> =
        names.iter().filter_map(|name| Some((*name, value(name)?))).collect();
    let computed = |value: &Value| matches!(value, Value::Referred(it) if !it.exact);
    match (set.iter().find(|(_, it)| !computed(it)), &*set) {
        (Some((name, _)), _) | (None, [(name, _)]) => Ok(Some(*name)),
        (None, [(_, value), ..]) => Err(value.unknown().cloned().unwrap_or(Cause::TooDeep)),
        (None, []) => Ok(None),
    }
}

/// A value of an `aws_route`, when it is set.
fn set(reader: &Reader<'_>, name: &str) -> Option<Value> {
    let value = reader.value(name);
    let absent = *value == Value::Null
        || value.as_text() == Some("")
        || value.unknown().is_some_and(|cause| reader.is_left_out(name, cause));
    (!absent).then(|| value.clone())
}

fn destination(reader: &Reader<'_>) -> (Destination, Origin) {
    let origin = |name: &str| reader.origin(name);
    match chosen(DESTINATIONS, |name| set(reader, name)) {
        Ok(Some(name @ "destination_prefix_list_id")) => {
            (Destination::PrefixList(reader.link(name)), origin(name))
        }
        Ok(Some(name)) => {
            let Fact { value, origin } = reader.cidr(name);
            (Destination::Range(value), origin)
        }
        Ok(None) => {
            let what = origin("destination_cidr_block");
            (Destination::Unknown(Cause::BadValue(what.to_string().into())), what)
        }
        Err(cause) => {
            (Destination::Unknown(reader.qualified(&cause)), origin("destination_cidr_block"))
        }
    }
}

fn target(reader: &Reader<'_>) -> (RouteTarget, Origin, Option<Box<str>>) {
    let name = match chosen(TARGETS, |name| set(reader, name)) {
        Ok(Some(name)) => name,
        Ok(None) => {
            let origin = reader.origin("gateway_id");
            let cause = Cause::BadValue(origin.to_string().into());
            return (RouteTarget::Unknown(cause), origin, None);
        }
        Err(cause) => {
            let cause = reader.qualified(&cause);
            return (RouteTarget::Unknown(cause), reader.origin("gateway_id"), None);
        }
    };
    let Fact { value, origin } = reader.text(name);
    let id = value.known().cloned();
    let target = match name {
        "gateway_id" if id.as_deref() == Some("local") => RouteTarget::Local,
        "gateway_id" => gateway(reader.link(name), reader.link(name), reader.link(name)),
        "nat_gateway_id" => RouteTarget::NatGateway(reader.link(name)),
        "vpc_peering_connection_id" => RouteTarget::Peering(reader.link(name)),
        "transit_gateway_id" => RouteTarget::TransitGateway(reader.link(name)),
        "egress_only_gateway_id" => RouteTarget::EgressOnlyGateway(reader.link(name)),
        "vpc_endpoint_id" => RouteTarget::Endpoint(reader.link(name)),
        "network_interface_id" => RouteTarget::NetworkInterface(reader.link(name)),
        other => RouteTarget::Other(other),
    };
    (target, origin, id)
}

/// `gateway_id` names an internet gateway, a virtual private gateway, or (in old code) an endpoint.
fn gateway(
    internet: Link<InternetGateway>,
    private: Link<VpnGateway>,
    endpoint: Link<Endpoint>,
) -> RouteTarget {
    match (&internet, &private, &endpoint) {
        (Link::Here(_) | Link::OneOf(..), _, _) => RouteTarget::InternetGateway(internet),
        (_, Link::Here(_) | Link::OneOf(..), _) => RouteTarget::VpnGateway(private),
        (_, _, Link::Here(_) | Link::OneOf(..)) => RouteTarget::Endpoint(endpoint),
        (Link::Elsewhere(id), _, _) if id.starts_with("igw-") => {
            RouteTarget::InternetGateway(internet)
        }
        (_, Link::Elsewhere(id), _) if id.starts_with("vgw-") => RouteTarget::VpnGateway(private),
        (_, _, Link::Elsewhere(id)) if id.starts_with("vpce-") => RouteTarget::Endpoint(endpoint),
        (Link::Unknown(cause), _, _) => RouteTarget::Unknown(cause.clone()),
        (Link::Elsewhere(id), _, _) => RouteTarget::Unknown(Cause::NotInInput(id.clone())),
        (Link::Absent, _, _) => RouteTarget::Other("gateway_id"),
    }
}

/// The routes inside a table, and whether there may be more.
pub(crate) fn inline_routes(reader: &Reader<'_>, inline: Inline) -> (Vec<Route>, Tri<()>) {
    let (name, items) = match (reader.value("route"), reader.value("routes")) {
        (Value::List(items), _) => ("route", items),
        (_, Value::List(items)) => ("routes", items),
        // Nothing is written, so a new table has nothing inside.
        (value, _) => {
            let nothing = *value == Value::Null || inline == Inline::NotWritten;
            let written = reader.is_written("route") != Tri::Known(false);
            let gap = value.unknown().filter(|_| !nothing && written);
            return (Vec::new(), gap.map_or(Tri::Absent, |cause| Tri::Unknown(cause.clone())));
        }
    };
    let source = match inline {
        Inline::Written => RouteSource::Inline,
        Inline::NotWritten | Inline::Unclear => RouteSource::Seen,
    };
    // An element that is unknown as a whole stands for any number of blocks.
    let any_number = |item: &&Value| matches!(item, Value::Referred(_));
    let blocks = items.iter().enumerate().filter(|(_, item)| !any_number(item));
    let route = |(at, item)| inline_route(reader, (at, items.len()), name, item, source);
    let routes = blocks.map(route).collect();
    let dynamic = reader.is_written("route") == Tri::Known(false) && inline == Inline::Written;
    let open = items.iter().filter(|item| dynamic || any_number(item)).find_map(stand_in);
    (routes, open.map_or(Tri::Absent, |cause| Tri::Unknown(cause.clone())))
}

/// Why an element of a `dynamic` block may stand for any number of them. While `for_each` is unknown
/// Terraform shows one, in which every argument that is written is unknown, constants too. Values that
/// say what they come from stand in blocks of which it is known that they are there.
fn stand_in(item: &Value) -> Option<&Cause> {
    let Value::Object(members) = item else { return item.first_unknown() };
    let known = |value: &Value| matches!(value, Value::Text(text) if !text.is_empty());
    let told = |value: &Value| known(value) || matches!(value, Value::Referred(_));
    if members.iter().any(|(_, value)| told(value)) { None } else { item.first_unknown() }
}

/// The arguments that name a destination in a `route` block.
const INLINE_DESTINATIONS: &[&str] =
    &["cidr_block", "ipv6_cidr_block", "destination_prefix_list_id"];

fn inline_route(
    reader: &Reader<'_>,
    (at, elements): (usize, usize),
    name: &str,
    item: &Value,
    source: RouteSource,
) -> Route {
    let origin = reader.nested(name, at, elements);
    let set = |member: &str| {
        let value = item.member(member).into_owned();
        let set = value != Value::Null && value.as_text().is_none_or(|text| !text.is_empty());
        set.then_some(value)
    };
    let at_argument = |argument: Option<&str>, shown: Option<Box<str>>| {
        let place = argument.map(|it| reader.nested_argument(name, (at, elements), it));
        Origin { shown, ..place.unwrap_or_else(|| origin.clone()) }
    };
    let written = chosen(INLINE_DESTINATIONS, set).ok().flatten();
    let aimed = chosen(TARGETS, set).ok().flatten();
    let destination = match chosen(INLINE_DESTINATIONS, set) {
        Ok(Some(member @ ("cidr_block" | "ipv6_cidr_block"))) => {
            Destination::Range(reader.range(name, &item.member(member)))
        }
        Ok(Some(_) | None) => {
            let list = item.member("destination_prefix_list_id");
            Destination::PrefixList(reader.merged_link(name, &list))
        }
        Err(cause) => Destination::Unknown(reader.qualified(&cause)),
    };
    let (target, target_id) = match chosen(TARGETS, set) {
        Ok(Some(member)) => {
            let value = item.member(member);
            let id = value.as_text().map(Box::from);
            (inline_target(reader, name, member, &value), id)
        }
        Ok(None) => (RouteTarget::Unknown(Cause::BadValue(origin.to_string().into())), None),
        Err(cause) => (RouteTarget::Unknown(reader.qualified(&cause)), None),
    };
    let shown = match &destination {
        Destination::Range(Tri::Known(net)) => Some(format!("\"{net}\"").into()),
        Destination::Range(_) | Destination::PrefixList(_) | Destination::Unknown(_) => None,
    };
    Route {
        origin: Origin { shown: shown.clone(), ..origin.clone() },
        source,
        table: Link::Unknown(Cause::TooDeep),
        destination,
        destination_origin: at_argument(written, shown.clone()),
        target,
        target_origin: at_argument(aimed, shown),
        target_id,
        action: reader.resource.action,
        state: item.member("state").as_text().map_or(Tri::Absent, |it| Tri::Known(it.into())),
    }
}

fn inline_target(
    reader: &Reader<'_>,
    name: &str,
    member: &'static str,
    value: &Value,
) -> RouteTarget {
    match member {
        "gateway_id" if *value == Value::Text("local".into()) => RouteTarget::Local,
        "gateway_id" => gateway(
            reader.merged_link(name, value),
            reader.merged_link(name, value),
            reader.merged_link(name, value),
        ),
        "nat_gateway_id" => RouteTarget::NatGateway(reader.merged_link(name, value)),
        "vpc_peering_connection_id" => RouteTarget::Peering(reader.merged_link(name, value)),
        "transit_gateway_id" => RouteTarget::TransitGateway(reader.merged_link(name, value)),
        "egress_only_gateway_id" => RouteTarget::EgressOnlyGateway(reader.merged_link(name, value)),
        "vpc_endpoint_id" => RouteTarget::Endpoint(reader.merged_link(name, value)),
        "network_interface_id" => RouteTarget::NetworkInterface(reader.merged_link(name, value)),
        other => RouteTarget::Other(other),
    }
}
