//! A route leads to a network interface that drops what is not from or to its own addresses.
//!
//! ## Why
//!
//! A network interface checks that it is the source or the destination of what it sends and receives, unless
//! that is switched off. A NAT instance, a firewall or a router hands on packets of others; with the check
//! on, every one of them is dropped.
//!
//! Source: Amazon VPC User Guide, "NAT instances"; Reachability Analyzer,
//! "`ENI_SOURCE_DEST_CHECK_RESTRICTION`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   network_interface_id   = aws_network_interface.firewall.id
//! }
//!
//! resource "aws_network_interface" "firewall" {
//!   subnet_id = aws_subnet.a.id
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
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   network_interface_id   = aws_network_interface.firewall.id
//! }
//!
//! resource "aws_network_interface" "firewall" {
//!   subnet_id         = aws_subnet.a.id
//!   source_dest_check = false
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An instance whose interfaces are made elsewhere, an interface that a data source looks up: it does not
//! tell the attribute. A target that is only known by its id is not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use std::collections::BTreeMap;

use groundplan_model::{Id, Link, NetworkInterface, Route, RouteTarget};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let mut routes: BTreeMap<Id<NetworkInterface>, Vec<&Route>> = BTreeMap::new();
    for (_, route) in cx.topology.routes.iter() {
        if let RouteTarget::NetworkInterface(Link::Here(id)) = &route.target {
            routes.entry(*id).or_default().push(route);
        }
    }
    for (id, routes) in &routes {
        let interface = &cx.topology.network_interfaces[*id];
        let checks = interface.checks_addresses.value.clone();
        let answer = checks.map(|on| on.then(|| words(interface, routes)));
        out.answer(&interface.head.origin, answer);
    }
}

fn words(interface: &NetworkInterface, routes: &[&Route]) -> Finding {
    let name = interface.head.name();
    let mut finding =
        Finding::at(&interface.checks_addresses.origin, "drops the packets of others");
    for route in routes.iter().take(crate::place::MOST_PLACES) {
        finding = finding.also(&route.target_origin, "sends packets of others here");
    }
    let first = routes.first().map(|it| it.origin.address.to_string()).unwrap_or_default();
    finding
        .message(format!("`{first}` leads to `{name}`, which checks source and destination"))
        .why(
            "with the source/destination check on, an interface drops what is neither from nor to its own addresses, \
             so nothing gets through a NAT instance, firewall or router",
        )
        .help(format!("set `source_dest_check = false` on `{name}`"))
}
