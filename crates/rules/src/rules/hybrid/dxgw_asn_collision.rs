//! A Direct Connect gateway and a transit gateway that it is associated with have the same ASN.
//!
//! ## Why
//!
//! The two talk BGP to each other and need different autonomous system numbers. A transit gateway has
//! 64512 unless it is given another, and that is what many examples use for the Direct Connect gateway.
//! AWS refuses the association.
//!
//! Source: AWS Knowledge Center, "Why can't I associate a transit gateway with my Direct Connect gateway?".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64512"
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
//! A gateway that is not in the input, or a number that is known only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{DxGateway, Head, Management, Topology, TransitGateway};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Both gateways, with their number.
type Same<'t> = (&'t DxGateway, &'t TransitGateway, u32);

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (id, association) in topology.dx_gateway_associations.iter() {
        // A virtual private gateway takes any number.
        let side = topology.dx_side(id);
        if side.is_transit() == Tri::Known(false)
            || association.head.management != Management::Created
        {
            continue;
        }
        let dx = association.gateway.tri();
        let answer = dx.and_then(|dx| {
            side.transit_gateway.tri().and_then(|transit| {
                let dx = &topology.dx_gateways[dx];
                same(dx, &topology.transit_gateways[transit])
            })
        });
        let answer = answer.map(|found| found.map(|same| words(topology, &association.head, same)));
        out.answer(&association.head.origin, answer);
    }
}

fn same<'t>(dx: &'t DxGateway, transit: &'t TransitGateway) -> Tri<Option<Same<'t>>> {
    let numbers = (dx.asn.value.clone(), transit.asn.value.clone());
    match numbers {
        (Tri::Known(one), Tri::Known(two)) => {
            Tri::Known((one == two).then_some((dx, transit, one)))
        }
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Absent, _) | (_, Tri::Absent) => Tri::Absent,
    }
}

/// The first private number (RFC 6996) that no gateway of the input has.
fn free(topology: &Topology) -> u32 {
    let dx = topology.dx_gateways.iter().map(|(_, it)| it.asn.value.known());
    let transit = topology.transit_gateways.iter().map(|(_, it)| it.asn.value.known());
    let taken: Vec<u32> = dx.chain(transit).flatten().copied().collect();
    (64_513..=65_534).find(|it| !taken.contains(it)).unwrap_or(4_200_000_000)
}

fn words(topology: &Topology, association: &Head, (dx, transit, asn): Same<'_>) -> Finding {
    let (dx_name, transit_name) = (dx.head.name(), transit.head.name());
    let free = free(topology);
    let new = [&dx.head, &transit.head].map(|it| it.management == Management::Created);
    let finding = Finding::at(&association.origin, "AWS refuses this association")
        .also(&dx.asn.origin, format!("has {asn}"))
        .also(&transit.asn.origin, format!("has {asn}"))
        .message(format!("`{dx_name}` and `{transit_name}` both have the ASN {asn}"))
        .why(
            "a Direct Connect gateway and its transit gateways talk BGP with each other, for which their \
             autonomous system numbers must differ",
        );
    match new {
        [false, _] => finding.help(format!(
            "set `amazon_side_asn = {free}` on `{transit_name}`; another number for `{dx_name}` makes AWS \
             replace it"
        )),
        [true, _] => finding.help(format!("set `amazon_side_asn = \"{free}\"` on `{dx_name}`")),
    }
}
