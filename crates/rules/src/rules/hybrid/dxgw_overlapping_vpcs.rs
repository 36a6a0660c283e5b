//! Two VPCs behind one Direct Connect gateway have overlapping ranges.
//!
//! ## Why
//!
//! The VPCs that a Direct Connect gateway connects by their virtual private gateways may not overlap in
//! IPv4, whichever prefixes are allowed. AWS refuses the association of the second one.
//!
//! Source: AWS Direct Connect User Guide, "Virtual private gateway associations".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.0.128.0/17"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpn_gateway" "data" {
//!   vpc_id = aws_vpc.data.id
//! }
//!
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_dx_gateway_association" "app" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_vpn_gateway.app.id
//! }
//!
//! resource "aws_dx_gateway_association" "data" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_vpn_gateway.data.id
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
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpn_gateway" "data" {
//!   vpc_id = aws_vpc.data.id
//! }
//!
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_dx_gateway_association" "app" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_vpn_gateway.app.id
//! }
//!
//! resource "aws_dx_gateway_association" "data" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_vpn_gateway.data.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway or VPC that is not in the input, ranges that are known only after apply. VPCs behind a
//! transit gateway are not compared here.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{
    DxGatewayAssociation, Held, Id, Link, Management, Topology, Vpc, first_overlaps, overlap,
};
use ipnet::IpNet;

use crate::direct_connect::{Associated, refused};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A range behind a Direct Connect gateway.
#[derive(Clone, Copy)]
struct Behind<'t> {
    association: Id<DxGatewayAssociation>,
    vpc: Id<Vpc>,
    net: IpNet,
    fact: &'t Fact<IpNet>,
}

/// The associations of one Direct Connect gateway with virtual private gateways.
#[derive(Default)]
struct Company<'t> {
    ranges: Vec<Behind<'t>>,
    /// Why the ranges of some are not all known.
    gaps: BTreeMap<Id<DxGatewayAssociation>, Cause>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let associated = Associated::new(topology);
    for all in associated.of.values() {
        let company = company(topology, all);
        let members = private(topology, all).count();
        let clashes = clashes(topology, &company);
        for id in all {
            let head = &topology.dx_gateway_associations[*id].head;
            let gap = company.gaps.get(id).or_else(|| {
                // Asked once: of the one that is made, where both are not known.
                let there = |id: &Id<DxGatewayAssociation>| {
                    let head = &topology.dx_gateway_associations[*id].head;
                    head.management != Management::Created
                };
                company.gaps.iter().find(|(id, _)| there(id)).map(|(_, cause)| cause)
            });
            let made = head.management == Management::Created && members > 1;
            let answer = match (clashes.get(id), gap) {
                (Some(clash), _) => clash.clone().map(|it| Some(words(topology, *id, it))),
                (None, _) if !made => continue,
                (None, Some(cause)) => Tri::Unknown(cause.clone()),
                (None, None) => Tri::Known(None),
            };
            out.answer(&head.origin, answer);
        }
    }
    // Only beside others it matters which gateway it is.
    let others = associated.of.values().any(|all| private(topology, all).next().is_some());
    for (id, cause) in &associated.astray {
        let head = &topology.dx_gateway_associations[*id].head;
        let one = private(topology, &[*id]).next().is_some();
        if one && head.management == Management::Created && (others || associated.astray.len() > 1)
        {
            out.undetermined(&head.origin, cause.clone());
        }
    }
}

/// Those that are or may be of a virtual private gateway.
fn private(
    topology: &Topology,
    all: &[Id<DxGatewayAssociation>],
) -> impl Iterator<Item = Id<DxGatewayAssociation>> {
    let transit = |id: Id<DxGatewayAssociation>| topology.dx_side(id).is_transit();
    all.iter().copied().filter(move |id| transit(*id) != Tri::Known(true))
}

fn company<'t>(topology: &'t Topology, all: &[Id<DxGatewayAssociation>]) -> Company<'t> {
    let mut out = Company::default();
    for association in private(topology, all) {
        let gateway = topology.dx_side(association).vpn_gateway;
        let vpc = gateway.tri().and_then(|it| topology.vpc_of_vpn_gateway(it).tri());
        let vpc = match vpc {
            Tri::Known(vpc) => vpc,
            Tri::Unknown(cause) => {
                out.gaps.insert(association, cause);
                continue;
            }
            Tri::Absent => continue,
        };
        let ranges = topology.ranges(vpc);
        if let Some(cause) = ranges.gap() {
            out.gaps.insert(association, cause.clone());
        }
        let known = ranges.known_v4();
        out.ranges.extend(known.map(|(net, fact)| Behind { association, vpc, net, fact }));
    }
    out
}

/// Two ranges that overlap.
#[derive(Clone, Copy)]
struct Clash<'t> {
    own: Behind<'t>,
    other: Behind<'t>,
}

/// By the association that AWS refuses; unknown where the two VPCs may be one.
fn clashes<'t>(
    topology: &Topology,
    company: &Company<'t>,
) -> BTreeMap<Id<DxGatewayAssociation>, Tri<Clash<'t>>> {
    let held: Vec<Held<_, _>> = company
        .ranges
        .iter()
        .map(|it| Held { net: it.net, group: it.vpc, rank: it.association })
        .collect();
    let mut out = BTreeMap::new();
    for (one, at) in company.ranges.iter().zip(first_overlaps(&held)) {
        let Some(two) = at.and_then(|at| company.ranges.get(at)) else { continue };
        let whose = |it: &Behind<'_>| &topology.dx_gateway_associations[it.association].head;
        let made = refused((one.association, whose(one)), (two.association, whose(two)));
        let Some((late, _)) = made else { continue };
        let (own, other) = if late == one.association { (*one, *two) } else { (*two, *one) };
        let same = topology.same_vpc(&Link::Here(one.vpc), &Link::Here(two.vpc));
        let answer = match same {
            Tri::Known(true) => continue,
            Tri::Known(false) | Tri::Absent => Tri::Known(Clash { own, other }),
            Tri::Unknown(cause) => Tri::Unknown(cause),
        };
        if answer.known().is_some() {
            out.insert(late, answer);
        } else {
            out.entry(late).or_insert(answer);
        }
    }
    out
}

fn words(topology: &Topology, id: Id<DxGatewayAssociation>, clash: Clash<'_>) -> Finding {
    let Clash { own, other } = clash;
    let head = &topology.dx_gateway_associations[id].head;
    let (one, two) = (topology.vpcs[own.vpc].head.name(), topology.vpcs[other.vpc].head.name());
    let common = overlap(own.net, other.net).unwrap_or(own.net);
    let first = &topology.dx_gateway_associations[other.association].head;
    Finding::at(&head.origin, "AWS refuses this association")
        .also(&first.origin, "behind the same Direct Connect gateway")
        .also(&own.fact.origin, format!("the range of `{one}`"))
        .also(&other.fact.origin, format!("the range of `{two}`"))
        .message(format!(
            "`{two}` and `{one}` both hold {common}, and are behind one Direct Connect gateway"
        ))
        .why(
            "VPCs that one Direct Connect gateway connects by their virtual private gateways may not \
             overlap, whichever prefixes are allowed",
        )
        .help(format!(
            "give `{one}` a range apart from {common}, or a Direct Connect gateway of its own"
        ))
}
