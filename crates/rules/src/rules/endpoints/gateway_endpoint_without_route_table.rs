//! A gateway endpoint is tied to no route table, so nothing uses it.
//!
//! ## Why
//!
//! A gateway endpoint works by routes that AWS puts into the tables it is associated with. Without a
//! table there is no such route, and traffic to the service takes the internet path, or none.
//!
//! Source: AWS PrivateLink Guide, "Gateway endpoints".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id       = aws_vpc.a.id
//!   service_name = "com.amazonaws.eu-west-1.s3"
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
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.a.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.a.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Tables that are looked up during the apply, or an association whose endpoint a plan does not spell
//! out.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Endpoint, Id, Management, RouteTable, Topology};

use crate::place::reference;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        if endpoint.head.management == Management::Observed {
            continue;
        }
        let answer = decide(cx.topology, id, endpoint)
            .map(|lonely| lonely.then(|| words(cx.topology, endpoint)));
        out.answer(&endpoint.head.origin, answer);
    }
}

fn decide(topology: &Topology, id: Id<Endpoint>, endpoint: &Endpoint) -> Tri<bool> {
    match &endpoint.endpoint_type.value {
        Tri::Known(kind) if &**kind == "Gateway" => (),
        Tri::Known(_) | Tri::Absent => return Tri::Absent,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
    }
    if !topology.tables_of_endpoint.of(id).is_empty() {
        return Tri::Known(false);
    }
    match &endpoint.route_tables {
        // A list that is unknown because the ids of its tables are: the tables are there.
        Tri::Known(tables) if !(tables.here.is_empty() && tables.elsewhere.is_empty()) => {
            return Tri::Known(false);
        }
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Known(_) | Tri::Absent => (),
    }
    let open = topology.container_open(&endpoint.head);
    match open.or_else(|| topology.tables_of_endpoint.open(id).cloned()) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(true),
    }
}

fn words(topology: &Topology, endpoint: &Endpoint) -> Finding {
    let name = endpoint.head.name();
    let service = endpoint.service.value.known().map_or("the service", |service| &**service);
    let place = &endpoint.head.origin;
    let table = endpoint
        .vpc
        .here()
        .and_then(|vpc| written_table(topology, vpc))
        .and_then(|table| reference(&topology.route_tables[table].head.origin, place));
    let fix = match (table, reference(place, place)) {
        (Some(table), Some(own)) => {
            let block = resource(
                "aws_vpc_endpoint_route_table_association",
                &endpoint.head.origin.address.name,
                &[
                    ("vpc_endpoint_id", Proposed::Reference(own)),
                    ("route_table_id", Proposed::Reference(table)),
                ],
            );
            format!("associate it with the tables of the subnets that use it, for example\n{block}")
        }
        (_, _) => {
            format!("name the tables of the subnets that use it in `route_table_ids` of `{name}`")
        }
    };
    let written = endpoint.head.origin.attribute("route_table_ids", None);
    Finding::at(&written, "in no route table")
        .also(&endpoint.service.origin, "is not reached through it")
        .message(format!("`{name}` is a gateway endpoint in no route table"))
        .why(format!(
            "without a route to it, traffic to {service} takes the internet path, or none"
        ))
        .help(fix)
}

/// A table of the VPC that the configuration writes.
fn written_table(topology: &Topology, vpc: Id<groundplan_model::Vpc>) -> Option<Id<RouteTable>> {
    let tables = topology.tables(vpc);
    tables
        .iter()
        .copied()
        .find(|table| topology.route_tables[*table].head.origin.attribute.is_none())
}
