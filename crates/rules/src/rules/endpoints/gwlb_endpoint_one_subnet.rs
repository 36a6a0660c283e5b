//! A Gateway Load Balancer endpoint names several subnets, or none.
//!
//! ## Why
//!
//! An endpoint of a Gateway Load Balancer is in exactly one subnet, and routes lead to the endpoint of their own
//! availability zone. AWS refuses another number at apply.
//!
//! Source: AWS `PrivateLink`, "Access virtual appliances through AWS `PrivateLink`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.2.0/24"
//! }
//!
//! resource "aws_vpc_endpoint" "it" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.a.id, aws_subnet.b.id]
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
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.2.0/24"
//! }
//!
//! resource "aws_vpc_endpoint" "it" {
//!   for_each          = { a = aws_subnet.a.id, b = aws_subnet.b.id }
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [each.value]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A list whose length is known only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Endpoint, Id, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let kind = endpoint.endpoint_type.value.known();
        let asked = kind.is_some_and(|it| &**it == "GatewayLoadBalancer");
        // What AWS has, it has accepted.
        if !asked || !endpoint.head.action.creates() {
            continue;
        }
        let answer = decide(cx.topology, id, endpoint);
        out.answer(&endpoint.head.origin, answer.map(|found| found.map(|it| words(endpoint, it))));
    }
}

/// How many subnets it names, where that is not one.
fn decide(topology: &Topology, id: Id<Endpoint>, endpoint: &Endpoint) -> Tri<Option<usize>> {
    match &endpoint.counts.subnets.value {
        Tri::Known(1) => Tri::Known(None),
        Tri::Known(count) if *count > 1 => Tri::Known(Some(*count)),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        // A subnet may come by an association.
        Tri::Known(_) | Tri::Absent => match topology.more_subnets_of_endpoint.open(id) {
            Some(cause) => Tri::Unknown(cause.clone()),
            None if !topology.more_subnets_of_endpoint.of(id).is_empty() => Tri::Known(None),
            None => Tri::Known(Some(0)),
        },
    }
}

fn words(endpoint: &Endpoint, count: usize) -> Finding {
    let name = endpoint.head.name();
    Finding::at(&endpoint.counts.subnets.origin, format!("{count} subnets"))
        .message(format!("`{name}` is a Gateway Load Balancer endpoint in {count} subnets"))
        .why("such an endpoint is in exactly one subnet; AWS refuses another number at apply")
        .help(format!(
            "make one endpoint for each availability zone, for example by `for_each` over the subnets of `{name}`"
        ))
}
