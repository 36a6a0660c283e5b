//! A share admits principals outside of the organisation and has none.
//!
//! ## Why
//!
//! With `allow_external_principals` whoever can change the share can give what it holds to any AWS account. A share
//! whose principals are all of the organisation does not need that, and the provider leaves it off.
//!
//! Source: AWS RAM User Guide, "Creating a resource share in AWS RAM"; provider page of `aws_ram_resource_share`.
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! data "aws_organizations_organization" "own" {}
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ram_resource_share" "core" {
//!   name                      = "core"
//!   allow_external_principals = true
//! }
//!
//! resource "aws_ram_resource_association" "core" {
//!   resource_arn       = aws_ec2_transit_gateway.core.arn
//!   resource_share_arn = aws_ram_resource_share.core.arn
//! }
//!
//! resource "aws_ram_principal_association" "everybody" {
//!   principal          = data.aws_organizations_organization.own.arn
//!   resource_share_arn = aws_ram_resource_share.core.arn
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! data "aws_organizations_organization" "own" {}
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ram_resource_share" "core" {
//!   name = "core"
//! }
//!
//! resource "aws_ram_resource_association" "core" {
//!   resource_arn       = aws_ec2_transit_gateway.core.arn
//!   resource_share_arn = aws_ram_resource_share.core.arn
//! }
//!
//! resource "aws_ram_principal_association" "everybody" {
//!   principal          = data.aws_organizations_organization.own.arn
//!   resource_share_arn = aws_ram_resource_share.core.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Accounts of which nobody says whether they are in the organisation; a share to which another configuration may
//! add principals.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Adds, Id, Link, Proven, ResourceShare, ResourceShareMember, Topology};

use crate::shares::{Shares, organization};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let shares = Shares::new(cx.topology);
    for (id, share) in cx.topology.resource_shares.iter() {
        if !cx.topology.is_only_seen(&share.head) {
            let answer = decide(cx.topology, &shares, id);
            out.answer(&share.head.origin, answer.map(|it| it.map(|it| words(share, it))));
        }
    }
}

/// One of the principals, when all are of the organisation.
fn decide<'t>(
    topology: &Topology,
    shares: &Shares<'t>,
    id: Id<ResourceShare>,
) -> Tri<Option<&'t ResourceShareMember>> {
    let share = &topology.resource_shares[id];
    match &share.allows_external.value {
        Tri::Known(true) => (),
        Tri::Known(false) | Tri::Absent => return Tri::Known(None),
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
    }
    let members = shares.members(&Proven::Here(id));
    let principals: Vec<_> = members.iter().filter(|it| it.adds == Adds::Principal).collect();
    let Some(first) = principals.first() else { return Tri::Known(None) };
    let inside: Vec<Tri<bool>> = principals.iter().map(|it| is_inside(topology, it)).collect();
    if inside.contains(&Tri::Known(false)) {
        return Tri::Known(None);
    }
    let unknown = inside.into_iter().find_map(|it| match it {
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(_) | Tri::Absent => None,
    });
    let lists = members.iter().find(|it| it.adds == Adds::Lists);
    let lists = lists.map(|it| Cause::NotModelled(it.head.name().into()));
    let astray = shares.astray.iter().find(|(it, _)| it.adds != Adds::Resource);
    let astray = astray.map(|(_, cause)| cause.clone());
    let open = unknown.or(lists).or(astray).or_else(|| topology.shared_open(&share.head));
    open.map_or(Tri::Known(Some(first)), Tri::Unknown)
}

/// Whether a principal is of the organisation; only units and organisations say so themselves.
fn is_inside(topology: &Topology, member: &ResourceShareMember) -> Tri<bool> {
    if matches!(member.organization, Link::Here(_)) {
        return Tri::Known(true);
    }
    member.principal.value.as_ref().and_then(|principal| {
        // RAM refuses the units of another organisation.
        if principal.contains(":organizations::") {
            return Tri::Known(true);
        }
        let own = organization(topology, &member.head);
        match own.map(|it| &it.accounts) {
            Some(Tri::Known(accounts)) => Tri::Known(accounts.contains(principal)),
            Some(Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
            Some(Tri::Absent) | None => {
                Tri::Unknown(Cause::NotInInput("data.aws_organizations_organization".into()))
            }
        }
    })
}

fn words(share: &ResourceShare, principal: &ResourceShareMember) -> Finding {
    let name = share.head.name();
    Finding::at(&share.allows_external.origin, "admits any AWS account")
        .also(&principal.head.origin, "is of the organisation, as all are")
        .message(format!("`{name}` admits principals outside of the organisation and has none"))
        .why("whoever can change the share can give what it holds to any AWS account")
        .help(format!("take `allow_external_principals` off `{name}`"))
}
