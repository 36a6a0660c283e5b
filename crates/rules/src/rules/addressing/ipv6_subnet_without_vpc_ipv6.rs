//! A subnet asks for IPv6, and its VPC or the subnet itself has no IPv6 range.
//!
//! ## Why
//!
//! The IPv6 range of a subnet is a part of one of its VPC. Where the VPC has none, AWS refuses the subnet, and
//! `cidrsubnet(aws_vpc.….ipv6_cidr_block, …)` has nothing to divide. A subnet without an IPv6 range cannot hand out IPv6
//! addresses (`assign_ipv6_address_on_creation`) either. Both fail at apply only.
//!
//! Source: Amazon VPC User Guide, "Subnet CIDR blocks" (IPv6 subnet CIDR blocks).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.3.0.0/16"
//! }
//!
//! resource "aws_subnet" "x" {
//!   vpc_id                          = aws_vpc.a.id
//!   cidr_block                      = "10.3.1.0/24"
//!   assign_ipv6_address_on_creation = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block                       = "10.3.0.0/16"
//!   assign_generated_ipv6_cidr_block = true
//! }
//!
//! resource "aws_subnet" "x" {
//!   vpc_id                          = aws_vpc.a.id
//!   cidr_block                      = "10.3.1.0/24"
//!   ipv6_cidr_block                 = cidrsubnet(aws_vpc.a.ipv6_cidr_block, 8, 1)
//!   assign_ipv6_address_on_creation = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that is not in the input, or that exists already: another configuration may have given it an IPv6 range
//! (`--complete` says that none has).

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Origin, Tri};
use groundplan_model::{Id, Link, Subnet, Topology, Vpc};
use ipnet::IpNet;

use crate::place::reference;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What has no IPv6 range.
enum Missing {
    /// The VPC.
    OfVpc(Id<Vpc>),
    /// The subnet, which is to hand out addresses.
    OfSubnet,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, subnet) in cx.topology.subnets.iter() {
        let action = subnet.head.action;
        // What AWS has already, it has accepted.
        if !(action.creates() || action == Action::Update) {
            continue;
        }
        let Some(by) = asks(subnet) else { continue };
        let answer = decide(cx.topology, subnet);
        let answer = answer.map(|it| it.map(|it| words(cx.topology, subnet, by, &it)));
        out.answer(&subnet.head.origin, answer);
    }
}

/// The argument by which a subnet asks for IPv6.
fn asks(subnet: &Subnet) -> Option<&Origin> {
    if subnet.range_v6.value != Tri::Absent {
        return Some(&subnet.range_v6.origin);
    }
    if subnet.v6_only.value == Tri::Known(true) {
        return Some(&subnet.v6_only.origin);
    }
    let pooled = subnet.pool_v6.value != Tri::Absent;
    let assigns = subnet.assigns_v6.value == Tri::Known(true);
    (assigns || pooled).then_some(if pooled {
        &subnet.pool_v6.origin
    } else {
        &subnet.assigns_v6.origin
    })
}

fn decide(topology: &Topology, subnet: &Subnet) -> Tri<Option<Missing>> {
    let of_vpc = match subnet.vpc.tri() {
        Tri::Known(vpc) => {
            has_v6(topology, vpc, subnet).map(|has| (!has).then_some(Missing::OfVpc(vpc)))
        }
        Tri::Unknown(cause) => Tri::Unknown(cause),
        Tri::Absent => Tri::Absent,
    };
    // The provider gives no range to a subnet by itself, unless it is one without IPv4 or of a pool.
    let gets_none = subnet.range_v6.value == Tri::Absent
        && matches!(subnet.v6_only.value, Tri::Known(false) | Tri::Absent)
        && subnet.pool_v6.value == Tri::Absent;
    let of_subnet = gets_none && subnet.assigns_v6.value == Tri::Known(true);
    match of_vpc {
        Tri::Known(Some(missing)) => Tri::Known(Some(missing)),
        Tri::Known(None) | Tri::Unknown(_) | Tri::Absent if of_subnet => {
            Tri::Known(Some(Missing::OfSubnet))
        }
        other @ (Tri::Known(None) | Tri::Unknown(_) | Tri::Absent) => other,
    }
}

/// Whether the VPC has any IPv6 range.
fn has_v6(topology: &Topology, vpc: Id<Vpc>, subnet: &Subnet) -> Tri<bool> {
    let it = &topology.vpcs[vpc];
    let is_six = |kind: &str| kind == "aws_vpc_ipv6_cidr_block_association";
    let mut added = topology.ranges_of_vpc.of(vpc).iter();
    let added = added.any(|id| is_six(&topology.cidr_associations[*id].head.origin.address.kind));
    let known = |(net, _): (IpNet, _)| matches!(net, IpNet::V6(_));
    if added || it.has_v6 == Tri::Known(true) || topology.ranges(vpc).known().any(known) {
        return Tri::Known(true);
    }
    if let Tri::Unknown(cause) = &it.has_v6 {
        return Tri::Unknown(cause.clone());
    }
    let any: Option<IpNet> = "::/0".parse().ok();
    let gap = any.and_then(|any| {
        let unseen = || topology.unseen_range(vpc, any, subnet.head.stack());
        topology.range_gap(vpc, any).or_else(unseen)
    });
    let handed =
        || topology.container_open(&it.head).filter(|cause| matches!(cause, Cause::Expansion(_)));
    match gap.or_else(handed) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(false),
    }
}

fn words(topology: &Topology, subnet: &Subnet, by: &Origin, missing: &Missing) -> Finding {
    let name = subnet.head.name();
    match missing {
        Missing::OfVpc(vpc) => {
            let vpc = &topology.vpcs[*vpc].head;
            Finding::at(by, "asks for IPv6")
                .also(&vpc.origin, "has no IPv6 range")
                .message(format!("`{name}` asks for IPv6, and its VPC `{}` has no IPv6 range", vpc.name()))
                .why("the IPv6 range of a subnet is a part of one of its VPC; AWS refuses the subnet at apply")
                .help(format!(
                    "set `assign_generated_ipv6_cidr_block = true` on `{}`, or take IPv6 off `{name}`",
                    vpc.name()
                ))
        }
        Missing::OfSubnet => {
            let from = match &subnet.vpc {
                Link::Here(vpc) => reference(&topology.vpcs[*vpc].head.origin, &subnet.head.origin),
                Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => None,
            };
            let from = from.as_deref().and_then(|it| it.strip_suffix(".id"));
            let range = match from {
                Some(vpc) => format!("`ipv6_cidr_block = cidrsubnet({vpc}.ipv6_cidr_block, 8, N)`"),
                None => "an `ipv6_cidr_block` out of the VPC's IPv6 range".to_owned(),
            };
            Finding::at(by, "asks for IPv6 addresses")
                .also(&subnet.head.origin, "has no IPv6 range")
                .message(format!("`{name}` hands out IPv6 addresses and has no IPv6 range"))
                .why("AWS refuses `assign_ipv6_address_on_creation` on a subnet without an IPv6 range, at apply")
                .help(format!("give `{name}` {range}, or take `assign_ipv6_address_on_creation` off"))
        }
    }
}
