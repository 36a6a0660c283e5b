//! Two VPCs with overlapping ranges meet in one route table of a transit gateway.
//!
//! ## Why
//!
//! A route table of a transit gateway holds one route for a range. When a second attachment brings a
//! range that overlaps one that is there, AWS does not propagate it, and a static route takes the
//! addresses away from the other VPC: some addresses of one of the two cannot be reached. Unlike
//! peering, attaching and propagating succeed and say nothing.
//!
//! Source: Amazon VPC Transit Gateways, "Amazon VPC attachments in AWS Transit Gateway".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_vpc" "lab" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "lab" {
//!   vpc_id     = aws_vpc.lab.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "lab" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.lab.id
//!   subnet_ids         = [aws_subnet.lab.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_vpc" "lab" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "lab" {
//!   vpc_id     = aws_vpc.lab.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "lab" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.lab.id
//!   subnet_ids         = [aws_subnet.lab.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Ranges from an address pool (IPAM), VPCs that are only named by their id, and attachments or
//! tables that cannot be followed. VPCs of other configurations behind the same gateway are not asked
//! about. A static route counts only when it leads to the VPC's own addresses: a summary or default
//! route to an inspection VPC says nothing of that VPC's ranges.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, Brought, Company, Held, Id, Link, Meeting, Proven, Topology, first_overlaps,
    overlap,
};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Two ranges that overlap in a table: the later attachment's, and the earlier one's.
struct Clash {
    later: Brought,
    earlier: Brought,
    table: Meeting,
}

/// What is known of the attachments that meet others.
#[derive(Default)]
struct Answers {
    asked: BTreeSet<Id<Attachment>>,
    clashes: BTreeMap<Id<Attachment>, Clash>,
    doubts: BTreeMap<Id<Attachment>, Cause>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let answers = decide(cx.topology, &cx.topology.companies());
    for id in &answers.asked {
        let head = &cx.topology.attachments[*id].head;
        // What is only looked at is another's to change.
        if cx.topology.is_only_seen(head) && !answers.clashes.contains_key(id) {
            continue;
        }
        let answer = match (answers.clashes.get(id), answers.doubts.get(id)) {
            (Some(clash), _) => Tri::Known(Some(words(cx.topology, clash))),
            (None, Some(cause)) => Tri::Unknown(cause.clone()),
            (None, None) => Tri::Known(None),
        };
        out.answer(&head.origin, answer);
    }
}

fn decide(topology: &Topology, companies: &BTreeMap<Meeting, Company>) -> Answers {
    let mut answers = Answers::default();
    for (meeting, company) in companies.iter().filter(|(_, it)| it.members.len() > 1) {
        answers.asked.extend(&company.members);
        for (id, cause) in &company.gaps {
            answers.doubts.entry(*id).or_insert_with(|| cause.clone());
        }
        let certain: Vec<&Brought> =
            company.ranges.iter().filter(|it| it.doubt.is_none()).collect();
        let same_table = !matches!(meeting, Meeting::Somewhere(_));
        for (one, other) in overlapping(&certain).filter(|_| same_table) {
            let same = topology.same_vpc(&Link::Here(one.vpc), &Link::Here(other.vpc));
            if let Tri::Unknown(cause) = same {
                answers.doubts.entry(one.attachment).or_insert(cause);
            } else if other.attachment < one.attachment {
                answers.clashes.entry(one.attachment).or_insert_with(|| Clash {
                    later: one.clone(),
                    earlier: other.clone(),
                    table: meeting.clone(),
                });
            }
        }
        let all: Vec<&Brought> = company.ranges.iter().collect();
        if all.len() > certain.len() {
            for (one, _) in overlapping(&all) {
                if let Some(cause) = &one.doubt {
                    answers.doubts.entry(one.attachment).or_insert_with(|| cause.clone());
                }
            }
        }
    }
    answers
}

/// Each range that overlaps one of another VPC, with the one of the first attachment.
fn overlapping<'b>(all: &[&'b Brought]) -> impl Iterator<Item = (&'b Brought, &'b Brought)> {
    let held: Vec<Held<_, _>> =
        all.iter().map(|it| Held { net: it.net, group: it.vpc, rank: it.attachment }).collect();
    let found = first_overlaps(&held);
    let pairs: Vec<(&Brought, &Brought)> =
        all.iter().zip(found).filter_map(|(one, at)| Some((*one, *all.get(at?)?))).collect();
    pairs.into_iter()
}

fn words(topology: &Topology, clash: &Clash) -> Finding {
    let Clash { later, earlier, table } = clash;
    let (one, two) = (&topology.vpcs[later.vpc].head, &topology.vpcs[earlier.vpc].head);
    let common = overlap(later.net, earlier.net).unwrap_or(later.net);
    let name = match table {
        Meeting::Table(Proven::Here(id)) => topology.tgw_route_tables[*id].head.origin.to_string(),
        Meeting::Table(Proven::Elsewhere(id)) => id.to_string(),
        Meeting::DefaultOf(gateway) => format!("the default table of {gateway}"),
        Meeting::Somewhere(_) => "a route table".to_owned(),
    };
    let place = &topology.attachments[later.attachment].head;
    let other = &topology.attachments[earlier.attachment].head;
    let mut finding = Finding::at(&place.origin, format!("brings {} into `{name}`", later.net));
    if later.by != place.origin {
        finding = finding.also(&later.by, "puts it there");
    }
    finding = finding.also(&other.origin, format!("brings {} into the same table", earlier.net));
    if earlier.by != other.origin {
        finding = finding.also(&earlier.by, "puts that there");
    }
    finding
        .also(&later.range, "the range that comes second")
        .also(&earlier.range, "the range that it overlaps")
        .message(format!(
            "`{}` and `{}` both bring {common} into `{name}`",
            two.name(),
            one.name()
        ))
        .why(
            "a route table of a transit gateway leads to one attachment for each address, so a part \
             of one of the two VPCs cannot be reached; nothing fails at apply",
        )
        .help(format!(
            "give `{}` a range apart from {common}, or keep `{}` out of `{name}` (own table, no \
             propagation) and connect it by a private NAT gateway",
            one.name(),
            place.name()
        ))
}
