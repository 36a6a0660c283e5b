//! A route, association or propagation joins an attachment and a route table of two transit gateways.
//!
//! ## Why
//!
//! A route table serves the attachments of its own transit gateway alone. A static route, a prefix list
//! reference, an association or a propagation that names an attachment of another one is refused at
//! apply. A peering attachment belongs to both of its gateways.
//!
//! Source: Amazon VPC Transit Gateways, "How transit gateways work".
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
//! resource "aws_ec2_transit_gateway" "prod" {}
//!
//! resource "aws_ec2_transit_gateway" "test" {}
//!
//! resource "aws_ec2_transit_gateway_route_table" "prod" {
//!   transit_gateway_id = aws_ec2_transit_gateway.prod.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.test.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.prod.id
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
//! resource "aws_ec2_transit_gateway" "prod" {}
//!
//! resource "aws_ec2_transit_gateway_route_table" "prod" {
//!   transit_gateway_id = aws_ec2_transit_gateway.prod.id
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.prod.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_route_table_propagation" "app" {
//!   transit_gateway_attachment_id  = aws_ec2_transit_gateway_vpc_attachment.app.id
//!   transit_gateway_route_table_id = aws_ec2_transit_gateway_route_table.prod.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An attachment or a table that is not in the input, or whose gateway cannot be followed. What AWS has
//! already is not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{
    Attachment, Head, Id, Link, Management, Proven, TgwRouteTable, Topology, TransitGateway,
};

use crate::gateways::in_one_gateway;
use crate::place::gateway_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// More pairs than this are not looked at one by one.
const MOST_PAIRS: usize = 64;

/// What joins an attachment and a table.
struct Join<'t> {
    head: &'t Head,
    attachment: &'t Link<Attachment>,
    table: &'t Link<TgwRouteTable>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let associations = topology.tgw_associations.iter().map(|(_, it)| Join {
        head: &it.head,
        attachment: &it.attachment,
        table: &it.table,
    });
    let propagations = topology.tgw_propagations.iter().map(|(_, it)| Join {
        head: &it.head,
        attachment: &it.attachment,
        table: &it.table,
    });
    let routes = topology.tgw_routes.iter().map(|(_, it)| Join {
        head: &it.head,
        attachment: &it.attachment,
        table: &it.table,
    });
    let only = only_gateway(topology);
    for join in associations.chain(propagations).chain(routes) {
        // A blackhole names no attachment.
        let asked = join.head.management == Management::Created && *join.attachment != Link::Absent;
        if !asked {
            continue;
        }
        let answer = if is_of(topology, &join, only.as_ref()) {
            Tri::Known(None)
        } else {
            decide(topology, &join)
        };
        let answer = answer.map(|found| found.map(|ends| words(topology, &join, ends)));
        out.answer(&join.head.origin, answer);
    }
}

/// The gateway of all attachments of the input, where they have one.
fn only_gateway(topology: &Topology) -> Option<Proven<TransitGateway>> {
    let mut gateways = topology.attachments.iter().map(|(_, it)| it.gateway.proven());
    let first = gateways.next()??;
    gateways.all(|it| it.as_ref() == Some(&first)).then_some(first)
}

/// Whether all that may be joined is of this gateway, which all attachments are of.
fn is_of(topology: &Topology, join: &Join<'_>, only: Option<&Proven<TransitGateway>>) -> bool {
    let tables = candidates(join.table).unwrap_or_default();
    let of_it =
        |it: &Id<TgwRouteTable>| topology.tgw_route_tables[*it].gateway.proven().as_ref() == only;
    only.is_some()
        && candidates(join.attachment).is_some()
        && !tables.is_empty()
        && tables.iter().all(of_it)
}

/// The attachment and the table, where they are of two gateways.
fn decide(
    topology: &Topology,
    join: &Join<'_>,
) -> Tri<Option<(Id<Attachment>, Id<TgwRouteTable>)>> {
    // Which one is meant does not matter where all are of one gateway.
    if let (Some(attachments), Some(tables)) = (candidates(join.attachment), candidates(join.table))
        && attachments.len().saturating_mul(tables.len()) <= MOST_PAIRS
    {
        let mut pairs =
            attachments.iter().flat_map(|it| tables.iter().map(move |table| (*it, *table)));
        if pairs.all(|(one, two)| same(topology, one, two) == Tri::Known(true)) {
            return Tri::Known(None);
        }
    }
    join.attachment.tri().and_then(|attachment| {
        join.table.tri().and_then(|table| {
            same(topology, attachment, table).map(|same| (!same).then_some((attachment, table)))
        })
    })
}

fn same(topology: &Topology, attachment: Id<Attachment>, table: Id<TgwRouteTable>) -> Tri<bool> {
    let (one, two) = (&topology.attachments[attachment], &topology.tgw_route_tables[table]);
    in_one_gateway(topology, one, two)
}

/// What a link leads to one of.
fn candidates<T>(link: &Link<T>) -> Option<&[Id<T>]> {
    match link {
        Link::Here(id) => Some(std::slice::from_ref(id)),
        Link::OneOf(ids, _) => Some(ids),
        Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => None,
    }
}

fn words(
    topology: &Topology,
    join: &Join<'_>,
    (attachment, table): (Id<Attachment>, Id<TgwRouteTable>),
) -> Finding {
    let (attachment, table) =
        (&topology.attachments[attachment], &topology.tgw_route_tables[table]);
    let of_attachment = gateway_name(topology, &attachment.gateway);
    let of_table = gateway_name(topology, &table.gateway);
    let (name, one, two) = (join.head.name(), attachment.head.name(), table.head.name());
    Finding::at(&join.head.origin, "joins an attachment and a table of two gateways")
        .also(&attachment.gateway_origin, format!("the attachment belongs to {of_attachment}"))
        .also(&table.head.origin, format!("the table belongs to {of_table}"))
        .message(format!(
            "`{name}` joins `{one}` of {of_attachment} with `{two}` of {of_table}"
        ))
        .why("a route table serves the attachments of its own transit gateway; AWS refuses any other at apply")
        .help(format!(
            "name a route table of {of_attachment} in `{name}`, or an attachment of {of_table}"
        ))
}
