//! A route table has routes of its own, and resources outside it put more into it.
//!
//! ## Why
//!
//! A route table with `route` blocks, or with `route = []`, removes every route that the blocks do
//! not name. An `aws_route` for the same table is therefore taken away by one apply and made again by
//! the next. The same happens with `propagating_vgws` and `aws_vpn_gateway_route_propagation`.
//!
//! Source: Terraform AWS provider, "Resource: `aws_route_table`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.app.id
//!
//!   route {
//!     cidr_block = "0.0.0.0/0"
//!     gateway_id = aws_internet_gateway.app.id
//!   }
//! }
//!
//! resource "aws_route" "partner" {
//!   route_table_id            = aws_route_table.public.id
//!   destination_cidr_block    = "10.20.0.0/16"
//!   vpc_peering_connection_id = "pcx-0a1b2c3d4e5f60718"
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
//! resource "aws_internet_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.app.id
//! }
//!
//! resource "aws_route" "partner" {
//!   route_table_id            = aws_route_table.public.id
//!   destination_cidr_block    = "10.20.0.0/16"
//!   vpc_peering_connection_id = "pcx-0a1b2c3d4e5f60718"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A `dynamic "route"` whose number of blocks is known only after apply; a table that exists and has
//! routes that no resource here explains, since a plan shows a `dynamic` block and routes that others
//! left there alike; an `aws_route` whose table cannot be followed. A plan does not show
//! `lifecycle { ignore_changes = [route] }`, which makes both kinds work together.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Origin, Tri};
use groundplan_model::{
    DestinationKey, Id, Inline, Management, Route, RouteSource, RouteTable, Topology,
};

use crate::place::{MOST_PLACES, several};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What the table and the resources outside it both manage.
enum Clash<'t> {
    Routes(Vec<&'t Route>),
    Propagation(Vec<&'t Origin>),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, table) in cx.topology.route_tables.iter() {
        if table.head.management == Management::Observed {
            continue;
        }
        let answer = match (routes(cx.topology, id), propagation(cx.topology, id)) {
            (Tri::Known(Some(clash)), _) | (_, Tri::Known(Some(clash))) => Tri::Known(Some(clash)),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
            (Tri::Absent, Tri::Absent) => continue,
            (Tri::Known(None) | Tri::Absent, Tri::Known(None) | Tri::Absent) => Tri::Known(None),
        };
        let answer = answer.map(|found| found.map(|clash| words(table, &clash)));
        out.answer(&table.head.origin, answer);
    }
}

/// Routes inside and outside; absent when there is only one kind.
fn routes(topology: &Topology, id: Id<RouteTable>) -> Tri<Option<Clash<'_>>> {
    let table = &topology.route_tables[id];
    let inside = match inside(topology, id) {
        Tri::Absent => return Tri::Absent,
        inside @ (Tri::Known(()) | Tri::Unknown(_)) => inside,
    };
    let outside: Vec<&Route> = topology
        .routes(id)
        .map(|(_, route)| route)
        .filter(|route| route.source == RouteSource::Standalone && !ignored(table, route))
        .collect();
    match (inside, outside.is_empty(), topology.routes_of_table.open(id)) {
        (Tri::Known(()), false, _) => Tri::Known(Some(Clash::Routes(outside))),
        (Tri::Known(()), true, Some(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Unknown(cause), false, _) => Tri::Unknown(cause),
        (Tri::Known(()) | Tri::Unknown(_) | Tri::Absent, true, _) | (Tri::Absent, false, _) => {
            Tri::Known(None)
        }
    }
}

/// Whether the table has routes of its own.
fn inside(topology: &Topology, id: Id<RouteTable>) -> Tri<()> {
    let table = &topology.route_tables[id];
    match table.inline {
        Inline::Written => match &table.routes_unknown {
            Tri::Unknown(cause) if !table.routes.iter().any(certain) => Tri::Unknown(cause.clone()),
            Tri::Known(()) | Tri::Unknown(_) | Tri::Absent => Tri::Known(()),
        },
        Inline::NotWritten | Inline::Unclear => {
            let unexplained = topology.routes(id).any(|(_, it)| it.source == RouteSource::Seen);
            let what = format!("`dynamic \"route\"` blocks of {}", table.head.name());
            if unexplained {
                Tri::Unknown(Cause::NoConfiguration(what.into()))
            } else {
                Tri::Absent
            }
        }
    }
}

/// Whether this block is there, however many blocks a `dynamic` one makes.
fn certain(route: &Route) -> bool {
    route.range().is_some() || route.target_id.is_some()
}

/// Whether the table lists a route of somebody else and yet leaves it alone: that is what
/// `ignore_changes` looks like from outside.
fn ignored(table: &RouteTable, route: &Route) -> bool {
    let key: Option<DestinationKey> = route.destination.key();
    table.head.action == Action::NoOp
        && route.action == Action::NoOp
        && key.is_some()
        && table.routes.iter().any(|it| it.destination.key() == key)
}

/// Propagation by the table and by resources of their own.
fn propagation(topology: &Topology, id: Id<RouteTable>) -> Tri<Option<Clash<'_>>> {
    let table = &topology.route_tables[id];
    let written = match (&table.propagating_written, &table.propagating) {
        (Tri::Known(true), Tri::Known(_)) => None,
        (Tri::Known(true), Tri::Unknown(cause)) => Some(cause),
        (Tri::Known(true), Tri::Absent)
        | (Tri::Known(false) | Tri::Unknown(_) | Tri::Absent, _) => return Tri::Absent,
    };
    let outside = topology.propagations_of_table.of(id).iter();
    let outside: Vec<&Origin> =
        outside.map(|it| &topology.route_propagations[*it].head.origin).collect();
    match (written, outside.is_empty(), topology.propagations_of_table.open(id)) {
        (None, false, _) => Tri::Known(Some(Clash::Propagation(outside))),
        (Some(cause), false, _) | (None, true, Some(cause)) => Tri::Unknown(cause.clone()),
        (_, true, _) => Tri::Known(None),
    }
}

fn words(table: &RouteTable, clash: &Clash<'_>) -> Finding {
    let name = table.head.origin.to_string();
    let (argument, label, places): (&str, &str, Vec<&Origin>) = match clash {
        Clash::Routes(routes) => {
            ("route", "puts a route into it", routes.iter().map(|it| &it.origin).collect())
        }
        Clash::Propagation(all) => ("propagating_vgws", "propagates into it", all.clone()),
    };
    let names: Vec<String> = places.iter().map(|it| it.address.to_string()).collect();
    let inside = table.head.origin.attribute(argument, None);
    let mut finding = Finding::at(&inside, "removes every entry that is not named here");
    for place in places.into_iter().take(MOST_PLACES) {
        finding = finding.also(place, label);
    }
    let help = match clash {
        Clash::Routes(_) => format!(
            "move the `route` blocks of `{name}` into `aws_route` resources (with `import` blocks, so \
             that nothing is interrupted), or move {} into the table",
            several(&names)
        ),
        Clash::Propagation(_) => {
            format!("remove `propagating_vgws` from `{name}`, or remove {}", several(&names))
        }
    };
    finding
        .message(format!(
            "`{name}` sets `{argument}` itself, beside entries from {}",
            several(&names)
        ))
        .why(
            "a table that names its entries removes all others, so each apply takes away what the \
             one before has added",
        )
        .help(help)
}
