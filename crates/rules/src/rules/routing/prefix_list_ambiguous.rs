//! Two prefix lists of one route table hold the same range and lead to different targets.
//!
//! ## Why
//!
//! Where routes of a table name prefix lists that overlap, AWS chooses at random which of them takes the
//! packets, and keeps to it from then on. Which one that is can be seen nowhere; a table that is made again
//! may choose the other.
//!
//! Source: Amazon VPC User Guide, "Route priority" (prefix lists).
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
//! resource "aws_ec2_managed_prefix_list" "offices" {
//!   name           = "offices"
//!   address_family = "IPv4"
//!   max_entries    = 10
//!
//!   entry {
//!     cidr = "10.50.0.0/16"
//!   }
//! }
//!
//! resource "aws_route" "offices" {
//!   route_table_id             = aws_route_table.a.id
//!   destination_prefix_list_id = aws_ec2_managed_prefix_list.offices.id
//!   transit_gateway_id         = "tgw-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_route" "partners" {
//!   route_table_id             = aws_route_table.a.id
//!   destination_prefix_list_id = aws_ec2_managed_prefix_list.partners.id
//!   vpc_peering_connection_id  = "pcx-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_ec2_managed_prefix_list" "partners" {
//!   name           = "partners"
//!   address_family = "IPv4"
//!   max_entries    = 10
//!
//!   entry {
//!     cidr = "10.50.0.0/16"
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
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_ec2_managed_prefix_list" "offices" {
//!   name           = "offices"
//!   address_family = "IPv4"
//!   max_entries    = 10
//!
//!   entry {
//!     cidr = "10.50.0.0/16"
//!   }
//! }
//!
//! resource "aws_route" "offices" {
//!   route_table_id             = aws_route_table.a.id
//!   destination_prefix_list_id = aws_ec2_managed_prefix_list.offices.id
//!   transit_gateway_id         = "tgw-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_route" "partners" {
//!   route_table_id             = aws_route_table.a.id
//!   destination_prefix_list_id = aws_ec2_managed_prefix_list.partners.id
//!   vpc_peering_connection_id  = "pcx-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_ec2_managed_prefix_list" "partners" {
//!   name           = "partners"
//!   address_family = "IPv4"
//!   max_entries    = 10
//!
//!   entry {
//!     cidr = "10.60.0.0/16"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A list whose entries or a target that the input does not tell. Ranges inside one another are not asked
//! about, since the longer one may win; a route for the range itself wins over any list.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use std::collections::BTreeMap;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Destination, Id, Link, PrefixList, Proven, Route, RouteTable, Topology};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A route to a list.
type Listed<'t> = (&'t Route, Id<PrefixList>);

fn check(cx: &Context<'_>, out: &mut Sink) {
    let mut tables: BTreeMap<Proven<RouteTable>, Vec<Listed<'_>>> = BTreeMap::new();
    for (_, route) in cx.topology.routes.iter() {
        if let (Destination::PrefixList(Link::Here(list)), Some(table)) =
            (&route.destination, route.table.proven())
        {
            tables.entry(table).or_default().push((route, *list));
        }
    }
    for routes in tables.values() {
        for (at, later) in routes.iter().enumerate().skip(1) {
            let earlier = routes.iter().take(at);
            let answer = decide(cx.topology, earlier, later)
                .map(|found| found.map(|(first, net)| words(cx.topology, &first, later, net)));
            out.answer(&later.0.origin, answer);
        }
    }
}

/// The earlier route that leads one range of the later one elsewhere.
fn decide<'r, 't: 'r>(
    topology: &Topology,
    earlier: impl Iterator<Item = &'r Listed<'t>>,
    later: &Listed<'t>,
) -> Tri<Option<(Listed<'t>, IpNet)>> {
    let mut open: Option<Cause> = None;
    for first in earlier.filter(|it| it.1 != later.1) {
        let apart = differ(first.0, later.0);
        if apart == Tri::Known(false) {
            continue;
        }
        let (one, gap) = topology.destination_ranges(&first.0.destination);
        let (two, other_gap) = topology.destination_ranges(&later.0.destination);
        match (one.iter().find(|it| two.contains(it)), apart) {
            (Some(net), Tri::Known(_)) => return Tri::Known(Some((*first, *net))),
            (Some(_), Tri::Unknown(cause)) => open = open.or(Some(cause)),
            (Some(_), Tri::Absent) => (),
            (None, _) => open = open.or(gap).or(other_gap),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// Whether two routes lead to different things.
fn differ(one: &Route, two: &Route) -> Tri<bool> {
    if one.target == two.target {
        return Tri::Known(false);
    }
    match (told(one), told(two)) {
        (None, None) => Tri::Known(true),
        (Some(cause), _) | (_, Some(cause)) => Tri::Unknown(cause),
    }
}

/// Why it is not known where a route leads.
fn told(route: &Route) -> Option<Cause> {
    let what = || Cause::KnownAfterApply(route.target_origin.to_string().into());
    (!route.target.proves_itself()).then(what)
}

fn words(topology: &Topology, first: &Listed<'_>, later: &Listed<'_>, net: IpNet) -> Finding {
    let list = |it: &Listed<'_>| topology.prefix_lists[it.1].head.name();
    let (one, two) = (list(first), list(later));
    Finding::at(&later.0.destination_origin, format!("{net} is in this list"))
        .also(&first.0.destination_origin, format!("{net} is in this list as well"))
        .also(&topology.prefix_lists[first.1].head.origin, "the one list")
        .also(&topology.prefix_lists[later.1].head.origin, "the other list")
        .message(format!(
            "`{one}` and `{two}` both hold {net}, and `{}` and `{}` lead them to different targets",
            first.0.origin.address, later.0.origin.address
        ))
        .why("AWS chooses at random which of two prefix lists in one table takes the packets, and keeps to it")
        .help(format!(
            "remove {net} from `{one}` or from `{two}`, or add a route for {net} itself, which wins over both"
        ))
}
