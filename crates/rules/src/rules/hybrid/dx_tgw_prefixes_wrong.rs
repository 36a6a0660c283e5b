//! A transit gateway is associated with a Direct Connect gateway without allowed prefixes.
//!
//! ## Why
//!
//! For a virtual private gateway AWS announces the ranges of its VPC. For a transit gateway it announces
//! what the association lists as allowed prefixes and nothing else, and refuses an association without
//! any.
//!
//! Source: AWS Direct Connect API Reference, "`CreateDirectConnectGatewayAssociation`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_dx_gateway_association" "core" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_dx_gateway_association" "core" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_ec2_transit_gateway.core.id
//!   allowed_prefixes      = ["10.0.0.0/14"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Prefixes that are known only after apply; an associated gateway that cannot be followed, where there
//! are no prefixes. Which VPCs a site is meant to reach is not in the input, so that a VPC beside all
//! prefixes is no fault.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, DxGatewayAssociation, Id, Link, Management, Topology, TransitGateway,
};
use ipnet::IpNet;

use crate::direct_connect::side_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (id, association) in topology.dx_gateway_associations.iter() {
        let transit = topology.dx_side(id).is_transit();
        // The prefixes of a proposal are asked for by the other side.
        if association.head.management != Management::Created
            || association.proposal != Link::Absent
            || transit == Tri::Known(false)
        {
            continue;
        }
        let none = match &association.allowed_prefixes {
            Tri::Absent => Tri::Known(true),
            Tri::Known(prefixes) => Tri::Known(prefixes.is_empty()),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        };
        let answer = match (none, transit) {
            (Tri::Known(true), Tri::Known(_)) => Tri::Known(Some(words(topology, id))),
            (Tri::Unknown(cause), Tri::Known(_)) if !is_computed(&cause) => Tri::Unknown(cause),
            (Tri::Known(true), Tri::Unknown(cause)) => Tri::Unknown(cause),
            (_, _) => Tri::Known(None),
        };
        out.answer(&association.head.origin, answer);
    }
}

/// Prefixes that are made during the apply are some.
fn is_computed(cause: &Cause) -> bool {
    matches!(cause, Cause::KnownAfterApply(_))
}

/// The IPv4 ranges of the VPCs that are attached to the gateway, as few as there can be.
fn attached(topology: &Topology, gateway: Id<TransitGateway>) -> Vec<IpNet> {
    let mut nets = Vec::new();
    for id in topology.attachments_of_gateway.of(gateway) {
        if let AttachmentKind::Vpc { vpc: Link::Here(vpc), .. } = &topology.attachments[*id].kind {
            nets.extend(topology.ranges(*vpc).known_v4().map(|(net, _)| net));
        }
    }
    IpNet::aggregate(&nets)
}

fn words(topology: &Topology, id: Id<DxGatewayAssociation>) -> Finding {
    let association = &topology.dx_gateway_associations[id];
    let side = topology.dx_side(id);
    let (name, gateway) = (association.head.name(), side_name(topology, &side));
    let nets = side.transit_gateway.here().map_or_else(Vec::new, |it| attached(topology, it));
    let nets: Vec<String> = nets.iter().map(|net| format!("\"{net}\"")).collect();
    let mut finding = Finding::at(&association.head.origin, "announces nothing");
    if let Some(id) = side.transit_gateway.here() {
        finding = finding.also(&topology.transit_gateways[id].head.origin, "a transit gateway");
    }
    finding
        .message(format!("`{name}` associates `{gateway}` without allowed prefixes"))
        .why(
            "for a transit gateway the allowed prefixes are what is announced to the site; AWS refuses an \
             association without any",
        )
        .help(if nets.is_empty() {
            format!("list what the site may reach in `allowed_prefixes` of `{name}`")
        } else {
            format!("set `allowed_prefixes = [{}]`, or a summary of it, on `{name}`", nets.join(", "))
        })
}
