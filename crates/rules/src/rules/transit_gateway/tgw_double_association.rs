//! An attachment gets a second route table of its transit gateway, although it can have only one.
//!
//! ## Why
//!
//! An attachment is associated with exactly one route table. While the default association is on, a
//! new attachment has one as soon as it is there, and an
//! `aws_ec2_transit_gateway_route_table_association` that is made afterwards is refused with
//! `Resource.AlreadyAssociated`. Two of these for one attachment collide in the same way.
//!
//! Source: Amazon VPC Transit Gateways, "Transit gateway route tables".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
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
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id                              = aws_ec2_transit_gateway.core.id
//!   vpc_id                                          = aws_vpc.app.id
//!   subnet_ids                                      = [aws_subnet.app.id]
//!   transit_gateway_default_route_table_association = false
//!   transit_gateway_default_route_table_propagation = false
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! The defaults of a gateway that is not in the input, and an attachment that cannot be followed.
//! An association that AWS has already is not asked about: it has succeeded.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Management, TgwAssociation, Topology,
};

use crate::associations::Associations;
use crate::place::gateway_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What an association collides with.
enum Clash {
    /// Another association of the same attachment, which comes first.
    Earlier(Id<TgwAssociation>),
    /// The default association of its attachment.
    Default(Id<Attachment>),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let all = Associations::of(cx.topology);
    for (id, association) in cx.topology.tgw_associations.iter() {
        let answer = decide(cx.topology, &all, id);
        let answer = answer.map(|found| found.map(|clash| words(cx.topology, association, &clash)));
        if answer != Tri::Absent {
            out.answer(&association.head.origin, answer);
        }
    }
}

fn decide(topology: &Topology, all: &Associations, id: Id<TgwAssociation>) -> Tri<Option<Clash>> {
    let association = &topology.tgw_associations[id];
    // One that replaces what is there makes room for itself.
    if association.replaces.value == Tri::Known(true) {
        return Tri::Known(None);
    }
    let earlier = all.earlier(topology, id);
    let perhaps = all.perhaps(topology, id);
    let made = association.head.management == Management::Created;
    let clash = match (earlier, made) {
        (Some(earlier), _) => Some(Clash::Earlier(earlier)),
        (None, true) if perhaps.is_some() => return perhaps.map_or(Tri::Absent, Tri::Unknown),
        (None, true) => match by_default(topology, all, &association.attachment) {
            Tri::Known(clash) => clash,
            Tri::Unknown(cause) => return Tri::Unknown(cause),
            Tri::Absent => return Tri::Absent,
        },
        (None, false) => None,
    };
    match (clash, &association.replaces.value) {
        (Some(_), Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (clash, Tri::Known(_) | Tri::Unknown(_) | Tri::Absent) => Tri::Known(clash),
    }
}

fn by_default(
    topology: &Topology,
    all: &Associations,
    link: &Link<Attachment>,
) -> Tri<Option<Clash>> {
    match link {
        Link::Here(id) => {
            associated(topology, *id).map(|associated| associated.then_some(Clash::Default(*id)))
        }
        Link::OneOf(ids, cause) => {
            // Which one is meant does not matter where the answer is the same for all.
            let same = |it: bool| ids.iter().all(|id| associated(topology, *id) == Tri::Known(it));
            let alone = ids.iter().all(|id| all.possible.get(id) == Some(&1));
            match ids.first() {
                Some(first) if same(true) => Tri::Known(Some(Clash::Default(*first))),
                Some(_) if alone && same(false) => Tri::Known(None),
                Some(_) | None => Tri::Unknown(cause.clone()),
            }
        }
        Link::Elsewhere(id) => Tri::Unknown(Cause::NotInInput(id.clone())),
        Link::Unknown(cause) => Tri::Unknown(cause.clone()),
        Link::Absent => Tri::Absent,
    }
}

/// Whether the attachment has the default association when another one is made.
fn associated(topology: &Topology, id: Id<Attachment>) -> Tri<bool> {
    let attachment = &topology.attachments[id];
    match (&attachment.kind, attachment.head.management) {
        // AWS documents an explicit step for these.
        (AttachmentKind::Peering { .. }, _) => Tri::Known(false),
        // Of a VPC attachment that exists, the provider reads the attribute from AWS.
        (_, Management::Created) | (AttachmentKind::Vpc { .. }, Management::Managed) => {
            topology.associated_by_default(id)
        }
        (_, Management::Managed | Management::Observed) => {
            match topology.associated_by_default(id) {
                Tri::Known(true) => {
                    let what = format!("the present association of {}", attachment.head.name());
                    Tri::Unknown(Cause::NotInInput(what.into()))
                }
                other @ (Tri::Known(false) | Tri::Unknown(_) | Tri::Absent) => other,
            }
        }
    }
}

fn words(topology: &Topology, association: &TgwAssociation, clash: &Clash) -> Finding {
    let name = association.head.name();
    match clash {
        Clash::Earlier(other) => {
            let other = &topology.tgw_associations[*other].head;
            let attachment = match &association.attachment {
                Link::Here(id) => topology.attachments[*id].head.name(),
                Link::Elsewhere(id) => id.to_string(),
                Link::OneOf(..) | Link::Unknown(_) | Link::Absent => "its attachment".to_owned(),
            };
            Finding::at(&association.head.origin, "a second association of the attachment")
                .also(&other.origin, "the first association of the attachment")
                .message(format!("`{}` and `{name}` both associate `{attachment}`", other.name()))
                .why("an attachment has one route table, and AWS refuses the second association")
                .help(format!(
                    "remove one of the two; ranges go into further tables by \
                     `aws_ec2_transit_gateway_route_table_propagation`, not by association of \
                     `{attachment}`"
                ))
        }
        Clash::Default(id) => {
            let attachment = &topology.attachments[*id];
            let (owner, gateway) =
                (attachment.head.name(), gateway_name(topology, &attachment.gateway));
            let finding = Finding::at(&association.head.origin, "refused with `AlreadyAssociated`")
                .also(&attachment.head.origin, "is associated as soon as it is made");
            let finding = match attachment.gateway.here() {
                Some(id) => finding.also(
                    &topology.transit_gateways[id].default_association.origin,
                    "the default association is on",
                ),
                None => finding,
            };
            finding
                .message(format!(
                    "`{name}` associates `{owner}`, which {gateway} has by then associated with \
                     its default table"
                ))
                .why("an attachment has one route table, and AWS refuses the second association")
                .help(cure(attachment, &name, &owner, &gateway))
        }
    }
}

fn cure(attachment: &Attachment, name: &str, owner: &str, gateway: &str) -> String {
    match attachment.kind {
        AttachmentKind::Vpc { .. } | AttachmentKind::Connect => {
            format!("set `transit_gateway_default_route_table_association = false` in `{owner}`")
        }
        AttachmentKind::Vpn | AttachmentKind::Peering { .. } => format!(
            "set `replace_existing_association = true` in `{name}`, or \
             `default_route_table_association = \"disable\"` in {gateway}"
        ),
    }
}
