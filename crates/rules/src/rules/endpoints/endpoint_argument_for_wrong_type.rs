//! An endpoint is given an argument that its type does not have.
//!
//! ## Why
//!
//! Gateway endpoints stand in route tables; interface endpoints and those of Gateway Load Balancers stand in
//! subnets, and only interface endpoints have security groups and private DNS. AWS refuses an argument of another
//! type at apply (`InvalidParameter`).
//!
//! Source: Amazon EC2 API Reference, "`CreateVpcEndpoint`"; provider page of `aws_vpc_endpoint`.
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_security_group" "ddb" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "ddb" {
//!   vpc_id             = aws_vpc.app.id
//!   service_name       = "com.amazonaws.eu-west-1.dynamodb"
//!   security_group_ids = [aws_security_group.ddb.id]
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
//! resource "aws_vpc_endpoint" "ddb" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.dynamodb"
//!   route_table_ids = [aws_route_table.app.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An endpoint whose type, or an argument whose value, is known only after apply. What AWS has already is not asked
//! about, and neither is a gateway endpoint for a service that has none, whose type is the fault.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Origin, Tri};
use groundplan_model::{Endpoint, Head, Link, Management};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// An argument with what the types that have it are called.
struct Foreign<'t> {
    /// Where it is given.
    origin: &'t Origin,
    what: &'static str,
    types: &'static str,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, endpoint) in cx.topology.endpoints.iter() {
        // What AWS has, it has accepted.
        if endpoint.head.management == Management::Observed || !endpoint.head.action.creates() {
            continue;
        }
        let answer = decide(endpoint).map(|found| found.map(|it| words(endpoint, &it)));
        out.answer(&endpoint.head.origin, answer);
    }
    let topology = cx.topology;
    for (_, it) in topology.endpoint_route_table_associations.iter() {
        associated(cx, out, (&it.head, &it.endpoint), ("a route table", &["Gateway"]));
    }
    for (_, it) in topology.endpoint_group_associations.iter() {
        associated(cx, out, (&it.head, &it.endpoint), ("a security group", GROUPED));
    }
    for (_, it) in topology.endpoint_subnet_associations.iter() {
        associated(cx, out, (&it.head, &it.endpoint), ("a subnet", PLACED));
    }
}

/// The types that stand in subnets, and those with security groups.
const PLACED: &[&str] = &["Interface", "GatewayLoadBalancer", "Resource", "ServiceNetwork"];
const GROUPED: &[&str] = &["Interface", "Resource", "ServiceNetwork"];

fn decide(endpoint: &Endpoint) -> Tri<Option<Foreign<'_>>> {
    let kind = match &endpoint.endpoint_type.value {
        Tri::Known(kind) => &**kind,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let counts = &endpoint.counts;
    let tables = || given(&counts.tables, "`route_table_ids`", "gateway endpoints");
    let subnets = || given(&counts.subnets, "`subnet_ids`", "endpoints with network interfaces");
    let groups = || given(&counts.groups, "`security_group_ids`", "interface endpoints");
    let dns = || switched(&endpoint.private_dns);
    let asked = match kind {
        "Gateway" if has_gateway_form(endpoint) => vec![subnets(), groups(), dns()],
        "Interface" | "Resource" | "ServiceNetwork" => vec![tables()],
        "GatewayLoadBalancer" => vec![tables(), groups(), dns()],
        _ => Vec::new(),
    };
    let mut open = None;
    for answer in asked {
        match answer {
            Tri::Known(Some(found)) => return Tri::Known(Some(found)),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(None) | Tri::Absent => (),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// Whether the service may have gateway endpoints, so that it is the argument that is wrong and not the type.
fn has_gateway_form(endpoint: &Endpoint) -> bool {
    endpoint.service.value.known().is_none_or(|service| {
        let last = service.rsplit('.').next().unwrap_or_default();
        matches!(last, "s3" | "dynamodb" | "s3express")
    })
}

/// A list that is not empty.
fn given<'t>(
    count: &'t Fact<usize>,
    what: &'static str,
    types: &'static str,
) -> Tri<Option<Foreign<'t>>> {
    let found = Foreign { origin: &count.origin, what, types };
    count.value.clone().map(|count| (count > 0).then_some(found))
}

fn switched(dns: &Fact<bool>) -> Tri<Option<Foreign<'_>>> {
    let what = "`private_dns_enabled = true`";
    let found = Foreign { origin: &dns.origin, what, types: "interface endpoints" };
    dns.value.clone().map(|on| on.then_some(found))
}

fn words(endpoint: &Endpoint, found: &Foreign<'_>) -> Finding {
    let name = endpoint.head.name();
    let kind = endpoint.endpoint_type.value.known().map_or("", |it| it);
    let help = match kind {
        "Gateway" => {
            format!("remove it from `{name}`, and name the route tables in `route_table_ids`")
        }
        _ => format!("remove it from `{name}`"),
    };
    Finding::at(found.origin, format!("only {} have it", found.types))
        .also(&endpoint.endpoint_type.origin, format!("is of type {kind}"))
        .message(format!("`{name}` is an endpoint of type {kind} and has {}", found.what))
        .why(format!("{} is for {} alone; AWS refuses it at apply", found.what, found.types))
        .help(help)
}

/// A resource that ties something to an endpoint.
fn associated(
    cx: &Context<'_>,
    out: &mut Sink,
    (head, link): (&Head, &Link<Endpoint>),
    (what, types): (&str, &[&str]),
) {
    let Some(id) = link.here().filter(|_| head.action.creates()) else { return };
    let endpoint = &cx.topology.endpoints[id];
    let answer = endpoint.endpoint_type.value.as_ref().map(|kind| {
        (!types.contains(&&**kind)).then(|| {
            let (name, target) = (head.name(), endpoint.head.name());
            Finding::at(&head.origin, "does not fit the endpoint")
                .also(&endpoint.endpoint_type.origin, format!("is of type {kind}"))
                .message(format!("`{name}` ties {what} to `{target}`, an endpoint of type {kind}"))
                .why(format!(
                    "only endpoints of type {} take {what}; AWS refuses it at apply",
                    types.join(", ")
                ))
                .help(format!("remove `{name}`"))
        })
    });
    out.answer(&head.origin, answer);
}
