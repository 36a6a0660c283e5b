//! Two subnets of one VPC have overlapping ranges.
//!
//! ## Why
//!
//! The ranges of the subnets in a VPC may not overlap; AWS refuses the second one with
//! `InvalidSubnet.Conflict` at apply.
//!
//! Source: Amazon VPC User Guide, "Subnet CIDR blocks".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "x" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.0.0/20"
//! }
//!
//! resource "aws_subnet" "y" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.8.0/24"
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
//! resource "aws_subnet" "x" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.0.0/20"
//! }
//!
//! resource "aws_subnet" "y" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.16.0/24"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range that is known only after apply, or overlapping ranges of subnets whose VPC a plan does not
//! spell out.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Fact, Tri};
use groundplan_model::{Id, Prefixes, Subnet, Topology, VpcKey, overlap};
use ipnet::{IpNet, Ipv4Net};

use crate::free_block::{for_subnet, four};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// One range of a subnet.
#[derive(Clone, Copy)]
struct Range<'t> {
    id: Id<Subnet>,
    subnet: &'t Subnet,
    fact: &'t Fact<IpNet>,
    net: IpNet,
}

/// Two subnets in conflict: the one to look at and the other.
struct Clash<'t>(Range<'t>, Range<'t>);

fn check(cx: &Context<'_>, out: &mut Sink) {
    let mut clashes: BTreeMap<Id<Subnet>, Clash<'_>> = BTreeMap::new();
    let mut open: BTreeMap<Id<Subnet>, Cause> = BTreeMap::new();
    compare_known(cx.topology, &mut clashes, &mut open);
    compare_unknown(cx.topology, &mut open);
    for (id, subnet) in cx.topology.subnets.iter() {
        let place = &subnet.head.origin;
        if let Some(clash) = clashes.get(&id) {
            out.broken(words(cx.topology, clash));
        } else if subnet.head.action == Action::CreateThenDelete && own_ground(subnet) {
            out.broken(words_on_replacement(subnet));
        } else if let Some(cause) = open.get(&id) {
            out.undetermined(place, cause.clone());
        } else {
            out.fine();
        }
    }
}

/// Sorts the known ranges of each VPC, so that a range only meets those that hold it. Subnets whose VPC
/// is not told may be in any.
fn compare_known<'t>(
    topology: &'t Topology,
    clashes: &mut BTreeMap<Id<Subnet>, Clash<'t>>,
    open: &mut BTreeMap<Id<Subnet>, Cause>,
) {
    let mut by_vpc: BTreeMap<VpcKey, Vec<Range<'t>>> = BTreeMap::new();
    let mut all: Prefixes<Vec<Range<'t>>> = Prefixes::default();
    let mut astray: Prefixes<Vec<Range<'t>>> = Prefixes::default();
    let ranges = known_ranges(topology);
    for range in &ranges {
        all.entry(range.net).push(*range);
        match topology.vpc_key(&range.subnet.vpc) {
            Tri::Known(key) => by_vpc.entry(key).or_default().push(*range),
            Tri::Unknown(_) => astray.entry(range.net).push(*range),
            Tri::Absent => (),
        }
    }
    for (_, mut group) in by_vpc {
        group.sort_by_key(|range| (range.net.network(), range.net.prefix_len(), range.id));
        sweep(topology, &group, clashes, open);
    }
    for range in ranges {
        let placed = topology.vpc_key(&range.subnet.vpc).known().is_some();
        let others = if placed { &astray } else { &all };
        let around = others.covering(range.net).chain(others.within(range.net));
        let earlier = around.flat_map(|(_, them)| them).filter(|it| rank(it) < rank(&range));
        let cause =
            earlier.filter_map(|it| match topology.same_vpc(&it.subnet.vpc, &range.subnet.vpc) {
                Tri::Unknown(cause) => Some(cause),
                Tri::Known(_) | Tri::Absent => None,
            });
        if let Some(cause) = { cause }.next() {
            open.entry(range.id).or_insert(cause);
        }
    }
}

fn known_ranges(topology: &Topology) -> Vec<Range<'_>> {
    let both = |(id, subnet): (Id<Subnet>, _)| {
        let subnet: &Subnet = subnet;
        [(id, subnet, &subnet.range), (id, subnet, &subnet.range_v6)]
    };
    let all = topology.subnets.iter().flat_map(both);
    all.filter_map(|(id, subnet, fact)| {
        let net = fact.value.known()?.trunc();
        Some(Range { id, subnet, fact, net })
    })
    .collect()
}

/// Finds the conflicts among the sorted ranges of one VPC.
fn sweep<'t>(
    topology: &Topology,
    group: &[Range<'t>],
    clashes: &mut BTreeMap<Id<Subnet>, Clash<'t>>,
    open: &mut BTreeMap<Id<Subnet>, Cause>,
) {
    let mut around: Vec<Range<'t>> = Vec::new();
    for range in group {
        around.retain(|outer| overlap(outer.net, range.net).is_some());
        for outer in around.iter().rev() {
            let (late, early) = ordered(*outer, *range);
            match same_subnet(topology, outer, range) {
                Tri::Known(false) => {
                    clashes.entry(late.id).or_insert(Clash(late, early));
                    break;
                }
                Tri::Unknown(cause) => {
                    open.entry(late.id).or_insert(cause);
                }
                Tri::Known(true) | Tri::Absent => (),
            }
        }
        around.push(*range);
    }
}

/// Whether both speak of one subnet: a data source that looks at a subnet of this configuration is that
/// subnet, and one that AWS describes may be what a directory describes with the same range.
fn same_subnet(topology: &Topology, one: &Range<'_>, two: &Range<'_>) -> Tri<bool> {
    let (a, b) = (&one.subnet.head, &two.subnet.head);
    if one.id == two.id || (a.id.is_some() && a.id == b.id) {
        return Tri::Known(true);
    }
    let cause = topology.may_be_one(a, b).filter(|_| one.net == two.net);
    cause.map_or(Tri::Known(false), Tri::Unknown)
}

/// Which of two is asked to change: the later one in address order, and never a data source.
fn rank(range: &Range<'_>) -> (u8, Id<Subnet>) {
    (range.subnet.head.management.rank(), range.id)
}

/// The one that is asked to change first.
fn ordered<'t>(one: Range<'t>, two: Range<'t>) -> (Range<'t>, Range<'t>) {
    if rank(&one) > rank(&two) { (one, two) } else { (two, one) }
}

/// A range that is not known may overlap any other of its VPC; the later of two is asked about.
fn compare_unknown(topology: &Topology, open: &mut BTreeMap<Id<Subnet>, Cause>) {
    let mut seen: BTreeSet<VpcKey> = BTreeSet::new();
    let mut unknown_before: BTreeMap<VpcKey, Cause> = BTreeMap::new();
    for (id, subnet) in topology.subnets.iter() {
        let Tri::Known(key) = topology.vpc_key(&subnet.vpc) else { continue };
        let own = match &subnet.range.value {
            Tri::Unknown(cause) => Some(cause),
            Tri::Known(_) | Tri::Absent => None,
        };
        if let Some(cause) = own.filter(|_| seen.contains(&key)).or(unknown_before.get(&key)) {
            open.entry(id).or_insert_with(|| cause.clone());
        }
        if let Some(cause) = own {
            unknown_before.entry(key.clone()).or_insert_with(|| cause.clone());
        }
        seen.insert(key);
    }
}

/// Whether the new subnet stands where the old one still is.
fn own_ground(subnet: &Subnet) -> bool {
    match (&subnet.prior_range, subnet.range.value.known()) {
        (Some(old), Some(new)) => overlap(*old, *new).is_some(),
        (None, _) | (_, None) => false,
    }
}

fn words(topology: &Topology, clash: &Clash<'_>) -> Finding {
    let Clash(late, early) = clash;
    let (name, other) = (late.subnet.head.name(), early.subnet.head.name());
    let fix = match free(topology, late) {
        Some(block) => {
            format!("give `{name}` another range; {block} is the next free one of its size")
        }
        None => format!("give `{name}` a range that is apart from {}", early.net),
    };
    Finding::at(&late.fact.origin, "overlaps")
        .also(&early.fact.origin, "this range")
        .message(format!(
            "`{name}` ({}) overlaps `{other}` ({}) in the same VPC",
            late.net, early.net
        ))
        .why("AWS refuses the second of two overlapping subnets, and says so only at apply")
        .help(fix)
}

/// The next free block of the subnet's size in the ranges of its VPC.
fn free(topology: &Topology, range: &Range<'_>) -> Option<Ipv4Net> {
    for_subnet(topology, range.subnet.vpc.here()?, four(range.net)?.prefix_len())
}

fn words_on_replacement(subnet: &Subnet) -> Finding {
    let name = subnet.head.name();
    let net = subnet.range.value.known().map(ToString::to_string).unwrap_or_default();
    Finding::at(&subnet.range.origin, "made while the old one still holds the range")
        .also(&subnet.head.origin, "replaced, the new one first")
        .message(format!(
            "`{name}` ({net}) is created before the old subnet with that range is destroyed"
        ))
        .why("both would hold the range at once, which AWS refuses at apply")
        .help(format!(
            "take `create_before_destroy` off `{name}`, or give the new subnet another range"
        ))
}
