//! A VPC has a gateway endpoint, and the route table of one availability zone was forgotten.
//!
//! ## Why
//!
//! A gateway endpoint serves the subnets whose route tables it is tied to. Where the tables of a VPC are alike, one
//! for each availability zone, and the endpoint is tied to some of them, the others have no way to the service, or
//! take the one through the NAT gateway, which has a price for each gigabyte. This comes to light when the zone is
//! used: with the first failover, or in the bill.
//!
//! Source: AWS `PrivateLink`, "Gateway endpoints".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.b.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.a.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.b.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.a.id, aws_route_table.b.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An endpoint whose list of tables cannot be followed, or to which other configurations may add. Tables that are not
//! alike, or of subnets in the same zones, are not asked about: databases are often kept without any way out. Neither
//! are those with an internet gateway, which reach the service without a price.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, DestinationKey, Endpoint, Id, Management, Route, RouteTable, RouteTarget,
    Subnet, Topology, Vpc,
};

use crate::default_route::{Family, default_route};
use crate::gateway_endpoints::{Tied, is_type, tied};
use crate::place::named_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// A table that was forgotten.
struct Forgotten<'t> {
    table: Id<RouteTable>,
    /// One that is like it, and that the endpoint is tied to.
    like: Id<RouteTable>,
    /// A subnet that uses it.
    subnet: &'t Subnet,
    /// The way that packets take instead.
    instead: Option<&'t Route>,
}

/// What the routes of a table are, apart from those of gateway endpoints.
type Shape = BTreeSet<(DestinationKey, &'static str)>;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let idle = without_workloads(topology);
    for (vpc, endpoints) in gateways(topology) {
        let Some(first) = endpoints.first() else { continue };
        let mut told = BTreeSet::new();
        let (found, doubt) = forgotten(topology, vpc, &endpoints, &idle);
        let endpoint = &topology.endpoints[*first];
        match (found.is_empty(), doubt) {
            (true, Some(cause)) => out.undetermined(&endpoint.head.origin, cause),
            (true, None) => out.fine(),
            (false, _) => {
                for it in found.into_iter().filter(|it| told.insert(it.table)) {
                    let endpoint = endpoints
                        .iter()
                        .find(|id| tied(topology, **id).has(it.like) == Tri::Known(true));
                    out.broken(words(
                        topology,
                        &topology.endpoints[*endpoint.unwrap_or(first)],
                        &it,
                    ));
                }
            }
        }
    }
}

/// The gateway endpoints of each VPC, by service.
fn gateways(topology: &Topology) -> Vec<(Id<Vpc>, Vec<Id<Endpoint>>)> {
    let mut out: BTreeMap<(Id<Vpc>, &str), Vec<Id<Endpoint>>> = BTreeMap::new();
    for (id, it) in topology.endpoints.iter() {
        let (Some(vpc), Some(service)) = (it.vpc.here(), it.service.value.known()) else {
            continue;
        };
        if is_type(it, "Gateway") == Tri::Known(true) {
            out.entry((vpc, service)).or_default().push(id);
        }
    }
    let is_ours =
        |id: &Id<Endpoint>| topology.endpoints[*id].head.management != Management::Observed;
    out.into_iter()
        .filter(|(_, all)| all.iter().any(is_ours))
        .map(|((vpc, _), all)| (vpc, all))
        .collect()
}

/// Subnets that are there for attachments of transit gateways and for endpoints of firewalls.
fn without_workloads(topology: &Topology) -> BTreeSet<Id<Subnet>> {
    let attached = topology.attachments.iter().filter_map(|(_, it)| match &it.kind {
        AttachmentKind::Vpc { subnets, .. } => subnets.known(),
        AttachmentKind::Peering { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => None,
    });
    let firewalls = topology.endpoints.iter().filter_map(|(_, it)| {
        (is_type(it, "GatewayLoadBalancer") == Tri::Known(true)).then_some(it.subnets.known()?)
    });
    attached.chain(firewalls).flat_map(|it| it.here.iter().copied()).collect()
}

/// The tables like those that the endpoints are tied to, in other zones, that they are not tied to.
fn forgotten<'t>(
    topology: &'t Topology,
    vpc: Id<Vpc>,
    endpoints: &[Id<Endpoint>],
    idle: &BTreeSet<Id<Subnet>>,
) -> (Vec<Forgotten<'t>>, Option<Cause>) {
    let tied: Vec<Tied> = endpoints.iter().map(|id| tied(topology, *id)).collect();
    let (mut found, mut doubt) = (Vec::new(), None);
    let mut users: BTreeMap<Id<RouteTable>, Vec<Id<Subnet>>> = BTreeMap::new();
    for subnet in topology.subnets_of_vpc.of(vpc).iter().filter(|it| !idle.contains(it)) {
        match topology.table_of(*subnet) {
            Tri::Known(table) => users.entry(table).or_default().push(*subnet),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Absent => (),
        }
    }
    let covers = |table: &Id<RouteTable>| tied.iter().any(|it| it.has(*table) == Tri::Known(true));
    let (covered, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        users.into_iter().partition(|(table, _)| covers(table));
    let alike = Alike::of(topology, &covered);
    // A subnet whose table is not told may use one that is not covered, if there is one.
    doubt = doubt.filter(|_| {
        topology.tables(vpc).iter().any(|it| !covers(it) && !topology.route_tables[*it].is_default)
    });
    for (table, subnets) in others {
        let Some(like) = alike.to(table, &subnets) else { continue };
        let instead = match default_route(topology, table, Family::Four) {
            Tri::Known(route) => route,
            Tri::Unknown(cause) => {
                doubt = doubt.or(Some(cause));
                continue;
            }
            Tri::Absent => None,
        };
        if matches!(instead.map(|it| &it.target), Some(RouteTarget::InternetGateway(_))) {
            continue;
        }
        let Some(subnet) = subnets.first().map(|id| &topology.subnets[*id]) else { continue };
        match open(topology, vpc, endpoints, &tied, [table, like], subnet) {
            Some(cause) => doubt = doubt.or(Some(cause)),
            None => found.push(Forgotten { table, like, subnet, instead }),
        }
    }
    (found, doubt)
}

/// Why an endpoint may be tied to the table after all, or why there may be nothing that is forgotten.
fn open(
    topology: &Topology,
    vpc: Id<Vpc>,
    endpoints: &[Id<Endpoint>],
    tied: &[Tied],
    tables: [Id<RouteTable>; 2],
    subnet: &Subnet,
) -> Option<Cause> {
    let [table, _] = tables;
    let perhaps = tied.iter().find_map(|it| match it.has(table) {
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(_) | Tri::Absent => None,
    });
    let heads = endpoints.iter().map(|id| &topology.endpoints[*id].head);
    let all = heads.clone().chain(tables.iter().map(|id| &topology.route_tables[*id].head));
    let mut all = all.chain([&subnet.head]);
    let expanded =
        || all.find_map(|it| it.origin.address.expanded()).map(|it| Cause::Expansion(it.into()));
    let mut more = topology.endpoints_of_vpc.perhaps_of(vpc);
    perhaps
        .or_else(expanded)
        .or_else(|| heads.clone().find_map(|head| topology.container_open(head)))
        .or_else(|| topology.endpoints_of_vpc.open(vpc).cloned())
        .or_else(|| more.next().map(|(_, cause)| cause.clone()))
}

/// Finds, of the tables that are covered, one that another one is like.
struct Alike<'t> {
    topology: &'t Topology,
    /// By the block that makes several.
    blocks: BTreeMap<String, Id<RouteTable>>,
    /// By what their routes are, with the zones of their subnets.
    shapes: BTreeMap<Shape, (Id<RouteTable>, Option<BTreeSet<&'t str>>)>,
}

impl<'t> Alike<'t> {
    fn of(topology: &'t Topology, covered: &BTreeMap<Id<RouteTable>, Vec<Id<Subnet>>>) -> Self {
        let mut out = Self { topology, blocks: BTreeMap::new(), shapes: BTreeMap::new() };
        for (table, subnets) in covered {
            if let Some(block) = block(topology, *table) {
                out.blocks.entry(block).or_insert(*table);
            }
            if let Some(shape) = shape(topology, *table) {
                let zones = zones(topology, subnets);
                let (_, known) =
                    out.shapes.entry(shape).or_insert_with(|| (*table, Some(BTreeSet::new())));
                match (known.as_mut(), zones) {
                    (Some(known), Some(zones)) => known.extend(zones),
                    (_, _) => *known = None,
                }
            }
        }
        out
    }

    fn to(&self, table: Id<RouteTable>, subnets: &[Id<Subnet>]) -> Option<Id<RouteTable>> {
        if let Some(like) = block(self.topology, table).and_then(|it| self.blocks.get(&it)) {
            return Some(*like);
        }
        let (like, zones) = self.shapes.get(&shape(self.topology, table)?)?;
        let (own, zones) = (self::zones(self.topology, subnets)?, zones.as_ref()?);
        own.is_disjoint(zones).then_some(*like)
    }
}

/// The block of a table that is one of several instances.
fn block(topology: &Topology, table: Id<RouteTable>) -> Option<String> {
    let address = &topology.route_tables[table].head.origin.address;
    address.key.as_ref()?;
    Some(format!("{}{}", address.module, address.block()))
}

fn shape(topology: &Topology, table: Id<RouteTable>) -> Option<Shape> {
    let routes = topology.routes(table).map(|(_, it)| it);
    let routes = routes.filter_map(|it| Some((it.destination.key(), kind(&it.target)?)));
    routes.map(|(key, kind)| Some((key?, kind))).collect()
}

/// The kind of a target; none of what is no way of the table's own.
fn kind(target: &RouteTarget) -> Option<&'static str> {
    match target {
        RouteTarget::Local | RouteTarget::Endpoint(_) => None,
        RouteTarget::InternetGateway(_) => Some("internet gateway"),
        RouteTarget::VpnGateway(_) => Some("virtual private gateway"),
        RouteTarget::EgressOnlyGateway(_) => Some("egress-only internet gateway"),
        RouteTarget::NatGateway(_) => Some("NAT gateway"),
        RouteTarget::Peering(_) => Some("peering connection"),
        RouteTarget::TransitGateway(_) => Some("transit gateway"),
        RouteTarget::NetworkInterface(_) => Some("network interface"),
        RouteTarget::Other(_) | RouteTarget::Unknown(_) => Some("something else"),
    }
}

/// The zones of all these subnets; none where one is not told.
fn zones<'t>(topology: &'t Topology, subnets: &[Id<Subnet>]) -> Option<BTreeSet<&'t str>> {
    subnets.iter().map(|id| topology.subnets[*id].zone.value.known().map(|it| &**it)).collect()
}

fn words(topology: &Topology, endpoint: &Endpoint, it: &Forgotten<'_>) -> Finding {
    let (table, like) =
        (&topology.route_tables[it.table].head, &topology.route_tables[it.like].head);
    let (name, own) = (endpoint.head.name(), table.name());
    let service = endpoint.service.value.known().map_or("the service", |it| it);
    let finding = Finding::at(&endpoint.counts.tables.origin, format!("leaves out `{own}`"))
        .also(&table.origin, format!("used by `{}`", it.subnet.head.name()))
        .also(&like.origin, "is like it, and is tied to the endpoint");
    let finding = match it.instead {
        Some(route) => finding
            .also(&route.target_origin, "takes the packets instead, at a price for each gigabyte")
            .at_most(Severity::Note),
        None => finding,
    };
    let why = match it.instead {
        Some(_) => format!(
            "what uses `{own}` reaches {service} by the default route, not through the endpoint"
        ),
        None => {
            format!("what uses `{own}` has no way to {service}, while the tables like it have one")
        }
    };
    finding
        .message(format!(
            "`{name}` is tied to `{}`, and not to `{own}`, which is like it",
            like.name()
        ))
        .why(why)
        .help(help(endpoint, table, &own))
}

fn help(endpoint: &Endpoint, table: &groundplan_model::Head, own: &str) -> String {
    let place = &endpoint.head.origin;
    if endpoint.written.tables == Tri::Known(true) {
        let id = named_id(table, place).unwrap_or_else(|| own.to_owned());
        return format!("add `{id}` to `route_table_ids` of `{}`", endpoint.head.name());
    }
    match (named_id(&endpoint.head, place), named_id(table, place)) {
        (Some(endpoint), Some(table)) => format!(
            "tie the table to it as well:\n{}",
            resource(
                "aws_vpc_endpoint_route_table_association",
                &place.address.name,
                &[
                    ("vpc_endpoint_id", Proposed::Reference(endpoint)),
                    ("route_table_id", Proposed::Reference(table)),
                ],
            )
        ),
        (_, _) => format!("tie `{own}` to `{}`", endpoint.head.name()),
    }
}
