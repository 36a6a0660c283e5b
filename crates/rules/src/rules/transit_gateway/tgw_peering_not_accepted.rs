//! Nothing accepts the peering of two transit gateways.
//!
//! ## Why
//!
//! A peering attachment waits in `pendingAcceptance` until the owner of the other gateway accepts it,
//! in the Region of that gateway. This is so even where one account owns both, and there is no switch
//! for it: an `aws_ec2_transit_gateway_peering_attachment_accepter` does it. Until then nothing is
//! carried, and routes and associations that name the attachment fail.
//!
//! Source: Amazon VPC Transit Gateways, "Transit gateway peering attachments".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias  = "frankfurt"
//!   region = "eu-central-1"
//! }
//!
//! resource "aws_ec2_transit_gateway" "ireland" {}
//!
//! resource "aws_ec2_transit_gateway" "frankfurt" {
//!   provider = aws.frankfurt
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "to_frankfurt" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.ireland.id
//!   peer_transit_gateway_id = aws_ec2_transit_gateway.frankfurt.id
//!   peer_region             = "eu-central-1"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! provider "aws" {
//!   alias  = "frankfurt"
//!   region = "eu-central-1"
//! }
//!
//! resource "aws_ec2_transit_gateway" "ireland" {}
//!
//! resource "aws_ec2_transit_gateway" "frankfurt" {
//!   provider = aws.frankfurt
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment" "to_frankfurt" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.ireland.id
//!   peer_transit_gateway_id = aws_ec2_transit_gateway.frankfurt.id
//!   peer_region             = "eu-central-1"
//! }
//!
//! resource "aws_ec2_transit_gateway_peering_attachment_accepter" "to_frankfurt" {
//!   provider                      = aws.frankfurt
//!   transit_gateway_attachment_id = aws_ec2_transit_gateway_peering_attachment.to_frankfurt.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway on the other side that is not in the input or that another configuration manages, and one
//! of another account: its owner may accept the peering elsewhere.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Attachment, AttachmentKind, Head, Id, Management, Topology};

use crate::gateways::looked_up_late;
use crate::place::own_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let accepters = cx.topology.attachment_accepters.iter().map(|(_, it)| &it.attachment);
    let late = looked_up_late(cx.topology, accepters);
    for (id, attachment) in cx.topology.attachments.iter() {
        let asked = matches!(attachment.kind, AttachmentKind::Peering { .. });
        if !asked || attachment.head.management == Management::Observed {
            continue;
        }
        let answer = decide(cx.topology, id, late.as_ref());
        let answer = answer.map(|found| found.map(|peer| words(attachment, peer)));
        out.answer(&attachment.head.origin, answer);
    }
}

/// The gateway that is asked, where nobody accepts for it.
fn decide<'t>(
    topology: &'t Topology,
    id: Id<Attachment>,
    late: Option<&Cause>,
) -> Tri<Option<&'t Head>> {
    let attachment = &topology.attachments[id];
    let AttachmentKind::Peering { peer, peer_account, state, .. } = &attachment.kind else {
        return Tri::Absent;
    };
    let exists = attachment.head.management == Management::Managed;
    let waits = state.known().is_none_or(|it| &**it == "pendingAcceptance");
    if (exists && !waits) || !topology.accepters_of_attachment.of(id).is_empty() {
        return Tri::Known(None);
    }
    let open = topology.accepters_of_attachment.open(id).or(late).cloned();
    if let Some(cause) = open.or_else(|| topology.shared_open(&attachment.head)) {
        return Tri::Unknown(cause);
    }
    let peer = match peer.tri() {
        Tri::Known(peer) => &topology.transit_gateways[peer].head,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    if let Some(cause) = topology.container_open(peer) {
        return Tri::Unknown(cause);
    }
    match (&peer_account.value, &attachment.head.account) {
        (Tri::Absent, _) => Tri::Known(Some(peer)),
        (Tri::Known(asked), Tri::Known(own)) if asked == own || topology.closed => {
            Tri::Known(Some(peer))
        }
        (Tri::Known(asked), Tri::Known(_) | Tri::Absent) => {
            Tri::Unknown(Cause::NotInInput(format!("the accepter in account {asked}").into()))
        }
        (Tri::Unknown(cause), _) | (Tri::Known(_), Tri::Unknown(cause)) => {
            Tri::Unknown(cause.clone())
        }
    }
}

fn words(attachment: &Attachment, peer: &Head) -> Finding {
    let origin = &attachment.head.origin;
    let block = resource(
        "aws_ec2_transit_gateway_peering_attachment_accepter",
        &origin.address.name,
        &[("transit_gateway_attachment_id", Proposed::Reference(own_id(origin)))],
    );
    Finding::at(origin, "asks, and is not accepted")
        .also(&peer.origin, "the gateway that is asked")
        .message(format!("nothing accepts the peering `{}`", attachment.head.name()))
        .why(
            "a peering of transit gateways carries nothing until it is accepted on the other side, even \
             within one account",
        )
        .help(format!("accept it with the provider of `{}`:\n\n{block}", peer.name()))
}
