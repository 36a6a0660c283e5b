//! VPCs have overlapping ranges, although nothing connects them yet.
//!
//! ## Why
//!
//! VPCs whose ranges overlap can never be peered, and a route table of a transit gateway leads to one of them only. A
//! range of a VPC cannot be changed later, so that it is worth a look while the VPCs are empty.
//!
//! Source: Amazon VPC Peering Guide, "VPC peering basics"; Amazon VPC Transit Gateways, "Amazon VPC attachments".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "dev" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "prod" {
//!   cidr_block = "10.0.0.0/16"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "dev" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "prod" {
//!   cidr_block = "10.1.0.0/16"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range that is known only after apply. Not asked about: default VPCs with 172.31.0.0/16, ranges of 100.64.0.0/10
//! (commonly used again for pods), and VPCs that are peered or on one transit gateway, which other rules judge.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{Id, Link, Topology, Vpc, VpcKey, overlap};
use ipnet::{IpNet, Ipv4Net};

use crate::free_block::four;
use crate::place::{MOST_PLACES, several};
use crate::ties::Ties;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// A range of a VPC.
#[derive(Clone, Copy)]
struct Held<'t> {
    net: Ipv4Net,
    vpc: Id<Vpc>,
    fact: &'t Fact<IpNet>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let (held, unknown) = held(cx.topology);
    let ties = Ties::new(cx.topology);
    let mut told: BTreeSet<Vec<Id<Vpc>>> = BTreeSet::new();
    let mut clashing: BTreeSet<Id<Vpc>> = BTreeSet::new();
    for set in sets(&held) {
        let (members, doubt) = members(cx.topology, &set);
        let ids: Vec<Id<Vpc>> = members.iter().map(|it| it.vpc).collect();
        clashing.extend(&ids);
        if let ([first], Some((vpc, cause))) = (&*ids, &doubt) {
            clashing.extend([*first, *vpc]);
            out.undetermined(&cx.topology.vpcs[*vpc].head.origin, cause.clone());
        }
        // VPCs with several ranges in common are one set.
        if let [rest @ .., last] = &*members
            && !rest.is_empty()
            && !judged(cx.topology, &ties, &members)
            && told.insert(ids.clone())
        {
            let answer = match ties.perhaps(&ids) {
                Some(cause) => Tri::Unknown(cause.clone()),
                None => Tri::Known(Some(words(cx.topology, rest, last))),
            };
            out.answer(&cx.topology.vpcs[last.vpc].head.origin, answer);
        }
    }
    let several = cx.topology.vpcs.iter().count() > 1;
    for (id, vpc) in cx.topology.vpcs.iter().filter(|(id, _)| !clashing.contains(id)) {
        match unknown.get(&id).filter(|_| several) {
            Some(cause) => out.undetermined(&vpc.head.origin, cause.clone()),
            None => out.fine(),
        }
    }
}

/// All known ranges that count, widest first among those that begin alike; and the VPCs with an unknown one.
fn held(topology: &Topology) -> (Vec<Held<'_>>, BTreeMap<Id<Vpc>, Cause>) {
    let (mut held, mut unknown) = (Vec::new(), BTreeMap::new());
    for (vpc, _) in topology.vpcs.iter() {
        for fact in topology.ranges(vpc).facts {
            match &fact.value {
                Tri::Known(net) => {
                    let net = four(net.trunc()).filter(|net| counts(*net));
                    held.extend(net.map(|net| Held { net, vpc, fact }));
                }
                Tri::Unknown(cause) if fact.origin.attribute.as_deref() == Some("cidr_block") => {
                    unknown.entry(vpc).or_insert_with(|| cause.clone());
                }
                Tri::Unknown(_) | Tri::Absent => (),
            }
        }
    }
    held.sort_by_key(|it| (it.net.network(), it.net.prefix_len(), it.vpc));
    (held, unknown)
}

fn counts(net: Ipv4Net) -> bool {
    let within = |text: &str| text.parse::<Ipv4Net>().is_ok_and(|it| it.contains(&net));
    !within("172.31.0.0/16") && !within("100.64.0.0/10")
}

/// The ranges in groups: the widest with all that lies in it.
fn sets<'t>(held: &[Held<'t>]) -> Vec<Vec<Held<'t>>> {
    let mut out: Vec<Vec<Held<'_>>> = Vec::new();
    for it in held {
        match out.last_mut() {
            Some(set) if set.first().is_some_and(|top| top.net.contains(&it.net)) => set.push(*it),
            Some(_) | None => out.push(vec![*it]),
        }
    }
    out.retain(|set| set.len() > 1);
    out
}

/// One range of each VPC of a set, the widest first, as far as they are surely several VPCs; and one that may be the
/// first one by another name.
fn members<'t>(topology: &Topology, set: &[Held<'t>]) -> (Vec<Held<'t>>, Option<(Id<Vpc>, Cause)>) {
    let mut out: Vec<Held<'_>> = Vec::new();
    let mut keys: BTreeSet<VpcKey> = BTreeSet::new();
    let mut doubt = None;
    for it in set {
        let Tri::Known(key) = topology.vpc_key(&Link::Here(it.vpc)) else { continue };
        if !keys.insert(key) {
            continue;
        }
        let link = Link::Here(it.vpc);
        let unsure = out.iter().take(MOST_PLACES).find_map(|other| {
            match topology.same_vpc(&Link::Here(other.vpc), &link) {
                Tri::Unknown(cause) => Some(cause),
                Tri::Known(_) | Tri::Absent => None,
            }
        });
        match unsure {
            Some(cause) => doubt = doubt.or(Some((it.vpc, cause))),
            None => out.push(*it),
        }
    }
    out.sort_by_key(|it| it.vpc);
    (out, doubt)
}

/// Whether other rules judge all that overlaps in a small set.
fn judged(topology: &Topology, ties: &Ties, members: &[Held<'_>]) -> bool {
    let pairs = members
        .iter()
        .enumerate()
        .flat_map(|(at, one)| members.iter().skip(at + 1).map(move |two| (one, two)));
    let mut common = pairs.filter(|(one, two)| overlap(one.net.into(), two.net.into()).is_some());
    let key = |it: &Held<'_>| topology.vpc_key(&Link::Here(it.vpc)).known().cloned();
    let joined = |one, two| key(one).zip(key(two)).is_some_and(|(a, b)| ties.joined(&a, &b));
    members.len() <= MOST_PLACES && common.all(|(one, two)| joined(one, two))
}

fn words(topology: &Topology, rest: &[Held<'_>], last: &Held<'_>) -> Finding {
    let name = |it: &Held<'_>| topology.vpcs[it.vpc].head.name();
    let names: Vec<String> = rest.iter().chain([last]).map(name).collect();
    let lengths = rest.iter().chain([last]);
    let widest = lengths.min_by_key(|it| it.net.prefix_len()).unwrap_or(last).net;
    let mut finding = Finding::at(&last.fact.origin, "overlaps the ranges of others");
    for it in rest.iter().take(MOST_PLACES) {
        finding = finding.also(&it.fact.origin, format!("{} of `{}`", it.net, name(it)));
    }
    finding
        .message(format!("{} VPCs have overlapping ranges in {widest}: {}", names.len(), several(&names)))
        .why(
            "they can never be peered, and a transit gateway leads to one of them only; a VPC's range cannot be \
             changed later",
        )
        .help("give each VPC a range of its own while it is empty, from one plan for all of them")
}
