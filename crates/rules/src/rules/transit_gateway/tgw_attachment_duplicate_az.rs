//! Two subnets of one transit gateway attachment are in the same availability zone.
//!
//! ## Why
//!
//! An attachment to a VPC takes one subnet from each availability zone, which serves all subnets of
//! that zone. A second one is refused with `DuplicateSubnetsInSameZone`. Passing all private subnets of
//! a VPC that has two tiers of them is the usual cause.
//!
//! Source: Amazon VPC Transit Gateways, "Amazon VPC attachments".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id, aws_subnet.data.id]
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
//! resource "aws_subnet" "b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.a.id, aws_subnet.b.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Subnets whose zone AWS chooses, and several subnets of which one is not in the input. An attachment
//! that keeps its subnets is not asked about: AWS has accepted them.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Attachment, AttachmentKind, Management};

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
    for (_, attachment) in cx.topology.attachments.iter() {
        let AttachmentKind::Vpc { subnets, subnets_stay, .. } = &attachment.kind else { continue };
        let made = match attachment.head.management {
            Management::Created => true,
            Management::Managed => !subnets_stay,
            Management::Observed => false,
        };
        if !made {
            continue;
        }
        let answer = match subnets {
            Tri::Known(subnets) => {
                let what = attachment.head.origin.attribute("subnet_ids", None);
                twins(cx.topology, &what, subnets)
            }
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Absent => Tri::Known(None),
        };
        let answer = answer.map(|found| found.map(|twins| words(attachment, twins)));
        out.answer(&attachment.head.origin, answer);
    }
}

fn words(attachment: &Attachment, (one, two): Twins<'_>) -> Finding {
    let (name, first, second) = (attachment.head.name(), one.head.name(), two.head.name());
    let zone = zone_name(two);
    Finding::at(
        &attachment.head.origin.attribute("subnet_ids", None),
        "takes two subnets of one zone",
    )
    .also(&one.zone.origin, format!("is in {zone}"))
    .also(&two.zone.origin, format!("is in {zone} as well"))
    .message(format!("`{name}` takes `{first}` and `{second}`, which are both in {zone}"))
    .why(
        "an attachment takes one subnet from each availability zone; AWS refuses a second one with \
         `DuplicateSubnetsInSameZone`",
    )
    .help(format!("drop `{second}` from `subnet_ids`: `{first}` serves all subnets of {zone}"))
}
