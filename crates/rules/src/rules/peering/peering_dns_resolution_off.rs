//! A peering connection is used both ways, and neither side resolves the other's public names to private addresses.
//!
//! ## Why
//!
//! Unless `allow_remote_vpc_dns_resolution` is on, the public host name of an instance or database in the far VPC
//! resolves to its public address: packets leave through the internet, are charged as such, and rules for private
//! addresses do not fit them. Who uses private hosted zones only need not care.
//!
//! Source: Amazon VPC Peering Guide, "Enable DNS resolution for a VPC peering connection".
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
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//! }
//!
//! resource "aws_route" "a" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//!
//! resource "aws_route" "b" {
//!   route_table_id            = aws_route_table.b.id
//!   destination_cidr_block    = aws_vpc.a.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block           = "10.0.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_vpc" "b" {
//!   cidr_block           = "10.1.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_route_table" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table" "b" {
//!   vpc_id = aws_vpc.b.id
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//!
//!   accepter {
//!     allow_remote_vpc_dns_resolution = true
//!   }
//!
//!   requester {
//!     allow_remote_vpc_dns_resolution = true
//!   }
//! }
//!
//! resource "aws_route" "a" {
//!   route_table_id            = aws_route_table.a.id
//!   destination_cidr_block    = aws_vpc.b.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//!
//! resource "aws_route" "b" {
//!   route_table_id            = aws_route_table.b.id
//!   destination_cidr_block    = aws_vpc.a.cidr_block
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A connection that exists: another configuration may have set its options (`--complete` says that none has). Options
//! whose connection a plan does not spell out.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, Peering, Route, Topology, Vpc, touches};
use ipnet::IpNet;

use crate::over_peering::{hops, subjects};
use crate::peering_options::{Writer, Writers};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// Which connections are used.
#[derive(Default)]
struct Used<'t> {
    /// By connection and the VPC that sends: a route that leads to the other one.
    by: BTreeMap<(Id<Peering>, Id<Vpc>), &'t Route>,
    /// Why a connection may be used in more ways.
    perhaps: BTreeMap<Id<Peering>, Cause>,
    /// The same of any connection.
    any: Option<Cause>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let (writers, used) = (Writers::new(cx.topology), used(cx.topology));
    for (id, peering) in subjects(cx.topology) {
        let sides = (peering.requester.here(), peering.accepter.here());
        let (Some(one), Some(two)) = sides else { continue };
        let ways = (used.by.get(&(id, one)), used.by.get(&(id, two)));
        let perhaps = used.perhaps.get(&id).or(used.any.as_ref());
        let answer = match (ways, perhaps) {
            ((Some(there), Some(back)), _) => decide(cx.topology, id, peering, &writers)
                .map(|off| off.then(|| words(peering, there, back))),
            (_, Some(cause)) => match decide(cx.topology, id, peering, &writers) {
                Tri::Known(false) => Tri::Known(None),
                Tri::Known(true) | Tri::Unknown(_) | Tri::Absent => Tri::Unknown(cause.clone()),
            },
            // One that is not used both ways is another rule's matter.
            (_, None) => continue,
        };
        out.answer(&peering.head.origin, answer);
    }
}

fn used(topology: &Topology) -> Used<'_> {
    let mut out = Used::default();
    for hop in hops(topology) {
        match hop.ends(topology) {
            Tri::Known(ends) => {
                let held = topology.ranges(ends.far);
                let held: Vec<IpNet> = held.known().map(|(net, _)| net).collect();
                if touches(&hop.ranges(topology).0, &held) {
                    out.by.entry((ends.peering, ends.near)).or_insert(hop.route);
                }
            }
            Tri::Unknown(cause) => match hop.link {
                Link::Here(id) => {
                    out.perhaps.entry(*id).or_insert(cause);
                }
                Link::OneOf(ids, _) => {
                    for id in ids {
                        out.perhaps.entry(*id).or_insert_with(|| cause.clone());
                    }
                }
                Link::Unknown(_) => out.any = out.any.take().or(Some(cause)),
                Link::Elsewhere(_) | Link::Absent => (),
            },
            Tri::Absent => (),
        }
    }
    out
}

/// Whether nobody turns remote DNS resolution on.
fn decide(
    topology: &Topology,
    id: Id<Peering>,
    peering: &Peering,
    writers: &Writers<'_>,
) -> Tri<bool> {
    let mut open = None;
    for side in writers.of(id).iter().flat_map(Writer::sides) {
        match &side.remote_dns {
            // Somebody has thought of it.
            Tri::Known(_) => return Tri::Known(false),
            Tri::Unknown(cause) => open = open.or(Some(cause.clone())),
            Tri::Absent => (),
        }
    }
    open.or_else(|| writers.unplaced.first().map(|(_, cause)| cause.clone()))
        .or_else(|| topology.shared_open(&peering.head))
        .map_or(Tri::Known(true), Tri::Unknown)
}

fn words(peering: &Peering, there: &Route, back: &Route) -> Finding {
    let name = peering.head.name();
    Finding::at(&peering.head.origin, "resolves no names of the far VPC to private addresses")
        .also(&there.destination_origin, "used there")
        .also(&back.destination_origin, "and back")
        .message(format!("`{name}` is used both ways, and remote DNS resolution is off on both sides"))
        .why(
            "public host names of the far VPC resolve to public addresses, so that packets leave through the \
             internet instead of the connection",
        )
        .help(format!(
            "where such names are used, add an `aws_vpc_peering_connection_options` for `{name}` with \
             `allow_remote_vpc_dns_resolution = true` in `accepter` and `requester`; both VPCs need \
             `enable_dns_hostnames = true`"
        ))
}
