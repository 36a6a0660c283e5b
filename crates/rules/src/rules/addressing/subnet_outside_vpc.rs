//! A subnet's range lies in none of the ranges of its VPC.
//!
//! ## Why
//!
//! The range of a subnet is a part of one range of its VPC; a subnet that is outside, or that reaches
//! from one range into the next, fails with `InvalidSubnet.Range` at apply.
//!
//! Source: Amazon VPC User Guide, "Subnet CIDR blocks".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "x" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.9.1.0/24"
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
//! resource "aws_subnet" "x" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that is only named by its id, a reference that a plan does not spell out, or a further range
//! of the VPC that is known only after apply. A VPC that exists may have got a further range in a
//! configuration that is not in the input (`--complete` says that it has none).

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::{Id, Management, Subnet, Topology, Vpc};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, subnet) in cx.topology.subnets.iter() {
        // What AWS has already, it has accepted.
        if subnet.head.management == Management::Observed {
            continue;
        }
        for range in [&subnet.range, &subnet.range_v6] {
            // What is larger than any VPC is the business of `subnet-cidr-size`.
            let too_large = |net: &IpNet| matches!(net, IpNet::V4(_)) && net.prefix_len() < 16;
            if range.value == Tri::Absent || range.value.known().is_some_and(too_large) {
                continue;
            }
            let answer = decide(cx.topology, subnet, range)
                .map(|found| found.map(|(vpc, net)| words(cx.topology, subnet, range, (vpc, net))));
            out.answer(&subnet.head.origin, answer);
        }
    }
}

fn decide(
    topology: &Topology,
    subnet: &Subnet,
    range: &Fact<IpNet>,
) -> Tri<Option<(Id<Vpc>, IpNet)>> {
    let net = match &range.value {
        Tri::Known(net) => net.trunc(),
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let vpc = match subnet.vpc.tri() {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let ranges = topology.ranges(vpc);
    let like = ranges.known_like(net);
    if like.iter().any(|whole| whole.contains(&net)) {
        return Tri::Known(None);
    }
    // A range of Amazon's own IPv6 addresses is chosen during the apply.
    if matches!(net, IpNet::V6(_)) && like.is_empty() {
        return Tri::Known(None);
    }
    let unseen = || topology.unseen_range(vpc, net, subnet.head.stack());
    match ranges.gap().cloned().or_else(unseen) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(Some((vpc, net))),
    }
}

fn words(
    topology: &Topology,
    subnet: &Subnet,
    range: &Fact<IpNet>,
    (vpc, net): (Id<Vpc>, IpNet),
) -> Finding {
    let (name, of) = (subnet.head.name(), topology.vpcs[vpc].head.name());
    let ranges = topology.ranges(vpc);
    let mut finding = Finding::at(&range.origin, "lies in no range of its VPC");
    for (_, fact) in ranges.known().take(5) {
        finding = finding.also(&fact.origin, "a range of the VPC");
    }
    finding
        .message(format!("`{name}` ({net}) is outside the ranges of `{of}` ({})", ranges.text()))
        .why("AWS takes a subnet only inside one range of its VPC, and refuses it at apply")
        .help(format!(
            "give `{name}` a range inside {}, or add {net} to `{of}` with an `{}` that the subnet waits for",
            ranges.text(),
            match net {
                IpNet::V4(_) => "aws_vpc_ipv4_cidr_block_association",
                IpNet::V6(_) => "aws_vpc_ipv6_cidr_block_association",
            }
        ))
}
