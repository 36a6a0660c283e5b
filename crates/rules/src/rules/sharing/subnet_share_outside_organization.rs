//! A subnet is shared with an account or unit outside of the owner's organisation.
//!
//! ## Why
//!
//! Subnets can be shared only with accounts, units and the organisation that their owner belongs to. AWS RAM
//! refuses another principal, whatever `allow_external_principals` says.
//!
//! Source: Amazon VPC User Guide, "Responsibilities and permissions for owners and participants".
//!
//! ## Flagged
//!
//! The organisation has other accounts than `999999999999`.
//!
//! ```hcl,flagged
//! data "aws_organizations_organization" "own" {}
//!
//! resource "aws_vpc" "shared" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.shared.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ram_resource_share" "subnets" {
//!   name = "subnets"
//! }
//!
//! resource "aws_ram_resource_association" "app" {
//!   resource_arn       = aws_subnet.app.arn
//!   resource_share_arn = aws_ram_resource_share.subnets.arn
//! }
//!
//! resource "aws_ram_principal_association" "agency" {
//!   principal          = "999999999999"
//!   resource_share_arn = aws_ram_resource_share.subnets.arn
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! data "aws_organizations_organization" "own" {}
//!
//! resource "aws_vpc" "shared" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.shared.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ram_resource_share" "subnets" {
//!   name = "subnets"
//! }
//!
//! resource "aws_ram_resource_association" "app" {
//!   resource_arn       = aws_subnet.app.arn
//!   resource_share_arn = aws_ram_resource_share.subnets.arn
//! }
//!
//! resource "aws_ram_principal_association" "everybody" {
//!   principal          = data.aws_organizations_organization.own.arn
//!   resource_share_arn = aws_ram_resource_share.subnets.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Without `aws_organizations_organization` in the input nobody says who is in the organisation, and only its
//! management account and delegated administrators see the list of its accounts.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Adds, Link, ResourceShareMember, Topology};

use crate::shares::{Shares, organization};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let shares = Shares::new(cx.topology);
    for (_, member) in cx.topology.resource_share_members.iter() {
        if member.adds != Adds::Principal {
            continue;
        }
        let answer = decide(cx.topology, &shares, member)
            .map(|found| found.map(|(subnet, who)| words(cx.topology, member, subnet, &who)));
        out.answer(&member.head.origin, answer);
    }
}

/// The subnet's association, and who the principal is.
type Found<'t> = (&'t ResourceShareMember, String);

fn decide<'t>(
    topology: &Topology,
    shares: &Shares<'t>,
    member: &ResourceShareMember,
) -> Tri<Option<Found<'t>>> {
    let Some(share) = member.share.proven() else { return Tri::Known(None) };
    // What is there already has been accepted.
    let asked =
        |it: &&ResourceShareMember| member.head.action.creates() || it.head.action.creates();
    let mut subnets = shares.resources(&share).filter(asked).filter(|it| is_subnet(it));
    let Some(subnet) = subnets.next() else { return Tri::Known(None) };
    outsider(topology, member).map(|who| who.map(|who| (subnet, who)))
}

fn is_subnet(member: &ResourceShareMember) -> bool {
    let is = |kinds: &Vec<Box<str>>| kinds.iter().all(|it| **it == *"subnet");
    member.kinds.known().is_some_and(is)
}

/// Who the principal is, when it is nobody of the owner's organisation.
fn outsider(topology: &Topology, member: &ResourceShareMember) -> Tri<Option<String>> {
    if matches!(member.organization, Link::Here(_)) {
        return Tri::Known(None);
    }
    let principal = match &member.principal.value {
        Tri::Known(principal) => &**principal,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let unit = unit_of(principal);
    let account = principal.len() == 12 && principal.bytes().all(|it| it.is_ascii_digit());
    if unit.is_none() && !account {
        // A role, user or service: nothing that a subnet is shared with by these rules.
        return Tri::Known(None);
    }
    let Some(own) = organization(topology, &member.head) else {
        return Tri::Unknown(Cause::NotInInput("data.aws_organizations_organization".into()));
    };
    let unread = || Cause::KnownAfterApply(format!("{}.accounts", own.head.name()).into());
    match (unit, &own.head.id, &own.accounts) {
        (Some(unit), Some(id), _) if *unit == **id => Tri::Known(None),
        (Some(unit), Some(_), _) => Tri::Known(Some(format!("organisation {unit}"))),
        (None, _, Tri::Known(accounts)) if accounts.iter().any(|it| **it == *principal) => {
            Tri::Known(None)
        }
        (None, _, Tri::Known(_)) => Tri::Known(Some(format!("account {principal}"))),
        (None, _, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Some(_), None, _) | (None, _, Tri::Absent) => Tri::Unknown(unread()),
    }
}

/// The organisation in an ARN of one or of a unit of it:
/// `arn:aws:organizations::ACCOUNT:ou/ORGANISATION/UNIT`.
fn unit_of(principal: &str) -> Option<&str> {
    let (_, what) = principal.split_once(":organizations::")?;
    let (_, what) = what.split_once(':')?;
    let (kind, rest) = what.split_once('/')?;
    matches!(kind, "organization" | "ou").then(|| rest.split('/').next())?
}

fn words(
    topology: &Topology,
    member: &ResourceShareMember,
    subnet: &ResourceShareMember,
    who: &str,
) -> Finding {
    let name = match (&subnet.subnet, &subnet.resource.value) {
        (Link::Here(id), _) => topology.subnets[*id].head.name(),
        (_, Tri::Known(arn)) => arn.to_string(),
        (_, Tri::Unknown(_) | Tri::Absent) => "a subnet".to_owned(),
    };
    Finding::at(&member.principal.origin, "outside of the organisation")
        .also(&subnet.head.origin, "shares a subnet")
        .message(format!("`{name}` is shared with {who}, which is not the organisation of its owner"))
        .why("subnets can be shared only inside of the organisation of their owner, so AWS RAM refuses it")
        .help("share the subnet with an account, a unit or the whole of the own organisation; for others join VPCs")
}
