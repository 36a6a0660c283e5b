//! An IPv4 range of a subnet is not between /16 and /28.
//!
//! ## Why
//!
//! A subnet takes IPv4 ranges from /28 (16 addresses, of which AWS keeps five) to /16. The provider does not look at
//! the length, so that the plan is clean and AWS refuses it at apply (`InvalidSubnet.Range`).
//!
//! Source: Amazon VPC User Guide, "Subnet CIDR blocks".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "x" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = cidrsubnet("10.0.3.0/24", 5, 1)
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
//! resource "aws_subnet" "x" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = cidrsubnet("10.0.3.0/24", 4, 1)
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range that is known only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Management, Subnet, Topology};
use ipnet::IpNet;

use crate::free_block::for_subnet;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// The largest and the smallest IPv4 subnet ("Subnet CIDR blocks").
const LARGEST: u8 = 16;
const SMALLEST: u8 = 28;

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, subnet) in cx.topology.subnets.iter() {
        // A range never changes, and what AWS has already, it has accepted.
        if subnet.head.management != Management::Created || subnet.range.value == Tri::Absent {
            continue;
        }
        let answer = decide(subnet).map(|wrong| wrong.map(|net| words(cx.topology, subnet, net)));
        out.answer(&subnet.head.origin, answer);
    }
}

fn decide(subnet: &Subnet) -> Tri<Option<IpNet>> {
    subnet.range.value.clone().map(|net| {
        let length = net.prefix_len();
        let four = matches!(net, IpNet::V4(_));
        (four && !(LARGEST..=SMALLEST).contains(&length)).then(|| net.trunc())
    })
}

fn words(topology: &Topology, subnet: &Subnet, net: IpNet) -> Finding {
    let name = subnet.head.name();
    let small = net.prefix_len() > SMALLEST;
    let (size, way) = if small { ("smaller", SMALLEST) } else { ("larger", LARGEST) };
    let free = subnet.vpc.here().and_then(|vpc| for_subnet(topology, vpc, way));
    let fix = match free {
        Some(block) => format!("{block} is the next free /{way} of its VPC"),
        None => format!("a /{way} at the {}", if small { "least" } else { "most" }),
    };
    let mut finding = Finding::at(&subnet.range.origin, format!("{size} than a subnet can be"));
    if let Some(vpc) = subnet.vpc.here() {
        finding = finding.also(&topology.vpcs[vpc].head.origin, "its VPC");
    }
    finding
        .message(format!("`{name}` is {net}, {size} than the /{way} that AWS takes for a subnet"))
        .why("AWS takes subnets from /16 to /28, and refuses others at apply; the plan does not show it")
        .help(format!(
            "give `{name}` another range: {fix}{}",
            if small { "; with `cidrsubnet`, ask for fewer new bits" } else { "" }
        ))
}
