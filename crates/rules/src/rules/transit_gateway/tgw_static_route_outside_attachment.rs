//! A static route of a transit gateway leads to a VPC that has no use for the packets.
//!
//! ## Why
//!
//! The gateway hands packets to the attachment that a route names, and looks no further. In the VPC they follow
//! the route tables of the attachment's subnets. Where the destination is not in the VPC, and none of those
//! tables sends it on to something that forwards, the packets are dropped. A peering connection does not
//! forward them: it carries only what is between its own two VPCs.
//!
//! Source: Amazon VPC Transit Gateways, "How transit gateways work"; Amazon VPC Peering Guide, "VPC peering limitations".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "static" {
//!   destination_cidr_block         = "10.2.0.0/16"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "static" {
//!   destination_cidr_block         = "10.1.0.0/16"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Ranges and subnets of the VPC that are not told, and route tables to which other configurations may add.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Origin, Tri};
use groundplan_model::{
    AttachmentKind, Id, Management, Members, Route, RouteTarget, Subnet, TgwRoute, Topology, Vpc,
    overlap, touches,
};
use ipnet::IpNet;

use crate::place::MOST_PLACES;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The end of the packets.
struct Dropped {
    vpc: Id<Vpc>,
    tables: Vec<Origin>,
    /// A peering connection that does not take them.
    peering: Option<Origin>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, route) in cx.topology.tgw_routes.iter() {
        let live = route.blackhole.value != Tri::Known(true);
        if route.head.management == Management::Observed || !live {
            continue;
        }
        let Some(attachment) = route.attachment.here() else { continue };
        let AttachmentKind::Vpc { subnets, .. } = &cx.topology.attachments[attachment].kind else {
            continue;
        };
        let (ranges, gap) = cx.topology.destination_ranges(&route.destination);
        if ranges.is_empty() {
            continue;
        }
        let answer = cx
            .topology
            .attached_vpc(attachment)
            .and_then(|vpc| decide(cx.topology, (vpc, subnets), &ranges, gap, route));
        let answer = answer.map(|found| found.map(|it| words(cx.topology, route, &ranges, &it)));
        out.answer(&route.head.origin, answer);
    }
}

fn decide(
    topology: &Topology,
    (vpc, subnets): (Id<Vpc>, &Tri<Members<Subnet>>),
    ranges: &[IpNet],
    gap: Option<Cause>,
    route: &TgwRoute,
) -> Tri<Option<Dropped>> {
    let own = topology.ranges(vpc);
    if own.known().any(|(net, _)| ranges.iter().any(|it| overlap(*it, net).is_some())) {
        return Tri::Known(None);
    }
    let generated = match holds_generated(topology, vpc, ranges) {
        Tri::Known(true) => return Tri::Known(None),
        Tri::Known(false) | Tri::Absent => None,
        Tri::Unknown(cause) => Some(cause),
    };
    let members = match subnets {
        Tri::Known(members) => members,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let mut dropped = Dropped { vpc, tables: Vec::new(), peering: None };
    let mut doubt =
        gap.or_else(|| members.elsewhere.first().map(|id| Cause::NotInInput(id.clone())));
    for subnet in &members.here {
        match topology.table_of(*subnet).and_then(|table| forwards(topology, table, ranges)) {
            Tri::Known(Ok(())) | Tri::Absent => return Tri::Known(None),
            Tri::Known(Err(end)) => {
                dropped.peering = dropped.peering.or(end.peering);
                dropped.tables.extend(end.table.filter(|it| !dropped.tables.contains(it)));
            }
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
        }
    }
    let stack = route.head.stack();
    let unseen = ranges.iter().find_map(|net| {
        topology.range_gap(vpc, *net).or_else(|| topology.unseen_range(vpc, *net, stack))
    });
    doubt.or(generated).or(unseen).map_or(Tri::Known(Some(dropped)), Tri::Unknown)
}

/// Amazon's IPv6 ranges for VPCs are global unicast addresses.
const GLOBAL_UNICAST: &str = "2000::/3";

/// Whether an IPv6 range that Amazon is about to give the VPC is in one of these.
fn holds_generated(topology: &Topology, id: Id<Vpc>, ranges: &[IpNet]) -> Tri<bool> {
    let Ok(global) = GLOBAL_UNICAST.parse::<IpNet>() else { return Tri::Absent };
    if !ranges.iter().any(|it| overlap(*it, global).is_some()) {
        return Tri::Known(false);
    }
    let all = ranges.iter().any(|it| it.contains(&global));
    let told = |it: &Fact<IpNet>| matches!(it.value.known(), Some(IpNet::V6(_)));
    let vpc = &topology.vpcs[id];
    // Of an association that Amazon is about to fill in, no range is known.
    let mut added = topology.ranges_of_vpc.of(id).iter();
    let added = added.any(|it| topology.cidr_associations[*it].range.is_none());
    let has = if added { Tri::Known(true) } else { vpc.has_v6.clone() };
    has.and_then(|has| match has {
        // A known range has been compared.
        true if vpc.ranges.iter().any(told) => Tri::Known(false),
        true if all => Tri::Known(true),
        true => {
            let what = format!("{}.ipv6_cidr_block", vpc.head.name());
            Tri::Unknown(Cause::KnownAfterApply(what.into()))
        }
        false => Tri::Known(false),
    })
}

/// What drops the packets in one table.
struct DeadEnd {
    table: Option<Origin>,
    peering: Option<Origin>,
}

/// Whether a table sends any of these on.
fn forwards(
    topology: &Topology,
    table: Id<groundplan_model::RouteTable>,
    ranges: &[IpNet],
) -> Tri<Result<(), DeadEnd>> {
    let meets = |route: &Route| {
        let (nets, gap) = topology.destination_ranges(&route.destination);
        (touches(&nets, ranges), gap)
    };
    let mut end = DeadEnd { table: None, peering: None };
    end.table = Some(topology.route_tables[table].head.origin.clone());
    let mut doubt = None;
    for (_, route) in topology.routes(table) {
        let (met, gap) = meets(route);
        match takes(&route.target) {
            Tri::Known(true) if met => return Tri::Known(Ok(())),
            Tri::Known(true) => doubt = doubt.or(gap),
            Tri::Known(false) | Tri::Absent => {
                let peering = met && matches!(route.target, RouteTarget::Peering(_));
                end.peering = end.peering.or(peering.then(|| route.origin.clone()));
            }
            Tri::Unknown(cause) => doubt = doubt.or((met || gap.is_some()).then_some(cause)),
        }
    }
    let (announced, gap) = topology.announced(table);
    if gap.is_some() || touches(&announced, ranges) {
        return Tri::Known(Ok(()));
    }
    let matters = |route: &Route| takes(&route.target) != Tri::Known(false);
    doubt.or_else(|| topology.table_open(table, matters)).map_or(Tri::Known(Err(end)), Tri::Unknown)
}

/// Whether a target takes what comes over a transit gateway and is for elsewhere. An internet gateway
/// that others meet is the business of `central-egress-return-missing`; whether a virtual private gateway
/// forwards is not documented.
fn takes(target: &RouteTarget) -> Tri<bool> {
    match target {
        RouteTarget::NatGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::InternetGateway(_)
        | RouteTarget::Other(_) => Tri::Known(true),
        RouteTarget::Local | RouteTarget::Peering(_) | RouteTarget::EgressOnlyGateway(_) => {
            Tri::Known(false)
        }
        RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

fn words(topology: &Topology, route: &TgwRoute, ranges: &[IpNet], found: &Dropped) -> Finding {
    let (name, vpc) = (route.head.name(), &topology.vpcs[found.vpc].head);
    let shown: Vec<String> = ranges.iter().take(3).map(ToString::to_string).collect();
    let shown = shown.join(", ");
    let own = topology.ranges(found.vpc);
    let finding = Finding::at(&route.destination_origin, format!("{shown} is not in the VPC"))
        .also(&vpc.origin, format!("has {}", own.text()));
    let finding = found.tables.iter().take(MOST_PLACES).fold(finding, |finding, table| {
        finding
            .also(table, format!("the table of an attachment subnet, which sends {shown} nowhere"))
    });
    let finding = match &found.peering {
        Some(origin) => finding
            .also(origin, "a peering connection does not take what comes from outside of the VPC"),
        None => finding,
    };
    finding
        .message(format!(
            "`{name}` sends {shown} to `{}`, which does not hold it and does not send it on",
            vpc.name()
        ))
        .why(
            "packets that arrive over an attachment follow the tables of its subnets; what is neither in the VPC nor \
             sent on to a NAT gateway, firewall or appliance is dropped",
        )
        .help(match owner(topology, route, ranges) {
            Some(other) => format!("name `{other}` in `{name}`, whose VPC holds {shown}"),
            None => format!("name the attachment of the network that holds {shown} in `{name}`, or remove it"),
        })
}

/// The attachment of the same gateway whose VPC holds the destination.
fn owner(topology: &Topology, route: &TgwRoute, ranges: &[IpNet]) -> Option<String> {
    let gateway = topology.attachments[route.attachment.here()?].gateway.here()?;
    let mut all = topology.attachments_of_gateway.of(gateway).iter();
    let found = all.find(|id| {
        let vpc = topology.attached_vpc(**id);
        vpc.known().is_some_and(|vpc| {
            topology
                .ranges(*vpc)
                .known()
                .any(|(net, _)| ranges.iter().any(|it| overlap(*it, net).is_some()))
        })
    });
    found.map(|id| topology.attachments[*id].head.name())
}
