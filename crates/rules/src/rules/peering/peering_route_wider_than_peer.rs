//! A route over a peering connection reaches beyond the ranges of the far VPC.
//!
//! ## Why
//!
//! Over a peering connection only the far VPC's own ranges can be reached. The rest of the destination is
//! dropped there, and a less specific route that would carry it (to a transit gateway, say) is not tried,
//! since the longest match is final.
//!
//! Source: Amazon VPC Peering Guide, "Update your route tables for a VPC peering connection".
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
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = "10.0.0.0/8"
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
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
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "r" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A destination or range that is known only after apply, or a connection whose VPCs are not in the
//! input. A VPC that exists may have got a further range in a configuration that is not in the input
//! (`--complete` says that it has none).

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Destination, ListOwner, Sites, Topology, VpcRanges, covered, touches};
use ipnet::IpNet;

use crate::over_peering::{Ends, Hop, hops, is_default};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let (held, sites) = (VpcRanges::new(cx.topology), Sites::new(cx.topology));
    for hop in hops(cx.topology) {
        let answer = decide(cx.topology, &held, &sites, &hop)
            .map(|found| found.map(|(ends, net)| words(cx.topology, &hop, ends, net)));
        out.answer(&hop.route.origin, answer);
    }
}

fn decide(
    topology: &Topology,
    held: &VpcRanges,
    sites: &Sites,
    hop: &Hop<'_>,
) -> Tri<Option<(Ends, IpNet)>> {
    if of_aws(topology, &hop.route.destination) {
        return Tri::Known(None);
    }
    let (nets, mut open) = hop.ranges(topology);
    // A default route is `peering-edge-to-edge-internet`, whatever the far VPC holds.
    let nets: Vec<IpNet> = nets.into_iter().filter(|net| !is_default(*net)).collect();
    if nets.is_empty() {
        return open.map_or(Tri::Known(None), Tri::Unknown);
    }
    let ends = match hop.ends(topology) {
        Tri::Known(ends) => ends,
        Tri::Unknown(cause) => return Tri::Unknown(cause),
        Tri::Absent => return Tri::Absent,
    };
    let far = topology.ranges(ends.far);
    let site = sites.behind(ends.far).unwrap_or_default();
    let sites: Vec<IpNet> = site.ranges.iter().map(|(net, _)| *net).collect();
    for net in nets {
        let theirs = far.known_like(net);
        // The near VPC's own ranges are local, and longer routes of the table take what is theirs.
        let mut settled = theirs.clone();
        settled.extend(topology.ranges(ends.near).known_like(net));
        let (longer, perhaps) = longer(topology, hop, net);
        settled.extend(longer);
        if covered(net, &settled) {
            continue;
        }
        settled.extend(perhaps.iter().map(|(net, _)| *net));
        if covered(net, &settled) {
            open = open.or_else(|| perhaps.first().map(|(_, cause)| cause.clone()));
            continue;
        }
        let apart = !touches(&[net], &theirs);
        // What lies in a third VPC or behind the far one's VPN has rules of its own.
        let third = held.third(topology, net, [ends.near, ends.far]).is_some();
        if apart && (third || touches(&[net], &sites)) {
            continue;
        }
        // What may be learned from a site changes nothing: it is not in the far VPC either.
        let unseen = || topology.unseen_range(ends.far, net, hop.route.stack());
        match topology.range_gap(ends.far, net).or_else(unseen) {
            Some(cause) => open = open.or(Some(cause)),
            None => return Tri::Known(Some((ends, net))),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// What longer routes of the same table take out of `net`: those that are in it, and those that may be.
fn longer(topology: &Topology, hop: &Hop<'_>, net: IpNet) -> (Vec<IpNet>, Vec<(IpNet, Cause)>) {
    let mut out = (Vec::new(), Vec::new());
    let Some(table) = hop.route.table.here() else { return out };
    for (route, doubt) in topology.perhaps_routes(table) {
        let Some(range) = route.range().filter(|it| *it != net && net.contains(it)) else {
            continue;
        };
        match doubt {
            None => out.0.push(range),
            Some(cause) => out.1.push((range, cause.clone())),
        }
    }
    out
}

/// A list of AWS is `peering-edge-to-edge-gateway-endpoint`.
fn of_aws(topology: &Topology, destination: &Destination) -> bool {
    match destination {
        Destination::PrefixList(list) => list.here().is_some_and(|list| {
            matches!(topology.prefix_lists[list].owner, Tri::Known(ListOwner::Aws(_)))
        }),
        Destination::Range(_) | Destination::Unknown(_) => false,
    }
}

fn words(topology: &Topology, hop: &Hop<'_>, ends: Ends, net: IpNet) -> Finding {
    let far = &topology.vpcs[ends.far];
    let ranges = topology.ranges(ends.far);
    let peering = topology.peerings[ends.peering].head.name();
    let mut finding = Finding::at(&hop.route.destination_origin, "reaches beyond the far VPC");
    for (_, fact) in ranges.known().take(5) {
        finding = finding.also(&fact.origin, "all that it leads to");
    }
    finding
        .message(format!(
            "`{}` sends {net} over `{peering}`, which leads to {} of `{}`",
            hop.route.origin.address,
            ranges.text(),
            far.head.name()
        ))
        .why("what is outside the far VPC's ranges is dropped there, and no shorter route is tried")
        .help(format!("route only {} over `{peering}`", ranges.text()))
}
