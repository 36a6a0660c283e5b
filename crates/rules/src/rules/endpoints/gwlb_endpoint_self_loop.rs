//! The subnet of a Gateway Load Balancer endpoint sends what comes out of the endpoint back to it.
//!
//! ## Why
//!
//! What an appliance has inspected comes out of the endpoint again, in the endpoint's own subnet, and goes on by
//! the route table of that subnet. Where that table leads to the endpoint, packets go round until they are dropped.
//! Endpoints stand in subnets of their own, whose tables lead to where the traffic was going.
//!
//! Source: AWS `PrivateLink`, "Access virtual appliances through AWS `PrivateLink`"; Amazon VPC User Guide,
//! "Example routing options".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_route_table" "clients" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.clients.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.clients.id
//! }
//!
//! resource "aws_vpc_endpoint" "fw" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.b.id]
//! }
//!
//! resource "aws_route" "out" {
//!   route_table_id         = aws_route_table.clients.id
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
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "b" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "eu-west-1b"
//! }
//!
//! resource "aws_route_table" "clients" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table" "firewall" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "a" {
//!   subnet_id      = aws_subnet.a.id
//!   route_table_id = aws_route_table.clients.id
//! }
//!
//! resource "aws_route_table_association" "b" {
//!   subnet_id      = aws_subnet.b.id
//!   route_table_id = aws_route_table.firewall.id
//! }
//!
//! resource "aws_vpc_endpoint" "fw" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.b.id]
//! }
//!
//! resource "aws_route" "out" {
//!   route_table_id         = aws_route_table.clients.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   vpc_endpoint_id        = aws_vpc_endpoint.fw.id
//! }
//!
//! resource "aws_internet_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "inspected" {
//!   route_table_id         = aws_route_table.firewall.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.app.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A subnet whose route table is not in the input, an endpoint whose type is known only after apply. Of an endpoint
//! in the subnet of a transit gateway attachment `tgw-inspection-bypass-or-loop` tells more.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Endpoint, Id, Management, Route, RouteTable, RouteTarget, Subnet, Topology,
};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Routes that bring packets back to where they come out.
struct Round<'t> {
    subnet: Id<Subnet>,
    table: Id<RouteTable>,
    route: &'t Route,
    /// The way over another endpoint, where it is not the endpoint's own table that leads to it.
    over: Option<(Id<Endpoint>, &'t Route)>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let kind = endpoint.endpoint_type.value.known();
        if kind.is_none_or(|it| &**it != "GatewayLoadBalancer")
            || endpoint.head.management == Management::Observed
        {
            continue;
        }
        let Some(subnet) = subnet_of(cx.topology, id) else { continue };
        let answer = decide(cx.topology, id, subnet);
        let answer = answer.map(|found| found.map(|it| words(cx.topology, endpoint, &it)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// The one subnet of an endpoint, where it is told.
fn subnet_of(topology: &Topology, id: Id<Endpoint>) -> Option<Id<Subnet>> {
    let members = topology.endpoints[id].subnets.known().filter(|it| it.exact)?;
    match *members.here {
        [subnet] if members.elsewhere.is_empty() => Some(subnet),
        _ => None,
    }
}

fn decide(topology: &Topology, id: Id<Endpoint>, subnet: Id<Subnet>) -> Tri<Option<Round<'_>>> {
    let table = match topology.table_of(subnet) {
        Tri::Known(table) => table,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Known(None),
    };
    let mut open: Option<Cause> = None;
    for (_, route) in topology.routes(table) {
        let RouteTarget::Endpoint(link) = &route.target else { continue };
        match link.here() {
            Some(target) if target == id => {
                return Tri::Known(Some(Round { subnet, table, route, over: None }));
            }
            Some(target) => {
                if let Some(back) = leads_back(topology, target, id, route) {
                    let over = Some((target, back));
                    return Tri::Known(Some(Round { subnet, table, route, over }));
                }
            }
            None if link.may_be(id) => {
                let cause = || Cause::ManyInstances(route.target_origin.to_string().into());
                open = open.or_else(|| match link.tri() {
                    Tri::Unknown(cause) => Some(cause),
                    Tri::Known(_) | Tri::Absent => Some(cause()),
                });
            }
            None => (),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// The route by which another endpoint's subnet leads the same destination back.
fn leads_back<'t>(
    topology: &'t Topology,
    other: Id<Endpoint>,
    id: Id<Endpoint>,
    route: &Route,
) -> Option<&'t Route> {
    let subnet = subnet_of(topology, other)?;
    let table = *topology.table_of(subnet).known()?;
    let key = route.destination.key()?;
    let mut routes = topology.routes(table).map(|(_, it)| it);
    routes.find(|it| {
        let target = match &it.target {
            RouteTarget::Endpoint(link) => link.here(),
            RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::VpnGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::Peering(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_)
            | RouteTarget::Unknown(_) => None,
        };
        target == Some(id) && it.destination.key().as_ref() == Some(&key)
    })
}

fn words(topology: &Topology, endpoint: &Endpoint, round: &Round<'_>) -> Finding {
    let name = endpoint.head.name();
    let subnet = topology.subnets[round.subnet].head.name();
    let table = &topology.route_tables[round.table].head.origin;
    let finding = Finding::at(&round.route.target_origin, "leads what was inspected round again")
        .also(&endpoint.subnets_origin, format!("stands in `{subnet}`, which uses `{table}`"));
    let finding = match &round.over {
        None => finding.message(format!(
            "`{table}` leads to `{name}`, and it is the route table of the subnet of `{name}` itself"
        )),
        Some((other, back)) => {
            let other = topology.endpoints[*other].head.name();
            finding.also(&back.target_origin, format!("leads back to `{name}`")).message(format!(
                "the subnet of `{name}` leads to `{other}`, and the subnet of `{other}` back to `{name}`"
            ))
        }
    };
    finding
        .why("what comes out of the endpoint takes the route table of its subnet, so packets go round until they are dropped")
        .help(format!(
            "give `{subnet}` a route table of its own that leads on to where the traffic was going (an internet \
             gateway, a NAT gateway, a transit gateway)"
        ))
}
