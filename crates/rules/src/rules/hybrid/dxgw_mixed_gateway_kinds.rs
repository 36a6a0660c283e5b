//! A Direct Connect gateway serves virtual private gateways and transit gateways at once.
//!
//! ## Why
//!
//! A Direct Connect gateway is either for virtual private gateways, with private virtual interfaces, or
//! for transit gateways, with transit virtual interfaces. And a virtual private gateway is associated with
//! one Direct Connect gateway only. AWS refuses what does not fit at apply.
//!
//! Source: AWS Direct Connect User Guide, "Virtual private gateway associations" and "Direct Connect
//! gateways and transit gateway associations".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_dx_gateway" "dc" {
//!   name            = "dc"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_dx_gateway_association" "app" {
//!   dx_gateway_id         = aws_dx_gateway.dc.id
//!   associated_gateway_id = aws_vpn_gateway.app.id
//! }
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
//! resource "aws_dx_gateway" "private" {
//!   name            = "private"
//!   amazon_side_asn = "64600"
//! }
//!
//! resource "aws_dx_gateway" "transit" {
//!   name            = "transit"
//!   amazon_side_asn = "64601"
//! }
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_dx_gateway_association" "app" {
//!   dx_gateway_id         = aws_dx_gateway.private.id
//!   associated_gateway_id = aws_vpn_gateway.app.id
//! }
//!
//! resource "aws_dx_gateway_association" "core" {
//!   dx_gateway_id         = aws_dx_gateway.transit.id
//!   associated_gateway_id = aws_ec2_transit_gateway.core.id
//!   allowed_prefixes      = ["10.0.0.0/14"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An association whose gateway on either side cannot be followed, beside one of the other kind.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    DxGateway, DxGatewayAssociation, Head, Id, Link, Management, Proven, Topology, VpnGateway,
};

use crate::direct_connect::{dx_key, dx_name, may_be_one, side_name};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// An association or a virtual interface of a Direct Connect gateway.
struct Use<'t> {
    head: &'t Head,
    gateway: Result<Option<Proven<DxGateway>>, Cause>,
    transit: Tri<bool>,
    interface: bool,
    /// What it associates, for an association.
    with: String,
}

/// The uses by gateway, and those of which it is not told.
#[derive(Default)]
struct Uses<'u, 't> {
    of: BTreeMap<&'u Proven<DxGateway>, Vec<&'u Use<'t>>>,
    astray: Vec<&'u Use<'t>>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let all = uses(topology);
    let mut uses = Uses::default();
    for it in &all {
        match &it.gateway {
            Ok(Some(key)) => uses.of.entry(key).or_default().push(it),
            Ok(None) => (),
            Err(_) => uses.astray.push(it),
        }
    }
    for it in &all {
        if it.head.management == Management::Created {
            let answer = decide(&uses, it);
            let answer = answer.map(|found| found.map(|other| words(topology, it, other)));
            out.answer(&it.head.origin, answer);
        }
    }
    taken_twice(topology, out);
}

fn uses(topology: &Topology) -> Vec<Use<'_>> {
    let associations = topology.dx_gateway_associations.iter().map(|(id, it)| {
        let side = topology.dx_side(id);
        Use {
            head: &it.head,
            gateway: dx_key(topology, &it.gateway),
            transit: side.is_transit(),
            interface: false,
            with: side_name(topology, &side),
        }
    });
    let interfaces = topology.dx_interfaces.iter().map(|(_, it)| Use {
        head: &it.head,
        gateway: dx_key(topology, &it.gateway),
        transit: Tri::Known(it.transit),
        interface: true,
        with: String::new(),
    });
    associations.chain(interfaces).collect()
}

/// What this one does not go with: something that is there already, or is made before.
fn decide<'u, 't>(uses: &Uses<'u, 't>, it: &'u Use<'t>) -> Tri<Option<&'u Use<'t>>> {
    let key = match &it.gateway {
        Ok(Some(key)) => key,
        Ok(None) => return Tri::Known(None),
        Err(cause) => {
            // Only beside something of the other kind it matters where it is.
            let fits = |other: &&Use<'_>| !differ(it, other);
            let mut others = uses.of.values().flatten();
            if others.all(fits) {
                return Tri::Known(None);
            }
            return Tri::Unknown(cause.clone());
        }
    };
    let near = uses.of.get(key).map_or(&[][..], Vec::as_slice);
    let first = |other: &&&Use<'_>| {
        let made = other.head.management == Management::Created;
        !made || other.head.origin.address < it.head.origin.address
    };
    let clash = near.iter().find(|other| {
        let kinds = (&it.transit, &other.transit);
        let differ = matches!(kinds, (Tri::Known(one), Tri::Known(two)) if one != two);
        // Two interfaces alone are not told to be in each other's way.
        differ && !(it.interface && other.interface) && first(other)
    });
    if let Some(other) = clash {
        return Tri::Known(Some(other));
    }
    match &it.transit {
        Tri::Unknown(cause) if near.len() > 1 => Tri::Unknown(cause.clone()),
        Tri::Unknown(_) | Tri::Known(_) | Tri::Absent => Tri::Known(None),
    }
}

/// Whether two may be of different kinds, one of them an association.
fn differ(one: &Use<'_>, two: &Use<'_>) -> bool {
    let same = matches!((&one.transit, &two.transit), (Tri::Known(a), Tri::Known(b)) if a == b);
    !(same || one.interface && two.interface)
}

fn words(topology: &Topology, it: &Use<'_>, other: &Use<'_>) -> Finding {
    let gateway = match &it.gateway {
        Ok(Some(key)) => dx_name(topology, key),
        Ok(None) | Err(_) => String::new(),
    };
    let transit = it.transit == Tri::Known(true);
    let kind =
        |transit: bool| if transit { "transit gateways" } else { "virtual private gateways" };
    let (what, kept) = (kind(transit), kind(!transit));
    let used = |it: &Use<'_>| match (it.interface, it.transit == Tri::Known(true)) {
        (true, true) => format!("the transit virtual interface `{}`", it.head.name()),
        (true, false) => format!("the private virtual interface `{}`", it.head.name()),
        (false, _) => format!("`{}` (by `{}`)", it.with, it.head.name()),
    };
    Finding::at(&it.head.origin, format!("for {what}"))
        .also(&other.head.origin, format!("for {kept}"))
        .message(format!("`{gateway}` has {}, and {} besides", used(other), used(it)))
        .why(
            "a Direct Connect gateway is for virtual private gateways (private virtual interfaces) or for \
             transit gateways (transit virtual interfaces); AWS refuses the other kind at apply",
        )
        .help(format!("use a Direct Connect gateway of its own for {what}"))
}

/// A virtual private gateway in two Direct Connect gateways.
fn taken_twice(topology: &Topology, out: &mut Sink) {
    let mut by_gateway: BTreeMap<Proven<VpnGateway>, Vec<Id<DxGatewayAssociation>>> =
        BTreeMap::new();
    for (id, _) in topology.dx_gateway_associations.iter() {
        if let Some(gateway) = topology.dx_side(id).vpn_gateway.proven() {
            if matches!(&gateway, Proven::Elsewhere(id) if !id.starts_with("vgw-")) {
                continue;
            }
            by_gateway.entry(gateway).or_default().push(id);
        }
    }
    for (gateway, all) in by_gateway.iter().filter(|(_, all)| all.len() > 1) {
        for id in all {
            let it = &topology.dx_gateway_associations[*id];
            if it.head.management == Management::Created {
                let others = all.iter().filter(|other| *other != id);
                let answer = second(topology, *id, others);
                let answer = answer.map(|other| other.map(|it| again(topology, gateway, *id, it)));
                out.answer(&it.head.origin, answer);
            }
        }
    }
}

/// An association of the same gateway with another Direct Connect gateway, which comes first.
fn second<'a>(
    topology: &Topology,
    id: Id<DxGatewayAssociation>,
    others: impl Iterator<Item = &'a Id<DxGatewayAssociation>>,
) -> Tri<Option<Id<DxGatewayAssociation>>> {
    let it = &topology.dx_gateway_associations[id];
    let mut open = None;
    for other in others {
        let two = &topology.dx_gateway_associations[*other];
        if two.head.management == Management::Created && *other > id {
            continue;
        }
        let keys = (dx_key(topology, &it.gateway), dx_key(topology, &two.gateway));
        let (one_key, two_key) = match keys {
            (Ok(Some(one)), Ok(Some(two))) => (one, two),
            (Err(cause), _) | (_, Err(cause)) => {
                open = open.or(Some(cause));
                continue;
            }
            (Ok(None), _) | (_, Ok(None)) => continue,
        };
        if one_key == two_key {
            continue;
        }
        let (one, two) = ((&one_key, it.head.stack()), (&two_key, two.head.stack()));
        match may_be_one(topology, one, two, |id| topology.dx_gateways[id].head.clone()) {
            None => return Tri::Known(Some(*other)),
            Some(cause) => open = open.or(Some(cause)),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn again(
    topology: &Topology,
    gateway: &Proven<VpnGateway>,
    id: Id<DxGatewayAssociation>,
    other: Id<DxGatewayAssociation>,
) -> Finding {
    let it = &topology.dx_gateway_associations[id];
    let other = &topology.dx_gateway_associations[other];
    let name = match gateway {
        Proven::Here(id) => topology.vpn_gateways[*id].head.name(),
        Proven::Elsewhere(id) => (**id).to_owned(),
    };
    let dx = |link: &Link<DxGateway>| match link.proven() {
        Some(key) => dx_name(topology, &key),
        None => "another one".to_owned(),
    };
    let (one, two) = (dx(&other.gateway), dx(&it.gateway));
    Finding::at(&it.head.origin, format!("with `{two}`"))
        .also(&other.head.origin, format!("with `{one}`"))
        .message(format!("`{name}` is associated with `{one}`, and with `{two}` besides"))
        .why(
            "a virtual private gateway is associated with one Direct Connect gateway; AWS refuses the \
             second at apply",
        )
        .help(format!(
            "keep one of the two; several virtual interfaces can end at `{one}`"
        ))
}
