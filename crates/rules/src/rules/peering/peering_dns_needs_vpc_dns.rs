//! Remote DNS resolution is on, and a VPC of the connection has DNS support or DNS hostnames off.
//!
//! ## Why
//!
//! `allow_remote_vpc_dns_resolution` makes public host names of the one VPC resolve to private addresses in the other.
//! Both VPCs must have DNS support and DNS hostnames on; `enable_dns_hostnames` is off in a new VPC unless it is
//! switched on. Else the names lead to public addresses, around the connection.
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
//!   cidr_block           = "10.1.0.0/16"
//!   enable_dns_hostnames = true
//! }
//!
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//!
//!   requester {
//!     allow_remote_vpc_dns_resolution = true
//!   }
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
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//!   auto_accept = true
//!
//!   requester {
//!     allow_remote_vpc_dns_resolution = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that is not in the input; options of a connection that a plan does not spell out.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Fact, Tri};
use groundplan_model::{Link, Peering, SideOptions, Topology, Vpc};

use crate::peering_options::{Writer, Writers};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The VPC's attribute that is off, and what asks for it.
struct Off<'t> {
    writer: Writer<'t>,
    side: &'t SideOptions,
    vpc: &'t Vpc,
    name: &'static str,
    fact: &'t Fact<bool>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let writers = Writers::new(cx.topology);
    let options = cx.topology.peering_options.iter();
    let mut expanded = options.filter_map(|(_, it)| it.head.origin.address.expanded());
    let several = expanded.next().map(|what| Cause::Expansion(what.into()));
    for (id, peering) in cx.topology.peerings.iter() {
        let all = writers.of(id);
        if !all.is_empty() {
            let answer = decide(cx.topology, peering, all)
                .map(|found| found.map(|off| words(peering, &off)));
            // Of what there may be several, each may be for this connection.
            let answer = match (answer, &several) {
                (Tri::Known(Some(_)), Some(cause)) => Tri::Unknown(cause.clone()),
                (answer, _) => answer,
            };
            out.answer(&peering.head.origin, answer);
        }
    }
    for (writer, cause) in &writers.unplaced {
        let asks =
            writer.sides().any(|it| matches!(it.remote_dns, Tri::Known(true) | Tri::Unknown(_)));
        if asks {
            out.undetermined(&writer.head.origin, cause.clone());
        }
    }
}

fn decide<'t>(
    topology: &'t Topology,
    peering: &Peering,
    writers: &[Writer<'t>],
) -> Tri<Option<Off<'t>>> {
    let blocks = || writers.iter().flat_map(|it| it.sides().map(move |side| (*it, side)));
    let on = blocks().find(|(_, side)| side.remote_dns == Tri::Known(true));
    let open = || {
        blocks().find_map(|(_, side)| match &side.remote_dns {
            Tri::Unknown(cause) => Some(cause.clone()),
            Tri::Known(_) | Tri::Absent => None,
        })
    };
    let found = off(topology, peering);
    match (on, found) {
        (Some((writer, side)), Tri::Known(Some((vpc, name, fact)))) => {
            Tri::Known(Some(Off { writer, side, vpc, name, fact }))
        }
        (Some(_), Tri::Unknown(cause)) => Tri::Unknown(cause),
        (_, Tri::Known(None) | Tri::Absent) => Tri::Known(None),
        (None, Tri::Known(Some(_)) | Tri::Unknown(_)) => {
            open().map_or(Tri::Known(None), Tri::Unknown)
        }
    }
}

/// A DNS attribute of either VPC that is off.
fn off<'t>(
    topology: &'t Topology,
    peering: &Peering,
) -> Tri<Option<(&'t Vpc, &'static str, &'t Fact<bool>)>> {
    let mut open: Option<Cause> = None;
    for link in [&peering.requester, &peering.accepter] {
        let vpc = match link {
            Link::Here(vpc) => &topology.vpcs[*vpc],
            Link::OneOf(_, cause) | Link::Unknown(cause) => {
                open = open.or(Some(cause.clone()));
                continue;
            }
            Link::Elsewhere(id) => {
                open = open.or(Some(Cause::NotInInput(id.clone())));
                continue;
            }
            Link::Absent => continue,
        };
        for (name, fact) in
            [("enable_dns_support", &vpc.dns_support), ("enable_dns_hostnames", &vpc.dns_hostnames)]
        {
            match &fact.value {
                Tri::Known(false) => return Tri::Known(Some((vpc, name, fact))),
                Tri::Unknown(cause) => open = open.or(Some(cause.clone())),
                Tri::Known(true) | Tri::Absent => (),
            }
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn words(peering: &Peering, off: &Off<'_>) -> Finding {
    let Off { writer, side, vpc, name, fact } = off;
    let (name_of, vpc) = (writer.head.name(), vpc.head.name());
    let mut finding = Finding::at(&side.origin, "needs both DNS attributes of both VPCs")
        .also(&fact.origin, format!("`{name}` is off"));
    if writer.head.origin != peering.head.origin {
        finding = finding.also(&peering.head.origin, "the connection");
    }
    finding
        .message(format!("`{name_of}` turns on remote DNS resolution, and `{name}` of `{vpc}` is off"))
        .why(
            "remote DNS resolution needs DNS support and DNS hostnames in both VPCs; without them names of the far \
             VPC lead to public addresses",
        )
        .help(format!("set `{name} = true` on `{vpc}`"))
}
