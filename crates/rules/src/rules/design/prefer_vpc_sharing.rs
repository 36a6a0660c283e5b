//! Small VPCs of several accounts of one organisation are all peered with each other, where shared subnets would do.
//!
//! ## Why
//!
//! Where every VPC reaches every other one, the VPCs keep nothing apart, and each further account costs a range, a
//! connection with each of the others and routes in all of their tables. Accounts of one organisation can have
//! subnets of one VPC instead: each still owns what it runs, and one account keeps ranges, routes and gateways.
//!
//! Source: Amazon VPC User Guide, "Share your VPC subnets with other accounts"; AWS Whitepaper "Building a Scalable
//! and Secure Multi-VPC AWS Network Infrastructure", "VPC sharing".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias               = "app"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["111111111111"]
//! }
//!
//! provider "aws" {
//!   alias               = "data"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["222222222222"]
//! }
//!
//! provider "aws" {
//!   alias               = "logs"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["333333333333"]
//! }
//!
//! provider "aws" {
//!   alias               = "web"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["444444444444"]
//! }
//!
//! data "aws_organizations_organization" "own" {
//!   provider = aws.app
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider   = aws.app
//!   cidr_block = "10.0.0.0/20"
//! }
//!
//! resource "aws_subnet" "app" {
//!   provider   = aws.app
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_vpc" "data" {
//!   provider   = aws.data
//!   cidr_block = "10.1.0.0/20"
//! }
//!
//! resource "aws_subnet" "data" {
//!   provider   = aws.data
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.0.0/24"
//! }
//!
//! resource "aws_vpc" "logs" {
//!   provider   = aws.logs
//!   cidr_block = "10.2.0.0/20"
//! }
//!
//! resource "aws_subnet" "logs" {
//!   provider   = aws.logs
//!   vpc_id     = aws_vpc.logs.id
//!   cidr_block = "10.2.0.0/24"
//! }
//!
//! resource "aws_vpc" "web" {
//!   provider   = aws.web
//!   cidr_block = "10.3.0.0/20"
//! }
//!
//! resource "aws_subnet" "web" {
//!   provider   = aws.web
//!   vpc_id     = aws_vpc.web.id
//!   cidr_block = "10.3.0.0/24"
//! }
//!
//! resource "aws_vpc_peering_connection" "app_data" {
//!   provider      = aws.app
//!   vpc_id        = aws_vpc.app.id
//!   peer_vpc_id   = aws_vpc.data.id
//!   peer_owner_id = "222222222222"
//! }
//!
//! resource "aws_vpc_peering_connection_accepter" "app_data" {
//!   provider                  = aws.data
//!   vpc_peering_connection_id = aws_vpc_peering_connection.app_data.id
//!   auto_accept               = true
//! }
//!
//! resource "aws_vpc_peering_connection" "app_logs" {
//!   provider      = aws.app
//!   vpc_id        = aws_vpc.app.id
//!   peer_vpc_id   = aws_vpc.logs.id
//!   peer_owner_id = "333333333333"
//! }
//!
//! resource "aws_vpc_peering_connection_accepter" "app_logs" {
//!   provider                  = aws.logs
//!   vpc_peering_connection_id = aws_vpc_peering_connection.app_logs.id
//!   auto_accept               = true
//! }
//!
//! resource "aws_vpc_peering_connection" "app_web" {
//!   provider      = aws.app
//!   vpc_id        = aws_vpc.app.id
//!   peer_vpc_id   = aws_vpc.web.id
//!   peer_owner_id = "444444444444"
//! }
//!
//! resource "aws_vpc_peering_connection_accepter" "app_web" {
//!   provider                  = aws.web
//!   vpc_peering_connection_id = aws_vpc_peering_connection.app_web.id
//!   auto_accept               = true
//! }
//!
//! resource "aws_vpc_peering_connection" "data_logs" {
//!   provider      = aws.data
//!   vpc_id        = aws_vpc.data.id
//!   peer_vpc_id   = aws_vpc.logs.id
//!   peer_owner_id = "333333333333"
//! }
//!
//! resource "aws_vpc_peering_connection_accepter" "data_logs" {
//!   provider                  = aws.logs
//!   vpc_peering_connection_id = aws_vpc_peering_connection.data_logs.id
//!   auto_accept               = true
//! }
//!
//! resource "aws_vpc_peering_connection" "data_web" {
//!   provider      = aws.data
//!   vpc_id        = aws_vpc.data.id
//!   peer_vpc_id   = aws_vpc.web.id
//!   peer_owner_id = "444444444444"
//! }
//!
//! resource "aws_vpc_peering_connection_accepter" "data_web" {
//!   provider                  = aws.web
//!   vpc_peering_connection_id = aws_vpc_peering_connection.data_web.id
//!   auto_accept               = true
//! }
//!
//! resource "aws_vpc_peering_connection" "logs_web" {
//!   provider      = aws.logs
//!   vpc_id        = aws_vpc.logs.id
//!   peer_vpc_id   = aws_vpc.web.id
//!   peer_owner_id = "444444444444"
//! }
//!
//! resource "aws_vpc_peering_connection_accepter" "logs_web" {
//!   provider                  = aws.web
//!   vpc_peering_connection_id = aws_vpc_peering_connection.logs_web.id
//!   auto_accept               = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! provider "aws" {
//!   alias               = "app"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["111111111111"]
//! }
//!
//! provider "aws" {
//!   alias               = "data"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["222222222222"]
//! }
//!
//! resource "aws_vpc" "shared" {
//!   provider   = aws.app
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   provider   = aws.app
//!   vpc_id     = aws_vpc.shared.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ram_resource_share" "data" {
//!   provider = aws.app
//!   name     = "data"
//! }
//!
//! resource "aws_ram_resource_association" "data" {
//!   provider           = aws.app
//!   resource_arn       = aws_subnet.data.arn
//!   resource_share_arn = aws_ram_resource_share.data.arn
//! }
//!
//! resource "aws_ram_principal_association" "data" {
//!   provider           = aws.app
//!   principal          = "222222222222"
//!   resource_share_arn = aws_ram_resource_share.data.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! VPCs whose account or Region is not known, and accounts of which no `aws_organizations_organization` of the input
//! says that they are in one organisation. Four VPCs are the fewest that are looked at, with four subnets each at
//! most; these are no figures of AWS.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Head, Id, Management, Topology, Vpc, VpcKey};

use crate::mesh::{Group, groups, not_apart};
use crate::pairs::pairs;
use crate::place::several;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The fewest VPCs that are worth a word; not a figure of AWS.
const FEWEST: usize = 4;
/// The most subnets of a small VPC; not a figure of AWS.
const SMALL: usize = 4;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let all = pairs(cx.topology);
    let told: Vec<_> = all.iter().filter(|it| it.sides.is_some()).collect();
    for group in groups(&told) {
        let Some(first) = group.first else { continue };
        if !is_full(&group) || first.head.management == Management::Observed {
            out.fine();
            continue;
        }
        let answer = decide(cx.topology, &group);
        let answer = answer.map(|found| found.map(|vpcs| words(cx.topology, &group, &vpcs)));
        out.answer(&first.head.origin, answer.map(Option::flatten));
    }
}

/// Whether each VPC has a connection with each other one.
fn is_full(group: &Group<'_>) -> bool {
    let vpcs = group.vpcs.len();
    vpcs >= FEWEST && group.joined.len() >= vpcs.saturating_mul(vpcs - 1) / 2
}

/// The VPCs, where they are small, in one Region, and in several accounts of one organisation.
fn decide(topology: &Topology, group: &Group<'_>) -> Tri<Option<Vec<Id<Vpc>>>> {
    let mut vpcs = Vec::new();
    for key in &group.vpcs {
        match key {
            VpcKey::Here(id) => vpcs.push(*id),
            VpcKey::Elsewhere(id) => return Tri::Unknown(Cause::NotInInput(id.clone())),
        }
    }
    let heads: Vec<&Head> = vpcs.iter().map(|id| &topology.vpcs[*id].head).collect();
    let small = all(vpcs.iter().map(|id| is_small(topology, *id)));
    let fits = all([small, one_region(&heads), several_accounts(topology, &heads)].into_iter());
    match (fits, not_apart(topology, group)) {
        (Tri::Known(true), None) => Tri::Known(Some(vpcs)),
        (Tri::Known(true), Some(cause)) | (Tri::Unknown(cause), _) => Tri::Unknown(cause),
        (Tri::Known(false) | Tri::Absent, _) => Tri::Known(None),
    }
}

/// Whether all say yes: one certain "no" settles it.
fn all(words: impl Iterator<Item = Tri<bool>>) -> Tri<bool> {
    let mut out = Tri::Known(true);
    for word in words {
        match word {
            Tri::Known(true) => (),
            Tri::Known(false) | Tri::Absent => return Tri::Known(false),
            Tri::Unknown(cause) => out = Tri::Unknown(cause),
        }
    }
    out
}

fn is_small(topology: &Topology, vpc: Id<Vpc>) -> Tri<bool> {
    if topology.subnets_of_vpc.of(vpc).len() > SMALL {
        return Tri::Known(false);
    }
    let open = topology.subnets_of_vpc.open(vpc).cloned();
    let open = open.or_else(|| topology.container_open(&topology.vpcs[vpc].head));
    open.map_or(Tri::Known(true), Tri::Unknown)
}

fn one_region(heads: &[&Head]) -> Tri<bool> {
    let region = |head: &&Head| head.region.clone();
    let mut regions = BTreeSet::new();
    for region in heads.iter().map(region) {
        match region {
            Tri::Known(region) => drop(regions.insert(region)),
            Tri::Unknown(cause) => return Tri::Unknown(cause),
            Tri::Absent => return Tri::Known(false),
        }
    }
    Tri::Known(regions.len() == 1)
}

/// Whether at least [`FEWEST`] accounts of one organisation are among the owners, and nobody of another.
fn several_accounts(topology: &Topology, heads: &[&Head]) -> Tri<bool> {
    let mut accounts = BTreeSet::new();
    for head in heads {
        match &head.account {
            Tri::Known(account) => drop(accounts.insert(account)),
            Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
            Tri::Absent => return Tri::Known(false),
        }
    }
    if accounts.len() < FEWEST {
        return Tri::Known(false);
    }
    let mut told = topology.organizations.iter().filter_map(|(_, it)| it.accounts.known());
    let whole = told.find(|members| accounts.iter().any(|it| members.contains(it)));
    match whole {
        Some(members) => Tri::Known(accounts.iter().all(|it| members.contains(it))),
        None => Tri::Unknown(untold(topology)),
    }
}

/// Why it is not known which accounts an organisation has.
fn untold(topology: &Topology) -> Cause {
    let unread = topology.organizations.iter().find_map(|(_, it)| match &it.accounts {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) => None,
        Tri::Absent => Some(Cause::KnownAfterApply(format!("{}.accounts", it.head.name()).into())),
    });
    unread.unwrap_or_else(|| Cause::NotInInput("data.aws_organizations_organization".into()))
}

fn words(topology: &Topology, group: &Group<'_>, vpcs: &[Id<Vpc>]) -> Option<Finding> {
    let first = group.first?;
    let names: Vec<String> = vpcs.iter().map(|id| topology.vpcs[*id].head.name()).collect();
    let joined = group.joined.len();
    let finding = Finding::at(&first.head.origin, format!("one of {joined} connections"));
    let finding = vpcs.iter().fold(finding, |finding, id| {
        finding.also(&topology.vpcs[*id].head.origin, "a small VPC of one account")
    });
    Some(
        finding
            .message(format!(
                "{}, of several accounts of one organisation, are all peered with each other",
                several(&names)
            ))
            .why(
                "every VPC reaches every other one, so they keep nothing apart, and each account has ranges, \
                 connections and routes of its own to look after",
            )
            .help(
                "share subnets of one VPC with the accounts by AWS RAM, unless they need quotas, routes or compliance \
                 of their own; keep the VPCs apart that shall not reach each other",
            ),
    )
}
