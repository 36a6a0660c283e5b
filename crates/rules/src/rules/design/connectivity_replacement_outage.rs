//! The plan destroys something that routes lead over, and makes it anew afterwards.
//!
//! ## Why
//!
//! What is replaced is destroyed first. From then until the new one is there, and every route to it is written anew,
//! packets on these routes are lost. With a peering connection or attachment the other side may have to accept again.
//!
//! Source: Terraform documentation, "The lifecycle meta-argument" (`create_before_destroy`); Amazon VPC User Guide,
//! "Route table concepts" (blackhole).
//!
//! ## Flagged
//!
//! In a plan that replaces the NAT gateway because its subnet changes:
//!
//! ```hcl
//! resource "aws_nat_gateway" "a" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public_b.id # was public_a
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.a.id
//! }
//! ```
//!
//! ## Fine
//!
//! A second one beside it, to which the routes move in one apply, before another one removes the first:
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "public_b" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_eip" "b" {}
//!
//! resource "aws_nat_gateway" "b" {
//!   allocation_id = aws_eip.b.id
//!   subnet_id     = aws_subnet.public_b.id
//! }
//!
//! resource "aws_route" "internet" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.b.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Whether a route leads to the new one, where its target goes through a local value. Without a plan nothing is
//! asked: only a plan tells what is replaced. Routes that keep the old id are reported by
//! `route-to-dead-target`.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Address, Cause, Origin, Tri};
use groundplan_model::{AttachmentKind, Head, Link, Route, RouteTarget, Topology};

use crate::place::MOST_PLACES;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    targets(cx.topology, out);
    attachments(cx.topology, out);
}

fn is_replaced(head: &Head) -> bool {
    head.action == Action::DeleteThenCreate && head.origin.attribute.is_none()
}

/// What routes lead to, before the apply and after it.
fn targets(topology: &Topology, out: &mut Sink) {
    let mut cut: BTreeMap<&Arc<Address>, (&Head, Vec<&Origin>)> = BTreeMap::new();
    for (_, route) in topology.routes.iter() {
        let Some(before) = topology.led_before.get(&route.origin.address) else { continue };
        let mut gone = before.iter().filter_map(|id| topology.departed.get(id));
        let Some(head) = topology.target_head(&route.target) else {
            let replaced = gone.find(|it| it.action == Action::DeleteThenCreate);
            if let (Some(departed), None) = (replaced, &route.target_id) {
                let what = route.target_origin.to_string();
                out.undetermined(&departed.origin, Cause::KnownAfterApply(what.into()));
            }
            continue;
        };
        if is_replaced(head) && gone.any(|it| it.origin.address == head.origin.address) {
            let (_, routes) = cut.entry(&head.origin.address).or_insert((head, Vec::new()));
            routes.push(&route.origin);
        }
    }
    for (head, routes) in cut.into_values() {
        out.answer(&head.origin, Tri::Known(Some(words(head, &routes, "leads over it"))));
    }
}

/// Attachments of VPCs whose routes lead to the gateway all along.
fn attachments(topology: &Topology, out: &mut Sink) {
    for (_, it) in topology.attachments.iter().filter(|(_, it)| is_replaced(&it.head)) {
        let (AttachmentKind::Vpc { vpc: Link::Here(vpc), .. }, Some(gateway)) =
            (&it.kind, it.gateway.proven())
        else {
            continue;
        };
        let stays = |route: &&Route| {
            route.action == Action::NoOp
                && matches!(&route.target, RouteTarget::TransitGateway(link)
                    if link.proven().as_ref() == Some(&gateway))
        };
        let tables = topology.tables(*vpc).iter();
        let routes = tables.flat_map(|table| topology.routes(*table).map(|(_, route)| route));
        let routes: Vec<&Origin> = routes.filter(stays).map(|route| &route.origin).collect();
        let found = !routes.is_empty();
        out.answer(
            &it.head.origin,
            Tri::Known(found.then(|| words(&it.head, &routes, "leads through it"))),
        );
    }
}

fn words(head: &Head, routes: &[&Origin], label: &str) -> Finding {
    let name = head.name();
    let what = if routes.len() == 1 {
        "a route leads".to_owned()
    } else {
        format!("{} routes lead", routes.len())
    };
    let finding = Finding::at(&head.origin, "is destroyed, then made anew");
    routes
        .iter()
        .take(MOST_PLACES)
        .fold(finding, |finding, it| finding.also(it, label))
        .message(format!("the plan destroys `{name}` before it makes it anew, and {what} over it"))
        .why("from its end until the new one is there and the routes are written anew, their packets are lost")
        .help(format!(
            "make the new one beside `{name}` under another name, move the routes in one apply and remove the old one \
             in the next; or apply in a maintenance window"
        ))
}
