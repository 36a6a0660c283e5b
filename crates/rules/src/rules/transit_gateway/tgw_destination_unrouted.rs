//! A VPC sends a range to its transit gateway, whose route table for that VPC has no route for it.
//!
//! ## Why
//!
//! What a VPC sends over its attachment is looked up in the one route table that the attachment is
//! associated with. Where no route of that table is for any of the addresses, the gateway drops the
//! packets. Usually the propagation of the other VPC into that table is missing.
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
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_association = "disable"
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "app" {
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
//! resource "aws_ec2_transit_gateway_route_table_association" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.app.id
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "app_to_data" {
//!   route_table_id         = aws_route_table.app.id
//!   destination_cidr_block = "10.1.0.0/16"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
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
//!   default_route_table_association = "disable"
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "app" {
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
//! resource "aws_ec2_transit_gateway_route_table_association" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.app.id
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "app_to_data" {
//!   route_table_id         = aws_route_table.app.id
//!   destination_cidr_block = "10.1.0.0/16"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "data_into_app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.data.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.app.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Tables of a gateway that exists already, into which others may propagate; what a VPN connection, a
//! Connect attachment or Direct Connect announces. A gateway that is not in the input is not asked
//! about, and neither are IPv6 ranges, wider routes of which a part is reached (that other parts are
//! not is often wanted), and ranges that nothing attached to the gateway is known to have.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Hops, Id, Management, Prefixes, Proven, Route, TgwRouteTable,
    Topology, TransitGateway,
};
use ipnet::IpNet;

use crate::gateways::late_table;
use crate::place::reference;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What a VPC sends to its gateway by one route.
struct Sent {
    attachment: Id<Attachment>,
    route: Id<Route>,
    /// All that the route is for.
    ranges: Vec<IpNet>,
    table: Id<TgwRouteTable>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let late = late_table(topology);
    let mut nears: BTreeMap<Id<TransitGateway>, Near> = BTreeMap::new();
    let mut tables: BTreeMap<Id<TgwRouteTable>, Hops> = BTreeMap::new();
    for (id, attachment) in topology.attachments.iter() {
        let (Some(gateway), Some(vpc)) =
            (attachment.gateway.here(), topology.attached_vpc(id).known().copied())
        else {
            continue;
        };
        let mut routes: BTreeMap<Id<Route>, Vec<IpNet>> = BTreeMap::new();
        for (net, route) in topology.exits(vpc, &Proven::Here(gateway)).gateway {
            routes.entry(route).or_default().push(net);
        }
        // The routes of a table are told for IPv4 alone.
        routes.retain(|_, ranges| ranges.iter().all(|net| matches!(net, IpNet::V4(_))));
        let tie = match topology.association(id) {
            Tri::Known(tie) => tie,
            Tri::Unknown(cause) if !routes.is_empty() => {
                out.undetermined(&attachment.head.origin, cause);
                continue;
            }
            // One without a table is the business of `tgw-attachment-not-associated`.
            Tri::Unknown(_) | Tri::Absent => continue,
        };
        for (route, ranges) in routes {
            let hops = tables.entry(tie.to).or_insert_with(|| topology.hops(tie.to));
            let sent = Sent { attachment: id, route, ranges, table: tie.to };
            let near = nears.entry(gateway).or_insert_with(|| Near::of(topology, gateway));
            let answer = decide(topology, hops, near, &sent, late.as_ref());
            let answer = answer.map(|lost| lost.then(|| words(topology, &sent)));
            out.answer(&topology.routes[sent.route].origin, answer);
        }
    }
}

/// Whether all that is sent is dropped for want of a route.
fn decide(
    topology: &Topology,
    hops: &Hops,
    near: &Near,
    sent: &Sent,
    late: Option<&Cause>,
) -> Tri<bool> {
    if sent.ranges.iter().any(|net| hops.is_touched(*net)) {
        return Tri::Known(false);
    }
    match near.meets(topology, sent) {
        Tri::Known(true) => (),
        other @ (Tri::Known(false) | Tri::Unknown(_) | Tri::Absent) => return other,
    }
    let unseen = || hops.propagating.iter().find_map(|id| unseen(topology, *id, &sent.ranges));
    let gap = || topology.destination_ranges(&topology.routes[sent.route].destination).1;
    let open = hops.open.clone().or_else(|| late.cloned()).or_else(unseen).or_else(gap);
    open.map_or(Tri::Known(true), Tri::Unknown)
}

/// What is known to lie behind the attachments of one gateway.
#[derive(Default)]
struct Near {
    ranges: Prefixes<Vec<Id<Attachment>>>,
    /// Attachments of which not all ranges are known; two are enough to find one that is not the asker.
    gaps: Vec<(Id<Attachment>, Cause)>,
}

impl Near {
    fn of(topology: &Topology, gateway: Id<TransitGateway>) -> Self {
        let mut near = Self::default();
        for id in topology.attachments_of_gateway.of(gateway) {
            let (ranges, gap): (Vec<IpNet>, Option<Cause>) = match topology.attached_vpc(*id) {
                Tri::Known(vpc) => {
                    let all = topology.ranges(vpc);
                    (all.known_v4().map(|(net, _)| net).collect(), all.gap().cloned())
                }
                Tri::Unknown(cause) => (Vec::new(), Some(cause)),
                Tri::Absent => {
                    let declared = topology.declared_behind_attachment(*id);
                    (declared.known().map(|(net, _)| net).collect(), None)
                }
            };
            for net in ranges {
                near.ranges.entry(net).push(*id);
            }
            near.gaps.extend(gap.filter(|_| near.gaps.len() < 2).map(|cause| (*id, cause)));
        }
        near.told_by_routes(topology, gateway);
        near
    }

    /// What other tables of the gateway send to sites and to other gateways.
    fn told_by_routes(&mut self, topology: &Topology, gateway: Id<TransitGateway>) {
        for table in topology.tables_of_gateway.of(gateway) {
            for id in topology.routes_of_tgw_table.of(*table) {
                let route = &topology.tgw_routes[*id];
                let Some(to) = route.attachment.here() else { continue };
                let is_vpc = matches!(topology.attachments[to].kind, AttachmentKind::Vpc { .. });
                if is_vpc || route.blackhole.value == Tri::Known(true) {
                    continue;
                }
                let (nets, _) = topology.destination_ranges(&route.destination);
                for net in nets.into_iter().filter(|net| net.prefix_len() > 0) {
                    self.ranges.entry(net).push(to);
                }
            }
        }
    }

    /// Whether anything behind another attachment has addresses that are sent for.
    fn meets(&self, topology: &Topology, sent: &Sent) -> Tri<bool> {
        // Of a VPC that several inputs tell, there may be an attachment of each.
        let is_other = |it: &Id<Attachment>| {
            let [one, two] = [*it, sent.attachment].map(|id| &topology.attachments[id].kind);
            match (one, two) {
                (AttachmentKind::Vpc { vpc: one, .. }, AttachmentKind::Vpc { vpc: two, .. }) => {
                    topology.same_vpc(one, two) == Tri::Known(false)
                }
                (_, _) => *it != sent.attachment,
            }
        };
        let other = |ids: &Vec<Id<Attachment>>| ids.iter().any(is_other);
        let met = sent.ranges.iter().any(|net| {
            let mut all = self.ranges.covering(*net).chain(self.ranges.within(*net));
            all.any(|(_, ids)| other(ids))
        });
        let gap = self.gaps.iter().find(|(id, _)| *id != sent.attachment);
        match gap.filter(|_| !met) {
            Some((_, cause)) => Tri::Unknown(cause.clone()),
            None => Tri::Known(met),
        }
    }
}

/// Why the VPC of an attachment may have a range that meets these.
fn unseen(topology: &Topology, id: Id<Attachment>, ranges: &[IpNet]) -> Option<Cause> {
    let vpc = match topology.attached_vpc(id) {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Some(cause),
        Tri::Absent => return None,
    };
    let stack = topology.attachments[id].head.stack();
    ranges.iter().find_map(|net| {
        let gap = topology.range_gap(vpc, *net);
        gap.or_else(|| topology.unseen_range(vpc, *net, stack))
    })
}

fn words(topology: &Topology, sent: &Sent) -> Finding {
    let route = &topology.routes[sent.route];
    let (table, attachment) =
        (&topology.tgw_route_tables[sent.table].head, &topology.attachments[sent.attachment].head);
    let ranges: Vec<String> = sent.ranges.iter().take(3).map(ToString::to_string).collect();
    let more = if sent.ranges.len() > 3 { ", …" } else { "" };
    let ranges = format!("{}{more}", ranges.join(", "));
    Finding::at(&route.origin, format!("sends {ranges} to the gateway"))
        .also(&table.origin, format!("has no route for {ranges}"))
        .also(&attachment.origin, "is associated with that table")
        .message(format!(
            "`{}` sends {ranges} to the transit gateway, and `{}` has no route for it",
            route.origin, table.origin
        ))
        .why(
            "the gateway looks up what comes from a VPC in the table that its attachment is associated \
             with, and drops what no route there is for; nothing fails at apply",
        )
        .help(cure(topology, sent, &ranges))
}

fn cure(topology: &Topology, sent: &Sent, ranges: &str) -> String {
    let table = &topology.tgw_route_tables[sent.table];
    let plain =
        format!("bring {ranges} into `{}` by a propagation or a static route", table.head.origin);
    let block = owner(topology, sent).and_then(|id| {
        let (from, beside) = (&topology.attachments[id].head.origin, &table.head.origin);
        Some(resource(
            "aws_ec2_transit_gateway_route_table_propagation",
            &from.address.name,
            &[
                ("transit_gateway_attachment_id", Proposed::Reference(reference(from, beside)?)),
                ("transit_gateway_route_table_id", Proposed::Reference(reference(beside, beside)?)),
            ],
        ))
    });
    block.map_or(plain.clone(), |block| format!("{plain}, for example:\n\n{block}"))
}

/// The attachment of the VPC that the range belongs to.
fn owner(topology: &Topology, sent: &Sent) -> Option<Id<Attachment>> {
    let gateway = topology.attachments[sent.attachment].gateway.here()?;
    let mut all = topology.attachments_of_gateway.of(gateway).iter().copied();
    all.find(|id| {
        let managed = topology.attachments[*id].head.management != Management::Observed;
        let vpc = topology.attached_vpc(*id).known().copied();
        let holds = |net: &IpNet| sent.ranges.contains(net);
        managed && vpc.is_some_and(|it| topology.ranges(it).known_v4().any(|(net, _)| holds(&net)))
    })
}
