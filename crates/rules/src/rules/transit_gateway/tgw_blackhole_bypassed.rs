//! A blackhole route is bypassed by a longer route that is propagated into the same transit gateway table.
//!
//! ## Why
//!
//! The longest prefix wins in a route table of a transit gateway, and a blackhole is a route like any
//! other. While the default propagation is on, each attachment brings the ranges of its VPC into the
//! default table, and those are longer than a blackhole for 10.0.0.0/8: what the blackhole is there to
//! stop is carried. A static blackhole of the same length wins over what is propagated.
//!
//! Source: Amazon VPC Transit Gateways, "How transit gateways work".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "stop" {
//!   destination_cidr_block         = "10.0.0.0/8"
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//!   blackhole                      = true
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
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "stop" {
//!   destination_cidr_block         = "10.0.0.0/8"
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//!   blackhole                      = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Attachments of a gateway that exists already, which others may have made. A blackhole for the summary with
//! exceptions is a common way to isolate: a propagation that somebody wrote is told only where it leaves the
//! blackhole no VPC to stop, and a longer static route is not asked about.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{
    DefaultRole, Hop, HopTo, Hops, Id, Source, TgwRoute, TgwRouteTable, Topology, overlap,
};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Exposure,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut tables: BTreeMap<Id<TgwRouteTable>, Hops> = BTreeMap::new();
    for (_, route) in topology.tgw_routes.iter() {
        let Some(table) = route.table.here().filter(|_| drops(route)) else { continue };
        let hops = tables.entry(table).or_insert_with(|| topology.hops(table));
        let answer = match by_default(topology, route, table, hops) {
            Tri::Known(None) | Tri::Absent => {
                let (ranges, _) = topology.destination_ranges(&route.destination);
                hollow(topology, table, hops, &ranges)
            }
            found @ (Tri::Known(Some(_)) | Tri::Unknown(_)) => found,
        };
        // A static route that is not seen may stop what is propagated.
        let stopped = || hops.contested.clone().or_else(|| topology.tgw_table_open(table));
        let answer = match (answer, stopped()) {
            (Tri::Known(Some(_)), Some(cause)) => Tri::Unknown(cause),
            (answer, _) => answer,
        };
        let answer = answer.map(|found| found.map(|it| words(topology, route, it)));
        out.answer(&route.head.origin, answer);
    }
}

/// What is propagated into this table by default, and is longer than the blackhole.
fn by_default(
    topology: &Topology,
    route: &TgwRoute,
    table: Id<TgwRouteTable>,
    hops: &Hops,
) -> Tri<Option<(IpNet, IpNet, Origin)>> {
    let asked = match is_default(topology, table) {
        Tri::Known(true) => Tri::Known(()),
        Tri::Unknown(cause) => Tri::Unknown(cause),
        Tri::Known(false) | Tri::Absent => return Tri::Known(None),
    };
    let (ranges, gap) = topology.destination_ranges(&route.destination);
    match (bypass(hops, &ranges), asked, gap.or_else(|| open(topology, hops))) {
        (Some(found), _, _) => Tri::Known(Some(found)),
        (None, Tri::Unknown(cause), _) | (None, _, Some(cause)) => Tri::Unknown(cause),
        (None, Tri::Known(()) | Tri::Absent, None) => Tri::Known(None),
    }
}

fn drops(route: &TgwRoute) -> bool {
    route.blackhole.value == Tri::Known(true)
}

/// Whether attachments propagate into this table by default.
fn is_default(topology: &Topology, table: Id<TgwRouteTable>) -> Tri<bool> {
    topology.tgw_route_tables[table].gateway.tri().and_then(|gateway| {
        match topology.transit_gateways[gateway].default_propagation.value {
            Tri::Known(false) => Tri::Known(false),
            Tri::Known(true) | Tri::Unknown(_) | Tri::Absent => topology
                .default_table(gateway, DefaultRole::Propagation)
                .map(|default| default == table),
        }
    })
}

/// Why there may be more routes in a table.
fn open(topology: &Topology, hops: &Hops) -> Option<Cause> {
    hops.open.clone().or_else(|| {
        hops.propagating.iter().find_map(|id| match topology.attached_vpc(*id) {
            Tri::Known(vpc) => topology.ranges(vpc).gap().cloned(),
            Tri::Unknown(cause) => Some(cause),
            Tri::Absent => None,
        })
    })
}

/// A propagation that somebody wrote, where it leaves the blackhole nothing to stop: each VPC of the gateway that has
/// addresses there is carried. A blackhole below a shorter route stops what is in no VPC.
fn hollow(
    topology: &Topology,
    table: Id<TgwRouteTable>,
    hops: &Hops,
    ranges: &[IpNet],
) -> Tri<Option<(IpNet, IpNet, Origin)>> {
    let written = |hop: &Hop| hop.source == Source::Propagated && hop.to != HopTo::Blackhole;
    let found = ranges.iter().find_map(|net| {
        let (longer, hop) = hops.inside(*net).find(|(_, hop)| written(hop))?;
        Some((*net, longer, hop.origin.clone()))
    });
    let Some(found) = found else { return Tri::Known(None) };
    if hops.wider(found.0) {
        return Tri::Known(None);
    }
    stopped(topology, table, hops, ranges).map(|stopped| (!stopped).then_some(found))
}

/// Whether anything behind the gateway is stopped, apart from what looks its way up in this table.
fn stopped(
    topology: &Topology,
    table: Id<TgwRouteTable>,
    hops: &Hops,
    drops: &[IpNet],
) -> Tri<bool> {
    let gateway = match topology.tgw_route_tables[table].gateway.tri() {
        Tri::Known(gateway) => gateway,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Known(true),
    };
    let mut doubt = topology.attachments_of_gateway.open(gateway).cloned();
    for id in topology.attachments_of_gateway.of(gateway) {
        let vpc = match topology.attached_vpc(*id) {
            Tri::Known(vpc) => vpc,
            // Nobody tells what lies behind a VPN or another gateway.
            Tri::Absent => return Tri::Known(true),
            Tri::Unknown(cause) => {
                doubt = doubt.or(Some(cause));
                continue;
            }
        };
        if topology.association(*id).known().is_some_and(|tie| tie.to == table) {
            continue;
        }
        let own = topology.ranges(vpc);
        doubt = doubt.or(own.gap().cloned());
        let inside = |net: IpNet| drops.iter().any(|drop| overlap(*drop, net).is_some());
        if own.known_v4().any(|(net, _)| inside(net) && !hops.carries(net)) {
            return Tri::Known(true);
        }
    }
    doubt.map_or(Tri::Known(false), Tri::Unknown)
}

/// A longer route that nobody wrote, with the blackhole's range and its own.
fn bypass(hops: &Hops, ranges: &[IpNet]) -> Option<(IpNet, IpNet, Origin)> {
    let unwritten = |hop: &Hop| hop.source == Source::ByDefault && hop.to != HopTo::Blackhole;
    ranges.iter().find_map(|net| {
        let (longer, hop) = hops.inside(*net).find(|(_, hop)| unwritten(hop))?;
        Some((*net, longer, hop.origin.clone()))
    })
}

fn words(topology: &Topology, route: &TgwRoute, found: (IpNet, IpNet, Origin)) -> Finding {
    let (net, longer, by) = found;
    let name = route.head.name();
    let written = by.address.kind.ends_with("_route_table_propagation");
    let table = route.table.here().map(|id| &topology.tgw_route_tables[id]);
    let switch = table
        .and_then(|it| it.gateway.here())
        .map(|id| &topology.transit_gateways[id].default_propagation.origin);
    let mut finding = Finding::at(&route.destination_origin, format!("drops {net}"))
        .also(&by, format!("brings {longer} into the same table"));
    if let Some(origin) = switch.filter(|_| !written) {
        finding = finding.also(origin, "the default propagation is on");
    }
    let undo = if written {
        format!("remove `{}`", by.address)
    } else {
        let argument = "transit_gateway_default_route_table_propagation";
        format!("set `{argument} = false` in `{}`", by.address)
    };
    finding
        .message(format!("`{name}` drops {net}, and `{}` bypasses it with {longer}", by.address))
        .why(
            "the longest prefix wins, so that what is propagated for a part of a blackhole is carried",
        )
        .help(format!(
            "{undo}, or add a blackhole for {longer}: at equal length a static route wins"
        ))
}
