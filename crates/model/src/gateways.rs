//! Which VPC a gateway or another target of routes belongs to.

use groundplan_ir::Cause;

use crate::{Head, Id, InternetGateway, Link, RouteTarget, Topology, Vpc, VpnGateway};

impl Topology {
    /// The VPC that an internet gateway is attached to; [`Link::Absent`] when it is to none.
    pub fn vpc_of_internet_gateway(&self, id: Id<InternetGateway>) -> Link<Vpc> {
        let own = &self.internet_gateways[id].vpc;
        if *own != Link::Absent {
            return own.clone();
        }
        let children = &self.attachments_of_internet_gateway;
        let certain = children.of(id).first().map(|it| &self.gateway_attachments[*it].vpc);
        attached(certain, children.open(id))
    }

    /// The VPC that a virtual private gateway is attached to; [`Link::Absent`] when it is to none.
    pub fn vpc_of_vpn_gateway(&self, id: Id<VpnGateway>) -> Link<Vpc> {
        let own = &self.vpn_gateways[id].vpc;
        if *own != Link::Absent {
            return own.clone();
        }
        let children = &self.attachments_of_vpn_gateway;
        let certain = children.of(id).first().map(|it| &self.vpn_gateway_attachments[*it].vpc);
        attached(certain, children.open(id))
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

    /// The VPC that a subnet is in.
    pub fn vpc_of_subnet(&self, link: &Link<crate::Subnet>) -> Link<Vpc> {
        owner(link, |subnet| self.subnets[subnet].vpc.clone())
    }
}

/// The VPC that an attachment ties a gateway to; an attachment that cannot be followed may be its.
fn attached(certain: Option<&Link<Vpc>>, open: Option<&Cause>) -> Link<Vpc> {
    match (certain, open) {
        (Some(vpc), _) => vpc.clone(),
        (None, Some(cause)) => Link::Unknown(cause.clone()),
        (None, None) => Link::Absent,
    }
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
