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
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Attachment, AttachmentKind, Id, Management, Members, Subnet, Topology};

use crate::zones::{same_zone, zone_name};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Two subnets of one zone, in address order.
type Twins<'t> = (&'t Subnet, &'t Subnet);

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
            Tri::Known(subnets) => decide(cx.topology, attachment, subnets),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Absent => Tri::Known(None),
        };
        let answer = answer.map(|found| found.map(|twins| words(attachment, twins)));
        out.answer(&attachment.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    attachment: &Attachment,
    members: &'t Members<Subnet>,
) -> Tri<Option<Twins<'t>>> {
    let mut doubt = members.elsewhere.first().map(|id| Cause::NotInInput(id.clone()));
    if members.here.len() + members.elsewhere.len() < 2 {
        return Tri::Known(None);
    }
    let vague = || {
        let what = attachment.head.origin.attribute("subnet_ids", None);
        Cause::ManyInstances(what.to_string().into())
    };
    for (one, two) in pairs(topology, &members.here) {
        let apart = topology.may_be_one(&one.head, &two.head).map_or(Ok(()), Err);
        match (same_zone(one, two), apart) {
            (Tri::Known(true), Ok(())) if members.exact => return Tri::Known(Some((one, two))),
            (Tri::Known(true), Ok(())) => doubt = doubt.or_else(|| Some(vague())),
            (Tri::Known(true), Err(cause)) | (Tri::Unknown(cause), _) => {
                doubt = doubt.or(Some(cause));
            }
            (Tri::Known(false) | Tri::Absent, _) => (),
        }
    }
    doubt.map_or(Tri::Known(None), Tri::Unknown)
}

/// Each pair of the few subnets of an attachment.
fn pairs<'t>(topology: &'t Topology, ids: &'t [Id<Subnet>]) -> impl Iterator<Item = Twins<'t>> {
    ids.iter().enumerate().flat_map(move |(at, two)| {
        ids.iter().take(at).map(move |one| (&topology.subnets[*one], &topology.subnets[*two]))
    })
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
