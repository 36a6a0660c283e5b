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
    AttachmentKind, Endpoint, Head, Id, Link, Management, Members, Route, RouteTable, RouteTarget,
    Subnet, Topology, Vpc,
};

use crate::alike::Alike;
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

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let idle = Idle::of(topology);
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
#[derive(Default)]
struct Idle<'t> {
    subnets: BTreeSet<Id<Subnet>>,
    /// The VPCs in which there may be more, with the reason.
    open: Vec<(&'t Link<Vpc>, Cause)>,
}

impl<'t> Idle<'t> {
    fn of(topology: &'t Topology) -> Self {
        let mut out = Self::default();
        for (_, it) in topology.attachments.iter() {
            if let AttachmentKind::Vpc { vpc, subnets, .. } = &it.kind {
                out.add(&it.head, vpc, subnets);
            }
        }
        for (_, it) in topology.endpoints.iter() {
            if is_type(it, "GatewayLoadBalancer") == Tri::Known(true) {
                out.add(&it.head, &it.vpc, &it.subnets);
            }
        }
        out
    }

    fn add(&mut self, head: &Head, vpc: &'t Link<Vpc>, subnets: &Tri<Members<Subnet>>) {
        let cause = match (head.origin.address.expanded(), subnets) {
            (Some(what), _) => Some(Cause::Expansion(what.into())),
            (None, Tri::Unknown(cause)) => Some(cause.clone()),
            (None, Tri::Known(members)) if !members.exact => {
                Some(Cause::ManyInstances(head.name().into()))
            }
            (None, Tri::Known(_) | Tri::Absent) => None,
        };
        self.open.extend(cause.map(|cause| (vpc, cause)));
        self.subnets.extend(subnets.known().into_iter().flat_map(|it| it.here.iter().copied()));
    }

    fn open_in(&self, vpc: Id<Vpc>) -> Option<Cause> {
        self.open.iter().find(|(it, _)| it.may_be(vpc)).map(|(_, cause)| cause.clone())
    }
}

/// The tables like those that the endpoints are tied to, in other zones, that they are not tied to.
fn forgotten<'t>(
    topology: &'t Topology,
    vpc: Id<Vpc>,
    endpoints: &[Id<Endpoint>],
    idle: &Idle<'_>,
) -> (Vec<Forgotten<'t>>, Option<Cause>) {
    let tied: Vec<Tied> = endpoints.iter().map(|id| tied(topology, *id)).collect();
    let (mut found, mut doubt) = (Vec::new(), None);
    let mut users: BTreeMap<Id<RouteTable>, Vec<Id<Subnet>>> = BTreeMap::new();
    for subnet in topology.subnets_of_vpc.of(vpc).iter().filter(|it| !idle.subnets.contains(it)) {
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
        let more = idle.open_in(vpc);
        match more.or_else(|| open(topology, vpc, endpoints, &tied, [table, like], subnet)) {
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
    perhaps
        .or_else(expanded)
        .or_else(|| heads.clone().find_map(|head| topology.container_open(head)))
        .or_else(|| topology.endpoints_of_vpc.open(vpc).cloned())
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

fn help(endpoint: &Endpoint, table: &Head, own: &str) -> String {
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
