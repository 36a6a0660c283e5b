//! An account manages the routing of a transit gateway that belongs to another one.
//!
//! ## Why
//!
//! An account with which a transit gateway is shared may attach its VPCs to it, and that is all. Route tables,
//! routes, associations and propagations belong to the owner, as do VPN attachments; AWS refuses them to others,
//! or does not even find the table.
//!
//! Source: Amazon VPC Transit Gateways, "Shared transit gateways".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias               = "network"
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
//!   provider = aws.network
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "app" {
//!   provider           = aws.app
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! provider "aws" {
//!   alias               = "network"
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
//!   provider = aws.network
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "app" {
//!   provider           = aws.network
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Accounts that the providers do not tell.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, Head, Id, Link, Management, TgwRouteTable, Topology, TransitGateway,
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
    let mut ask = |head: &Head, gateway: Option<Id<TransitGateway>>| {
        let made = head.management == Management::Created;
        let Some(gateway) = gateway.filter(|_| made) else { return };
        let gateway = &topology.transit_gateways[gateway];
        let answer = is_others(head, gateway);
        out.answer(&head.origin, answer.map(|it| it.then(|| words(head, &gateway.head))));
    };
    for (_, table) in topology.tgw_route_tables.iter().filter(|(_, it)| !it.is_default) {
        ask(&table.head, table.gateway.here());
    }
    for (_, attachment) in topology.attachments.iter() {
        match attachment.kind {
            AttachmentKind::Vpn => ask(&attachment.head, attachment.gateway.here()),
            // Whether these are the owner's alone is not documented.
            AttachmentKind::Vpc { .. }
            | AttachmentKind::Peering { .. }
            | AttachmentKind::Connect => (),
        }
    }
    let associations = topology.tgw_associations.iter().map(|(_, it)| (&it.head, &it.table));
    let propagations = topology.tgw_propagations.iter().map(|(_, it)| (&it.head, &it.table));
    let routes = topology.tgw_routes.iter().map(|(_, it)| (&it.head, &it.table));
    let defaults = topology.tgw_default_tables.iter().map(|(_, it)| (&it.head, &it.table));
    for (head, table) in associations.chain(propagations).chain(routes).chain(defaults) {
        ask(head, of_table(topology, table));
    }
}

/// The gateway of a table; none where the table itself is another's to make, which is told there.
fn of_table(topology: &Topology, link: &Link<TgwRouteTable>) -> Option<Id<TransitGateway>> {
    let table = &topology.tgw_route_tables[link.here()?];
    let gateway = table.gateway.here()?;
    let made = table.head.management == Management::Created && !table.is_default;
    let refused =
        made && is_others(&table.head, &topology.transit_gateways[gateway]) == Tri::Known(true);
    (!refused).then_some(gateway)
}

/// Whether the gateway belongs to another account than this.
fn is_others(head: &Head, gateway: &TransitGateway) -> Tri<bool> {
    // Who looks at a gateway need not own it.
    let looked_at = gateway.head.management == Management::Observed;
    match (&head.account, &gateway.owner) {
        (Tri::Known(own), Tri::Known(owner)) => Tri::Known(own != owner),
        (_, Tri::Unknown(_) | Tri::Absent) if looked_at => {
            Tri::Unknown(Cause::Account(gateway.head.name().into()))
        }
        (_, _) => head.same_account(&gateway.head).map(|same| !same),
    }
}

fn words(head: &Head, gateway: &Head) -> Finding {
    let account = |it: &Head| it.account.known().map_or_else(String::new, ToString::to_string);
    let (own, owner) = (account(head), account(gateway));
    let name = head.name();
    Finding::at(&head.origin, format!("made by account {own}"))
        .also(&gateway.origin, format!("belongs to account {owner}"))
        .message(format!(
            "`{name}` of account {own} manages the routing of `{}`, which belongs to account {owner}",
            gateway.name()
        ))
        .why(
            "whom a transit gateway is shared with may attach VPCs to it; its route tables, routes, associations, \
             propagations and VPN attachments are the owner's, and AWS refuses them to everybody else",
        )
        .help(match &gateway.provider {
            Some(_) if gateway.management != Management::Observed => format!(
                "give `{name}` the provider of `{}`, or move it to the configuration of account {owner}",
                gateway.name()
            ),
            Some(_) | None => {
                format!("move `{name}` to the configuration of account {owner}, or give it a provider of that account")
            }
        })
}
