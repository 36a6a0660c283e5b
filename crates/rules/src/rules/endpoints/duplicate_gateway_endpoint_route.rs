//! Two gateway endpoints for one service are tied to the same route table.
//!
//! ## Why
//!
//! A gateway endpoint puts a route to the prefix list of its service into each table that it is tied to, and a
//! table has one route for each destination. AWS refuses the second one at apply (`RouteAlreadyExists`). Several
//! gateway endpoints for one service in a VPC are fine as long as each has tables of its own.
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
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.app.id]
//! }
//!
//! resource "aws_vpc_endpoint" "logs" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.app.id]
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
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table" "data" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.app.id]
//! }
//!
//! resource "aws_vpc_endpoint" "logs" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.data.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A list of tables that is known only after apply, where another endpoint for the same service stands in the VPC.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Endpoint, Id, Management, Proven, RouteTable, Topology, VpcKey};

use crate::gateway_endpoints::{Tied, is_type, tied};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A gateway endpoint with its tables.
struct Gateway<'t> {
    endpoint: &'t Endpoint,
    service: &'t str,
    tied: Tied,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let all: Vec<Gateway<'_>> =
        cx.topology.endpoints.iter().filter_map(|(id, it)| gateway(cx.topology, id, it)).collect();
    let rivals = rivals(cx.topology, &all);
    let mut taken: BTreeMap<(&str, &Proven<RouteTable>), (usize, &Origin)> = BTreeMap::new();
    for (at, it) in all.iter().enumerate() {
        let mut found = None;
        for (table, origin) in &it.tied.tables {
            match taken.get(&(it.service, table)) {
                Some((first, place)) if *first != at => {
                    found = found.or_else(|| Some((table, all.get(*first)?, origin, *place)));
                }
                Some(_) => (),
                None => {
                    taken.insert((it.service, table), (at, origin));
                }
            }
        }
        let apart = |first: &Gateway<'_>| {
            let (one, two) = (&first.endpoint.head, &it.endpoint.head);
            one.id.is_none() || one.id != two.id
        };
        match found.filter(|(_, first, ..)| apart(first)) {
            Some((table, first, origin, place)) => {
                let (one, two) = (&first.endpoint.head, &it.endpoint.head);
                match cx.topology.may_be_one(one, two) {
                    Some(cause) => out.undetermined(&two.origin, cause),
                    None => out.broken(words(cx.topology, (it, origin), (first, place), table)),
                }
            }
            None => match doubt(&all, &rivals, at) {
                Some(cause) => out.undetermined(&it.endpoint.head.origin, cause),
                None => out.fine(),
            },
        }
    }
}

fn gateway<'t>(
    topology: &'t Topology,
    id: Id<Endpoint>,
    endpoint: &'t Endpoint,
) -> Option<Gateway<'t>> {
    let service = endpoint.service.value.known()?;
    let is_gateway = is_type(endpoint, "Gateway") == Tri::Known(true);
    is_gateway.then(|| Gateway { endpoint, service, tied: tied(topology, id) })
}

/// For each endpoint, the others for the same service of the same VPC.
fn rivals(topology: &Topology, all: &[Gateway<'_>]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<(&str, VpcKey), Vec<usize>> = BTreeMap::new();
    for (at, it) in all.iter().enumerate() {
        if let Tri::Known(vpc) = topology.vpc_key(&it.endpoint.vpc) {
            groups.entry((it.service, vpc)).or_default().push(at);
        }
    }
    let mut out = vec![Vec::new(); all.len()];
    for group in groups.into_values().filter(|group| group.len() > 1) {
        for at in &group {
            if let Some(own) = out.get_mut(*at) {
                own.extend(group.iter().copied().filter(|it| it != at));
            }
        }
    }
    out
}

/// Why a table of this endpoint may be one of another endpoint that comes before it.
fn doubt(all: &[Gateway<'_>], rivals: &[Vec<usize>], at: usize) -> Option<Cause> {
    let it = all.get(at)?;
    rivals.get(at)?.iter().filter(|other| **other < at).find_map(|other| {
        let other = all.get(*other)?;
        if other.endpoint.head.management == Management::Observed
            && it.endpoint.head.management == Management::Observed
        {
            return None;
        }
        meet(&it.tied, &other.tied).or_else(|| meet(&other.tied, &it.tied))
    })
}

/// Why one of the tables that `one` may have may be one of the other's.
fn meet(one: &Tied, two: &Tied) -> Option<Cause> {
    let cause = one.gap.clone()?;
    let none = two.tables.is_empty() && two.perhaps.is_empty() && two.gap.is_none();
    let two_has = |table: &Id<RouteTable>| two.has(*table) != Tri::Known(false);
    let may = (one.perhaps.is_empty() && !none) || one.perhaps.iter().any(two_has);
    may.then_some(cause)
}

fn words(
    topology: &Topology,
    (second, origin): (&Gateway<'_>, &Origin),
    (first, place): (&Gateway<'_>, &Origin),
    table: &Proven<RouteTable>,
) -> Finding {
    let table = match table {
        Proven::Here(id) => topology.route_tables[*id].head.origin.to_string(),
        Proven::Elsewhere(id) => id.to_string(),
    };
    let (name, other) = (second.endpoint.head.name(), first.endpoint.head.name());
    let service = second.service;
    Finding::at(origin, format!("ties `{table}` to it a second time"))
        .also(place, "is tied to it already")
        .message(format!("`{name}` and `{other}` are both gateway endpoints for `{service}` in `{table}`"))
        .why("a table has one route to the prefix list of a service; AWS refuses the second one at apply")
        .help(format!("take `{table}` off `{name}` or off `{other}`"))
}
