//! A subnet has no route table of its own and uses the untouched main table, while others have theirs.
//!
//! ## Why
//!
//! A subnet that no association names uses the main table of its VPC. One that AWS made along with the VPC
//! and that nobody has touched has the local route alone, so nothing in the subnet reaches the internet,
//! another VPC or the own network. Where other subnets of the VPC are associated with tables, the
//! association was probably forgotten.
//!
//! Source: Amazon VPC User Guide, "Subnet route tables" (main route table).
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
//! resource "aws_subnet" "one" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "two" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.2.0/24"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//!
//!   route {
//!     cidr_block = "0.0.0.0/0"
//!     gateway_id = aws_internet_gateway.a.id
//!   }
//! }
//!
//! resource "aws_route_table_association" "one" {
//!   subnet_id      = aws_subnet.one.id
//!   route_table_id = aws_route_table.public.id
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
//! resource "aws_subnet" "one" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "two" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.2.0/24"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//!
//!   route {
//!     cidr_block = "0.0.0.0/0"
//!     gateway_id = aws_internet_gateway.a.id
//!   }
//! }
//!
//! resource "aws_route_table_association" "one" {
//!   subnet_id      = aws_subnet.one.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_route_table_association" "two" {
//!   subnet_id      = aws_subnet.two.id
//!   route_table_id = aws_route_table.public.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An association whose subnet cannot be followed, a subnet that exists and that another configuration may
//! have associated, a main table that the input does not show. A main table that is adopted, chosen or has
//! routes is taken for meant. Subnets that hold the interfaces of a transit gateway are not asked about, since what
//! arrives there needs the local route alone, unless a table with routes is left over and no other subnet is without.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{AttachmentKind, Id, Link, Management, RouteTable, Subnet, Topology, Vpc};

use crate::place::{named_id, reference};
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let (ports, doubt) = ports(topology);
    let used = used(topology);
    for (vpc, it) in topology.vpcs.iter() {
        // A default VPC comes with a main table that leads to the internet ("Default VPCs").
        if &*it.head.origin.address.kind == "aws_default_vpc" {
            continue;
        }
        let subnets = topology.subnets_of_vpc.of(vpc);
        let named = |id: &Id<Subnet>| topology.associations_of_subnet.of(*id).first();
        // A table that nobody uses, or that of a neighbour: tables are given out one by one here.
        let near = subnets.iter().find_map(named);
        let idle = idle(topology, vpc, used.as_ref());
        if near.is_none() && idle.is_none() {
            continue;
        }
        let near = near.and_then(|it| topology.route_table_associations[*it].table.here());
        // Where a table is left over and no other subnet needs one, it was meant for these.
        let mut bare = subnets.iter().filter(|id| named(id).is_none());
        let are_meant = idle.is_some() && bare.all(|id| ports.contains(id));
        let mut others = topology.subnets_of_vpc.possible_of(vpc).iter();
        let others = others.find(|(id, _)| !ports.contains(id)).map(|(_, cause)| cause);
        for id in subnets.iter().filter(|id| named(id).is_none()) {
            let subnet = &topology.subnets[*id];
            let is_port = ports.contains(id) && !are_meant;
            if subnet.head.management == Management::Observed || is_port {
                continue;
            }
            // Whether another subnet needs the table that is left over.
            let others = others.filter(|_| ports.contains(id));
            let answer = match (decide(topology, *id, vpc), doubt.as_ref().or(others)) {
                (Tri::Known(Some(_)), Some(cause)) => Tri::Unknown(cause.clone()),
                (answer, _) => answer,
            };
            let answer =
                answer.map(|main| main.map(|main| words(topology, *id, main, idle.or(near))));
            out.answer(&subnet.head.origin, answer);
        }
    }
}

/// The subnets with the interfaces of transit gateways, and why any other may be one: what arrives there finds its way
/// by the local route.
fn ports(topology: &Topology) -> (BTreeSet<Id<Subnet>>, Option<Cause>) {
    let (mut out, mut doubt) = (BTreeSet::new(), None);
    for (_, it) in topology.attachments.iter() {
        match &it.kind {
            AttachmentKind::Vpc { subnets: Tri::Known(members), .. } => {
                out.extend(members.here.iter().copied());
            }
            AttachmentKind::Vpc { subnets: Tri::Unknown(cause), .. } => {
                doubt = doubt.or_else(|| Some(cause.clone()));
            }
            AttachmentKind::Vpc { subnets: Tri::Absent, .. }
            | AttachmentKind::Peering { .. }
            | AttachmentKind::Connect
            | AttachmentKind::Vpn => (),
        }
    }
    (out, doubt)
}

/// The untouched main table that the subnet uses.
fn decide(topology: &Topology, id: Id<Subnet>, vpc: Id<Vpc>) -> Tri<Option<Id<RouteTable>>> {
    if !topology.main_associations_of_vpc.of(vpc).is_empty() {
        return Tri::Known(None);
    }
    // Somebody has adopted it, or put routes into it.
    if let Some(table) = topology.vpcs[vpc].default_table {
        let written = topology.route_tables[table].head.origin.attribute.is_none();
        if written || topology.routes(table).next().is_some() {
            return Tri::Known(None);
        }
    }
    let main = match topology.table_of(id) {
        Tri::Known(main) => main,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let open = topology.shared_open(&topology.subnets[id].head);
    match open.or_else(|| topology.table_open(main, |_| true)) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(Some(main)),
    }
}

/// The tables that an association names or may name; none where it may be any.
fn used(topology: &Topology) -> Option<BTreeSet<Id<RouteTable>>> {
    let mut out = BTreeSet::new();
    for (_, it) in topology.route_table_associations.iter() {
        match &it.table {
            Link::Here(id) => out.extend([*id]),
            Link::OneOf(ids, _) => out.extend(ids.iter().copied()),
            Link::Unknown(_) => return None,
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
    Some(out)
}

/// A table with routes, written or propagated, that no association names.
fn idle(
    topology: &Topology,
    vpc: Id<Vpc>,
    used: Option<&BTreeSet<Id<RouteTable>>>,
) -> Option<Id<RouteTable>> {
    let used = used?;
    let written = |it: &Id<RouteTable>| !topology.route_tables[*it].is_default;
    let leads = |it: &Id<RouteTable>| {
        topology.routes(*it).next().is_some() || !topology.propagations_of_table.of(*it).is_empty()
    };
    let unused = |it: &Id<RouteTable>| !used.contains(it) && leads(it);
    topology.tables(vpc).iter().copied().find(|it| written(it) && unused(it))
}

fn words(
    topology: &Topology,
    id: Id<Subnet>,
    main: Id<RouteTable>,
    meant: Option<Id<RouteTable>>,
) -> Finding {
    let subnet = &topology.subnets[id].head;
    let (name, table) = (subnet.name(), &topology.route_tables[main].head.origin);
    let block = meant.and_then(|meant| {
        Some(resource(
            "aws_route_table_association",
            &subnet.origin.address.name,
            &[
                ("subnet_id", Proposed::Reference(reference(&subnet.origin, &subnet.origin)?)),
                (
                    "route_table_id",
                    Proposed::Reference(named_id(
                        &topology.route_tables[meant].head,
                        &subnet.origin,
                    )?),
                ),
            ],
        ))
    });
    let fix = match block {
        Some(block) => format!(
            "associate `{name}` with the table that it is meant for, for example:\n\n{block}"
        ),
        None => format!("associate `{name}` with the table that it is meant for"),
    };
    Finding::at(&subnet.origin, "no association names this subnet")
        .also(table, "the main table, which has the local route alone")
        .message(format!("`{name}` has no route table of its own and uses the untouched main table of its VPC"))
        .why("the main table that AWS makes has the local route alone, so nothing here reaches beyond the VPC")
        .help(format!("{fix}\n\nif it is meant to be cut off, adopt the main table with an `aws_default_route_table`"))
}
