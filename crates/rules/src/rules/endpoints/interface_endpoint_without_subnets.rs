//! An interface endpoint is in no subnet, so it has no address.
//!
//! ## Why
//!
//! An interface endpoint is a network interface in each subnet that it names. Without a subnet it is made all the
//! same, answers nowhere, and with private DNS the name of the service leads to nothing.
//!
//! Source: AWS `PrivateLink`, "Access an AWS service using an interface VPC endpoint".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_endpoint" "it" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.sts"
//!   vpc_endpoint_type = "Interface"
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
//! resource "aws_vpc_endpoint" "it" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.sts"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An endpoint that exists already and whose subnets another configuration may have added, and lists that are known
//! only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Endpoint, Id, Management, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let asked = endpoint.endpoint_type.value.known().is_some_and(|it| &**it == "Interface");
        if endpoint.head.management == Management::Observed || !asked {
            continue;
        }
        let answer = decide(cx.topology, id, endpoint);
        out.answer(&endpoint.head.origin, answer.map(|none| none.then(|| words(endpoint))));
    }
}

/// Whether nothing gives it a subnet.
fn decide(topology: &Topology, id: Id<Endpoint>, endpoint: &Endpoint) -> Tri<bool> {
    let counts = &endpoint.counts;
    let mut doubt = None;
    for count in [&counts.subnets.value, &counts.subnet_configurations.value] {
        match count {
            Tri::Known(0) | Tri::Absent => (),
            Tri::Known(_) => return Tri::Known(false),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause.clone())),
        }
    }
    if !topology.more_subnets_of_endpoint.of(id).is_empty() {
        return Tri::Known(false);
    }
    let open = topology.more_subnets_of_endpoint.open(id).cloned();
    doubt
        .or(open)
        .or_else(|| topology.shared_open(&endpoint.head))
        .map_or(Tri::Known(true), Tri::Unknown)
}

fn words(endpoint: &Endpoint) -> Finding {
    let name = endpoint.head.name();
    Finding::at(&endpoint.head.origin, "names no subnet")
        .message(format!("`{name}` is an interface endpoint without a subnet"))
        .why("each subnet gives the endpoint a network interface; without one it has no address to answer at")
        .help(format!(
            "name one subnet of each availability zone in `subnet_ids` of `{name}`"
        ))
}
