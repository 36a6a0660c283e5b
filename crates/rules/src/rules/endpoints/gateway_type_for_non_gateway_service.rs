//! An endpoint of type Gateway names a service that has no gateway endpoint.
//!
//! ## Why
//!
//! Gateway endpoints exist for Amazon S3, S3 Express and DynamoDB alone. Every other service is
//! reached by an interface endpoint, and `aws_vpc_endpoint` makes a gateway endpoint unless
//! `vpc_endpoint_type` says otherwise, so the apply fails.
//!
//! Source: AWS PrivateLink Guide, "Gateway endpoints".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_endpoint" "ssm" {
//!   vpc_id       = aws_vpc.a.id
//!   service_name = "com.amazonaws.eu-west-1.ssm"
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
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id       = aws_vpc.a.id
//!   service_name = "com.amazonaws.eu-west-1.s3"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A service or type that is known only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Endpoint, Management};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The services with gateway endpoints, as the last part of their names.
const GATEWAY_SERVICES: &[&str] = &["s3", "dynamodb", "s3express"];

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, endpoint) in cx.topology.endpoints.iter() {
        // What AWS has already, it has accepted.
        if endpoint.head.management != Management::Observed {
            let answer =
                decide(endpoint).map(|found| found.map(|service| words(endpoint, &service)));
            out.answer(&endpoint.head.origin, answer);
        }
    }
}

fn decide(endpoint: &Endpoint) -> Tri<Option<Box<str>>> {
    match (&endpoint.endpoint_type.value, &endpoint.service.value) {
        (Tri::Known(kind), _) if &**kind != "Gateway" => Tri::Known(None),
        (_, Tri::Known(service)) if is_gateway_service(service) => Tri::Known(None),
        (Tri::Known(_), Tri::Known(service)) => Tri::Known(Some(service.clone())),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Absent, _) | (_, Tri::Absent) => Tri::Absent,
    }
}

/// `com.amazonaws.eu-west-1.s3`, or with `cn.` before it in China. The region stands between, so a
/// name such as `com.amazonaws.s3-global.accesspoint` is none of these.
fn is_gateway_service(service: &str) -> bool {
    let name = service.strip_prefix("cn.").unwrap_or(service);
    let Some(rest) = name.strip_prefix("com.amazonaws.") else { return false };
    let parts: Vec<&str> = rest.split('.').collect();
    matches!(*parts, [_, last] if GATEWAY_SERVICES.contains(&last))
}

fn words(endpoint: &Endpoint, service: &str) -> Finding {
    let name = endpoint.head.name();
    let named = (&endpoint.service.origin, "has no gateway endpoint");
    let kind = (&endpoint.endpoint_type.origin, "Gateway, also when it is left out");
    // What is left out is shown beside what is written.
    let (first, second) = if endpoint.is_type_written { (kind, named) } else { (named, kind) };
    Finding::at(first.0, first.1)
        .also(second.0, second.1)
        .message(format!("`{name}` is a gateway endpoint for `{service}`, which has none"))
        .why("only S3, S3 Express and DynamoDB have gateway endpoints; AWS refuses others at apply")
        .help(format!(
            "set `vpc_endpoint_type = \"Interface\"` on `{name}`, with `subnet_ids` and \
             `private_dns_enabled = true`"
        ))
}
