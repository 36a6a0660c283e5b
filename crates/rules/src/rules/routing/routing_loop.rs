//! Packets go round between a transit gateway and what they were sent to.
//!
//! ## Why
//!
//! Each hop decides by its own table. Where the subnets of an attachment send a range back to the transit
//! gateway, and the table of that attachment leads the range to the attachment again, packets go round until
//! they are dropped; the same where two peered transit gateways have routes for a range at each other.
//! Inspection visits a transit gateway twice as well, but by two tables.
//!
//! Source: Amazon VPC Transit Gateways, "How transit gateways work"; "Example: Appliance in a shared
//! services VPC".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.9.0.0/28"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_association = "disable"
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.a.id
//!   subnet_ids         = [aws_subnet.a.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "internet" {
//!   destination_cidr_block         = "0.0.0.0/0"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.a.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "a" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.a.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//!   depends_on             = [aws_ec2_transit_gateway_vpc_attachment.a]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.9.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.9.0.0/28"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.a.id
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_association = "disable"
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.a.id
//!   subnet_ids         = [aws_subnet.a.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "internet" {
//!   destination_cidr_block         = "0.0.0.0/0"
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.a.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "a" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.a.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = "nat-0a1b2c3d4e5f60718"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An association, a subnet or a table that cannot be followed. Ways over firewalls and other appliances,
//! over more than one VPC or more than two transit gateways are not followed.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Proven, Route, RouteTable, RouteTarget, TgwRoute,
    TgwRouteTable, Topology, TransitGateway, covered,
};
use ipnet::IpNet;

use crate::gateway_tables::Tables;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A static route to an attachment.
struct Entry<'t> {
    table: Id<TgwRouteTable>,
    net: IpNet,
    route: &'t TgwRoute,
}

/// A way round.
enum Round<'t> {
    /// Between a gateway and a VPC.
    Vpc { net: IpNet, there: &'t TgwRoute, back: &'t Route },
    /// Between two gateways.
    Peering { net: IpNet, there: &'t TgwRoute, back: &'t TgwRoute },
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut entries: BTreeMap<Id<Attachment>, Vec<Entry<'_>>> = BTreeMap::new();
    for (_, route) in topology.tgw_routes.iter() {
        let (Some(to), Some(table)) = (route.attachment.here(), route.table.here()) else {
            continue;
        };
        if route.blackhole.value == Tri::Known(true) {
            continue;
        }
        let (nets, _) = topology.destination_ranges(&route.destination);
        let all = nets.into_iter().map(|net| Entry { table, net, route });
        entries.entry(to).or_default().extend(all);
    }
    let mut tables = Tables::new(topology);
    for (id, entries) in &entries {
        let attachment = &topology.attachments[*id];
        let answer = match &attachment.kind {
            AttachmentKind::Vpc { .. } => by_vpc(&mut tables, *id, entries),
            AttachmentKind::Peering { .. } => by_peering(&mut tables, *id, entries),
            AttachmentKind::Connect | AttachmentKind::Vpn => continue,
        };
        let answer = answer.map(|found| found.map(|round| words(topology, attachment, &round)));
        out.answer(&attachment.head.origin, answer);
    }
}

/// The tables that the subnets of a VPC attachment use.
fn inner_tables(topology: &Topology, id: Id<Attachment>) -> Tri<BTreeSet<Id<RouteTable>>> {
    let AttachmentKind::Vpc { subnets, .. } = &topology.attachments[id].kind else {
        return Tri::Absent;
    };
    let members = match subnets {
        Tri::Known(members) => members,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let mut out = BTreeSet::new();
    for subnet in &members.here {
        match topology.table_of(*subnet) {
            Tri::Known(table) => _ = out.insert(table),
            Tri::Unknown(cause) => return Tri::Unknown(cause),
            Tri::Absent => (),
        }
    }
    match members.elsewhere.first() {
        Some(id) if out.is_empty() => Tri::Unknown(Cause::NotInInput(id.clone())),
        Some(_) | None => Tri::Known(out),
    }
}

/// The transit gateway that a route leads to.
fn leads_to(route: &Route) -> Option<Proven<TransitGateway>> {
    match &route.target {
        RouteTarget::TransitGateway(link) => link.proven(),
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => None,
    }
}

/// A range that the subnets of an attachment send back to the gateway, which leads it there again.
fn by_vpc<'t>(
    tables: &mut Tables<'t>,
    id: Id<Attachment>,
    entries: &[Entry<'t>],
) -> Tri<Option<Round<'t>>> {
    let topology = tables.topology;
    let own = match topology.attached_vpc(id) {
        Tri::Known(vpc) => topology.ranges(vpc).known().map(|(net, _)| net).collect(),
        Tri::Unknown(_) | Tri::Absent => Vec::new(),
    };
    let inner = match inner_tables(topology, id) {
        Tri::Known(inner) => inner,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let gateway = topology.attachments[id].gateway.proven();
    let is_back = |route: &Route| gateway.is_some() && leads_to(route) == gateway;
    let mut back: Vec<(IpNet, &Route)> = Vec::new();
    for table in &inner {
        for (_, route) in topology.routes(*table).filter(|(_, it)| is_back(it)) {
            let Some(net) = route.range() else { continue };
            let others = topology.routes(*table).filter(|(_, it)| !is_back(it));
            let others = others.filter_map(|(_, it)| it.range()).filter(|it| net.contains(it));
            let taken: Vec<IpNet> = others.chain(own.iter().copied()).collect();
            if !covered(net, &taken) {
                back.push((net, route));
            }
        }
    }
    if back.is_empty() {
        let may_go_back = |it: &Route| {
            matches!(it.target, RouteTarget::TransitGateway(_) | RouteTarget::Unknown(_))
        };
        let mut open = inner.iter().filter_map(|it| topology.table_open(*it, may_go_back));
        return open.next().map_or(Tri::Known(None), Tri::Unknown);
    }
    let table = match topology.association(id) {
        Tri::Known(tie) => tie.to,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let mut open: Option<Cause> = None;
    for (net, route) in back {
        let mut there = entries.iter().filter(|it| it.table == table && it.net.contains(&net));
        let Some(there) = there.next() else { continue };
        match tables.sends(table, net, id) {
            Tri::Known(true) => {
                return Tri::Known(Some(Round::Vpc { net, there: there.route, back: route }));
            }
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// A range that two peered gateways send each other.
fn by_peering<'t>(
    tables: &mut Tables<'t>,
    id: Id<Attachment>,
    entries: &[Entry<'t>],
) -> Tri<Option<Round<'t>>> {
    let topology = tables.topology;
    let associations = topology.associations_of_attachment.of(id).iter();
    let used: BTreeSet<Id<TgwRouteTable>> =
        associations.filter_map(|it| topology.tgw_associations[*it].table.here()).collect();
    let from: BTreeSet<Id<TgwRouteTable>> = entries.iter().map(|it| it.table).collect();
    let mut open: Option<Cause> = None;
    for entry in entries {
        for other in from.iter().filter(|it| apart(topology, **it, entry.table)) {
            let net = entry.net;
            let both = (tables.sends(*other, net, id), tables.sends(entry.table, net, id));
            match both {
                (Tri::Known(true), Tri::Known(true)) => (),
                (Tri::Known(false) | Tri::Absent, _) | (_, Tri::Known(false) | Tri::Absent) => {
                    continue;
                }
                (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => {
                    open = open.or(Some(cause));
                    continue;
                }
            }
            let back = entries.iter().find(|it| it.table == *other && it.net.contains(&net));
            let Some(back) = back else { continue };
            if used.contains(other) && used.contains(&entry.table) {
                let (there, back) = (entry.route, back.route);
                return Tri::Known(Some(Round::Peering { net, there, back }));
            }
            open = open.or_else(|| topology.associations_of_attachment.open(id).cloned());
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// Whether two tables belong to two gateways.
fn apart(topology: &Topology, one: Id<TgwRouteTable>, two: Id<TgwRouteTable>) -> bool {
    let gateway = |table: Id<TgwRouteTable>| &topology.tgw_route_tables[table].gateway;
    match (gateway(one), gateway(two)) {
        (Link::Here(_), Link::Here(_)) => !topology.may_be_same_gateway(gateway(one), gateway(two)),
        (
            Link::Here(_) | Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent,
            _,
        ) => false,
    }
}

fn words(topology: &Topology, attachment: &Attachment, round: &Round<'_>) -> Finding {
    let name = attachment.head.name();
    match round {
        Round::Vpc { net, there, back } => {
            let table = match there.table.here() {
                Some(table) => topology.tgw_route_tables[table].head.name(),
                None => "its table".to_owned(),
            };
            Finding::at(&back.target_origin, format!("sends {net} back to the gateway"))
                .also(&there.head.origin, format!("sends {} to the VPC", there.destination_origin))
                .also(&attachment.head.origin, "the attachment that packets come and go by")
                .message(format!(
                    "`{}` sends {net} to the transit gateway, whose table `{table}` sends it to `{name}` again",
                    back.origin.address
                ))
                .why(
                    "what comes back over the attachment is looked up in the same table, so that it goes round until \
                     it is dropped",
                )
                .help(format!(
                    "lead {net} on from the subnets of `{name}` (to a NAT gateway or an appliance), or associate \
                     `{name}` with another table than the one that `{}` is in",
                    there.head.name()
                ))
        }
        Round::Peering { net, there, back } => {
            Finding::at(&there.head.origin, format!("sends {net} to the other gateway"))
                .also(&back.head.origin, "sends it back")
                .also(&attachment.head.origin, "the attachment that packets come and go by")
                .message(format!(
                    "`{}` and `{}` send {net} to each other over `{name}`",
                    there.head.name(),
                    back.head.name()
                ))
                .why(
                    "each gateway looks up what comes from the other in the table that the peering is associated with, \
                     so that it goes to and fro until it is dropped",
                )
                .help(format!(
                    "give one of the two the ranges alone that are behind the other gateway, and send {net} on from \
                     there"
                ))
        }
    }
}
