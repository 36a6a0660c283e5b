//! An endpoint has private DNS for a service that has no private name, or none that is verified.
//!
//! ## Why
//!
//! Private DNS of an endpoint answers for the private name of its service. A service of one's own has one only
//! where it declares it, and it counts when its owner has proven that the domain is theirs. AWS refuses private DNS
//! before that at apply.
//!
//! Source: AWS `PrivateLink`, "Manage DNS names for VPC endpoint services".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_vpc_endpoint_service" "api" {
//!   acceptance_required        = false
//!   network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/50dc6c495c0c9188"]
//! }
//!
//! resource "aws_vpc_endpoint" "api" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = aws_vpc_endpoint_service.api.service_name
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id]
//!   private_dns_enabled = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_vpc_endpoint_service" "api" {
//!   acceptance_required        = false
//!   network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/50dc6c495c0c9188"]
//!   private_dns_name = "api.example.com"
//! }
//!
//! resource "aws_vpc_endpoint_service_private_dns_verification" "api" {
//!   service_id            = aws_vpc_endpoint_service.api.id
//!   wait_for_verification = true
//! }
//!
//! resource "aws_vpc_endpoint" "api" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = aws_vpc_endpoint_service.api.service_name
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id]
//!   private_dns_enabled = true
//!   depends_on = [aws_vpc_endpoint_service_private_dns_verification.api]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A service that is not in the input, a private name or a switch that is known only after apply. That a name was
//! verified by hand is taken for granted once the service exists.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Endpoint, EndpointService, Id, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What the service lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lack {
    Name,
    Verification,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let Some(service) = endpoint.provider.here().filter(|_| endpoint.head.action.creates())
        else {
            continue;
        };
        let answer = match cx.topology.private_dns(id).value {
            Tri::Known(true) => lack(cx.topology, service),
            Tri::Known(false) | Tri::Absent => Tri::Known(None),
            Tri::Unknown(cause) => match lack(cx.topology, service) {
                Tri::Known(None) => Tri::Known(None),
                Tri::Known(Some(_)) | Tri::Unknown(_) | Tri::Absent => Tri::Unknown(cause),
            },
        };
        let service = &cx.topology.endpoint_services[service];
        let answer = answer.map(|found| found.map(|lack| words(endpoint, service, lack)));
        out.answer(&endpoint.head.origin, answer);
    }
}

fn lack(topology: &Topology, id: Id<EndpointService>) -> Tri<Option<Lack>> {
    let service = &topology.endpoint_services[id];
    match &service.private_name.value {
        Tri::Absent => Tri::Known(Some(Lack::Name)),
        // A name that is only declared along with this endpoint cannot be verified yet without this.
        Tri::Known(_) if service.head.action.creates() => {
            let verifications = &topology.verifications_of_service;
            match verifications.open(id) {
                _ if !verifications.of(id).is_empty() => Tri::Known(None),
                Some(cause) => Tri::Unknown(cause.clone()),
                None => Tri::Known(Some(Lack::Verification)),
            }
        }
        Tri::Known(_) => Tri::Known(None),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

fn words(endpoint: &Endpoint, service: &EndpointService, lack: Lack) -> Finding {
    let (name, other) = (endpoint.head.name(), service.head.name());
    let finding = Finding::at(&endpoint.private_dns.origin, "has no name to answer for");
    let place = &service.private_name.origin;
    match lack {
        Lack::Name => finding
            .also(place, "the service has none")
            .message(format!("`{name}` has private DNS, and `{other}` has no private name"))
            .why("private DNS answers for the private name of the service; AWS refuses the endpoint at apply")
            .help(format!(
                "set `private_dns_enabled = false` on `{name}`, or give `{other}` a `private_dns_name` and verify it"
            )),
        Lack::Verification => finding
            .also(place, "declared in the same apply, and nothing verifies it")
            .message(format!("`{name}` has private DNS, and nothing verifies the private name of `{other}` before"))
            .why("AWS takes private DNS for a name only when its domain is verified, and refuses the endpoint before that")
            .help(format!(
                "verify the name with an `aws_vpc_endpoint_service_private_dns_verification` that `{name}` waits for"
            )),
    }
}
