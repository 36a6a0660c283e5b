//! The sites behind virtual private gateways, by the VPC that each gateway is attached to.
//!
//! A gateway, connection or route that cannot be placed proves no site, yet leaves open whether
//! there is one.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_ir::{Cause, Fact, Origin, Tri};
use ipnet::IpNet;

use crate::{
    DeclaredSite, DxGatewayAssociation, Id, Link, Topology, Vpc, VpnConnection, VpnGateway,
};

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
    /// The ranges of static VPN connections and those that are declared, with their places.
    pub ranges: Vec<(IpNet, Origin)>,
    /// Why there may be more: what is learned by BGP, over a VPN connection or Direct Connect.
    pub open: Option<Cause>,
}

impl Sites {
    /// Looks at every connection, association and route once.
    pub fn new(topology: &Topology) -> Self {
        let mut sites = Self::default();
        for (id, connection) in topology.vpn_connections.iter() {
            let declared = topology.declared_behind_connection(id);
            if connection.static_routes_only.value != Tri::Known(true) && !declared.complete {
                sites.learns(topology, &connection.vpn_gateway);
            }
            sites.declares(topology, &connection.vpn_gateway, &declared);
        }
        for (id, association) in topology.dx_gateway_associations.iter() {
            if is_transit(association) {
                continue;
            }
            let declared = topology.declared_behind_association(id);
            if !declared.complete {
                sites.learns(topology, &association.vpn_gateway);
            }
            sites.declares(topology, &association.vpn_gateway, &declared);
        }
        for (id, _) in topology.vpn_gateways.iter() {
            let gateway = Link::Here(id);
            sites.declares(topology, &gateway, &topology.declared_behind_gateway(&gateway));
        }
        for (_, route) in topology.vpn_connection_routes.iter() {
            match gateway_of(topology, &route.connection) {
                Link::Here(gateway) => {
                    sites.holds(&topology.vpc_of_vpn_gateway(gateway), &route.range);
                }
                other
                @ (Link::OneOf(..) | Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent) => {
                    sites.learns(topology, &other);
                }
            }
        }
        // A declared range may be behind several connections of one gateway.
        for site in sites.by_vpc.values_mut() {
            let mut seen = BTreeSet::new();
            site.ranges.retain(|it| seen.insert(it.clone()));
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

    /// This range lies behind the gateway of the VPC that `vpc` leads to.
    fn holds(&mut self, vpc: &Link<Vpc>, range: &Fact<IpNet>) {
        match (vpc, &range.value) {
            (Link::Here(vpc), Tri::Known(net)) => {
                let site = self.by_vpc.entry(*vpc).or_default();
                site.ranges.push((net.trunc(), range.origin.clone()));
            }
            (vpc, Tri::Unknown(cause)) => self.opens(vpc, cause),
            (vpc, Tri::Known(_)) => {
                let cause = Cause::UnplacedMember(range.origin.address.to_string().into());
                self.opens(vpc, &cause);
            }
            (_, Tri::Absent) => (),
        }
    }

    /// These ranges are declared behind what ends at this gateway.
    fn declares(
        &mut self,
        topology: &Topology,
        gateway: &Link<VpnGateway>,
        declared: &DeclaredSite<'_>,
    ) {
        for range in &declared.ranges {
            match gateway {
                Link::Here(id) => self.holds(&topology.vpc_of_vpn_gateway(*id), range),
                // Where nothing is announced besides, this alone leaves open which VPC it is.
                Link::OneOf(..) | Link::Unknown(_) if declared.complete => {
                    self.learns(topology, gateway);
                }
                Link::OneOf(..) | Link::Unknown(_) | Link::Elsewhere(_) | Link::Absent => (),
            }
        }
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
