//! An instance or network interface runs with a security group of another account.
//!
//! ## Why
//!
//! In a VPC whose subnets are shared each account uses its own security groups. AWS refuses those of the owner and of
//! other participants unless they are shared through AWS RAM, and the default group of the VPC, which belongs to the
//! owner and cannot be shared. Rules may name groups of other accounts.
//!
//! Source: Amazon VPC User Guide, "Responsibilities and permissions for owners and participants" and "Share security
//! groups with AWS Organizations".
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
//! resource "aws_subnet" "app" {
//!   provider   = aws.network
//!   vpc_id     = aws_vpc.shared.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_security_group" "web" {
//!   provider = aws.network
//!   name     = "web"
//!   vpc_id   = aws_vpc.shared.id
//! }
//!
//! resource "aws_instance" "app" {
//!   provider               = aws.app
//!   ami                    = "ami-0a1b2c3d4e5f60718"
//!   instance_type          = "t3.micro"
//!   subnet_id              = aws_subnet.app.id
//!   vpc_security_group_ids = [aws_security_group.web.id]
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
//! resource "aws_vpc" "shared" {
//!   provider   = aws.network
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   provider   = aws.network
//!   vpc_id     = aws_vpc.shared.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_security_group" "web" {
//!   provider = aws.app
//!   name     = "web"
//!   vpc_id   = aws_vpc.shared.id
//! }
//!
//! resource "aws_instance" "app" {
//!   provider               = aws.app
//!   ami                    = "ami-0a1b2c3d4e5f60718"
//!   instance_type          = "t3.micro"
//!   subnet_id              = aws_subnet.app.id
//!   vpc_security_group_ids = [aws_security_group.web.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A group that exists already may be shared by another configuration.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Adds, Head, Id, Link, Management, SecurityGroup, SgUser, Topology};

use crate::place::own_id;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The groups that are shared, and why any may be.
#[derive(Default)]
struct SharedGroups {
    certain: BTreeSet<Id<SecurityGroup>>,
    open: Option<Cause>,
}

/// What is wrong with the groups.
enum Foreign<'t> {
    Group(&'t Head),
    /// None is named, so that it is the default group of this subnet's VPC.
    Default(&'t Head),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let shared = shared(cx.topology);
    for (_, user) in cx.topology.sg_users.iter() {
        // What runs already has been accepted.
        if let (true, Tri::Known(account)) = (user.head.action.creates(), &user.head.account) {
            let answer = decide(cx.topology, &shared, user, account);
            out.answer(&user.head.origin, answer.map(|found| found.map(|it| words(user, &it))));
        }
    }
}

fn shared(topology: &Topology) -> SharedGroups {
    let mut out = SharedGroups::default();
    for (_, member) in topology.resource_share_members.iter() {
        if member.adds == Adds::Lists {
            out.open = Some(Cause::NotModelled(member.head.name().into()));
        }
        match &member.group {
            Link::Here(id) => {
                out.certain.insert(*id);
            }
            Link::OneOf(ids, _) => out.certain.extend(ids),
            Link::Unknown(cause) => out.open = Some(cause.clone()),
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
    out
}

fn decide<'t>(
    topology: &'t Topology,
    shared: &SharedGroups,
    user: &SgUser,
    account: &str,
) -> Tri<Option<Foreign<'t>>> {
    let members = match &user.groups {
        Tri::Known(members) => members,
        Tri::Absent => return Tri::Known(default(topology, user, account)),
        // Without another account there is no question.
        Tri::Unknown(_) => return Tri::Known(None),
    };
    let (mut found, mut doubt) = (None, None);
    for id in &members.here {
        let group = &topology.security_groups[*id];
        let unread = group.head.management == Management::Observed
            && (group.head.id.is_none() || matches!(group.is_default, Tri::Unknown(_)));
        let theirs = group.head.account.known().is_some_and(|it| **it != *account);
        if unread || !theirs || shared.certain.contains(id) {
            continue;
        }
        let open = shared.open.clone().or_else(|| topology.shared_open(&group.head));
        let vague = || Cause::ManyInstances(user.groups_origin.to_string().into());
        match open.or_else(|| (!members.exact).then(vague)) {
            Some(cause) => doubt = doubt.or(Some(cause)),
            None => found = found.or(Some(Foreign::Group(&group.head))),
        }
    }
    match (found, doubt) {
        (Some(found), _) => Tri::Known(Some(found)),
        (None, Some(cause)) => Tri::Unknown(cause),
        (None, None) => Tri::Known(None),
    }
}

/// The subnet of another account, whose VPC's default group it would get.
fn default<'t>(topology: &'t Topology, user: &SgUser, account: &str) -> Option<Foreign<'t>> {
    let subnet = &topology.subnets[user.subnet.here()?];
    let theirs = subnet.head.account.known().is_some_and(|it| **it != *account);
    // The guide says it of instances.
    let instance = &*user.head.origin.address.kind == "aws_instance";
    (theirs && instance && !user.is_templated).then_some(Foreign::Default(&subnet.head))
}

fn words(user: &SgUser, foreign: &Foreign<'_>) -> Finding {
    let name = user.head.name();
    let account = |head: &Head| head.account.known().map_or(String::new(), ToString::to_string);
    let own = account(&user.head);
    match foreign {
        Foreign::Group(group) => {
            let (other, owner) = (group.name(), account(group));
            Finding::at(&user.groups_origin, format!("of account {own}"))
                .also(&group.origin, format!("belongs to account {owner}"))
                .message(format!("`{name}` of account {own} runs with `{other}` of account {owner}"))
                .why("AWS refuses security groups of another account that are not shared with it")
                .help(format!(
                    "make a group in account {own} and name that one, or share `{other}` (`{}`) through AWS RAM",
                    own_id(&group.origin).replace(".id", ".arn")
                ))
        }
        Foreign::Default(subnet) => {
            let (place, owner) = (subnet.name(), account(subnet));
            Finding::at(&user.head.origin, "names no security group")
                .also(&subnet.origin, format!("belongs to account {owner}"))
                .message(format!(
                    "`{name}` of account {own} gets the default group of the VPC of `{place}`, which is account {owner}'s"
                ))
                .why("the default group belongs to the owner of the VPC, and AWS refuses it to other accounts")
                .help(format!("make a security group in account {own} for this VPC and name it"))
        }
    }
}
