//! The service of an endpoint is in another Region than the endpoint.
//!
//! ## Why
//!
//! The name of a service says its Region. A gateway endpoint takes the service of its own Region alone, and an
//! interface endpoint one of another Region only where `service_region` says so. AWS refuses the name at apply
//! (`InvalidServiceName`). Usually a name was copied from another Region.
//!
//! Source: AWS `PrivateLink`, "Gateway endpoints" and "Access an AWS service using an interface VPC endpoint";
//! provider page of `aws_vpc_endpoint`.
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "it" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.us-east-1.s3"
//!   vpc_endpoint_type = "Gateway"
//!   route_table_ids   = [aws_route_table.app.id]
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
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "it" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.s3"
//!   vpc_endpoint_type = "Gateway"
//!   route_table_ids   = [aws_route_table.app.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An endpoint whose Region the environment of Terraform chooses, and a name that is known only after apply, unless
//! its service is in the input. Names without a Region (`com.amazonaws.s3-global.accesspoint`) are not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Endpoint, Management, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, endpoint) in cx.topology.endpoints.iter() {
        if endpoint.head.management == Management::Observed || !endpoint.head.action.creates() {
            continue;
        }
        let answer =
            decide(cx.topology, endpoint).map(|found| found.map(|it| words(endpoint, &it)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// The Region of the service and that of the endpoint, where they differ.
fn decide(topology: &Topology, endpoint: &Endpoint) -> Tri<Option<(String, String)>> {
    let managed = endpoint.provider.here().map(|id| &topology.endpoint_services[id].head.region);
    let service = match (&endpoint.service.value, managed) {
        (Tri::Known(service), _) => match region_of(service) {
            Some(region) => region,
            None => return Tri::Known(None),
        },
        // A service of the input has its name after apply, and is in its own Region.
        (Tri::Unknown(_) | Tri::Absent, Some(Tri::Known(region))) => region,
        (Tri::Unknown(_) | Tri::Absent, _) => return Tri::Known(None),
    };
    let gateway = match &endpoint.endpoint_type.value {
        Tri::Known(kind) => &**kind == "Gateway",
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    if !gateway && endpoint.service_region.value != Tri::Absent {
        return Tri::Known(None);
    }
    let own = |region: Box<str>| (*region != *service).then(|| (service.to_owned(), region.into()));
    endpoint.head.region.clone().map(own)
}

/// The Region in the name of a service.
fn region_of(service: &str) -> Option<&str> {
    let rest = service.strip_prefix("com.amazonaws.")?;
    let rest = rest.strip_prefix("vpce.").unwrap_or(rest);
    let (region, _) = rest.split_once('.')?;
    // `eu-west-1`, `us-gov-east-1`: words, and a number at the end.
    let (words, number) = region.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    (is_number && words.contains('-')).then_some(region)
}

fn words(endpoint: &Endpoint, regions: &(String, String)) -> Finding {
    let (service, own) = regions;
    let name = endpoint.head.name();
    let Some(told) = endpoint.service.value.known() else {
        return of_the_input(endpoint, regions);
    };
    let right = told.replacen(service.as_str(), own, 1);
    Finding::at(&endpoint.service.origin, format!("is a service of {service}"))
        .message(format!("`{name}` is in {own} and names `{told}`, a service of {service}"))
        .why("AWS refuses the name of a service of another Region at apply")
        .help(format!("name `{right}`, or take the Region from `data.aws_region`"))
}

/// Where the service is in the input, and its name is known after apply.
fn of_the_input(endpoint: &Endpoint, (service, own): &(String, String)) -> Finding {
    let name = endpoint.head.name();
    Finding::at(&endpoint.service.origin, format!("is a service of {service}"))
        .message(format!("`{name}` is in {own}, and its service is in {service}"))
        .why("AWS refuses the name of a service of another Region at apply")
        .help(format!(
            "set `service_region` of `{name}` to \"{service}\" and add \"{own}\" to the \
             `supported_regions` of the service, or move one of them"
        ))
}
