//! A private hosted zone has the name that an endpoint with private DNS claims in the same VPC.
//!
//! ## Why
//!
//! Private DNS of an endpoint is a hidden private hosted zone for the name of the service. A VPC takes one private
//! zone of a name, so AWS refuses whichever comes second at apply ("conflicting DNS domain").
//!
//! Source: AWS PrivateLink Guide, "Manage DNS names for VPC endpoint services"; Amazon Route 53 API Reference,
//! "`AssociateVPCWithHostedZone`" (`ConflictingDomainExists`).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block           = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_route53_zone" "kms" {
//!   name = "kms.eu-west-1.amazonaws.com"
//!
//!   vpc {
//!     vpc_id = aws_vpc.a.id
//!   }
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
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
//! resource "aws_route53_zone" "kms" {
//!   name = "kms.eu-west-1.amazonaws.com"
//!
//!   vpc {
//!     vpc_id = aws_vpc.a.id
//!   }
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id              = aws_vpc.a.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   private_dns_enabled = false
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A zone of that name whose VPC cannot be followed, and an endpoint whose VPC or switch is known only after apply.
//! Asked is only for services whose name is that of the endpoint service, as most are.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Origin, Tri};
use groundplan_model::{Endpoint, Head, HostedZone, Id, Link, Management, Topology, Vpc};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Services whose private name is `NAME.REGION.amazonaws.com` (the PrivateLink Guide's "AWS services that integrate",
/// with the endpoints of the AWS General Reference).
const PLAIN: &[&str] = &[
    "athena",
    "autoscaling",
    "cloudformation",
    "cloudtrail",
    "codebuild",
    "codecommit",
    "config",
    "dynamodb",
    "ec2",
    "ec2messages",
    "ecs",
    "elasticfilesystem",
    "elasticloadbalancing",
    "events",
    "execute-api",
    "glue",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "s3",
    "secretsmanager",
    "servicecatalog",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
    "states",
    "sts",
];

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut by_name: BTreeMap<&str, Vec<Id<HostedZone>>> = BTreeMap::new();
    for (id, zone) in topology.hosted_zones.iter() {
        if let Tri::Known(name) = &zone.name.value {
            by_name.entry(name).or_default().push(id);
        }
    }
    for (id, endpoint) in topology.endpoints.iter() {
        let Some(name) = private_name(endpoint) else { continue };
        let Some(zones) = by_name.get(&*name) else { continue };
        for zone in zones {
            let answer = decide(topology, (id, endpoint), *zone);
            let words = |tie: Origin| words(topology, endpoint, *zone, &tie);
            out.answer(&endpoint.head.origin, answer.map(|it| it.map(words)));
        }
    }
}

/// The name that private DNS of this endpoint claims.
fn private_name(endpoint: &Endpoint) -> Option<String> {
    let kind = endpoint.endpoint_type.value.known()?;
    let rest = endpoint.service.value.known()?.strip_prefix("com.amazonaws.")?;
    let (region, service) = rest.split_once('.')?;
    let plain = &**kind == "Interface" && PLAIN.contains(&service);
    plain.then(|| format!("{service}.{region}.amazonaws.com"))
}

/// What ties the zone to the VPC in which the endpoint has private DNS.
fn decide(
    topology: &Topology,
    (id, endpoint): (Id<Endpoint>, &Endpoint),
    zone: Id<HostedZone>,
) -> Tri<Option<Origin>> {
    match topology.private_dns(id).value {
        Tri::Known(true) => (),
        Tri::Known(false) | Tri::Absent => return Tri::Known(None),
        Tri::Unknown(cause) => return Tri::Unknown(cause),
    }
    let own = &topology.hosted_zones[zone];
    let mut doubt = None;
    let mut is_new = makes(&endpoint.head);
    let mut tied = |link: &Link<Vpc>, head: &Head| {
        let meets = topology
            .vpc_key(link)
            .and_then(|one| topology.vpc_key(&endpoint.vpc).map(|two| one == two));
        is_new |= makes(head);
        match meets {
            Tri::Known(true) => Some(head.origin.clone()),
            Tri::Unknown(cause) => {
                doubt = doubt.take().or(Some(cause));
                None
            }
            Tri::Known(false) | Tri::Absent => None,
        }
    };
    let mut tie = match &own.vpcs {
        Tri::Known(links) => links.iter().find_map(|it| tied(it, &own.head)),
        Tri::Absent => None,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
    };
    for child in topology.associations_of_zone.of(zone) {
        let child = &topology.zone_associations[*child];
        tie = tie.or_else(|| tied(&child.vpc, &child.head));
    }
    match (tie, doubt.or_else(|| topology.associations_of_zone.open(zone).cloned())) {
        // What there is already, AWS has accepted.
        _ if !is_new => Tri::Known(None),
        (Some(tie), _) => Tri::Known(Some(tie)),
        (None, Some(cause)) => Tri::Unknown(cause),
        (None, None) => Tri::Known(None),
    }
}

fn makes(head: &Head) -> bool {
    let changes = head.action.creates() || head.action == Action::Update;
    changes && head.management != Management::Observed
}

fn words(topology: &Topology, endpoint: &Endpoint, zone: Id<HostedZone>, tie: &Origin) -> Finding {
    let zone = &topology.hosted_zones[zone];
    let (name, other) = (endpoint.head.name(), zone.head.name());
    let domain = zone.name.value.known().map_or("the name", |it| &**it);
    let finding = Finding::at(&endpoint.private_dns.origin, format!("claims {domain}"))
        .also(&zone.name.origin, "has that name");
    let finding = if tie.address == zone.head.origin.address {
        finding
    } else {
        finding.also(tie, "ties the zone to the VPC")
    };
    finding
        .message(format!(
            "`{name}` has private DNS for {domain}, and its VPC has the private hosted zone `{other}` of that name"
        ))
        .why("a VPC takes one private zone of a name, and private DNS is one; AWS refuses the second at apply")
        .help(format!(
            "remove `{other}`, whose records the endpoint replaces, or set `private_dns_enabled = false` on `{name}`"
        ))
}
