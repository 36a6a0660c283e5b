//! A resource changes paths in a way that is not followed.
//!
//! ## Why
//!
//! A route server brings routes into tables, Cloud WAN and VPC Lattice join networks: what
//! these resources do is in no configuration, or is not modelled yet. Nothing is wrong with them; this says that
//! what is found beside them may not be the whole picture. Where one brings routes into a route table, rules that
//! need to know all routes of it do not answer. `aws_networkmanager_core_network_policy_attachment` and other types
//! that are not listed with their addresses are counted in the summary as not modelled.
//!
//! Source: Amazon VPC User Guide, "Dynamic routing in your VPC using VPC Route Server".
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Propagations of route servers, attachments of VPCs and transit gateways to Cloud WAN, VPC associations of local
//! gateways and of VPC Lattice, and policy tables of transit gateways.

use groundplan_findings::{Class, Confidence, Severity};
use groundplan_ir::Cause;
use groundplan_model::Management;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Coverage,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, it) in cx.topology.unfollowed.iter() {
        if it.head.management != Management::Observed {
            out.undetermined(&it.head.origin, Cause::Unfollowed(it.head.name().into()));
        }
    }
}
