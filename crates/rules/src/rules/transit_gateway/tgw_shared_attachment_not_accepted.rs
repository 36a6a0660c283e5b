//! A VPC of another account is attached to a shared transit gateway, and nothing accepts it.
//!
//! ## Why
//!
//! A transit gateway that is shared with other accounts takes in their attachments only when its owner
//! accepts them, unless `auto_accept_shared_attachments` is on. Until then the attachment waits in
//! `pendingAcceptance`: the apply of its stack succeeds, it carries nothing, and it is associated with
//! no route table.
//!
//! Source: Amazon VPC Transit Gateways, "Work with shared transit gateways".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias               = "hub"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["111111111111"]
//! }
//!
//! provider "aws" {
//!   alias               = "app"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["222222222222"]
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   provider = aws.hub
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider   = aws.app
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   provider   = aws.app
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   provider           = aws.app
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! provider "aws" {
//!   alias               = "hub"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["111111111111"]
//! }
//!
//! provider "aws" {
//!   alias               = "app"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["222222222222"]
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   provider = aws.hub
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider   = aws.app
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   provider   = aws.app
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   provider           = aws.app
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment_accepter" "app" {
//!   provider                      = aws.hub
//!   transit_gateway_attachment_id = aws_ec2_transit_gateway_vpc_attachment.app.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Accounts that are not told, and a gateway that is only looked at: its owner may accept the
//! attachment in another configuration. A gateway that is not in the input is not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Head, Id, Management, Topology, TransitGateway,
};

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
        let asked = matches!(attachment.kind, AttachmentKind::Vpc { .. })
            && attachment.head.management == Management::Created;
        let Some(gateway) = attachment.gateway.here().filter(|_| asked) else { continue };
        let gateway = &cx.topology.transit_gateways[gateway];
        let answer = decide(cx.topology, id, gateway, late.as_ref());
        let answer = answer.map(|waits| waits.then(|| words(attachment, gateway)));
        out.answer(&attachment.head.origin, answer);
    }
}

/// Whether the attachment waits for somebody to accept it.
fn decide(
    topology: &Topology,
    id: Id<Attachment>,
    gateway: &TransitGateway,
    late: Option<&Cause>,
) -> Tri<bool> {
    let head = &topology.attachments[id].head;
    let same = same_owner(head, &gateway.head);
    let taken = gateway.accepts_shared.value == Tri::Known(true)
        || !topology.accepters_of_attachment.of(id).is_empty();
    if taken || same == Tri::Known(true) {
        return Tri::Known(false);
    }
    let auto = match &gateway.accepts_shared.value {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) | Tri::Absent => None,
    };
    let unseen = || {
        let what =
            format!("the accepter of {} in the account of {}", head.name(), gateway.head.name());
        let seen = !topology.is_only_seen(&gateway.head);
        (!seen).then(|| Cause::NotInInput(what.into()))
    };
    let doubt = match same {
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(_) | Tri::Absent => None,
    };
    let open = || topology.accepters_of_attachment.open(id).or(late).cloned();
    let shared = || topology.shared_open(head).or_else(|| topology.container_open(&gateway.head));
    let doubt = doubt.or(auto).or_else(open).or_else(unseen).or_else(shared);
    doubt.map_or(Tri::Known(true), Tri::Unknown)
}

/// Whether one account owns both. A data source may look at what another account shares, so there the
/// provider configuration does not tell.
fn same_owner(attachment: &Head, gateway: &Head) -> Tri<bool> {
    match (&attachment.account, &gateway.account) {
        (Tri::Known(one), Tri::Known(two)) => Tri::Known(one == two),
        (_, _) if gateway.management == Management::Observed => {
            Tri::Unknown(Cause::Account(attachment.name().into()))
        }
        (_, _) => attachment.same_account(gateway),
    }
}

fn words(attachment: &Attachment, gateway: &TransitGateway) -> Finding {
    let origin = &attachment.head.origin;
    let (name, owner) = (attachment.head.name(), gateway.head.name());
    let block = resource(
        "aws_ec2_transit_gateway_vpc_attachment_accepter",
        &origin.address.name,
        &[("transit_gateway_attachment_id", Proposed::Reference(own_id(origin)))],
    );
    Finding::at(origin, "asks, and is not accepted")
        .also(&gateway.accepts_shared.origin, "takes in no attachment of another account by itself")
        .message(format!("nothing accepts `{name}`, which is of another account than `{owner}`"))
        .why(
            "an attachment to the transit gateway of another account carries nothing until the owner \
             accepts it",
        )
        .help(format!(
            "accept it with the provider of `{owner}`, or set `auto_accept_shared_attachments = \
             \"enable\"` there:\n\n{block}"
        ))
}
