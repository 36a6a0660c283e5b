//! Two resources set the options of one side of a peering connection.
//!
//! ## Why
//!
//! The options of a side are one set in AWS. Two resources that set them overwrite each other in turn: the last one
//! counts, and the next plan changes them back.
//!
//! Source: Terraform Registry, "`aws_vpc_peering_connection_options`" (note on options in both resources).
//!
//! ## Flagged
//!
//! ```hcl,flagged
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
//!
//! resource "aws_vpc_peering_connection_options" "ab" {
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//!
//!   requester {
//!     allow_remote_vpc_dns_resolution = false
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
//! }
//!
//! resource "aws_vpc_peering_connection_options" "ab" {
//!   vpc_peering_connection_id = aws_vpc_peering_connection.ab.id
//!
//!   requester {
//!     allow_remote_vpc_dns_resolution = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Options of a connection that a plan does not spell out.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Peering, SideOptions};

use crate::peering_options::{SIDES, Writer, Writers};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Advice,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// A resource with its block for the side.
type Block<'t> = (Writer<'t>, &'t SideOptions);

fn check(cx: &Context<'_>, out: &mut Sink) {
    let writers = Writers::new(cx.topology);
    for (id, peering) in cx.topology.peerings.iter() {
        for side in SIDES {
            let blocks = writers.of(id).iter().filter_map(|it| Some((*it, it.side(side)?)));
            let blocks: Vec<Block<'_>> = blocks.collect();
            match &*blocks {
                [] => (),
                [_] => out.fine(),
                [first, .., last] => out.broken(words(peering, side, first, last)),
            }
        }
    }
    for (writer, cause) in &writers.unplaced {
        // Alone it is the only one, wherever it belongs.
        let alone = cx.topology.peerings.iter().all(|(id, _)| writers.of(id).is_empty());
        if alone && writers.unplaced.len() == 1 {
            out.fine();
        } else {
            out.undetermined(&writer.head.origin, cause.clone());
        }
    }
}

fn words(peering: &Peering, side: &str, first: &Block<'_>, last: &Block<'_>) -> Finding {
    let (one, two) = (first.0.head.name(), last.0.head.name());
    let differ = match (&first.1.remote_dns, &last.1.remote_dns) {
        (Tri::Known(a), Tri::Known(b)) if a != b => ", and to different values",
        (Tri::Known(_) | Tri::Unknown(_) | Tri::Absent, _) => "",
    };
    Finding::at(&last.1.origin, "sets them as well")
        .also(&first.1.origin, format!("sets the {side}'s options"))
        .message(format!(
            "`{one}` and `{two}` both set the {side}'s options of `{}`{differ}",
            peering.head.name()
        ))
        .why("they overwrite each other: the last one counts, and the next plan changes it back")
        .help(format!("take the `{side}` block out of `{one}` or `{two}`"))
}
