//! An interface endpoint is in one availability zone of a VPC that uses several.
//!
//! ## Why
//!
//! An interface endpoint has a network interface in each subnet that it names. With one zone only, the whole VPC
//! loses the service when that zone fails, and requests from other zones cross between them.
//!
//! Source: AWS PrivateLink Guide, "Access AWS services through AWS PrivateLink" (subnets and Availability Zones).
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
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id]
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
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id, aws_subnet.b.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Subnets whose zone AWS chooses, or that are not in the input. NAT gateways are asked about by `nat-cross-az`,
//! attachments by `tgw-az-gap`.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, Id, Link, Members, Subnet, Topology, Vpc};

use crate::place::reference;
use crate::zones::{is_regional, same_zone, zone_name};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let interface =
            matches!(&endpoint.endpoint_type.value, Tri::Known(it) if **it == *"Interface");
        let Link::Here(vpc) = endpoint.vpc else { continue };
        if !interface || cx.topology.is_only_seen(&endpoint.head) {
            continue;
        }
        let members = match &endpoint.subnets {
            Tri::Known(members) if !(members.here.is_empty() && members.elsewhere.is_empty()) => {
                members
            }
            Tri::Unknown(cause) => {
                out.undetermined(&endpoint.head.origin, cause.clone());
                continue;
            }
            Tri::Known(_) | Tri::Absent => continue,
        };
        let answer = decide(cx.topology, id, vpc, members)
            .map(|found| found.map(|(own, other)| words(endpoint, own, other)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// A subnet of the endpoint, and one of the VPC in another zone.
fn decide<'t>(
    topology: &'t Topology,
    endpoint: Id<Endpoint>,
    vpc: Id<Vpc>,
    members: &Members<Subnet>,
) -> Tri<Option<(&'t Subnet, &'t Subnet)>> {
    let found = told(topology, vpc, members);
    let Tri::Known(Some((own, _))) = &found else { return found };
    // Associations of their own add subnets.
    let mut doubt = topology.more_subnets_of_endpoint.open(endpoint).cloned();
    for id in topology.more_subnets_of_endpoint.of(endpoint) {
        match topology.endpoint_subnet_associations[*id].subnet.tri() {
            Tri::Known(more) => match same_zone(own, &topology.subnets[more]) {
                Tri::Known(false) => return Tri::Known(None),
                Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
                Tri::Known(true) | Tri::Absent => (),
            },
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Absent => (),
        }
    }
    let open = || topology.container_open(&topology.endpoints[endpoint].head);
    doubt.or_else(open).map_or(found, Tri::Unknown)
}

/// The same by the subnets that the endpoint names itself.
fn told<'t>(
    topology: &'t Topology,
    vpc: Id<Vpc>,
    members: &Members<Subnet>,
) -> Tri<Option<(&'t Subnet, &'t Subnet)>> {
    let mut doubt = members.elsewhere.first().map(|id| Cause::NotInInput(id.clone()));
    let all: Vec<&Subnet> = members.here.iter().map(|id| &topology.subnets[*id]).collect();
    let Some((own, rest)) = all.split_first() else {
        return doubt.map_or(Tri::Known(None), Tri::Unknown);
    };
    for other in rest {
        match same_zone(own, other) {
            // Of several that it may name it names one at least.
            Tri::Known(false) | Tri::Absent if members.exact => return Tri::Known(None),
            Tri::Known(false) | Tri::Absent => {
                doubt = doubt.or_else(|| Some(Cause::ManyInstances(own.head.name().into())));
            }
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Known(true) => (),
        }
    }
    let mut found = None;
    for id in topology.subnets_of_vpc.of(vpc) {
        let subnet = &topology.subnets[*id];
        match same_zone(own, subnet) {
            Tri::Known(false) if is_regional(subnet) => found = found.or(Some((*own, subnet))),
            Tri::Unknown(cause) if !members.here.contains(id) => doubt = doubt.or(Some(cause)),
            Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => (),
        }
    }
    match (found, doubt) {
        (Some(found), None) => Tri::Known(Some(found)),
        (Some(found), Some(_)) if rest.is_empty() && members.elsewhere.is_empty() => {
            Tri::Known(Some(found))
        }
        (_, Some(cause)) => Tri::Unknown(cause),
        (None, None) => Tri::Known(None),
    }
}

fn words(endpoint: &Endpoint, own: &Subnet, other: &Subnet) -> Finding {
    let (name, zone) = (endpoint.head.name(), zone_name(own));
    let more =
        reference(&other.head.origin, &endpoint.head.origin).unwrap_or_else(|| other.head.name());
    Finding::at(&endpoint.head.origin, format!("is in {zone} only"))
        .also(&own.head.origin, "its zone")
        .also(&other.head.origin, format!("is in {}", zone_name(other)))
        .message(format!("`{name}` is in {zone} only, and its VPC is in {} as well", zone_name(other)))
        .why("when that zone fails the whole VPC loses the service, and requests of other zones cross between zones")
        .help(format!("add a subnet of each zone to `subnet_ids`, for example `{more}`"))
}
