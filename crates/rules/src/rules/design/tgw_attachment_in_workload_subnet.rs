//! An attachment of a transit gateway is in a subnet with other things.
//!
//! ## Why
//!
//! AWS recommends a small subnet of its own (a /28 in each zone) for the interfaces of an attachment. Packets from
//! the transit gateway use the route table of that subnet and network ACLs treat it apart, so that inspection and
//! filters can be put in front of the workloads later; in a common subnet they cannot.
//!
//! Source: AWS Transit Gateway Guide, "Transit gateway design best practices".
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
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
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
//! resource "aws_subnet" "transit" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.255.0/28"
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id            = aws_vpc.app.id
//!   service_name      = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type = "Interface"
//!   subnet_ids        = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.transit.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Which of several subnets an attachment is in. Of what is in a subnet, NAT gateways, endpoints, instances and
//! network interfaces are seen; load balancers and databases are not.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Attachment, AttachmentKind, Head, Id, Link, Management, Subnet, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let tenants = tenants(cx.topology);
    for (_, attachment) in cx.topology.attachments.iter() {
        let AttachmentKind::Vpc { subnets: Tri::Known(members), .. } = &attachment.kind else {
            continue;
        };
        if attachment.head.management == Management::Observed {
            continue;
        }
        let found = members.here.iter().find_map(|id| Some((*id, *tenants.get(id)?)));
        let answer = match found {
            Some(_) if !members.exact => {
                Tri::Unknown(Cause::ManyInstances(attachment.head.name().into()))
            }
            Some((id, tenant)) => {
                Tri::Known(Some(words(attachment, &cx.topology.subnets[id], tenant)))
            }
            None => Tri::Known(None),
        };
        out.answer(&attachment.head.origin, answer);
    }
}

/// By subnet: something that is certainly in it.
fn tenants(topology: &Topology) -> BTreeMap<Id<Subnet>, &Head> {
    let mut out = BTreeMap::new();
    let nats = topology.nat_gateways.iter().map(|(_, it)| (&it.head, &it.subnet));
    let interfaces = topology.network_interfaces.iter().map(|(_, it)| (&it.head, &it.subnet));
    for (head, link) in nats.chain(interfaces) {
        if let Link::Here(subnet) = link {
            out.entry(*subnet).or_insert(head);
        }
    }
    for (_, endpoint) in topology.endpoints.iter() {
        if let Tri::Known(members) = &endpoint.subnets
            && members.exact
        {
            for subnet in &members.here {
                out.entry(*subnet).or_insert(&endpoint.head);
            }
        }
    }
    out
}

fn words(attachment: &Attachment, subnet: &Subnet, tenant: &Head) -> Finding {
    let (name, place, other) = (attachment.head.name(), subnet.head.name(), tenant.name());
    Finding::at(&attachment.head.origin, "has an interface in this subnet")
        .also(&subnet.head.origin, "the subnet of both")
        .also(&tenant.origin, "is in it as well")
        .message(format!("`{name}` is in `{place}` together with `{other}`"))
        .why(
            "packets from the transit gateway use the route table and network ACL of that subnet, so that nothing \
             can be put between them and the workloads",
        )
        .help("make a /28 subnet in each zone for the attachment alone, with a route table of its own")
}
