//! The allowed prefixes of a Direct Connect association let no range of its VPC through.
//!
//! ## Why
//!
//! For a virtual private gateway the allowed prefixes are a filter: AWS announces each range of the VPC as
//! a whole, where an allowed prefix is the same or wider. A prefix for a part of the range, or beside it,
//! lets nothing through, and the site learns no route to the VPC.
//!
//! Source: AWS Direct Connect User Guide, "Allowed prefixes interactions".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
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
//!   allowed_prefixes      = ["10.0.1.0/24"]
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
//! resource "aws_vpn_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
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
//!   allowed_prefixes      = ["10.0.0.0/15"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that is not in the input, ranges or prefixes that are known only after apply. A VPC of which one
//! range is announced and another is not may be meant so.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{DxGatewayAssociation, Id, Topology, Vpc};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (id, association) in topology.dx_gateway_associations.iter() {
        let side = topology.dx_side(id);
        let Tri::Known(prefixes) = &association.allowed_prefixes else {
            if let Tri::Unknown(cause) = &association.allowed_prefixes
                && side.is_transit() == Tri::Known(false)
            {
                out.undetermined(&association.head.origin, cause.clone());
            }
            continue;
        };
        if prefixes.is_empty() || side.is_transit() == Tri::Known(true) {
            continue;
        }
        let vpc = side.vpn_gateway.tri().and_then(|it| topology.vpc_of_vpn_gateway(it).tri());
        let answer = vpc.and_then(|vpc| {
            let lost = lost(topology, association, vpc, prefixes);
            lost.map(|lost| lost.then(|| words(topology, id, vpc, prefixes)))
        });
        out.answer(&association.head.origin, answer);
    }
}

/// Whether no range of the VPC goes through the filter.
fn lost(
    topology: &Topology,
    association: &DxGatewayAssociation,
    vpc: Id<Vpc>,
    prefixes: &[Tri<IpNet>],
) -> Tri<bool> {
    let ranges = topology.ranges(vpc);
    let mut open: Option<Cause> = None;
    for prefix in prefixes {
        match prefix {
            Tri::Known(prefix) => {
                if ranges.known().any(|(net, _)| prefix.contains(&net)) {
                    return Tri::Known(false);
                }
                let asking = association.head.stack();
                let gap = || topology.range_gap(vpc, *prefix);
                open = open.or_else(gap).or_else(|| topology.unseen_range(vpc, *prefix, asking));
            }
            Tri::Unknown(cause) => open = open.or_else(|| Some(cause.clone())),
            Tri::Absent => (),
        }
    }
    open.map_or(Tri::Known(true), Tri::Unknown)
}

fn words(
    topology: &Topology,
    id: Id<DxGatewayAssociation>,
    vpc: Id<Vpc>,
    prefixes: &[Tri<IpNet>],
) -> Finding {
    let association = &topology.dx_gateway_associations[id];
    let (name, ranges) = (topology.vpcs[vpc].head.name(), topology.ranges(vpc));
    let listed: Vec<String> =
        prefixes.iter().filter_map(|it| it.known().map(ToString::to_string)).collect();
    let mut finding = Finding::at(&association.prefixes_origin, "lets nothing of the VPC through");
    for (net, fact) in ranges.known().take(3) {
        finding =
            finding.also(&fact.origin, format!("{net} is announced as a whole or not at all"));
    }
    let wanted: Vec<String> = ranges.known().map(|(net, _)| format!("\"{net}\"")).collect();
    finding
        .message(format!(
            "`{}` allows {}, and `{name}` holds {}",
            association.head.name(),
            listed.join(", "),
            ranges.text()
        ))
        .why(
            "the allowed prefixes filter the ranges of the VPC, of which only those are announced that a \
             prefix holds completely: the site learns no route to it",
        )
        .help(format!("set `allowed_prefixes = [{}]`, or wider", wanted.join(", ")))
}
