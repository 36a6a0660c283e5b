//! A VPC holds addresses of a site, or of VPN clients, that it is connected with.
//!
//! ## Why
//!
//! Inside a VPC the local route comes first. Where a transit gateway sends a site's range to a VPN
//! connection, a VPC that holds that range never sends it there: its packets stay in the VPC. The range
//! of a Client VPN endpoint may not overlap the VPC of its subnets at all; AWS refuses the association.
//!
//! Source: AWS Site-to-Site VPN User Guide, "Route tables and AWS Site-to-Site VPN route priority"; AWS
//! Client VPN Administrator Guide, "Rules and best practices for using AWS Client VPN".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
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
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = "65000"
//!   ip_address = "203.0.113.12"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//!   static_routes_only  = true
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "office" {
//!   destination_cidr_block         = "10.0.64.0/18"
//!   transit_gateway_attachment_id  = aws_vpn_connection.office.transit_gateway_attachment_id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
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
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
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
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = "65000"
//!   ip_address = "203.0.113.12"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   transit_gateway_id  = aws_ec2_transit_gateway.core.id
//!   type                = "ipsec.1"
//!   static_routes_only  = true
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "office" {
//!   destination_cidr_block         = "192.168.64.0/18"
//!   transit_gateway_attachment_id  = aws_vpn_connection.office.transit_gateway_attachment_id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway.core.association_default_route_table_id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Ranges that are known only after apply, a table or association that cannot be followed. Ranges that a
//! site announces by BGP are in no input. A range that reaches beyond the VPC's is taken for a summary;
//! one that is all of the VPC's is the matter of `tgw-route-shadowed`. Sites behind a VPC's own gateway
//! are that of `site-range-inside-vpc`.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, ClientVpnAssociation, Id, Link, Management, TgwRoute,
    TgwRouteTable, Topology, Vpc, VpcRanges, VpnConnection, overlap,
};
use ipnet::IpNet;

use crate::gateways::same_gateway;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let connections = topology.vpn_attachments();
    let mut users: Option<Users> = None;
    for (_, route) in topology.tgw_routes.iter() {
        let connection = route.attachment.here().and_then(|it| connections.get(&it));
        let Some(connection) = connection.filter(|_| !topology.is_only_seen(&route.head)) else {
            continue;
        };
        let users = users.get_or_insert_with(|| Users::new(topology));
        let answer = swallowed(topology, users, route);
        let answer = answer
            .map(|found| found.map(|(net, vpc)| words(topology, route, *connection, (net, vpc))));
        out.answer(&route.head.origin, answer);
    }
    for (_, association) in topology.client_vpn_associations.iter() {
        if association.head.management == Management::Created {
            out.answer(&association.head.origin, clients(topology, association));
        }
    }
}

/// The VPCs that send by a table.
struct Users {
    by_table: BTreeMap<Id<TgwRouteTable>, Vec<Id<Vpc>>>,
    by_vpc: BTreeMap<Id<Vpc>, Vec<Id<TgwRouteTable>>>,
    /// Attachments whose table is not told, by VPC.
    unclear: BTreeMap<Id<Vpc>, (Id<Attachment>, Cause)>,
    ranges: VpcRanges,
}

impl Users {
    fn new(topology: &Topology) -> Self {
        let mut out = Self {
            by_table: BTreeMap::new(),
            by_vpc: BTreeMap::new(),
            unclear: BTreeMap::new(),
            ranges: VpcRanges::new(topology),
        };
        for (id, attachment) in topology.attachments.iter() {
            let AttachmentKind::Vpc { vpc: Link::Here(vpc), .. } = &attachment.kind else {
                continue;
            };
            match topology.association(id) {
                Tri::Known(tie) => {
                    out.by_vpc.entry(*vpc).or_default().push(tie.to);
                    // Of the others the ranges tell.
                    if topology.ranges(*vpc).gap().is_some() {
                        out.by_table.entry(tie.to).or_default().push(*vpc);
                    }
                }
                Tri::Unknown(cause) => {
                    out.unclear.entry(*vpc).or_insert((id, cause));
                }
                Tri::Absent => (),
            }
        }
        out
    }
}

/// A range of the route that is a part of what a VPC holds that sends by the same table.
fn swallowed(
    topology: &Topology,
    users: &Users,
    route: &TgwRoute,
) -> Tri<Option<(IpNet, Id<Vpc>)>> {
    let (nets, gap) = topology.destination_ranges(&route.destination);
    let mut open: Option<Cause> = None;
    for net in nets {
        for vpc in users.ranges.touching(net) {
            if !holds(topology, vpc, net) {
                continue;
            }
            match uses(topology, users, vpc, route) {
                Tri::Known(true) => return Tri::Known(Some((net, vpc))),
                Tri::Unknown(cause) => open = open.or(Some(cause)),
                Tri::Known(false) | Tri::Absent => (),
            }
        }
        let table = route.table.here();
        let mut vague = table.and_then(|it| users.by_table.get(&it)).into_iter().flatten();
        open = open.or_else(|| vague.find_map(|vpc| topology.range_gap(*vpc, net)));
    }
    // A destination that is not known matters only where VPCs use the table.
    let used = || {
        let table = route.table.here();
        table.is_some_and(|table| users.by_vpc.values().any(|tables| tables.contains(&table)))
    };
    open.or(gap.filter(|_| used())).map_or(Tri::Known(None), Tri::Unknown)
}

/// Whether a range of the VPC holds all of `net`, and more.
fn holds(topology: &Topology, vpc: Id<Vpc>, net: IpNet) -> bool {
    topology.ranges(vpc).known().any(|(own, _)| own.contains(&net) && own != net)
}

/// Whether the VPC sends by the table of the route.
fn uses(topology: &Topology, users: &Users, vpc: Id<Vpc>, route: &TgwRoute) -> Tri<bool> {
    let tables = users.by_vpc.get(&vpc).map_or(&[][..], Vec::as_slice);
    let own = match &route.table {
        Link::Here(table) => Tri::Known(tables.contains(table)),
        Link::OneOf(ids, cause) if ids.iter().any(|it| tables.contains(it)) => {
            Tri::Unknown(cause.clone())
        }
        Link::Unknown(cause) if !tables.is_empty() => Tri::Unknown(cause.clone()),
        Link::OneOf(..) | Link::Unknown(_) | Link::Elsewhere(_) | Link::Absent => Tri::Known(false),
    };
    if own != Tri::Known(false) {
        return own;
    }
    let Some((attachment, cause)) = users.unclear.get(&vpc) else { return own };
    let gateway = &topology.attachments[*attachment].gateway;
    let table = route.table.here().map(|it| &topology.tgw_route_tables[it].gateway);
    match table.map(|table| same_gateway(topology, gateway, table)) {
        Some(Tri::Known(false) | Tri::Absent) => Tri::Known(false),
        Some(Tri::Known(true) | Tri::Unknown(_)) | None => Tri::Unknown(cause.clone()),
    }
}

fn words(
    topology: &Topology,
    route: &TgwRoute,
    connection: Id<VpnConnection>,
    (net, vpc): (IpNet, Id<Vpc>),
) -> Finding {
    let (name, vpc_head) =
        (topology.vpn_connections[connection].head.name(), &topology.vpcs[vpc].head);
    let vpc_name = vpc_head.name();
    let ranges = topology.ranges(vpc);
    let own = ranges.known().find(|(own, _)| own.contains(&net));
    let (own, place) = own.map_or((net, &vpc_head.origin), |(own, fact)| (own, &fact.origin));
    Finding::at(&route.destination_origin, "a range of the site")
        .also(place, format!("holds all of {net}"))
        .message(format!(
            "`{}` sends {net} to `{name}`, and {own} of `{vpc_name}` holds it",
            route.head.name()
        ))
        .why(
            "in a VPC the local route comes first: packets to these addresses of the site never leave it, \
             and answers to the site do not either",
        )
        .help(format!(
            "give the site or `{vpc_name}` addresses apart from {net}, or translate them at the site (NAT)"
        ))
}

/// A Client VPN endpoint whose range overlaps the VPC of the subnet.
fn clients(topology: &Topology, association: &ClientVpnAssociation) -> Tri<Option<Finding>> {
    let endpoint = match association.endpoint.tri() {
        Tri::Known(id) => &topology.client_vpns[id],
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let net = match &endpoint.range.value {
        Tri::Known(net) => net.trunc(),
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    topology.vpc_of_subnet(&association.subnet).tri().and_then(|vpc| {
        let ranges = topology.ranges(vpc);
        let found = ranges.known().find_map(|(own, fact)| Some((overlap(own, net)?, fact)));
        if let Some((common, fact)) = found {
            return Tri::Known(Some(client_words(
                topology,
                association,
                &endpoint.range,
                (vpc, common, fact),
            )));
        }
        topology.range_gap(vpc, net).map_or(Tri::Known(None), Tri::Unknown)
    })
}

fn client_words(
    topology: &Topology,
    association: &ClientVpnAssociation,
    clients: &Fact<IpNet>,
    (vpc, common, fact): (Id<Vpc>, IpNet, &Fact<IpNet>),
) -> Finding {
    let name = topology.vpcs[vpc].head.name();
    Finding::at(&association.head.origin, "AWS refuses this association")
        .also(&clients.origin, "the addresses of the clients")
        .also(&fact.origin, format!("the range of `{name}`"))
        .message(format!("the clients of `{}` and `{name}` both hold {common}", clients.origin.address))
        .why("the addresses of Client VPN clients may not overlap the VPC of the endpoint's subnets")
        .help(format!(
            "give the endpoint a `client_cidr_block` apart from {common}, which makes AWS replace it"
        ))
}
