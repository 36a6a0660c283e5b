//! The addresses that an endpoint asks for are not those of its subnets.
//!
//! ## Why
//!
//! An endpoint takes an address of each family that it asks for from each of its subnets: `ipv4` needs subnets with
//! IPv4 ranges, `dualstack` needs both families in all of them, and `ipv6` needs subnets with IPv6. The service has
//! to take the family as well. AWS refuses another combination at apply.
//!
//! Source: AWS `PrivateLink`, "Access an AWS service using an interface VPC endpoint" (IP address types).
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
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id              = aws_vpc.app.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.a.id]
//!   ip_address_type = "dualstack"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//!   assign_generated_ipv6_cidr_block = true
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   ipv6_cidr_block = cidrsubnet(aws_vpc.app.ipv6_cidr_block, 8, 1)
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id              = aws_vpc.app.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.a.id]
//!   ip_address_type = "dualstack"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A subnet that is not in the input, or whose ranges nobody tells. Subnets in Local Zones and on Outposts are not
//! looked at: which services are there changes.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Endpoint, Id, Management, Subnet, Topology};

use crate::{Context, Rule, Sink};

use crate::default_route::has_v6;

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What does not take the addresses.
enum Unfit<'t> {
    /// A subnet without this family, and where that is seen.
    Subnet(Id<Subnet>, &'static str),
    /// The service does not take this family.
    Service(&'static str, &'t Origin),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, endpoint) in cx.topology.endpoints.iter() {
        // What AWS has, it has accepted.
        if endpoint.head.management == Management::Observed || !endpoint.head.action.creates() {
            continue;
        }
        let families: &[&'static str] = match &endpoint.ip_type.value {
            Tri::Known(kind) => match &**kind {
                "ipv4" => &["IPv4"],
                "ipv6" => &["IPv6"],
                "dualstack" => &["IPv4", "IPv6"],
                _ => continue,
            },
            // Where it is left out, AWS takes what fits.
            Tri::Absent | Tri::Unknown(_) => continue,
        };
        let answer = decide(cx.topology, endpoint, families);
        let answer = answer.map(|found| found.map(|it| words(cx.topology, endpoint, &it)));
        out.answer(&endpoint.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    endpoint: &Endpoint,
    families: &[&'static str],
) -> Tri<Option<Unfit<'t>>> {
    let mut open: Option<Cause> = None;
    if let Some(service) = endpoint.provider.here() {
        let service = &topology.endpoint_services[service];
        for family in families {
            match takes(&service.families, family) {
                Tri::Known(false) => {
                    let place = &service.families_origin;
                    return Tri::Known(Some(Unfit::Service(family, place)));
                }
                Tri::Unknown(cause) => open = open.or(Some(cause)),
                Tri::Known(true) | Tri::Absent => (),
            }
        }
    }
    let members = match &endpoint.subnets {
        Tri::Known(members) => members,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return open.map_or(Tri::Known(None), Tri::Unknown),
    };
    for id in &members.here {
        for family in families {
            match has(&topology.subnets[*id], family) {
                Tri::Known(false) if members.exact => {
                    return Tri::Known(Some(Unfit::Subnet(*id, family)));
                }
                Tri::Known(false) => {
                    let what = endpoint.subnets_origin.to_string();
                    open = open.or_else(|| Some(Cause::ManyInstances(what.into())));
                }
                Tri::Unknown(cause) => open = open.or(Some(cause)),
                Tri::Known(true) | Tri::Absent => (),
            }
        }
    }
    let elsewhere = || members.elsewhere.first().cloned().map(Cause::NotInInput);
    open.or_else(elsewhere).map_or(Tri::Known(None), Tri::Unknown)
}

fn has(subnet: &Subnet, family: &str) -> Tri<bool> {
    if family == "IPv6" { has_v6(subnet) } else { subnet.ipv6_only.value.clone().map(|only| !only) }
}

/// Whether a service takes a family, where its families are told.
fn takes(families: &Tri<Vec<Tri<Box<str>>>>, family: &str) -> Tri<bool> {
    let told = match families {
        Tri::Known(told) if !told.is_empty() => told,
        Tri::Known(_) | Tri::Absent | Tri::Unknown(_) => return Tri::Absent,
    };
    let is_it = |it: &Tri<Box<str>>| it.known().is_some_and(|it| it.eq_ignore_ascii_case(family));
    if told.iter().any(is_it) {
        return Tri::Known(true);
    }
    let unknown = told.iter().find_map(|it| match it {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) | Tri::Absent => None,
    });
    unknown.map_or(Tri::Known(false), Tri::Unknown)
}

fn words(topology: &Topology, endpoint: &Endpoint, unfit: &Unfit<'_>) -> Finding {
    let name = endpoint.head.name();
    let kind = endpoint.ip_type.value.known().map_or("", |it| it);
    let finding = Finding::at(&endpoint.ip_type.origin, format!("asks for {kind} addresses"));
    let right = |family: &str| if family == "IPv6" { "ipv4" } else { "ipv6" };
    match unfit {
        Unfit::Subnet(id, family) => {
            let subnet = &topology.subnets[*id];
            let of = subnet.head.name();
            finding
                .also(&subnet.head.origin, format!("has no {family} range"))
                .message(format!("`{name}` asks for {kind} addresses, and `{of}` has no {family} range"))
                .why("an endpoint takes an address of each family from each of its subnets; AWS refuses it at apply")
                .help(format!("set `ip_address_type = \"{}\"` on `{name}`, or give `{of}` an {family} range", right(family)))
        }
        Unfit::Service(family, place) => finding
            .also(place, format!("{family} is not among them"))
            .message(format!("`{name}` asks for {kind} addresses, and its service does not take {family}"))
            .why("the service has to take each family that the endpoint asks for; AWS refuses it at apply")
            .help(format!("set `ip_address_type = \"{}\"` on `{name}`", right(family))),
    }
}
