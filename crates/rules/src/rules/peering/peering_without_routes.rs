//! No route table on either side of a peering connection has a route over it.
//!
//! ## Why
//!
//! Accepting a peering connection changes no route table. Without routes to it in both VPCs nothing uses
//! it.
//!
//! Source: Amazon VPC Peering Guide, "Update your route tables for a VPC peering connection".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
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
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Two VPCs that are both managed elsewhere, or routes whose target a plan does not spell out.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, Peering, Route, Topology, Vpc};

use crate::over_peering::subjects;
use crate::pairs::names;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The routes that may lead over a connection, sorted once for all connections.
struct Users<'t> {
    certain: BTreeSet<Id<Peering>>,
    /// Routes whose connection is not told.
    unclear: Vec<&'t Route>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let users = users(cx.topology);
    for (id, peering) in subjects(cx.topology) {
        let answer = decide(cx.topology, &users, id, peering)
            .map(|idle| idle.then(|| words(cx.topology, peering)));
        out.answer(&peering.head.origin, answer);
    }
}

fn users(topology: &Topology) -> Users<'_> {
    let mut users = Users { certain: BTreeSet::new(), unclear: Vec::new() };
    for (_, route) in topology.routes.iter() {
        users.certain.extend(route.peering());
        if topology.is_vague(route) {
            users.unclear.push(route);
        }
    }
    users
}

fn decide(topology: &Topology, users: &Users<'_>, id: Id<Peering>, peering: &Peering) -> Tri<bool> {
    if users.certain.contains(&id) {
        return Tri::Known(false);
    }
    let mut unclear = users.unclear.iter().map(|route| topology.leads_over(route, id));
    match unclear.find(|it| *it != Tri::Known(false)) {
        Some(Tri::Unknown(cause)) => return Tri::Unknown(cause),
        Some(_) => return Tri::Known(false),
        None => (),
    }
    let sides = [managed(topology, &peering.requester), managed(topology, &peering.accepter)];
    let mut seen = false;
    let mut unseen = None;
    for vpc in sides {
        match vpc {
            Ok(vpc) => {
                seen = true;
                let matters = |route: &Route| topology.may_use_peering(route, id);
                if let Some(cause) = topology.vpc_routes_gap(vpc, matters) {
                    return Tri::Unknown(cause);
                }
            }
            Err(Side::Unclear(cause)) => return Tri::Unknown(cause),
            Err(Side::Unseen(cause)) => unseen = unseen.or(Some(cause)),
        }
    }
    // One side without a route is enough: nothing gets out there, and no answer does.
    match unseen {
        Some(cause) if !seen => Tri::Unknown(cause),
        Some(_) | None => Tri::Known(true),
    }
}

/// Why the tables of a side are not seen.
enum Side {
    /// They are in another configuration.
    Unseen(Cause),
    /// Whose tables they are is not told.
    Unclear(Cause),
}

/// The VPC of a side whose tables are in this input.
fn managed(topology: &Topology, link: &Link<Vpc>) -> Result<Id<Vpc>, Side> {
    match link {
        Link::Here(vpc) => {
            let head = &topology.vpcs[*vpc].head;
            if topology.is_only_seen(head) {
                return Err(Side::Unseen(Cause::NotManaged(head.name().into())));
            }
            Ok(*vpc)
        }
        Link::Elsewhere(id) => Err(Side::Unseen(Cause::NotInInput(id.clone()))),
        Link::OneOf(_, cause) | Link::Unknown(cause) => Err(Side::Unclear(cause.clone())),
        Link::Absent => Err(Side::Unseen(Cause::NotInInput("the other VPC".into()))),
    }
}

fn words(topology: &Topology, peering: &Peering) -> Finding {
    let name = peering.head.name();
    let (one, two) = names(topology, peering);
    // Only what is seen may be said: the tables of a VPC elsewhere are not in the input.
    let seen = |link| managed(topology, link).is_ok();
    let whose = match (seen(&peering.requester), seen(&peering.accepter)) {
        (true, false) => format!("`{one}`"),
        (false, true) => format!("`{two}`"),
        (true, true) | (false, false) => format!("`{one}` or `{two}`"),
    };
    Finding::at(&peering.head.origin, "no route leads over it")
        .also(&peering.requester_origin, "needs a route to the other side")
        .also(&peering.accepter_origin, "needs a route to the other side")
        .message(format!("no route table of {whose} has a route over `{name}`"))
        .why("accepting a peering connection changes no route table, so nothing uses this one")
        .help(format!(
            "add an `aws_route` with the id of `{name}` as `vpc_peering_connection_id` to the tables of both \
             VPCs, each to the other's ranges, or remove the connection"
        ))
}
