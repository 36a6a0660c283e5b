//! An interface endpoint for Amazon S3 or DynamoDB serves only the VPC that it is in.
//!
//! ## Why
//!
//! A gateway endpoint for S3 or DynamoDB costs nothing, and an interface endpoint has a price for each hour, zone and
//! gigabyte. What it has in return are addresses that other networks reach: over VPN, Direct Connect, peering or a
//! transit gateway. Where no route of the VPC leads to other networks, nobody there can use it.
//!
//! Source: Amazon S3 User Guide, "AWS `PrivateLink` for Amazon S3" (types of VPC endpoints); Amazon DynamoDB
//! Developer Guide, "AWS `PrivateLink` for DynamoDB" (types of VPC endpoints).
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
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.s3"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.app.id]
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
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.app.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that exists already or that an output hands on: others may have connected it. An endpoint beside a gateway
//! endpoint for the same service, one for another Region, one with AWS Client VPN in the VPC, and one that a load
//! balancer may have for a target are taken to be meant.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, Id, Link, Management, Route, RouteTarget, Topology, Vpc};

use crate::place::named_id;
use crate::propose::{Proposed, resource};
use crate::services::{Service, has_endpoint};
use crate::ways_out::{is_way_out, leads_out};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The services that have gateway endpoints ("Gateway endpoints").
const SERVICES: &[&str] = &["s3", "dynamodb"];

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, endpoint) in cx.topology.endpoints.iter() {
        let interface =
            matches!(&endpoint.endpoint_type.value, Tri::Known(it) if **it == *"Interface");
        let Tri::Known(service) = Service::of(endpoint) else { continue };
        if !interface
            || !SERVICES.contains(&service.name)
            || endpoint.head.management == Management::Observed
        {
            continue;
        }
        let answer = endpoint.vpc.tri().and_then(|vpc| {
            is_for_one_vpc(cx.topology, endpoint, service, vpc)
                .map(|only| only.then(|| words(cx.topology, endpoint, service, vpc)))
        });
        out.answer(&endpoint.head.origin, answer);
    }
}

/// Whether nothing speaks for the interface type.
fn is_for_one_vpc(
    topology: &Topology,
    endpoint: &Endpoint,
    service: Service<'_>,
    vpc: Id<Vpc>,
) -> Tri<bool> {
    let gateway = |it: &Endpoint| {
        let of = match Service::of(it) {
            Tri::Known(it) => Tri::Known(it.name == service.name),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Known(false),
        };
        match &it.endpoint_type.value {
            Tri::Known(kind) if &**kind == "Gateway" => of,
            Tri::Known(_) | Tri::Absent => Tri::Known(false),
            Tri::Unknown(_) if of == Tri::Known(false) => of,
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        }
    };
    // An output hands on its names or addresses to others.
    let told = endpoint.head.handed_on && !topology.closed;
    let told = told.then(|| Cause::Shared(endpoint.head.name().into()));
    let reasons = [
        other_region(endpoint, service),
        has_endpoint(topology, vpc, endpoint.head.stack(), gateway),
        client_vpn(topology, vpc),
        behind_load_balancer(topology, vpc),
        leads_out(topology, vpc, |route| carries_answers(topology, route)),
        told.map_or(Tri::Known(false), Tri::Unknown),
    ];
    if reasons.contains(&Tri::Known(true)) {
        return Tri::Known(false);
    }
    let doubt = reasons.into_iter().find(|it| matches!(it, Tri::Unknown(_)));
    doubt.unwrap_or(Tri::Known(true))
}

/// Whether the service is in another Region than the VPC, where no gateway endpoint leads to. Its name has its
/// Region.
fn other_region(endpoint: &Endpoint, service: Service<'_>) -> Tri<bool> {
    match (&endpoint.head.region, &endpoint.service_region.value) {
        (Tri::Known(own), _) => Tri::Known(**own != *service.region),
        (Tri::Unknown(_) | Tri::Absent, Tri::Absent) => Tri::Known(false),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Absent, Tri::Known(region)) => Tri::Known(**region != *service.region),
    }
}

/// Whether a route may carry answers to somebody who came in by private addresses.
fn carries_answers(topology: &Topology, route: &Route) -> bool {
    match &route.target {
        RouteTarget::InternetGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_) => false,
        RouteTarget::Local
        | RouteTarget::VpnGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => is_way_out(topology, route),
    }
}

/// Whether clients get addresses of the VPC by AWS Client VPN.
fn client_vpn(topology: &Topology, vpc: Id<Vpc>) -> Tri<bool> {
    let own = Link::Here(vpc);
    let mut doubt = None;
    for (_, it) in topology.client_vpn_associations.iter() {
        let stack = it.head.stack();
        let answer = match &it.subnet {
            Link::Here(id) => {
                let subnet = &topology.subnets[*id];
                topology.same_vpc_of([(&subnet.vpc, subnet.head.stack()), (&own, None)])
            }
            Link::Elsewhere(id) => {
                let mut subnets = topology.subnets_of_vpc.of(vpc).iter();
                let why = subnets
                    .find_map(|it| topology.may_have_id(&topology.subnets[*it].head, id, stack));
                why.map_or(Tri::Known(false), Tri::Unknown)
            }
            Link::OneOf(..) | Link::Unknown(_) => it.subnet.tri().map(|_| true),
            Link::Absent => Tri::Known(false),
        };
        match answer {
            Tri::Known(true) => return answer,
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    doubt.map_or(Tri::Known(false), Tri::Unknown)
}

/// Whether a load balancer of the VPC may have the addresses of the endpoint for targets.
fn behind_load_balancer(topology: &Topology, vpc: Id<Vpc>) -> Tri<bool> {
    let own = Link::Here(vpc);
    let mut doubt = None;
    for (_, group) in topology.target_groups.iter() {
        let by_address = match &group.target_type.value {
            Tri::Known(kind) => &**kind == "ip",
            Tri::Unknown(_) | Tri::Absent => true,
        };
        if !by_address {
            continue;
        }
        match topology.same_vpc_of([(&group.vpc, group.head.stack()), (&own, None)]) {
            Tri::Known(true) => return Tri::Known(true),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    doubt.map_or(Tri::Known(false), Tri::Unknown)
}

fn words(topology: &Topology, endpoint: &Endpoint, service: Service<'_>, vpc: Id<Vpc>) -> Finding {
    let (name, head) = (endpoint.head.name(), &topology.vpcs[vpc].head);
    let beside = &endpoint.head.origin;
    let tables = topology.tables(vpc).iter();
    let tables: Option<Vec<String>> =
        tables.map(|id| named_id(&topology.route_tables[*id].head, beside)).collect();
    let gateway = format!("com.amazonaws.{}.{}", service.region, service.name);
    let fix = match (named_id(head, beside), tables) {
        (Some(own), Some(tables)) => {
            let block = resource(
                "aws_vpc_endpoint",
                &endpoint.head.origin.address.name,
                &[
                    ("vpc_id", Proposed::Reference(own)),
                    ("service_name", Proposed::Text(&gateway)),
                    ("route_table_ids", Proposed::Reference(format!("[{}]", tables.join(", ")))),
                ],
            );
            format!("make it a gateway endpoint in the route tables of its clients:\n{block}")
        }
        (_, _) => format!("make `{name}` a gateway endpoint in the route tables of its clients"),
    };
    Finding::at(&endpoint.endpoint_type.origin, "has a price for each hour and zone")
        .also(&head.origin, "no route of it leads to other networks")
        .message(format!(
            "`{name}` is an interface endpoint for `{}`, and only `{}` reaches it",
            service.name,
            head.name()
        ))
        .why(
            "a gateway endpoint costs nothing; the interface type is for clients in other networks, which have no way \
             here",
        )
        .help(fix)
}
