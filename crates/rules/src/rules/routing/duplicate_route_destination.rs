//! One route table gets two routes for the same destination.
//!
//! ## Why
//!
//! A route table holds one static route for a destination. AWS refuses the second one with
//! `RouteAlreadyExists`, and when both are somehow in the state, each apply points the one route at
//! the other target. A shorter or longer range is another destination, and so is a prefix list that
//! contains the range.
//!
//! Source: Amazon VPC User Guide, "Configure route tables".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "nat" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = "nat-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_route" "transit" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"
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
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "nat" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = "nat-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_route" "transit" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "10.0.0.0/8"
//!   transit_gateway_id     = "tgw-0a1b2c3d4e5f60718"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Destinations that are known only after apply, beside other routes of the same table; routes whose
//! table cannot be followed, beside routes for the same destination. Routes of a directory beside those
//! that AWS shows, which may be the same.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Tri};
use groundplan_model::{
    Destination, DestinationKey, Id, Link, Proven, Route, RouteSource, RouteTable, Topology,
};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let mut tables: BTreeMap<Proven<RouteTable>, Vec<&Route>> = BTreeMap::new();
    let mut strays = Vec::new();
    for (_, route) in cx.topology.routes.iter() {
        match route.table.proven() {
            Some(table) => tables.entry(table).or_default().push(route),
            None => strays.push(route),
        }
    }
    for (table, routes) in &tables {
        for (route, answer) in in_one_table(cx.topology, routes) {
            let answer =
                answer.map(|found| found.map(|earlier| words(cx.topology, table, earlier, route)));
            out.answer(&route.origin, answer);
        }
    }
    for (route, answer) in in_unknown_tables(&tables, &strays) {
        match answer {
            Some(cause) => out.undetermined(&route.origin, cause),
            None => out.fine(),
        }
    }
}

/// For each route of a table the earlier one with the same destination. The routes are in order:
/// those inside the table, then `aws_route` by address.
fn in_one_table<'t>(
    topology: &Topology,
    routes: &[&'t Route],
) -> Vec<(&'t Route, Tri<Option<&'t Route>>)> {
    let mut first: BTreeMap<DestinationKey, &Route> = BTreeMap::new();
    let mut kinds = Kinds::default();
    let mut out = Vec::new();
    for route in routes {
        let key = route.destination.key();
        // What AWS shows besides is there already, and only stands in the way of what is made.
        if route.source == RouteSource::Seen {
            first.extend(key.map(|key| (key, *route)));
            continue;
        }
        let doubt = kinds.meet(route);
        let answer = match key {
            Some(key) => match first.get(&key) {
                Some(earlier) if may_be_shown(topology, earlier, route) => {
                    Tri::Unknown(Cause::Directory(earlier.origin.address.to_string().into()))
                }
                Some(earlier) if changes(earlier) || changes(route) => Tri::Known(Some(*earlier)),
                Some(_) => Tri::Known(None),
                None => {
                    first.insert(key, route);
                    doubt.map_or(Tri::Known(None), Tri::Unknown)
                }
            },
            None => doubt.map_or(Tri::Known(None), Tri::Unknown),
        };
        out.push((*route, answer));
    }
    out
}

/// Whether AWS shows a route that a directory describes: only its target is called something else.
fn may_be_shown(topology: &Topology, shown: &Route, route: &Route) -> bool {
    shown.source == RouteSource::Seen && topology.idless.surely(route.stack())
}

/// Two routes that AWS has and that the plan leaves alone are one and the same.
fn changes(route: &Route) -> bool {
    route.action != Action::NoOp
}

/// The kinds of destinations that a table has so far.
#[derive(Default)]
struct Kinds {
    /// Those of all routes.
    seen: u8,
    /// Those of an unknown destination that nothing was there to be equal to yet.
    waiting: Option<(u8, Cause)>,
}

impl Kinds {
    /// Takes a route in; why it may have the destination of another one. Each unknown destination is
    /// told once.
    fn meet(&mut self, route: &Route) -> Option<Cause> {
        let (kind, cause) = kind(route);
        let before = self.seen & kind != 0;
        self.seen |= kind;
        match cause {
            Some(cause) if before => Some(cause),
            Some(cause) => {
                self.waiting.get_or_insert((kind, cause));
                None
            }
            None => self.waiting.take_if(|(waiting, _)| *waiting & kind != 0).map(|it| it.1),
        }
    }
}

/// What a destination can be equal to, as bits, and why it is not known.
fn kind(route: &Route) -> (u8, Option<Cause>) {
    const V4: u8 = 1;
    const V6: u8 = 2;
    const LIST: u8 = 4;
    match &route.destination {
        // What is known only after apply is a range that AWS hands out, never the default route.
        Destination::Range(Tri::Known(net)) if net.prefix_len() == 0 => (0, None),
        Destination::Range(Tri::Known(IpNet::V4(_))) => (V4, None),
        Destination::Range(Tri::Known(IpNet::V6(_))) => (V6, None),
        Destination::Range(Tri::Unknown(cause)) => {
            let bits = match route.destination_origin.attribute.as_deref() {
                Some("destination_cidr_block") => V4,
                Some("destination_ipv6_cidr_block") => V6,
                Some(_) | None => V4 | V6,
            };
            (bits, Some(cause.clone()))
        }
        Destination::Range(Tri::Absent) => (0, None),
        Destination::PrefixList(list) => match list {
            Link::Here(_) | Link::Elsewhere(_) | Link::Absent => (LIST, None),
            Link::OneOf(_, cause) | Link::Unknown(cause) => (LIST, Some(cause.clone())),
        },
        Destination::Unknown(cause) => (V4 | V6 | LIST, Some(cause.clone())),
    }
}

/// For each route whose table cannot be told: why it may meet one with its destination.
fn in_unknown_tables<'t>(
    tables: &BTreeMap<Proven<RouteTable>, Vec<&Route>>,
    strays: &[&'t Route],
) -> Vec<(&'t Route, Option<Cause>)> {
    let mut all: BTreeMap<DestinationKey, usize> = BTreeMap::new();
    let mut anywhere: BTreeMap<DestinationKey, usize> = BTreeMap::new();
    let mut by_table: BTreeMap<(Id<RouteTable>, DestinationKey), usize> = BTreeMap::new();
    let placed = tables.values().flatten().filter(|it| it.source != RouteSource::Seen);
    for route in strays.iter().chain(placed) {
        let Some(key) = route.destination.key() else { continue };
        *all.entry(key.clone()).or_default() += 1;
        match &route.table {
            Link::Here(id) => *by_table.entry((*id, key)).or_default() += 1,
            Link::OneOf(ids, _) => {
                for id in ids {
                    *by_table.entry((*id, key.clone())).or_default() += 1;
                }
            }
            Link::Unknown(_) => *anywhere.entry(key).or_default() += 1,
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
    let count = |key: &DestinationKey, counts: &BTreeMap<DestinationKey, usize>| {
        counts.get(key).copied().unwrap_or_default()
    };
    let doubt = |route: &Route| {
        let key = route.destination.key();
        match &route.table {
            Link::OneOf(ids, cause) => key
                .is_none_or(|key| {
                    let shared = |id: &Id<RouteTable>| by_table.get(&(*id, key.clone())) > Some(&1);
                    count(&key, &anywhere) > 0 || ids.iter().any(shared)
                })
                .then(|| cause.clone()),
            Link::Unknown(cause) => {
                key.is_none_or(|key| count(&key, &all) > 1).then(|| cause.clone())
            }
            Link::Here(_) | Link::Elsewhere(_) | Link::Absent => None,
        }
    };
    strays.iter().map(|route| (*route, doubt(route))).collect()
}

fn words(
    topology: &Topology,
    table: &Proven<RouteTable>,
    earlier: &Route,
    later: &Route,
) -> Finding {
    let table = match table {
        Proven::Here(id) => topology.route_tables[*id].head.origin.to_string(),
        Proven::Elsewhere(id) => id.to_string(),
    };
    let destination = match later.destination.key() {
        Some(DestinationKey::Range(net)) => net.to_string(),
        Some(DestinationKey::List(Proven::Here(id))) => topology.prefix_lists[id].head.name(),
        Some(DestinationKey::List(Proven::Elsewhere(id))) => id.to_string(),
        None => later.destination_origin.to_string(),
    };
    let names = if earlier.origin.address == later.origin.address {
        format!("two blocks of `{table}`")
    } else {
        format!("`{}` and `{}`", earlier.origin.address, later.origin.address)
    };
    let to = |route: &Route| match &route.target_id {
        Some(id) => format!("to {id}"),
        None => format!("by `{}`", route.target_origin),
    };
    Finding::at(&later.destination_origin, format!("the second route, {}", to(later)))
        .also(&earlier.destination_origin, format!("the first route, {}", to(earlier)))
        .message(format!("{names} are routes for {destination} in `{table}`"))
        .why(
            "a route table has one route for a destination: AWS refuses the second one, or each \
             apply turns the one route to the other target",
        )
        .help(format!(
            "remove one of the two, or give one of them a longer or shorter range than {destination}"
        ))
}
