//! A multicast domain is one that AWS refuses: its transit gateway has no multicast, or it asks too much.
//!
//! ## Why
//!
//! A multicast domain needs a transit gateway with `multicast_support`, which is off unless it is switched
//! on when the gateway is made. A domain has IGMP or registered sources, not both. And a subnet is in one
//! multicast domain at a time.
//!
//! Source: Amazon VPC Transit Gateways, "Multicast in Amazon VPC Transit Gateways" and "Multicast domains".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_ec2_transit_gateway" "core" {}
//!
//! resource "aws_ec2_transit_gateway_multicast_domain" "video" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_ec2_transit_gateway" "core" {
//!   multicast_support = "enable"
//! }
//!
//! resource "aws_ec2_transit_gateway_multicast_domain" "video" {
//!   transit_gateway_id = aws_ec2_transit_gateway.core.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A gateway that is not in the input, a switch that is known only after apply, a domain that cannot be
//! followed.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    Id, Management, MulticastAssociation, MulticastDomain, Proven, Subnet, Topology, TransitGateway,
};

use crate::place::gateway_name;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (_, domain) in topology.multicast_domains.iter() {
        if domain.head.management != Management::Created {
            continue;
        }
        let without = domain.gateway.tri().and_then(|id| {
            let multicast = &topology.transit_gateways[id].multicast;
            multicast.value.clone().map(|on| (!on).then(|| unsupported(topology, domain, id)))
        });
        let answer = match (without, both(domain)) {
            (Tri::Known(Some(finding)), _) | (_, Tri::Known(Some(finding))) => {
                Tri::Known(Some(finding))
            }
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause),
            (Tri::Known(None) | Tri::Absent, Tri::Known(None) | Tri::Absent) => Tri::Known(None),
        };
        out.answer(&domain.head.origin, answer);
    }
    subnets(topology, out);
}

fn both(domain: &MulticastDomain) -> Tri<Option<Finding>> {
    match (&domain.igmp.value, &domain.static_sources.value) {
        (Tri::Known(false), _) | (_, Tri::Known(false)) => Tri::Known(None),
        (Tri::Known(true), Tri::Known(true)) => Tri::Known(Some(
            Finding::at(&domain.igmp.origin, "members join by IGMP")
                .also(&domain.static_sources.origin, "sources are registered")
                .message(format!(
                    "`{}` has both IGMP and static sources switched on",
                    domain.head.name()
                ))
                .why("a multicast domain has one of the two; AWS refuses both")
                .help("switch `igmpv2_support` or `static_sources_support` off"),
        )),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => Tri::Unknown(cause.clone()),
        (Tri::Known(true) | Tri::Absent, Tri::Known(true) | Tri::Absent) => Tri::Known(None),
    }
}

fn unsupported(topology: &Topology, domain: &MulticastDomain, id: Id<TransitGateway>) -> Finding {
    let gateway = &topology.transit_gateways[id];
    let name = gateway_name(topology, &domain.gateway);
    let change = if gateway.head.management == Management::Created {
        ""
    } else {
        "; AWS replaces the gateway for that, with everything that is attached to it"
    };
    Finding::at(&domain.head.origin, "needs a gateway with multicast")
        .also(&gateway.multicast.origin, "off")
        .message(format!("`{}` is on {name}, which has no multicast support", domain.head.name()))
        .why("multicast is switched on when a transit gateway is made; AWS refuses domains without it")
        .help(format!("set `multicast_support = \"enable\"` on {name}{change}"))
}

/// A subnet in two domains.
fn subnets(topology: &Topology, out: &mut Sink) {
    let mut by_subnet: BTreeMap<Proven<Subnet>, Vec<Id<MulticastAssociation>>> = BTreeMap::new();
    for (id, association) in topology.multicast_associations.iter() {
        if let Some(subnet) = association.subnet.proven() {
            by_subnet.entry(subnet).or_default().push(id);
        }
    }
    for all in by_subnet.values().filter(|all| all.len() > 1) {
        for id in all {
            let head = &topology.multicast_associations[*id].head;
            if head.management == Management::Created {
                let answer = second(topology, *id, all)
                    .map(|found| found.map(|other| twice(topology, *id, other)));
                out.answer(&head.origin, answer);
            }
        }
    }
}

/// An association of the same subnet with another domain, which comes first.
fn second(
    topology: &Topology,
    id: Id<MulticastAssociation>,
    all: &[Id<MulticastAssociation>],
) -> Tri<Option<Id<MulticastAssociation>>> {
    let it = &topology.multicast_associations[id];
    let mut open: Option<Cause> = None;
    for other in all.iter().filter(|other| **other != id) {
        let two = &topology.multicast_associations[*other];
        if two.head.management == Management::Created && *other > id {
            continue;
        }
        match (it.domain.tri(), two.domain.tri()) {
            (Tri::Known(one), Tri::Known(two)) if one != two => {
                let heads = [one, two].map(|it| &topology.multicast_domains[it].head);
                let [one, two] = heads;
                match topology.may_be_one(one, two) {
                    None => return Tri::Known(Some(*other)),
                    Some(cause) => open = open.or(Some(cause)),
                }
            }
            (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => {
                let same = it.domain.proven().is_some() && it.domain == two.domain;
                open = open.or(Some(cause).filter(|_| !same));
            }
            (Tri::Known(_) | Tri::Absent, Tri::Known(_) | Tri::Absent) => (),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn twice(
    topology: &Topology,
    id: Id<MulticastAssociation>,
    other: Id<MulticastAssociation>,
) -> Finding {
    let [it, other] = [id, other].map(|it| &topology.multicast_associations[it]);
    let domain = |it: &MulticastAssociation| match it.domain.here() {
        Some(id) => topology.multicast_domains[id].head.name(),
        None => "another domain".to_owned(),
    };
    let subnet = match it.subnet.here() {
        Some(id) => topology.subnets[id].head.name(),
        None => "the subnet".to_owned(),
    };
    Finding::at(&it.head.origin, format!("puts it into `{}`", domain(it)))
        .also(&other.head.origin, format!("puts it into `{}`", domain(other)))
        .message(format!(
            "`{subnet}` is in two multicast domains, `{}` and `{}`",
            domain(other),
            domain(it)
        ))
        .why("a subnet is in one multicast domain at a time; AWS refuses the second")
        .help("use another subnet for the second domain, or put both groups into one")
}
