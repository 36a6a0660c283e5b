//! The main route table is adopted, and something else replaces it or puts routes into it.
//!
//! ## Why
//!
//! An `aws_default_route_table` removes every route that it finds in the table when it adopts it. A route
//! that exists there, or that is made at the same time, goes with them. And the VPC names as its default
//! table whichever is the main one: with an `aws_main_route_table_association` beside it, the next plan
//! adopts the new main table, and empties that.
//!
//! Source: AWS provider, "Resource: `aws_default_route_table`" and "Resource:
//! `aws_main_route_table_association`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_default_route_table" "a" {
//!   default_route_table_id = aws_vpc.a.default_route_table_id
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_main_route_table_association" "a" {
//!   vpc_id         = aws_vpc.a.id
//!   route_table_id = aws_route_table.private.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_main_route_table_association" "a" {
//!   vpc_id         = aws_vpc.a.id
//!   route_table_id = aws_route_table.private.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An association or route whose VPC or table cannot be followed. Adopting a table to keep it empty is fine.
//! Routes inside and outside of an adopted table that writes its own are the business of
//! `inline-and-standalone-routes`.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Id, Inline, Management, Route, RouteSource, RouteTable, Topology};

use crate::place::{MOST_PLACES, own_id, several};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What stands against the adoption.
enum Conflict<'t> {
    /// Another table becomes the main one.
    Replaced(&'t Origin),
    /// Routes that the adoption removes.
    Emptied(Vec<&'t Route>),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, table) in cx.topology.route_tables.iter() {
        let adopted = table.is_default && table.head.origin.attribute.is_none();
        if !adopted || table.head.management == Management::Observed {
            continue;
        }
        let answer = match (replaced(cx.topology, id), emptied(cx.topology, id)) {
            (Tri::Known(Some(it)), _) => Tri::Known(Some(Conflict::Replaced(it))),
            (_, Tri::Known(Some(it))) => Tri::Known(Some(Conflict::Emptied(it))),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
            (Tri::Known(None) | Tri::Absent, Tri::Known(None) | Tri::Absent) => Tri::Known(None),
        };
        let answer = answer.map(|found| found.map(|it| words(table, &it)));
        out.answer(&table.head.origin, answer);
    }
}

/// The association that makes another table the main one.
fn replaced(topology: &Topology, id: Id<RouteTable>) -> Tri<Option<&Origin>> {
    let table = &topology.route_tables[id];
    if !table.follows_main {
        return Tri::Absent;
    }
    let Some(vpc) = table.vpc.here() else { return Tri::Absent };
    let mut open: Option<Cause> = None;
    for it in topology.main_associations_of_vpc.of(vpc) {
        let it = &topology.main_route_table_associations[*it];
        match it.table.tri() {
            Tri::Known(other) if other == id => (),
            Tri::Known(other) => {
                let heads = (&topology.route_tables[other].head, &table.head);
                match topology.may_be_one(heads.0, heads.1) {
                    None => return Tri::Known(Some(&it.head.origin)),
                    Some(cause) => open = open.or(Some(cause)),
                }
            }
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Absent => (),
        }
    }
    let open = open.or_else(|| topology.main_associations_of_vpc.open(vpc).cloned());
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// The routes that are in the table when it is adopted, or that are made without waiting for that.
fn emptied(topology: &Topology, id: Id<RouteTable>) -> Tri<Option<Vec<&Route>>> {
    let table = &topology.route_tables[id];
    if !table.head.action.creates() || table.inline == Inline::Written {
        return Tri::Absent;
    }
    let goes = |it: &&Route| {
        it.source == RouteSource::Standalone && (!it.action.creates() || it.overtakes_adoption)
    };
    let routes: Vec<&Route> = topology.routes(id).map(|(_, it)| it).filter(goes).collect();
    match (routes.is_empty(), topology.routes_of_table.open(id)) {
        (false, _) => Tri::Known(Some(routes)),
        (true, Some(cause)) => Tri::Unknown(cause.clone()),
        (true, None) => Tri::Known(None),
    }
}

fn words(table: &RouteTable, conflict: &Conflict<'_>) -> Finding {
    let name = table.head.name();
    let place = table.head.origin.attribute("default_route_table_id", None);
    match conflict {
        Conflict::Replaced(association) => Finding::at(&place, "follows the main table of the VPC")
            .also(association, "makes another table the main one")
            .message(format!(
                "`{name}` adopts the main table of the VPC, which `{association}` replaces by another one"
            ))
            .why(
                "the VPC gives its main table of the moment as its default one, so that the next plan adopts the \
                 other table and removes every route in it",
            )
            .help(format!(
                "remove `{name}`, or remove `{association}` and keep the routes of the main table in `{name}`"
            )),
        Conflict::Emptied(routes) => {
            let names: Vec<String> = routes.iter().map(|it| it.origin.address.to_string()).collect();
            let mut finding = Finding::at(&place, "removes all routes that are in the table");
            for route in routes.iter().take(MOST_PLACES) {
                let label = if route.action.creates() {
                    "is made without waiting for that"
                } else {
                    "is in the table already"
                };
                finding = finding.also(&route.origin, label);
            }
            finding
                .message(format!("`{name}` empties the main table of the VPC, which {} is in", several(&names)))
                .why("a table is adopted by removing all its routes; only what is made after that stays")
                .help(format!(
                    "write the routes into `{name}` as `route` blocks, or let them wait for it: \
                     `route_table_id = {}`",
                    own_id(&table.head.origin)
                ))
        }
    }
}
