//! A rule names a security group of another VPC over a transit gateway that does not carry this.
//!
//! ## Why
//!
//! A rule of a security group may name a group of another VPC where both are attached to one transit gateway, and
//! security group referencing is switched on for the gateway and for both attachments. The gateway has it
//! off unless it is switched on, the attachments have it on unless it is switched off. Without it AWS does not know the
//! other group at apply, or the rule lets nothing in.
//!
//! Source: Amazon VPC Transit Gateways, "Security group referencing"; Amazon EC2 API Reference, "`CreateTransitGatewayVpcAttachmentRequestOptions`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_security_group" "app" {
//!   name   = "app"
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_security_group" "data" {
//!   name   = "data"
//!   vpc_id = aws_vpc.data.id
//! }
//!
//! resource "aws_vpc_security_group_ingress_rule" "app" {
//!   security_group_id            = aws_security_group.data.id
//!   referenced_security_group_id = aws_security_group.app.id
//!   ip_protocol                  = "tcp"
//!   from_port                    = 5432
//!   to_port                      = 5432
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {
//!   security_group_referencing_support = "enable"
//! }
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_security_group" "app" {
//!   name   = "app"
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_security_group" "data" {
//!   name   = "data"
//!   vpc_id = aws_vpc.data.id
//! }
//!
//! resource "aws_vpc_security_group_ingress_rule" "app" {
//!   security_group_id            = aws_security_group.data.id
//!   referenced_security_group_id = aws_security_group.app.id
//!   ip_protocol                  = "tcp"
//!   from_port                    = 5432
//!   to_port                      = 5432
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Groups whose VPC is not told, and VPCs that a peering connection may join as well, over which the rule works.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Origin, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Proven, SecurityGroup, SgPeer, SgRule, Topology,
    TransitGateway, VpcKey,
};

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
    let ways = Ways::of(topology);
    for (_, rule) in topology.sg_rules.iter() {
        // What AWS has already it has accepted.
        if rule.action == Action::NoOp {
            continue;
        }
        let groups: BTreeSet<Id<SecurityGroup>> = rule.peers.iter().filter_map(other).collect();
        for other in groups {
            let Some(own) = rule.group.here() else { continue };
            let Some(answer) = ways.decide(own, other) else { continue };
            let answer =
                answer.map(|found| found.map(|off| words(topology, rule, (own, other), &off)));
            out.answer(&rule.origin, answer);
        }
    }
}

fn other(peer: &SgPeer) -> Option<Id<SecurityGroup>> {
    match peer {
        SgPeer::Group(link) => link.here(),
        SgPeer::Range(_) | SgPeer::List(_) | SgPeer::ThisGroup | SgPeer::Unknown(_) => None,
    }
}

/// The switch that is off.
struct Off<'t> {
    origin: &'t Origin,
    gateway: Option<Id<TransitGateway>>,
    attachment: Option<Id<Attachment>>,
}

/// What joins VPCs.
struct Ways<'t> {
    topology: &'t Topology,
    attachments: BTreeMap<VpcKey, BTreeMap<Proven<TransitGateway>, Id<Attachment>>>,
    peered: BTreeSet<(VpcKey, VpcKey)>,
    /// Why a peering connection may join two VPCs.
    doubt: Option<Cause>,
}

impl<'t> Ways<'t> {
    fn of(topology: &'t Topology) -> Self {
        let mut ways =
            Self { topology, attachments: BTreeMap::new(), peered: BTreeSet::new(), doubt: None };
        for (id, attachment) in topology.attachments.iter() {
            let AttachmentKind::Vpc { vpc, .. } = &attachment.kind else { continue };
            let (Tri::Known(vpc), Some(gateway)) =
                (topology.vpc_key(vpc), attachment.gateway.proven())
            else {
                continue;
            };
            ways.attachments.entry(vpc).or_default().insert(gateway, id);
        }
        for (_, peering) in topology.peerings.iter() {
            match (topology.vpc_key(&peering.requester), topology.vpc_key(&peering.accepter)) {
                (Tri::Known(one), Tri::Known(two)) => {
                    ways.peered.insert((two.clone(), one.clone()));
                    ways.peered.insert((one, two));
                }
                (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => {
                    ways.doubt = ways.doubt.take().or(Some(cause));
                }
                (Tri::Known(_) | Tri::Absent, Tri::Known(_) | Tri::Absent) => (),
            }
        }
        ways
    }

    /// Whether a transit gateway joins the VPCs of two groups, without references; none where no transit gateway
    /// joins them, or something else does.
    fn decide(
        &self,
        own: Id<SecurityGroup>,
        other: Id<SecurityGroup>,
    ) -> Option<Tri<Option<Off<'t>>>> {
        let topology = self.topology;
        let groups = [own, other].map(|id| &topology.security_groups[id]);
        let [one, two] = groups;
        let (Tri::Known(first), Tri::Known(second)) =
            (topology.vpc_key(&one.vpc), topology.vpc_key(&two.vpc))
        else {
            return None;
        };
        let pair = (first, second);
        if pair.0 == pair.1 || self.peered.contains(&pair) {
            return None;
        }
        let (from, to) = (self.attachments.get(&pair.0)?, self.attachments.get(&pair.1)?);
        let mut shared =
            from.iter().filter_map(|(it, id)| Some((it, *id, *to.get(it)?))).peekable();
        shared.peek()?;
        // A group may be used in several VPCs.
        let further = [own, other].iter().any(|id| {
            let of = topology.vpcs_of_group.of(*id);
            !of.is_empty() || topology.vpcs_of_group.open(*id).is_some()
        });
        if further {
            return None;
        }
        if let Tri::Unknown(cause) = topology.same_vpc(&one.vpc, &two.vpc) {
            return Some(Tri::Unknown(cause));
        }
        let mut found = None;
        for (gateway, from, to) in shared {
            match self.carries(gateway, [from, to]) {
                Tri::Known(None) | Tri::Absent => return Some(Tri::Known(None)),
                Tri::Known(Some(off)) => found = found.or(Some(off)),
                Tri::Unknown(cause) => return Some(Tri::Unknown(cause)),
            }
        }
        Some(match &self.doubt {
            Some(cause) if found.is_some() => Tri::Unknown(cause.clone()),
            Some(_) | None => Tri::Known(found),
        })
    }

    /// The switch that is off on the way over one gateway.
    fn carries(
        &self,
        gateway: &Proven<TransitGateway>,
        attachments: [Id<Attachment>; 2],
    ) -> Tri<Option<Off<'t>>> {
        let mut doubt = None;
        for id in attachments {
            let AttachmentKind::Vpc { group_references, .. } = &self.topology.attachments[id].kind
            else {
                continue;
            };
            match &group_references.value {
                Tri::Known(false) => {
                    let origin = &group_references.origin;
                    return Tri::Known(Some(Off { origin, gateway: None, attachment: Some(id) }));
                }
                Tri::Known(true) | Tri::Absent => (),
                Tri::Unknown(cause) => doubt = doubt.or(Some(cause.clone())),
            }
        }
        match gateway {
            Proven::Here(id) => {
                let switch = &self.topology.transit_gateways[*id].group_references;
                match &switch.value {
                    Tri::Known(false) => {
                        let origin = &switch.origin;
                        return Tri::Known(Some(Off {
                            origin,
                            gateway: Some(*id),
                            attachment: None,
                        }));
                    }
                    Tri::Known(true) | Tri::Absent => (),
                    Tri::Unknown(cause) => doubt = doubt.or(Some(cause.clone())),
                }
            }
            Proven::Elsewhere(id) => doubt = doubt.or(Some(Cause::NotInInput(id.clone()))),
        }
        doubt.map_or(Tri::Known(None), Tri::Unknown)
    }
}

fn words(
    topology: &Topology,
    rule: &SgRule,
    (own, other): (Id<SecurityGroup>, Id<SecurityGroup>),
    off: &Off<'_>,
) -> Finding {
    let (own, other) = (&topology.security_groups[own], &topology.security_groups[other]);
    let vpc = |group: &SecurityGroup| match &group.vpc {
        Link::Here(id) => topology.vpcs[*id].head.name(),
        Link::Elsewhere(id) => id.to_string(),
        Link::OneOf(..) | Link::Unknown(_) | Link::Absent => "another VPC".to_owned(),
    };
    let head = match (off.gateway, off.attachment) {
        (Some(id), _) => &topology.transit_gateways[id].head,
        (None, Some(id)) => &topology.attachments[id].head,
        (None, None) => &own.head,
    };
    Finding::at(&rule.origin, format!("names a group of `{}`", vpc(other)))
        .also(&other.head.origin, format!("is in `{}`", vpc(other)))
        .also(&own.head.origin, format!("is in `{}`", vpc(own)))
        .also(off.origin, "security group referencing is off")
        .message(format!(
            "`{}` names `{}` of `{}`, which is reached over a transit gateway, and `{}` has security group \
             referencing off",
            rule.origin,
            other.head.name(),
            vpc(other),
            head.name()
        ))
        .why(
            "over a transit gateway a rule can name a group of another VPC only where the gateway and both attachments \
             support it; AWS refuses the rule, or it matches nothing",
        )
        .help(format!(
            "set `security_group_referencing_support = \"enable\"` in `{}`, or allow the address range of `{}` instead",
            head.name(),
            vpc(other)
        ))
}
