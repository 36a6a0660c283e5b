//! A VPC sends to another one over a transit gateway, and the other one has no way back.
//!
//! ## Why
//!
//! Neither VPC tables nor the tables of a transit gateway know connections: an answer is routed like
//! any other packet. It needs a route in the answering VPC, and then a route in the table that the
//! answering VPC's attachment is associated with. Where one of them is missing, requests arrive and
//! answers are dropped.
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
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
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
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_route" "app_to_data" {
//!   route_table_id         = aws_vpc.app.main_route_table_id
//!   destination_cidr_block = "10.1.0.0/16"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
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
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
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
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_route" "app_to_data" {
//!   route_table_id         = aws_vpc.app.main_route_table_id
//!   destination_cidr_block = "10.1.0.0/16"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//!
//! resource "aws_route" "data_to_app" {
//!   route_table_id         = aws_vpc.data.main_route_table_id
//!   destination_cidr_block = "10.0.0.0/16"
//!   transit_gateway_id     = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! VPCs, tables and gateways of other configurations, and what VPN connections announce. One route in
//! any table of the answering VPC counts as a way back, for any part of the asking VPC, and so does a
//! route over a peering connection or an appliance. A default route to a gateway whose default table
//! takes everybody in is not taken as a wish to reach everybody.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Origin, Tri};
use groundplan_model::{Attachment, Id, Topology};
use ipnet::IpNet;

use crate::place::{MOST_PLACES, gateway_name, reference};
use crate::propose::{Proposed, resource};
use crate::return_path::{Answer, OneWay, one_ways};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, answer) in one_ways(cx.topology) {
        let head = &cx.topology.attachments[id].head;
        // What is only looked at is another's to change, unless the inputs are the whole network.
        if cx.topology.is_only_seen(head) {
            continue;
        }
        let answer = match answer {
            Answer::Fine => Tri::Known(None),
            Answer::Doubt(cause) => Tri::Unknown(cause),
            Answer::Broken(found) => Tri::Known(Some(words(cx.topology, id, &found))),
        };
        out.answer(&head.origin, answer);
    }
}

fn words(topology: &Topology, id: Id<Attachment>, found: &OneWay) -> Finding {
    let (silent, asking) = (vpc_origin(topology, id), vpc_origin(topology, found.asking));
    let place = &topology.attachments[id];
    let unanswered = found.unanswered.iter().map(IpNet::to_string).collect::<Vec<_>>().join(", ");
    let gateway = gateway_name(topology, &place.gateway);
    let route = &topology.routes[found.route];
    let finding = Finding::at(&place.head.origin, "answers do not get back from here")
        .also(&route.destination_origin, format!("sends {} to {gateway}", found.wanted))
        .also(&topology.attachments[found.asking].head.origin, "who waits for an answer");
    let (finding, lost) = if let Some(table) = found.table {
        let table = &topology.tgw_route_tables[table].head.origin;
        let label = format!("has no live route to {unanswered}");
        let finding = match &found.dropped {
            Some(route) => finding.also(route, format!("drops packets to {unanswered}")),
            None => finding,
        };
        (finding.also(table, label), format!("`{table}`, which has no live route to them"))
    } else {
        let tables = vpc_tables(topology, id);
        let label = format!("has no route to {unanswered}");
        let finding = tables
            .iter()
            .take(MOST_PLACES)
            .fold(finding, |it, table| it.also(table, label.clone()));
        (finding, "the VPC, none of whose tables has a route to them".to_owned())
    };
    finding
        .message(format!(
            "`{asking}` ({unanswered}) sends {} over {gateway} to `{silent}`, but answers end in \
             {lost}",
            found.wanted
        ))
        .why(
            "nothing on the way knows connections, so an answer needs routes of its own; requests \
             arrive and connections time out",
        )
        .help(cure(topology, id, found, &unanswered))
}

/// The place of the VPC behind an attachment, or of the attachment where that is not seen.
fn vpc_origin(topology: &Topology, id: Id<Attachment>) -> Origin {
    match topology.attached_vpc(id) {
        Tri::Known(vpc) => topology.vpcs[vpc].head.origin.clone(),
        Tri::Unknown(_) | Tri::Absent => topology.attachments[id].head.origin.clone(),
    }
}

fn vpc_tables(topology: &Topology, id: Id<Attachment>) -> Vec<&Origin> {
    match topology.attached_vpc(id) {
        Tri::Known(vpc) => topology
            .tables(vpc)
            .iter()
            .map(|table| &topology.route_tables[*table].head.origin)
            .collect(),
        Tri::Unknown(_) | Tri::Absent => Vec::new(),
    }
}

fn cure(topology: &Topology, id: Id<Attachment>, found: &OneWay, unanswered: &str) -> String {
    let gateway = gateway_name(topology, &topology.attachments[id].gateway);
    let asking = &topology.attachments[found.asking].head.origin;
    let (plain, block) = if let Some(table) = found.table {
        let table = &topology.tgw_route_tables[table].head.origin;
        if let Some(route) = &found.dropped {
            return format!(
                "remove `{route}`, and let `{asking}` propagate into `{table}` unless it does"
            );
        }
        let plain = format!("let `{asking}` propagate into `{table}`");
        (plain, propagation(asking, table))
    } else {
        let vpc = vpc_origin(topology, id);
        let plain = format!(
            "add a route to {unanswered} over {gateway} to the tables of `{vpc}` whose subnets are \
             asked"
        );
        (plain, route_back(topology, id, found))
    };
    match block {
        Some(block) => format!("{plain}, for example:\n\n{block}"),
        None => plain,
    }
}

fn propagation(asking: &Origin, table: &Origin) -> Option<String> {
    Some(resource(
        "aws_ec2_transit_gateway_route_table_propagation",
        &asking.address.name,
        &[
            ("transit_gateway_attachment_id", Proposed::Reference(reference(asking, table)?)),
            ("transit_gateway_route_table_id", Proposed::Reference(reference(table, table)?)),
        ],
    ))
}

fn route_back(topology: &Topology, id: Id<Attachment>, found: &OneWay) -> Option<String> {
    let tables = vpc_tables(topology, id);
    let table = tables.iter().find(|it| it.attribute.is_none()).or(tables.first())?;
    let gateway = topology.attachments[id].gateway.here()?;
    let gateway = &topology.transit_gateways[gateway].head.origin;
    let range = found.unanswered.first()?.to_string();
    Some(resource(
        "aws_route",
        "back",
        &[
            ("route_table_id", Proposed::Reference(reference(table, table)?)),
            ("destination_cidr_block", Proposed::Text(&range)),
            ("transit_gateway_id", Proposed::Reference(reference(gateway, table)?)),
        ],
    ))
}
