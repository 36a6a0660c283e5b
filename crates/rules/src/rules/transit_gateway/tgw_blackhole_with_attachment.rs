//! A route of a transit gateway says blackhole and names an attachment, or says neither.
//!
//! ## Why
//!
//! A static route, or a reference to a prefix list, either leads to one attachment or drops what it
//! matches. One that does neither is refused at apply. Of one that is told to do both, AWS keeps one
//! thing, and the provider reads the other back as switched off: every plan replaces it again.
//!
//! Source: Amazon VPC Transit Gateways, "How transit gateways work".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.1.1.0/24"
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
//! resource "aws_ec2_transit_gateway_route" "app" {
//!   destination_cidr_block         = "10.1.0.0/16"
//!   blackhole                      = true
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_route_table" "spokes" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route" "app" {
//!   destination_cidr_block         = "10.1.0.0/16"
//!   blackhole                      = true
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.spokes.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A `blackhole` whose value is not known, and an attachment that may turn out to be `null`.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Link, Management, TgwRoute};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::ApplyFails,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// What is wrong with a route.
#[derive(Clone, Copy)]
enum Fault {
    Both,
    Neither,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, route) in cx.topology.tgw_routes.iter() {
        if route.head.management != Management::Created {
            continue;
        }
        let answer = decide(route).map(|found| found.map(|fault| words(route, fault)));
        out.answer(&route.head.origin, answer);
    }
}

fn decide(route: &TgwRoute) -> Tri<Option<Fault>> {
    let named = named(&route.attachment);
    match (&route.blackhole.value, named) {
        (Tri::Known(true), Ok(true)) => Tri::Known(Some(Fault::Both)),
        (Tri::Known(false) | Tri::Absent, Ok(false)) => Tri::Known(Some(Fault::Neither)),
        (Tri::Known(_) | Tri::Absent, Ok(_)) => Tri::Known(None),
        (Tri::Unknown(cause), _) => Tri::Unknown(cause.clone()),
        // What AWS gives during the apply is an id.
        (Tri::Known(false) | Tri::Absent, Err(cause)) if is_given(&cause) => Tri::Known(None),
        (_, Err(cause)) => Tri::Unknown(cause),
    }
}

/// Whether the route names an attachment.
fn named(link: &Link<groundplan_model::Attachment>) -> Result<bool, Cause> {
    match link {
        Link::Here(_) | Link::OneOf(..) | Link::Elsewhere(_) => Ok(true),
        Link::Absent => Ok(false),
        Link::Unknown(cause) => Err(cause.clone()),
    }
}

/// Whether a value is not known because AWS gives it during the apply, wherever it comes from.
fn is_given(cause: &Cause) -> bool {
    matches!(
        cause,
        Cause::KnownAfterApply(_)
            | Cause::Local(_)
            | Cause::ManyInstances(_)
            | Cause::NotModelled(_)
            | Cause::OtherAttribute(_)
    )
}

fn words(route: &TgwRoute, fault: Fault) -> Finding {
    let name = route.head.name();
    match fault {
        Fault::Both => Finding::at(&route.blackhole.origin, "drops what it matches")
            .also(
                &route.head.origin.attribute("transit_gateway_attachment_id", None),
                "leads to an attachment",
            )
            .message(format!("`{name}` is a blackhole and names an attachment"))
            .why(
                "a route either leads to an attachment or drops what it matches; whichever AWS keeps, \
                 the provider reads the other back as switched off and replaces the route again",
            )
            .help(format!(
                "drop `transit_gateway_attachment_id` of `{name}` to drop the packets, or \
                 `blackhole` to send them on"
            )),
        Fault::Neither => Finding::at(&route.head.origin, "leads nowhere")
            .message(format!("`{name}` names no attachment and is no blackhole"))
            .why("a route either leads to an attachment or drops what it matches; AWS refuses one that does neither")
            .help(format!(
                "name the attachment in `transit_gateway_attachment_id` of `{name}`, or set \
                 `blackhole = true`"
            )),
    }
}
