//! A further range of a VPC overlaps a range that the VPC has already.
//!
//! ## Why
//!
//! The ranges of a VPC may not overlap. AWS refuses the association of a range that lies in another one of the same
//! VPC, or holds it, at apply.
//!
//! Source: Amazon VPC User Guide, "VPC CIDR blocks" (add IPv4 CIDR blocks to a VPC).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_ipv4_cidr_block_association" "more" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.128.0/17"
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
//! resource "aws_vpc_ipv4_cidr_block_association" "more" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.8.0.0/16"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range from an address pool, which is known only after apply; a VPC that is not in the input. Associations that
//! exist are not asked about: AWS has accepted them.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::{CidrAssociation, Id, Management, Topology, Vpc, overlap};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Two ranges of one VPC: the one that is added, and the one that is there.
struct Clash<'t> {
    vpc: Id<Vpc>,
    added: (&'t Fact<IpNet>, IpNet),
    there: (&'t Fact<IpNet>, IpNet),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, association) in cx.topology.cidr_associations.iter() {
        // A range that Amazon provides is like no other.
        let Some(range) = &association.range else { continue };
        if association.head.management != Management::Created {
            continue;
        }
        let answer = decide(cx.topology, id, association, range)
            .map(|found| found.map(|clash| words(cx.topology, association, &clash)));
        out.answer(&association.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    id: Id<CidrAssociation>,
    association: &'t CidrAssociation,
    range: &'t Fact<IpNet>,
) -> Tri<Option<Clash<'t>>> {
    let vpc = match association.vpc.tri() {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let net = match &range.value {
        Tri::Known(net) => net.trunc(),
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let mut open = None;
    for fact in &topology.vpcs[vpc].ranges {
        match &fact.value {
            Tri::Known(own) if overlap(own.trunc(), net).is_some() => {
                let clash = Clash { vpc, added: (range, net), there: (fact, own.trunc()) };
                return Tri::Known(Some(clash));
            }
            Tri::Unknown(cause) if could_be_like(fact, net) => open = open.or(Some(cause.clone())),
            Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => (),
        }
    }
    for other in topology.ranges_of_vpc.of(vpc).iter().filter(|it| **it != id) {
        let it = &topology.cidr_associations[*other];
        // Of two that are made, the later one is asked about.
        let counts = it.head.management != Management::Created || *other < id;
        let Some(fact) = it.range.as_ref().filter(|_| counts) else { continue };
        let Some(own) = fact.value.known().map(IpNet::trunc) else { continue };
        if overlap(own, net).is_none() {
            continue;
        }
        match topology.may_be_one(&it.head, &association.head) {
            Some(cause) => open = open.or(Some(cause)),
            None => {
                return Tri::Known(Some(Clash { vpc, added: (range, net), there: (fact, own) }));
            }
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// Whether an unknown range may be of the family of `net`: the argument tells.
fn could_be_like(fact: &Fact<IpNet>, net: IpNet) -> bool {
    let other = match net {
        IpNet::V4(_) => "ipv6_cidr_block",
        IpNet::V6(_) => "cidr_block",
    };
    fact.origin.attribute.as_deref() != Some(other)
}

fn words(topology: &Topology, association: &CidrAssociation, clash: &Clash<'_>) -> Finding {
    let (name, vpc) = (association.head.name(), topology.vpcs[clash.vpc].head.name());
    let ((added, net), (there, own)) = (clash.added, clash.there);
    Finding::at(&added.origin, "overlaps a range of the same VPC")
        .also(&there.origin, "this range is there")
        .message(format!("`{name}` adds {net} to `{vpc}`, which has {own} already"))
        .why("the ranges of a VPC may not overlap; AWS refuses the second one at apply")
        .help(if own.contains(&net) {
            format!("remove `{name}`: {own} holds {net}; or give it a range apart from {own}")
        } else {
            format!("give `{name}` a range apart from {own}")
        })
}
