//! What an endpoint names itself is also tied to it by resources of their own.
//!
//! ## Why
//!
//! An endpoint that names its tables, subnets or security groups removes all others of them at the next apply, and
//! the resource that ties one to it puts it back at the one after: connections come and go. The same holds for a
//! policy and for the switch of private DNS.
//!
//! Source: provider page of `aws_vpc_endpoint`, "VPC Endpoints and VPC Endpoint Associations".
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
//! resource "aws_vpc_endpoint_route_table_association" "data" {
//!   vpc_endpoint_id = aws_vpc_endpoint.s3.id
//!   route_table_id  = aws_route_table.data.id
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
//!   route_table_ids = [aws_route_table.app.id, aws_route_table.data.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An argument whose value is known only after apply, an association that cannot be followed to its endpoint, and
//! `lifecycle { ignore_changes = [route_table_ids] }`, which makes both kinds work together.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Fact, Origin, Tri};
use groundplan_model::{Children, Endpoint, Head, Id, Link, Management, Members, Topology};

use crate::place::{MOST_PLACES, several};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What both sides manage.
struct Clash<'t> {
    argument: &'static str,
    origin: &'t Origin,
    others: Vec<&'t Origin>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        if endpoint.head.management == Management::Observed {
            continue;
        }
        for answer in decide(cx.topology, id, endpoint) {
            let answer = answer.map(|found| found.map(|it| words(endpoint, &it)));
            out.answer(&endpoint.head.origin, answer);
        }
    }
}

/// Every argument that both may manage.
fn decide<'t>(
    topology: &'t Topology,
    id: Id<Endpoint>,
    endpoint: &'t Endpoint,
) -> Vec<Tri<Option<Clash<'t>>>> {
    let lists = [
        listed(
            ("route_table_ids", endpoint, &endpoint.written.tables),
            (&endpoint.counts.tables, &endpoint.route_tables),
            (&topology.tables_of_endpoint, id),
            |it| {
                let it = &topology.endpoint_route_table_associations[it];
                (&it.head, &it.table)
            },
        ),
        listed(
            ("subnet_ids", endpoint, &endpoint.written.subnets),
            (&endpoint.counts.subnets, &endpoint.subnets),
            (&topology.more_subnets_of_endpoint, id),
            |it| {
                let it = &topology.endpoint_subnet_associations[it];
                (&it.head, &it.subnet)
            },
        ),
        listed(
            ("security_group_ids", endpoint, &endpoint.written.groups),
            (&endpoint.counts.groups, &endpoint.groups),
            (&topology.groups_of_endpoint, id),
            |it| {
                let it = &topology.endpoint_group_associations[it];
                (&it.head, &it.group)
            },
        ),
    ];
    lists
        .into_iter()
        .chain([policies(topology, id, endpoint), dns(topology, id, endpoint)])
        .filter(|it| !matches!(it, Tri::Absent))
        .collect()
}

/// A list of the endpoint beside resources that add to it; absent where there is only one kind.
fn listed<'t, T: 't, C>(
    (argument, endpoint, written): (&'static str, &'t Endpoint, &Tri<bool>),
    (count, own): (&'t Fact<usize>, &Tri<Members<T>>),
    (children, id): (&'t Children<Endpoint, C>, Id<Endpoint>),
    part: impl Fn(Id<C>) -> (&'t Head, &'t Link<T>),
) -> Tri<Option<Clash<'t>>> {
    if *written != Tri::Known(true) || matches!(count.value, Tri::Known(0) | Tri::Absent) {
        return Tri::Absent;
    }
    let ignored = |head: &Head, link: &Link<T>| {
        let has =
            link.here().is_some_and(|it| own.known().is_some_and(|all| all.here.contains(&it)));
        has && head.action == Action::NoOp && endpoint.head.action == Action::NoOp
    };
    let others: Vec<&Origin> = children
        .of(id)
        .iter()
        .map(|it| part(*it))
        .filter(|(head, link)| !ignored(head, link))
        .map(|(head, _)| &head.origin)
        .collect();
    judged((argument, &count.origin), unknown(&count.value), others, children.open(id))
}

fn unknown<T>(fact: &Tri<T>) -> Option<&Cause> {
    match fact {
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(_) | Tri::Absent => None,
    }
}

fn judged<'t>(
    (argument, origin): (&'static str, &'t Origin),
    own: Option<&Cause>,
    others: Vec<&'t Origin>,
    open: Option<&Cause>,
) -> Tri<Option<Clash<'t>>> {
    match (own, others.is_empty(), open) {
        (None, false, _) => Tri::Known(Some(Clash { argument, origin, others })),
        (Some(cause), false, _) | (None, true, Some(cause)) => Tri::Unknown(cause.clone()),
        (_, true, _) => Tri::Known(None),
    }
}

fn policies<'t>(
    topology: &'t Topology,
    id: Id<Endpoint>,
    endpoint: &'t Endpoint,
) -> Tri<Option<Clash<'t>>> {
    let fact = &endpoint.policy;
    if endpoint.written.policy != Tri::Known(true) || fact.value == Tri::Absent {
        return Tri::Absent;
    }
    let of = topology.policies_of_endpoint.of(id).iter().map(|it| &topology.endpoint_policies[*it]);
    // Two that say the same leave each other alone.
    let differ = of.filter(|it| it.policy.value != fact.value);
    let settled = |it: &Head| it.action == Action::NoOp && endpoint.head.action == Action::NoOp;
    let others = differ.map(|it| &it.head).filter(|it| !settled(it)).map(|it| &it.origin).collect();
    judged(
        ("policy", &fact.origin),
        unknown(&fact.value),
        others,
        topology.policies_of_endpoint.open(id),
    )
}

fn dns<'t>(
    topology: &'t Topology,
    id: Id<Endpoint>,
    endpoint: &'t Endpoint,
) -> Tri<Option<Clash<'t>>> {
    let fact = &endpoint.private_dns;
    if endpoint.written.private_dns != Tri::Known(true) {
        return Tri::Absent;
    }
    let of = topology.private_dns_of_endpoint.of(id).iter();
    let of = of.map(|it| &topology.endpoint_private_dns[*it]);
    let differ = of.filter(|it| it.enabled.value != fact.value);
    let known = differ.filter(|it| it.enabled.value.known().is_some());
    let others: Vec<&Origin> = known.map(|it| &it.head.origin).collect();
    judged(("private_dns_enabled", &fact.origin), unknown(&fact.value), others, None)
}

fn words(endpoint: &Endpoint, clash: &Clash<'_>) -> Finding {
    let (name, argument) = (endpoint.head.name(), clash.argument);
    let names: Vec<String> = clash.others.iter().map(|it| it.address.to_string()).collect();
    let mut finding = Finding::at(clash.origin, "takes away what is not named here");
    for place in clash.others.iter().take(MOST_PLACES) {
        finding = finding.also(place, "puts it back");
    }
    finding
        .message(format!("`{name}` sets `{argument}` itself, beside {}", several(&names)))
        .why("each apply takes away what the one before has added, so that connections come and go")
        .help(format!(
            "name all in `{argument}` of `{name}` and remove {}, or remove `{argument}`",
            several(&names)
        ))
}
