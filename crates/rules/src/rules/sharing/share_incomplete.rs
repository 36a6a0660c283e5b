//! A resource share has nothing to share, or nobody to share it with.
//!
//! ## Why
//!
//! A share is a list of resources and a list of principals. With one of them empty it is made all the same, and
//! gives nobody anything: the other account does not see the subnet or transit gateway.
//!
//! Source: AWS RAM User Guide, "Creating a resource share in AWS RAM".
//!
//! ## Flagged
//!
//! ```hcl,flagged
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
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
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
//! resource "aws_ram_principal_association" "app" {
//!   principal          = "444455556666"
//!   resource_share_arn = aws_ram_resource_share.core.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A share that exists or that an output hands on, since other configurations may add to it (`--complete` says that
//! none does); an association whose share a plan does not spell out.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Adds, Id, Link, ResourceShare, ResourceShareMember, Topology};

use crate::place::own_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What is known of the lists of each share.
#[derive(Default)]
struct Lists<'t> {
    own: BTreeMap<Id<ResourceShare>, Vec<&'t ResourceShareMember>>,
    /// Members of which it is not told which of several shares they belong to.
    perhaps: BTreeMap<Id<ResourceShare>, Vec<(&'t ResourceShareMember, Cause)>>,
    astray: Vec<(&'t ResourceShareMember, Cause)>,
    /// Members of shares that only their ARN names.
    foreign: Vec<(&'t ResourceShareMember, &'t str)>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let lists = lists(cx.topology);
    for (id, share) in cx.topology.resource_shares.iter() {
        if cx.topology.is_only_seen(&share.head) {
            continue;
        }
        let answer = decide(cx.topology, &lists, id, share)
            .map(|missing| missing.map(|it| words(share, it, lists.own.get(&id))));
        out.answer(&share.head.origin, answer);
    }
}

fn lists(topology: &Topology) -> Lists<'_> {
    let mut out = Lists::default();
    for (_, member) in topology.resource_share_members.iter() {
        match &member.share {
            Link::Here(share) => out.own.entry(*share).or_default().push(member),
            Link::OneOf(shares, cause) => {
                for share in shares {
                    out.perhaps.entry(*share).or_default().push((member, cause.clone()));
                }
            }
            Link::Unknown(cause) => out.astray.push((member, cause.clone())),
            Link::Elsewhere(arn) => out.foreign.push((member, arn)),
            Link::Absent => (),
        }
    }
    out
}

/// The list that is empty.
fn decide(
    topology: &Topology,
    lists: &Lists<'_>,
    id: Id<ResourceShare>,
    share: &ResourceShare,
) -> Tri<Option<Adds>> {
    let adds = |member: &ResourceShareMember, wanted: Adds| {
        member.adds == wanted || member.adds == Adds::Lists
    };
    let own = lists.own.get(&id).map_or(&[][..], Vec::as_slice);
    let mut empty = [Adds::Principal, Adds::Resource]
        .into_iter()
        .filter(|it| !own.iter().any(|m| adds(m, *it)));
    let Some(wanted) = empty.next() else { return Tri::Known(None) };
    let perhaps = lists.perhaps.get(&id).into_iter().flatten().chain(&lists.astray);
    let mut open =
        perhaps.filter(|(member, _)| adds(member, wanted)).map(|(_, cause)| cause.clone());
    let foreign = || {
        let mut named = lists.foreign.iter().filter(|(member, _)| adds(member, wanted));
        named.find_map(|(it, arn)| topology.may_have_id(&share.head, arn, it.head.stack()))
    };
    let open = open.next().or_else(foreign).or_else(|| topology.shared_open(&share.head));
    open.map_or(Tri::Known(Some(wanted)), Tri::Unknown)
}

fn words(share: &ResourceShare, missing: Adds, own: Option<&Vec<&ResourceShareMember>>) -> Finding {
    let name = share.head.name();
    let place: &Origin = &share.head.origin;
    let what = if missing == Adds::Principal { "principal" } else { "resource" };
    let mut finding = Finding::at(place, format!("has no {what}"));
    if let Some(other) = own.and_then(|it| it.iter().find(|it| it.adds != Adds::Nothing)) {
        finding = finding.also(&other.head.origin, "is in it, for nobody");
    }
    let (kind, argument, example) = match missing {
        Adds::Principal => ("aws_ram_principal_association", "principal", "444455556666"),
        Adds::Resource | Adds::Lists | Adds::Nothing => {
            ("aws_ram_resource_association", "resource_arn", "arn:aws:ec2:…")
        }
    };
    let arn = own_id(place).replace(".id", ".arn");
    let block = resource(
        kind,
        &place.address.name,
        &[(argument, Proposed::Text(example)), ("resource_share_arn", Proposed::Reference(arn))],
    );
    finding
        .message(format!("`{name}` has no {what}, so that it shares nothing with anybody"))
        .why("a share gives its resources to its principals; with one list empty nobody gets anything")
        .help(format!("add the {what}, for example\n{block}\nor remove the share"))
}
