//! A route leads to an endpoint that cannot be the target of a route.
//!
//! ## Why
//!
//! Of all endpoints only those of a Gateway Load Balancer are targets of routes. The route of a gateway endpoint is
//! made by AWS, for each table that the endpoint is associated with; an interface endpoint is found by DNS. AWS
//! refuses the route at apply.
//!
//! Source: Amazon EC2 API Reference, "`CreateRoute`"; AWS `PrivateLink`, "Gateway endpoints".
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
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.s3"
//!   vpc_endpoint_type = "Gateway"
//! }
//!
//! resource "aws_route" "s3" {
//!   route_table_id             = aws_route_table.app.id
//!   destination_prefix_list_id = aws_vpc_endpoint.s3.prefix_list_id
//!   vpc_endpoint_id            = aws_vpc_endpoint.s3.id
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
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.s3"
//!   vpc_endpoint_type = "Gateway"
//! }
//!
//! resource "aws_vpc_endpoint_route_table_association" "s3" {
//!   route_table_id  = aws_route_table.app.id
//!   vpc_endpoint_id = aws_vpc_endpoint.s3.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An endpoint that is not in the input or whose type is known only after apply. What a table shows of the routes
//! that AWS has made is not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Action;
use groundplan_model::{Endpoint, Route, RouteSource, RouteTarget};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, route) in cx.topology.routes.iter() {
        let RouteTarget::Endpoint(link) = &route.target else { continue };
        if route.source == RouteSource::Seen || route.action == Action::NoOp {
            continue;
        }
        let answer = link.tri().and_then(|id| {
            let endpoint = &cx.topology.endpoints[id];
            let wrong = |kind: Box<str>| {
                (&*kind != "GatewayLoadBalancer").then(|| words(route, endpoint, &kind))
            };
            endpoint.endpoint_type.value.clone().map(wrong)
        });
        out.answer(&route.origin, answer);
    }
}

fn words(route: &Route, endpoint: &Endpoint, kind: &str) -> Finding {
    let name = endpoint.head.name();
    let help = if kind == "Gateway" {
        format!(
            "remove the route, and associate the table with `{name}`: by `route_table_ids` or an \
             `aws_vpc_endpoint_route_table_association`"
        )
    } else {
        format!("remove the route: clients find `{name}` by its DNS names")
    };
    Finding::at(&route.target_origin, "cannot be the target of a route")
        .also(&endpoint.endpoint_type.origin, format!("is of type {kind}"))
        .message(format!("`{}` leads to `{name}`, an endpoint of type {kind}", route.origin))
        .why("only endpoints of Gateway Load Balancers are targets of routes; AWS refuses others at apply")
        .help(help)
}
