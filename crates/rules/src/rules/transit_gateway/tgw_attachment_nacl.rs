//! The network ACL of an attachment subnet lets nothing of the VPC through.
//!
//! ## Why
//!
//! What goes from a VPC over a transit gateway passes the inbound rules of the network ACL of the attachment's subnet,
//! with the sender's address; what comes from the gateway passes its outbound rules, with the receiver's address.
//! Network ACLs know no connections, so both directions need rules. AWS advises to have subnets for the
//! attachment alone, and to keep their network ACL open.
//!
//! Source: Amazon VPC Transit Gateways, "Network ACLs" and "Transit gateway design best practices".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "app" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "transit" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.0.0/28"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.transit.id]
//! }
//!
//! resource "aws_network_acl" "transit" {
//!   vpc_id     = aws_vpc.app.id
//!   subnet_ids = [aws_subnet.transit.id]
//!
//!   ingress {
//!     rule_no    = 100
//!     protocol   = "-1"
//!     action     = "allow"
//!     cidr_block = "0.0.0.0/0"
//!     from_port  = 0
//!     to_port    = 0
//!   }
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
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.1.0/24"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_subnet" "transit" {
//!   vpc_id            = aws_vpc.app.id
//!   cidr_block        = "10.0.0.0/28"
//!   availability_zone = "eu-west-1a"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "app" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.app.id
//!   subnet_ids         = [aws_subnet.transit.id]
//! }
//!
//! resource "aws_network_acl" "transit" {
//!   vpc_id     = aws_vpc.app.id
//!   subnet_ids = [aws_subnet.transit.id]
//!
//!   ingress {
//!     rule_no    = 100
//!     protocol   = "-1"
//!     action     = "allow"
//!     cidr_block = "0.0.0.0/0"
//!     from_port  = 0
//!     to_port    = 0
//!   }
//!
//!   egress {
//!     rule_no    = 100
//!     protocol   = "-1"
//!     action     = "allow"
//!     cidr_block = "10.0.0.0/16"
//!     from_port  = 0
//!     to_port    = 0
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Rules whose ranges, ports or numbers are not told, and network ACLs to which other configurations may add.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{
    Attachment, AttachmentKind, Direction, Id, Management, Members, NetworkAcl, Ports, Protocol,
    Subnet, TCP, Topology, Traffic, UDP, Vpc, overlap,
};
use ipnet::IpNet;

use crate::place::MOST_PLACES;
use crate::zones::same_zone;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The ports that answers are sent to ("Ephemeral ports").
const EPHEMERAL: Ports = (1024, 65_535);

/// What does not get through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Blocked {
    /// Nothing from the VPC to the gateway.
    Out,
    /// Nothing from the gateway to the VPC.
    In,
    /// Answers in neither direction.
    Answers,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (_, attachment) in topology.attachments.iter() {
        let AttachmentKind::Vpc { vpc, subnets: Tri::Known(members), .. } = &attachment.kind else {
            continue;
        };
        let Some(vpc) = vpc.here() else { continue };
        if attachment.head.management == Management::Observed || !members.exact {
            continue;
        }
        for subnet in &members.here {
            let senders = senders(topology, vpc, members, *subnet);
            let acl = match topology.acl_of_subnet(*subnet) {
                Tri::Known(acl) if !senders.is_empty() => acl,
                Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => continue,
            };
            let ranges: Vec<IpNet> = senders.iter().map(|(_, net)| *net).collect();
            let answer = decide(topology, acl, &ranges);
            let answer = answer.map(|found| {
                found.map(|it| words(topology, attachment, (*subnet, acl), it, &senders))
            });
            out.answer(&topology.subnets[*subnet].head.origin, answer);
        }
    }
}

/// The other subnets of the VPC that may be in the zone of one that the attachment uses, with their ranges.
fn senders(
    topology: &Topology,
    vpc: Id<Vpc>,
    members: &Members<Subnet>,
    of: Id<Subnet>,
) -> Vec<(Origin, IpNet)> {
    let own = &topology.subnets[of];
    let others = topology.subnets_of_vpc.of(vpc).iter().filter(|id| !members.here.contains(id));
    let near = others.filter(|id| same_zone(own, &topology.subnets[**id]) != Tri::Known(false));
    let with_range = near.filter_map(|id| {
        let subnet = &topology.subnets[*id];
        Some((subnet.head.origin.clone(), subnet.range.value.known()?.trunc()))
    });
    with_range.collect()
}

fn decide(topology: &Topology, acl: Id<NetworkAcl>, ranges: &[IpNet]) -> Tri<Option<Blocked>> {
    let any = |direction, ports: Option<Ports>| -> Tri<bool> {
        let mut doubt = None;
        for net in ranges {
            match passes(topology, acl, direction, *net, ports) {
                Tri::Known(true) => return Tri::Known(true),
                Tri::Known(false) | Tri::Absent => (),
                Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            }
        }
        doubt.map_or(Tri::Known(false), Tri::Unknown)
    };
    let (out, back) = (any(Direction::Ingress, None), any(Direction::Egress, None));
    if out == Tri::Known(false) {
        return Tri::Known(Some(Blocked::Out));
    }
    if back == Tri::Known(false) {
        return Tri::Known(Some(Blocked::In));
    }
    if let Some(cause) = cause(&out).or_else(|| cause(&back)) {
        return Tri::Unknown(cause);
    }
    let one = any(Direction::Ingress, Some(EPHEMERAL));
    let two = any(Direction::Egress, Some(EPHEMERAL));
    if one == Tri::Known(true) || two == Tri::Known(true) {
        return Tri::Known(None);
    }
    match cause(&one).or_else(|| cause(&two)) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(Some(Blocked::Answers)),
    }
}

fn cause(answer: &Tri<bool>) -> Option<Cause> {
    match answer {
        Tri::Unknown(cause) => Some(cause.clone()),
        Tri::Known(_) | Tri::Absent => None,
    }
}

/// Whether a rule speaks of any answer to these ports; of protocols without ports, of any at all.
fn speaks(traffic: &Traffic, ports: Ports) -> Tri<bool> {
    match &traffic.protocol {
        Tri::Known(Protocol::Number(TCP)) => traffic.touches(TCP, ports),
        Tri::Known(Protocol::Number(UDP)) => traffic.touches(UDP, ports),
        Tri::Known(Protocol::All | Protocol::Number(_)) => Tri::Known(true),
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
        Tri::Absent => Tri::Known(false),
    }
}

/// Whether any traffic with an address of `net` at the other end gets through: answers to `ports`, or any.
fn passes(
    topology: &Topology,
    acl: Id<NetworkAcl>,
    direction: Direction,
    net: IpNet,
    ports: Option<Ports>,
) -> Tri<bool> {
    let rules = match topology.acl_rules(acl, direction) {
        Ok(rules) => rules,
        Err(cause) => return Tri::Unknown(cause),
    };
    let mut doubt = None;
    for id in rules {
        let rule = &topology.acl_rules[id];
        let (meets, covers) = match &rule.range {
            Tri::Known(range) => (Tri::Known(overlap(*range, net).is_some()), range.contains(&net)),
            Tri::Unknown(cause) => (Tri::Unknown(cause.clone()), false),
            Tri::Absent => (Tri::Known(false), false),
        };
        let speaks = ports.map_or(Tri::Known(true), |ports| speaks(&rule.traffic, ports));
        let all = rule.traffic.protocol == Tri::Known(Protocol::All);
        match (&rule.allows, &meets, &speaks) {
            (Tri::Known(true), Tri::Known(true), Tri::Known(true)) => return Tri::Known(true),
            // What comes after it is not reached.
            (Tri::Known(false), Tri::Known(true), Tri::Known(true)) if covers && all => break,
            (Tri::Known(false) | Tri::Absent, _, _)
            | (_, Tri::Known(false) | Tri::Absent, _)
            | (_, _, Tri::Known(false) | Tri::Absent) => (),
            (Tri::Unknown(cause), _, _)
            | (Tri::Known(true), Tri::Unknown(cause), _)
            | (Tri::Known(true), _, Tri::Unknown(cause)) => {
                doubt = doubt.or(Some(cause.clone()));
            }
        }
    }
    doubt.map_or(Tri::Known(false), Tri::Unknown)
}

fn words(
    topology: &Topology,
    attachment: &Attachment,
    (subnet, acl): (Id<Subnet>, Id<NetworkAcl>),
    blocked: Blocked,
    senders: &[(Origin, IpNet)],
) -> Finding {
    let (acl, subnet) = (&topology.network_acls[acl].head, &topology.subnets[subnet].head);
    let (what, rules) = match blocked {
        Blocked::Out => ("nothing from the VPC in", "ingress"),
        Blocked::In => ("nothing to the VPC out", "egress"),
        Blocked::Answers => ("no answers through, in either direction", "ingress and egress"),
    };
    let finding = Finding::at(&acl.origin, format!("lets {what}"))
        .also(&subnet.origin, "uses this network ACL")
        .also(&attachment.head.origin, "has its interface in that subnet");
    let places = senders.iter().take(MOST_PLACES);
    places
        .fold(finding, |finding, (origin, net)| {
            finding.also(origin, format!("{net}, cut off from the gateway"))
        })
        .message(format!(
            "`{}` of `{}`, by which `{}` is attached, lets {what}",
            acl.name(),
            subnet.name(),
            attachment.head.name()
        ))
        .why(
            "between the gateway and other subnets the ACL of the attachment subnet counts: its inbound rules for what \
             the VPC sends, its outbound rules for what the VPC receives; it knows no connections",
        )
        .help(format!(
            "allow the ranges of the VPC in {rules} of `{}`; AWS advises to let everything through in subnets that only \
             the attachment uses, and to filter in the others",
            acl.name()
        ))
}
