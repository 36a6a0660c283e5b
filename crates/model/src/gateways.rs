//! Which VPC a gateway or another target of routes belongs to.

use groundplan_ir::{Cause, Tri};
use ipnet::IpNet;

use crate::{Head, Id, InternetGateway, Link, RouteTarget, Topology, Vpc, VpnGateway};

impl Topology {
    /// The VPC that an internet gateway is attached to; [`Link::Absent`] when it is to none.
    pub fn vpc_of_internet_gateway(&self, id: Id<InternetGateway>) -> Link<Vpc> {
        let own = &self.internet_gateways[id].vpc;
        if *own != Link::Absent {
            return own.clone();
        }
        let attachments = self.gateway_attachments.iter().filter(|(_, it)| it.gateway.may_be(id));
        attached(attachments.map(|(_, it)| (it.gateway.here() == Some(id), &it.vpc)))
    }

    /// The VPC that a virtual private gateway is attached to; [`Link::Absent`] when it is to none.
    pub fn vpc_of_vpn_gateway(&self, id: Id<VpnGateway>) -> Link<Vpc> {
        let own = &self.vpn_gateways[id].vpc;
        if *own != Link::Absent {
            return own.clone();
        }
        let attachments =
            self.vpn_gateway_attachments.iter().filter(|(_, it)| it.gateway.may_be(id));
        attached(attachments.map(|(_, it)| (it.gateway.here() == Some(id), &it.vpc)))
    }

    /// The thing that a route hands packets to, when it is in the input.
    pub fn target_head(&self, target: &RouteTarget) -> Option<&Head> {
        match target {
            RouteTarget::InternetGateway(link) => Some(&self.internet_gateways[link.here()?].head),
            RouteTarget::VpnGateway(link) => Some(&self.vpn_gateways[link.here()?].head),
            RouteTarget::EgressOnlyGateway(link) => {
                Some(&self.egress_only_gateways[link.here()?].head)
            }
            RouteTarget::NatGateway(link) => Some(&self.nat_gateways[link.here()?].head),
            RouteTarget::NetworkInterface(link) => {
                Some(&self.network_interfaces[link.here()?].head)
            }
            RouteTarget::Endpoint(link) => Some(&self.endpoints[link.here()?].head),
            RouteTarget::Peering(link) => Some(&self.peerings[link.here()?].head),
            RouteTarget::TransitGateway(link) => Some(&self.transit_gateways[link.here()?].head),
            RouteTarget::Local | RouteTarget::Other(_) | RouteTarget::Unknown(_) => None,
        }
    }

    /// The VPC that the target of a route belongs to; absent for targets that belong to no single one.
    pub fn vpc_of_target(&self, target: &RouteTarget) -> Link<Vpc> {
        match target {
            RouteTarget::InternetGateway(link) => {
                owner(link, |id| self.vpc_of_internet_gateway(id))
            }
            RouteTarget::VpnGateway(link) => owner(link, |id| self.vpc_of_vpn_gateway(id)),
            RouteTarget::EgressOnlyGateway(link) => {
                owner(link, |id| self.egress_only_gateways[id].vpc.clone())
            }
            RouteTarget::NatGateway(link) => owner(link, |id| {
                let nat = &self.nat_gateways[id];
                if nat.subnet == Link::Absent {
                    return nat.vpc.clone();
                }
                owner(&nat.subnet, |subnet| self.subnets[subnet].vpc.clone())
            }),
            RouteTarget::NetworkInterface(link) => owner(link, |id| {
                let subnet = &self.network_interfaces[id].subnet;
                owner(subnet, |subnet| self.subnets[subnet].vpc.clone())
            }),
            RouteTarget::Endpoint(link) => owner(link, |id| self.endpoints[id].vpc.clone()),
            RouteTarget::Unknown(cause) => Link::Unknown(cause.clone()),
            RouteTarget::Local
            | RouteTarget::Peering(_)
            | RouteTarget::TransitGateway(_)
            | RouteTarget::Other(_) => Link::Absent,
        }
    }

    /// The VPC of a route table as a link; several candidates of a route's table that are in one VPC
    /// are as good as one.
    pub fn vpc_of_table(&self, link: &Link<crate::RouteTable>) -> Link<Vpc> {
        owner(link, |table| self.route_tables[table].vpc.clone())
    }

    /// The ranges of the sites behind a VPC's virtual private gateway that are known: static routes of
    /// its VPN connections. The cause tells why there may be more (BGP, Direct Connect).
    pub fn site_ranges(
        &self,
        vpc: Id<Vpc>,
    ) -> (Vec<(IpNet, groundplan_ir::Origin)>, Option<Cause>) {
        let mut known = Vec::new();
        let mut open = None;
        for (gateway, it) in self.vpn_gateways.iter() {
            if self.vpc_of_vpn_gateway(gateway).here() != Some(vpc) {
                continue;
            }
            let learned = || {
                Cause::KnownAfterApply(format!("the routes learned by {}", it.head.name()).into())
            };
            for (id, connection) in self.vpn_connections.iter() {
                if connection.vpn_gateway.here() != Some(gateway) {
                    continue;
                }
                if connection.static_routes_only.value != Tri::Known(true) {
                    open = open.or_else(|| Some(learned()));
                }
                for (_, route) in self.vpn_connection_routes.iter() {
                    if route.connection.here() == Some(id)
                        && let Tri::Known(net) = &route.range.value
                    {
                        known.push((net.trunc(), route.range.origin.clone()));
                    }
                }
            }
            let direct = self.dx_gateway_associations.iter();
            if direct.into_iter().any(|(_, it)| it.vpn_gateway.here() == Some(gateway)) {
                open = open.or_else(|| Some(learned()));
            }
        }
        (known, open)
    }
}

/// The one VPC that attachments tie a gateway to; whether each is certain comes with it.
fn attached<'l>(attachments: impl Iterator<Item = (bool, &'l Link<Vpc>)>) -> Link<Vpc> {
    let mut found = Link::Absent;
    for (certain, vpc) in attachments {
        if certain {
            return vpc.clone();
        }
        found = match vpc.tri() {
            Tri::Unknown(cause) => Link::Unknown(cause),
            Tri::Known(_) | Tri::Absent => {
                Link::Unknown(Cause::UnplacedMember("an internet gateway attachment".into()))
            }
        };
    }
    found
}

/// Goes on from a link; several candidates that agree are as good as one.
fn owner<T>(link: &Link<T>, next: impl Fn(Id<T>) -> Link<Vpc>) -> Link<Vpc> {
    match link {
        Link::Here(id) => next(*id),
        Link::OneOf(ids, cause) => {
            let mut owners = ids.iter().map(|id| next(*id));
            let Some(first) = owners.next() else { return Link::Unknown(cause.clone()) };
            if owners.all(|it| it == first) { first } else { Link::Unknown(cause.clone()) }
        }
        Link::Elsewhere(id) => Link::Unknown(Cause::NotInInput(id.clone())),
        Link::Unknown(cause) => Link::Unknown(cause.clone()),
        Link::Absent => Link::Absent,
    }
}
