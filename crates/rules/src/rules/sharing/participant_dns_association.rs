//! A hosted zone or resolver rule is associated with the VPC of another account in a way that AWS refuses.
//!
//! ## Why
//!
//! A private hosted zone of one account and a VPC of another are associated in two steps: the account of the zone
//! authorizes it, and the account of the VPC associates the two. Participants in a shared VPC do not own it, so the
//! association is made with the owner's provider configuration. Resolver rules and Route 53 profiles, too, are
//! associated by the owner of the VPC. The wrong account, or a missing authorization, fails the apply.
//!
//! Source: Amazon Route 53 Developer Guide, "Associating an Amazon VPC and a private hosted zone that you created
//! with different AWS accounts"; Amazon VPC User Guide, "Share your VPC subnets with other accounts".
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
//!   provider = aws.network
//!
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider = aws.app
//!
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route53_zone" "app" {
//!   provider = aws.app
//!
//!   name = "app.example.com"
//!
//!   vpc {
//!     vpc_id = aws_vpc.app.id
//!   }
//!
//!   lifecycle {
//!     ignore_changes = [vpc]
//!   }
//! }
//!
//! resource "aws_route53_vpc_association_authorization" "shared" {
//!   provider = aws.app
//!
//!   zone_id = aws_route53_zone.app.zone_id
//!   vpc_id  = aws_vpc.shared.id
//! }
//!
//! resource "aws_route53_zone_association" "shared" {
//!   provider = aws.app
//!
//!   zone_id = aws_route53_zone.app.zone_id
//!   vpc_id  = aws_vpc.shared.id
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
//!   provider = aws.network
//!
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider = aws.app
//!
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route53_zone" "app" {
//!   provider = aws.app
//!
//!   name = "app.example.com"
//!
//!   vpc {
//!     vpc_id = aws_vpc.app.id
//!   }
//!
//!   lifecycle {
//!     ignore_changes = [vpc]
//!   }
//! }
//!
//! resource "aws_route53_vpc_association_authorization" "shared" {
//!   provider = aws.app
//!
//!   zone_id = aws_route53_zone.app.zone_id
//!   vpc_id  = aws_vpc.shared.id
//! }
//!
//! resource "aws_route53_zone_association" "shared" {
//!   provider = aws.network
//!
//!   zone_id = aws_route53_zone.app.zone_id
//!   vpc_id  = aws_vpc.shared.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Accounts that cannot be told. Authorizations of zones that are not in the input, which another configuration may
//! have made.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Head, HostedZone, Id, Link, Management, Topology, Vpc, ZoneAssociation};

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
    for (_, zone) in topology.hosted_zones.iter() {
        // Others are ignored by the provider once the zone is there.
        let Tri::Known(vpcs) = &zone.vpcs else { continue };
        for vpc in vpcs.iter().filter(|_| zone.head.action.creates()) {
            foreign(topology, &zone.head, vpc, out);
        }
    }
    for (_, forwarding) in topology.name_forwardings.iter() {
        if forwarding.head.action.creates() {
            foreign(topology, &forwarding.head, &forwarding.vpc, out);
        }
    }
    for (id, association) in topology.zone_associations.iter() {
        if association.head.action.creates()
            && !foreign(topology, &association.head, &association.vpc, out)
        {
            let answer = unauthorized(topology, id);
            let answer = answer.map(|zone| zone.map(|zone| missing(topology, association, zone)));
            out.answer(&association.head.origin, answer);
        }
    }
}

/// Answers whether the VPC is of another account than who associates it; and whether it is.
fn foreign(topology: &Topology, head: &Head, vpc: &Link<Vpc>, out: &mut Sink) -> bool {
    let Link::Here(vpc) = vpc else { return false };
    let vpc = &topology.vpcs[*vpc].head;
    let answer = differ(head, vpc);
    let is_foreign = answer == Tri::Known(true);
    out.answer(&head.origin, answer.map(|it| it.then(|| words(head, vpc))));
    is_foreign
}

/// Whether two things are of different accounts.
fn differ(one: &Head, two: &Head) -> Tri<bool> {
    if let (Tri::Known(own), Tri::Known(other)) = (&one.account, &two.account) {
        return Tri::Known(own != other);
    }
    // One provider configuration is one account, and of a stack beside this one nothing says that it has another.
    let apart = one.provider != two.provider && one.stack() == two.stack();
    match (&one.account, &two.account) {
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause))
            if apart && two.management != Management::Observed =>
        {
            Tri::Unknown(cause.clone())
        }
        (_, _) => Tri::Known(false),
    }
}

/// The zone of another account that authorizes nobody to associate this VPC.
fn unauthorized(topology: &Topology, id: Id<ZoneAssociation>) -> Tri<Option<Id<HostedZone>>> {
    let association = &topology.zone_associations[id];
    let (Link::Here(zone), Link::Here(vpc)) = (&association.zone, &association.vpc) else {
        return Tri::Known(None);
    };
    let head = &topology.hosted_zones[*zone].head;
    match differ(head, &association.head) {
        Tri::Known(true) if head.management != Management::Observed => (),
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Known(_) | Tri::Absent => return Tri::Known(None),
    }
    let mut given = topology
        .authorizations_of_zone
        .of(*zone)
        .iter()
        .map(|id| &topology.zone_authorizations[*id].vpc);
    if given.clone().any(|it| it.here() == Some(*vpc)) {
        return Tri::Known(None);
    }
    let perhaps = given.find(|it| it.may_be(*vpc)).and_then(|it| match it.tri() {
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(_) | Tri::Absent => None,
    });
    let mut more = topology.authorizations_of_zone.perhaps_of(*zone);
    perhaps
        .or_else(|| topology.authorizations_of_zone.open(*zone).cloned())
        .or_else(|| more.next().map(|(_, cause)| cause.clone()))
        .or_else(|| topology.container_open(head))
        .or_else(|| {
            head.handed_on.then(|| Cause::Shared(head.name().into())).filter(|_| !topology.closed)
        })
        .map_or(Tri::Known(Some(*zone)), Tri::Unknown)
}

fn words(head: &Head, vpc: &Head) -> Finding {
    let (name, owner) = (head.name(), vpc.name());
    let account = |head: &Head| head.account.known().map_or(String::new(), ToString::to_string);
    let (own, other) = (account(head), account(vpc));
    Finding::at(&head.origin, format!("made by account {own}"))
        .also(&vpc.origin, format!("belongs to account {other}"))
        .message(format!("`{name}` of account {own} associates `{owner}`, which account {other} owns"))
        .why("only the owner of a VPC can associate it with zones, resolver rules and profiles; AWS refuses it to others")
        .help(format!(
            "make the association with the provider configuration of `{owner}`; for a zone of another account that \
             takes an `aws_route53_vpc_association_authorization` of the zone's account"
        ))
}

fn missing(topology: &Topology, association: &ZoneAssociation, zone: Id<HostedZone>) -> Finding {
    let zone = &topology.hosted_zones[zone].head;
    let (name, of) = (association.head.name(), zone.name());
    let account = zone.account.known().map_or(String::new(), ToString::to_string);
    Finding::at(&association.head.origin, "nobody has authorized this")
        .also(&zone.origin, format!("belongs to account {account}"))
        .message(format!("`{name}` associates `{of}` of account {account}, which has not authorized it"))
        .why("a zone of another account takes an authorization for each VPC; AWS refuses the association without it")
        .help(format!(
            "make an `aws_route53_vpc_association_authorization` for the VPC with the provider configuration of `{of}`, \
             and let `{name}` wait for it"
        ))
}
