//! A static route hides a range that another attachment propagates into the same transit gateway table.
//!
//! ## Why
//!
//! At equal length a static route, or a reference to a prefix list, wins over what is propagated. A
//! propagation into a table in which a static route sends the same range to another attachment has no
//! effect there: packets for the VPC go to the other attachment, also where that cannot hand them on.
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
//! resource "aws_vpc" "egress" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_subnet" "egress" {
//!   vpc_id     = aws_vpc.egress.id
//!   cidr_block = "10.2.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
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
//! resource "aws_ec2_transit_gateway_vpc_attachment" "egress" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.egress.id
//!   subnet_ids         = [aws_subnet.egress.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "data" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.data.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "data" {
//!   destination_cidr_block         = "10.1.0.0/16"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.egress.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
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
//! resource "aws_vpc" "egress" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_subnet" "egress" {
//!   vpc_id     = aws_vpc.egress.id
//!   cidr_block = "10.2.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
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
//! resource "aws_ec2_transit_gateway_vpc_attachment" "egress" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.egress.id
//!   subnet_ids         = [aws_subnet.egress.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "data" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.data.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "data" {
//!   destination_cidr_block         = "10.1.0.0/16"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.data.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A route whose attachment cannot be followed or is not in the input, and ranges of a VPC that are not
//! known. A blackhole is not asked about, since it is how one range of a table is stopped, and neither
//! is a range that is propagated by default only: a static route is how a part of that is steered
//! elsewhere.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Attachment, Id, TgwPropagation, TgwRoute, TgwRouteTable, Topology};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// What is propagated into one table, because somebody wrote it.
#[derive(Default)]
struct Propagated<'t> {
    ranges: BTreeMap<IpNet, Vec<(Id<Attachment>, &'t TgwPropagation)>>,
    gap: Option<Cause>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut tables: BTreeMap<Id<TgwRouteTable>, Propagated<'_>> = BTreeMap::new();
    for (_, route) in topology.tgw_routes.iter() {
        let drops = route.blackhole.value == Tri::Known(true);
        let Some(table) = route.table.here().filter(|_| !drops) else { continue };
        let there = tables.entry(table).or_insert_with(|| propagated(topology, table));
        if there.ranges.is_empty() && there.gap.is_none() {
            continue;
        }
        out.answer(&route.head.origin, decide(topology, there, route));
    }
}

fn propagated(topology: &Topology, table: Id<TgwRouteTable>) -> Propagated<'_> {
    let mut out = Propagated::default();
    for id in topology.propagations_of_tgw_table.of(table) {
        let propagation = &topology.tgw_propagations[*id];
        let attached = propagation
            .attachment
            .tri()
            .and_then(|it| topology.attached_vpc(it).map(|vpc| (it, vpc)));
        match attached {
            Tri::Known((attachment, vpc)) => {
                let ranges = topology.ranges(vpc);
                out.gap = out.gap.take().or_else(|| ranges.gap().cloned());
                for (net, _) in ranges.known_v4() {
                    out.ranges.entry(net).or_default().push((attachment, propagation));
                }
            }
            Tri::Unknown(cause) => out.gap = out.gap.take().or(Some(cause)),
            // Of what is no VPC no plan tells the ranges.
            Tri::Absent => (),
        }
    }
    out
}

fn decide(topology: &Topology, there: &Propagated<'_>, route: &TgwRoute) -> Tri<Option<Finding>> {
    let (ranges, gap) = topology.destination_ranges(&route.destination);
    // A range of a VPC has 16 bits or more, so that no wider one is ever propagated.
    let may_meet = ranges.iter().any(|net| net.prefix_len() >= 16);
    let mut doubt = gap.or_else(|| there.gap.clone().filter(|_| may_meet));
    for net in ranges {
        for (attachment, propagation) in there.ranges.get(&net).into_iter().flatten() {
            let to = match route.attachment.tri() {
                Tri::Known(to) if to == *attachment => continue,
                Tri::Known(to) => to,
                Tri::Unknown(cause) => {
                    doubt = Some(cause);
                    continue;
                }
                Tri::Absent => continue,
            };
            let (one, two) =
                (&topology.attachments[to].head, &topology.attachments[*attachment].head);
            match (topology.may_be_one(one, two), &route.blackhole.value) {
                (Some(cause), _) => doubt = Some(cause),
                (None, Tri::Unknown(cause)) => doubt = Some(cause.clone()),
                (None, Tri::Known(_) | Tri::Absent) => {
                    return Tri::Known(Some(words(
                        topology,
                        route,
                        (net, to, *attachment),
                        propagation,
                    )));
                }
            }
        }
    }
    doubt.map_or(Tri::Known(None), Tri::Unknown)
}

fn words(
    topology: &Topology,
    route: &TgwRoute,
    (net, to, from): (IpNet, Id<Attachment>, Id<Attachment>),
    propagation: &TgwPropagation,
) -> Finding {
    let (to, from) = (topology.attachments[to].head.name(), topology.attachments[from].head.name());
    let name = route.head.name();
    Finding::at(&route.destination_origin, format!("sends {net} to `{to}`"))
        .also(&propagation.head.origin, format!("propagates {net} from `{from}` in vain"))
        .message(format!(
            "`{name}` sends {net} to `{to}` and hides it from `{from}`, which propagates it"
        ))
        .why(
            "at equal length a static route wins over what is propagated, which then has no effect",
        )
        .help(format!(
            "remove `{name}` to reach `{from}`, or `{}` if `{to}` is to get the packets",
            propagation.head.name()
        ))
}
