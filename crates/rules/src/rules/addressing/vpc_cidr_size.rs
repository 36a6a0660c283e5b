//! An IPv4 range of a VPC is not between /16 and /28.
//!
//! ## Why
//!
//! A VPC takes IPv4 ranges from /28 (16 addresses) to /16 (65,536), the first one and every further
//! one; AWS refuses others at apply. An address pool may narrow that further.
//!
//! Source: Amazon VPC User Guide, "VPC CIDR blocks".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/12"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! The length that an address pool chooses by its own default.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Origin, Tri};
use groundplan_model::{Head, Link, Management, PoolRequest, Topology};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A length that is asked for and the lengths that are taken.
struct Wrong {
    asked: String,
    place: Origin,
    least: u8,
    most: u8,
    by: &'static str,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, vpc) in cx.topology.vpcs.iter() {
        one(cx.topology, &vpc.head, vpc.ranges.first(), &vpc.request, out);
    }
    for (_, added) in cx.topology.cidr_associations.iter() {
        one(cx.topology, &added.head, added.range.as_ref(), &added.request, out);
    }
}

fn one(
    topology: &Topology,
    head: &Head,
    range: Option<&Fact<IpNet>>,
    request: &PoolRequest,
    out: &mut Sink,
) {
    // What AWS has already, it has accepted.
    if head.management == Management::Observed {
        return;
    }
    let Some(range) = range else { return };
    if let Tri::Known(IpNet::V6(_)) = range.value {
        return;
    }
    let answer = decide(topology, range, request).map(|found| found.map(|it| words(head, &it)));
    out.answer(&head.origin, answer);
}

fn decide(topology: &Topology, range: &Fact<IpNet>, request: &PoolRequest) -> Tri<Option<Wrong>> {
    let (asked, length, place) = match (&range.value, &request.length.value) {
        (Tri::Known(net), _) => (net.to_string(), net.prefix_len(), &range.origin),
        (_, Tri::Known(length)) => (format!("/{length}"), *length, &request.length.origin),
        (_, Tri::Unknown(cause)) | (Tri::Unknown(cause), Tri::Absent) => {
            return Tri::Unknown(cause.clone());
        }
        (Tri::Absent, Tri::Absent) => return Tri::Absent,
    };
    let wrong = |least, most, by| {
        Tri::Known(Some(Wrong { asked: asked.clone(), place: place.clone(), least, most, by }))
    };
    if !(16..=28).contains(&length) {
        return wrong(16, 28, "AWS");
    }
    match limits(topology, request) {
        Tri::Known((least, most)) if !(least..=most).contains(&length) => {
            wrong(least, most, "the address pool")
        }
        Tri::Known(_) | Tri::Absent => Tri::Known(None),
        Tri::Unknown(cause) => Tri::Unknown(cause),
    }
}

/// The shortest and longest prefix that the pool hands out, where it is in the input.
///
/// A pool that is elsewhere has limits of its own; they are a matter of its owner, not of this rule.
fn limits(topology: &Topology, request: &PoolRequest) -> Tri<(u8, u8)> {
    let Link::Here(pool) = request.pool else { return Tri::Absent };
    let pool = &topology.ipam_pools[pool];
    let or = |fact: &Fact<u8>, default: u8| match &fact.value {
        Tri::Known(length) => Ok(*length),
        Tri::Unknown(cause) => Err(cause.clone()),
        Tri::Absent => Ok(default),
    };
    let both: Result<(u8, u8), Cause> =
        or(&pool.shortest, 0).and_then(|least| Ok((least, or(&pool.longest, 32)?)));
    both.map_or_else(Tri::Unknown, Tri::Known)
}

fn words(head: &Head, wrong: &Wrong) -> Finding {
    let Wrong { asked, place, least, most, by } = wrong;
    Finding::at(place, "the length is not taken")
        .also(&head.origin, "asks for it")
        .message(format!("`{}` asks for {asked}, and {by} takes /{least} to /{most}", head.name()))
        .why("a VPC takes IPv4 ranges from /28 to /16, less where its address pool says so; AWS refuses others at apply")
        .help(format!("choose a range between /{least} and /{most} for `{}`", head.name()))
}
