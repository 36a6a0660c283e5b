//! A range behind a VPC's own VPN or Direct Connect lies inside that VPC.
//!
//! ## Why
//!
//! Inside a VPC the local route comes first: it beats what a virtual private gateway propagates, even
//! where that is more specific, and no route to a gateway can be more specific than it. Packets to the
//! site's addresses stay in the VPC, and answers to packets from there do so too. Connection and routes
//! are made without an error.
//!
//! Source: AWS Site-to-Site VPN User Guide, "Route tables and AWS Site-to-Site VPN route priority".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = 65000
//!   ip_address = "203.0.113.1"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   vpn_gateway_id      = aws_vpn_gateway.app.id
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   type                = "ipsec.1"
//!   static_routes_only  = true
//! }
//!
//! resource "aws_vpn_connection_route" "office" {
//!   vpn_connection_id      = aws_vpn_connection.office.id
//!   destination_cidr_block = "10.1.4.0/24"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = 65000
//!   ip_address = "203.0.113.1"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   vpn_gateway_id      = aws_vpn_gateway.app.id
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   type                = "ipsec.1"
//!   static_routes_only  = true
//! }
//!
//! resource "aws_vpn_connection_route" "office" {
//!   vpn_connection_id      = aws_vpn_connection.office.id
//!   destination_cidr_block = "10.2.4.0/24"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! What a site announces by BGP, over a VPN connection or Direct Connect, unless groundplan.toml declares
//! it; ranges of the VPC that are known only after apply. A range of the site that reaches beyond the VPC's
//! is taken for a summary and is fine. Sites behind a transit gateway are not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Origin, Tri};
use groundplan_model::{Id, Sites, Topology, Vpc};
use ipnet::IpNet;

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
    for (id, vpc) in cx.topology.vpcs.iter() {
        // Without a VPN or Direct Connect there is no site.
        let Some(site) = sites.behind(id) else { continue };
        for (net, place) in &site.ranges {
            let answer = decide(cx.topology, id, *net).map(|found| {
                found.map(|(own, fact)| words(cx.topology, id, (*net, place), (own, fact)))
            });
            out.answer(place, answer);
        }
        if let Some(cause) = site.open {
            out.undetermined(&vpc.head.origin, cause);
        }
    }
}

/// The range of the VPC that holds all of the site's.
fn decide(topology: &Topology, vpc: Id<Vpc>, net: IpNet) -> Tri<Option<(IpNet, &Fact<IpNet>)>> {
    let ranges = topology.ranges(vpc);
    if let Some(found) = ranges.known().find(|(own, _)| own.contains(&net)) {
        return Tri::Known(Some(found));
    }
    topology.range_gap(vpc, net).map_or(Tri::Known(None), Tri::Unknown)
}

fn words(
    topology: &Topology,
    vpc: Id<Vpc>,
    (net, place): (IpNet, &Origin),
    (own, range): (IpNet, &Fact<IpNet>),
) -> Finding {
    let name = topology.vpcs[vpc].head.name();
    Finding::at(place, "the site's range")
        .also(&range.origin, format!("holds all of {net}"))
        .message(format!("`{name}` reaches {net} over its VPN or Direct Connect, and {own} is its own"))
        .why(
            "in a VPC the local route comes first, even before a more specific route to a virtual \
             private gateway: packets to these addresses never leave it",
        )
        .help(format!(
            "give the site or `{name}` addresses apart from {net}, or translate them at the site (NAT) and \
             announce the translated range"
        ))
}
