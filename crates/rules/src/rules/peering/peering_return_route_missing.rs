//! One side of a peering connection sends to the other, which has no route back.
//!
//! ## Why
//!
//! Accepting a peering connection changes no route table. Each side needs a route to the other's ranges;
//! with one missing, packets arrive and their answers are dropped.
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
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
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
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//!
//! resource "aws_route" "back" {
//!   route_table_id            = aws_route_table.b.id
//!   destination_cidr_block    = aws_vpc.a.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A far VPC that is not managed in the input, or routes whose table or target a plan does not spell
//! out.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, Peering, Route, RouteTarget, Topology, Vpc, touches};
use ipnet::IpNet;

use crate::over_peering::{subjects, unclear};
use crate::place::{MOST_PLACES, named_id, reference, several};
use crate::propose::{Proposed, resource};
use crate::way_back::{Families, may_be_in, senders, way_back};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The routes that lead or may lead over peering connections, sorted once for all of them.
#[derive(Default)]
struct Routes<'t> {
    /// By connection: its routes, with the VPC whose table each is in.
    over: BTreeMap<Id<Peering>, Vec<(&'t Route, Link<Vpc>)>>,
    /// By the VPC whose table they are in: routes whose connection is not told.
    vague: BTreeMap<Id<Vpc>, Vec<&'t Route>>,
    /// Routes of which neither is told, with what is known of the VPC.
    lost: Vec<(&'t Route, Link<Vpc>)>,
}

/// What one side sends to the other.
struct Sent<'t> {
    /// Routes that are proven to.
    proven: Vec<&'t Route>,
    /// Why there may be others.
    perhaps: Option<Cause>,
}

/// One side sends and the other has no way back.
struct OneWay<'t> {
    near: Id<Vpc>,
    far: Id<Vpc>,
    routes: Vec<&'t Route>,
    /// Where no way leads back to.
    senders: Vec<IpNet>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let routes = sorted(cx.topology);
    for (id, peering) in subjects(cx.topology) {
        let answer = decide(cx.topology, &routes, id, peering)
            .map(|found| found.map(|one_way| words(cx.topology, peering, &one_way)));
        out.answer(&peering.head.origin, answer);
    }
}

fn sorted(topology: &Topology) -> Routes<'_> {
    let mut routes = Routes::default();
    for (_, route) in topology.routes.iter() {
        if let Some(peering) = route.peering() {
            let near = topology.vpc_of_table(&route.table);
            routes.over.entry(peering).or_default().push((route, near));
        }
        // What takes everything is meant for a gateway, unless it says otherwise.
        let meant =
            !matches!(route.target, RouteTarget::Unknown(_)) || !route.destination.is_default();
        let vague = meant && topology.is_vague(route);
        match vague.then(|| topology.vpc_of_table(&route.table)) {
            Some(Link::Here(near)) => routes.vague.entry(near).or_default().push(route),
            Some(near) => routes.lost.push((route, near)),
            None => (),
        }
    }
    routes
}

fn decide<'t>(
    topology: &'t Topology,
    routes: &Routes<'t>,
    id: Id<Peering>,
    peering: &Peering,
) -> Tri<Option<OneWay<'t>>> {
    let over = routes.over.get(&id).map_or(&[][..], Vec::as_slice);
    let (one, two) = match (peering.requester.tri(), peering.accepter.tri()) {
        // Without any route over it, it is `peering-without-routes`.
        (Tri::Unknown(_), _) | (_, Tri::Unknown(_)) if over.is_empty() => return Tri::Known(None),
        (Tri::Known(one), Tri::Known(two)) => (one, two),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => return Tri::Unknown(cause),
        (Tri::Absent, _) | (_, Tri::Absent) => return Tri::Absent,
    };
    // A VPC that is peered with itself is the business of `self-peering`.
    if one == two {
        return Tri::Known(None);
    }
    let mut open = None;
    for (near, far) in [(one, two), (two, one)] {
        let sent = sent(topology, routes, id, over, (near, far));
        if sent.proven.is_empty() && sent.perhaps.is_none() {
            continue;
        }
        let families = families(topology, &sent.proven, far);
        let senders = senders(topology, near, &sent.proven, families);
        let lost = routes.lost.iter().filter(|(route, _)| topology.may_use_peering(route, id));
        let unplaced: Vec<(&Route, Cause)> = over
            .iter()
            .chain(lost)
            .filter_map(|(route, from)| Some((*route, may_be_in(from, far)?)))
            .collect();
        match (way_back(topology, id, &senders, far, &unplaced), sent.perhaps) {
            (Tri::Known(true) | Tri::Absent, _) => (),
            (Tri::Known(false), _) if !sent.proven.is_empty() => {
                let senders = senders.ranges;
                return Tri::Known(Some(OneWay { near, far, routes: sent.proven, senders }));
            }
            (Tri::Known(false), cause) => open = open.or(cause),
            (Tri::Unknown(cause), _) => open = open.or(Some(cause)),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// The routes of `near` that are meant for `far`.
fn sent<'t>(
    topology: &'t Topology,
    routes: &Routes<'t>,
    id: Id<Peering>,
    over: &[(&'t Route, Link<Vpc>)],
    (near, far): (Id<Vpc>, Id<Vpc>),
) -> Sent<'t> {
    let mut sent = Sent { proven: Vec::new(), perhaps: None };
    for (route, from) in over {
        let (nets, gap) = topology.destination_ranges(&route.destination);
        let meets = touches(&nets, &held(topology, far));
        if from.here() == Some(near) {
            if meets {
                sent.proven.push(*route);
            } else {
                sent.perhaps = sent.perhaps.take().or(gap);
            }
        } else if meets {
            sent.perhaps = sent.perhaps.take().or_else(|| may_be_in(from, near));
        }
    }
    let vague = routes.vague.get(&near).into_iter().flatten();
    let mut vague = vague.filter(|route| {
        let (nets, gap) = topology.destination_ranges(&route.destination);
        topology.may_use_peering(route, id)
            && (gap.is_some() || touches(&nets, &held(topology, far)))
    });
    sent.perhaps = sent.perhaps.or_else(|| vague.next().map(|route| unclear(route)));
    sent
}

fn held(topology: &Topology, vpc: Id<Vpc>) -> Vec<IpNet> {
    topology.ranges(vpc).known().map(|(net, _)| net).collect()
}

/// The families in which these routes lead to `far`; both where no route is proven.
fn families(topology: &Topology, routes: &[&Route], far: Id<Vpc>) -> Families {
    if routes.is_empty() {
        return Families::BOTH;
    }
    let held = held(topology, far);
    let nets: Vec<IpNet> = routes
        .iter()
        .flat_map(|route| topology.destination_ranges(&route.destination).0)
        .filter(|net| touches(&[*net], &held))
        .collect();
    Families::of(&nets)
}

fn words(topology: &Topology, peering: &Peering, one_way: &OneWay<'_>) -> Finding {
    let OneWay { near, far, routes, senders } = one_way;
    let (near_name, far_name) = (topology.vpcs[*near].head.name(), topology.vpcs[*far].head.name());
    let name = peering.head.name();
    let tables: Vec<_> =
        topology.tables(*far).iter().map(|table| &topology.route_tables[*table].head).collect();
    let mut finding = Finding::at(&peering.head.origin, "used in one direction");
    for route in routes.iter().take(MOST_PLACES / 2) {
        finding = finding.also(&route.destination_origin, format!("`{near_name}` sends"));
    }
    for table in tables.iter().take(MOST_PLACES / 2) {
        finding = finding.also(&table.origin, format!("no route back to `{near_name}`"));
    }
    let names: Vec<String> = tables.iter().map(|table| table.name()).collect();
    finding
        .message(format!(
            "`{near_name}` sends to `{far_name}` over `{name}`, and no table of `{far_name}` leads back \
             to {}",
            listed(senders)
        ))
        .why("a peering connection needs routes in both VPCs; answers are dropped in the far one")
        .help(match block(topology, peering, one_way) {
            block if block.is_empty() => format!("add the way back to {}", several(&names)),
            block => format!("add the way back to {}:\n{block}", several(&names)),
        })
}

/// The ranges that miss a way back: all of a few, the first of many.
fn listed(nets: &[IpNet]) -> String {
    let shown: Vec<String> = nets.iter().take(3).map(ToString::to_string).collect();
    match nets.len().saturating_sub(3) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The `aws_route` that is missing.
fn block(topology: &Topology, peering: &Peering, one_way: &OneWay<'_>) -> String {
    let ranges = topology.ranges(one_way.near);
    let mut back = ranges.known().map(|(net, _)| net);
    // A subnet outside of its VPC's ranges is another rule's matter; its answers need a route all the same.
    let own = back.find(|net| touches(&[*net], &one_way.senders));
    let Some(net) = own.or_else(|| one_way.senders.first().copied()) else { return String::new() };
    let destination = match net {
        IpNet::V4(_) => "destination_cidr_block",
        IpNet::V6(_) => "destination_ipv6_cidr_block",
    };
    let net = net.to_string();
    let table = topology
        .tables(one_way.far)
        .first()
        .map(|table| &topology.route_tables[*table].head.origin);
    let Some(table) = table else { return String::new() };
    let table_id = reference(table, table).unwrap_or_default();
    let connection =
        named_id(&peering.head, table).unwrap_or_else(|| match table.address.module.stack {
            None => format!("{}.id", peering.head.name()),
            // Another stack can only be given the id.
            Some(_) => "var.vpc_peering_connection_id".to_owned(),
        });
    resource(
        "aws_route",
        "back",
        &[
            ("route_table_id", Proposed::Reference(table_id)),
            (destination, Proposed::Text(&net)),
            ("vpc_peering_connection_id", Proposed::Reference(connection)),
        ],
    )
}
