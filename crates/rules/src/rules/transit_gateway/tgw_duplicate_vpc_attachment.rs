//! A VPC is attached a second time to the same transit gateway.
//!
//! ## Why
//!
//! A transit gateway has at most one attachment to a VPC. Further subnets and availability zones go
//! into `subnet_ids` of that one; a second attachment is refused with
//! `DuplicateTransitGatewayAttachment`. An attachment that is made anew before the old one is destroyed
//! stands in its own way.
//!
//! Source: Amazon VPC Transit Gateways, "Quotas".
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
//! resource "aws_subnet" "b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "a" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.a.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "b" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.b.id]
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
//! Attachments whose gateway or VPC cannot be followed. What AWS has already is not asked about.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Management, Proven, Topology, TransitGateway, Vpc, VpcKey,
};

use crate::gateways::{is_vague, same_gateway};
use crate::place::gateway_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The attachments of VPCs by what they join.
#[derive(Default)]
struct Joins {
    proven: BTreeMap<(Proven<TransitGateway>, VpcKey), Vec<Id<Attachment>>>,
    /// Those of which one end is not proven.
    vague: Vec<Id<Attachment>>,
    /// All, in address order.
    all: Vec<Id<Attachment>>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut joins = Joins::default();
    for (id, attachment) in topology.attachments.iter() {
        let Some(vpc) = vpc(attachment) else { continue };
        joins.all.push(id);
        if let Some(key) = key(topology, attachment, vpc) {
            joins.proven.entry(key).or_default().push(id);
        }
        if is_open(topology, attachment, vpc) {
            joins.vague.push(id);
        }
    }
    for id in &joins.all {
        let attachment = &topology.attachments[*id];
        if attachment.head.management != Management::Created {
            continue;
        }
        let answer = decide(topology, &joins, *id);
        let answer = answer.map(|rival| rival.map(|rival| words(topology, *id, rival)));
        out.answer(&attachment.head.origin, answer);
    }
}

fn vpc(attachment: &Attachment) -> Option<&Link<Vpc>> {
    match &attachment.kind {
        AttachmentKind::Vpc { vpc, .. } => Some(vpc),
        AttachmentKind::Peering { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => None,
    }
}

fn key(
    topology: &Topology,
    attachment: &Attachment,
    vpc: &Link<Vpc>,
) -> Option<(Proven<TransitGateway>, VpcKey)> {
    attachment.gateway.proven().zip(topology.vpc_key(vpc).known().cloned())
}

/// Whether an end may be that of an attachment that names another one.
fn is_open(topology: &Topology, attachment: &Attachment, vpc: &Link<Vpc>) -> bool {
    let unread = vpc.here().is_some_and(|id| {
        let head = &topology.vpcs[id].head;
        head.management == Management::Observed && head.id.is_none()
    });
    is_vague(topology, &attachment.gateway) || vpc.proven().is_none() || unread
}

/// The attachment that stands in the way of `id`, which may be its own predecessor.
fn decide(topology: &Topology, joins: &Joins, id: Id<Attachment>) -> Tri<Option<Id<Attachment>>> {
    let attachment = &topology.attachments[id];
    let AttachmentKind::Vpc { vpc, joins_the_same, .. } = &attachment.kind else {
        return Tri::Absent;
    };
    if *joins_the_same && attachment.head.action == Action::CreateThenDelete {
        return Tri::Known(Some(id));
    }
    let comes_first = |other: &&Id<Attachment>| {
        let head = &topology.attachments[**other].head;
        let leaves = head.id.as_ref().is_some_and(|id| topology.departed.contains_key(id));
        **other != id && !leaves && (**other < id || head.management != Management::Created)
    };
    let key = key(topology, attachment, vpc);
    let rivals = key.as_ref().and_then(|key| joins.proven.get(key));
    let mut doubt = None;
    for other in rivals.into_iter().flatten().filter(comes_first) {
        match topology.may_be_one(&attachment.head, &topology.attachments[*other].head) {
            None => return Tri::Known(Some(*other)),
            Some(cause) => doubt = Some(cause),
        }
    }
    let open = is_open(topology, attachment, vpc);
    let unclear = if open { &joins.all } else { &joins.vague };
    let perhaps = || {
        unclear.iter().filter(comes_first).find_map(|other| {
            let other = &topology.attachments[*other];
            let vpcs = |gateways: Option<Cause>| match self::vpc(other)
                .map(|it| topology.same_vpc(vpc, it))
            {
                None | Some(Tri::Known(false) | Tri::Absent) => None,
                Some(Tri::Known(true)) => gateways,
                Some(Tri::Unknown(cause)) => gateways.or(Some(cause)),
            };
            match same_gateway(topology, &attachment.gateway, &other.gateway) {
                Tri::Known(false) | Tri::Absent => None,
                Tri::Known(true) => vpcs(None),
                Tri::Unknown(cause) => vpcs(Some(cause)),
            }
        })
    };
    doubt.or_else(perhaps).map_or(Tri::Known(None), Tri::Unknown)
}

fn words(topology: &Topology, id: Id<Attachment>, rival: Id<Attachment>) -> Finding {
    let attachment = &topology.attachments[id];
    let (name, other) = (attachment.head.name(), &topology.attachments[rival].head);
    let vpc = vpc(attachment).map_or_else(String::new, |link| match link {
        Link::Here(id) => format!("`{}`", topology.vpcs[*id].head.name()),
        Link::Elsewhere(id) => format!("`{id}`"),
        Link::OneOf(..) | Link::Unknown(_) | Link::Absent => "its VPC".to_owned(),
    });
    let gateway = gateway_name(topology, &attachment.gateway);
    let why = "a transit gateway has one attachment to a VPC; AWS refuses the second with \
               `DuplicateTransitGatewayAttachment`";
    if id == rival {
        return Finding::at(&attachment.head.origin, "is made before the old one is destroyed")
            .message(format!(
                "`{name}` attaches {vpc} to {gateway} while its predecessor still does"
            ))
            .why(why)
            .help(format!("drop `create_before_destroy` in `{name}`"));
    }
    Finding::at(&attachment.head.origin, "attaches the VPC a second time")
        .also(&other.origin, "attaches it to the same gateway")
        .message(format!("`{}` and `{name}` both attach {vpc} to {gateway}", other.name()))
        .why(why)
        .help(format!(
            "add the subnets of `{name}` to `subnet_ids` of `{}`, and remove `{name}`",
            other.name()
        ))
}
