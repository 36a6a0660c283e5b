//! A rule of a security group names a group of a VPC that nothing connects with its own.
//!
//! ## Why
//!
//! A rule can name a group of its own VPC, of a VPC that is peered with it, or of one on the same transit gateway. AWS does
//! not know any other group there, and refuses the rule with `InvalidGroup.NotFound` at apply.
//!
//! Source: Amazon VPC Peering Guide, "Update your security groups to reference peer security groups".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "c" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_security_group" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_security_group" "c" {
//!   vpc_id = aws_vpc.c.id
//! }
//!
//! resource "aws_security_group_rule" "r" {
//!   type                     = "ingress"
//!   security_group_id        = aws_security_group.a.id
//!   source_security_group_id = aws_security_group.c.id
//!   protocol                 = "tcp"
//!   from_port                = 22
//!   to_port                  = 22
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
//! resource "aws_security_group" "b" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_security_group_rule" "r" {
//!   type                     = "ingress"
//!   security_group_id        = aws_security_group.a.id
//!   source_security_group_id = aws_security_group.b.id
//!   protocol                 = "tcp"
//!   from_port                = 22
//!   to_port                  = 22
//! }
//! ```
//!
//! ## Cannot tell
//!
//! VPCs that both exist: another configuration may have connected them (`--complete` says that none has). Groups, connections and
//! attachments that a plan does not spell out. Groups that are not in the input are not asked about, nor are groups that
//! are associated with further VPCs, and groups in two Regions are `cross-region-sg-reference`.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, Management, SecurityGroup, Topology, Vpc, VpcKey};

use crate::sg_references::{Reference, references};
use crate::ties::Ties;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let ties = Ties::new(cx.topology);
    let mut known: BTreeMap<(VpcKey, VpcKey), Tri<bool>> = BTreeMap::new();
    for told in references(cx.topology) {
        let reference = match told {
            Ok(reference) => reference,
            Err((origin, cause)) => {
                out.undetermined(origin, cause);
                continue;
            }
        };
        let answer = decide(cx.topology, &ties, &mut known, &reference)
            .map(|apart| apart.then(|| words(cx.topology, &reference)));
        out.answer(&reference.rule.origin, answer);
    }
}

/// Whether nothing connects the VPCs of the groups.
fn decide(
    topology: &Topology,
    ties: &Ties,
    known: &mut BTreeMap<(VpcKey, VpcKey), Tri<bool>>,
    reference: &Reference<'_>,
) -> Tri<bool> {
    match reference.in_one_vpc(topology) {
        Tri::Known(true) | Tri::Absent => return Tri::Known(false),
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Known(false) => (),
    }
    match reference.in_one_region(topology) {
        Tri::Known(true) => (),
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Known(false) | Tri::Absent => return Tri::Known(false),
    }
    if [reference.own, reference.other].into_iter().any(|it| is_elsewhere_too(topology, it)) {
        return Tri::Known(false);
    }
    let groups = &topology.security_groups;
    let (one, two) = (&groups[reference.own].vpc, &groups[reference.other].vpc);
    match (topology.vpc_key(one), topology.vpc_key(two)) {
        (Tri::Known(a), Tri::Known(b)) => known
            .entry((a.clone(), b.clone()))
            .or_insert_with(|| apart(topology, ties, (one, &a), (two, &b)))
            .clone(),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Absent, _) | (_, Tri::Absent) => Tri::Known(false),
    }
}

/// Whether a group is or may be associated with further VPCs.
fn is_elsewhere_too(topology: &Topology, group: Id<SecurityGroup>) -> bool {
    let index = &topology.vpcs_of_group;
    !index.of(group).is_empty() || index.open(group).is_some()
}

fn apart(
    topology: &Topology,
    ties: &Ties,
    (one, a): (&Link<Vpc>, &VpcKey),
    (two, b): (&Link<Vpc>, &VpcKey),
) -> Tri<bool> {
    if ties.joined(a, b) {
        return Tri::Known(false);
    }
    let here: Vec<Id<Vpc>> = [one, two].into_iter().filter_map(Link::here).collect();
    if let Some(cause) = ties.perhaps(&here) {
        return Tri::Unknown(cause.clone());
    }
    let heads: Vec<_> = here.iter().map(|vpc| &topology.vpcs[*vpc].head).collect();
    // What is made new can be connected by this run alone.
    let new = heads.iter().find(|head| head.management == Management::Created);
    let told = topology.closed && heads.iter().all(|head| !topology.is_only_seen(head));
    let open = match (new, heads.first()) {
        (Some(head), _) => topology.container_open(head),
        (None, Some(_)) if told && heads.len() == 2 => None,
        (None, Some(head)) => Some(Cause::Shared(head.name().into())),
        (None, None) => Some(Cause::NotInInput(a.to_string().into())),
    };
    open.map_or(Tri::Known(true), Tri::Unknown)
}

fn words(topology: &Topology, reference: &Reference<'_>) -> Finding {
    let groups = &topology.security_groups;
    let (own, other) = (&groups[reference.own], &groups[reference.other]);
    let vpc = |group: &SecurityGroup| {
        let link = &group.vpc;
        let here = link.here().map(|vpc| topology.vpcs[vpc].head.name());
        here.or_else(|| topology.vpc_key(link).known().map(ToString::to_string)).unwrap_or_default()
    };
    let name = &reference.rule.origin.address;
    Finding::at(&reference.rule.origin, format!("names `{}`", other.head.name()))
        .also(&other.head.origin, format!("in `{}`", vpc(other)))
        .also(&own.head.origin, format!("in `{}`", vpc(own)))
        .message(format!(
            "`{name}` names `{}` of `{}`, which nothing connects with `{}`",
            other.head.name(),
            vpc(other),
            vpc(own)
        ))
        .why(
            "a rule can name a group of its own VPC, or of one that is peered with it or on the same transit gateway; \
             AWS refuses others at apply",
        )
        .help(format!(
            "peer `{}` with `{}` before the rule is made, or name addresses instead of the group",
            vpc(own),
            vpc(other)
        ))
}
