//! A range is added to a VPC while its own peering request waits to be accepted.
//!
//! ## Why
//!
//! While a peering connection is `pending-acceptance`, AWS adds no range to the VPC that has asked, overlapping or not.
//! An apply that asks for the connection and adds the range in no order fails from time to time.
//!
//! Source: Amazon VPC User Guide, "VPC CIDR blocks" (VPC peering connections and secondary CIDR blocks).
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_ipv4_cidr_block_association" "more" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.8.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "partner" {
//!   vpc_id        = aws_vpc.a.id
//!   peer_vpc_id   = "vpc-0a1b2c3d4e5f60718"
//!   peer_owner_id = "222222222222"
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
//! resource "aws_vpc_ipv4_cidr_block_association" "more" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.8.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "partner" {
//!   vpc_id        = aws_vpc_ipv4_cidr_block_association.more.vpc_id
//!   peer_vpc_id   = "vpc-0a1b2c3d4e5f60718"
//!   peer_owner_id = "222222222222"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A request that is accepted in the same apply; an order that goes through a `local`, which a plan does not define, or
//! through a resource that is not read. Connections that accept themselves are not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{CidrAssociation, Id, Management, Peering, Topology, Vpc};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A range that comes too late.
struct Late<'t> {
    added: &'t CidrAssociation,
    /// Whether the request is there before the apply.
    waits: bool,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, peering) in cx.topology.peerings.iter() {
        let Some(vpc) = peering.requester.here() else { continue };
        if cx.topology.added_ranges(vpc).next().is_none() {
            continue;
        }
        let answer = decide(cx.topology, id, peering, vpc)
            .map(|it| it.map(|late| words(cx.topology, peering, vpc, &late)));
        out.answer(&peering.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    id: Id<Peering>,
    peering: &Peering,
    vpc: Id<Vpc>,
) -> Tri<Option<Late<'t>>> {
    let waits = match peering.head.management {
        Management::Created => false,
        Management::Managed | Management::Observed => {
            if peering.status.known().is_none_or(|it| &**it != "pending-acceptance") {
                return Tri::Known(None);
            }
            true
        }
    };
    match &peering.auto_accept.value {
        Tri::Known(true) if !waits => return Tri::Known(None),
        Tri::Unknown(cause) if !waits => return Tri::Unknown(cause.clone()),
        Tri::Known(_) | Tri::Unknown(_) | Tri::Absent => (),
    }
    let mut open = None;
    for added in topology.added_ranges(vpc) {
        if waits {
            open = open.or_else(|| accepted(topology, id, peering));
            if open.is_none() {
                return Tri::Known(Some(Late { added, waits }));
            }
            continue;
        }
        // Another stack is applied before or after as a whole.
        if added.head.stack() != peering.head.stack() {
            continue;
        }
        match topology.comes_after(&peering.head, added) {
            Tri::Known(true) | Tri::Absent => (),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(false) => match accepted(topology, id, peering) {
                Some(cause) => open = open.or(Some(cause)),
                None => return Tri::Known(Some(Late { added, waits })),
            },
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

/// Why the request may be accepted by the time that the range is added.
fn accepted(topology: &Topology, id: Id<Peering>, peering: &Peering) -> Option<Cause> {
    let mut accepters = topology.accepters_of_peering.of(id).iter();
    let here = accepters.next().map(|id| &topology.peering_accepters[*id].head);
    let status = |name: String| Cause::KnownAfterApply(format!("{name}.accept_status").into());
    let changes = peering.auto_accept.value == Tri::Known(true);
    here.map(|head| status(head.name()))
        .or_else(|| changes.then(|| status(peering.head.name())))
        .or_else(|| topology.accepters_of_peering.open(id).cloned())
}

fn words(topology: &Topology, peering: &Peering, vpc: Id<Vpc>, late: &Late<'_>) -> Finding {
    let (name, added) = (peering.head.name(), late.added.head.name());
    let vpc = topology.vpcs[vpc].head.name();
    let (message, fix) = if late.waits {
        (
            format!(
                "`{added}` adds a range to `{vpc}`, whose request `{name}` waits to be accepted"
            ),
            format!(
                "have `{name}` accepted first, or take the request back, add the range and ask again"
            ),
        )
    } else {
        (
            format!(
                "`{added}` adds a range to `{vpc}`, perhaps after `{name}` has asked for a connection"
            ),
            format!("let `{name}` wait for it: `depends_on = [{added}]`"),
        )
    };
    Finding::at(&peering.head.origin, "waits to be accepted")
        .also(&late.added.head.origin, "adds a range meanwhile")
        .message(message)
        .why("AWS adds no range to a VPC while a request of its own waits to be accepted, and refuses it at apply")
        .help(fix)
}
