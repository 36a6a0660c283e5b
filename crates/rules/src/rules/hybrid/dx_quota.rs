//! A Direct Connect gateway has more associations, or announces more prefixes, than AWS allows.
//!
//! ## Why
//!
//! A Direct Connect gateway takes 20 virtual private gateways or 6 transit gateways, and a transit gateway
//! announces 200 prefixes over it. AWS refuses what comes after.
//!
//! Source: AWS Direct Connect User Guide, "AWS Direct Connect quotas".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_ec2_transit_gateway" "hub" {
//!   count           = 7
//!   amazon_side_asn = 64601 + count.index
//! }
//!
//! resource "aws_dx_gateway_association" "hub" {
//!   count                 = 7
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_ec2_transit_gateway.hub[count.index].id
//!   allowed_prefixes      = ["10.${count.index}.0.0/16"]
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
//! resource "aws_ec2_transit_gateway" "hub" {
//!   count           = 6
//!   amazon_side_asn = 64601 + count.index
//! }
//!
//! resource "aws_dx_gateway_association" "hub" {
//!   count                 = 6
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_ec2_transit_gateway.hub[count.index].id
//!   allowed_prefixes      = ["10.${count.index}.0.0/16"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Associations whose gateway on either side cannot be followed, where they may be one too many.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{DxGateway, DxGatewayAssociation, Id, Management, Proven, Topology};

use crate::direct_connect::{Associated, dx_name};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Transit gateways of a Direct Connect gateway.
const TRANSIT: usize = 6;
/// Virtual private gateways of a Direct Connect gateway.
const PRIVATE: usize = 20;
/// Prefixes that a transit gateway announces.
const PREFIXES: usize = 200;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let associated = Associated::new(topology);
    for (gateway, all) in &associated.of {
        counted(topology, out, gateway, all);
    }
    for (id, association) in topology.dx_gateway_associations.iter() {
        let made = association.head.management == Management::Created;
        let Tri::Known(prefixes) = &association.allowed_prefixes else { continue };
        let transit = topology.dx_side(id).is_transit();
        if made && transit == Tri::Known(true) {
            let over = prefixes.len() > PREFIXES;
            let found = over.then(|| many_prefixes(association, prefixes.len()));
            out.answer(&association.head.origin, Tri::Known(found));
        }
    }
}

/// Asks about the gateway once: at the first association that is one too many.
fn counted(
    topology: &Topology,
    out: &mut Sink,
    gateway: &Proven<DxGateway>,
    all: &[Id<DxGatewayAssociation>],
) {
    let mut vague = None;
    let (mut transit, mut private) = (Vec::new(), Vec::new());
    // What is there already comes first.
    let made = |id: &Id<DxGatewayAssociation>| {
        topology.dx_gateway_associations[*id].head.management == Management::Created
    };
    let mut ordered = all.to_vec();
    ordered.sort_by_key(|id| (made(id), *id));
    for id in ordered {
        // Of an unknown number nothing is counted.
        let head = &topology.dx_gateway_associations[id].head;
        if head.origin.address.expanded().is_some() {
            continue;
        }
        match topology.dx_side(id).is_transit() {
            Tri::Known(true) => transit.push(id),
            Tri::Known(false) => private.push(id),
            Tri::Unknown(cause) => vague = Some((id, cause)),
            Tri::Absent => (),
        }
    }
    for (kind, list, most) in
        [("transit gateways", &transit, TRANSIT), ("virtual private gateways", &private, PRIVATE)]
    {
        match list.get(most) {
            Some(id) if made(id) => {
                let head = &topology.dx_gateway_associations[*id].head;
                let name = dx_name(topology, gateway);
                out.broken(
                    Finding::at(&head.origin, "one too many")
                        .message(format!("`{name}` is associated with {} {kind}", list.len()))
                        .why(format!(
                            "a Direct Connect gateway takes {most} {kind}; AWS refuses the next one"
                        ))
                        .help(format!(
                            "put some behind a second Direct Connect gateway, which `{}` and those after \
                             it name",
                            head.name()
                        )),
                );
            }
            Some(_) | None => out.fine(),
        }
    }
    if let Some((id, cause)) =
        vague.filter(|_| transit.len() >= TRANSIT || private.len() >= PRIVATE)
    {
        out.undetermined(&topology.dx_gateway_associations[id].head.origin, cause);
    }
}

fn many_prefixes(association: &DxGatewayAssociation, count: usize) -> Finding {
    Finding::at(&association.prefixes_origin, format!("{count} prefixes"))
        .message(format!("`{}` announces {count} prefixes", association.head.name()))
        .why(format!("a transit gateway announces up to {PREFIXES} prefixes over Direct Connect"))
        .help("announce summaries of them")
}
