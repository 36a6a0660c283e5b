//! A Connect attachment or one of its peers is one that AWS refuses.
//!
//! ## Why
//!
//! The peers of a Connect attachment get the gateway's outer address from the ranges of the transit
//! gateway, so it needs some. Inside of the tunnel a peer has one /29 of 169.254.0.0/16 that no other peer
//! of the gateway has and that AWS does not keep for itself, and at most one /125 of `fd00::/8` besides. A
//! Connect attachment goes over a VPC or Direct Connect attachment, and takes no static routes.
//!
//! Source: Amazon VPC Transit Gateways, "Transit gateway Connect attachments and transit gateway Connect
//! peers".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "wan" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "wan" {
//!   vpc_id     = aws_vpc.wan.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   transit_gateway_cidr_blocks = ["10.255.0.0/24"]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "wan" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.wan.id
//!   subnet_ids         = [aws_subnet.wan.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_connect" "wan" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.core.id
//!   transport_attachment_id = aws_ec2_transit_gateway_vpc_attachment.wan.id
//! }
//!
//! resource "aws_ec2_transit_gateway_connect_peer" "wan" {
//!   transit_gateway_attachment_id = aws_ec2_transit_gateway_connect.wan.id
//!   peer_address                  = "10.0.1.10"
//!   inside_cidr_blocks            = ["10.254.0.0/29"]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "wan" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "wan" {
//!   vpc_id     = aws_vpc.wan.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_ec2_transit_gateway" "core" {
//!   transit_gateway_cidr_blocks = ["10.255.0.0/24"]
//! }
//!
//! resource "aws_ec2_transit_gateway_vpc_attachment" "wan" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//!   vpc_id             = aws_vpc.wan.id
//!   subnet_ids         = [aws_subnet.wan.id]
//! }
//!
//! resource "aws_ec2_transit_gateway_connect" "wan" {
//!   transit_gateway_id      = aws_ec2_transit_gateway.core.id
//!   transport_attachment_id = aws_ec2_transit_gateway_vpc_attachment.wan.id
//! }
//!
//! resource "aws_ec2_transit_gateway_connect_peer" "wan" {
//!   transit_gateway_attachment_id = aws_ec2_transit_gateway_connect.wan.id
//!   peer_address                  = "10.0.1.10"
//!   inside_cidr_blocks            = ["169.254.100.0/29"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A Connect attachment or transit gateway that is not in the input, ranges that are known only after
//! apply.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, Id, Management, Proven, TgwConnectPeer, Topology, TransitGateway, overlap,
};
use ipnet::IpNet;

use crate::place::gateway_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The blocks that AWS keeps for itself.
const KEPT: &[&str] = &[
    "169.254.0.0/29",
    "169.254.1.0/29",
    "169.254.2.0/29",
    "169.254.3.0/29",
    "169.254.4.0/29",
    "169.254.5.0/29",
    "169.254.169.248/29",
];

/// By gateway: the known blocks inside of tunnels, in address order of their peers.
type Inside = BTreeMap<Proven<TransitGateway>, BTreeMap<IpNet, Vec<Id<TgwConnectPeer>>>>;

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let inside = inside(topology);
    for (id, peer) in topology.tgw_connect_peers.iter() {
        if peer.head.management == Management::Created {
            out.answer(&peer.head.origin, addressless(topology, peer));
            let answer = match block(peer) {
                Tri::Known(None) => Tri::Known(taken(topology, &inside, id)),
                other @ (Tri::Known(Some(_)) | Tri::Unknown(_) | Tri::Absent) => other,
            };
            out.answer(&peer.head.origin, answer);
        }
    }
    for (_, connect) in topology.tgw_connects.iter() {
        let Some(transport) = connect.transport.here() else { continue };
        if connect.head.management == Management::Created {
            let transport = &topology.attachments[transport];
            let what = match transport.kind {
                AttachmentKind::Vpc { .. } => None,
                AttachmentKind::Peering { .. } => Some("a peering attachment"),
                AttachmentKind::Connect => Some("a Connect attachment"),
                AttachmentKind::Vpn => Some("a VPN connection"),
            };
            let finding = what.map(|what| {
                Finding::at(&connect.transport_origin, format!("{what} carries no other"))
                    .also(&transport.head.origin, what)
                    .message(format!("`{}` is to go over {what}", connect.head.name()))
                    .why("a Connect attachment goes over a VPC or Direct Connect attachment")
                    .help("name the attachment of the VPC that the appliance is in")
            });
            out.answer(&connect.head.origin, Tri::Known(finding));
        }
    }
    routes(topology, out);
}

/// Static routes that lead to Connect attachments.
fn routes(topology: &Topology, out: &mut Sink) {
    for (_, route) in topology.tgw_routes.iter() {
        let Some(attachment) = route.attachment.here() else { continue };
        let attachment = &topology.attachments[attachment];
        let connect = matches!(attachment.kind, AttachmentKind::Connect);
        if connect && route.head.management == Management::Created {
            let (name, target) = (route.head.name(), attachment.head.name());
            out.broken(
                Finding::at(&route.head.origin, "a static route")
                    .also(&attachment.head.origin, "learns its routes by BGP alone")
                    .message(format!("`{name}` is a static route to `{target}`"))
                    .why("Connect attachments take no static routes")
                    .help(format!(
                        "remove `{name}`, let the appliance announce the range, and propagate \
                         `{target}` into the table"
                    )),
            );
        }
    }
}

fn inside(topology: &Topology) -> Inside {
    let mut out = Inside::new();
    for (id, peer) in topology.tgw_connect_peers.iter() {
        let attachment = peer.attachment.here().map(|it| &topology.attachments[it]);
        let Some(gateway) = attachment.and_then(|it| it.gateway.proven()) else { continue };
        let Tri::Known(blocks) = &peer.inside else { continue };
        for net in blocks.iter().filter_map(|it| it.known()) {
            let blocks = out.entry(gateway.clone()).or_default();
            blocks.entry(net.trunc()).or_default().push(id);
        }
    }
    out
}

/// The gateway has no addresses for the outside of the tunnel.
fn addressless(topology: &Topology, peer: &TgwConnectPeer) -> Tri<Option<Finding>> {
    let gateway = peer.attachment.tri().and_then(|it| topology.attachments[it].gateway.tri());
    gateway.and_then(|id| {
        let gateway = &topology.transit_gateways[id];
        let none = match &gateway.own_ranges {
            Tri::Known(ranges) => ranges.is_empty(),
            Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
            // What others manage may not tell it.
            Tri::Absent if gateway.head.management == Management::Observed => {
                return Tri::Unknown(Cause::NotManaged(gateway.head.name().into()));
            }
            Tri::Absent => true,
        };
        let name = gateway.head.name();
        Tri::Known(none.then(|| {
            Finding::at(&peer.head.origin, "where does the tunnel end?")
                .also(&gateway.head.origin, "has no ranges of its own")
                .message(format!(
                    "`{}` is a peer of `{name}`, which has no ranges of its own",
                    peer.head.name()
                ))
                .why(
                    "the outer address of the gateway comes from `transit_gateway_cidr_blocks`; without \
                     any AWS refuses the peer",
                )
                .help(format!(
                    "set `transit_gateway_cidr_blocks` on `{name}` to a /24 or wider that no VPC has, and \
                     route it to the gateway in the appliance's VPC"
                ))
        }))
    })
}

/// What is wrong with the blocks inside of the tunnel.
fn block(peer: &TgwConnectPeer) -> Tri<Option<Finding>> {
    let blocks = match &peer.inside {
        Tri::Known(blocks) => blocks,
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let mut open = None;
    let mut four = Vec::new();
    for it in blocks {
        match it {
            Tri::Known(net) => {
                if let Some(fault) = fault(net.trunc()) {
                    return Tri::Known(Some(misshapen(peer, *net, &fault)));
                }
                four.extend(matches!(net, IpNet::V4(_)).then_some(*net));
            }
            Tri::Unknown(cause) => open = open.or_else(|| Some(cause.clone())),
            Tri::Absent => (),
        }
    }
    match (&*four, open) {
        ([_, second, ..], _) => {
            Tri::Known(Some(misshapen(peer, *second, "the second block of IPv4 addresses")))
        }
        (_, Some(cause)) => Tri::Unknown(cause),
        ([] | [_], None) => Tri::Known(None),
    }
}

/// Why AWS does not take this block.
fn fault(net: IpNet) -> Option<String> {
    let (pool, length) = match net {
        IpNet::V4(_) => ("169.254.0.0/16", 29),
        IpNet::V6(_) => ("fd00::/8", 125),
    };
    let within = pool.parse::<IpNet>().is_ok_and(|pool| pool.contains(&net));
    if !within {
        return Some(format!("not in {pool}"));
    }
    if net.prefix_len() != length {
        return Some(format!("no /{length}"));
    }
    let kept = KEPT.iter().filter_map(|it| it.parse::<IpNet>().ok());
    let mut kept = kept.filter(|it| overlap(*it, net).is_some());
    kept.next().map(|_| "a block that AWS keeps for itself".to_owned())
}

fn misshapen(peer: &TgwConnectPeer, net: IpNet, fault: &str) -> Finding {
    Finding::at(&peer.inside_origin, format!("{net} is {fault}"))
        .message(format!("`{}` has {net} inside of its tunnel, which is {fault}", peer.head.name()))
        .why(
            "inside of the tunnel AWS takes one /29 of 169.254.0.0/16, and a /125 of fd00::/8 for IPv6, \
             without the blocks that it keeps for itself",
        )
        .help("use a /29 such as 169.254.100.0/29")
}

/// Another peer of the gateway has the block.
fn taken(topology: &Topology, inside: &Inside, id: Id<TgwConnectPeer>) -> Option<Finding> {
    let peer = &topology.tgw_connect_peers[id];
    let attachment = &topology.attachments[peer.attachment.here()?];
    let blocks = inside.get(&attachment.gateway.proven()?)?;
    let Tri::Known(own) = &peer.inside else { return None };
    let earlier = |other: &&Id<TgwConnectPeer>| {
        let head = &topology.tgw_connect_peers[**other].head;
        **other < id || **other != id && head.management != Management::Created
    };
    let mut known = own.iter().filter_map(|it| it.known());
    let (net, other) = known.find_map(|net| {
        let other = blocks.get(&net.trunc())?.iter().find(earlier)?;
        Some((net.trunc(), &topology.tgw_connect_peers[*other]))
    })?;
    if topology.may_be_one(&peer.head, &other.head).is_some() {
        return None;
    }
    let gateway = gateway_name(topology, &attachment.gateway);
    Some(
        Finding::at(&peer.inside_origin, "a second time")
            .also(&other.inside_origin, "has it already")
            .message(format!(
                "`{}` and `{}` both have {net} inside of their tunnels",
                other.head.name(),
                peer.head.name()
            ))
            .why(format!("the blocks inside of tunnels are unique among all peers of {gateway}"))
            .help(format!("give `{}` another /29 of 169.254.0.0/16", peer.head.name())),
    )
}
