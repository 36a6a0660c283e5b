//! A route sends IPv4 or IPv6 to a gateway that does not carry that family.
//!
//! ## Why
//!
//! An egress-only internet gateway carries IPv6 alone, and AWS refuses an IPv4 route to it. A NAT gateway
//! takes IPv6 packets only for the NAT64 prefix `64:ff9b::/96`, which it turns into IPv4; an IPv6 default
//! route to it leads nowhere. A carrier gateway carries IPv4 alone.
//!
//! Source: Amazon EC2 API Reference, "`CreateRoute`"; Amazon VPC User Guide, "DNS64 and NAT64".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block                       = "10.0.0.0/16"
//!   assign_generated_ipv6_cidr_block = true
//! }
//!
//! resource "aws_egress_only_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id         = aws_route_table.a.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   egress_only_gateway_id = aws_egress_only_internet_gateway.a.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block                       = "10.0.0.0/16"
//!   assign_generated_ipv6_cidr_block = true
//! }
//!
//! resource "aws_egress_only_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id              = aws_route_table.a.id
//!   destination_ipv6_cidr_block = "::/0"
//!   egress_only_gateway_id      = aws_egress_only_internet_gateway.a.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A destination whose value is sensitive or that the input does not give. An IPv6 range that AWS hands out
//! is never the NAT64 prefix, so its value need not be known.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Destination, Head, Link, Route, RouteSource, RouteTarget, Topology, Vpc};
use ipnet::{IpNet, Ipv6Net};

use crate::place::named_id;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What a gateway carries.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carries {
    /// IPv6 alone: an egress-only internet gateway.
    Six,
    /// IPv4 alone: a carrier gateway.
    Four,
    /// IPv4, and the IPv6 addresses that stand for IPv4 ones: a NAT gateway.
    FourAndNat64,
}

/// What a destination is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Four,
    /// IPv6, no part of the NAT64 prefix or more than that.
    Six,
    Nat64,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, route) in cx.topology.routes.iter() {
        let Some(carries) = carried(&route.target) else { continue };
        if route.source == RouteSource::Seen {
            continue;
        }
        let broken = |family| match (carries, family) {
            (Carries::Six, Family::Four)
            | (Carries::Four, Family::Six | Family::Nat64)
            | (Carries::FourAndNat64, Family::Six) => true,
            (Carries::Six, Family::Six | Family::Nat64)
            | (Carries::Four | Carries::FourAndNat64, Family::Four)
            | (Carries::FourAndNat64, Family::Nat64) => false,
        };
        let answer = family(cx.topology, route, carries)
            .map(|family| broken(family).then(|| words(cx.topology, route, carries)));
        out.answer(&route.origin, answer);
    }
}

fn carried(target: &RouteTarget) -> Option<Carries> {
    match target {
        RouteTarget::EgressOnlyGateway(_) => Some(Carries::Six),
        RouteTarget::NatGateway(_) => Some(Carries::FourAndNat64),
        RouteTarget::Other("carrier_gateway_id") => Some(Carries::Four),
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => None,
    }
}

fn family(topology: &Topology, route: &Route, carries: Carries) -> Tri<Family> {
    match &route.destination {
        Destination::Range(Tri::Known(net)) => Tri::Known(family_of(*net)),
        Destination::Range(Tri::Unknown(cause)) => of_argument(route, carries, cause),
        Destination::Range(Tri::Absent) => Tri::Absent,
        Destination::PrefixList(link) => match link {
            Link::Here(list) => match &topology.prefix_lists[*list].is_v6 {
                // A list of IPv6 ranges may be one of the NAT64 prefix.
                Tri::Known(true) if carries == Carries::FourAndNat64 => Tri::Absent,
                Tri::Known(true) => Tri::Known(Family::Six),
                Tri::Known(false) => Tri::Known(Family::Four),
                Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
                Tri::Absent => Tri::Absent,
            },
            Link::OneOf(_, cause) | Link::Unknown(cause) => Tri::Unknown(cause.clone()),
            Link::Elsewhere(id) => Tri::Unknown(Cause::NotInInput(id.clone())),
            Link::Absent => Tri::Absent,
        },
        Destination::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

/// The family that the argument of an unknown range says.
fn of_argument(route: &Route, carries: Carries, cause: &Cause) -> Tri<Family> {
    let argument = route.destination_origin.attribute.as_deref();
    let handed_out = matches!(cause, Cause::KnownAfterApply(_));
    match argument {
        Some("destination_cidr_block") => Tri::Known(Family::Four),
        Some("destination_ipv6_cidr_block") if handed_out || carries != Carries::FourAndNat64 => {
            Tri::Known(Family::Six)
        }
        Some(_) | None => Tri::Unknown(cause.clone()),
    }
}

fn family_of(net: IpNet) -> Family {
    // RFC 6052, "Well-Known Prefix".
    let nat64 = Ipv6Net::new([0x64, 0xff9b, 0, 0, 0, 0, 0, 0].into(), 96);
    match net {
        IpNet::V4(_) => Family::Four,
        IpNet::V6(net) if nat64.is_ok_and(|it| it.contains(&net)) => Family::Nat64,
        IpNet::V6(_) => Family::Six,
    }
}

fn words(topology: &Topology, route: &Route, carries: Carries) -> Finding {
    let name = &route.origin.address;
    let destination = match &route.destination {
        Destination::Range(Tri::Known(net)) => net.to_string(),
        Destination::PrefixList(link) => match link.here() {
            Some(list) => format!("`{}`", topology.prefix_lists[list].head.name()),
            None => "a prefix list".to_owned(),
        },
        Destination::Range(Tri::Unknown(_) | Tri::Absent) | Destination::Unknown(_) => {
            format!("`{}`", route.destination_origin)
        }
    };
    let vpc = topology.vpc_of_table(&route.table);
    let (is, families, fix) = match carries {
        Carries::Six => {
            ("an egress-only internet gateway", "IPv6 alone", nat(topology, &vpc, route))
        }
        Carries::Four => (
            "a carrier gateway",
            "IPv4 alone",
            "give the route an IPv4 range, or another target".to_owned(),
        ),
        Carries::FourAndNat64 => (
            "a NAT gateway",
            "IPv4, and of IPv6 the NAT64 prefix 64:ff9b::/96",
            egress_only(topology, &vpc, route),
        ),
    };
    let mut finding = Finding::at(&route.target_origin, format!("carries {families}"))
        .also(&route.destination_origin, format!("leads to {destination}"));
    if let Some(head) = topology.target_head(&route.target) {
        finding = finding.also(&head.origin, is);
    }
    finding
        .message(format!(
            "a route of `{name}` sends {destination} to {is}, which carries {families}"
        ))
        .why("AWS refuses the route at apply, or the packets get no further than the gateway")
        .help(fix)
}

fn nat(topology: &Topology, vpc: &Link<Vpc>, route: &Route) -> String {
    let mut all = topology.nat_gateways.iter().map(|(_, it)| it);
    let own = all.find(|it| topology.vpc_of_subnet(&it.subnet) == *vpc);
    match own.and_then(|it| id(&it.head, route)) {
        Some(id) => format!("send IPv4 to a NAT gateway, for example `nat_gateway_id = {id}`"),
        None => "send IPv4 to a NAT gateway (`nat_gateway_id`)".to_owned(),
    }
}

fn egress_only(topology: &Topology, vpc: &Link<Vpc>, route: &Route) -> String {
    let mut all = topology.egress_only_gateways.iter().map(|(_, it)| it);
    match all.find(|it| it.vpc == *vpc).and_then(|it| id(&it.head, route)) {
        Some(id) => {
            format!("send IPv6 to the egress-only gateway: `egress_only_gateway_id = {id}`")
        }
        None => "send IPv6 to an `aws_egress_only_internet_gateway` of the VPC".to_owned(),
    }
}

fn id(head: &Head, route: &Route) -> Option<String> {
    named_id(head, &route.origin)
}
