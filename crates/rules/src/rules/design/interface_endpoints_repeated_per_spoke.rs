//! Many VPCs of one transit gateway have an interface endpoint for the same service each.
//!
//! ## Why
//!
//! An interface endpoint costs an hourly price for each availability zone. VPCs that reach a common one over a
//! transit gateway can use the endpoints there, with a private hosted zone for the service's name that is associated
//! with all of them. Against that stand the price of the transit gateway for each gigabyte and separate endpoint
//! policies. The limit of five VPCs is groundplan's own.
//!
//! Source: AWS whitepaper "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure", "Centralized access
//! to VPC private endpoints".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_vpc_endpoint" "app" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.app.id]
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_vpc_endpoint" "data" {
//!   vpc_id            = aws_vpc.data.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.data.id]
//! }
//!
//! resource "aws_vpc" "logs" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_subnet" "logs" {
//!   vpc_id     = aws_vpc.logs.id
//!   cidr_block = "10.2.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "logs" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.logs.id
//!   subnet_ids         = [aws_subnet.logs.id]
//! }
//!
//! resource "aws_vpc_endpoint" "logs" {
//!   vpc_id            = aws_vpc.logs.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.logs.id]
//! }
//!
//! resource "aws_vpc" "tools" {
//!   cidr_block = "10.3.0.0/16"
//! }
//!
//! resource "aws_subnet" "tools" {
//!   vpc_id     = aws_vpc.tools.id
//!   cidr_block = "10.3.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "tools" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.tools.id
//!   subnet_ids         = [aws_subnet.tools.id]
//! }
//!
//! resource "aws_vpc_endpoint" "tools" {
//!   vpc_id            = aws_vpc.tools.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.tools.id]
//! }
//!
//! resource "aws_vpc" "web" {
//!   cidr_block = "10.4.0.0/16"
//! }
//!
//! resource "aws_subnet" "web" {
//!   vpc_id     = aws_vpc.web.id
//!   cidr_block = "10.4.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "web" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.web.id
//!   subnet_ids         = [aws_subnet.web.id]
//! }
//!
//! resource "aws_vpc_endpoint" "web" {
//!   vpc_id            = aws_vpc.web.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.web.id]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_vpc_endpoint" "app" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.app.id]
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
//! }
//!
//! resource "aws_vpc" "logs" {
//!   cidr_block = "10.2.0.0/16"
//! }
//!
//! resource "aws_subnet" "logs" {
//!   vpc_id     = aws_vpc.logs.id
//!   cidr_block = "10.2.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "logs" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.logs.id
//!   subnet_ids         = [aws_subnet.logs.id]
//! }
//!
//! resource "aws_vpc" "tools" {
//!   cidr_block = "10.3.0.0/16"
//! }
//!
//! resource "aws_subnet" "tools" {
//!   vpc_id     = aws_vpc.tools.id
//!   cidr_block = "10.3.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "tools" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.tools.id
//!   subnet_ids         = [aws_subnet.tools.id]
//! }
//!
//! resource "aws_vpc" "web" {
//!   cidr_block = "10.4.0.0/16"
//! }
//!
//! resource "aws_subnet" "web" {
//!   vpc_id     = aws_vpc.web.id
//!   cidr_block = "10.4.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "web" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.web.id
//!   subnet_ids         = [aws_subnet.web.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A service whose name is known only after apply, where it would make one VPC too many.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, Endpoint, Id, Link, Management, Proven, Topology, TransitGateway, Vpc,
};

use crate::place::MOST_PLACES;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The fewest VPCs with one endpoint each; not a figure of AWS.
const MANY: usize = 5;

/// The endpoints of one service, one for each VPC.
type Repeated<'t> = BTreeMap<Id<Vpc>, &'t Endpoint>;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let gateways = gateways(topology);
    let mut all: BTreeMap<(&Proven<TransitGateway>, &str), Repeated<'_>> = BTreeMap::new();
    let mut vague: BTreeMap<&Proven<TransitGateway>, Vec<(Id<Vpc>, Cause)>> = BTreeMap::new();
    for (_, endpoint) in topology.endpoints.iter() {
        let Link::Here(vpc) = endpoint.vpc else { continue };
        let interface =
            matches!(&endpoint.endpoint_type.value, Tri::Known(it) if **it == *"Interface");
        if !interface || endpoint.head.management == Management::Observed {
            continue;
        }
        for gateway in gateways.get(&vpc).into_iter().flatten() {
            match &endpoint.service.value {
                Tri::Known(service) => {
                    all.entry((gateway, service)).or_default().entry(vpc).or_insert(endpoint);
                }
                Tri::Unknown(cause) => vague.entry(gateway).or_default().push((vpc, cause.clone())),
                Tri::Absent => (),
            }
        }
    }
    for ((gateway, service), endpoints) in all {
        let Some(first) = endpoints.values().min_by_key(|it| &it.head.origin) else { continue };
        if endpoints.len() >= MANY {
            out.broken(words(first, service, &endpoints));
            continue;
        }
        let more = vague.get(gateway).into_iter().flatten();
        let more: Vec<_> = more.filter(|(vpc, _)| !endpoints.contains_key(vpc)).collect();
        let vpcs: BTreeSet<Id<Vpc>> = more.iter().map(|(vpc, _)| *vpc).collect();
        match more.first() {
            Some((_, cause)) if endpoints.len() + vpcs.len() >= MANY => {
                out.undetermined(&first.head.origin, cause.clone());
            }
            Some(_) | None => out.fine(),
        }
    }
}

/// The gateways that each VPC of the input is attached to.
fn gateways(topology: &Topology) -> BTreeMap<Id<Vpc>, BTreeSet<Proven<TransitGateway>>> {
    let mut out: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (_, it) in topology.attachments.iter() {
        if let (AttachmentKind::Vpc { vpc: Link::Here(vpc), .. }, Some(gateway)) =
            (&it.kind, it.gateway.proven())
            // What is only looked at may be a VPC that is here already.
            && topology.vpcs[*vpc].head.management != Management::Observed
        {
            out.entry(*vpc).or_default().insert(gateway);
        }
    }
    out
}

fn words(first: &Endpoint, service: &str, endpoints: &Repeated<'_>) -> Finding {
    let count = endpoints.len();
    let others = endpoints.values().filter(|it| it.head.origin != first.head.origin);
    let finding = Finding::at(&first.head.origin, format!("one of {count} for this service"));
    others
        .take(MOST_PLACES)
        .fold(finding, |finding, it| finding.also(&it.head.origin, "another one"))
        .message(format!("{count} VPCs of one transit gateway have an endpoint for `{service}` each"))
        .why("each endpoint costs an hourly price for each zone, and VPCs of one transit gateway can share a common one")
        .help(
            "make the endpoint in one VPC with `private_dns_enabled = false`, and a private hosted zone with the name of \
             the service that is associated with all of them",
        )
}
