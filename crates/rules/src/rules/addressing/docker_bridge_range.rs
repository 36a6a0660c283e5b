//! A VPC uses 172.17.0.0/16, which Docker and services of AWS use for themselves.
//!
//! ## Why
//!
//! Docker gives its bridge 172.17.0.0/16 unless it is told otherwise, and so do services of AWS that run on it (Cloud9,
//! SageMaker). Hosts with such a bridge cannot reach addresses of the VPC that lie in it: the bridge takes them.
//!
//! Source: Amazon VPC User Guide, "VPC CIDR blocks" (important note on 172.17.0.0/16).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "172.17.0.0/16"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "172.20.0.0/16"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range that is known only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::{Head, Management, overlap};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let Ok(bridge) = "172.17.0.0/16".parse::<IpNet>() else { return };
    for (_, vpc) in cx.topology.vpcs.iter() {
        for range in &vpc.ranges {
            one(&vpc.head, range, bridge, out);
        }
    }
    for (_, added) in cx.topology.cidr_associations.iter() {
        if let Some(range) = &added.range {
            one(&added.head, range, bridge, out);
        }
    }
}

fn one(head: &Head, range: &Fact<IpNet>, bridge: IpNet, out: &mut Sink) {
    // What is only looked at is another's to change.
    let six = range.origin.attribute.as_deref() == Some("ipv6_cidr_block");
    if head.management == Management::Observed || six || range.value == Tri::Absent {
        return;
    }
    let answer = range
        .value
        .clone()
        .map(|net| overlap(net.trunc(), bridge).map(|_| words(head, range, net.trunc())));
    out.answer(&head.origin, answer);
}

fn words(head: &Head, range: &Fact<IpNet>, net: IpNet) -> Finding {
    let name = head.name();
    Finding::at(&range.origin, "lies in 172.17.0.0/16")
        .also(&head.origin, "has it")
        .message(format!("`{name}` has {net}, and Docker's bridges have 172.17.0.0/16"))
        .why(
            "hosts with such a bridge, those of Cloud9 and SageMaker among them, cannot reach addresses of the VPC \
             in that range",
        )
        .help(format!("give `{name}` another range, such as one of 172.20.0.0/14 or 10.0.0.0/8"))
}
