//! The security groups of an interface endpoint of an AWS service let nobody of its VPC in on port 443.
//!
//! ## Why
//!
//! An interface endpoint is a network interface, and its security groups decide who reaches the service through it.
//! The endpoint is made and its names resolve, but every connection times out. Without groups the endpoint gets the
//! default one of the VPC, which as AWS makes it lets only its own members in.
//!
//! Source: AWS `PrivateLink`, "Access an AWS service using an interface VPC endpoint"; Amazon VPC User Guide, "Default
//! security groups for your VPCs".
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
//! resource "aws_security_group" "endpoints" {
//!   vpc_id = aws_vpc.app.id
//!
//!   ingress {
//!     from_port   = 80
//!     to_port     = 80
//!     protocol    = "tcp"
//!     cidr_blocks = ["10.0.0.0/16"]
//!   }
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id             = aws_vpc.app.id
//!   service_name       = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type  = "Interface"
//!   subnet_ids         = [aws_subnet.app.id]
//!   security_group_ids = [aws_security_group.endpoints.id]
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
//! resource "aws_security_group" "endpoints" {
//!   vpc_id = aws_vpc.app.id
//!
//!   ingress {
//!     from_port   = 443
//!     to_port     = 443
//!     protocol    = "tcp"
//!     cidr_blocks = ["10.0.0.0/16"]
//!   }
//! }
//!
//! resource "aws_vpc_endpoint" "kms" {
//!   vpc_id             = aws_vpc.app.id
//!   service_name       = "com.amazonaws.eu-west-1.kms"
//!   vpc_endpoint_type  = "Interface"
//!   subnet_ids         = [aws_subnet.app.id]
//!   security_group_ids = [aws_security_group.endpoints.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Groups that are not in the input or only looked at, and rules whose ports are not known. A rule that lets another
//! group or a prefix list in counts as enough, whoever is a member. Ranges outside of the VPC count where the VPC has
//! a connection over which somebody may come. Services that listen elsewhere (mail, Cassandra, SFTP, streaming,
//! internet of things) and services of others are not asked about. The default group by omission is a warning.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, Direction, Endpoint, Id, Link, Management, SecurityGroup, SgPeer, TCP,
    Topology, Vpc, overlap,
};

use crate::place::reference;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// Services that are asked on other ports than 443, by the part of the name after the Region.
const OTHER_PORTS: &[&str] = &[
    "appstream.",
    "cassandra",
    "deviceadvisor.",
    "email-smtp",
    "git-codecommit",
    "greengrass",
    "iot",
    "transfer.server",
    "workspaces",
];

/// Who is let in on 443.
enum Admitted {
    Somebody,
    /// Ranges, none of them of the VPC.
    Strangers,
    Nobody,
}

/// Which groups keep the clients out.
enum Fault {
    /// Those that it names.
    Named(Vec<Id<SecurityGroup>>),
    /// The default one, as AWS makes it.
    Default,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, endpoint) in cx.topology.endpoints.iter() {
        let kind = endpoint.endpoint_type.value.known();
        if kind.is_none_or(|it| &**it != "Interface")
            || endpoint.head.management == Management::Observed
            || !asks_https(endpoint)
        {
            continue;
        }
        let answer = decide(cx.topology, id, endpoint);
        let answer = answer.map(|found| found.map(|fault| words(cx.topology, endpoint, &fault)));
        out.answer(&endpoint.head.origin, answer);
    }
}

/// Whether it is for a service of AWS that is asked on port 443.
fn asks_https(endpoint: &Endpoint) -> bool {
    let Some(service) = endpoint.service.value.known() else { return false };
    let mut parts = service.splitn(4, '.');
    let (Some("com"), Some("amazonaws"), Some(_), Some(name)) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    !service.starts_with("com.amazonaws.vpce.")
        && !OTHER_PORTS.iter().any(|it| name.starts_with(it))
}

fn decide(topology: &Topology, id: Id<Endpoint>, endpoint: &Endpoint) -> Tri<Option<Fault>> {
    let mut groups = Vec::new();
    let mut doubt = topology.groups_of_endpoint.open(id).cloned();
    for tie in topology.groups_of_endpoint.of(id) {
        match topology.endpoint_group_associations[*tie].group.tri() {
            Tri::Known(group) => groups.push(group),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Absent => (),
        }
    }
    match &endpoint.groups {
        Tri::Known(members) => {
            groups.extend(members.here.iter().copied());
            let elsewhere = || members.elsewhere.first().cloned().map(Cause::NotInInput);
            doubt = doubt.or_else(elsewhere);
        }
        Tri::Unknown(cause) => doubt = doubt.or_else(|| Some(cause.clone())),
        Tri::Absent => (),
    }
    if groups.is_empty() && doubt.is_none() {
        return by_default(topology, endpoint);
    }
    let mut strangers = false;
    for group in &groups {
        match admitted(topology, *group, &endpoint.vpc) {
            Tri::Known(Admitted::Somebody) => return Tri::Known(None),
            Tri::Known(Admitted::Strangers) => strangers = true,
            Tri::Known(Admitted::Nobody) | Tri::Absent => (),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
        }
    }
    if strangers && may_be_reached(topology, &endpoint.vpc) {
        return Tri::Known(None);
    }
    doubt.map_or(Tri::Known(Some(Fault::Named(groups))), Tri::Unknown)
}

/// The default group of the VPC, where the endpoint names none.
fn by_default(topology: &Topology, endpoint: &Endpoint) -> Tri<Option<Fault>> {
    let vpc = match endpoint.vpc.tri() {
        Tri::Known(vpc) => vpc,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let is_default =
        |id: &&Id<SecurityGroup>| topology.security_groups[**id].is_default == Tri::Known(true);
    if let Some(group) = topology.groups_of_vpc.of(vpc).iter().find(is_default) {
        let named = |it| match it {
            Admitted::Somebody => None,
            Admitted::Strangers if may_be_reached(topology, &endpoint.vpc) => None,
            Admitted::Strangers | Admitted::Nobody => Some(Fault::Named(vec![*group])),
        };
        return admitted(topology, *group, &endpoint.vpc).map(named);
    }
    let head = &topology.vpcs[vpc].head;
    let open = topology.groups_of_vpc.open(vpc).cloned();
    // Somebody may have changed the default group of a VPC that is there already.
    let changed = || match head.management {
        // Who is told of the VPC may adopt its default group.
        Management::Created if head.handed_on => Some(Cause::Shared(head.name().into())),
        Management::Created => topology.container_open(head),
        Management::Managed | Management::Observed => Some(Cause::NotManaged(head.name().into())),
    };
    open.or_else(changed).map_or(Tri::Known(Some(Fault::Default)), Tri::Unknown)
}

fn admitted(topology: &Topology, id: Id<SecurityGroup>, vpc: &Link<Vpc>) -> Tri<Admitted> {
    let mut doubt = None;
    let mut strangers = false;
    for rule in topology.rules_of_group.of(id).iter().map(|it| &topology.sg_rules[*it]) {
        match (rule.goes(Direction::Ingress), rule.traffic.covers(TCP, (443, 443))) {
            (Tri::Known(false) | Tri::Absent, _) | (_, Tri::Known(false) | Tri::Absent) => (),
            (Tri::Known(true), Tri::Known(true)) => {
                if rule.peers.iter().any(|it| may_be_of(topology, it, vpc)) {
                    return Tri::Known(Admitted::Somebody);
                }
                strangers |= !rule.peers.is_empty();
            }
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => doubt = doubt.or(Some(cause)),
        }
    }
    let told = if strangers { Admitted::Strangers } else { Admitted::Nobody };
    doubt
        .or_else(|| topology.sg_rules_gap(id, Direction::Ingress))
        .map_or(Tri::Known(told), Tri::Unknown)
}

/// Whether somebody of the VPC may be at this end.
fn may_be_of(topology: &Topology, peer: &SgPeer, vpc: &Link<Vpc>) -> bool {
    match peer {
        SgPeer::Range(Tri::Known(net)) => match topology.ranges_of(vpc) {
            Tri::Known(own) => {
                own.gap().is_some() || own.known().any(|(it, _)| overlap(it, *net).is_some())
            }
            Tri::Unknown(_) | Tri::Absent => true,
        },
        SgPeer::Range(Tri::Unknown(_) | Tri::Absent)
        | SgPeer::List(_)
        | SgPeer::Group(_)
        | SgPeer::ThisGroup
        | SgPeer::Unknown(_) => true,
    }
}

/// Whether anything outside of the VPC may reach it.
fn may_be_reached(topology: &Topology, vpc: &Link<Vpc>) -> bool {
    let Link::Here(vpc) = vpc else { return true };
    let head = &topology.vpcs[*vpc].head;
    if topology.container_open(head).is_some() {
        return true;
    }
    let peered = topology
        .peerings
        .iter()
        .any(|(_, it)| it.requester.may_be(*vpc) || it.accepter.may_be(*vpc));
    let attached = topology.attachments.iter().any(|(_, it)| match &it.kind {
        AttachmentKind::Vpc { vpc: own, .. } => own.may_be(*vpc),
        AttachmentKind::Peering { .. } | AttachmentKind::Connect | AttachmentKind::Vpn => false,
    });
    let private = topology.vpn_gateways.iter().any(|(_, it)| it.vpc.may_be(*vpc));
    let tied = topology.vpn_gateway_attachments.iter().any(|(_, it)| it.vpc.may_be(*vpc));
    peered || attached || private || tied
}

fn words(topology: &Topology, endpoint: &Endpoint, fault: &Fault) -> Finding {
    let name = endpoint.head.name();
    let service = endpoint.service.value.known().map_or("the service", |it| it);
    let why = "a security group lets in only what a rule allows; the endpoint is made, and every connection to \
               the service times out";
    match fault {
        Fault::Default => Finding::at(&endpoint.head.origin, "names no security group")
            .at_most(Severity::Warning)
            .message(format!(
                "`{name}` ({service}) has the default security group of its VPC, which lets only its own members in"
            ))
            .why(why)
            .help(format!(
                "give `{name}` a group in `security_group_ids` that allows TCP 443 from the ranges of the VPC"
            )),
        Fault::Named(groups) => {
            let mut finding = Finding::at(&endpoint.groups_origin, "none of these lets clients in");
            for group in groups.iter().take(3) {
                let origin = &topology.security_groups[*group].head.origin;
                finding = finding.also(origin, "has no rule for TCP 443 from the VPC");
            }
            finding
                .message(format!(
                    "no security group of `{name}` ({service}) allows TCP 443 from its VPC"
                ))
                .why(why)
                .help(cure(topology, endpoint, groups))
        }
    }
}

fn cure(topology: &Topology, endpoint: &Endpoint, groups: &[Id<SecurityGroup>]) -> String {
    let plain = "allow TCP 443 from the ranges of the VPC".to_owned();
    let proposal = || {
        let group = &topology.security_groups[*groups.first()?].head.origin;
        let vpc = endpoint.vpc.here()?;
        let (net, _) = topology.ranges(vpc).known_v4().next()?;
        let net = net.to_string();
        Some(resource(
            "aws_vpc_security_group_ingress_rule",
            &endpoint.head.origin.address.name,
            &[
                ("security_group_id", Proposed::Reference(reference(group, group)?)),
                ("ip_protocol", Proposed::Text("tcp")),
                ("from_port", Proposed::Text("443")),
                ("to_port", Proposed::Text("443")),
                ("cidr_ipv4", Proposed::Text(&net)),
            ],
        ))
    };
    match proposal() {
        Some(block) => format!("{plain}, for example:\n\n{block}"),
        None => plain,
    }
}
