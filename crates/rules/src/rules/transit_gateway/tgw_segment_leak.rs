//! A route table of a transit gateway leads from production to development, or back.
//!
//! ## Why
//!
//! What may reach what over a transit gateway is decided by the routes of the table that an attachment is
//! associated with. One propagation or static route too many joins what separate tables keep apart, and nothing
//! fails at apply. Tables know no connections: what is routed may be sent, whoever began.
//!
//! Production is what says `prod` or `production`, development and test what says `dev`, `test`, `staging`, `qa`,
//! `nonprod` and the like: in a tag `Environment`, `Env`, `Stage` or `Segment` of the attachment or its VPC, else in
//! their `Name` tags, else in their addresses. What is called `shared`, `egress`, `inspection`, `hub` and
//! the like serves all of them and is neither.
//! Where none of these says anything, the name of the table that an attachment is associated with counts.
//!
//! Source: Amazon VPC Transit Gateways, "Isolated VPCs" and "Isolated VPCs with shared services".
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
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.prod.id
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
//! Propagations and associations that cannot be followed, and tables that exist already, to which other
//! configurations may add.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Hops, Id, TgwRouteTable, Topology, overlap};

use crate::environments::Environment;
use crate::place::MOST_PLACES;
use crate::segments::{Member, Segments, gets_to};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Exposure,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// What a table serves, and whether by default.
type Served<'m> = Vec<(&'m Member, bool)>;

/// A route to the other environment.
struct Leak<'m> {
    to: &'m Member,
    by: Origin,
    is_static: bool,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let segments = Segments::of(topology);
    for (_, members) in segments.mixed() {
        let by_id: BTreeMap<_, &Member> = members.iter().map(|it| (it.attachment, it)).collect();
        let mut tables: BTreeMap<Id<TgwRouteTable>, Served<'_>> = BTreeMap::new();
        for member in members {
            let head = &topology.attachments[member.attachment].head;
            match topology.association(member.attachment) {
                Tri::Known(tie) => {
                    let default = tie.origin.address == head.origin.address;
                    tables.entry(tie.to).or_default().push((member, default));
                }
                Tri::Unknown(cause) if !topology.is_only_seen(head) => {
                    out.undetermined(&head.origin, cause);
                }
                Tri::Unknown(_) | Tri::Absent => (),
            }
        }
        for (table, served) in tables {
            let (leaks, doubt) = leaks(topology, table, &served, &by_id);
            report(topology, out, (table, &served), &leaks, doubt);
        }
    }
}

/// The routes of a table to what is of another environment than something that it serves.
fn leaks<'m>(
    topology: &Topology,
    table: Id<TgwRouteTable>,
    served: &Served<'_>,
    members: &BTreeMap<Id<groundplan_model::Attachment>, &'m Member>,
) -> (Vec<Leak<'m>>, Option<Cause>) {
    let hops = topology.hops(table);
    let (ties, _) = topology.propagations(table);
    let mut doubt = None;
    let mut found: Vec<Leak<'m>> = Vec::new();
    for tie in ties {
        let Some(to) = members.get(&tie.to) else { continue };
        let default = tie.origin.address == topology.attachments[tie.to].head.origin.address;
        // What the default table does by itself is the business of `tgw-default-open-mesh`.
        if !served.iter().any(|(it, by)| it.environment != to.environment && !(*by && default)) {
            continue;
        }
        match gets_to(topology, &hops, tie.to) {
            Tri::Known(true) => found.push(Leak { to, by: tie.origin, is_static: false }),
            Tri::Known(false) | Tri::Absent => (),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
        }
    }
    for route in topology.tgw_routes_in(table) {
        let Some(to) = route.attachment.here().and_then(|it| members.get(&it)) else { continue };
        let other = served.iter().any(|(it, _)| it.environment != to.environment);
        let known = found.iter().any(|it| it.to.attachment == to.attachment);
        if other && !known && leads(topology, &hops, route, to) {
            found.push(Leak { to, by: route.head.origin.clone(), is_static: true });
        }
    }
    (found, hops.contested.clone().or(doubt).or(hops.open))
}

/// Whether a static route brings anything to the ranges of the VPC that it leads to.
fn leads(
    topology: &Topology,
    hops: &Hops,
    route: &groundplan_model::TgwRoute,
    to: &Member,
) -> bool {
    let Tri::Known(vpc) = topology.attached_vpc(to.attachment) else { return false };
    let (ranges, _) = topology.destination_ranges(&route.destination);
    let own = topology.ranges(vpc);
    own.known_v4().any(|(net, _)| {
        let mut parts = ranges.iter().filter_map(|it| overlap(*it, net));
        parts.any(|part| hops.winner(part).is_some_and(|hop| hop.origin == route.head.origin))
    })
}

fn report(
    topology: &Topology,
    out: &mut Sink,
    (table, served): (Id<TgwRouteTable>, &Served<'_>),
    leaks: &[Leak<'_>],
    doubt: Option<Cause>,
) {
    let head = &topology.tgw_route_tables[table].head;
    if leaks.is_empty() {
        match doubt {
            Some(cause) if !topology.is_only_seen(head) => out.undetermined(&head.origin, cause),
            Some(_) | None => out.fine(),
        }
        return;
    }
    let of = |environment: Environment| served.iter().any(|(it, _)| it.environment == environment);
    if of(Environment::Production) && of(Environment::Development) {
        out.broken(words_of_table(topology, table, served, leaks));
        return;
    }
    for leak in leaks {
        let from = served.iter().find(|(it, _)| it.environment != leak.to.environment);
        if let Some((from, _)) = from {
            out.broken(words(topology, table, from, leak));
        }
    }
}

const WHY: &str = "whatever is associated with a table is carried along its routes; separate tables keep \
                   environments apart only where no route of one leads into the other";

/// One table serves both.
fn words_of_table(
    topology: &Topology,
    table: Id<TgwRouteTable>,
    served: &Served<'_>,
    leaks: &[Leak<'_>],
) -> Finding {
    let name = topology.tgw_route_tables[table].head.origin.to_string();
    let finding = Finding::at(
        &topology.tgw_route_tables[table].head.origin,
        "serves production and development",
    );
    let mut shown: Vec<&Member> = Vec::new();
    for environment in [Environment::Production, Environment::Development] {
        let of = served.iter().find(|(it, _)| it.environment == environment);
        shown.extend(of.map(|(it, _)| *it));
    }
    let finding = shown.iter().fold(finding, |finding, it| {
        let origin = &topology.attachments[it.attachment].head.origin;
        finding.also(origin, format!("{}, associated with this table", it.environment.name()))
    });
    let names: Vec<String> = shown
        .iter()
        .map(|it| format!("`{}` ({})", it.name(topology), it.environment.name()))
        .collect();
    leaks
        .iter()
        .take(MOST_PLACES)
        .fold(finding, |finding, leak| {
            finding.also(&leak.by, format!("brings `{}` into it", leak.to.name(topology)))
        })
        .message(format!("`{name}` joins {}", names.join(" with ")))
        .why(WHY)
        .help("give each environment a route table of its own, with its own associations and propagations")
}

fn words(topology: &Topology, table: Id<TgwRouteTable>, from: &Member, leak: &Leak<'_>) -> Finding {
    let table = &topology.tgw_route_tables[table].head.origin;
    let (asking, reached) = (from.name(topology), leak.to.name(topology));
    let (one, two) = (from.environment.name(), leak.to.environment.name());
    let verb = if leak.is_static { "leads to" } else { "brings in" };
    let remedy = if leak.is_static {
        format!("remove `{}`, or give it the attachment of what both may reach", leak.by)
    } else if leak.by.address == topology.attachments[leak.to.attachment].head.origin.address {
        format!("switch `transit_gateway_default_route_table_propagation` of `{}` off", leak.by)
    } else {
        format!("remove `{}`, or let it propagate into a table for {two}", leak.by)
    };
    Finding::at(&leak.by, format!("{verb} `{reached}`, which is {two}"))
        .also(table, format!("the table of `{asking}`, which is {one}"))
        .also(&topology.attachments[from.attachment].head.origin, "is associated with that table")
        .also(&topology.attachments[leak.to.attachment].head.origin, "gets its packets")
        .message(format!("`{table}` leads from `{asking}` ({one}) to `{reached}` ({two})"))
        .why(WHY)
        .help(remedy)
}
