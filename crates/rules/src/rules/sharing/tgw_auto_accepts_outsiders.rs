//! A transit gateway that may be shared with anybody accepts every attachment by itself.
//!
//! ## Why
//!
//! With `auto_accept_shared_attachments` nobody looks at what is attached, and a share with
//! `allow_external_principals` can be given to any AWS account. Whoever gets it can attach a VPC, which the default
//! tables of the gateway then join with all others.
//!
//! Source: Amazon VPC Transit Gateways, "Accept a shared attachment"; AWS RAM User Guide, "Creating a resource share in
//! AWS RAM".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {
//!   auto_accept_shared_attachments = "enable"
//! }
//!
//! resource "aws_ram_resource_share" "core" {
//!   name                      = "core"
//!   allow_external_principals = true
//! }
//!
//! resource "aws_ram_resource_association" "core" {
//!   resource_arn       = aws_ec2_transit_gateway.core.arn
//!   resource_share_arn = aws_ram_resource_share.core.arn
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ram_resource_share" "core" {
//!   name                      = "core"
//!   allow_external_principals = true
//! }
//!
//! resource "aws_ram_resource_association" "core" {
//!   resource_arn       = aws_ec2_transit_gateway.core.arn
//!   resource_share_arn = aws_ram_resource_share.core.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A share that is not in the input, and a switch that is known only after apply.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Adds, Id, Link, Management, ResourceShare, ResourceShareMember, Topology, TransitGateway,
};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut shared: BTreeMap<Id<TransitGateway>, Vec<&ResourceShareMember>> = BTreeMap::new();
    for (_, member) in topology.resource_share_members.iter() {
        if let (Adds::Resource, Link::Here(gateway)) = (member.adds, &member.gateway) {
            shared.entry(*gateway).or_default().push(member);
        }
    }
    for (id, members) in shared {
        let gateway = &topology.transit_gateways[id];
        if gateway.head.management == Management::Observed {
            continue;
        }
        let answer = match gateway.accepts_shared.value.clone() {
            Tri::Known(true) => decide(topology, &members),
            Tri::Known(false) | Tri::Absent => continue,
            Tri::Unknown(cause) => Tri::Unknown(cause),
        };
        out.answer(&gateway.head.origin, answer.map(|it| it.map(|it| words(gateway, it.0, it.1))));
    }
}

/// The way into a share that admits anybody, and the share.
type Open<'t> = (&'t ResourceShareMember, &'t ResourceShare);

fn decide<'t>(
    topology: &'t Topology,
    members: &[&'t ResourceShareMember],
) -> Tri<Option<Open<'t>>> {
    let mut doubt: Option<Cause> = None;
    for member in members {
        match member.share.tri().map(|id| &topology.resource_shares[id]) {
            Tri::Known(share) => match &share.allows_external.value {
                Tri::Known(true) => return Tri::Known(Some((member, share))),
                Tri::Known(false) | Tri::Absent => (),
                Tri::Unknown(cause) => doubt = doubt.or_else(|| Some(cause.clone())),
            },
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Absent => (),
        }
    }
    doubt.map_or(Tri::Known(None), Tri::Unknown)
}

fn words(gateway: &TransitGateway, member: &ResourceShareMember, share: &ResourceShare) -> Finding {
    let (name, other) = (gateway.head.name(), share.head.name());
    Finding::at(&gateway.accepts_shared.origin, "accepts every attachment")
        .also(&share.allows_external.origin, "admits any AWS account")
        .also(&member.head.origin, "shares the gateway")
        .message(format!(
            "`{name}` accepts every attachment by itself, and `{other}` may share it with any AWS account"
        ))
        .why("whoever the share is given to can join a VPC to the network without anybody looking at it")
        .help(format!(
            "take `auto_accept_shared_attachments` off `{name}`, or `allow_external_principals` off `{other}`"
        ))
}
