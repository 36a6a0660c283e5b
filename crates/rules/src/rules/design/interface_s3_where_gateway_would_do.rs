//! An interface endpoint for Amazon S3 or DynamoDB serves only the VPC that it is in.
//!
//! ## Why
//!
//! A gateway endpoint for S3 or DynamoDB costs nothing, and an interface endpoint has a price for each hour, zone and
//! gigabyte. What it has in return are addresses that other networks reach: over VPN, Direct Connect, peering or a
//! transit gateway. In a VPC that is joined with no other network nobody else can use it.
//!
//! Source: Amazon S3 User Guide, "AWS `PrivateLink` for Amazon S3" (types of VPC endpoints); Amazon DynamoDB
//! Developer Guide, "AWS `PrivateLink` for DynamoDB" (types of VPC endpoints).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.s3"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.app.id]
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
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "app" {
//!   subnet_id      = aws_subnet.app.id
//!   route_table_id = aws_route_table.app.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.app.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that exists already or that an output hands on: others may have connected it. An endpoint beside a gateway
//! endpoint for the same service, one for another Region, one with AWS Client VPN in the VPC, and one that a load
//! balancer may have for a target are taken to be meant.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, Endpoint, Id, Link, Management, Route, RouteTarget, Topology, Vpc, VpcKey,
};

use crate::place::named_id;
use crate::propose::{Proposed, resource};
use crate::services::{Service, has_endpoint};
use crate::ways_out::{is_way_out, leads_out};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The services that have gateway endpoints ("Gateway endpoints").
const SERVICES: &[&str] = &["s3", "dynamodb"];

fn check(cx: &Context<'_>, out: &mut Sink) {
    let shared = Shared::of(cx.topology);
    for (_, endpoint) in cx.topology.endpoints.iter() {
        let interface =
            matches!(&endpoint.endpoint_type.value, Tri::Known(it) if **it == *"Interface");
        let Tri::Known(service) = Service::of(endpoint) else { continue };
        if !interface
            || !SERVICES.contains(&service.name)
            || endpoint.head.management == Management::Observed
        {
            continue;
        }
        let answer = endpoint.vpc.tri().and_then(|vpc| {
            is_for_one_vpc(cx.topology, &shared, endpoint, service, vpc)
                .map(|only| only.then(|| words(cx.topology, endpoint, service, vpc)))
        });
        out.answer(&endpoint.head.origin, answer);
    }
}

/// Whether nothing speaks for the interface type.
fn is_for_one_vpc(
    topology: &Topology,
    shared: &Shared,
    endpoint: &Endpoint,
    service: Service<'_>,
    vpc: Id<Vpc>,
) -> Tri<bool> {
    let gateway = |it: &Endpoint| {
        let of = match Service::of(it) {
            Tri::Known(it) => Tri::Known(it.name == service.name),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Known(false),
        };
        match &it.endpoint_type.value {
            Tri::Known(kind) if &**kind == "Gateway" => of,
            Tri::Known(_) | Tri::Absent => Tri::Known(false),
            Tri::Unknown(_) if of == Tri::Known(false) => of,
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        }
    };
    // An output hands on its names or addresses to others.
    let told = endpoint.head.handed_on && !topology.closed;
    let told = told.then(|| Cause::Shared(endpoint.head.name().into()));
    let reasons = [
        other_region(endpoint, service),
        has_endpoint(topology, vpc, endpoint.head.stack(), gateway),
        shared.has(topology, vpc),
        leads_out(topology, vpc, |route| carries_answers(topology, route)),
        told.map_or(Tri::Known(false), Tri::Unknown),
    ];
    if reasons.contains(&Tri::Known(true)) {
        return Tri::Known(false);
    }
    let doubt = reasons.into_iter().find(|it| matches!(it, Tri::Unknown(_)));
    doubt.unwrap_or(Tri::Known(true))
}

/// Whether the service is in another Region than the VPC, where no gateway endpoint leads to. Its name has its
/// Region.
fn other_region(endpoint: &Endpoint, service: Service<'_>) -> Tri<bool> {
    match (&endpoint.head.region, &endpoint.service_region.value) {
        (Tri::Known(own), _) => Tri::Known(**own != *service.region),
        (Tri::Unknown(_) | Tri::Absent, Tri::Absent) => Tri::Known(false),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Absent, Tri::Known(region)) => Tri::Known(**region != *service.region),
    }
}

/// Whether a route may carry answers to somebody who came in by private addresses.
fn carries_answers(topology: &Topology, route: &Route) -> bool {
    match &route.target {
        RouteTarget::InternetGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_) => false,
        RouteTarget::Local
        | RouteTarget::VpnGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => is_way_out(topology, route),
    }
}

/// The VPCs whose endpoints may have other users than their own clients.
#[derive(Default)]
struct Shared {
    surely: BTreeSet<VpcKey>,
    perhaps: BTreeMap<VpcKey, Cause>,
    /// Why any may.
    any: Option<Cause>,
}

impl Shared {
    /// Looks once at all that joins VPCs with other networks, and at what may have an endpoint for a target.
    fn of(topology: &Topology) -> Self {
        let mut out = Self::default();
        for (_, it) in topology.peerings.iter() {
            out.add(topology, &it.requester);
            out.add(topology, &it.accepter);
        }
        for (_, it) in topology.attachments.iter() {
            if let AttachmentKind::Vpc { vpc, .. } = &it.kind {
                out.add(topology, vpc);
            }
        }
        for (_, it) in topology.vpn_gateways.iter() {
            out.add(topology, &it.vpc);
        }
        for (_, it) in topology.vpn_gateway_attachments.iter() {
            out.add(topology, &it.vpc);
        }
        for (_, it) in topology.client_vpn_associations.iter() {
            match it.subnet.tri() {
                Tri::Known(id) => out.add(topology, &topology.subnets[id].vpc),
                Tri::Unknown(cause) => out.any = Some(cause),
                Tri::Absent => (),
            }
        }
        // A load balancer may have the addresses of an endpoint for targets.
        let by_address = |kind: &Tri<Box<str>>| kind.known().is_none_or(|it| &**it == "ip");
        for (_, it) in topology.target_groups.iter() {
            if by_address(&it.target_type.value) {
                out.add(topology, &it.vpc);
            }
        }
        out
    }

    fn add(&mut self, topology: &Topology, link: &Link<Vpc>) {
        match link {
            Link::Here(_) | Link::Elsewhere(_) => {
                self.surely.extend(topology.vpc_key(link).known().cloned());
            }
            Link::OneOf(ids, cause) => {
                let keys = ids.iter().map(|id| topology.vpc_key(&Link::Here(*id)));
                let keys = keys.filter_map(|it| it.known().cloned());
                self.perhaps.extend(keys.map(|key| (key, cause.clone())));
            }
            Link::Unknown(cause) => self.any = Some(cause.clone()),
            Link::Absent => (),
        }
    }

    fn has(&self, topology: &Topology, vpc: Id<Vpc>) -> Tri<bool> {
        topology.vpc_key(&Link::Here(vpc)).and_then(|key| {
            let doubt = self.perhaps.get(&key).or(self.any.as_ref());
            match doubt {
                _ if self.surely.contains(&key) => Tri::Known(true),
                Some(cause) => Tri::Unknown(cause.clone()),
                None => Tri::Known(false),
            }
        })
    }
}

fn words(topology: &Topology, endpoint: &Endpoint, service: Service<'_>, vpc: Id<Vpc>) -> Finding {
    let (name, head) = (endpoint.head.name(), &topology.vpcs[vpc].head);
    let beside = &endpoint.head.origin;
    let tables = topology.tables(vpc).iter();
    let tables: Option<Vec<String>> =
        tables.map(|id| named_id(&topology.route_tables[*id].head, beside)).collect();
    let gateway = format!("com.amazonaws.{}.{}", service.region, service.name);
    let fix = match (named_id(head, beside), tables) {
        (Some(own), Some(tables)) => {
            let block = resource(
                "aws_vpc_endpoint",
                &endpoint.head.origin.address.name,
                &[
                    ("vpc_id", Proposed::Reference(own)),
                    ("service_name", Proposed::Text(&gateway)),
                    ("route_table_ids", Proposed::Reference(format!("[{}]", tables.join(", ")))),
                ],
            );
            format!("make it a gateway endpoint in the route tables of its clients:\n{block}")
        }
        (_, _) => format!("make `{name}` a gateway endpoint in the route tables of its clients"),
    };
    Finding::at(&endpoint.endpoint_type.origin, "has a price for each hour and zone")
        .also(&head.origin, "is joined with no other network")
        .message(format!(
            "`{name}` is an interface endpoint for `{}`, and only `{}` reaches it",
            service.name,
            head.name()
        ))
        .why(
            "a gateway endpoint costs nothing; the interface type is for clients in other networks, which have no way \
             here",
        )
        .help(fix)
}
