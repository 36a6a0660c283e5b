//! An account uses a transit gateway or subnet of another account that is not shared with it.
//!
//! ## Why
//!
//! Another account sees a transit gateway or subnet only once a share of AWS RAM holds it together with that account,
//! or with a unit or organisation that the account is in. Until then AWS says that there is no such thing, and the
//! apply fails.
//!
//! Source: AWS Transit Gateway Guide, "Transit gateways" (sharing); AWS RAM User Guide, "Creating a resource share in
//! AWS RAM".
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
//!   provider                       = aws.network
//!   auto_accept_shared_attachments = "enable"
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
//!   provider                       = aws.network
//!   auto_accept_shared_attachments = "enable"
//! }
//!
//! resource "aws_ram_resource_share" "core" {
//!   provider = aws.network
//!   name     = "core"
//! }
//!
//! resource "aws_ram_resource_association" "core" {
//!   provider           = aws.network
//!   resource_arn       = aws_ec2_transit_gateway.core.arn
//!   resource_share_arn = aws_ram_resource_share.core.arn
//! }
//!
//! resource "aws_ram_principal_association" "app" {
//!   provider           = aws.network
//!   principal          = "222222222222"
//!   resource_share_arn = aws_ram_resource_share.core.arn
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
//!
//!   depends_on = [aws_ram_resource_association.core, aws_ram_principal_association.app]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway that exists already may be shared by another configuration; a principal or resource of a share may be
//! known only after apply. A unit or organisation that it is shared with is taken to hold the account.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Adds, Head, Id, Link, ResourceShareMember, Topology};

use crate::place::reference;
use crate::propose::{Proposed, resource};
use crate::shares::Shares;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Where things of one kind are in shares.
struct Sharing<'t, T> {
    certain: BTreeMap<Id<T>, Vec<&'t ResourceShareMember>>,
    /// Why any of them may be in one more.
    open: Option<Cause>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let shares = Shares::new(topology);
    let gateways = sharing(topology, |it| &it.gateway);
    for (_, it) in topology.attachments.iter() {
        if let Some(id) = it.gateway.here() {
            let used = (&topology.transit_gateways[id].head, gateways.of(id));
            ask(topology, &shares, &it.head, used, out);
        }
    }
    let subnets = sharing(topology, |it| &it.subnet);
    for (_, it) in topology.network_interfaces.iter() {
        if let Some(id) = it.subnet.here() {
            ask(topology, &shares, &it.head, (&topology.subnets[id].head, subnets.of(id)), out);
        }
    }
}

impl<'t, T> Sharing<'t, T> {
    fn of(&self, id: Id<T>) -> (&[&'t ResourceShareMember], Option<&Cause>) {
        (self.certain.get(&id).map_or(&[], Vec::as_slice), self.open.as_ref())
    }
}

fn sharing<T>(
    topology: &Topology,
    link: impl Fn(&ResourceShareMember) -> &Link<T>,
) -> Sharing<'_, T> {
    let mut out = Sharing { certain: BTreeMap::new(), open: None };
    for (_, member) in topology.resource_share_members.iter() {
        if member.adds == Adds::Lists {
            out.open = Some(Cause::NotModelled(member.head.name().into()));
        }
        match link(member) {
            Link::Here(id) => out.certain.entry(*id).or_default().push(member),
            Link::OneOf(ids, cause) => {
                for id in ids {
                    out.certain.entry(*id).or_default().push(member);
                }
                out.open = Some(cause.clone());
            }
            Link::Unknown(cause) => out.open = Some(cause.clone()),
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
    out
}

type Used<'t, 's> = (&'t Head, (&'s [&'t ResourceShareMember], Option<&'s Cause>));

fn ask(
    topology: &Topology,
    shares: &Shares<'_>,
    consumer: &Head,
    used: Used<'_, '_>,
    out: &mut Sink,
) {
    let (owner, _) = used;
    // What is there already has been let in.
    if !consumer.action.creates() || consumer.same_region(owner) == Tri::Known(false) {
        return;
    }
    let (Tri::Known(own), Tri::Known(other)) = (&consumer.account, &owner.account) else { return };
    if own == other || topology.is_only_seen(owner) {
        return;
    }
    let answer = covered(topology, shares, own, used);
    let answer = answer.map(|yes| (!yes).then(|| words(consumer, owner, own)));
    out.answer(&consumer.origin, answer);
}

/// Whether a share gives the thing to this account.
fn covered(
    topology: &Topology,
    shares: &Shares<'_>,
    account: &str,
    (owner, (members, open)): Used<'_, '_>,
) -> Tri<bool> {
    let mut doubt = None;
    for member in members {
        let Some(share) = member.share.proven() else {
            doubt = doubt.or_else(|| match &member.share {
                Link::OneOf(_, cause) | Link::Unknown(cause) => Some(cause.clone()),
                Link::Here(_) | Link::Elsewhere(_) | Link::Absent => None,
            });
            continue;
        };
        for principal in shares.members(&share).iter().filter(|it| it.adds == Adds::Principal) {
            match &principal.principal.value {
                Tri::Known(who) if **who == *account || who.contains(":organizations::") => {
                    return Tri::Known(true);
                }
                // The users and roles of one account.
                Tri::Known(who) if who.contains(&format!(":{account}:")) => {
                    return Tri::Known(true);
                }
                Tri::Known(_) | Tri::Absent => (),
                Tri::Unknown(_) if matches!(principal.organization, Link::Here(_)) => {
                    return Tri::Known(true);
                }
                Tri::Unknown(cause) => doubt = doubt.or_else(|| Some(cause.clone())),
            }
        }
        let share = member.share.here().map(|it| &topology.resource_shares[it].head);
        let more = || match share {
            Some(share) => topology.shared_open(share),
            None => Some(Cause::NotManaged(member.head.name().into())),
        };
        doubt = doubt.or_else(more);
    }
    let astray = shares.astray.iter().find(|(it, _)| it.adds == Adds::Principal);
    let astray = astray.filter(|_| !members.is_empty()).map(|(_, cause)| cause.clone());
    let doubt = doubt.or_else(|| open.cloned()).or(astray);
    doubt.or_else(|| topology.shared_open(owner)).map_or(Tri::Known(false), Tri::Unknown)
}

fn words(user: &Head, owner: &Head, account: &str) -> Finding {
    let (name, thing) = (user.name(), owner.name());
    let arn = reference(&owner.origin, &owner.origin).unwrap_or_default();
    let share = format!("aws_ram_resource_share.{}.arn", owner.origin.address.name);
    let blocks = [
        resource(
            "aws_ram_resource_association",
            &owner.origin.address.name,
            &[
                ("resource_arn", Proposed::Reference(arn.replace(".id", ".arn"))),
                ("resource_share_arn", Proposed::Reference(share.clone())),
            ],
        ),
        resource(
            "aws_ram_principal_association",
            &user.origin.address.name,
            &[
                ("principal", Proposed::Text(account)),
                ("resource_share_arn", Proposed::Reference(share)),
            ],
        ),
    ];
    Finding::at(&user.origin, format!("of account {account}"))
        .also(&owner.origin, "is not shared with it")
        .message(format!("`{name}` uses `{thing}` of another account, which no share gives to account {account}"))
        .why("AWS shows a resource to another account only while a share holds both, so the apply fails")
        .help(format!(
            "share it with the provider of `{thing}`, and let `{name}` wait for both by `depends_on`:\n\n{}",
            blocks.join("\n\n")
        ))
}
