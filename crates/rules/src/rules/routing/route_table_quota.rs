//! A route table holds more routes than AWS allows without a raised quota.
//!
//! ## Why
//!
//! A route table has room for 500 IPv4 and 500 IPv6 routes that are not propagated, unless the account has
//! asked for more. A prefix list counts with the number of entries that it has room for (`max_entries`), not
//! with those that are in it. AWS refuses the route that is one too many.
//!
//! Source: Amazon VPC User Guide, "Amazon VPC quotas" (route tables), "Managed prefix lists".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "offices" {
//!   route_table_id             = aws_route_table.a.id
//!   destination_prefix_list_id = aws_ec2_managed_prefix_list.offices.id
//!   transit_gateway_id         = "tgw-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_ec2_managed_prefix_list" "offices" {
//!   name           = "offices"
//!   address_family = "IPv4"
//!   max_entries    = 600
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
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "offices" {
//!   route_table_id             = aws_route_table.a.id
//!   destination_prefix_list_id = aws_ec2_managed_prefix_list.offices.id
//!   transit_gateway_id         = "tgw-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_ec2_managed_prefix_list" "offices" {
//!   name           = "offices"
//!   address_family = "IPv4"
//!   max_entries    = 20
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A prefix list whose size is sensitive. Lists that are not in the input are not counted. An account with a
//! raised quota, which no configuration tells, is better served by switching the rule off.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use groundplan_ir::{Action, Cause, Origin, Tri};
use groundplan_model::{Destination, Id, Link, Management, RouteTable, Topology};
use ipnet::IpNet;

use crate::place::MOST_PLACES;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::ApplyFails,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// "Routes per route table (non-propagated routes)", for each family ("Amazon VPC quotas").
const QUOTA: u64 = 500;

/// The routes of one family.
#[derive(Default)]
struct Count<'t> {
    family: &'static str,
    total: u64,
    /// The lists among them, with their sizes.
    lists: Vec<(u64, &'t Origin)>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, table) in cx.topology.route_tables.iter() {
        // What AWS has, it has accepted.
        let grows = || cx.topology.routes(id).any(|(_, it)| it.action != Action::NoOp);
        if table.head.management == Management::Observed || !grows() {
            continue;
        }
        let (counts, open) = counted(cx.topology, id);
        let over = counts.iter().find(|it| it.total > QUOTA);
        let answer = match (over, open) {
            (Some(count), _) => Tri::Known(Some(words(table, count))),
            (None, Some(cause)) => Tri::Unknown(cause),
            (None, None) => Tri::Known(None),
        };
        out.answer(&table.head.origin, answer);
    }
}

/// The routes of both families, and why there may be more.
fn counted(topology: &Topology, id: Id<RouteTable>) -> ([Count<'_>; 2], Option<Cause>) {
    let mut four = Count { family: "IPv4", ..Count::default() };
    let mut six = Count { family: "IPv6", ..Count::default() };
    let mut open: Option<Cause> = None;
    for (_, route) in topology.routes(id) {
        match &route.destination {
            Destination::Range(Tri::Known(IpNet::V4(_))) => four.total += 1,
            Destination::Range(Tri::Known(IpNet::V6(_))) => six.total += 1,
            Destination::PrefixList(Link::Here(list)) => {
                let list = &topology.prefix_lists[*list];
                match (&list.room.value, &list.is_v6) {
                    (Tri::Known(room), Tri::Known(is_v6)) => {
                        let count = if *is_v6 { &mut six } else { &mut four };
                        count.total += u64::from(*room);
                        count.lists.push((u64::from(*room), &list.room.origin));
                    }
                    (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => {
                        open = open.or_else(|| Some(cause.clone()));
                    }
                    (Tri::Absent, _) | (_, Tri::Absent) => (),
                }
            }
            Destination::Range(Tri::Unknown(_) | Tri::Absent)
            | Destination::PrefixList(
                Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent,
            )
            | Destination::Unknown(_) => (),
        }
    }
    ([four, six], open)
}

fn words(table: &RouteTable, count: &Count<'_>) -> Finding {
    let name = table.head.origin.to_string();
    let Count { family, total, lists } = count;
    let mut finding =
        Finding::at(&table.head.origin, format!("{total} {family} routes of {QUOTA}"));
    for (room, origin) in lists.iter().take(MOST_PLACES) {
        finding = finding.also(origin, format!("counts as {room} routes"));
    }
    finding
        .message(format!("`{name}` comes to {total} {family} routes, and AWS allows {QUOTA} unless the quota is raised"))
        .why("a prefix list counts with the entries that it has room for; AWS refuses the route that is one too many")
        .help(format!(
            "give the lists a `max_entries` that is nearer to what is in them, sum ranges up, or ask AWS for a quota of \
             {total} routes or more (1,000 at most)"
        ))
}
