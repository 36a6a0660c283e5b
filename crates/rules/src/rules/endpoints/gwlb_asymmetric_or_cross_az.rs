//! Traffic passes a Gateway Load Balancer endpoint in one direction only, or takes that of another zone.
//!
//! ## Why
//!
//! An appliance drops an answer whose question it has not seen, and what it waits for. So the way back has to lead
//! over the same endpoint as the way out: from an internet gateway by a route table of the gateway (edge association)
//! with a route for the subnet, from a NAT gateway by a route in the table of its subnet. A subnet that uses the
//! endpoint of another zone though its own zone has one pays for the way between them, and loses its connections with
//! the other zone.
//!
//! Source: AWS `PrivateLink`, "Access virtual appliances through AWS `PrivateLink`" (routing); "Access an inspection
//! system using a Gateway Load Balancer endpoint" (one endpoint for each zone); Amazon VPC User Guide, "Gateway route
//! tables".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_subnet" "web" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "fw" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_route_table" "web" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "web" {
//!   subnet_id      = aws_subnet.web.id
//!   route_table_id = aws_route_table.web.id
//! }
//!
//! resource "aws_route_table" "fw" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "fw" {
//!   subnet_id      = aws_subnet.fw.id
//!   route_table_id = aws_route_table.fw.id
//! }
//!
//! resource "aws_vpc_endpoint" "fw" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.fw.id]
//! }
//!
//! resource "aws_route" "inspected" {
//!   route_table_id         = aws_route_table.fw.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.app.id
//! }
//!
//! resource "aws_route" "out" {
//!   route_table_id         = aws_route_table.web.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.fw.id
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
//! resource "aws_internet_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_subnet" "web" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "fw" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_route_table" "web" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "web" {
//!   subnet_id      = aws_subnet.web.id
//!   route_table_id = aws_route_table.web.id
//! }
//!
//! resource "aws_route_table" "fw" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "fw" {
//!   subnet_id      = aws_subnet.fw.id
//!   route_table_id = aws_route_table.fw.id
//! }
//!
//! resource "aws_vpc_endpoint" "fw" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.fw.id]
//! }
//!
//! resource "aws_route" "inspected" {
//!   route_table_id         = aws_route_table.fw.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.app.id
//! }
//!
//! resource "aws_route" "out" {
//!   route_table_id         = aws_route_table.web.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.fw.id
//! }
//!
//! resource "aws_route_table" "edge" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "edge" {
//!   gateway_id     = aws_internet_gateway.app.id
//!   route_table_id = aws_route_table.edge.id
//! }
//!
//! resource "aws_route" "back" {
//!   route_table_id         = aws_route_table.edge.id
//!   destination_cidr_block = aws_subnet.web.cidr_block
//!   vpc_endpoint_id        = aws_vpc_endpoint.fw.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A table that is not in the input, a destination or target that is known only after apply. IPv4 alone is looked at,
//! and of what the subnets of transit gateway attachments send the zone alone: `tgw-inspection-bypass-or-loop` and
//! `tgw-appliance-mode-missing` look at the rest.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_model::{Endpoint, Id, Route, Subnet, Topology};

use crate::middlebox::{Back, Enters, Fault, Middleboxes, Way};
use crate::place::named_id;
use crate::propose::{Proposed, resource};
use crate::zones::zone_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let middleboxes = Middleboxes::of(cx.topology);
    if middleboxes.is_empty() {
        return;
    }
    for (id, subnet) in cx.topology.subnets.iter() {
        let answer = middleboxes.fault(id);
        out.answer(
            &subnet.head.origin,
            answer.map(|found| found.map(|fault| words(cx.topology, id, &fault))),
        );
    }
}

fn words(topology: &Topology, id: Id<Subnet>, fault: &Fault<'_>) -> Finding {
    let subnet = &topology.subnets[id];
    match fault {
        Fault::Back(found) => back(topology, subnet, found),
        Fault::Out { back, past } => outward(topology, subnet, back, past),
        Fault::Zone { out, own } => zone(topology, subnet, out, *own),
    }
}

/// What comes back past the endpoint, or over another one.
fn back(topology: &Topology, subnet: &Subnet, found: &Back<'_>) -> Finding {
    let (name, used) = (subnet.head.name(), topology.endpoints[found.out.endpoint].head.name());
    let (gateway, place) = match found.enters {
        Enters::Internet(id) => {
            let head = &topology.internet_gateways[id].head;
            (head.name(), &head.origin)
        }
        Enters::Nat(id) => {
            let head = &topology.nat_gateways[id].head;
            (head.name(), &head.origin)
        }
    };
    let finding = Finding::at(&subnet.head.origin, "its packets leave through the endpoint")
        .also(&found.out.route.target_origin, format!("leads to `{used}`"));
    let how = match &found.other {
        None => {
            finding.also(place, "their answers come in here").message(format!(
                "what `{name}` sends through `{used}` comes back past it: from `{gateway}` straight to the subnet"
            ))
        }
        Some(other) => {
            let wrong = topology.endpoints[other.endpoint].head.name();
            finding.also(&other.route.target_origin, format!("leads the answers to `{wrong}`")).message(
                format!("what `{name}` sends through `{used}` comes back over `{wrong}`"),
            )
        }
    };
    how.why("an appliance drops packets of connections of which it sees one direction only").help(
        match (&found.other, found.enters) {
            (Some(other), _) => {
                format!("lead `{}` to `{used}` as well", other.route.origin.address)
            }
            (None, Enters::Internet(_)) if found.table.is_none() => format!(
                "give `{gateway}` a route table of its own (an `aws_route_table_association` with `gateway_id`) and \
                 lead the subnet's range in it to the endpoint:\n{}",
                route(topology, subnet, found)
            ),
            (None, _) => {
                format!("add the way back:\n{}", route(topology, subnet, found))
            }
        },
    )
}

/// The route by which the answers would come back.
fn route(topology: &Topology, subnet: &Subnet, found: &Back<'_>) -> String {
    let place = &subnet.head.origin;
    let endpoint = &topology.endpoints[found.out.endpoint].head;
    let table = found.table.and_then(|id| named_id(&topology.route_tables[id].head, place));
    let range = subnet.range.value.known().map_or_else(String::new, ToString::to_string);
    let table = match table {
        Some(table) => Proposed::Reference(table),
        None => Proposed::Text("(the route table of the gateway)"),
    };
    let target = match named_id(endpoint, place) {
        Some(id) => Proposed::Reference(id),
        None => Proposed::Text("(the endpoint)"),
    };
    resource(
        "aws_route",
        &format!("back_to_{}", place.address.name),
        &[
            ("route_table_id", table),
            ("destination_cidr_block", Proposed::Text(&range)),
            ("vpc_endpoint_id", target),
        ],
    )
}

/// What comes in through an endpoint and is answered past it.
fn outward(topology: &Topology, subnet: &Subnet, back: &Way<'_>, past: &Route) -> Finding {
    let (name, used) = (subnet.head.name(), topology.endpoints[back.endpoint].head.name());
    Finding::at(&subnet.head.origin, "what comes in for it passes the endpoint")
        .also(&back.route.target_origin, format!("leads what comes in to `{used}`"))
        .also(&past.target_origin, "leads what it answers straight out")
        .message(format!(
            "what comes in for `{name}` passes `{used}`, and what `{name}` answers leaves past it"
        ))
        .why("an appliance drops packets of connections of which it sees one direction only")
        .help(format!(
            "lead `{}` to `{used}`, and the table of its subnet on to the internet gateway",
            past.origin.address
        ))
}

/// The endpoint of another zone.
fn zone(topology: &Topology, subnet: &Subnet, out: &Way<'_>, own: Id<Endpoint>) -> Finding {
    let head = |id: Id<Endpoint>| &topology.endpoints[id].head;
    let (name, used, own) = (subnet.head.name(), head(out.endpoint).name(), head(own));
    Finding::at(&subnet.head.origin, format!("is in {}", zone_name(subnet)))
        .also(&out.route.target_origin, format!("leads to `{used}`"))
        .also(&own.origin, "is in the zone of the subnet")
        .message(format!("`{name}` sends through `{used}` of another zone, though `{}` is in its own", own.name()))
        .why("packets to another zone cost money, and with that zone the subnet loses its connections")
        .help(format!("lead the route table of `{name}` to `{}`, and the way back too", own.name()))
        .at_most(Severity::Warning)
}
