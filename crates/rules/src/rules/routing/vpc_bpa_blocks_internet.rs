//! Block Public Access stops all internet traffic of the Region, and a subnet relies on it.
//!
//! ## Why
//!
//! With `block-bidirectional` internet gateways and egress-only internet gateways of the account carry
//! nothing in the Region, whatever route tables and security groups say. A subnet whose default route leads
//! to one is cut off from the internet unless it or its VPC is excluded.
//!
//! Source: Amazon VPC User Guide, "Block public access to VPCs and subnets".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc_block_public_access_options" "all" {
//!   internet_gateway_block_mode = "block-bidirectional"
//! }
//!
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//!
//!   route {
//!     cidr_block = "0.0.0.0/0"
//!     gateway_id = aws_internet_gateway.a.id
//!   }
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc_block_public_access_options" "all" {
//!   internet_gateway_block_mode = "block-bidirectional"
//! }
//!
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.a.id
//!
//!   route {
//!     cidr_block = "0.0.0.0/0"
//!     gateway_id = aws_internet_gateway.a.id
//!   }
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_vpc_block_public_access_exclusion" "public" {
//!   subnet_id                       = aws_subnet.public.id
//!   internet_gateway_exclusion_mode = "allow-bidirectional"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! An exclusion whose subnet or VPC cannot be followed, a VPC that exists and that another configuration may
//! have excluded, an account or Region that cannot be told. `block-ingress` lets out what is begun inside
//! and is not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Management, PublicAccess, Route, RouteTarget, Subnet, Topology};

use crate::default_route::{Family, default_route, kind_of};
use crate::place::own_id;
use crate::propose::{Proposed, resource};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for (_, options) in topology.public_access.iter() {
        let off = match &options.mode.value {
            Tri::Known(mode) => &**mode != "block-bidirectional",
            Tri::Unknown(_) => false,
            Tri::Absent => true,
        };
        if off {
            continue;
        }
        for (id, subnet) in topology.subnets.iter() {
            if subnet.head.management == Management::Observed {
                continue;
            }
            // Only what leads to the internet is asked about.
            let Some(route) = way_out(topology, id) else { continue };
            let answer = decide(topology, options, id)
                .map(|blocked| blocked.then(|| words(options, subnet, route)));
            out.answer(&subnet.head.origin, answer);
        }
    }
}

/// The default route of a subnet to an internet gateway or an egress-only one.
fn way_out(topology: &Topology, subnet: Id<Subnet>) -> Option<&Route> {
    let Tri::Known(table) = topology.table_of(subnet) else { return None };
    let out = |target: &RouteTarget| {
        matches!(target, RouteTarget::InternetGateway(_) | RouteTarget::EgressOnlyGateway(_))
    };
    [Family::Four, Family::Six].into_iter().find_map(|family| {
        let route = default_route(topology, table, family);
        route.known().copied().flatten().filter(|it| out(&it.target))
    })
}

/// Whether the options are those of the subnet's account and Region, and nothing excludes it.
fn decide(topology: &Topology, options: &PublicAccess, id: Id<Subnet>) -> Tri<bool> {
    let subnet = &topology.subnets[id];
    let here = (options.head.same_region(&subnet.head), options.head.same_account(&subnet.head));
    let mut open: Option<Cause> = None;
    match here {
        (Tri::Known(false), _) | (_, Tri::Known(false)) => return Tri::Known(false),
        (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => open = Some(cause),
        (Tri::Known(true) | Tri::Absent, Tri::Known(true) | Tri::Absent) => (),
    }
    for (_, exclusion) in topology.public_access_exclusions.iter() {
        if exclusion.subnet.here() == Some(id) {
            return Tri::Known(false);
        }
        match topology.same_vpc(&exclusion.vpc, &subnet.vpc) {
            Tri::Known(true) => return Tri::Known(false),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
        if exclusion.subnet.may_be(id) {
            let name = exclusion.head.name();
            open = open.or_else(|| Some(Cause::UnplacedMember(name.into())));
        }
    }
    if let Tri::Unknown(cause) = &options.mode.value {
        open = open.or_else(|| Some(cause.clone()));
    }
    let vpc = subnet.vpc.here().map(|it| &topology.vpcs[it].head);
    let open = open
        .or_else(|| topology.shared_open(&subnet.head))
        .or_else(|| vpc.and_then(|it| topology.shared_open(it)));
    open.map_or(Tri::Known(true), Tri::Unknown)
}

fn words(options: &PublicAccess, subnet: &Subnet, route: &Route) -> Finding {
    let (name, by) = (subnet.head.name(), options.head.name());
    let kind = kind_of(&route.target);
    let block = resource(
        "aws_vpc_block_public_access_exclusion",
        &subnet.head.origin.address.name,
        &[
            ("subnet_id", Proposed::Reference(own_id(&subnet.head.origin))),
            ("internet_gateway_exclusion_mode", Proposed::Text("allow-bidirectional")),
        ],
    );
    Finding::at(&subnet.head.origin, "is cut off from the internet")
        .also(&options.mode.origin, "blocks internet gateways in both directions")
        .also(&route.target_origin, format!("its default route leads to {kind}"))
        .message(format!(
            "`{name}` goes to the internet over {kind}, and `{by}` blocks that in the whole Region"
        ))
        .why("Block Public Access comes before route tables and security groups: nothing passes without an exclusion")
        .help(format!("exclude the subnet:\n\n{block}"))
}
