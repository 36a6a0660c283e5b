//! A VPC gets more peering connections than AWS grants unless the quota is raised.
//!
//! ## Why
//!
//! A VPC takes 50 peering connections, of both directions together, until the quota is raised (to 125 at most). AWS
//! refuses the next one at apply. A transit gateway joins thousands of VPCs with one attachment each.
//!
//! Source: Amazon VPC User Guide, "Amazon VPC quotas".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_vpc_peering_connection" "mesh" {
//!   count       = 51
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = format("vpc-%017x", count.index + 4096)
//!   auto_accept = true
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
//! resource "aws_vpc_peering_connection" "mesh" {
//!   count       = 3
//!   vpc_id      = aws_vpc.a.id
//!   peer_vpc_id = format("vpc-%017x", count.index + 4096)
//!   auto_accept = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Connections whose VPC a plan does not spell out, where they would be too many.

use std::collections::BTreeMap;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{Management, Peering, Topology, VpcKey};

use crate::over_peering::subjects;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::ApplyFails,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The quota of active connections for a VPC, as it is and as it can be raised ("Amazon VPC quotas").
const QUOTA: usize = 50;
const RAISED: usize = 125;

/// The connections of a VPC.
#[derive(Default)]
struct Count<'t> {
    all: usize,
    /// The last one that the apply makes.
    last: Option<&'t Peering>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let (counts, vague) = counted(cx.topology);
    for (key, count) in &counts {
        // What AWS has already, it has granted.
        let Some(last) = count.last else { continue };
        if count.all > QUOTA {
            out.broken(words(cx.topology, key, count.all, last));
            continue;
        }
        match vague.first() {
            Some(cause) if count.all + vague.len() > QUOTA => {
                out.undetermined(place(cx.topology, key, last), cause.clone());
            }
            Some(_) | None => out.fine(),
        }
    }
}

fn counted(topology: &Topology) -> (BTreeMap<VpcKey, Count<'_>>, Vec<Cause>) {
    let mut counts: BTreeMap<VpcKey, Count<'_>> = BTreeMap::new();
    let mut vague = Vec::new();
    for (_, peering) in subjects(topology).filter(|(_, it)| it.is_in_the_way()) {
        let sides = [topology.vpc_key(&peering.requester), topology.vpc_key(&peering.accepter)];
        for side in sides {
            match side {
                Tri::Known(key) => {
                    let count = counts.entry(key).or_default();
                    count.all += 1;
                    if peering.head.management == Management::Created {
                        count.last = Some(peering);
                    }
                }
                Tri::Unknown(cause) => vague.push(cause),
                Tri::Absent => (),
            }
        }
    }
    (counts, vague)
}

/// The VPC, or a connection where only an id names that.
fn place<'t>(topology: &'t Topology, key: &VpcKey, last: &'t Peering) -> &'t Origin {
    match key {
        VpcKey::Here(id) => &topology.vpcs[*id].head.origin,
        VpcKey::Elsewhere(_) => &last.head.origin,
    }
}

fn words(topology: &Topology, key: &VpcKey, all: usize, last: &Peering) -> Finding {
    let name = match key {
        VpcKey::Here(id) => topology.vpcs[*id].head.name(),
        VpcKey::Elsewhere(id) => id.to_string(),
    };
    let place = place(topology, key, last);
    let mut finding = Finding::at(place, format!("{all} connections"));
    if *place != last.head.origin {
        finding = finding.also(&last.head.origin, "one of them");
    }
    let raised = if all > RAISED {
        format!("no quota goes beyond {RAISED}; join the VPCs by a transit gateway")
    } else {
        format!(
            "ask for a higher quota (up to {RAISED}) before the apply, or join the VPCs by a transit gateway"
        )
    };
    finding
        .message(format!(
            "`{name}` gets {all} peering connections, and AWS grants {QUOTA} unless the quota is raised"
        ))
        .why("AWS refuses the connections beyond the quota at apply")
        .help(raised)
}
