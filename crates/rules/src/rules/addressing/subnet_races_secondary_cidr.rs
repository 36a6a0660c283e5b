//! A subnet lies in a further range of its VPC, and nothing makes Terraform add that range first.
//!
//! ## Why
//!
//! Terraform makes at once what does not wait for each other. A subnet that names the VPC alone can be made before the
//! range that it lies in is added; AWS then refuses it with `InvalidSubnet.Range`. Whether that happens differs from one
//! apply to the next.
//!
//! Source: Amazon VPC User Guide, "Subnet CIDR blocks"; Terraform Registry, "`aws_subnet`" (subnets in secondary VPC
//! CIDR blocks).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_ipv4_cidr_block_association" "pods" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "100.64.0.0/16"
//! }
//!
//! resource "aws_subnet" "pods" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "100.64.0.0/18"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_ipv4_cidr_block_association" "pods" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "100.64.0.0/16"
//! }
//!
//! resource "aws_subnet" "pods" {
//!   vpc_id     = aws_vpc_ipv4_cidr_block_association.pods.vpc_id
//!   cidr_block = "100.64.0.0/18"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range that is known only after apply; an order that goes through a `local`, which a plan does not define, or
//! through a resource that is not read.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{CidrAssociation, Id, Management, Subnet, Topology, Vpc};
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

/// A subnet that does not wait for the range that it lies in.
struct Race<'t> {
    range: &'t Fact<IpNet>,
    net: IpNet,
    added: &'t CidrAssociation,
    whole: IpNet,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, subnet) in cx.topology.subnets.iter() {
        let Some(vpc) = subnet.vpc.here() else { continue };
        let made = subnet.head.management == Management::Created;
        if !made || cx.topology.added_ranges(vpc).next().is_none() {
            continue;
        }
        for range in [&subnet.range, &subnet.range_v6] {
            let answer = decide(cx.topology, subnet, vpc, range);
            if answer != Tri::Absent {
                let answer =
                    answer.map(|it| it.then(|| race(cx.topology, subnet, vpc, range)).flatten());
                let answer = answer.map(|it| it.map(|it| words(cx.topology, subnet, vpc, &it)));
                out.answer(&subnet.head.origin, answer);
            }
        }
    }
}

/// The ranges that this stack adds to the VPC; another stack is applied before or after as a whole.
fn added<'t>(
    topology: &'t Topology,
    subnet: &'t Subnet,
    vpc: Id<Vpc>,
) -> impl Iterator<Item = &'t CidrAssociation> {
    topology.added_ranges(vpc).filter(|it| it.head.stack() == subnet.head.stack())
}

/// Whether the range lies in one that is added and that nothing makes come first; absent where it lies in one that
/// is there anyhow.
fn decide(topology: &Topology, subnet: &Subnet, vpc: Id<Vpc>, range: &Fact<IpNet>) -> Tri<bool> {
    let net = match &range.value {
        Tri::Known(net) => net.trunc(),
        Tri::Absent => return Tri::Absent,
        Tri::Unknown(cause) => return waits_for_all(topology, subnet, vpc, range, cause),
    };
    let own = topology.vpcs[vpc].ranges.iter().chain(&topology.vpcs[vpc].seen);
    if own.filter_map(|it| it.value.known()).any(|it| it.contains(&net)) {
        return Tri::Absent;
    }
    match around(topology, subnet, vpc, net) {
        Some((added, _)) => match topology.comes_after(&subnet.head, added) {
            Tri::Known(after) => Tri::Known(!after),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Absent,
        },
        None => Tri::Absent,
    }
}

/// The range that is added and holds all of `net`.
fn around<'t>(
    topology: &'t Topology,
    subnet: &'t Subnet,
    vpc: Id<Vpc>,
    net: IpNet,
) -> Option<(&'t CidrAssociation, IpNet)> {
    added(topology, subnet, vpc).find_map(|it| {
        let whole = it.range.as_ref()?.value.known()?.trunc();
        whole.contains(&net).then_some((it, whole))
    })
}

/// A subnet whose range is not known may lie in any of those that are added, unless it waits for them.
fn waits_for_all(
    topology: &Topology,
    subnet: &Subnet,
    vpc: Id<Vpc>,
    range: &Fact<IpNet>,
    cause: &Cause,
) -> Tri<bool> {
    let six = range.origin.attribute.as_deref() == Some("ipv6_cidr_block");
    let like = |it: &&CidrAssociation| {
        (&*it.head.origin.address.kind == "aws_vpc_ipv6_cidr_block_association") == six
    };
    let mut all = added(topology, subnet, vpc).filter(like).peekable();
    if all.peek().is_none() {
        return Tri::Absent;
    }
    if all.all(|it| topology.comes_after(&subnet.head, it) == Tri::Known(true)) {
        return Tri::Known(false);
    }
    Tri::Unknown(cause.clone())
}

fn race<'t>(
    topology: &'t Topology,
    subnet: &'t Subnet,
    vpc: Id<Vpc>,
    range: &'t Fact<IpNet>,
) -> Option<Race<'t>> {
    let net = range.value.known()?.trunc();
    let (added, whole) = around(topology, subnet, vpc, net)?;
    Some(Race { range, net, added, whole })
}

fn words(topology: &Topology, subnet: &Subnet, vpc: Id<Vpc>, race: &Race<'_>) -> Finding {
    let Race { range, net, added, whole } = race;
    let (name, adds) = (subnet.head.name(), added.head.name());
    let vpc = topology.vpcs[vpc].head.name();
    let there = reference(&added.head.origin, &subnet.head.origin);
    let there = there.as_deref().and_then(|it| it.strip_suffix(".id"));
    let fix = match there {
        Some(it) => format!("let `{name}` wait for it: `vpc_id = {it}.vpc_id`"),
        None => {
            format!("let `{name}` wait for `{adds}`: hand on its `vpc_id` instead of the VPC's id")
        }
    };
    Finding::at(&range.origin, "may be made before its range is there")
        .also(&added.head.origin, format!("adds {whole}"))
        .message(format!("`{name}` ({net}) lies in {whole}, which `{adds}` adds to `{vpc}`, and does not wait for it"))
        .why(
            "Terraform may make the subnet first, and AWS refuses a subnet outside of the VPC's ranges; the next \
             apply may succeed",
        )
        .help(fix)
}
