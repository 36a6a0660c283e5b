//! An interface endpoint names two subnets of one availability zone.
//!
//! ## Why
//!
//! An interface endpoint has one network interface in each availability zone, in one subnet. AWS refuses a second
//! subnet of the same zone (`DuplicateSubnetsInSameZone`) at apply.
//!
//! Source: AWS `PrivateLink` Guide, "Access an AWS service using an interface VPC endpoint" (subnets and Availability
//! Zones).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "one" {
//!   vpc_id            = aws_vpc.a.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "two" {
//!   vpc_id            = aws_vpc.a.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id            = aws_vpc.a.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.one.id, aws_subnet.two.id]
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
//! resource "aws_subnet" "one" {
//!   vpc_id            = aws_vpc.a.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "two" {
//!   vpc_id            = aws_vpc.a.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id            = aws_vpc.a.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.one.id, aws_subnet.two.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A subnet whose zone AWS chooses, or that is not in the input, beside another one. Subnets that an
//! `aws_vpc_endpoint_subnet_association` adds are not looked at, nor endpoints that exist.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Endpoint, Management};

use crate::zones::{Twins, twins, zone_name};
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
        if endpoint.head.management != Management::Created {
            continue;
        }
        let place = endpoint.head.origin.attribute("subnet_ids", None);
        let found = match &endpoint.subnets {
            Tri::Known(subnets) => twins(cx.topology, &place, subnets),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Absent => continue,
        };
        let answer = match (&endpoint.endpoint_type.value, found) {
            (Tri::Known(kind), _) if &**kind != "Interface" => continue,
            (_, Tri::Known(None)) => Tri::Known(None),
            (Tri::Unknown(cause), _) => Tri::Unknown(cause.clone()),
            (Tri::Known(_) | Tri::Absent, found) => found,
        };
        let answer = answer.map(|found| found.map(|twins| words(endpoint, twins)));
        out.answer(&endpoint.head.origin, answer);
    }
}

fn words(endpoint: &Endpoint, (one, two): Twins<'_>) -> Finding {
    let (name, first, second) = (endpoint.head.name(), one.head.name(), two.head.name());
    let zone = zone_name(two);
    let place = endpoint.head.origin.attribute("subnet_ids", None);
    Finding::at(&place, "takes two subnets of one zone")
        .also(&one.zone.origin, format!("is in {zone}"))
        .also(&two.zone.origin, format!("is in {zone} as well"))
        .message(format!("`{name}` takes `{first}` and `{second}`, which are both in {zone}"))
        .why(
            "an interface endpoint has one subnet in each availability zone; AWS refuses a second one with \
             `DuplicateSubnetsInSameZone`",
        )
        .help(format!(
            "drop `{second}` from `subnet_ids`: the interface in `{first}` is reached from all of the VPC"
        ))
}
