//! An address range cannot be read, has bits behind its mask, or is of the other family than its argument.
//!
//! ## Why
//!
//! A range is a network: an address and a length, with no bit set behind the length. The provider refuses
//! `10.0.1.7/24` ("did you mean 10.0.1.0/24?"), an IPv6 range in an IPv4 argument, and what is no range at all, as
//! soon as it knows the value: in a plan, or in the middle of an apply.
//!
//! Source: Amazon EC2 API Reference, "`CreateSubnet`" and "`CreateRoute`" (canonical form of a CIDR block).
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
//!   cidr_block = "10.0.1.7/24"
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
//!   cidr_block = "10.0.1.0/24"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A range that is sensitive, and one that the configuration puts together from what is known only after apply, such
//! as a random number. What AWS gives (the range of a VPC, or what a pool hands out), and parts of it, is a range.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Cause, Fact, Origin, Tri};
use groundplan_model::{Destination, RuleSource, SgPeer, Topology, Vpc, same_family};
use ipnet::IpNet;

use crate::own_ranges::written;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What an argument takes.
#[derive(Clone, Copy)]
enum Takes {
    /// A network of the family of this one.
    Like(IpNet),
    /// A network of either family.
    Either,
    /// Whatever can be read; whether bits behind the mask are refused is not documented.
    Any,
}

/// What is wrong with a range.
enum Fault {
    /// It is none.
    NoRange,
    /// Bits are set behind its mask.
    HostBits(IpNet),
    /// It is of the other family.
    OtherFamily(IpNet),
}

const V4: &str = "0.0.0.0/0";
const V6: &str = "::/0";

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let ask = &mut Asking { topology, out };
    for (_, vpc) in topology.vpcs.iter().filter(|(_, it)| is_asked(it.head.action)) {
        vpc_ranges(vpc, ask);
    }
    for (_, added) in topology.cidr_associations.iter().filter(|(_, it)| is_asked(it.head.action)) {
        if let Some(range) = &added.range {
            ask.one(range, family(&range.origin));
        }
    }
    for (_, subnet) in topology.subnets.iter().filter(|(_, it)| is_asked(it.head.action)) {
        ask.one(&subnet.range, like(V4));
        ask.one(&subnet.range_v6, like(V6));
    }
    destinations(topology, ask);
    for (_, entry) in topology.prefix_list_entries.iter() {
        if is_asked(entry.head.action) {
            ask.one(&entry.range, Takes::Any);
        }
    }
    for (_, route) in topology.vpn_connection_routes.iter() {
        if is_asked(route.head.action) {
            ask.one(&route.range, Takes::Any);
        }
    }
    filters(topology, ask);
}

/// What AWS has already, it has accepted.
fn is_asked(action: Action) -> bool {
    action.creates() || action == Action::Update
}

fn like(text: &str) -> Takes {
    text.parse().map_or(Takes::Either, Takes::Like)
}

/// What the argument that this is the place of takes; of a block it is not told which argument it is.
fn family(origin: &Origin) -> Takes {
    match origin.attribute.as_deref() {
        Some("cidr_block" | "destination_cidr_block") => like(V4),
        Some("ipv6_cidr_block" | "destination_ipv6_cidr_block") => like(V6),
        _ => Takes::Either,
    }
}

fn vpc_ranges(vpc: &Vpc, ask: &mut Asking<'_>) {
    for range in &vpc.ranges {
        let own =
            matches!(range.origin.attribute.as_deref(), Some("cidr_block" | "ipv6_cidr_block"));
        if own {
            ask.one(range, family(&range.origin));
        }
    }
}

fn destinations(topology: &Topology, ask: &mut Asking<'_>) {
    for route in written(topology) {
        if let Destination::Range(value) = &route.destination {
            let range = Fact { value: value.clone(), origin: route.destination_origin.clone() };
            ask.one(&range, family(&range.origin));
        }
    }
    for (_, route) in topology.tgw_routes.iter().filter(|(_, it)| is_asked(it.head.action)) {
        if let Destination::Range(value) = &route.destination {
            let range = Fact { value: value.clone(), origin: route.destination_origin.clone() };
            ask.one(&range, Takes::Either);
        }
    }
}

/// Rules of security groups and network ACLs, as far as their ranges are known.
fn filters(topology: &Topology, ask: &mut Asking<'_>) {
    let mut known = |origin: &Origin, range: &Tri<IpNet>| {
        if let Tri::Known(net) = range {
            let origin = Origin { shown: Some(format!("\"{net}\"").into()), ..origin.clone() };
            ask.one(&Fact { value: range.clone(), origin }, Takes::Either);
        }
    };
    for (_, rule) in topology.sg_rules.iter() {
        if !is_asked(rule.action) || rule.source == RuleSource::Seen {
            continue;
        }
        for peer in &rule.peers {
            match peer {
                SgPeer::Range(range) => known(&rule.origin, range),
                SgPeer::List(_) | SgPeer::Group(_) | SgPeer::ThisGroup | SgPeer::Unknown(_) => (),
            }
        }
    }
    for (_, acl) in topology.network_acls.iter().filter(|(_, it)| is_asked(it.head.action)) {
        for rule in acl.rules.iter().filter(|it| it.source == RuleSource::Inline) {
            known(&rule.origin, &rule.range);
        }
    }
}

/// Where the answers go.
struct Asking<'a> {
    topology: &'a Topology,
    out: &'a mut Sink,
}

impl Asking<'_> {
    fn one(&mut self, range: &Fact<IpNet>, takes: Takes) {
        if range.value == Tri::Absent || self.is_given(range) {
            return;
        }
        let answer = decide(range, takes).map(|fault| fault.map(|it| words(&range.origin, &it)));
        self.out
            .answer(&Origin::of(&range.origin.address).placed(range.origin.place.clone()), answer);
    }

    /// What AWS gives during the apply, and what is a part of that, is a range.
    fn is_given(&self, range: &Fact<IpNet>) -> bool {
        let after_apply = matches!(&range.value, Tri::Unknown(Cause::KnownAfterApply(_)));
        after_apply && !self.topology.composed.contains(&range.origin.address)
    }
}

fn decide(range: &Fact<IpNet>, takes: Takes) -> Tri<Option<Fault>> {
    let net = match &range.value {
        Tri::Known(net) => *net,
        // The text is there and it is no range.
        Tri::Unknown(Cause::BadValue(_)) if is_text(&range.origin) => {
            return Tri::Known(Some(Fault::NoRange));
        }
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    Tri::Known(match takes {
        Takes::Any => None,
        Takes::Like(like) if !same_family(like, net) => Some(Fault::OtherFamily(net)),
        Takes::Like(_) | Takes::Either => (net.trunc() != net).then_some(Fault::HostBits(net)),
    })
}

fn is_text(origin: &Origin) -> bool {
    origin.shown.as_deref().is_some_and(|it| it.starts_with('"'))
}

fn words(origin: &Origin, fault: &Fault) -> Finding {
    let name = &origin.address;
    let argument = origin.attribute.as_deref().unwrap_or("range");
    match fault {
        Fault::NoRange => {
            let text = origin.shown.as_deref().unwrap_or_default();
            Finding::at(origin, "no address range")
                .message(format!("`{argument}` of `{name}` is {text}, which is no address range"))
                .why("a range is an address, a slash and a length; the provider refuses anything else")
                .help("write a range such as \"10.0.0.0/16\", with each part of the address from 0 to 255 and a \
                       length from 0 to 32 (128 for IPv6)")
        }
        Fault::HostBits(net) => Finding::at(origin, "bits are set behind the mask")
            .message(format!(
                "`{argument}` of `{name}` is {net}, which is an address in {}",
                net.trunc()
            ))
            .why("a range has no bit set behind its length; the provider refuses it")
            .help(format!("write \"{}\", unless the length is what is wrong", net.trunc())),
        Fault::OtherFamily(net) => {
            let (is, takes) = match net {
                IpNet::V4(_) => ("IPv4", "IPv6"),
                IpNet::V6(_) => ("IPv6", "IPv4"),
            };
            Finding::at(origin, format!("takes {takes}"))
                .message(format!("`{argument}` of `{name}` is {net}, an {is} range, and takes {takes} ones"))
                .why("each family has an argument of its own; the provider refuses a range of the other one")
                .help(format!("give the {is} range in the argument for {is}, and here an {takes} range"))
        }
    }
}
