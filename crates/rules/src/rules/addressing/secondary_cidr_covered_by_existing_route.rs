//! A range that is added to a VPC is the destination of a route that the VPC has already, or holds it.
//!
//! ## Why
//!
//! A new range must not be the same as the destination of a route in any table of the VPC, nor larger. AWS refuses the
//! association at apply until the route is gone. A smaller one is taken: its local route is the longer one.
//!
//! Source: Amazon VPC User Guide, "VPC CIDR blocks" (add IPv4 CIDR blocks to a VPC).
//!
//! ## Flagged
//!
//! The table of the VPC has had the route since an earlier apply. (A plan that makes both is judged by
//! `route-equals-local` and `route-inside-vpc-cidr-invalid`.)
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
//! ```
//!
//! ## Cannot tell
//!
//! Tables of the VPC that are not in the input. Routes to prefix lists are not asked about.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Action, Fact, Tri};
use groundplan_model::{
    CidrAssociation, Id, Management, Route, RouteSource, RouteTarget, Topology, Vpc,
};
use ipnet::IpNet;

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, added) in cx.topology.cidr_associations.iter() {
        let Some(range) = &added.range else { continue };
        let Some(vpc) = added.vpc.here() else { continue };
        let six = range.origin.attribute.as_deref() == Some("ipv6_cidr_block");
        // A VPC that is made new has no routes yet; what AWS has already, it has accepted.
        let grows = added.head.management == Management::Created
            && cx.topology.vpcs[vpc].head.management != Management::Created;
        if six || !grows {
            continue;
        }
        let answer = decide(cx.topology, vpc, range)
            .map(|it| it.map(|(route, net)| words(cx.topology, added, range, vpc, (route, net))));
        out.answer(&added.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    vpc: Id<Vpc>,
    range: &Fact<IpNet>,
) -> Tri<Option<(&'t Route, IpNet)>> {
    let net = match &range.value {
        Tri::Known(net) => net.trunc(),
        Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
        Tri::Absent => return Tri::Absent,
    };
    let inside =
        |route: &Route| is_there(route) && route.range().is_some_and(|it| net.contains(&it));
    for table in topology.tables(vpc) {
        if let Some((_, route)) = topology.routes(*table).find(|(_, it)| inside(it)) {
            return Tri::Known(Some((route, route.range().unwrap_or(net))));
        }
    }
    topology
        .vpc_routes_gap(vpc, inside)
        .or_else(|| topology.stray_routes(topology.vpcs[vpc].head.stack(), inside))
        .map_or(Tri::Known(None), Tri::Unknown)
}

/// Whether a route is in its table before the apply, and stays there.
fn is_there(route: &Route) -> bool {
    let old = route.action == Action::NoOp || route.source == RouteSource::Seen;
    old && route.target != RouteTarget::Local
}

fn words(
    topology: &Topology,
    added: &CidrAssociation,
    range: &Fact<IpNet>,
    vpc: Id<Vpc>,
    (route, net): (&Route, IpNet),
) -> Finding {
    let (name, vpc) = (added.head.name(), topology.vpcs[vpc].head.name());
    let whole = range.value.known().map(ToString::to_string).unwrap_or_default();
    Finding::at(&range.origin, "holds the destination of a route")
        .also(&route.destination_origin, format!("the VPC leads {net} elsewhere"))
        .message(format!(
            "`{name}` adds {whole} to `{vpc}`, which has a route to {net} (`{}`)",
            route.origin
        ))
        .why("AWS takes no range that is the same as the destination of a route of the VPC, or larger, and refuses it at apply")
        .help(format!("take the route to {net} away in an apply before this one, or add a range apart from it"))
}
