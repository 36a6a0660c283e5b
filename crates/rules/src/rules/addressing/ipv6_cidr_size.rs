//! An IPv6 range of a VPC or subnet has a length that AWS does not take.
//!
//! ## Why
//!
//! IPv6 ranges go in steps of four: a VPC takes /44, /48, /52, /56 or /60, a subnet /44 to /64. AWS refuses other lengths
//! at apply; the provider does not look at them.
//!
//! Source: Amazon VPC User Guide, "VPC CIDR blocks" and "Subnet CIDR blocks" (IPv6).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block          = "10.0.0.0/16"
//!   ipv6_ipam_pool_id   = "ipam-pool-0a1b2c3d4e5f60718"
//!   ipv6_cidr_block     = "2001:db8:1234:1a00::/56"
//! }
//!
//! resource "aws_subnet" "x" {
//!   vpc_id          = aws_vpc.a.id
//!   cidr_block      = "10.0.1.0/24"
//!   ipv6_cidr_block = cidrsubnet(aws_vpc.a.ipv6_cidr_block, 6, 1)
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block          = "10.0.0.0/16"
//!   ipv6_ipam_pool_id   = "ipam-pool-0a1b2c3d4e5f60718"
//!   ipv6_cidr_block     = "2001:db8:1234:1a00::/56"
//! }
//!
//! resource "aws_subnet" "x" {
//!   vpc_id          = aws_vpc.a.id
//!   cidr_block      = "10.0.1.0/24"
//!   ipv6_cidr_block = cidrsubnet(aws_vpc.a.ipv6_cidr_block, 8, 1)
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A part of a range that AWS chooses during the apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Fact, Tri};
use groundplan_model::Head;
use ipnet::{IpNet, Ipv6Net};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What a range is of, with the shortest and longest prefix that it takes.
struct Kind {
    name: &'static str,
    least: u8,
    most: u8,
}

const VPC: Kind = Kind { name: "VPC", least: 44, most: 60 };
const SUBNET: Kind = Kind { name: "subnet", least: 44, most: 64 };

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (_, vpc) in topology.vpcs.iter() {
        for range in &vpc.ranges {
            // What nobody has written, AWS or a pool chooses.
            if is_six(range) && range.value.known().is_some() {
                one(&vpc.head, range, &VPC, out);
            }
        }
    }
    for (_, added) in topology.cidr_associations.iter() {
        let known = |it: &&Fact<IpNet>| is_six(it) && it.value.known().is_some();
        if let Some(range) = added.range.as_ref().filter(known) {
            one(&added.head, range, &VPC, out);
        }
    }
    for (_, subnet) in topology.subnets.iter() {
        one(&subnet.head, &subnet.range_v6, &SUBNET, out);
    }
}

fn is_six(range: &Fact<IpNet>) -> bool {
    range.origin.attribute.as_deref() == Some("ipv6_cidr_block")
}

fn one(head: &Head, range: &Fact<IpNet>, kind: &Kind, out: &mut Sink) {
    // What AWS has already, it has accepted.
    let asked = head.action.creates() || head.action == Action::Update;
    if !asked || range.value == Tri::Absent {
        return;
    }
    let answer = range.value.clone().map(|net| match net {
        IpNet::V6(net) if !takes(kind, net.prefix_len()) => Some(words(head, range, net, kind)),
        IpNet::V4(_) | IpNet::V6(_) => None,
    });
    out.answer(&head.origin, answer);
}

fn takes(kind: &Kind, length: u8) -> bool {
    (kind.least..=kind.most).contains(&length) && length.is_multiple_of(4)
}

fn words(head: &Head, range: &Fact<IpNet>, net: Ipv6Net, kind: &Kind) -> Finding {
    let (name, length) = (head.name(), net.prefix_len());
    let near = length.next_multiple_of(4).clamp(kind.least, kind.most);
    Finding::at(&range.origin, "the length is not taken")
        .message(format!(
            "`{name}` asks for {net}, and a {} takes IPv6 lengths of /{} to /{} in steps of four",
            kind.name, kind.least, kind.most
        ))
        .why("AWS refuses other lengths at apply; the plan does not show it")
        .help(format!(
            "give `{name}` a /{near}; with `cidrsubnet`, change the new bits by {}",
            near.abs_diff(length)
        ))
}
