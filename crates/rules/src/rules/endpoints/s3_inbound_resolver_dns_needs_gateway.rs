//! An S3 interface endpoint has private DNS for inbound resolvers only, and its VPC has no S3 gateway endpoint.
//!
//! ## Why
//!
//! Private DNS of an S3 interface endpoint is for inbound resolver endpoints only, unless
//! `private_dns_only_for_inbound_resolver_endpoint` is switched off: what comes from the VPC itself is meant to go
//! through a gateway endpoint. Where there is none, AWS refuses the interface endpoint at apply ("To set
//! `PrivateDnsOnlyForInboundResolverEndpoint` to true, the VPC must have a Gateway endpoint for the service").
//!
//! Source: Amazon S3 User Guide, "AWS `PrivateLink` for Amazon S3" (private DNS); Amazon EC2 API Reference,
//! "`DnsOptionsSpecification`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block           = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.s3"
//!   vpc_endpoint_type   = "Interface"
//!   private_dns_enabled = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block           = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_vpc_endpoint" "s3_gateway" {
//!   vpc_id       = aws_vpc.a.id
//!   service_name = "com.amazonaws.eu-west-1.s3"
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.s3"
//!   vpc_endpoint_type   = "Interface"
//!   private_dns_enabled = true
//!
//!   depends_on = [aws_vpc_endpoint.s3_gateway]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that exists, since another configuration may have made the gateway endpoint (`--complete` says that none has);
//! switches that are known only after apply. Whether the gateway endpoint is made first is not asked, nor about
//! endpoints that exist.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, Id, Management, Topology, Vpc};

use crate::place::own_id;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let is_s3 = of_s3(endpoint, "Interface");
        if endpoint.head.management != Management::Created || is_s3 == Tri::Known(false) {
            continue;
        }
        let answer = decide(cx.topology, id, endpoint, is_s3)
            .map(|found| found.map(|vpc| words(cx.topology, endpoint, vpc)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// Whether it is an endpoint of this type for S3.
fn of_s3(endpoint: &Endpoint, wanted: &str) -> Tri<bool> {
    let kind = match &endpoint.endpoint_type.value {
        Tri::Known(kind) => Tri::Known(&**kind == wanted),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        Tri::Absent => Tri::Known(false),
    };
    let service = match &endpoint.service.value {
        Tri::Known(service) => Tri::Known(service.ends_with(".s3")),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        Tri::Absent => Tri::Known(false),
    };
    both(kind, service)
}

/// Both are true; one that is not settles it.
fn both(one: Tri<bool>, two: Tri<bool>) -> Tri<bool> {
    match (one, two) {
        (Tri::Known(false) | Tri::Absent, _) | (_, Tri::Known(false) | Tri::Absent) => {
            Tri::Known(false)
        }
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
        (Tri::Known(true), Tri::Known(true)) => Tri::Known(true),
    }
}

fn decide(
    topology: &Topology,
    id: Id<Endpoint>,
    endpoint: &Endpoint,
    is_s3: Tri<bool>,
) -> Tri<Option<Id<Vpc>>> {
    let only_inbound = match &endpoint.only_inbound {
        Tri::Absent => Tri::Known(true),
        told @ (Tri::Known(_) | Tri::Unknown(_)) => told.clone(),
    };
    let asks = both(is_s3, both(topology.private_dns(id).value, only_inbound));
    if asks == Tri::Known(false) {
        return Tri::Known(None);
    }
    let vpc = match endpoint.vpc.tri() {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let missing = match gateway_missing(topology, endpoint, vpc) {
        Tri::Known(true) => Tri::Known(Some(vpc)),
        Tri::Known(false) | Tri::Absent => return Tri::Known(None),
        Tri::Unknown(cause) => Tri::Unknown(cause),
    };
    match asks {
        Tri::Unknown(cause) => Tri::Unknown(cause),
        Tri::Known(_) | Tri::Absent => missing,
    }
}

/// Whether the VPC has no gateway endpoint for S3.
fn gateway_missing(topology: &Topology, endpoint: &Endpoint, vpc: Id<Vpc>) -> Tri<bool> {
    let mut open = None;
    for id in topology.endpoints_of_vpc.of(vpc) {
        match of_s3(&topology.endpoints[*id], "Gateway") {
            Tri::Known(true) => return Tri::Known(false),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    let perhaps = topology.endpoints_of_vpc.perhaps_of(vpc);
    let mut perhaps = perhaps
        .filter(|(id, _)| of_s3(&topology.endpoints[*id], "Gateway") != Tri::Known(false))
        .map(|(_, cause)| cause.clone());
    // What another stack's directory describes may have it from a third one.
    let head = &topology.vpcs[vpc].head;
    let elsewhere = head.stack() != endpoint.head.stack()
        && topology.idless.surely(head.stack())
        && !topology.closed;
    open.or_else(|| perhaps.next())
        .or_else(|| elsewhere.then(|| Cause::Shared(head.name().into())))
        .or_else(|| topology.shared_open(head))
        .map_or(Tri::Known(true), Tri::Unknown)
}

fn words(topology: &Topology, endpoint: &Endpoint, vpc: Id<Vpc>) -> Finding {
    let (name, of) = (endpoint.head.name(), topology.vpcs[vpc].head.name());
    let own = own_id(&endpoint.head.origin);
    Finding::at(&endpoint.private_dns.origin, "for inbound resolvers only, which needs a gateway endpoint")
        .also(&topology.vpcs[vpc].head.origin, "has no gateway endpoint for S3")
        .message(format!(
            "`{name}` has private DNS for inbound resolvers only, and `{of}` has no gateway endpoint for S3"
        ))
        .why(
            "unless it is switched off, private DNS of an S3 interface endpoint leaves the VPC's own traffic to a \
             gateway endpoint; AWS refuses it where there is none",
        )
        .help(format!(
            "add an `aws_vpc_endpoint` of type Gateway for S3 to `{of}` and let `{}` wait for it with `depends_on`, or set \
             `private_dns_only_for_inbound_resolver_endpoint = false` in its `dns_options`",
            own.trim_end_matches(".id")
        ))
}
