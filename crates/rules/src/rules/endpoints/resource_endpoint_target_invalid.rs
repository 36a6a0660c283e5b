//! The type of an endpoint does not fit what it leads to.
//!
//! ## Why
//!
//! An endpoint of type Resource leads to a resource configuration, one of type `ServiceNetwork` to a service
//! network, and all others to a service. The type is Gateway where it is left out. AWS refuses another combination
//! at apply.
//!
//! Source: AWS `PrivateLink`, "Access VPC resources through AWS `PrivateLink`"; Amazon EC2 API Reference,
//! "`CreateVpcEndpoint`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_vpc_endpoint" "db" {
//!   vpc_id                     = aws_vpc.app.id
//!   resource_configuration_arn = "arn:aws:vpc-lattice:eu-west-1:111111111111:resourceconfiguration/rcfg-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type          = "Interface"
//!   subnet_ids                 = [aws_subnet.a.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_vpc_endpoint" "db" {
//!   vpc_id                     = aws_vpc.app.id
//!   resource_configuration_arn = "arn:aws:vpc-lattice:eu-west-1:111111111111:resourceconfiguration/rcfg-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type          = "Resource"
//!   subnet_ids                 = [aws_subnet.a.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A type that is known only after apply. Whether a resource configuration of another account is shared is not
//! looked at.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::{Endpoint, Management};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, endpoint) in cx.topology.endpoints.iter() {
        // What AWS has, it has accepted.
        if endpoint.head.management == Management::Observed || !endpoint.head.action.creates() {
            continue;
        }
        let answer = decide(endpoint).map(|found| found.map(|it| words(endpoint, &it)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// What the endpoint leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Service,
    Resource,
    Network,
}

/// A target with the argument that names it.
struct Wrong<'t> {
    target: Target,
    fact: &'t Fact<Box<str>>,
    kind: Box<str>,
}

fn decide(endpoint: &Endpoint) -> Tri<Option<Wrong<'_>>> {
    let all = [
        (Target::Service, &endpoint.service),
        (Target::Resource, &endpoint.resource),
        (Target::Network, &endpoint.network),
    ];
    // The provider takes exactly one; one that is not told may turn out to be none.
    let mut set = all.iter().filter(|(_, fact)| fact.value != Tri::Absent);
    let (Some((target, fact)), None) = (set.next(), set.next()) else { return Tri::Known(None) };
    endpoint.endpoint_type.value.clone().map(|kind| {
        let asked = match &*kind {
            "Resource" => Target::Resource,
            "ServiceNetwork" => Target::Network,
            _ => Target::Service,
        };
        (asked != *target).then_some(Wrong { target: *target, fact, kind })
    })
}

fn words(endpoint: &Endpoint, wrong: &Wrong<'_>) -> Finding {
    let (name, kind) = (endpoint.head.name(), &wrong.kind);
    let (what, right) = match wrong.target {
        Target::Service => ("a service", "Interface"),
        Target::Resource => ("a resource configuration", "Resource"),
        Target::Network => ("a service network", "ServiceNetwork"),
    };
    let needs = match &**kind {
        "Resource" => "resource configurations",
        "ServiceNetwork" => "service networks",
        _ => "services",
    };
    Finding::at(&wrong.fact.origin, format!("{what}, which such an endpoint does not lead to"))
        .also(&endpoint.endpoint_type.origin, format!("is of type {kind}"))
        .message(format!("`{name}` is an endpoint of type {kind} and leads to {what}"))
        .why(format!("endpoints of type {kind} lead to {needs}; AWS refuses this one at apply"))
        .help(format!("set `vpc_endpoint_type = \"{right}\"` on `{name}`"))
}
