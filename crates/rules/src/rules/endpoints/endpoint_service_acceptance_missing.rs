//! An endpoint waits for the owner of its service to accept it, and nothing does.
//!
//! ## Why
//!
//! Where a service requires acceptance, an endpoint to it stays in the state `pendingAcceptance` until its owner
//! accepts it. The apply succeeds, and no connection goes through.
//!
//! Source: AWS `PrivateLink`, "Share your services through AWS `PrivateLink`"; provider page of
//! `aws_vpc_endpoint_connection_accepter`.
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
//! resource "aws_vpc_endpoint_service" "api" {
//!   acceptance_required        = true
//!   network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/50dc6c495c0c9188"]
//! }
//!
//! resource "aws_vpc_endpoint" "api" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = aws_vpc_endpoint_service.api.service_name
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
//! resource "aws_vpc_endpoint_service" "api" {
//!   acceptance_required        = true
//!   network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/50dc6c495c0c9188"]
//! }
//!
//! resource "aws_vpc_endpoint" "api" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = aws_vpc_endpoint_service.api.service_name
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id]
//! }
//!
//! resource "aws_vpc_endpoint_connection_accepter" "api" {
//!   vpc_endpoint_service_id = aws_vpc_endpoint_service.api.id
//!   vpc_endpoint_id         = aws_vpc_endpoint.api.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An endpoint whose id an output hands on, so that another configuration may accept it, and an accepter that
//! cannot be followed to its endpoint. Only services that the input manages are asked about: their owners may
//! accept by hand, which is why this is only likely.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, EndpointService, Id, Management, Topology};

use crate::{Context, Rule, Sink};

use crate::place::reference;
use crate::propose::{Proposed, resource};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let Some(service) = endpoint.provider.here() else { continue };
        let service = &cx.topology.endpoint_services[service];
        let seen = [&endpoint.head, &service.head];
        if seen.iter().any(|it| it.management == Management::Observed) {
            continue;
        }
        let answer = decide(cx.topology, id, service);
        let answer = answer.map(|waits| waits.then(|| words(endpoint, service)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// Whether nobody accepts the endpoint.
fn decide(topology: &Topology, id: Id<Endpoint>, service: &EndpointService) -> Tri<bool> {
    let endpoint = &topology.endpoints[id];
    let accepted = match &endpoint.state {
        Tri::Known(state) => &**state != "pendingAcceptance",
        Tri::Unknown(_) | Tri::Absent => false,
    };
    let accepters = &topology.accepters_of_endpoint;
    if accepted
        || endpoint.auto_accept.value == Tri::Known(true)
        || !accepters.of(id).is_empty()
        || matches!(service.acceptance.value, Tri::Known(false) | Tri::Absent)
    {
        return Tri::Known(false);
    }
    let unknown = |fact: &Tri<bool>| match fact {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) | Tri::Absent => None,
    };
    let open: Option<Cause> = unknown(&service.acceptance.value)
        .or_else(|| unknown(&endpoint.auto_accept.value))
        .or_else(|| accepters.open(id).cloned())
        .or_else(|| topology.container_open(&endpoint.head));
    open.map_or(Tri::Known(true), Tri::Unknown)
}

fn words(endpoint: &Endpoint, service: &EndpointService) -> Finding {
    let (name, owner) = (endpoint.head.name(), service.head.name());
    let own = endpoint.head.same_account(&service.head) == Tri::Known(true);
    let place = &service.head.origin;
    let block = match (reference(place, place), reference(&endpoint.head.origin, place)) {
        (Some(service), Some(id)) => resource(
            "aws_vpc_endpoint_connection_accepter",
            &endpoint.head.origin.address.name,
            &[
                ("vpc_endpoint_service_id", Proposed::Reference(service)),
                ("vpc_endpoint_id", Proposed::Reference(id)),
            ],
        ),
        (_, _) => String::new(),
    };
    let help = match (own, block.is_empty()) {
        (true, _) => {
            format!("set `auto_accept = true` on `{name}`, which is in the account of the service")
        }
        (false, false) => format!("accept it in the account of the service:\n{block}"),
        (false, true) => {
            "accept it with an `aws_vpc_endpoint_connection_accepter` in the account of the service"
                .to_owned()
        }
    };
    Finding::at(&endpoint.service.origin, "a service that accepts its endpoints one by one")
        .also(&service.acceptance.origin, "acceptance is required")
        .message(format!("`{name}` waits for `{owner}` to accept it, and nothing does"))
        .why("until the owner accepts it, the endpoint is there and no connection goes through")
        .help(help)
}
