//! A route leads to an internet gateway that is attached to no VPC, or a VPC gets a second one.
//!
//! ## Why
//!
//! An internet gateway does nothing until it is attached to a VPC, and AWS refuses a route to one that is
//! not. A VPC has one internet gateway; AWS refuses to attach another.
//!
//! Source: Amazon VPC User Guide, "Enable internet access for a VPC using an internet gateway"; "Amazon VPC
//! quotas".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.a.id
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   tags = {
//!     Name = "a"
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
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.a.id
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An attachment whose gateway cannot be followed, a gateway that exists and that another configuration may
//! attach. A gateway that no route leads to is left alone.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use std::collections::BTreeMap;

use groundplan_ir::Tri;
use groundplan_model::{Id, InternetGateway, Link, Management, Route, RouteTarget, Topology, Vpc};

use crate::place::named_id;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut routes: BTreeMap<Id<InternetGateway>, &Route> = BTreeMap::new();
    for (_, route) in topology.routes.iter() {
        if let RouteTarget::InternetGateway(Link::Here(id)) = &route.target {
            routes.entry(*id).or_insert(route);
        }
    }
    let mut first: BTreeMap<Id<Vpc>, Id<InternetGateway>> = BTreeMap::new();
    for (id, gateway) in topology.internet_gateways.iter() {
        let link = topology.vpc_of_internet_gateway(id);
        let earlier = link.here().and_then(|vpc| {
            let earlier = *first.entry(vpc).or_insert(id);
            (earlier != id).then_some((earlier, vpc))
        });
        if gateway.head.management == Management::Observed {
            continue;
        }
        let answer = match (earlier, routes.get(&id)) {
            (Some((earlier, vpc)), _) => second(topology, id, earlier)
                .map(|two| two.then(|| words_two(topology, id, earlier, vpc))),
            (None, Some(route)) if link == Link::Absent => {
                floating(topology, id).map(|it| it.then(|| words(topology, gateway, route)))
            }
            (None, Some(_)) => match link {
                Link::Unknown(cause) if gateway.vpc == Link::Absent => Tri::Unknown(cause),
                Link::Here(_)
                | Link::OneOf(..)
                | Link::Elsewhere(_)
                | Link::Unknown(_)
                | Link::Absent => Tri::Known(None),
            },
            (None, None) => continue,
        };
        out.answer(&gateway.head.origin, answer);
    }
}

/// Whether nothing attaches the gateway.
fn floating(topology: &Topology, id: Id<InternetGateway>) -> Tri<bool> {
    let open = topology.shared_open(&topology.internet_gateways[id].head);
    open.map_or(Tri::Known(true), Tri::Unknown)
}

/// Whether these are two gateways, of which one is about to be attached.
fn second(topology: &Topology, id: Id<InternetGateway>, earlier: Id<InternetGateway>) -> Tri<bool> {
    let (one, two) =
        (&topology.internet_gateways[earlier].head, &topology.internet_gateways[id].head);
    if !one.action.creates()
        && !two.action.creates()
        && !attaches(topology, id)
        && !attaches(topology, earlier)
    {
        return Tri::Known(false);
    }
    match topology.may_be_one(one, two) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(true),
    }
}

/// Whether an attachment of it is about to be made.
fn attaches(topology: &Topology, id: Id<InternetGateway>) -> bool {
    let all = topology.attachments_of_internet_gateway.of(id).iter();
    all.into_iter().any(|it| topology.gateway_attachments[*it].head.action.creates())
}

fn words(topology: &Topology, gateway: &InternetGateway, route: &Route) -> Finding {
    let name = gateway.head.name();
    let vpc = topology.vpc_of_table(&route.table).here();
    let vpc = vpc.and_then(|it| named_id(&topology.vpcs[it].head, &gateway.head.origin));
    let fix = vpc.unwrap_or_else(|| "the id of the VPC".to_owned());
    Finding::at(&gateway.head.origin, "is attached to no VPC")
        .also(&route.target_origin, "a route leads to it")
        .message(format!(
            "`{}` leads to `{name}`, which has no `vpc_id` and no attachment",
            route.origin.address
        ))
        .why(
            "a table's routes lead to what is attached to its own VPC; AWS refuses others at apply",
        )
        .help(format!("set `vpc_id = {fix}` on `{name}`"))
}

fn words_two(
    topology: &Topology,
    id: Id<InternetGateway>,
    earlier: Id<InternetGateway>,
    vpc: Id<Vpc>,
) -> Finding {
    let (one, two) =
        (&topology.internet_gateways[earlier].head, &topology.internet_gateways[id].head);
    let vpc = topology.vpcs[vpc].head.name();
    Finding::at(&two.origin, format!("the second gateway of `{vpc}`"))
        .also(&one.origin, format!("the first gateway of `{vpc}`"))
        .message(format!("`{}` and `{}` are both attached to `{vpc}`", one.name(), two.name()))
        .why("a VPC has one internet gateway; AWS refuses to attach another")
        .help(format!("remove `{}`, and let routes lead to `{}`", two.name(), one.name()))
}
