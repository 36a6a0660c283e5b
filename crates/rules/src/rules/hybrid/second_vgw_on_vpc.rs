//! A VPC gets a second virtual private gateway.
//!
//! ## Why
//!
//! One virtual private gateway can be attached to a VPC at a time, and AWS refuses the second one. One
//! gateway takes several VPN connections, and Direct Connect besides.
//!
//! Source: Amazon VPC User Guide, "Amazon VPC quotas".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpn_gateway" "office" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpn_gateway" "partner" {
//!   vpc_id = aws_vpc.app.id
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
//! resource "aws_customer_gateway" "office" {
//!   bgp_asn    = "65000"
//!   ip_address = "203.0.113.12"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_customer_gateway" "partner" {
//!   bgp_asn    = "65010"
//!   ip_address = "203.0.113.44"
//!   type       = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "office" {
//!   customer_gateway_id = aws_customer_gateway.office.id
//!   vpn_gateway_id      = aws_vpn_gateway.app.id
//!   type                = "ipsec.1"
//! }
//!
//! resource "aws_vpn_connection" "partner" {
//!   customer_gateway_id = aws_customer_gateway.partner.id
//!   vpn_gateway_id      = aws_vpn_gateway.app.id
//!   type                = "ipsec.1"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway or VPC that cannot be followed, where another gateway is attached to what may be the same VPC.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Head, Id, Link, Management, Proven, Topology, Vpc, VpcKey, VpnGateway};

use crate::direct_connect::may_be_one;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A gateway at a VPC: by its own argument, or by an attachment.
struct Tie<'t> {
    head: &'t Head,
    gateway: Tri<Proven<VpnGateway>>,
    vpc: Tri<VpcKey>,
    link: &'t Link<Vpc>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let ties = ties(topology);
    let mut by_vpc: BTreeMap<&VpcKey, Vec<&Tie<'_>>> = BTreeMap::new();
    for tie in &ties {
        if let Tri::Known(key) = &tie.vpc {
            by_vpc.entry(key).or_default().push(tie);
        }
    }
    let astray: Vec<&Tie<'_>> = ties.iter().filter(|it| it.vpc.known().is_none()).collect();
    for tie in ties.iter().filter(|it| it.head.management == Management::Created) {
        let near = tie.vpc.known().and_then(|key| by_vpc.get(key));
        let answer = match near {
            Some(near) => second(topology, tie, near, &astray),
            // A VPC that is not told matters only beside another gateway.
            None => match &tie.vpc {
                Tri::Unknown(cause) if ties.len() > 1 => Tri::Unknown(cause.clone()),
                Tri::Unknown(_) | Tri::Known(_) | Tri::Absent => Tri::Known(None),
            },
        };
        let answer = answer.map(|found| found.map(|first| words(topology, tie, first)));
        out.answer(&tie.head.origin, answer);
    }
}

fn ties(topology: &Topology) -> Vec<Tie<'_>> {
    let own = topology.vpn_gateways.iter().filter(|(_, it)| it.vpc != Link::Absent);
    let own = own.map(|(id, it)| Tie {
        head: &it.head,
        gateway: Tri::Known(Proven::Here(id)),
        vpc: topology.vpc_key(&it.vpc),
        link: &it.vpc,
    });
    let added = topology.vpn_gateway_attachments.iter().map(|(_, it)| Tie {
        head: &it.head,
        gateway: match (it.gateway.proven(), it.gateway.tri()) {
            (Some(proven), _) => Tri::Known(proven),
            (None, Tri::Unknown(cause)) => Tri::Unknown(cause),
            (None, Tri::Known(_) | Tri::Absent) => Tri::Absent,
        },
        vpc: topology.vpc_key(&it.vpc),
        link: &it.vpc,
    });
    own.chain(added).collect()
}

/// Another gateway of the same VPC that is there already, or is attached before.
fn second<'a, 't>(
    topology: &Topology,
    tie: &Tie<'t>,
    near: &[&'a Tie<'t>],
    astray: &[&'a Tie<'t>],
) -> Tri<Option<&'a Tie<'t>>> {
    let first = |other: &&&Tie<'_>| {
        let made = other.head.management == Management::Created;
        !made || other.head.origin.address < tie.head.origin.address
    };
    let mut open: Option<Cause> = None;
    for other in near.iter().filter(first) {
        match apart(topology, tie, other) {
            Tri::Known(true) => return Tri::Known(Some(other)),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    let perhaps = || {
        // One that is made itself is asked there.
        let mut there = astray.iter().filter(|it| it.head.management != Management::Created);
        there.find_map(|other| match topology.same_vpc(tie.link, other.link) {
            Tri::Unknown(cause) => Some(cause),
            Tri::Known(_) | Tri::Absent => None,
        })
    };
    open.or_else(perhaps).map_or(Tri::Known(None), Tri::Unknown)
}

/// Whether these are two gateways.
fn apart(topology: &Topology, one: &Tie<'_>, two: &Tie<'_>) -> Tri<bool> {
    let (a, b) = match (&one.gateway, &two.gateway) {
        (Tri::Known(a), Tri::Known(b)) => (a, b),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => return Tri::Unknown(cause.clone()),
        (Tri::Absent, _) | (_, Tri::Absent) => return Tri::Absent,
    };
    if a == b {
        return Tri::Known(false);
    }
    let (a, b) = ((a, one.head.stack()), (b, two.head.stack()));
    let head = |id: Id<VpnGateway>| topology.vpn_gateways[id].head.clone();
    may_be_one(topology, a, b, head).map_or(Tri::Known(true), Tri::Unknown)
}

fn words(topology: &Topology, tie: &Tie<'_>, first: &Tie<'_>) -> Finding {
    let name = |tie: &Tie<'_>| match &tie.gateway {
        Tri::Known(Proven::Here(id)) => topology.vpn_gateways[*id].head.name(),
        Tri::Known(Proven::Elsewhere(id)) => (**id).to_owned(),
        Tri::Unknown(_) | Tri::Absent => tie.head.name(),
    };
    let vpc = match (tie.link.here(), &tie.vpc) {
        (Some(id), _) => topology.vpcs[id].head.name(),
        (None, Tri::Known(key)) => key.to_string(),
        (None, Tri::Unknown(_) | Tri::Absent) => "the VPC".to_owned(),
    };
    let (one, two) = (name(first), name(tie));
    Finding::at(&tie.head.origin, format!("attaches a second gateway to `{vpc}`"))
        .also(&first.head.origin, "attaches the first")
        .message(format!("`{one}` and `{two}` are both attached to `{vpc}`"))
        .why("one virtual private gateway can be attached to a VPC at a time; AWS refuses the second")
        .help(format!(
            "end the VPN connections of `{two}` at `{one}`: one gateway takes several, and Direct Connect \
             besides"
        ))
}
