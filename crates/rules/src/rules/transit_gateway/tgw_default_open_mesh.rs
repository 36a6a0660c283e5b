//! The default table of a transit gateway joins production with development.
//!
//! ## Why
//!
//! A transit gateway associates every attachment with one default table and propagates all of them into it,
//! unless both defaults are switched off. Whatever is attached then reaches whatever else is attached; for
//! networks that shall be apart, AWS has one route table each.
//!
//! Production is what says `prod` or `production`, development and test what says `dev`, `test`, `staging`, `qa`,
//! `nonprod` and the like: in a tag `Environment`, `Env`, `Stage` or `Segment` of the attachment or its VPC, else in
//! their `Name` tags, else in their addresses. What is called `shared`, `egress`, `inspection`, `hub` and
//! the like serves all of them and is neither.
//!
//! Source: Amazon VPC Transit Gateways, "How transit gateways work" and "Isolated VPCs".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "prod" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "prod" {
//!   vpc_id     = aws_vpc.prod.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_vpc" "dev" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "dev" {
//!   vpc_id     = aws_vpc.dev.id
//!   cidr_block = "10.1.0.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "prod" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.prod.id
//!   subnet_ids         = [aws_subnet.prod.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "dev" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.dev.id
//!   subnet_ids         = [aws_subnet.dev.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "prod" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "prod" {
//!   vpc_id     = aws_vpc.prod.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_vpc" "dev" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "dev" {
//!   vpc_id     = aws_vpc.dev.id
//!   cidr_block = "10.1.0.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   default_route_table_association = "disable"
//!   default_route_table_propagation = "disable"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "prod" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.prod.id
//!   subnet_ids         = [aws_subnet.prod.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "dev" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.dev.id
//!   subnet_ids         = [aws_subnet.dev.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "prod" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table" "dev" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "prod" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.prod.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.prod.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_association" "dev" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.dev.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.dev.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "prod" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.prod.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.prod.id
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "dev" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.dev.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.dev.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An attachment whose association or propagation the input does not tell.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{DefaultRole, Hops, Id, Topology, TransitGateway};

use crate::environments::Environment;
use crate::place::{MOST_PLACES, several};
use crate::segments::{Member, Segments, gets_to};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Exposure,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let segments = Segments::of(cx.topology);
    for (id, members) in segments.mixed() {
        let gateway = &cx.topology.transit_gateways[id];
        let off = Tri::Known(false);
        if gateway.default_association.value == off || gateway.default_propagation.value == off {
            continue;
        }
        let answer = decide(cx.topology, id, members);
        let answer = answer.map(|found| found.map(|it| words(cx.topology, id, &it)));
        out.answer(&place(cx.topology, id, members), answer);
    }
}

/// The gateway, or the first attachment to one that is another's to change.
fn place(topology: &Topology, id: Id<TransitGateway>, members: &[Member]) -> Origin {
    let gateway = &topology.transit_gateways[id].head;
    let own = members.first().filter(|_| topology.is_only_seen(gateway));
    own.map_or(gateway, |it| &topology.attachments[it.attachment].head).origin.clone()
}

/// Who meets whom in the default table.
struct Mesh<'m> {
    from: Vec<&'m Member>,
    to: Vec<&'m Member>,
}

fn decide<'m>(
    topology: &Topology,
    id: Id<TransitGateway>,
    members: &'m [Member],
) -> Tri<Option<Mesh<'m>>> {
    let (asked, brought) = (DefaultRole::Association, DefaultRole::Propagation);
    let table = match (topology.default_table(id, asked), topology.default_table(id, brought)) {
        (Tri::Known(one), Tri::Known(two)) if one == two => one,
        (Tri::Known(_) | Tri::Absent, Tri::Known(_) | Tri::Absent) => return Tri::Known(None),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => return Tri::Unknown(cause),
    };
    let hops = topology.hops(table);
    let mut doubt = None;
    let (mut from, mut to) = (Vec::new(), Vec::new());
    for member in members {
        let own = &topology.attachments[member.attachment].head.origin.address;
        match topology.association(member.attachment) {
            Tri::Known(tie) if tie.to == table && tie.origin.address == *own => from.push(member),
            Tri::Known(_) | Tri::Absent => (),
            Tri::Unknown(cause) => doubt = doubt.or(Some((member.environment, cause))),
        }
        match arrives(topology, &hops, member) {
            Tri::Known(true) => to.push(member),
            Tri::Known(false) | Tri::Absent => (),
            Tri::Unknown(cause) => doubt = doubt.or(Some((member.environment, cause))),
        }
    }
    let environments = |all: &[&Member]| -> BTreeSet<Environment> {
        all.iter().map(|it| it.environment).collect()
    };
    let (one, two) = (environments(&from), environments(&to));
    let meet = one.iter().any(|it| two.iter().any(|other| it != other));
    match doubt {
        _ if meet => Tri::Known(Some(Mesh { from, to })),
        Some((_, cause)) => Tri::Unknown(cause),
        None => Tri::Known(None),
    }
}

/// Whether the default propagation brings the VPC of this attachment into the table.
fn arrives(topology: &Topology, hops: &Hops, member: &Member) -> Tri<bool> {
    match topology.propagated_by_default(member.attachment) {
        Tri::Known(true) => gets_to(topology, hops, member.attachment),
        other @ (Tri::Known(false) | Tri::Unknown(_) | Tri::Absent) => other,
    }
}

fn words(topology: &Topology, id: Id<TransitGateway>, mesh: &Mesh<'_>) -> Finding {
    let gateway = &topology.transit_gateways[id];
    let all = mesh.from.iter().chain(&mesh.to);
    let names = |environment: Environment| {
        let mut names: Vec<String> = all
            .clone()
            .filter(|it| it.environment == environment)
            .map(|it| it.name(topology))
            .collect();
        names.sort();
        names.dedup();
        several(&names)
    };
    let (production, development) =
        (names(Environment::Production), names(Environment::Development));
    let mut places: Vec<&Member> = all.copied().collect();
    places.sort_by_key(|it| it.attachment);
    places.dedup_by_key(|it| it.attachment);
    // Both sides among the first, however many there are of one.
    places.sort_by_key(|it| {
        let same = |other: &&&Member| other.environment == it.environment;
        (mesh.to.iter().chain(&mesh.from).filter(same).count(), it.attachment)
    });
    let seen: Vec<Member> = places.iter().map(|it| **it).collect();
    let finding = Finding::at(&place(topology, id, &seen), "one default table for all attachments");
    let label = |it: &Member| format!("{}, in the default table by default", it.environment.name());
    let finding = places.iter().take(MOST_PLACES).fold(finding, |finding, it| {
        finding.also(&topology.attachments[it.attachment].head.origin, label(it))
    });
    finding
        .message(format!(
            "the default table of `{}` joins {production} ({}) with {development} ({})",
            gateway.head.name(),
            Environment::Production.name(),
            Environment::Development.name(),
        ))
        .why(
            "all attachments are associated with that table and propagate into it unless both defaults are \
             off, so that each VPC is reached from all others",
        )
        .help(format!(
            "set `default_route_table_association` and `default_route_table_propagation` to \"disable\" in `{}`, \
             and give each environment an `aws_ec2_transit_gateway_route_table` with its own associations and \
             propagations",
            gateway.head.name()
        ))
}
