//! A transit gateway joins two or three VPCs and nothing else.
//!
//! ## Why
//!
//! A transit gateway costs an hourly price for each attachment and a price for each gigabyte. A few VPCs that have
//! neither VPN, Direct Connect, segments nor a common way to the internet can be joined by VPC peering, which costs
//! nothing by the hour, or can share the subnets of one VPC. The limit of three VPCs is groundplan's own.
//!
//! Source: AWS whitepaper "Building a Scalable and Secure Multi-VPC AWS Network Infrastructure", "VPC to VPC
//! connectivity".
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
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.app.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "data" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.data.id
//!   subnet_ids         = [aws_subnet.data.id]
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
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "app_data" {
//!   vpc_id      = aws_vpc.app.id
//!   peer_vpc_id = aws_vpc.data.id
//!   auto_accept = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway that exists already or that an output hands on: other configurations may attach to it. One that is
//! shared is taken to serve others.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{
    Adds, Attachment, AttachmentKind, Id, Link, RouteTarget, Topology, TransitGateway,
};

use crate::place::several;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// VPCs that peering joins as easily; not a figure of AWS.
const FEW: usize = 3;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let used = Used::new(cx.topology);
    for (id, gateway) in cx.topology.transit_gateways.iter() {
        if cx.topology.is_only_seen(&gateway.head) {
            continue;
        }
        let answer = decide(cx.topology, &used, id)
            .map(|found| found.map(|all| words(cx.topology, gateway, &all)));
        out.answer(&gateway.head.origin, answer);
    }
}

/// Gateways that do more than to join VPCs, and why any may.
#[derive(Default)]
struct Used {
    more: BTreeSet<Id<TransitGateway>>,
    open: Option<Cause>,
}

impl Used {
    fn new(topology: &Topology) -> Self {
        let mut out = Self::default();
        for (_, it) in topology.attachments.iter() {
            if let AttachmentKind::Peering { peer, .. } = &it.kind {
                out.add(peer);
            }
        }
        for (_, it) in topology.dx_gateway_associations.iter() {
            out.add(&it.transit_gateway);
        }
        for (_, it) in topology.resource_share_members.iter() {
            out.add(&it.gateway);
            if it.adds == Adds::Lists {
                out.open = Some(Cause::NotModelled(it.head.name().into()));
            }
        }
        for (_, it) in topology.routes.iter() {
            if let (RouteTarget::TransitGateway(link), true) =
                (&it.target, it.destination.is_default())
            {
                out.add(link);
            }
        }
        for (_, it) in topology.tgw_routes.iter().filter(|(_, it)| it.destination.is_default()) {
            match it.table.tri() {
                Tri::Known(table) => out.add(&topology.tgw_route_tables[table].gateway),
                Tri::Unknown(cause) => out.open = Some(cause),
                Tri::Absent => (),
            }
        }
        out
    }

    fn add(&mut self, link: &Link<TransitGateway>) {
        match link {
            Link::Here(id) => {
                self.more.insert(*id);
            }
            Link::OneOf(ids, _) => self.more.extend(ids),
            Link::Unknown(cause) => self.open = Some(cause.clone()),
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
}

fn decide<'t>(
    topology: &'t Topology,
    used: &Used,
    id: Id<TransitGateway>,
) -> Tri<Option<Vec<&'t Attachment>>> {
    let gateway = &topology.transit_gateways[id];
    let all: Vec<&Attachment> = topology
        .attachments_of_gateway
        .of(id)
        .iter()
        .map(|it| &topology.attachments[*it])
        .collect();
    let plain = |it: &Attachment| match &it.kind {
        AttachmentKind::Vpc { appliance_mode, .. } => appliance_mode.value == Tri::Known(false),
        AttachmentKind::Peering { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => false,
    };
    let own = |origin: &Origin| origin.attribute.is_none();
    let tables = topology.tables_of_gateway.of(id).iter();
    let tables = tables.filter(|it| own(&topology.tgw_route_tables[**it].head.origin)).count();
    let more = used.more.contains(&id)
        || gateway.multicast.value == Tri::Known(true)
        || tables > 1
        || !(2..=FEW).contains(&all.len())
        || !all.iter().all(|it| plain(it));
    if more {
        return Tri::Known(None);
    }
    let open = topology.attachments_of_gateway.open(id).or(topology.tables_of_gateway.open(id));
    let open = open.cloned().or_else(|| used.open.clone());
    let open = open.or_else(|| topology.shared_open(&gateway.head));
    open.map_or(Tri::Known(Some(all)), Tri::Unknown)
}

fn words(topology: &Topology, gateway: &TransitGateway, all: &[&Attachment]) -> Finding {
    let name = gateway.head.name();
    let vpcs: Vec<String> = all
        .iter()
        .map(|it| match &it.kind {
            AttachmentKind::Vpc { vpc: Link::Here(id), .. } => topology.vpcs[*id].head.name(),
            AttachmentKind::Vpc { .. }
            | AttachmentKind::Peering { .. }
            | AttachmentKind::Connect
            | AttachmentKind::Vpn => it.head.name(),
        })
        .collect();
    let connections = if all.len() == 2 { "one connection" } else { "three connections" };
    let finding = Finding::at(&gateway.head.origin, format!("joins {} VPCs", all.len()));
    all.iter()
        .fold(finding, |finding, it| finding.also(&it.head.origin, "is paid for by the hour"))
        .message(format!("`{name}` joins only {}, which peering would do for less", several(&vpcs)))
        .why(
            "each attachment costs an hourly price and each gigabyte another one; peering has no hourly price, \
             and none inside of an availability zone",
        )
        .help(format!(
            "join them by VPC peering ({connections}), unless more VPCs, VPN or Direct Connect are to follow"
        ))
}
