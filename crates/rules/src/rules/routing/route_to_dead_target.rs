//! A route leads to something that this plan destroys, or that AWS reports as gone.
//!
//! ## Why
//!
//! A route keeps the id that it was given. When its target is destroyed, or replaced by one with
//! another id, the route stays as a `blackhole` and drops what it matches, and no shorter route takes
//! over. A route that refers to the target is changed along with it; one with a written id is not.
//!
//! Source: Amazon VPC User Guide, "Configure route tables".
//!
//! ## Flagged
//!
//! A plan that destroys `nat-0a8a8350184f26727`, which this route still names:
//!
//! ```hcl
//! resource "aws_route" "office" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "192.168.0.0/16"
//!   nat_gateway_id         = "nat-0a8a8350184f26727"
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
//! resource "aws_subnet" "nat" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.0.0/28"
//! }
//!
//! resource "aws_nat_gateway" "egress" {
//!   subnet_id         = aws_subnet.nat.id
//!   connectivity_type = "private"
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route" "office" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "192.168.0.0/16"
//!   nat_gateway_id         = aws_nat_gateway.egress.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A target that is looked up during the apply, or is sensitive, in a plan that destroys something of
//! its kind.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Mode, Tri};
use groundplan_model::{
    Departed, Head, Link, Management, Route, RouteSource, RouteTarget, Topology,
};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// Why a target is dead.
enum Dead<'t> {
    /// The plan destroys it.
    Destroyed(&'t Departed),
    /// AWS reports the route as `blackhole`.
    Reported,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let kinds: BTreeSet<&str> =
        cx.topology.departed.values().map(|it| &*it.origin.address.kind).collect();
    // What is seen in a table, and written by nobody here, is another's to change, unless AWS itself was asked.
    let reported = |it: &Route| {
        it.origin.address.mode == Mode::Live
            && it.state.known().is_some_and(|state| &**state == "blackhole")
    };
    let asked = |it: &Route| it.source != RouteSource::Seen || reported(it);
    for (_, route) in cx.topology.routes.iter().filter(|(_, it)| asked(it)) {
        let answer = decide(cx.topology, route, &kinds);
        let answer = answer.map(|found| found.map(|dead| words(cx.topology, route, &dead)));
        out.answer(&route.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    route: &Route,
    kinds: &BTreeSet<&str>,
) -> Tri<Option<Dead<'t>>> {
    if let Some(id) = &route.target_id {
        if let Some(departed) = topology.departed.get(id) {
            return Tri::Known(Some(Dead::Destroyed(departed)));
        }
        let reported = route.state.known().is_some_and(|state| &**state == "blackhole");
        let stays = route.action == Action::NoOp && !revivable(topology, &route.target);
        return Tri::Known((reported && stays).then_some(Dead::Reported));
    }
    match doubt(topology, &route.target, kinds) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(None),
    }
}

/// Whether something in this input may bring the target back to life: an accepter, an attachment.
fn revivable(topology: &Topology, target: &RouteTarget) -> bool {
    match target {
        RouteTarget::NatGateway(link) => link.here().is_some(),
        RouteTarget::NetworkInterface(link) => link.here().is_some(),
        RouteTarget::Endpoint(link) => link.here().is_some(),
        RouteTarget::Peering(link) => {
            link.here().is_some() || !topology.peering_accepters.is_empty()
        }
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => true,
    }
}

/// Why a target without a known id may be one that the plan destroys.
fn doubt(topology: &Topology, target: &RouteTarget, kinds: &BTreeSet<&str>) -> Option<Cause> {
    let of = |kind: &str| kinds.contains(kind);
    match target {
        RouteTarget::InternetGateway(link) if of("aws_internet_gateway") => {
            unnamed(link, |id| &topology.internet_gateways[id].head)
        }
        RouteTarget::VpnGateway(link) if of("aws_vpn_gateway") => {
            unnamed(link, |id| &topology.vpn_gateways[id].head)
        }
        RouteTarget::EgressOnlyGateway(link) if of("aws_egress_only_internet_gateway") => {
            unnamed(link, |id| &topology.egress_only_gateways[id].head)
        }
        RouteTarget::NatGateway(link) if of("aws_nat_gateway") => {
            unnamed(link, |id| &topology.nat_gateways[id].head)
        }
        RouteTarget::Peering(link) if of("aws_vpc_peering_connection") => {
            unnamed(link, |id| &topology.peerings[id].head)
        }
        RouteTarget::TransitGateway(link) if of("aws_ec2_transit_gateway") => {
            unnamed(link, |id| &topology.transit_gateways[id].head)
        }
        RouteTarget::Endpoint(link) if of("aws_vpc_endpoint") => {
            unnamed(link, |id| &topology.endpoints[id].head)
        }
        RouteTarget::NetworkInterface(link) if of("aws_network_interface") => {
            unnamed(link, |id| &topology.network_interfaces[id].head)
        }
        RouteTarget::Unknown(cause)
            if of("aws_internet_gateway") || of("aws_vpn_gateway") || of("aws_vpc_endpoint") =>
        {
            Some(cause.clone())
        }
        RouteTarget::Local
        | RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => None,
    }
}

/// What is made new has a new id; what is only looked at may be anything of its kind.
fn unnamed<'t, T: 't>(
    link: &Link<T>,
    head: impl Fn(groundplan_model::Id<T>) -> &'t Head,
) -> Option<Cause> {
    let looked_at = |id: &groundplan_model::Id<T>| {
        let head = head(*id);
        (head.management == Management::Observed && head.id.is_none())
            .then(|| Cause::KnownAfterApply(format!("{}.id", head.name()).into()))
    };
    match link {
        Link::Here(id) => looked_at(id),
        Link::OneOf(ids, _) => ids.iter().find_map(looked_at),
        Link::Unknown(cause) => Some(cause.clone()),
        Link::Elsewhere(_) | Link::Absent => None,
    }
}

fn words(topology: &Topology, route: &Route, dead: &Dead<'_>) -> Finding {
    let name = route.origin.address.to_string();
    let target = route.target_id.as_deref().unwrap_or_default();
    let destination = match (route.range(), &route.table) {
        (Some(net), Link::Here(table)) => {
            format!("the route for {net} in `{}`", topology.route_tables[*table].head.origin)
        }
        (Some(net), _) => format!("the route for {net} of `{name}`"),
        (None, _) => format!("a route of `{name}`"),
    };
    let finding = Finding::at(&route.target_origin, format!("still leads to {target}"));
    let finding = match dead {
        Dead::Destroyed(departed) => {
            let gone = &departed.origin.address;
            let (how, cure) = match departed.action {
                Action::DeleteThenCreate | Action::CreateThenDelete => (
                    "replaces",
                    format!("refer to `{gone}.id` instead of {target}, so that the route follows"),
                ),
                Action::NoOp
                | Action::Create
                | Action::Read
                | Action::Update
                | Action::Delete
                | Action::Forget => {
                    ("destroys", "remove the route, or give it a target that stays".to_owned())
                }
            };
            finding
                .also(&departed.origin, format!("this plan {how} {target}"))
                .message(format!("{destination} leads to {target}, which this plan {how}"))
                .help(cure)
        }
        Dead::Reported => finding
            .message(format!(
                "{destination} leads to {target}, and AWS reports that route as `blackhole`"
            ))
            .help("remove the route, or give it a target that exists"),
    };
    finding.why("the route stays and drops everything that it matches; no shorter route takes over")
}
