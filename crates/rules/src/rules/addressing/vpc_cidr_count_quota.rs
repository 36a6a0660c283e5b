//! A VPC gets more ranges of one family than AWS grants unless the quota is raised.
//!
//! ## Why
//!
//! A VPC takes five IPv4 ranges, the first one among them, and five IPv6 ranges, until the quota is raised (to 50 at
//! most). AWS refuses the next one with `VpcCidrBlockLimitExceeded` at apply.
//!
//! Source: Amazon VPC User Guide, "Amazon VPC quotas".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_ipv4_cidr_block_association" "more" {
//!   count      = 5
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = cidrsubnet("10.16.0.0/12", 4, count.index)
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
//! resource "aws_vpc_ipv4_cidr_block_association" "more" {
//!   count      = 4
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = cidrsubnet("10.16.0.0/12", 4, count.index)
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Ranges whose VPC a plan does not spell out, where they would be too many.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{CidrAssociation, Id, Management, Topology, Vpc};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::ApplyFails,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The quota of each family ("Amazon VPC quotas").
const QUOTA: usize = 5;

/// The ranges of a VPC in one family.
struct Count<'t> {
    all: usize,
    /// The last one that the apply adds.
    last: &'t CidrAssociation,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, vpc) in cx.topology.vpcs.iter() {
        for six in [false, true] {
            // What AWS has already, it has granted.
            let added = cx.topology.added_ranges(id).filter(|it| is_six(it) == six);
            let Some(last) = added.last() else { continue };
            let answer = decide(cx.topology, id, six, last)
                .map(|it| it.map(|count| words(vpc, &count, six)));
            out.answer(&vpc.head.origin, answer);
        }
    }
}

fn is_six(it: &CidrAssociation) -> bool {
    &*it.head.origin.address.kind == "aws_vpc_ipv6_cidr_block_association"
}

fn decide<'t>(
    topology: &'t Topology,
    id: Id<Vpc>,
    six: bool,
    last: &'t CidrAssociation,
) -> Tri<Option<Count<'t>>> {
    let vpc = &topology.vpcs[id];
    let of_family = |net: &IpNet| matches!(net, IpNet::V6(_)) == six;
    let told = vpc.ranges.iter().chain(&vpc.seen).filter_map(|it| it.value.known());
    let mut known: BTreeSet<IpNet> = told.map(IpNet::trunc).filter(of_family).collect();
    // A first range there is always, known or not; an IPv6 range where it is asked for.
    let unknown_first = if six { vpc.has_v6 == Tri::Known(true) } else { true };
    let mut unknown = usize::from(known.is_empty() && unknown_first);
    for it in topology.ranges_of_vpc.of(id).iter().map(|id| &topology.cidr_associations[*id]) {
        if is_six(it) != six {
            continue;
        }
        match it.range.as_ref().and_then(|range| range.value.known()) {
            Some(net) => {
                known.insert(net.trunc());
            }
            // One that is only looked at may be one of those that are told.
            None => unknown += usize::from(it.head.management != Management::Observed),
        }
    }
    let all = known.len() + unknown;
    if all > QUOTA {
        return Tri::Known(Some(Count { all, last }));
    }
    let more: Vec<&Cause> = topology
        .ranges_of_vpc
        .perhaps_of(id)
        .filter(|(id, _)| is_six(&topology.cidr_associations[*id]) == six)
        .map(|(_, cause)| cause)
        .collect();
    match more.first() {
        Some(cause) if all + more.len() > QUOTA => Tri::Unknown((*cause).clone()),
        Some(_) | None => Tri::Known(None),
    }
}

fn words(vpc: &Vpc, count: &Count<'_>, six: bool) -> Finding {
    let (name, family) = (vpc.head.name(), if six { "IPv6" } else { "IPv4" });
    Finding::at(&vpc.head.origin, format!("gets {} ranges", count.all))
        .also(&count.last.head.origin, "one of them")
        .message(format!(
            "`{name}` gets {} {family} ranges, and AWS grants {QUOTA} unless the quota is raised",
            count.all
        ))
        .why("AWS refuses the ranges beyond the quota at apply")
        .help("ask for a higher quota (50 at most) before the apply, or use fewer, larger ranges")
}
