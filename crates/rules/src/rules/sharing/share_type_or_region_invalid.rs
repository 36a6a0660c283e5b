//! A share gets something that AWS RAM cannot share, or that is in another Region.
//!
//! ## Why
//!
//! AWS RAM shares a list of types: subnets, transit gateways, prefix lists, IPAM pools, Resolver rules and others.
//! VPCs, route tables, gateways, attachments and peering connections are not among them: "a shared VPC" is a VPC
//! whose subnets are shared. A share is in one Region and takes the Regional resources of that one only.
//!
//! Source: AWS RAM User Guide, "Shareable AWS resources" and "Sharing Regional resources compared to global
//! resources"; the types were looked up in 2025.
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "shared" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_ram_resource_share" "network" {
//!   name = "network"
//! }
//!
//! resource "aws_ram_principal_association" "team" {
//!   principal          = "444455556666"
//!   resource_share_arn = aws_ram_resource_share.network.arn
//! }
//!
//! resource "aws_ram_resource_association" "vpc" {
//!   resource_arn       = aws_vpc.shared.arn
//!   resource_share_arn = aws_ram_resource_share.network.arn
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "shared" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.shared.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ram_resource_share" "network" {
//!   name = "network"
//! }
//!
//! resource "aws_ram_principal_association" "team" {
//!   principal          = "444455556666"
//!   resource_share_arn = aws_ram_resource_share.network.arn
//! }
//!
//! resource "aws_ram_resource_association" "app" {
//!   resource_arn       = aws_subnet.app.arn
//!   resource_share_arn = aws_ram_resource_share.network.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An ARN that comes from elsewhere, and a Region that the environment of Terraform chooses.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Head, Id, Link, ResourceShareMember, Subnet, Topology, TransitGateway};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What ARNs of EC2 call the types that are not shared, with their names in messages.
const NOT_SHARED: &[(&str, &str)] = &[
    ("customer-gateway", "a customer gateway"),
    ("egress-only-internet-gateway", "an egress-only internet gateway"),
    ("internet-gateway", "an internet gateway"),
    ("natgateway", "a NAT gateway"),
    ("network-acl", "a network ACL"),
    ("network-interface", "a network interface"),
    ("route-table", "a route table"),
    ("transit-gateway-attachment", "an attachment"),
    ("transit-gateway-route-table", "a transit gateway's route table"),
    ("vpc", "a VPC"),
    ("vpc-endpoint", "an endpoint"),
    ("vpc-peering-connection", "a peering connection"),
    ("vpn-connection", "a VPN connection"),
    ("vpn-gateway", "a virtual private gateway"),
];

enum Wrong<'t> {
    Type(&'static str),
    Region { own: Box<str>, share: Box<str>, at: Option<&'t Origin> },
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, member) in cx.topology.resource_share_members.iter() {
        // What is shared already has been accepted.
        if member.head.action.creates() {
            let answer =
                decide(cx.topology, member).map(|found| found.map(|it| words(member, &it)));
            out.answer(&member.head.origin, answer);
        }
    }
}

fn decide<'t>(topology: &'t Topology, member: &ResourceShareMember) -> Tri<Option<Wrong<'t>>> {
    let kinds = match &member.kinds {
        Tri::Known(kinds) => kinds,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Known(None),
    };
    let not_shared = |kind: &str| NOT_SHARED.iter().find(|(it, _)| *it == kind);
    let found: Vec<_> = kinds.iter().filter_map(|it| not_shared(it)).collect();
    if let (Some((_, name)), true) = (found.first(), found.len() == kinds.len()) {
        return Tri::Known(Some(Wrong::Type(name)));
    }
    if !found.is_empty() {
        return Tri::Unknown(Cause::ManyInstances(member.resource.origin.to_string().into()));
    }
    region(topology, member)
}

fn region<'t>(topology: &'t Topology, member: &ResourceShareMember) -> Tri<Option<Wrong<'t>>> {
    let subnet = |id: Id<Subnet>| &topology.subnets[id].head;
    let gateway = |id: Id<TransitGateway>| &topology.transit_gateways[id].head;
    let thing: Option<&Head> = match (&member.subnet, &member.gateway) {
        (Link::Here(id), _) => Some(subnet(*id)),
        (_, Link::Here(id)) => Some(gateway(*id)),
        (_, _) => None,
    };
    let share = match member.share {
        Link::Here(id) => &topology.resource_shares[id].head,
        // An association is made where its share is.
        Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => &member.head,
    };
    let own = match (thing, member.resource.value.known()) {
        (Some(thing), _) => match thing.same_region(share) {
            Tri::Known(true) | Tri::Absent => return Tri::Known(None),
            Tri::Known(false) | Tri::Unknown(_) => thing.region.clone(),
        },
        // A global one has no Region in its ARN; others tell it.
        (None, Some(arn)) => match arn.split(':').nth(3).unwrap_or_default() {
            "" => return Tri::Known(None),
            region => Tri::Known(region.into()),
        },
        (None, None) => return Tri::Known(None),
    };
    match (own, &share.region) {
        (Tri::Known(own), Tri::Known(share)) if own == *share => Tri::Known(None),
        (Tri::Known(own), Tri::Known(share)) => Tri::Known(Some(Wrong::Region {
            own,
            share: share.clone(),
            at: thing.map(|it| &it.origin),
        })),
        (Tri::Unknown(cause), _) => Tri::Unknown(cause),
        (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Absent, _) | (_, Tri::Absent) => Tri::Known(None),
    }
}

fn words(member: &ResourceShareMember, wrong: &Wrong<'_>) -> Finding {
    let name = member.head.name();
    match wrong {
        Wrong::Type(what) => Finding::at(&member.resource.origin, format!("{what} is not shared"))
            .message(format!("`{name}` adds {what} to a share"))
            .why("AWS RAM shares only certain types of resources and refuses the association")
            .help(match *what {
                "a VPC" => {
                    "share its subnets: one `aws_ram_resource_association` for the ARN of each"
                }
                _ => "take it out of the share; share the subnets or the transit gateway instead",
            }),
        Wrong::Region { own, share, at } => {
            let finding = Finding::at(&member.resource.origin, format!("in {own}"));
            let finding = match at {
                Some(at) => finding.also(at, format!("is in {own}")),
                None => finding,
            };
            finding
                .message(format!("`{name}` adds a resource of {own} to a share of {share}"))
                .why("a share takes the Regional resources of its own Region only, so the apply fails")
                .help(format!("make a share in {own} and add the resource to that one"))
        }
    }
}
