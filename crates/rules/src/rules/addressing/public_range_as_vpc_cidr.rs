//! A VPC uses public addresses as its range.
//!
//! ## Why
//!
//! A VPC may have a range of public addresses, and then the hosts that really have them cannot be reached from inside:
//! the local route takes them. It is in order for one's own public addresses.
//!
//! Source: Amazon VPC User Guide, "VPC CIDR blocks".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "11.0.0.0/16"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.11.0.0/16"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range that is known only after apply.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Fact, Tri};
use groundplan_model::{Head, Management};
use ipnet::{IpNet, Ipv4Net};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// Addresses that nobody has in the internet (RFC 1918, 6598, 2544, 3927, 5737, 1122, 1112).
const NOT_PUBLIC: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "198.18.0.0/15",
    "169.254.0.0/16",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "127.0.0.0/8",
    "0.0.0.0/8",
    "224.0.0.0/3",
];

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, vpc) in cx.topology.vpcs.iter() {
        for range in &vpc.ranges {
            one(&vpc.head, range, out);
        }
    }
    for (_, added) in cx.topology.cidr_associations.iter() {
        if let Some(range) = &added.range {
            one(&added.head, range, out);
        }
    }
}

fn one(head: &Head, range: &Fact<IpNet>, out: &mut Sink) {
    // What is only looked at is another's to change.
    let six = range.origin.attribute.as_deref() == Some("ipv6_cidr_block");
    if head.management == Management::Observed || six || range.value == Tri::Absent {
        return;
    }
    let answer = range.value.clone().map(|net| match net {
        IpNet::V4(net) if is_public(net.trunc()) => Some(words(head, range, net)),
        IpNet::V4(_) | IpNet::V6(_) => None,
    });
    out.answer(&head.origin, answer);
}

fn is_public(net: Ipv4Net) -> bool {
    let touches = |text: &&'static str| {
        text.parse::<Ipv4Net>().is_ok_and(|it| it.contains(&net) || net.contains(&it))
    };
    !NOT_PUBLIC.iter().any(touches)
}

fn words(head: &Head, range: &Fact<IpNet>, net: Ipv4Net) -> Finding {
    let name = head.name();
    Finding::at(&range.origin, "public addresses")
        .also(&head.origin, "has them as its own")
        .message(format!("`{name}` has {net}, which are public addresses"))
        .why("the hosts that have these addresses in the internet cannot be reached from the VPC")
        .help(format!(
            "unless {net} is your own, give `{name}` a range of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or \
             100.64.0.0/10"
        ))
}
