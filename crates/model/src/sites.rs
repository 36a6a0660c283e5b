//! The sites behind virtual private gateways, by the VPC that each gateway is attached to.
//!
//! A gateway, connection or route that cannot be placed proves no site, yet leaves open whether
//! there is one.

use std::collections::BTreeMap;

use groundplan_ir::{Cause, Origin, Tri};
use ipnet::IpNet;

use crate::{DxGatewayAssociation, Id, Link, Topology, Vpc, VpnConnection, VpnGateway};

/// What is known of the sites behind the virtual private gateways, by VPC.
#[derive(Debug, Default)]
pub struct Sites {
    by_vpc: BTreeMap<Id<Vpc>, Site>,
    /// Why any VPC may have a site: something that leads to one cannot be placed.
    astray: Option<Cause>,
}

/// The sites behind one VPC's gateway.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// The ranges of static VPN connections, with their places.
    pub ranges: Vec<(IpNet, Origin)>,
    /// Why there may be more: what is learned by BGP, over a VPN connection or Direct Connect.
    pub open: Option<Cause>,
}

impl Sites {
    /// Looks at every connection, association and route once.
    pub fn new(topology: &Topology) -> Self {
        let mut sites = Self::default();
        for (_, connection) in topology.vpn_connections.iter() {
            if connection.static_routes_only.value != Tri::Known(true) {
                sites.learns(topology, &connection.vpn_gateway);
            }
        }
        for (_, association) in topology.dx_gateway_associations.iter() {
            if !is_transit(association) {
                sites.learns(topology, &association.vpn_gateway);
            }
        }
        for (_, route) in topology.vpn_connection_routes.iter() {
            match gateway_of(topology, &route.connection) {
                Link::Here(gateway) => {
                    match (topology.vpc_of_vpn_gateway(gateway), &route.range.value) {
                        (Link::Here(vpc), Tri::Known(net)) => {
                            let site = sites.by_vpc.entry(vpc).or_default();
                            site.ranges.push((net.trunc(), route.range.origin.clone()));
                        }
                        (vpc, Tri::Unknown(cause)) => sites.opens(&vpc, cause),
                        (vpc, Tri::Known(_)) => {
                            let cause = Cause::UnplacedMember(route.head.name().into());
                            sites.opens(&vpc, &cause);
                        }
                        (_, Tri::Absent) => (),
                    }
                }
                other
                @ (Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent) => {
                    sites.learns(topology, &other);
                }
            }
        }
        sites
    }

    /// The sites behind the gateway of this VPC, if it has or may have one.
    pub fn behind(&self, vpc: Id<Vpc>) -> Option<Site> {
        let site = self.by_vpc.get(&vpc).cloned();
        if site.is_none() && self.astray.is_none() {
            return None;
        }
        let mut site = site.unwrap_or_default();
        site.open = site.open.or_else(|| self.astray.clone());
        Some(site)
    }

    /// What this gateway knows of its sites is not in the input.
    fn learns(&mut self, topology: &Topology, gateway: &Link<VpnGateway>) {
        match gateway {
            Link::Here(id) => {
                let name = topology.vpn_gateways[*id].head.name();
                let cause = Cause::KnownAfterApply(format!("the routes learned by {name}").into());
                self.opens(&topology.vpc_of_vpn_gateway(*id), &cause);
            }
            Link::OneOf(ids, cause) => {
                for id in ids {
                    self.opens(&topology.vpc_of_vpn_gateway(*id), cause);
                }
            }
            Link::Unknown(cause) => self.opens(&Link::Unknown(cause.clone()), cause),
            Link::Elsewhere(id) => {
                self.astray.get_or_insert(Cause::NotInInput(id.clone()));
            }
            Link::Absent => (),
        }
    }

    /// Leaves open what is behind the gateway of the VPC that `vpc` leads to.
    fn opens(&mut self, vpc: &Link<Vpc>, cause: &Cause) {
        match vpc {
            Link::Here(vpc) => {
                self.by_vpc.entry(*vpc).or_default().open.get_or_insert_with(|| cause.clone());
            }
            Link::OneOf(vpcs, why) => {
                for vpc in vpcs {
                    self.by_vpc.entry(*vpc).or_default().open.get_or_insert_with(|| why.clone());
                }
            }
            Link::Unknown(why) => {
                self.astray.get_or_insert_with(|| why.clone());
            }
            // A VPC that is not in the input is not the far one, and no VPC has no site.
            Link::Elsewhere(_) | Link::Absent => (),
        }
    }
}

/// Whether the association is of a transit gateway.
fn is_transit(association: &DxGatewayAssociation) -> bool {
    match &association.transit_gateway {
        Link::Here(_) | Link::OneOf(..) => true,
        Link::Elsewhere(id) => id.starts_with("tgw-"),
        Link::Unknown(_) | Link::Absent => false,
    }
}

/// The virtual private gateway that a connection ends at.
fn gateway_of(topology: &Topology, connection: &Link<VpnConnection>) -> Link<VpnGateway> {
    match connection {
        Link::Here(id) => topology.vpn_connections[*id].vpn_gateway.clone(),
        Link::OneOf(ids, cause) => {
            let mut gateways = ids.iter().map(|id| &topology.vpn_connections[*id].vpn_gateway);
            match gateways.next() {
                Some(first) if gateways.all(|it| it == first) => first.clone(),
                Some(_) | None => Link::Unknown(cause.clone()),
            }
        }
        Link::Elsewhere(id) => Link::Elsewhere(id.clone()),
        Link::Unknown(cause) => Link::Unknown(cause.clone()),
        Link::Absent => Link::Absent,
    }
}
