//! A route leads over a peering connection to a site behind the far VPC's VPN or Direct Connect.
//!
//! ## Why
//!
//! A VPC cannot use the VPN connection or Direct Connect of the VPC that it is peered with: packets that are
//! not addressed to the far VPC itself are dropped there.
//!
//! Source: Amazon VPC Peering Guide, "VPC peering limitations" (edge to edge routing through a gateway).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpn_gateway" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = 65000
//!   ip_address = "203.0.113.1"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   vpn_gateway_id      = aws_vpn_gateway.b.id
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   type                = "ipsec.1"
//!   static_routes_only  = true
//! }
//!
//! resource "aws_vpn_connection_route" "office" {
//!   vpn_connection_id      = aws_vpn_connection.office.id
//!   destination_cidr_block = "192.168.0.0/16"
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = "192.168.0.0/16"
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
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
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpn_gateway" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = 65000
//!   ip_address = "203.0.113.1"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   vpn_gateway_id      = aws_vpn_gateway.b.id
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   type                = "ipsec.1"
//!   static_routes_only  = true
//! }
//!
//! resource "aws_vpn_connection_route" "office" {
//!   vpn_connection_id      = aws_vpn_connection.office.id
//!   destination_cidr_block = "192.168.0.0/16"
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! What a site announces by BGP, over a VPN connection or Direct Connect, is known only when it is up.
//! A far VPC that exists may have got a further range in a configuration that is not in the input
//! (`--complete` says that it has none).

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{Sites, Topology, overlap, touches};
use ipnet::IpNet;

use crate::over_peering::{Ends, Hop, hops, is_default};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let sites = Sites::new(cx.topology);
    for hop in hops(cx.topology) {
        let answer = decide(cx.topology, &sites, &hop)
            .map(|found| found.map(|(ends, net, site)| words(cx.topology, &hop, ends, net, &site)));
        out.answer(&hop.route.origin, answer);
    }
}

type Found = Option<(Ends, IpNet, Origin)>;

fn decide(topology: &Topology, sites: &Sites, hop: &Hop<'_>) -> Tri<Found> {
    let ends = match hop.ends(topology) {
        Tri::Known(ends) => ends,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    // Without a VPN or Direct Connect at the far VPC there is no site to mean.
    let Some(site) = sites.behind(ends.far) else { return Tri::Known(None) };
    let far = topology.ranges(ends.far);
    let (nets, mut open) = hop.ranges(topology);
    for net in nets {
        if is_default(net) || touches(&[net], &far.known_like(net)) {
            continue;
        }
        if let Some((_, origin)) =
            site.ranges.iter().find(|(site, _)| overlap(*site, net).is_some())
        {
            let unseen = || topology.unseen_range(ends.far, net, hop.route.stack());
            match topology.range_gap(ends.far, net).or_else(unseen) {
                Some(cause) => open = open.or(Some(cause)),
                None => return Tri::Known(Some((ends, net, origin.clone()))),
            }
        } else {
            open = open.or_else(|| site.open.clone());
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn words(topology: &Topology, hop: &Hop<'_>, ends: Ends, net: IpNet, site: &Origin) -> Finding {
    let (near, far) = (topology.vpcs[ends.near].head.name(), topology.vpcs[ends.far].head.name());
    let peering = &topology.peerings[ends.peering];
    Finding::at(&hop.route.destination_origin, "lies behind the far VPC's VPN")
        .also(site, "the site's range")
        .also(&peering.head.origin, format!("leads to `{far}` and no further"))
        .message(format!(
            "`{}` sends {net} over `{}` to use the VPN of `{far}`",
            hop.route.origin.address,
            peering.head.name()
        ))
        .why("a VPC cannot use the VPN or Direct Connect of a peer; such packets are dropped in the far VPC")
        .help(format!(
            "attach `{near}` and the VPN to a transit gateway, or give `{near}` a VPN connection or \
             Direct Connect gateway association of its own; else remove the route"
        ))
}
