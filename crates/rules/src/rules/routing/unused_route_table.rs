//! A route table has routes, and nothing uses it.
//!
//! ## Why
//!
//! A route table that no subnet or gateway is associated with, and that is not the main one, routes nothing.
//! Often an association was forgotten, and the subnet that it was meant for uses the main table.
//!
//! Source: Amazon VPC User Guide, "Subnet route tables".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//!
//!   route {
//!     cidr_block = "0.0.0.0/0"
//!     gateway_id = aws_internet_gateway.a.id
//!   }
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
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//!
//!   route {
//!     cidr_block = "0.0.0.0/0"
//!     gateway_id = aws_internet_gateway.a.id
//!   }
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An association whose table cannot be followed, a table that exists, which another configuration may use, and one
//! whose only routes come from a list that is known after apply, which may be empty.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use std::collections::BTreeSet;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Destination, Id, Link, Management, Route, RouteSource, RouteTable, RouteTarget, Topology,
};

use crate::place::own_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The tables that something uses.
#[derive(Default)]
struct Used {
    surely: BTreeSet<Id<RouteTable>>,
    perhaps: BTreeSet<Id<RouteTable>>,
    /// Why any table may be used.
    open: Option<Cause>,
}

impl Used {
    fn of(topology: &Topology) -> Self {
        let mut out = Self::default();
        let named = topology.route_table_associations.iter().map(|(_, it)| &it.table);
        let main = topology.main_route_table_associations.iter().map(|(_, it)| &it.table);
        for link in named.chain(main) {
            match link {
                Link::Here(id) => _ = out.surely.insert(*id),
                Link::OneOf(ids, _) => out.perhaps.extend(ids),
                Link::Unknown(cause) => out.open = out.open.or_else(|| Some(cause.clone())),
                Link::Elsewhere(id) if !topology.idless.is_empty() => {
                    out.open = out.open.or_else(|| Some(Cause::Directory(id.clone())));
                }
                Link::Elsewhere(_) | Link::Absent => (),
            }
        }
        out
    }
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let used = Used::of(topology);
    for (id, table) in topology.route_tables.iter() {
        let mut routes: Vec<_> = topology.routes(id).map(|(_, it)| it).collect();
        routes.retain(|it| it.target != RouteTarget::Local);
        routes.sort_by_key(|it| stands_in(table, it).is_some());
        let Some(leads) = routes.first().filter(|_| !table.is_default) else { continue };
        if table.head.management == Management::Observed || used.surely.contains(&id) {
            continue;
        }
        let perhaps = used.perhaps.contains(&id);
        let perhaps = perhaps.then(|| Cause::UnplacedMember(table.head.name().into()));
        let open = perhaps.or_else(|| used.open.clone()).or_else(|| stands_in(table, leads));
        let answer = match open.or_else(|| topology.shared_open(&table.head)) {
            Some(cause) => Tri::Unknown(cause),
            None => Tri::Known(Some(words(table, &leads.origin.address.to_string()))),
        };
        out.answer(&table.head.origin, answer);
    }
}

/// Why there may be no such route at all: it stands for the blocks that something unknown writes.
fn stands_in(table: &RouteTable, route: &Route) -> Option<Cause> {
    let told = matches!(&route.destination, Destination::Range(Tri::Known(_)));
    match &table.routes_unknown {
        Tri::Unknown(cause) if route.source == RouteSource::Inline && !told => Some(cause.clone()),
        Tri::Unknown(_) | Tri::Known(()) | Tri::Absent => None,
    }
}

fn words(table: &RouteTable, route: &str) -> Finding {
    let name = table.head.name();
    let block = resource(
        "aws_route_table_association",
        &table.head.origin.address.name,
        &[
            ("subnet_id", Proposed::Reference("aws_subnet.this.id".to_owned())),
            ("route_table_id", Proposed::Reference(own_id(&table.head.origin))),
        ],
    );
    Finding::at(&table.head.origin, "no subnet or gateway uses this table")
        .message(format!("`{name}` has routes (`{route}`), and nothing is associated with it"))
        .why("a table that is neither associated nor the main one routes nothing")
        .help(format!("associate the subnet that it is meant for, or remove the table:\n\n{block}"))
}
