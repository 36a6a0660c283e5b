//! A transit gateway is attached by a subnet that AWS does not take.
//!
//! ## Why
//!
//! The subnets of an attachment have to be subnets of the attached VPC, in availability zones of its Region and
//! with IPv4 addresses, and the VPC has to be in the Region of the gateway. AWS refuses anything else at apply.
//!
//! Source: Amazon VPC Transit Gateways, "Amazon VPC attachments in AWS Transit Gateway".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc" "data" {
//!   cidr_block = "10.1.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
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
//! resource "aws_subnet" "app" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_subnet" "data" {
//!   vpc_id     = aws_vpc.data.id
//!   cidr_block = "10.1.1.0/24"
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
//! ## Cannot tell
//!
//! Subnets that no input describes, and those of which the VPC is not told.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Id, Link, Management, Members, Subnet, Topology, TransitGateway,
    Vpc,
};

use crate::zones::{is_regional, zone_name};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What AWS does not take.
enum Fault {
    OtherVpc(Id<Subnet>),
    NoIpv4(Id<Subnet>),
    NoZone(Id<Subnet>),
    OtherRegion(Id<TransitGateway>),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, attachment) in cx.topology.attachments.iter() {
        let AttachmentKind::Vpc { vpc, subnets, subnets_stay, .. } = &attachment.kind else {
            continue;
        };
        let asked = match attachment.head.management {
            Management::Created => true,
            // What AWS has already it has accepted.
            Management::Managed => !subnets_stay && attachment.head.action == Action::Update,
            Management::Observed => false,
        };
        if !asked {
            continue;
        }
        let answer = decide(cx.topology, attachment, vpc, subnets);
        let answer = answer.map(|found| found.map(|it| words(cx.topology, attachment, vpc, &it)));
        out.answer(&attachment.head.origin, answer);
    }
}

fn decide(
    topology: &Topology,
    attachment: &Attachment,
    vpc: &Link<Vpc>,
    subnets: &Tri<Members<Subnet>>,
) -> Tri<Option<Fault>> {
    if let Some(id) = attachment.gateway.here() {
        let gateway = &topology.transit_gateways[id].head;
        if attachment.head.same_region(gateway) == Tri::Known(false) {
            return Tri::Known(Some(Fault::OtherRegion(id)));
        }
    }
    let members = match subnets {
        Tri::Known(members) => members,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let mut doubt = members.elsewhere.first().map(|id| Cause::NotInInput(id.clone()));
    let mut wrong = BTreeSet::new();
    for id in &members.here {
        match fault(topology, attachment, vpc, *id) {
            // Of those that are only perhaps named, one may be the right one.
            Tri::Known(Some(fault)) if members.exact => return Tri::Known(Some(fault)),
            Tri::Known(Some(_)) => drop(wrong.insert(*id)),
            Tri::Known(None) | Tri::Absent => (),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
        }
    }
    let all = !wrong.is_empty() && wrong.len() == members.here.len() && doubt.is_none();
    if let Some(first) = wrong.first().filter(|_| all) {
        return fault(topology, attachment, vpc, *first);
    }
    if !wrong.is_empty() {
        let place = attachment.head.origin.attribute("subnet_ids", None);
        doubt = doubt.or_else(|| Some(Cause::ManyInstances(place.to_string().into())));
    }
    doubt.map_or(Tri::Known(None), Tri::Unknown)
}

/// What is wrong with one subnet.
fn fault(
    topology: &Topology,
    attachment: &Attachment,
    vpc: &Link<Vpc>,
    id: Id<Subnet>,
) -> Tri<Option<Fault>> {
    let subnet = &topology.subnets[id];
    if subnet.ipv6_only.value == Tri::Known(true) {
        return Tri::Known(Some(Fault::NoIpv4(id)));
    }
    // Of Wavelength Zones the guide says nothing.
    if !is_regional(subnet) && !zone_name(subnet).contains("wl") {
        return Tri::Known(Some(Fault::NoZone(id)));
    }
    let both = [(vpc, attachment.head.stack()), (&subnet.vpc, subnet.head.stack())];
    match topology.same_vpc_of(both) {
        Tri::Known(false) if *vpc != Link::Absent && subnet.vpc != Link::Absent => {
            Tri::Known(Some(Fault::OtherVpc(id)))
        }
        Tri::Known(_) | Tri::Absent => Tri::Known(None),
        Tri::Unknown(cause) => Tri::Unknown(cause),
    }
}

fn words(topology: &Topology, attachment: &Attachment, vpc: &Link<Vpc>, fault: &Fault) -> Finding {
    let name = attachment.head.name();
    let subnets = attachment.head.origin.attribute("subnet_ids", None);
    match fault {
        Fault::OtherVpc(id) => {
            let subnet = &topology.subnets[*id];
            let (own, other) = (vpc_name(topology, vpc), vpc_name(topology, &subnet.vpc));
            Finding::at(&subnets, format!("`{}` is not in {own}", subnet.head.name()))
                .also(&subnet.head.origin, format!("is in {other}"))
                .message(format!(
                    "`{name}` attaches {own} by `{}`, which is in {other}",
                    subnet.head.name()
                ))
                .why(
                    "the gateway puts an interface of the attached VPC into each of these subnets; AWS refuses \
                     subnets of another VPC",
                )
                .help(format!("name subnets of {own} in `{name}`, one for each zone"))
        }
        Fault::NoIpv4(id) => {
            let subnet = &topology.subnets[*id];
            Finding::at(&subnets, format!("`{}` has no IPv4", subnet.head.name()))
                .also(&subnet.ipv6_only.origin, "has IPv6 addresses only")
                .message(format!(
                    "`{name}` is to use `{}`, which has no IPv4 addresses",
                    subnet.head.name()
                ))
                .why("an interface of an attachment needs an IPv4 address, IPv6 comes on top of it; AWS refuses the subnet")
                .help(format!("name a subnet with an IPv4 range of the same zone in `{name}`"))
        }
        Fault::NoZone(id) => {
            let subnet = &topology.subnets[*id];
            let zone = zone_name(subnet);
            Finding::at(&subnets, format!("`{}` is in {zone}", subnet.head.name()))
                .also(&subnet.zone.origin, "is no availability zone of the Region")
                .message(format!("`{name}` is to use `{}` in {zone}", subnet.head.name()))
                .why("a VPC cannot be attached by a subnet in a Local Zone; AWS refuses it")
                .help(format!(
                    "name a subnet of the parent zone in `{name}`; the subnets in {zone} reach the gateway \
                     through it by their routes"
                ))
        }
        Fault::OtherRegion(id) => {
            let gateway = &topology.transit_gateways[*id].head;
            let region =
                |it: &Tri<Box<str>>| it.known().map_or_else(String::new, ToString::to_string);
            let (own, other) = (region(&attachment.head.region), region(&gateway.region));
            Finding::at(&attachment.gateway_origin, format!("a gateway in {other}"))
                .also(&gateway.origin, format!("is in {other}"))
                .message(format!("`{name}` in {own} attaches a VPC to `{}` in {other}", gateway.name()))
                .why("a VPC can be attached to transit gateways of its own Region only; AWS does not find the gateway")
                .help(format!(
                    "attach the VPC to a transit gateway in {own}, and join the two gateways by an \
                     `aws_ec2_transit_gateway_peering_attachment`"
                ))
        }
    }
}

fn vpc_name(topology: &Topology, link: &Link<Vpc>) -> String {
    match link {
        Link::Here(id) => format!("`{}`", topology.vpcs[*id].head.name()),
        Link::Elsewhere(id) => format!("`{id}`"),
        Link::OneOf(..) | Link::Unknown(_) | Link::Absent => "another VPC".to_owned(),
    }
}
