//! A route leads over a peering connection to the gateway endpoint of the far VPC.
//!
//! ## Why
//!
//! Gateway endpoints (Amazon S3, DynamoDB) cannot be used from outside of their VPC. A route for the
//! prefix list of such a service over a peering connection loses the packets in the far VPC. Interface
//! endpoints have addresses in the far VPC and can be reached.
//!
//! Source: AWS PrivateLink Guide, "Gateway endpoints"; Amazon VPC Peering Guide, "VPC peering limitations".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id       = aws_vpc.b.id
//!   service_name = "com.amazonaws.eu-west-1.s3"
//! }
//!
//! resource "aws_route" "s3" {
//!   route_table_id             = aws_route_table.a.id
//!   destination_prefix_list_id = aws_vpc_endpoint.s3.prefix_list_id
//!   vpc_peering_connection_id  = aws_vpc_peering_connection.ab.id
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
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
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
//! A prefix list that is only named by its id, or looked up during the apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Destination, Id, ListOwner, PrefixList, Topology};

use crate::over_peering::{Hop, hops};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for hop in hops(cx.topology) {
        // Only a prefix list can mean a gateway endpoint.
        if let Destination::PrefixList(list) = &hop.route.destination {
            let answer = list
                .tri()
                .and_then(|list| decide(cx.topology, list))
                .map(|found| found.map(|(list, service)| words(cx.topology, &hop, list, &service)));
            out.answer(&hop.route.origin, answer);
        }
    }
}

fn decide(topology: &Topology, list: Id<PrefixList>) -> Tri<Option<(Id<PrefixList>, Box<str>)>> {
    match &topology.prefix_lists[list].owner {
        Tri::Known(ListOwner::Aws(service)) => Tri::Known(Some((list, service.clone()))),
        Tri::Known(ListOwner::Customer) => Tri::Known(None),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        Tri::Absent => Tri::Absent,
    }
}

fn words(topology: &Topology, hop: &Hop<'_>, list: Id<PrefixList>, service: &str) -> Finding {
    let connection = hop.link.here().map(|id| topology.peerings[id].head.name());
    let over =
        connection.as_deref().or(hop.route.target_id.as_deref()).unwrap_or("a peering connection");
    let near =
        topology.vpc_of_table(&hop.route.table).here().map(|vpc| topology.vpcs[vpc].head.name());
    let near = near.as_deref().unwrap_or("this VPC");
    Finding::at(&hop.route.destination_origin, "addresses of AWS")
        .also(&topology.prefix_lists[list].head.origin, "where the list comes from")
        .also(&hop.route.target_origin, "carries only what is inside the far VPC")
        .message(format!(
            "`{}` sends the addresses of {service} over the peering connection `{over}`",
            hop.route.origin.address
        ))
        .why("a gateway endpoint serves its own VPC only; a peer's packets to the service are dropped")
        .help(format!(
            "make a gateway endpoint for {service} in `{near}` and name this route's table in its \
             `route_table_ids` (gateway endpoints cost nothing); remove this route"
        ))
}
