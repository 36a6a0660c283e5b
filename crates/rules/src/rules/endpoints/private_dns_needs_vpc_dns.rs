//! An interface endpoint has private DNS in a VPC without DNS support or DNS hostnames.
//!
//! ## Why
//!
//! Private DNS answers the public name of a service with the endpoint's addresses, for which the VPC
//! must have both `enable_dns_support` and `enable_dns_hostnames`. The second is off in a VPC that
//! Terraform makes, and AWS refuses the endpoint at apply.
//!
//! Source: AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   private_dns_enabled = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block           = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   private_dns_enabled = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that is only named by its id, or a reference that a plan does not spell out.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::{Endpoint, Id, Management, Topology, Vpc};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The VPC's attribute that is off.
struct Off<'t> {
    vpc: &'t Vpc,
    name: &'static str,
    fact: &'t Fact<bool>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        if endpoint.head.management == Management::Observed {
            continue;
        }
        let answer =
            decide(cx.topology, id, endpoint).map(|found| found.map(|off| words(endpoint, &off)));
        out.answer(&endpoint.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    id: Id<Endpoint>,
    endpoint: &Endpoint,
) -> Tri<Option<Off<'t>>> {
    let private = topology.private_dns(id).value;
    if matches!(private, Tri::Known(false) | Tri::Absent) {
        return Tri::Known(None);
    }
    let vpc = match endpoint.vpc.tri() {
        Tri::Known(vpc) => &topology.vpcs[vpc],
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let both =
        [("enable_dns_support", &vpc.dns_support), ("enable_dns_hostnames", &vpc.dns_hostnames)];
    let off = both.iter().find(|(_, fact)| fact.value == Tri::Known(false));
    let unknown = both.iter().find_map(|(_, fact)| match &fact.value {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) | Tri::Absent => None,
    });
    match (off, private, unknown) {
        (Some((name, fact)), Tri::Known(_), _) => Tri::Known(Some(Off { vpc, name, fact })),
        (Some(_), Tri::Unknown(cause), _) | (None, _, Some(cause)) => Tri::Unknown(cause),
        (Some(_), Tri::Absent, _) | (None, _, None) => Tri::Known(None),
    }
}

fn words(endpoint: &Endpoint, off: &Off<'_>) -> Finding {
    let (name, vpc) = (endpoint.head.name(), off.vpc.head.name());
    Finding::at(&endpoint.private_dns.origin, "needs both DNS attributes of the VPC")
        .also(&off.fact.origin, format!("`{}` is off", off.name))
        .message(format!("`{name}` has private DNS, and `{}` of `{vpc}` is off", off.name))
        .why("private DNS needs DNS support and DNS hostnames in the VPC; AWS refuses the endpoint at apply")
        .help(format!("set `{} = true` on `{vpc}`", off.name))
}
