//! The account of an endpoint is not among those that its service lets in.
//!
//! ## Why
//!
//! Other accounts than its owner's make endpoints to a service only where it names them as principals. To all
//! others the service looks as if it were not there, and AWS refuses the endpoint at apply (`InvalidServiceName`).
//!
//! Source: AWS `PrivateLink`, "Share your services through AWS `PrivateLink`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! provider "aws" {
//!   alias               = "owner"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["111111111111"]
//! }
//!
//! provider "aws" {
//!   alias               = "consumer"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["222222222222"]
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider   = aws.consumer
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   provider          = aws.consumer
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_vpc_endpoint_service" "api" {
//!   provider                   = aws.owner
//!   acceptance_required        = false
//!   network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/50dc6c495c0c9188"]
//!   allowed_principals         = ["arn:aws:iam::333333333333:root"]
//! }
//!
//! resource "aws_vpc_endpoint" "api" {
//!   provider          = aws.consumer
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
//! provider "aws" {
//!   alias               = "owner"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["111111111111"]
//! }
//!
//! provider "aws" {
//!   alias               = "consumer"
//!   region              = "eu-west-1"
//!   allowed_account_ids = ["222222222222"]
//! }
//!
//! resource "aws_vpc" "app" {
//!   provider   = aws.consumer
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "a" {
//!   provider          = aws.consumer
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_vpc_endpoint_service" "api" {
//!   provider                   = aws.owner
//!   acceptance_required        = false
//!   network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/50dc6c495c0c9188"]
//!   allowed_principals         = ["arn:aws:iam::222222222222:root"]
//! }
//!
//! resource "aws_vpc_endpoint" "api" {
//!   provider          = aws.consumer
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = aws_vpc_endpoint_service.api.service_name
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.a.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A principal that is known only after apply, a service whose id an output hands on (another configuration may add
//! principals), and accounts that nobody tells.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, EndpointService, Id, Management, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The accounts of both sides.
struct Accounts {
    owner: Box<str>,
    consumer: Box<str>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, endpoint) in cx.topology.endpoints.iter() {
        let Some(id) = endpoint.provider.here() else { continue };
        let service = &cx.topology.endpoint_services[id];
        let seen = [&endpoint.head, &service.head];
        if seen.iter().any(|it| it.management == Management::Observed)
            || !endpoint.head.action.creates()
        {
            continue;
        }
        let answer = decide(cx.topology, endpoint, id);
        let answer = answer.map(|found| found.map(|it| words(endpoint, service, &it)));
        out.answer(&endpoint.head.origin, answer);
    }
}

fn decide(
    topology: &Topology,
    endpoint: &Endpoint,
    id: Id<EndpointService>,
) -> Tri<Option<Accounts>> {
    let service = &topology.endpoint_services[id];
    match endpoint.head.same_account(&service.head) {
        Tri::Known(false) => (),
        Tri::Known(true) | Tri::Absent => return Tri::Known(None),
        Tri::Unknown(cause) => return Tri::Unknown(cause),
    }
    let (Tri::Known(consumer), Tri::Known(owner)) = (&endpoint.head.account, &service.head.account)
    else {
        return Tri::Known(None);
    };
    let mut open: Option<Cause> = None;
    let written = match &service.principals {
        Tri::Known(all) => all.as_slice(),
        Tri::Unknown(cause) => {
            open = Some(cause.clone());
            &[]
        }
        Tri::Absent => &[],
    };
    let added = topology.principals_of_service.of(id).iter();
    let added = added.map(|it| &topology.endpoint_principals[*it].principal.value);
    for principal in written.iter().chain(added) {
        match principal {
            Tri::Known(it) if lets_in(it, consumer) => return Tri::Known(None),
            Tri::Unknown(cause) => open = open.or_else(|| Some(cause.clone())),
            Tri::Known(_) | Tri::Absent => (),
        }
    }
    let open = open
        .or_else(|| topology.principals_of_service.open(id).cloned())
        .or_else(|| topology.container_open(&service.head));
    let accounts = Accounts { owner: owner.clone(), consumer: consumer.clone() };
    open.map_or(Tri::Known(Some(accounts)), Tri::Unknown)
}

/// Whether this principal is somebody of the account, or everybody.
fn lets_in(principal: &str, account: &str) -> bool {
    principal == "*" || principal == account || principal.split(':').nth(4) == Some(account)
}

fn words(endpoint: &Endpoint, service: &EndpointService, accounts: &Accounts) -> Finding {
    let (name, other) = (endpoint.head.name(), service.head.name());
    let Accounts { owner, consumer } = accounts;
    Finding::at(&endpoint.service.origin, format!("a service of account {owner}"))
        .also(&service.principals_origin, format!("does not let {consumer} in"))
        .message(format!("`{name}` is in account {consumer}, which `{other}` does not let in"))
        .why("to an account that is no principal of it, a service looks as if it were not there; AWS refuses the endpoint at apply")
        .help(format!("add `arn:aws:iam::{consumer}:root` to `allowed_principals` of `{other}`"))
}
