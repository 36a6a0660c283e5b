//! An interface endpoint for an AWS service has no private DNS, so ordinary clients never use it.
//!
//! ## Why
//!
//! Clients call a service by its public name, `kms.eu-west-1.amazonaws.com`. Private DNS makes this name lead to the
//! endpoint; without it, and without a hosted zone that does the same, the name keeps leading to public addresses:
//! packets take the internet path, or none where there is no such path, and the endpoint stands idle. The API of AWS
//! has private DNS on by default, Terraform has `private_dns_enabled` off.
//!
//! Source: AWS `PrivateLink`, "Access an AWS service using an interface VPC endpoint"; provider documentation of
//! `aws_vpc_endpoint`.
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block           = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
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
//!   cidr_block           = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id              = aws_vpc.app.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.a.id]
//!   private_dns_enabled = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A switch that is known only after apply, an endpoint that is handed on to other configurations, and hosted zones
//! whose name is not known. Not asked about are services that clients call by the names of the endpoint (Amazon S3,
//! DynamoDB, API Gateway), VPCs with another endpoint for the same service that has private DNS, and endpoints to
//! which a record or a hosted zone for the service leads.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, Id, Management, Topology};

use crate::gateway_endpoints::is_type;
use crate::services::Service;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// Services that clients call by the names of the endpoint itself, or that have no private DNS.
const BY_OWN_NAMES: &[&str] =
    &["dynamodb", "dynamodb-streams", "execute-api", "s3", "transfer.server"];

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        if endpoint.head.management == Management::Observed
            || is_type(endpoint, "Interface") != Tri::Known(true)
        {
            continue;
        }
        let Tri::Known(service) = Service::of(endpoint) else { continue };
        let own = BY_OWN_NAMES.iter().any(|it| service.is(it)) || service.name.starts_with("s3-");
        if own || service.region == "vpce" {
            continue;
        }
        let answer = decide(cx.topology, id, service);
        let answer = answer.map(|off| off.then(|| words(cx.topology, id, endpoint, service)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// Whether no name leads to the endpoint.
fn decide(topology: &Topology, id: Id<Endpoint>, service: Service<'_>) -> Tri<bool> {
    let endpoint = &topology.endpoints[id];
    let doubt = match topology.private_dns(id).value {
        Tri::Known(true) => return Tri::Known(false),
        Tri::Known(false) | Tri::Absent => None,
        Tri::Unknown(cause) => Some(cause),
    };
    let mut doubt = doubt.or_else(|| topology.private_dns_of_endpoint.open(id).cloned());
    for (_, record) in topology.zone_records.iter() {
        match &record.endpoints {
            Tri::Known(endpoints) if endpoints.contains(&id) => return Tri::Known(false),
            Tri::Unknown(cause) => doubt = doubt.or_else(|| Some(cause.clone())),
            Tri::Known(_) | Tri::Absent => (),
        }
    }
    for (_, zone) in topology.hosted_zones.iter() {
        match service.is_zone(zone) {
            Tri::Known(true) => return Tri::Known(false),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    match another(topology, id, service) {
        Tri::Known(true) => return Tri::Known(false),
        Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
        Tri::Known(false) | Tri::Absent => (),
    }
    let handed = || endpoint.head.handed_on.then(|| Cause::Shared(endpoint.head.name().into()));
    let handed = || handed().filter(|_| !topology.closed);
    doubt.or_else(handed).map_or(Tri::Known(true), Tri::Unknown)
}

/// Whether another endpoint of the VPC has the private name of the service.
fn another(topology: &Topology, id: Id<Endpoint>, service: Service<'_>) -> Tri<bool> {
    let endpoint = &topology.endpoints[id];
    let Tri::Known(vpc) = endpoint.vpc.tri() else { return endpoint.vpc.tri().map(|_| false) };
    let mut doubt = topology.endpoints_of_vpc.open(vpc).cloned();
    for other in topology.endpoints_of_vpc.of(vpc).iter().filter(|it| **it != id) {
        let same = Service::of(&topology.endpoints[*other]).map(|it| it == service);
        match (same, topology.private_dns(*other).value) {
            (Tri::Known(true), Tri::Known(true)) => return Tri::Known(true),
            (Tri::Known(false) | Tri::Absent, _) | (_, Tri::Known(false) | Tri::Absent) => (),
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => doubt = doubt.or(Some(cause)),
        }
    }
    doubt.map_or(Tri::Known(false), Tri::Unknown)
}

fn words(
    topology: &Topology,
    id: Id<Endpoint>,
    endpoint: &Endpoint,
    service: Service<'_>,
) -> Finding {
    let name = endpoint.head.name();
    let fact = topology.private_dns(id);
    let dns = endpoint.vpc.here().map(|vpc| &topology.vpcs[vpc]).filter(|vpc| {
        vpc.dns_hostnames.value != Tri::Known(true) || vpc.dns_support.value == Tri::Known(false)
    });
    let needs = match dns {
        Some(vpc) => format!(
            "; it needs `enable_dns_support` and `enable_dns_hostnames` on `{}`",
            vpc.head.name()
        ),
        None => String::new(),
    };
    Finding::at(&fact.origin, "private DNS is off")
        .also(&endpoint.service.origin, "keeps its public addresses")
        .message(format!("no name leads to `{name}`: private DNS is off, and no hosted zone is for {}", service.name))
        .why("clients that call the service by its usual name get its public addresses, and never use the endpoint")
        .help(format!("set `private_dns_enabled = true` on `{name}`{needs}"))
}
