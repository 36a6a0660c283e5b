//! A virtual private gateway is attached to no VPC, and something needs it to be.
//!
//! ## Why
//!
//! A Direct Connect gateway is associated only with a virtual private gateway that is attached to a VPC,
//! and routes and route propagation lead only to the gateway of the table's own VPC: AWS refuses them at
//! apply. A gateway that only joins VPN connections with each other (VPN `CloudHub`) needs no VPC.
//!
//! Source: AWS Direct Connect User Guide, "Virtual private gateway associations".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpn_gateway" "office" {}
//!
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_dx_gateway_association" "office" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_vpn_gateway.office.id
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
//! resource "aws_vpn_gateway" "office" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_dx_gateway_association" "office" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_vpn_gateway.office.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An attachment whose gateway cannot be followed, or a gateway that others can attach.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Id, Link, RouteSource, RouteTarget, Topology, VpnGateway};

use crate::place::{MOST_PLACES, several};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What needs a gateway to be attached, and why.
type Need<'t> = (&'t Origin, &'static str);

/// What needs which gateway.
#[derive(Default)]
struct Needs<'t> {
    of: BTreeMap<Id<VpnGateway>, Vec<Need<'t>>>,
    perhaps: BTreeMap<Id<VpnGateway>, Cause>,
    astray: Option<Cause>,
}

impl<'t> Needs<'t> {
    fn new(topology: &'t Topology) -> Self {
        let mut out = Self::default();
        for (id, association) in topology.dx_gateway_associations.iter() {
            let side = topology.dx_side(id);
            if side.is_transit() != Tri::Known(true) {
                let why = "associates it, which needs it to be attached";
                out.add(&side.vpn_gateway, (&association.head.origin, why));
            }
        }
        for (_, it) in topology.route_propagations.iter() {
            out.add(&it.gateway, (&it.head.origin, "propagates its routes"));
        }
        for (_, table) in topology.route_tables.iter() {
            if let Tri::Known(members) = &table.propagating {
                for id in &members.here {
                    let doubt = || Cause::UnplacedMember(table.head.name().into());
                    let need = (&table.head.origin, "propagates its routes");
                    if members.exact {
                        out.add(&Link::Here(*id), need);
                    } else {
                        out.perhaps.entry(*id).or_insert_with(doubt);
                    }
                }
            }
        }
        for (_, route) in topology.routes.iter() {
            if let (RouteTarget::VpnGateway(link), true) =
                (&route.target, route.source != RouteSource::Seen)
            {
                out.add(link, (&route.origin, "leads to it"));
            }
        }
        out
    }

    fn add(&mut self, link: &Link<VpnGateway>, need: Need<'t>) {
        match link {
            Link::Here(id) => self.of.entry(*id).or_default().push(need),
            Link::OneOf(ids, cause) => {
                for id in ids {
                    self.perhaps.entry(*id).or_insert_with(|| cause.clone());
                }
            }
            Link::Unknown(cause) => {
                self.astray.get_or_insert_with(|| cause.clone());
            }
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let needs = Needs::new(topology);
    for (id, gateway) in topology.vpn_gateways.iter() {
        if topology.is_only_seen(&gateway.head) {
            continue;
        }
        let answer = decide(topology, &needs, id)
            .map(|needed| needed.map(|needed| words(topology, id, needed)));
        out.answer(&gateway.head.origin, answer);
    }
}

/// What needs this gateway, which has no VPC.
fn decide<'n, 't>(
    topology: &Topology,
    needs: &'n Needs<'t>,
    id: Id<VpnGateway>,
) -> Tri<Option<&'n [Need<'t>]>> {
    // A VPC that is named is one, whichever it is.
    if topology.vpn_gateways[id].vpc != Link::Absent
        || !topology.attachments_of_vpn_gateway.of(id).is_empty()
    {
        return Tri::Known(None);
    }
    let needed = needs.of.get(&id).map_or(&[][..], Vec::as_slice);
    let perhaps = needs.perhaps.get(&id).or(needs.astray.as_ref());
    if needed.is_empty() {
        return perhaps.cloned().map_or(Tri::Known(None), Tri::Unknown);
    }
    let open = topology.attachments_of_vpn_gateway.open(id).cloned();
    let open = open.or_else(|| topology.container_open(&topology.vpn_gateways[id].head));
    open.map_or(Tri::Known(Some(needed)), Tri::Unknown)
}

fn words(topology: &Topology, id: Id<VpnGateway>, needed: &[Need<'_>]) -> Finding {
    let gateway = &topology.vpn_gateways[id].head;
    let name = gateway.name();
    let mut finding = Finding::at(&gateway.origin, "attached to no VPC");
    for (origin, text) in needed.iter().take(MOST_PLACES) {
        finding = finding.also(origin, *text);
    }
    let users: Vec<String> = needed.iter().map(|(it, _)| it.address.to_string()).collect();
    finding
        .message(format!("`{name}` is attached to no VPC, and {} needs it to be", several(&users)))
        .why(
            "Direct Connect gateways, routes and route propagation take a virtual private gateway only \
             while it is attached; AWS refuses them at apply",
        )
        .help(format!(
            "set `vpc_id` on `{name}`, or attach it with an `aws_vpn_gateway_attachment`"
        ))
}
