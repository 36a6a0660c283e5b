//! A route's target belongs to another VPC than its route table.
//!
//! ## Why
//!
//! A route hands packets to something in or attached to the VPC of its table. AWS refuses a gateway,
//! interface or peering connection of another VPC, and a transit gateway without an attachment of this
//! one, at apply. Mostly the outputs of two modules were swapped.
//!
//! Source: Amazon EC2 API Reference, "`CreateRoute`"; Amazon VPC User Guide, "Configure route tables".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "out" {
//!   route_table_id         = aws_route_table.b.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.a.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_internet_gateway" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_route" "out" {
//!   route_table_id         = aws_route_table.b.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.b.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A target that is only named by its id, or reached through a reference that a plan does not spell
//! out.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Management, Route, RouteTarget, Topology, TransitGateway,
    Vpc, VpcKey,
};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The attachments of each VPC, and those whose VPC is not told.
struct Attached {
    by_vpc: BTreeMap<VpcKey, Vec<Id<Attachment>>>,
    astray: Vec<Id<Attachment>>,
}

impl Attached {
    fn new(topology: &Topology) -> Self {
        let mut out = Self { by_vpc: BTreeMap::new(), astray: Vec::new() };
        for (id, attachment) in topology.attachments.iter() {
            let AttachmentKind::Vpc { vpc, .. } = &attachment.kind else { continue };
            let observed = |key: &VpcKey| match key {
                VpcKey::Here(vpc) => topology.vpcs[*vpc].head.management == Management::Observed,
                VpcKey::Elsewhere(_) => false,
            };
            match topology.vpc_key(vpc) {
                // What is looked up only during the apply may turn out to be any VPC.
                Tri::Known(key) if !observed(&key) => out.by_vpc.entry(key).or_default().push(id),
                Tri::Known(_) | Tri::Unknown(_) => out.astray.push(id),
                Tri::Absent => (),
            }
        }
        out
    }

    /// The attachments that may be of this VPC.
    fn of(&self, topology: &Topology, vpc: Id<Vpc>) -> impl Iterator<Item = &Id<Attachment>> {
        let key = topology.vpc_key(&Link::Here(vpc));
        let own = key.known().and_then(|key| self.by_vpc.get(key));
        own.into_iter().flatten().chain(&self.astray)
    }
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let attached = Attached::new(cx.topology);
    for (_, route) in cx.topology.routes.iter() {
        if matches!(route.target, RouteTarget::Local | RouteTarget::Other(_)) {
            continue;
        }
        let answer = decide(cx.topology, &attached, route)
            .map(|apart| apart.then(|| words(cx.topology, route)));
        out.answer(&route.origin, answer);
    }
}

/// Whether the target is proven to belong to another VPC than the table.
fn decide(topology: &Topology, attached: &Attached, route: &Route) -> Tri<bool> {
    let table = topology.vpc_of_table(&route.table);
    match &route.target {
        RouteTarget::Peering(link) => match (link.tri(), table.tri()) {
            (Tri::Known(peering), Tri::Known(near)) => match topology.far_side(peering, near) {
                Tri::Known(_) => Tri::Known(false),
                Tri::Absent => Tri::Known(true),
                Tri::Unknown(cause) => Tri::Unknown(cause),
            },
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
            (Tri::Absent, _) | (_, Tri::Absent) => Tri::Absent,
        },
        RouteTarget::TransitGateway(link) => not_attached(topology, attached, link, &table),
        RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Unknown(_) => {
            let owner = topology.vpc_of_target(&route.target);
            // A gateway that is attached to nothing is another fault.
            if owner == Link::Absent {
                return Tri::Absent;
            }
            topology.same_vpc(&owner, &table).map(|same| !same)
        }
        RouteTarget::Local | RouteTarget::Other(_) => Tri::Absent,
    }
}

/// Whether no attachment ties the gateway to the VPC of the table.
fn not_attached(
    topology: &Topology,
    attached: &Attached,
    link: &Link<TransitGateway>,
    table: &Link<Vpc>,
) -> Tri<bool> {
    let vpc = match table.tri() {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let mut open: Option<Cause> = None;
    for id in attached.of(topology, vpc) {
        let attachment = &topology.attachments[*id];
        let AttachmentKind::Vpc { vpc: other, .. } = &attachment.kind else { continue };
        let here = topology.same_vpc(other, &Link::Here(vpc));
        if here == Tri::Known(false) || !topology.may_be_same_gateway(&attachment.gateway, link) {
            continue;
        }
        let same = attachment.gateway.proven().is_some() && attachment.gateway == *link;
        if same && here == Tri::Known(true) {
            return Tri::Known(false);
        }
        let named = attachment.head.name();
        open = open.or(Some(Cause::UnplacedMember(named.into())));
    }
    let gateway: Id<TransitGateway> = match link.tri() {
        Tri::Known(gateway) => gateway,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let head = &topology.vpcs[vpc].head;
    open.or_else(|| topology.container_open(&topology.transit_gateways[gateway].head))
        .or_else(|| topology.shared_open(head))
        .map_or(Tri::Known(true), Tri::Unknown)
}

fn words(topology: &Topology, route: &Route) -> Finding {
    let name = |link: &Link<Vpc>| match link.here() {
        Some(vpc) => topology.vpcs[vpc].head.name(),
        None => topology
            .vpc_key(link)
            .known()
            .map_or_else(|| "another VPC".to_owned(), ToString::to_string),
    };
    let table = name(&topology.vpc_of_table(&route.table));
    let route_name = &route.origin.address;
    let (place, why) = match &route.target {
        RouteTarget::Peering(_) => (
            "between two other VPCs".to_owned(),
            "a table's routes lead to what is attached to its own VPC",
        ),
        RouteTarget::TransitGateway(_) => (
            format!("not attached to `{table}`"),
            "a route to a transit gateway needs an attachment of the table's VPC",
        ),
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => (
            format!("in `{}`", name(&topology.vpc_of_target(&route.target))),
            "a table's routes lead to what is attached to its own VPC",
        ),
    };
    let head = topology.target_head(&route.target);
    let target = head.map(groundplan_model::Head::name);
    let target = target.as_deref().or(route.target_id.as_deref()).unwrap_or("its target");
    let mut finding = Finding::at(&route.target_origin, place.clone());
    if let Some(head) = head {
        finding = finding.also(&whose(&route.target, head), "the target");
    }
    if let Some(id) = route.table.here() {
        finding = finding.also(&topology.route_tables[id].head.origin, format!("in `{table}`"));
    }
    let fix = if matches!(route.target, RouteTarget::TransitGateway(_)) {
        format!(
            "attach `{table}` with an `aws_ec2_transit_gateway_vpc_attachment`, or remove the route"
        )
    } else {
        format!(
            "let `{route_name}` name a target of `{table}`, or put it into a table of the target's VPC"
        )
    };
    finding
        .message(format!(
            "`{route_name}` is in a table of `{table}`, and its target `{target}` is {place}"
        ))
        .why(format!("{why}; AWS refuses others at apply"))
        .help(fix)
}

/// The argument of a target that says in which VPC it is; the target itself where none is written.
fn whose(target: &RouteTarget, head: &groundplan_model::Head) -> groundplan_ir::Origin {
    let name = match target {
        RouteTarget::NatGateway(_) | RouteTarget::NetworkInterface(_) => "subnet_id",
        RouteTarget::InternetGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::Endpoint(_) => "vpc_id",
        RouteTarget::Local
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => return head.origin.clone(),
    };
    head.origin.attribute(name, None)
}
