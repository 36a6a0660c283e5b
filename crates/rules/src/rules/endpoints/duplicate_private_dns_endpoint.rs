//! Two endpoints with private DNS for the same service stand in one VPC.
//!
//! ## Why
//!
//! Private DNS claims the public name of a service for the VPC, and a name can be claimed once. AWS
//! refuses the second endpoint at apply ("conflicting DNS domain").
//!
//! Source: AWS PrivateLink Guide, "Access an AWS service using an interface VPC endpoint".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block           = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_vpc_endpoint" "one" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   private_dns_enabled = true
//! }
//!
//! resource "aws_vpc_endpoint" "two" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
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
//! resource "aws_vpc_endpoint" "one" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   private_dns_enabled = true
//! }
//!
//! resource "aws_vpc_endpoint" "two" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   private_dns_enabled = false
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A service, a VPC or a switch that is known only after apply, where another endpoint may clash.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Tri};
use groundplan_model::{Endpoint, Id, Topology, VpcKey};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What is known of the name that an endpoint claims.
struct Claim<'t> {
    endpoint: &'t Endpoint,
    on: Tri<bool>,
    vpc: Tri<VpcKey>,
    service: Tri<Box<str>>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let claims: Vec<Claim<'_>> =
        cx.topology.endpoints.iter().filter_map(|(id, it)| claim(cx.topology, id, it)).collect();
    let mut by_name: BTreeMap<(&VpcKey, &str), &Claim<'_>> = BTreeMap::new();
    let mut unclear: Vec<&Claim<'_>> = Vec::new();
    for (at, claim) in claims.iter().enumerate() {
        let name = claim.name();
        let before = name.and_then(|name| by_name.get(&name).copied());
        let clash = if name.is_some() {
            // Two claims of which all is known are told apart by their names alone.
            unclear.iter().find_map(|other| may_clash(other, claim))
        } else {
            claims.iter().take(at).find_map(|other| may_clash(other, claim))
        };
        let before = before.filter(|first| !is_one(first.endpoint, claim.endpoint));
        let perhaps =
            |first: &&Claim<'_>| cx.topology.may_be_one(&first.endpoint.head, &claim.endpoint.head);
        if let Some(cause) = before.as_ref().and_then(perhaps) {
            out.undetermined(&claim.endpoint.head.origin, cause);
        } else if let Some(first) = before {
            out.broken(words(claim, first));
        } else if claim.endpoint.head.action == Action::CreateThenDelete && name.is_some() {
            out.broken(words_on_replacement(claim.endpoint));
        } else if let Some(cause) = clash {
            out.undetermined(&claim.endpoint.head.origin, cause);
        } else {
            out.fine();
        }
        match name {
            Some(name) => {
                by_name.entry(name).or_insert(claim);
            }
            None => unclear.push(claim),
        }
    }
}

impl Claim<'_> {
    /// The VPC and the service, when it is known that private DNS is on and for what.
    fn name(&self) -> Option<(&VpcKey, &str)> {
        match (&self.on, &self.vpc, &self.service) {
            (Tri::Known(true), Tri::Known(vpc), Tri::Known(service)) => Some((vpc, service)),
            (Tri::Known(_) | Tri::Unknown(_) | Tri::Absent, _, _) => None,
        }
    }
}

/// A data source that looks at an endpoint of this configuration is that endpoint.
fn is_one(one: &Endpoint, two: &Endpoint) -> bool {
    one.head.id.is_some() && one.head.id == two.head.id
}

/// What an endpoint claims; nothing where private DNS is off, or for a type that has none.
fn claim<'t>(topology: &Topology, id: Id<Endpoint>, endpoint: &'t Endpoint) -> Option<Claim<'t>> {
    let on = topology.private_dns(id).value;
    if matches!(on, Tri::Known(false) | Tri::Absent) {
        return None;
    }
    let (vpc, service) = (topology.vpc_key(&endpoint.vpc), endpoint.service.value.clone());
    Some(Claim { endpoint, on, vpc, service })
}

/// Why two claims may turn out to be one, where nothing known keeps them apart.
fn may_clash(one: &Claim<'_>, two: &Claim<'_>) -> Option<Cause> {
    let mut open = None;
    let mut apart = |cause: Option<Cause>, differ: bool| {
        open = open.clone().or(cause);
        differ
    };
    let vpcs = apart(cause_of(&one.vpc).or(cause_of(&two.vpc)), differ(&one.vpc, &two.vpc));
    let services = apart(
        cause_of(&one.service).or(cause_of(&two.service)),
        differ(&one.service, &two.service),
    );
    apart(cause_of(&one.on).or(cause_of(&two.on)), false);
    if vpcs || services { None } else { open }
}

fn cause_of<T>(fact: &Tri<T>) -> Option<Cause> {
    match fact {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) | Tri::Absent => None,
    }
}

fn differ<T: PartialEq>(one: &Tri<T>, two: &Tri<T>) -> bool {
    match (one, two) {
        (Tri::Known(one), Tri::Known(two)) => one != two,
        (Tri::Absent, _) | (_, Tri::Absent) => true,
        (Tri::Unknown(_), _) | (_, Tri::Unknown(_)) => false,
    }
}

fn words(claim: &Claim<'_>, first: &Claim<'_>) -> Finding {
    let (name, other) = (claim.endpoint.head.name(), first.endpoint.head.name());
    let service = claim.service.known().map_or("one service", |service| &**service);
    let vpc = match claim.vpc.known() {
        Some(VpcKey::Elsewhere(id)) => format!("in `{id}`"),
        Some(VpcKey::Here(_)) | None => "in the same VPC".to_owned(),
    };
    Finding::at(&claim.endpoint.private_dns.origin, "claims the name a second time")
        .also(&first.endpoint.private_dns.origin, "claims it already")
        .message(format!("`{name}` and `{other}` both have private DNS for {service} {vpc}"))
        .why("a VPC takes one private DNS name for a service; AWS refuses the second endpoint at apply")
        .help(format!("remove `{name}`, or set `private_dns_enabled = false` on it"))
}

fn words_on_replacement(endpoint: &Endpoint) -> Finding {
    let name = endpoint.head.name();
    Finding::at(&endpoint.private_dns.origin, "claimed by the old endpoint until it is destroyed")
        .also(&endpoint.head.origin, "replaced, the new one first")
        .message(format!("`{name}` is created, with private DNS, before the endpoint that it replaces is destroyed"))
        .why("both would hold the private DNS name at once, which AWS refuses at apply")
        .help(format!("take `create_before_destroy` off `{name}`"))
}
