//! A further range comes from a block that AWS does not let this VPC add.
//!
//! ## Why
//!
//! Which IPv4 ranges a VPC may add depends on the ones that it has: none of another private block (10.0.0.0/8,
//! 172.16.0.0/12, 192.168.0.0/16), no private one beside a public or 100.64.0.0/10 one, none of 198.19.0.0/16,
//! 169.254.0.0/16, of 172.31.0.0/16 beside 172.16.0.0/12, and none of 10.0.0.0/16 beside one of 10.0.0.0/15. AWS
//! refuses the association with `InvalidVpc.Range` at apply.
//!
//! Source: Amazon VPC User Guide, "VPC CIDR blocks" (IPv4 CIDR block association restrictions).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_ipv4_cidr_block_association" "more" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "192.168.0.0/20"
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
//! resource "aws_vpc_ipv4_cidr_block_association" "more" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "100.64.0.0/16"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A first range from an address pool, which is known only after apply; a VPC that is not in the input. Some accounts
//! are said to be let off the rule about several private blocks, so this is no error.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{CidrAssociation, Id, Management, Topology, Vpc, overlap};
use ipnet::{IpNet, Ipv4Net};

use crate::free_block::{for_vpc, four};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::ApplyFails,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// What keeps a range from being added.
struct Barred<'t> {
    net: Ipv4Net,
    /// The restriction.
    why: String,
    /// The range that the rule goes by, with its place.
    by: Option<(Ipv4Net, &'t Fact<IpNet>)>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, added) in cx.topology.cidr_associations.iter() {
        let Some(range) = &added.range else { continue };
        let six = range.origin.attribute.as_deref() == Some("ipv6_cidr_block");
        // What AWS has already, it has accepted.
        if six || added.head.management != Management::Created {
            continue;
        }
        let answer = decide(cx.topology, added, range);
        let answer = answer.map(|it| it.map(|it| words(cx.topology, added, range, &it)));
        out.answer(&added.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    added: &CidrAssociation,
    range: &Fact<IpNet>,
) -> Tri<Option<Barred<'t>>> {
    let net = match &range.value {
        Tri::Known(IpNet::V4(net)) => net.trunc(),
        Tri::Known(IpNet::V6(_)) | Tri::Absent => return Tri::Known(None),
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
    };
    if let Some(block) = inside(net, &["169.254.0.0/16"]) {
        let why = format!("{block} is for link-local addresses, which no VPC takes");
        return Tri::Known(Some(Barred { net, why, by: None }));
    }
    let vpc = match added.vpc.tri() {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let first = topology.vpcs[vpc].ranges.first();
    let (own, fact) = match first.map(|fact| (&fact.value, fact)) {
        Some((Tri::Known(IpNet::V4(own)), fact)) => (own.trunc(), fact),
        Some((Tri::Unknown(cause), _)) => return Tri::Unknown(cause.clone()),
        Some((Tri::Known(IpNet::V6(_)) | Tri::Absent, _)) | None => return Tri::Known(None),
    };
    if let Some(why) = barred(own, net) {
        return Tri::Known(Some(Barred { net, why, by: Some((own, fact)) }));
    }
    match beside_first_block(topology, vpc, net) {
        Tri::Known(Some((near, fact))) => {
            let why = format!("beside a range of {TEN_FIRST} a VPC takes none of {TEN_BLOCK}");
            Tri::Known(Some(Barred { net, why, by: Some((near, fact)) }))
        }
        Tri::Known(None) | Tri::Absent => Tri::Known(None),
        Tri::Unknown(cause) => Tri::Unknown(cause),
    }
}

const PRIVATE: &[&str] = &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const BENCHMARK: &[&str] = &["198.19.0.0/16"];
const TEN_FIRST: &str = "10.0.0.0/15";
const TEN_BLOCK: &str = "10.0.0.0/16";

/// The block of these that holds all of a range.
fn inside(net: Ipv4Net, blocks: &[&'static str]) -> Option<&'static str> {
    let holds = |text: &&&str| text.parse::<Ipv4Net>().is_ok_and(|block| block.contains(&net));
    blocks.iter().find(holds).copied()
}

/// The restriction that goes by the first range alone.
fn barred(own: Ipv4Net, net: Ipv4Net) -> Option<String> {
    let (ours, theirs) = (inside(own, PRIVATE), inside(net, PRIVATE));
    let benchmark = inside(own, BENCHMARK);
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours != theirs => {
            Some(format!("beside a first range of {ours} a VPC takes none of {theirs}"))
        }
        (None, Some(theirs)) => {
            let block = benchmark.map_or("a public range or one of 100.64.0.0/10", |it| it);
            Some(format!("beside {block} a VPC takes none of {theirs}"))
        }
        _ if benchmark.is_none() && inside(net, BENCHMARK).is_some() => {
            Some("a VPC takes none of 198.19.0.0/16".to_owned())
        }
        (Some("172.16.0.0/12"), _) if inside(net, &["172.31.0.0/16"]).is_some() => Some(
            "beside a first range of 172.16.0.0/12 a VPC takes none of 172.31.0.0/16".to_owned(),
        ),
        _ => None,
    }
}

/// A range of 10.0.0.0/15 that the VPC has before, where `net` is of 10.0.0.0/16. Of two that the apply adds, it is
/// not told which comes first.
fn beside_first_block(
    topology: &Topology,
    vpc: Id<Vpc>,
    net: Ipv4Net,
) -> Tri<Option<(Ipv4Net, &Fact<IpNet>)>> {
    let Some(first) =
        TEN_FIRST.parse::<Ipv4Net>().ok().filter(|_| inside(net, &[TEN_BLOCK]).is_some())
    else {
        return Tri::Known(None);
    };
    let own = topology.vpcs[vpc].ranges.iter().chain(&topology.vpcs[vpc].seen);
    let others = topology.ranges_of_vpc.of(vpc).iter().map(|id| &topology.cidr_associations[*id]);
    let there = others.filter(|it| it.head.management != Management::Created);
    let mut all = own.chain(there.filter_map(|it| it.range.as_ref()));
    let found = all.find_map(|fact| {
        let near = four(fact.value.known()?.trunc())?;
        // What overlaps it is another rule's matter.
        let apart = overlap(near.into(), net.into()).is_none();
        (first.contains(&near) && apart).then_some((near, fact))
    });
    match (found, topology.unseen_range(vpc, first.into(), None)) {
        (Some(found), _) => Tri::Known(Some(found)),
        (None, Some(cause)) => Tri::Unknown(cause),
        (None, None) => unknown_before(topology, vpc).map_or(Tri::Known(None), Tri::Unknown),
    }
}

/// Why a range that the VPC has before is not known.
fn unknown_before(topology: &Topology, vpc: Id<Vpc>) -> Option<Cause> {
    let own = topology.vpcs[vpc].ranges.iter();
    let mut own = own.filter(|it| it.origin.attribute.as_deref() == Some("cidr_block"));
    own.find_map(|fact| match &fact.value {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) | Tri::Absent => None,
    })
}

fn words(
    topology: &Topology,
    added: &CidrAssociation,
    range: &Fact<IpNet>,
    barred: &Barred<'_>,
) -> Finding {
    let Barred { net, why, by } = barred;
    let name = added.head.name();
    let vpc = added.vpc.here();
    let to = vpc.map_or_else(
        || "its VPC".to_owned(),
        |vpc| format!("`{}`", topology.vpcs[vpc].head.name()),
    );
    let mut finding = Finding::at(&range.origin, "AWS does not let it be added");
    if let Some((own, fact)) = by {
        finding = finding.also(&fact.origin, format!("{own} decides what may be added"));
    }
    let pool = "100.64.0.0/10".parse::<Ipv4Net>().ok();
    let free = vpc.zip(pool).and_then(|(vpc, pool)| for_vpc(topology, vpc, net.prefix_len(), pool));
    let free = free.map_or_else(|| "one of 100.64.0.0/10".to_owned(), |it| it.to_string());
    finding
        .message(format!("`{name}` adds {net} to {to}: {why}"))
        .why("AWS refuses ranges that its table of association restrictions rules out, at apply")
        .help(format!(
            "give `{name}` a range of the block that the first one is of, or {free}, which every VPC may add"
        ))
}
