//! A subnet is associated with two route tables, or with one of another VPC.
//!
//! ## Why
//!
//! A subnet has one route table at a time, of its own VPC. AWS refuses a second association
//! (`Resource.AlreadyAssociated`) and a table of another VPC at apply.
//!
//! Source: Amazon VPC User Guide, "Subnet route tables"; Amazon EC2 API Reference, "`AssociateRouteTable`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "one" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table" "two" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "one" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.one.id
//! }
//!
//! resource "aws_route_table_association" "two" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.two.id
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
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "one" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "one" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.one.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An association whose subnet or table a plan does not spell out, beside others that it may meet. Associations
//! that exist are not asked about: AWS has accepted them.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Tri};
use groundplan_model::{Id, Link, Proven, RouteTableAssociation, Subnet, Topology, Vpc};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The associations by the subnets that they are or may be for.
#[derive(Default)]
struct Sorted {
    proven: BTreeMap<Proven<Subnet>, Vec<Id<RouteTableAssociation>>>,
    /// How many are or may be for a subnet.
    possible: BTreeMap<Id<Subnet>, usize>,
    /// How many may be for any.
    anywhere: usize,
    all: usize,
}

/// What is wrong with an association.
enum Fault {
    /// Another one has the subnet.
    Twice(Id<RouteTableAssociation>),
    /// The table is of another VPC than the subnet.
    OtherVpc,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let sorted = sorted(cx.topology);
    for (id, association) in cx.topology.route_table_associations.iter() {
        let is_new = association.head.action.creates() || association.head.action == Action::Update;
        if !is_new || association.subnet == Link::Absent {
            continue;
        }
        let answer = decide(cx.topology, &sorted, id, association)
            .map(|found| found.map(|fault| words(cx.topology, association, &fault)));
        out.answer(&association.head.origin, answer);
    }
}

fn sorted(topology: &Topology) -> Sorted {
    let mut out = Sorted::default();
    for (id, it) in topology.route_table_associations.iter() {
        out.all += usize::from(it.subnet != Link::Absent);
        if let Some(subnet) = it.subnet.proven() {
            out.proven.entry(subnet).or_default().push(id);
        }
        match &it.subnet {
            Link::Here(subnet) => *out.possible.entry(*subnet).or_default() += 1,
            Link::OneOf(subnets, _) => {
                for subnet in subnets {
                    *out.possible.entry(*subnet).or_default() += 1;
                }
            }
            Link::Unknown(_) => out.anywhere += 1,
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
    out
}

fn decide(
    topology: &Topology,
    sorted: &Sorted,
    id: Id<RouteTableAssociation>,
    association: &RouteTableAssociation,
) -> Tri<Option<Fault>> {
    match (twice(topology, sorted, id, association), other_vpc(topology, association)) {
        (Tri::Known(Some(fault)), _) => Tri::Known(Some(fault)),
        (_, Tri::Known(true)) => Tri::Known(Some(Fault::OtherVpc)),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Known(None) | Tri::Absent, Tri::Known(false) | Tri::Absent) => Tri::Known(None),
    }
}

/// Whether another association has the subnet: an earlier one, or a later one that exists already.
fn twice(
    topology: &Topology,
    sorted: &Sorted,
    id: Id<RouteTableAssociation>,
    association: &RouteTableAssociation,
) -> Tri<Option<Fault>> {
    let made = |it: &Id<RouteTableAssociation>| {
        topology.route_table_associations[*it].head.action.creates()
    };
    if let Some(subnet) = association.subnet.proven() {
        let mut open = None;
        let rivals = sorted.proven.get(&subnet).map_or(&[][..], Vec::as_slice);
        for rival in rivals.iter().filter(|it| **it < id || (**it > id && !made(it))) {
            let head = &topology.route_table_associations[*rival].head;
            match topology.may_be_one(head, &association.head) {
                Some(cause) => open = open.or(Some(cause)),
                None if made(&id) => return Tri::Known(Some(Fault::Twice(*rival))),
                None => (),
            }
        }
        return open.map_or(Tri::Known(None), Tri::Unknown);
    }
    let meets = match &association.subnet {
        Link::OneOf(subnets, _) => {
            sorted.anywhere > 0 || subnets.iter().any(|it| sorted.possible.get(it) > Some(&1))
        }
        Link::Unknown(_) => sorted.all > 1,
        Link::Here(_) | Link::Elsewhere(_) | Link::Absent => false,
    };
    match &association.subnet {
        Link::OneOf(_, cause) | Link::Unknown(cause) if meets => Tri::Unknown(cause.clone()),
        Link::OneOf(..) | Link::Unknown(_) | Link::Here(_) | Link::Elsewhere(_) | Link::Absent => {
            Tri::Known(None)
        }
    }
}

/// Whether the table is proven to be of another VPC than the subnet.
fn other_vpc(topology: &Topology, association: &RouteTableAssociation) -> Tri<bool> {
    let subnet = topology.vpc_of_subnet(&association.subnet);
    let table = topology.vpc_of_table(&association.table);
    topology.same_vpc(&subnet, &table).map(|same| !same)
}

fn words(topology: &Topology, association: &RouteTableAssociation, fault: &Fault) -> Finding {
    let name = association.head.name();
    let subnet = match &association.subnet {
        Link::Here(id) => topology.subnets[*id].head.name(),
        Link::Elsewhere(id) => id.to_string(),
        Link::OneOf(..) | Link::Unknown(_) | Link::Absent => "the subnet".to_owned(),
    };
    match fault {
        Fault::Twice(other) => {
            let other = &topology.route_table_associations[*other].head;
            Finding::at(&association.head.origin, "a second table for the subnet")
                .also(&other.origin, "the subnet has a table by this")
                .message(format!("`{}` and `{name}` both associate `{subnet}`", other.name()))
                .why("a subnet has one route table at a time; AWS refuses the second association at apply")
                .help(format!(
                    "keep one of `{}` and `{name}`; what both tables should do has to be in one of them",
                    other.name()
                ))
        }
        Fault::OtherVpc => {
            let vpc = |link: &Link<Vpc>| match link.here() {
                Some(id) => format!("`{}`", topology.vpcs[id].head.name()),
                None => topology
                    .vpc_key(link)
                    .known()
                    .map_or_else(|| "another VPC".to_owned(), |key| format!("`{key}`")),
            };
            let own = vpc(&topology.vpc_of_subnet(&association.subnet));
            let other = vpc(&topology.vpc_of_table(&association.table));
            let place = association.head.origin.attribute("route_table_id", None);
            let mut finding = Finding::at(&place, format!("a table of {other}"));
            if let Some(id) = association.subnet.here() {
                finding = finding.also(&topology.subnets[id].head.origin, format!("in {own}"));
            }
            if let Some(id) = association.table.here() {
                finding =
                    finding.also(&topology.route_tables[id].head.origin, format!("in {other}"));
            }
            finding
                .message(format!("`{name}` gives `{subnet}` of {own} a route table of {other}"))
                .why("a route table serves subnets of its own VPC; AWS refuses others at apply")
                .help(format!("name a route table of {own} in `{name}`"))
        }
    }
}
