//! One account has two transit gateways of one Region that serve the same VPCs or are peered with each other.
//!
//! ## Why
//!
//! A transit gateway is highly available by itself, and its route tables separate what has to be apart. A second one
//! in the Region costs a second attachment for each VPC and splits the routes.
//!
//! Source: AWS Transit Gateway Guide, "Transit gateway design best practices".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway" "standby" {}
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "core" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "standby" {
//!   transit_gateway_id = aws_ec2_transit_gateway.standby.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_route_table" "production" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "development" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Gateways of provider configurations whose account or Region is not told.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Head, Id, Link, Management, Topology, TransitGateway, VpcKey,
};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What two gateways have in common: the later attachment.
type Common<'t> = BTreeMap<(Id<TransitGateway>, Id<TransitGateway>), &'t Attachment>;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for ((one, two), common) in pairs(topology) {
        let heads = [one, two].map(|id| &topology.transit_gateways[id].head);
        if heads.iter().any(|it| topology.is_only_seen(it)) {
            continue;
        }
        let [one, two] = heads;
        let answer = is_one_place(topology, one, two);
        out.answer(&two.origin, answer.map(|yes| yes.then(|| words(one, two, common))));
    }
}

fn pairs(topology: &Topology) -> Common<'_> {
    let mut out = BTreeMap::new();
    let mut add = |one: Id<TransitGateway>, two: Id<TransitGateway>, by| {
        if one != two {
            out.entry((one.min(two), one.max(two))).or_insert(by);
        }
    };
    let mut by_vpc: BTreeMap<VpcKey, Vec<Id<TransitGateway>>> = BTreeMap::new();
    for (_, it) in topology.attachments.iter() {
        let Link::Here(gateway) = it.gateway else { continue };
        match &it.kind {
            AttachmentKind::Vpc { vpc, .. } if it.head.management != Management::Observed => {
                if let Tri::Known(key) = topology.vpc_key(vpc) {
                    let earlier = by_vpc.entry(key).or_default();
                    for other in &*earlier {
                        add(*other, gateway, it);
                    }
                    earlier.push(gateway);
                }
            }
            AttachmentKind::Peering { peer: Link::Here(peer), .. } => add(*peer, gateway, it),
            AttachmentKind::Vpc { .. }
            | AttachmentKind::Peering { .. }
            | AttachmentKind::Connect
            | AttachmentKind::Vpn => (),
        }
    }
    out
}

/// Whether both are two gateways of one account and Region.
fn is_one_place(topology: &Topology, one: &Head, two: &Head) -> Tri<bool> {
    let both = [one.same_region(two), one.same_account(two)];
    if both.iter().any(|it| matches!(it, Tri::Known(false) | Tri::Absent)) {
        return Tri::Known(false);
    }
    let unknown: Option<Cause> = both.into_iter().find_map(|it| match it {
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(_) | Tri::Absent => None,
    });
    unknown.or_else(|| topology.may_be_one(one, two)).map_or(Tri::Known(true), Tri::Unknown)
}

fn words(one: &Head, two: &Head, common: &Attachment) -> Finding {
    let (first, second) = (one.name(), two.name());
    let (label, how) = match &common.kind {
        AttachmentKind::Peering { .. } => ("peers them", "are peered with each other"),
        AttachmentKind::Vpc { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => {
            ("attaches its VPC to a second one", "serve the same VPC")
        }
    };
    Finding::at(&two.origin, "the second transit gateway of the Region")
        .also(&one.origin, "the first one")
        .also(&common.head.origin, label)
        .message(format!("`{first}` and `{second}` are in one account and Region and {how}"))
        .why(
            "a transit gateway is highly available by itself and separates by route tables; a second one costs \
             another attachment for each VPC",
        )
        .help(format!("attach everything to `{first}`, with a route table for each segment"))
}
