//! The other side of a peering connection, attachment or share is in no input.
//!
//! ## Why
//!
//! Half of a network cannot be judged: whether ranges overlap, whether a request is accepted and whether
//! there are routes back is told by the other side. Nothing is broken; this says once for each such
//! place what to add so that the other rules can answer.
//!
//! Source: Amazon VPC Peering Guide, "How VPC peering connections work".
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
//! resource "aws_vpc_peering_connection" "ab" {
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = aws_vpc.b.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A side that is named by an id which no input has, or that comes from the state of a stack which is not
//! in the run. Add the stack (`groundplan check a/plan.json b/plan.json`, or `--stack NAME=PATH`), what the
//! AWS CLI prints of the account, or a declaration in `groundplan.toml`; the answer says which. A data
//! source is enough where only what it tells is needed, and is not reported here.

use groundplan_findings::{Class, Confidence, Severity};
use groundplan_ir::{Cause, Origin};
use groundplan_model::{AttachmentKind, Link, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Coverage,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    peerings(cx.topology, out);
    attachments(cx.topology, out);
    shares(cx.topology, out);
}

fn peerings(topology: &Topology, out: &mut Sink) {
    for (_, it) in topology.peerings.iter() {
        let sides = [(&it.requester, &it.requester_origin), (&it.accepter, &it.accepter_origin)];
        for (link, origin) in sides {
            side(link, origin, "external.vpc", ", `cidr_blocks = [\"…\"]`", out);
        }
    }
    for (_, it) in topology.peering_accepters.iter() {
        let more = ", `vpc_id = \"…\"`, `peer_vpc_id = \"…\"`";
        side(&it.peering, &it.head.origin, "external.peering", more, out);
    }
}

fn attachments(topology: &Topology, out: &mut Sink) {
    for (_, it) in topology.attachments.iter() {
        side(&it.gateway, &it.gateway_origin, GATEWAY, "", out);
        match &it.kind {
            AttachmentKind::Vpc { vpc, .. } => {
                let more = ", `cidr_blocks = [\"…\"]`";
                side(vpc, &it.head.origin, "external.vpc", more, out);
            }
            AttachmentKind::Peering { peer, .. } => side(peer, &it.head.origin, GATEWAY, "", out),
            AttachmentKind::Connect | AttachmentKind::Vpn => (),
        }
    }
    for (_, it) in topology.attachment_accepters.iter() {
        side(&it.attachment, &it.head.origin, "", "", out);
    }
}

fn shares(topology: &Topology, out: &mut Sink) {
    for (_, it) in topology.resource_share_members.iter() {
        side(&it.share, &it.head.origin, "", "", out);
    }
}

/// The table of `groundplan.toml` that declares a transit gateway.
const GATEWAY: &str = "external.transit_gateway";

/// What always helps.
const ADD: &str = "add the stack that manages it, or what the AWS CLI prints of its account, with \
                   --stack NAME=PATH";

/// Answers for one side; `table` of `groundplan.toml` can declare it, with its id and `more`.
fn side<T>(link: &Link<T>, origin: &Origin, table: &str, more: &str, out: &mut Sink) {
    match link {
        Link::Elsewhere(id) => {
            let declared = match table {
                "" => String::new(),
                table => format!(
                    "; or declare it in groundplan.toml: `[[{table}]]`, `id = \"{id}\"`{more}"
                ),
            };
            let add = format!("{ADD}{declared}");
            out.undetermined(origin, Cause::FarSide(id.clone(), add.into()));
        }
        Link::Unknown(Cause::OtherStack(what)) => {
            let add = format!(
                "add the stack whose state it reads with --stack NAME=PATH; where its backend does not \
                 tell that it is the one, groundplan.toml does: `[remote_state]`, `\"{what}\" = \"NAME\"`"
            );
            out.undetermined(origin, Cause::FarSide(what.clone(), add.into()));
        }
        // What is not known for other reasons is told by the rules that need it.
        Link::Here(_) | Link::OneOf(..) | Link::Unknown(_) | Link::Absent => out.fine(),
    }
}
