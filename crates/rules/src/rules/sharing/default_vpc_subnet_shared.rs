//! A subnet of a default VPC is shared.
//!
//! ## Why
//!
//! AWS does not share subnets that are in a default VPC, so the apply fails.
//!
//! Source: Amazon VPC User Guide, "Responsibilities and permissions for owners and participants".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_default_subnet" "a" {
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_ram_resource_share" "subnets" {
//!   name = "subnets"
//! }
//!
//! resource "aws_ram_principal_association" "team" {
//!   principal          = "444455556666"
//!   resource_share_arn = aws_ram_resource_share.subnets.arn
//! }
//!
//! resource "aws_ram_resource_association" "a" {
//!   resource_arn       = aws_default_subnet.a.arn
//!   resource_share_arn = aws_ram_resource_share.subnets.arn
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "shared" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.shared.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ram_resource_share" "subnets" {
//!   name = "subnets"
//! }
//!
//! resource "aws_ram_principal_association" "team" {
//!   principal          = "444455556666"
//!   resource_share_arn = aws_ram_resource_share.subnets.arn
//! }
//!
//! resource "aws_ram_resource_association" "a" {
//!   resource_arn       = aws_subnet.a.arn
//!   resource_share_arn = aws_ram_resource_share.subnets.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A subnet or VPC that only its id names, or that a data source looks up in a run without a plan.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{Id, Link, ResourceShareMember, Subnet, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, member) in cx.topology.resource_share_members.iter() {
        // What is shared already has been accepted.
        if !member.head.action.creates() {
            continue;
        }
        let answer = decide(cx.topology, member)
            .map(|found| found.map(|default| words(cx.topology, member, &default)));
        out.answer(&member.head.origin, answer);
    }
}

/// The subnet, and what tells that it is a default one.
struct InDefault<'t> {
    subnet: Id<Subnet>,
    origin: &'t Origin,
    label: &'static str,
}

fn decide<'t>(topology: &'t Topology, member: &ResourceShareMember) -> Tri<Option<InDefault<'t>>> {
    match &member.subnet {
        Link::Here(id) => default(topology, *id),
        Link::OneOf(ids, cause) => {
            let all: Vec<_> = ids.iter().map(|id| default(topology, *id)).collect();
            let fine =
                |it: &Tri<Option<InDefault<'_>>>| matches!(it, Tri::Known(None) | Tri::Absent);
            if all.iter().all(fine) {
                return Tri::Known(None);
            }
            let every = all.iter().all(|it| matches!(it, Tri::Known(Some(_))));
            match all.into_iter().next() {
                Some(first) if every => first,
                Some(_) | None => Tri::Unknown(cause.clone()),
            }
        }
        Link::Elsewhere(_) | Link::Unknown(_) => member.subnet.tri().map(|_| None),
        Link::Absent => Tri::Known(None),
    }
}

fn default(topology: &Topology, id: Id<Subnet>) -> Tri<Option<InDefault<'_>>> {
    let subnet = &topology.subnets[id];
    let of_vpc = subnet.vpc.tri().and_then(|vpc| {
        let vpc = &topology.vpcs[vpc];
        let found = |yes: bool| {
            yes.then_some(InDefault {
                subnet: id,
                origin: &vpc.head.origin,
                label: "the default VPC",
            })
        };
        vpc.is_default.clone().map(found)
    });
    match (&subnet.is_default, of_vpc) {
        (Tri::Known(true), _) => Tri::Known(Some(InDefault {
            subnet: id,
            origin: &subnet.head.origin,
            label: "a default subnet",
        })),
        (_, found @ Tri::Known(Some(_))) => found,
        (Tri::Unknown(cause), _) => Tri::Unknown(cause.clone()),
        (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        // What Terraform makes anew is no default subnet.
        (Tri::Known(false) | Tri::Absent, Tri::Known(None) | Tri::Absent) => Tri::Known(None),
    }
}

fn words(topology: &Topology, member: &ResourceShareMember, default: &InDefault<'_>) -> Finding {
    let name = topology.subnets[default.subnet].head.name();
    Finding::at(&member.resource.origin, "is not shared")
        .also(default.origin, default.label)
        .message(format!("`{}` shares `{name}`, which is in a default VPC", member.head.name()))
        .why("AWS does not share subnets of a default VPC, so the apply fails")
        .help("make a VPC with subnets for sharing, and share one of those")
}
