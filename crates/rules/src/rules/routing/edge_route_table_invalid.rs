//! The route table of an internet gateway or a virtual private gateway has a route that it cannot have.
//!
//! ## Why
//!
//! A table that is associated with a gateway says where packets that come in from outside go. It may keep
//! the local route or send the range of the VPC or of a subnet to a network interface or a Gateway Load
//! Balancer endpoint. AWS refuses other targets, prefix lists, default routes and route propagation, and
//! drops what a virtual private gateway sends to a Gateway Load Balancer endpoint.
//!
//! Source: Amazon VPC User Guide, "Gateway route tables".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "edge" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "edge" {
//!   gateway_id     = aws_internet_gateway.a.id
//!   route_table_id = aws_route_table.edge.id
//! }
//!
//! resource "aws_route" "a" {
//!   route_table_id         = aws_route_table.edge.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = "nat-0a1b2c3d4e5f60718"
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
//! resource "aws_internet_gateway" "a" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_subnet" "a" {
//!   vpc_id     = aws_vpc.a.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "edge" {
//!   vpc_id = aws_vpc.a.id
//! }
//!
//! resource "aws_route_table_association" "edge" {
//!   gateway_id     = aws_internet_gateway.a.id
//!   route_table_id = aws_route_table.edge.id
//! }
//!
//! resource "aws_vpc_endpoint" "firewall" {
//!   vpc_id            = aws_vpc.a.id
//!   service_name      = "com.amazonaws.vpce.eu-west-1.vpce-svc-0a1b2c3d4e5f60718"
//!   vpc_endpoint_type = "GatewayLoadBalancer"
//!   subnet_ids        = [aws_subnet.a.id]
//! }
//!
//! resource "aws_route" "a" {
//!   route_table_id         = aws_route_table.edge.id
//!   destination_cidr_block = aws_subnet.a.cidr_block
//!   vpc_endpoint_id        = aws_vpc_endpoint.firewall.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A route whose table cannot be followed, an association whose gateway is not told. Whether a destination
//! is the whole range of a subnet is the business of `route-inside-vpc-cidr-invalid`.

use groundplan_findings::{Class, Confidence, Finding, Severity};

use groundplan_ir::{Action, Cause, Origin, Tri};
use groundplan_model::{
    Destination, Head, Id, Management, Route, RouteSource, RouteTable, RouteTableAssociation,
    RouteTarget, Topology,
};

use crate::default_route::kind_of;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

/// What the table of a gateway cannot have.
enum Fault<'t> {
    Target(&'t Route),
    Destination(&'t Route),
    Propagation(&'t Origin),
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, association) in cx.topology.route_table_associations.iter() {
        let Some(edge) = &association.edge else { continue };
        if association.head.management == Management::Observed {
            continue;
        }
        let answer = match association.table.tri() {
            Tri::Known(table) => decide(cx.topology, association, edge, table),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Absent,
        };
        let answer =
            answer.map(|found| found.map(|fault| words(cx.topology, association, edge, &fault)));
        out.answer(&association.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    association: &RouteTableAssociation,
    edge: &RouteTarget,
    table: Id<RouteTable>,
) -> Tri<Option<Fault<'t>>> {
    let settled = association.head.action == Action::NoOp;
    let mut open: Option<Cause> = None;
    for (_, route) in topology.routes(table) {
        // What AWS has, it has accepted.
        if settled && (route.action == Action::NoOp || route.source == RouteSource::Seen) {
            continue;
        }
        match fits(edge, route) {
            Tri::Known(false) => return Tri::Known(Some(Fault::Target(route))),
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(true) | Tri::Absent if is_foreign(route) => {
                return Tri::Known(Some(Fault::Destination(route)));
            }
            Tri::Known(true) | Tri::Absent => (),
        }
    }
    let it = &topology.route_tables[table];
    let outside = topology.propagations_of_table.of(table).first();
    let outside = outside.map(|it| &topology.route_propagations[*it].head.origin);
    let inside = match &it.propagating {
        Tri::Known(members) => !(members.here.is_empty() && members.elsewhere.is_empty()),
        Tri::Unknown(_) | Tri::Absent => false,
    };
    if let (false, Some(origin)) = (settled, outside.or(inside.then_some(&it.head.origin))) {
        return Tri::Known(Some(Fault::Propagation(origin)));
    }
    let open = open.or_else(|| {
        topology
            .table_open(table, |route| fits(edge, route) != Tri::Known(true) || is_foreign(route))
    });
    match open {
        Some(cause) if !settled => Tri::Unknown(cause),
        Some(_) | None => Tri::Known(None),
    }
}

/// Whether the target of a route is one that a gateway's table may have.
fn fits(edge: &RouteTarget, route: &Route) -> Tri<bool> {
    match &route.target {
        RouteTarget::Local | RouteTarget::NetworkInterface(_) => Tri::Known(true),
        // The endpoint drops what comes from a virtual private gateway ("Gateway route tables").
        RouteTarget::Endpoint(_) => match edge {
            RouteTarget::VpnGateway(_) => Tri::Known(false),
            RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
            RouteTarget::Local
            | RouteTarget::InternetGateway(_)
            | RouteTarget::EgressOnlyGateway(_)
            | RouteTarget::NatGateway(_)
            | RouteTarget::Peering(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::Endpoint(_)
            | RouteTarget::NetworkInterface(_)
            | RouteTarget::Other(_) => Tri::Known(true),
        },
        RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_) => Tri::Known(false),
        RouteTarget::Other(_) => Tri::Absent,
        RouteTarget::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

/// Whether a destination is no range of the VPC for sure.
fn is_foreign(route: &Route) -> bool {
    match &route.destination {
        Destination::PrefixList(_) => true,
        Destination::Range(_) | Destination::Unknown(_) => route.destination.is_default(),
    }
}

fn words(
    topology: &Topology,
    association: &RouteTableAssociation,
    edge: &RouteTarget,
    fault: &Fault<'_>,
) -> Finding {
    let gateway = topology.target_head(edge).map_or_else(|| kind_of(edge).to_owned(), Head::name);
    let table = association.table.here().map(|it| &topology.route_tables[it].head.origin);
    let name = table.map_or_else(|| "the table".to_owned(), ToString::to_string);
    let whose = format!("`{name}` is the table of {} (`{gateway}`)", kind_of(edge));
    let place = association.head.origin.attribute("gateway_id", None);
    let finding = Finding::at(&place, "packets that come in here use the table");
    match fault {
        Fault::Target(route) => {
            let kind = kind_of(&route.target);
            finding
                .also(&route.target_origin, format!("leads to {kind}"))
                .message(format!("{whose}, and its route `{}` leads to {kind}", route.origin.address))
                .why(
                    "the table of a gateway leads to a network interface or a Gateway Load Balancer endpoint (this not \
                     for a virtual private gateway); AWS refuses others at apply, or drops the packets",
                )
                .help(format!("lead `{}` to an appliance's network interface, or give `{gateway}` a table of its own", route.origin.address))
        }
        Fault::Destination(route) => {
            let what = match &route.destination {
                Destination::PrefixList(list) => match list.here() {
                    Some(list) => {
                        format!("the prefix list `{}`", topology.prefix_lists[list].head.name())
                    }
                    None => "a prefix list".to_owned(),
                },
                Destination::Range(_) | Destination::Unknown(_) => "every address".to_owned(),
            };
            finding
                .also(&route.destination_origin, format!("is for {what}"))
                .message(format!("{whose}, and its route `{}` is for {what}", route.origin.address))
                .why("the table of a gateway has routes for the range of the VPC or of a subnet; AWS refuses others at apply")
                .help(format!("give `{}` the range of a subnet of the VPC", route.origin.address))
        }
        Fault::Propagation(origin) => finding
            .also(origin, "propagates routes into it")
            .message(format!("{whose}, and routes are propagated into it"))
            .why("AWS does not associate a gateway with a table that routes are propagated into")
            .help(format!(
                "remove the propagation into `{name}`, or give `{gateway}` a table of its own"
            )),
    }
}
