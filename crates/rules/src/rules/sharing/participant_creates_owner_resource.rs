//! An account makes something in the VPC of another account that only the owner of the VPC can make.
//!
//! ## Why
//!
//! An account with which subnets are shared can launch into them: instances, load balancers, databases, its own
//! security groups and network interfaces. Subnets, route tables, network ACLs, gateways, endpoints, peering
//! connections and attachments to transit gateways stay the owner's, and AWS refuses them to everybody else.
//!
//! Source: Amazon VPC User Guide, "Responsibilities and permissions for owners and participants".
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
//! resource "aws_vpc" "shared" {
//!   provider   = aws.network
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "app" {
//!   provider = aws.app
//!   vpc_id   = aws_vpc.shared.id
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
//! resource "aws_vpc" "shared" {
//!   provider   = aws.network
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "app" {
//!   provider = aws.network
//!   vpc_id   = aws_vpc.shared.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Two provider configurations of one stack of which the accounts are not told: `allowed_account_ids`, the role in
//! `assume_role` or `data.aws_caller_identity` tells them.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Arena, AttachmentKind, Head, Id, Link, Management, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Something with the VPC or subnet that it is made in.
struct Placed<'t> {
    head: &'t Head,
    holders: Vec<Holder<'t>>,
    open: Option<Cause>,
}

/// A VPC or subnet.
#[derive(Clone, Copy)]
struct Holder<'t> {
    head: &'t Head,
    /// Whether a data source looks it up and has not done so yet, so that nobody tells its owner.
    unread: bool,
}

impl<'t> Holder<'t> {
    fn new(head: &'t Head, told: &Tri<bool>) -> Self {
        let unread = head.management == Management::Observed && matches!(told, Tri::Unknown(_));
        Self { head, unread }
    }
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let mut all = Vec::new();
    in_vpcs(cx.topology, &mut all);
    in_subnets(cx.topology, &mut all);
    for it in all {
        if it.head.action.creates() && it.head.origin.attribute.is_none() {
            let answer = decide(&it).map(|holder| holder.map(|holder| words(it.head, holder)));
            out.answer(&it.head.origin, answer);
        }
    }
}

/// What a link leads to.
fn placed<'t, T>(
    head: &'t Head,
    link: &Link<T>,
    arena: &'t Arena<T>,
    of: impl Fn(&'t T) -> Holder<'t>,
) -> Placed<'t> {
    let get = |id: &Id<T>| of(&arena[*id]);
    let (holders, open) = match link {
        Link::Here(id) => (vec![get(id)], None),
        Link::OneOf(ids, cause) => (ids.iter().map(get).collect(), Some(cause.clone())),
        // Nothing says that it is another account's.
        Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => (Vec::new(), None),
    };
    Placed { head, holders, open }
}

fn in_vpcs<'t>(topology: &'t Topology, out: &mut Vec<Placed<'t>>) {
    let it = topology;
    let mut links = Vec::new();
    links.extend(it.cidr_associations.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.subnets.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.route_tables.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.main_route_table_associations.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.internet_gateways.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.gateway_attachments.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.egress_only_gateways.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.vpn_gateways.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.vpn_gateway_attachments.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.network_acls.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.endpoints.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.peerings.iter().map(|(_, it)| (&it.head, &it.requester)));
    links.extend(it.nat_gateways.iter().map(|(_, it)| (&it.head, &it.vpc)));
    links.extend(it.attachments.iter().filter_map(|(_, it)| match &it.kind {
        AttachmentKind::Vpc { vpc, .. } => Some((&it.head, vpc)),
        AttachmentKind::Peering { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => None,
    }));
    out.extend(links.into_iter().map(|(head, link)| {
        placed(head, link, &it.vpcs, |it| Holder::new(&it.head, &it.is_default))
    }));
}

fn in_subnets<'t>(topology: &'t Topology, out: &mut Vec<Placed<'t>>) {
    let it = topology;
    let mut links = Vec::new();
    links.extend(it.nat_gateways.iter().map(|(_, it)| (&it.head, &it.subnet)));
    links.extend(it.route_table_associations.iter().map(|(_, it)| (&it.head, &it.subnet)));
    links.extend(it.acl_associations.iter().map(|(_, it)| (&it.head, &it.subnet)));
    let get = |(head, link)| {
        placed(head, link, &topology.subnets, |it| Holder::new(&it.head, &it.is_default))
    };
    out.extend(links.into_iter().map(get));
}

/// The VPC or subnet of another account that it is in.
fn decide<'t>(it: &Placed<'t>) -> Tri<Option<&'t Head>> {
    let mut foreign = Vec::new();
    let mut doubt = None;
    for holder in &it.holders {
        match is_foreign(it.head, *holder) {
            Tri::Known(true) => foreign.push(holder.head),
            Tri::Known(false) | Tri::Absent => (),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
        }
    }
    match (foreign.first(), doubt) {
        (Some(holder), _) if foreign.len() == it.holders.len() => Tri::Known(Some(holder)),
        (_, Some(cause)) => Tri::Unknown(cause),
        (Some(_), None) => it.open.clone().map_or(Tri::Known(None), Tri::Unknown),
        (None, None) => Tri::Known(None),
    }
}

fn is_foreign(head: &Head, Holder { head: holder, unread }: Holder<'_>) -> Tri<bool> {
    // Across Regions it fails for another reason.
    if head.same_region(holder) == Tri::Known(false) {
        return Tri::Known(false);
    }
    // Without accounts nothing says that there are two.
    if unread && head.account.known().is_some() {
        return Tri::Unknown(Cause::KnownAfterApply(format!("{}.owner_id", holder.name()).into()));
    }
    if let (Tri::Known(own), Tri::Known(other)) = (&head.account, &holder.account) {
        return Tri::Known(own != other);
    }
    // One provider configuration is one account, and of a stack beside this one nothing says that it has another.
    let apart = head.provider != holder.provider
        && head.stack() == holder.stack()
        && holder.management != Management::Observed;
    match (&head.account, &holder.account) {
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) if apart => Tri::Unknown(cause.clone()),
        (_, _) => Tri::Known(false),
    }
}

fn words(head: &Head, holder: &Head) -> Finding {
    let (name, owner) = (head.name(), holder.name());
    let account = |head: &Head| head.account.known().map_or(String::new(), ToString::to_string);
    let (own, other) = (account(head), account(holder));
    Finding::at(&head.origin, format!("made by account {own}"))
        .also(&holder.origin, format!("belongs to account {other}"))
        .message(format!("`{name}` of account {own} is made in `{owner}`, which account {other} owns"))
        .why("only the owner of a VPC can make this in it; AWS refuses it to accounts that share its subnets")
        .help(format!("make `{name}` with the provider configuration of `{owner}`"))
}
