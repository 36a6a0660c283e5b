//! A route leads to addresses that AWS keeps for the services of the instance itself.
//!
//! ## Why
//!
//! Instances find the metadata service, the DNS resolver and the time service at fixed addresses in
//! `169.254.168.0/22` and `fd00:ec2::/32`. Packets to these never leave the host, so AWS refuses a route to
//! such a range or a part of it.
//!
//! Source: Amazon VPC User Guide, "Subnet route tables" (rules and considerations).
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
//! resource "aws_network_interface" "proxy" {
//!   subnet_id         = aws_subnet.a.id
//!   source_dest_check = false
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "169.254.169.254/32"
//!   network_interface_id   = aws_network_interface.proxy.id
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
//! resource "aws_network_interface" "proxy" {
//!   subnet_id         = aws_subnet.a.id
//!   source_dest_check = false
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "169.254.100.0/30"
//!   network_interface_id   = aws_network_interface.proxy.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A destination whose value is sensitive, or a variable without a value. Ranges that AWS hands out are
//! never these. A wider range than the reserved one is fine: only the reserved part of it is not forwarded.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Destination, Route};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::own_ranges::written;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for route in written(cx.topology) {
        let answer = decide(route).map(|found| found.map(|(net, kept)| words(route, net, kept)));
        out.answer(&route.origin, answer);
    }
}

/// The destination and the reserved range that holds it.
fn decide(route: &Route) -> Tri<Option<(IpNet, IpNet)>> {
    match &route.destination {
        Destination::Range(Tri::Known(net)) => {
            let net = net.trunc();
            let kept = reserved().into_iter().flatten().find(|it| it.contains(&net));
            Tri::Known(kept.map(|it| (net, it)))
        }
        // What AWS or a resource gives is a range of a network, so that only what a person wrote may be this.
        Destination::Range(Tri::Unknown(cause)) | Destination::Unknown(cause)
            if matches!(cause, Cause::Sensitive(_) | Cause::NoValue(_)) =>
        {
            Tri::Unknown(cause.clone())
        }
        Destination::Range(Tri::Unknown(_) | Tri::Absent)
        | Destination::Unknown(_)
        | Destination::PrefixList(_) => Tri::Known(None),
    }
}

/// The ranges that AWS keeps ("Subnet route tables").
fn reserved() -> [Option<IpNet>; 2] {
    let four = Ipv4Net::new([169, 254, 168, 0].into(), 22);
    let six = Ipv6Net::new([0xfd00, 0xec2, 0, 0, 0, 0, 0, 0].into(), 32);
    [four.ok().map(IpNet::V4), six.ok().map(IpNet::V6)]
}

fn words(route: &Route, net: IpNet, kept: IpNet) -> Finding {
    let name = &route.origin.address;
    Finding::at(&route.destination_origin, format!("in {kept}, which AWS keeps"))
        .also(&route.target_origin, "no packet to there comes here")
        .message(format!("a route of `{name}` leads to {net}, which is in {kept}, a range that AWS keeps"))
        .why(
            "packets for the metadata service, the DNS resolver and the time service never leave the host; AWS \
             refuses a route to them at apply",
        )
        .help(format!("remove the route to {net}: no route table has a say in where these packets go"))
}
