//! Whether the route tables of a VPC lead anywhere else.

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Id, Link, Route, RouteTarget, Topology, Vpc};

/// Whether a table of the VPC has a route that `matters`, or takes routes from a virtual private gateway.
///
/// Costs a look at all routes that cannot be placed, so it is asked about few VPCs.
pub(crate) fn leads_out(
    topology: &Topology,
    vpc: Id<Vpc>,
    matters: impl Fn(&Route) -> bool,
) -> Tri<bool> {
    let mut doubt: Option<Cause> = None;
    for table in topology.tables(vpc) {
        for (_, route) in topology.routes(*table).filter(|(_, it)| matters(it)) {
            match route.origin.address.expanded() {
                Some(what) => doubt = doubt.or_else(|| Some(Cause::Expansion(what.into()))),
                None => return Tri::Known(true),
            }
        }
        let (announced, gap) = topology.announced(*table);
        if !announced.is_empty() {
            return Tri::Known(true);
        }
        doubt = doubt.or(gap);
    }
    let stack = topology.vpcs[vpc].head.stack();
    doubt
        .or_else(|| topology.vpc_routes_gap(vpc, &matters))
        .or_else(|| topology.stray_routes(stack, &matters))
        .map_or(Tri::Known(false), Tri::Unknown)
}

/// Whether a route may lead out of its VPC: anywhere but to the VPC itself or a gateway endpoint.
pub(crate) fn is_way_out(topology: &Topology, route: &Route) -> bool {
    match &route.target {
        RouteTarget::Local => false,
        RouteTarget::Endpoint(Link::Here(id)) => {
            topology.endpoints[*id].endpoint_type.value != Tri::Known("Gateway".into())
        }
        RouteTarget::InternetGateway(_)
        | RouteTarget::VpnGateway(_)
        | RouteTarget::EgressOnlyGateway(_)
        | RouteTarget::NatGateway(_)
        | RouteTarget::Peering(_)
        | RouteTarget::TransitGateway(_)
        | RouteTarget::Endpoint(_)
        | RouteTarget::NetworkInterface(_)
        | RouteTarget::Other(_)
        | RouteTarget::Unknown(_) => true,
    }
}
