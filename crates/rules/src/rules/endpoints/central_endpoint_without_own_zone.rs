//! An interface endpoint lets in clients of other VPCs, where its name does not lead to it.
//!
//! ## Why
//!
//! Private DNS of an endpoint works in the endpoint's own VPC alone. In the VPCs that share a central endpoint the
//! name of the service keeps leading to its public addresses: packets take the internet path there, or none. A
//! central endpoint has private DNS off, and a private hosted zone of its own for the name, with an alias for the
//! endpoint, that is associated with every VPC.
//!
//! Source: AWS Whitepaper "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure", "Centralized access
//! to VPC private endpoints".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "hub" {
//!   cidr_block           = "10.9.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_subnet" "hub" {
//!   vpc_id     = aws_vpc.hub.id
//!   cidr_block = "10.9.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "hub" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.hub.id
//!   subnet_ids         = [aws_subnet.hub.id]
//! }
//!
//! resource "aws_vpc" "app" {
//!   cidr_block           = "10.1.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_security_group" "endpoints" {
//!   name   = "endpoints"
//!   vpc_id = aws_vpc.hub.id
//!
//!   ingress {
//!     from_port   = 443
//!     to_port     = 443
//!     protocol    = "tcp"
//!     cidr_blocks = ["10.1.0.0/16"]
//!   }
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id              = aws_vpc.hub.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.hub.id]
//!   security_group_ids  = [aws_security_group.endpoints.id]
//!   private_dns_enabled = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "hub" {
//!   cidr_block           = "10.9.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_subnet" "hub" {
//!   vpc_id     = aws_vpc.hub.id
//!   cidr_block = "10.9.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "hub" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.hub.id
//!   subnet_ids         = [aws_subnet.hub.id]
//! }
//!
//! resource "aws_vpc" "app" {
//!   cidr_block           = "10.1.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_security_group" "endpoints" {
//!   name   = "endpoints"
//!   vpc_id = aws_vpc.hub.id
//!
//!   ingress {
//!     from_port   = 443
//!     to_port     = 443
//!     protocol    = "tcp"
//!     cidr_blocks = ["10.1.0.0/16"]
//!   }
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id              = aws_vpc.hub.id
//!   service_name        = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.hub.id]
//!   security_group_ids  = [aws_security_group.endpoints.id]
//!   private_dns_enabled = false
//! }
//!
//! resource "aws_route53_zone" "kms" {
//!   name = "kms.eu-west-1.amazonaws.com"
//!
//!   vpc {
//!     vpc_id = aws_vpc.hub.id
//!   }
//!
//!   vpc {
//!     vpc_id = aws_vpc.app.id
//!   }
//! }
//!
//! resource "aws_route53_record" "kms" {
//!   zone_id = aws_route53_zone.kms.zone_id
//!   name    = "kms.eu-west-1.amazonaws.com"
//!   type    = "A"
//!
//!   alias {
//!     name                   = aws_vpc_endpoint.kms.dns_entry[0].dns_name
//!     zone_id                = aws_vpc_endpoint.kms.dns_entry[0].hosted_zone_id
//!     evaluate_target_health = false
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Security groups and private DNS that are known only after apply, and VPCs in which others may make endpoints. That
//! an endpoint is meant for another VPC is concluded from a rule of its security group for addresses outside of its
//! own VPC that are of a VPC behind the same transit gateway or peering connection. VPCs with a resolver rule, a
//! Route 53 profile or a zone for the service are not asked about.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{
    AttachmentKind, Direction, Endpoint, Id, Management, SgPeer, TCP, Topology, Vpc, overlap,
};
use ipnet::IpNet;

use crate::gateway_endpoints::is_type;
use crate::place::MOST_PLACES;
use crate::services::{Service, has_endpoint};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// A VPC whose addresses an endpoint lets in, and the rule that does.
type Client<'t> = (Id<Vpc>, &'t Origin);

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (id, endpoint) in topology.endpoints.iter() {
        let (Some(vpc), Tri::Known(service)) = (endpoint.vpc.here(), Service::of(endpoint)) else {
            continue;
        };
        if endpoint.head.management == Management::Observed
            || is_type(endpoint, "Interface") != Tri::Known(true)
            || service.region == "vpce"
        {
            continue;
        }
        let clients = clients(topology, endpoint, vpc);
        if clients.is_empty() {
            continue;
        }
        let answer = decide(topology, id, service, clients);
        out.answer(
            &endpoint.head.origin,
            answer.map(|found| (!found.is_empty()).then(|| words(topology, id, service, &found))),
        );
    }
}

/// The VPCs nearby that the groups of the endpoint have a rule for.
fn clients<'t>(topology: &'t Topology, endpoint: &Endpoint, own: Id<Vpc>) -> Vec<Client<'t>> {
    let admitted = admitted(topology, endpoint, own);
    if admitted.is_empty() {
        return Vec::new();
    }
    let meets = |vpc: Id<Vpc>| {
        let ranges = topology.ranges(vpc);
        let known: Vec<IpNet> = ranges.known_v4().map(|(net, _)| net).collect();
        let found =
            admitted.iter().find(|(net, _)| known.iter().any(|it| overlap(*it, *net).is_some()));
        found.map(|(_, origin)| (vpc, *origin))
    };
    nearby(topology, own).into_iter().filter_map(meets).collect()
}

/// The ranges outside of its VPC that the endpoint lets in on port 443, with the rules.
fn admitted<'t>(
    topology: &'t Topology,
    endpoint: &Endpoint,
    own: Id<Vpc>,
) -> Vec<(IpNet, &'t Origin)> {
    let Tri::Known(groups) = &endpoint.groups else { return Vec::new() };
    let inside: Vec<IpNet> = topology.ranges(own).known_v4().map(|(net, _)| net).collect();
    let rules =
        groups.here.iter().filter(|_| groups.exact).flat_map(|id| topology.rules_of_group.of(*id));
    let mut out = Vec::new();
    for rule in rules.map(|id| &topology.sg_rules[*id]) {
        let opens = rule.goes(Direction::Ingress) == Tri::Known(true)
            && rule.traffic.covers(TCP, (443, 443)) == Tri::Known(true)
            && !rule.origin.address.is_symbolic();
        for peer in rule.peers.iter().filter(|_| opens) {
            if let SgPeer::Range(Tri::Known(net)) = peer
                && inside.iter().all(|it| overlap(*it, *net).is_none())
            {
                out.push((*net, &rule.origin));
            }
        }
    }
    out
}

/// The VPCs behind the transit gateways and peering connections of a VPC.
fn nearby(topology: &Topology, own: Id<Vpc>) -> BTreeSet<Id<Vpc>> {
    let vpc_of = |id: &Id<_>| match &topology.attachments[*id].kind {
        AttachmentKind::Vpc { vpc, .. } => vpc.here(),
        AttachmentKind::Peering { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => None,
    };
    let mut out = BTreeSet::new();
    for (id, attachment) in topology.attachments.iter() {
        if vpc_of(&id) == Some(own)
            && let Some(gateway) = attachment.gateway.here()
        {
            out.extend(topology.attachments_of_gateway.of(gateway).iter().filter_map(vpc_of));
        }
    }
    for (_, peering) in topology.peerings.iter() {
        match (peering.requester.here(), peering.accepter.here()) {
            (Some(one), Some(two)) if one == own => out.extend([two]),
            (Some(one), Some(two)) if two == own => out.extend([one]),
            (_, _) => (),
        }
    }
    out.remove(&own);
    out
}

/// The clients to which the name of the service does not lead to the endpoint.
fn decide<'t>(
    topology: &'t Topology,
    id: Id<Endpoint>,
    service: Service<'_>,
    clients: Vec<Client<'t>>,
) -> Tri<Vec<Client<'t>>> {
    match topology.private_dns(id).value {
        Tri::Known(true) => (),
        // A zone of its own is asked for by `interface-endpoint-private-dns-off`.
        Tri::Known(false) | Tri::Absent => return Tri::Known(Vec::new()),
        Tri::Unknown(cause) => return Tri::Unknown(cause),
    }
    let (mut found, mut doubt): (Vec<Client<'t>>, Option<Cause>) = (Vec::new(), None);
    let mut zones = topology.hosted_zones.iter().map(|(_, zone)| service.is_zone(zone));
    match zones.find(|it| *it != Tri::Known(false)) {
        Some(Tri::Unknown(cause)) => doubt = Some(cause),
        Some(Tri::Known(_) | Tri::Absent) => return Tri::Known(Vec::new()),
        None => (),
    }
    for (vpc, by) in clients {
        let head = &topology.vpcs[vpc].head;
        let forwards = topology.name_forwardings.iter().any(|(_, it)| it.vpc.may_be(vpc));
        if forwards || topology.may_be_one(head, &topology.endpoints[id].head).is_some() {
            continue;
        }
        let same = |it: &Endpoint| Service::of(it).map(|it| it == service);
        match has_endpoint(topology, vpc, head.stack(), same) {
            Tri::Known(false) | Tri::Absent => found.push((vpc, by)),
            Tri::Known(true) => (),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
        }
    }
    match doubt {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(found),
    }
}

fn words(
    topology: &Topology,
    id: Id<Endpoint>,
    service: Service<'_>,
    found: &[Client<'_>],
) -> Finding {
    let endpoint = &topology.endpoints[id];
    let name = endpoint.head.name();
    let names: Vec<String> = found.iter().map(|(vpc, _)| topology.vpcs[*vpc].head.name()).collect();
    let clients = crate::place::several(&names);
    let mut finding =
        Finding::at(&topology.private_dns(id).origin, "works in the VPC of the endpoint alone");
    for (vpc, by) in found.iter().take(MOST_PLACES / 2) {
        let client = &topology.vpcs[*vpc].head;
        finding = finding
            .also(by, format!("lets in addresses of `{}`", client.name()))
            .also(&client.origin, "resolves the public addresses of the service");
    }
    let (label, region) = (service.name, service.region);
    finding
        .message(format!("`{name}` lets in {clients}, where the name of {label} does not lead to it"))
        .why("private DNS of an endpoint answers in its own VPC; elsewhere the name keeps its public addresses")
        .help(format!(
            "switch private DNS of `{name}` off, make an `aws_route53_zone` for the name of {label} in {region} with an \
             alias record for the endpoint, and associate it with {clients} and the VPC of the endpoint"
        ))
}
