//! A rule of a security group names a group in another Region.
//!
//! ## Why
//!
//! A rule can name a group of a peered VPC only within one Region. Over a connection between Regions AWS does not know the
//! group (`InvalidGroup.NotFound`), so that the apply fails; addresses or a prefix list have to stand for it.
//!
//! Source: Amazon VPC Peering Guide, "VPC peering basics" (limitations between Regions) and "Update your security groups
//! to reference peer security groups".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias  = "frankfurt"
//!   region = "eu-central-1"
//! }
//!
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   provider   = aws.frankfurt
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_security_group" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_security_group" "b" {
//!   provider = aws.frankfurt
//!   vpc_id   = aws_vpc.b.id
//! }
//!
//! resource "aws_vpc_security_group_ingress_rule" "r" {
//!   security_group_id            = aws_security_group.a.id
//!   referenced_security_group_id = aws_security_group.b.id
//!   ip_protocol                  = "tcp"
//!   from_port                    = 443
//!   to_port                      = 443
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
//! resource "aws_security_group" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_security_group_ingress_rule" "r" {
//!   security_group_id = aws_security_group.a.id
//!   cidr_ipv4         = "10.1.0.0/16"
//!   ip_protocol       = "tcp"
//!   from_port         = 443
//!   to_port           = 443
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Providers whose Region the configuration does not say, and groups that a plan does not spell out. Groups that are not in the input are not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Head, Link, SecurityGroup, Topology};

use crate::sg_references::{Reference, references};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for told in references(cx.topology) {
        let reference = match told {
            Ok(reference) => reference,
            Err((origin, cause)) => {
                out.undetermined(origin, cause);
                continue;
            }
        };
        let answer =
            decide(cx.topology, &reference).map(|far| far.then(|| words(cx.topology, &reference)));
        out.answer(&reference.rule.origin, answer);
    }
}

/// Whether the groups are in two Regions.
fn decide(topology: &Topology, reference: &Reference<'_>) -> Tri<bool> {
    match (reference.in_one_region(topology), reference.in_one_vpc(topology)) {
        (Tri::Known(one), _) => Tri::Known(!one),
        (_, Tri::Known(true)) | (Tri::Absent, _) => Tri::Known(false),
        (Tri::Unknown(cause), _) => Tri::Unknown(cause),
    }
}

fn words(topology: &Topology, reference: &Reference<'_>) -> Finding {
    let groups = &topology.security_groups;
    let (own, other) = (&groups[reference.own], &groups[reference.other]);
    let name = &reference.rule.origin.address;
    Finding::at(&reference.rule.origin, format!("names `{}`", other.head.name()))
        .also(&other.head.origin, format!("in {}", region(&other.head)))
        .also(&own.head.origin, format!("in {}", region(&own.head)))
        .message(format!(
            "`{name}` lets in or out what has `{}`, a group in {}, and is of a group in {}",
            other.head.name(),
            region(&other.head),
            region(&own.head)
        ))
        .why("a rule can name a group of its own Region only; AWS refuses it at apply")
        .help(match ranges(topology, other) {
            Some(ranges) => {
                format!("name the addresses instead: {ranges}, or a prefix list of them")
            }
            None => {
                "name the addresses of the other VPC instead, or a prefix list of them".to_owned()
            }
        })
}

fn region(head: &Head) -> &str {
    head.region.known().map_or("another Region", |it| it)
}

/// The ranges of the VPC that a group is in.
fn ranges(topology: &Topology, group: &SecurityGroup) -> Option<String> {
    let Link::Here(vpc) = &group.vpc else { return None };
    Some(topology.ranges(*vpc).text()).filter(|text| !text.is_empty())
}
