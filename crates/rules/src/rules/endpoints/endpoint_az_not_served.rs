//! An endpoint names a subnet in an availability zone that its service does not serve.
//!
//! ## Why
//!
//! An endpoint gets a network interface in each subnet that it names, which needs the service in the zone of the
//! subnet: services of others are only in the zones of their load balancers, and some services of AWS are missing
//! in single zones. AWS refuses the endpoint at apply. The data source `aws_vpc_endpoint_service` tells the zones.
//!
//! Source: AWS `PrivateLink`, "Access an AWS service using an interface VPC endpoint"; AWS Knowledge Center, "Why
//! can't I select a subnet for an Availability Zone in a VPC endpoint service?".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias  = "west"
//!   region = "us-west-1"
//! }
//!
//! data "aws_vpc_endpoint_service" "api" {
//!   provider = aws.west
//!
//!   service_name = "com.amazonaws.vpce.us-west-1.vpce-svc-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider = aws.west
//!
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   provider = aws.west
//!
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "us-west-1a"
//! }
//!
//! resource "aws_subnet" "b" {
//!   provider = aws.west
//!
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "us-west-1b"
//! }
//!
//! resource "aws_vpc_endpoint" "api" {
//!   provider = aws.west
//!
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = data.aws_vpc_endpoint_service.api.service_name
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id, aws_subnet.b.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! provider "aws" {
//!   alias  = "west"
//!   region = "us-west-1"
//! }
//!
//! data "aws_vpc_endpoint_service" "api" {
//!   provider = aws.west
//!
//!   service_name = "com.amazonaws.vpce.us-west-1.vpce-svc-0a1b2c3d4e5f60718"
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider = aws.west
//!
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   provider = aws.west
//!
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "us-west-1a"
//! }
//!
//! resource "aws_subnet" "b" {
//!   provider = aws.west
//!
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.2.0/24"
//!   availability_zone = "us-west-1b"
//! }
//!
//! resource "aws_vpc_endpoint" "api" {
//!   provider = aws.west
//!
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = data.aws_vpc_endpoint_service.api.service_name
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A service whose zones nobody tells: only what a data source has read, or a service that is there already, is
//! asked about. A subnet whose zone AWS chooses, and names of zones in another account, which may mean other zones.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, EndpointService, Id, Subnet, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A subnet where the service is not.
struct Missing {
    subnet: Id<Subnet>,
    zone: Box<str>,
    served: Vec<Box<str>>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, endpoint) in cx.topology.endpoints.iter() {
        let Some(service) = endpoint.provider.here() else { continue };
        let service = &cx.topology.endpoint_services[service];
        // The zones of a service that is made along with it follow from its load balancers.
        if !endpoint.head.action.creates() || service.head.action.creates() {
            continue;
        }
        let answer = decide(cx.topology, endpoint, service);
        let answer = answer.map(|found| found.map(|it| words(cx.topology, endpoint, service, &it)));
        out.answer(&endpoint.head.origin, answer);
    }
}

fn decide(
    topology: &Topology,
    endpoint: &Endpoint,
    service: &EndpointService,
) -> Tri<Option<Missing>> {
    let subnets = match &endpoint.subnets {
        Tri::Known(members) if !members.here.is_empty() => members,
        Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => return Tri::Known(None),
    };
    let served = match served(service) {
        Tri::Known(served) => served,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Known(None),
    };
    let mut open: Option<Cause> = None;
    for subnet in &subnets.here {
        match &topology.subnets[*subnet].zone.value {
            Tri::Known(zone) if served.contains(zone) => (),
            Tri::Known(zone) if subnets.exact => {
                let account = endpoint.head.same_account(&service.head);
                let region = endpoint.head.same_region(&service.head);
                return match (account, region) {
                    (Tri::Known(true), Tri::Known(true)) => {
                        let (subnet, zone) = (*subnet, zone.clone());
                        Tri::Known(Some(Missing { subnet, zone, served }))
                    }
                    (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
                    (_, _) => Tri::Known(None),
                };
            }
            Tri::Known(_) => {
                let what = endpoint.subnets_origin.to_string();
                open = open.or_else(|| Some(Cause::ManyInstances(what.into())));
            }
            Tri::Unknown(cause) => open = open.or_else(|| Some(cause.clone())),
            // AWS chooses one.
            Tri::Absent => {
                let zone = topology.subnets[*subnet].zone.origin.to_string();
                open = open.or_else(|| Some(Cause::KnownAfterApply(zone.into())));
            }
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// The zones of the service, when all are told.
fn served(service: &EndpointService) -> Tri<Vec<Box<str>>> {
    let zones = match &service.zones {
        Tri::Known(zones) if !zones.is_empty() => zones,
        Tri::Known(_) | Tri::Absent => return Tri::Absent,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
    };
    let mut out = Vec::new();
    for zone in zones {
        match zone {
            Tri::Known(zone) => out.push(zone.clone()),
            Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
            Tri::Absent => (),
        }
    }
    Tri::Known(out)
}

fn words(
    topology: &Topology,
    endpoint: &Endpoint,
    service: &EndpointService,
    missing: &Missing,
) -> Finding {
    let name = endpoint.head.name();
    let it = &topology.subnets[missing.subnet];
    let (subnet, zone) = (it.head.name(), &missing.zone);
    let told = endpoint.service.value.known().map_or("its service", |it| it);
    let served = missing.served.join(", ");
    Finding::at(&endpoint.subnets_origin, format!("`{subnet}` is in {zone}"))
        .also(&it.zone.origin, format!("the zone of `{subnet}`"))
        .also(&service.zones_origin, format!("only in {served}"))
        .message(format!("`{name}` names `{subnet}` in {zone}, where `{told}` is not"))
        .why("an endpoint gets an interface in each of its subnets; AWS refuses a subnet where the service is not")
        .help(format!("take `{subnet}` off `{name}`, and name subnets in {served} alone"))
}
