//! Routes in route tables of VPCs: where to, and by which target.

use groundplan_ir::{Action, Cause, Fact, Origin, Tri, Value};
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::route_argument::WrongKind;
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

impl RouteTarget {
    /// Whether it is proven what this leads to: two such targets that differ are two things.
    pub fn proves_itself(&self) -> bool {
        match self {
            Self::Local => true,
            Self::InternetGateway(link) => link.proven().is_some(),
            Self::VpnGateway(link) => link.proven().is_some(),
            Self::EgressOnlyGateway(link) => link.proven().is_some(),
            Self::NatGateway(link) => link.proven().is_some(),
            Self::Peering(link) => link.proven().is_some(),
            Self::TransitGateway(link) => link.proven().is_some(),
            Self::Endpoint(link) => link.proven().is_some(),
            Self::NetworkInterface(link) => link.proven().is_some(),
            Self::Other(_) | Self::Unknown(_) => false,
        }
    }

    /// Whether it is not told to which of the things of the input this leads.
    pub(crate) fn is_unclear(&self) -> bool {
        fn unclear<T>(link: &Link<T>) -> bool {
            match link {
                Link::Here(_) | Link::OneOf(..) => false,
                Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => true,
            }
        }
        match self {
            Self::Local => false,
            Self::InternetGateway(link) => unclear(link),
            Self::VpnGateway(link) => unclear(link),
            Self::EgressOnlyGateway(link) => unclear(link),
            Self::NatGateway(link) => unclear(link),
            Self::Peering(link) => unclear(link),
            Self::TransitGateway(link) => unclear(link),
            Self::Endpoint(link) => unclear(link),
            Self::NetworkInterface(link) => unclear(link),
            Self::Other(_) | Self::Unknown(_) => true,
        }
    }
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
    /// Whether it is made without waiting for the resource that adopts its table.
    pub overtakes_adoption: bool,
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
    /// What its target argument names that it does not take.
    pub wrong_kind: Tri<WrongKind>,
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
pub(crate) const TARGETS: &[&str] = &[
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
        let named = chosen(TARGETS, |name| set(reader, name)).ok().flatten();
        let wrong_kind = match named {
            Some(name) if target.is_unclear() => reader.wrong_kind(name),
            Some(_) | None => Tri::Absent,
        };
        let table = reader.link("route_table_id");
        let route = Route {
            origin: reader.whole(),
            source: RouteSource::Standalone,
            overtakes_adoption: overtakes_adoption(reader, &table),
            table,
            destination,
            destination_origin,
            target,
            target_origin,
            target_id,
            wrong_kind,
            action: reader.resource.action,
            state: reader.text("state").value,
        };
        Self { route }
    }
}

/// Whether a route to an adopted table mentions the VPC that it was made along with, and nowhere the resource
/// that adopts it.
fn overtakes_adoption(reader: &Reader<'_>, table: &Link<RouteTable>) -> bool {
    let (false, Some(table)) = (reader.cx.adopters.is_empty(), table.here()) else { return false };
    match reader.dependencies::<RouteTable>() {
        Tri::Known(waits) => !waits.contains(&table),
        Tri::Unknown(_) | Tri::Absent => false,
    }
}

/// The arguments that name a destination of an `aws_route`.
const DESTINATIONS: &[&str] =
    &["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];

/// The one argument of several that is set, as AWS wants it. A computed value may turn out to be
/// `null`, so that another one counts; where only such ones are set, nobody knows which.
pub(crate) fn chosen(
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
pub(crate) fn gateway(
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
