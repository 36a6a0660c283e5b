//! An endpoint for Amazon S3, DynamoDB, KMS, Secrets Manager or STS lets every request through.
//!
//! ## Why
//!
//! An endpoint without a policy of its own has one that allows everything: whoever is in the VPC can use it with
//! credentials of any account, so that data can be copied to buckets, tables and keys of others although nothing
//! leads to the internet. A policy that names the organisation (`aws:ResourceOrgID`, `aws:PrincipalOrgID`) keeps it
//! inside.
//!
//! Source: AWS `PrivateLink`, "Control access to VPC endpoints using endpoint policies".
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
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.app.id]
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
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.app.id]
//!   policy          = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*"
//!       Action    = "s3:*"
//!       Resource  = "*"
//!       Condition = { StringEquals = { "aws:ResourceOrgID" = "o-0a1b2c3d4e" } }
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A policy that is known only after apply, and an endpoint to which another configuration may give one.

use crate::services::Service;
use crate::{Context, Rule, Sink};
use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Endpoint, Id, Management, Topology, allows_everything};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Services that hold data or hand out credentials.
const GUARDED: &[&str] = &["dynamodb", "kms", "s3", "secretsmanager", "sts"];

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let Tri::Known(service) = Service::of(endpoint) else { continue };
        if endpoint.head.management == Management::Observed
            || !GUARDED.iter().any(|it| service.is(it))
        {
            continue;
        }
        let answer = open(cx.topology, id);
        out.answer(
            &endpoint.head.origin,
            answer.map(|at| at.map(|at| words(endpoint, &at, service))),
        );
    }
}

/// Where it is said that everything is allowed; the endpoint where nothing is said.
fn open(topology: &Topology, id: Id<Endpoint>) -> Tri<Option<Origin>> {
    let endpoint = &topology.endpoints[id];
    let separate = topology
        .policies_of_endpoint
        .of(id)
        .iter()
        .map(|it| &topology.endpoint_policies[*it].policy);
    // What AWS shows of an endpoint before the apply is not what a policy of its own makes of it.
    let unsaid = endpoint.written.policy == Tri::Known(false)
        && (endpoint.policy.value.known().is_none() || separate.len() > 0);
    let own = (!unsaid).then_some(&endpoint.policy).filter(|it| it.value != Tri::Absent);
    let mut policies = own.into_iter().chain(separate).peekable();
    if policies.peek().is_none() {
        let open = topology
            .policies_of_endpoint
            .open(id)
            .cloned()
            .or_else(|| topology.shared_open(&endpoint.head));
        return open.map_or_else(|| Tri::Known(Some(endpoint.policy.origin.clone())), Tri::Unknown);
    }
    let mut doubt: Option<Cause> = None;
    for policy in policies {
        match &policy.value {
            Tri::Known(text) if allows_everything(text) => {
                return Tri::Known(Some(policy.origin.clone()));
            }
            Tri::Unknown(cause) => doubt = doubt.or_else(|| Some(cause.clone())),
            Tri::Known(_) | Tri::Absent => (),
        }
    }
    doubt.map_or(Tri::Known(None), Tri::Unknown)
}

fn words(endpoint: &Endpoint, at: &Origin, service: Service<'_>) -> Finding {
    let name = endpoint.head.name();
    Finding::at(at, "allows every request")
        .also(&endpoint.service.origin, "is reached with credentials of any account")
        .message(format!("`{name}` lets every request to {} through", service.name))
        .why("whoever is in the VPC can send data to resources of other accounts over the endpoint")
        .help(format!(
            "give `{name}` a `policy` whose statements have a condition on `aws:ResourceOrgID` and \
             `aws:PrincipalOrgID`, or name the resources that are used"
        ))
}
