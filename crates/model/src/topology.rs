//! The whole network of one configuration, built once and never changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_ir::{Action, Completeness, Config, Origin, Value};

use crate::head::Placed;
use crate::lowering::Lowering;
use crate::route::{DestinationKey, Route, RouteSource};
use crate::{
    Arena, Attachment, AttachmentAccepter, Children, CidrAssociation, CustomerGateway,
    DeclaredSites, DxGateway, DxGatewayAssociation, EgressOnlyGateway, Endpoint,
    EndpointPrivateDns, EndpointRouteTableAssociation, GatewayAttachment, Id, Idless,
    InternetGateway, IpamPool, Link, MainRouteTableAssociation, NatGateway, NetworkInterface,
    OnPremises, Peering, PeeringAccepter, PeeringOptions, PrefixList, PrefixListEntry, Proven,
    ResourceShare, ResourceShareMember, RoutePropagation, RouteTable, RouteTableAssociation,
    StandaloneRoute, Subnet, TgwAssociation, TgwDefaultTable, TgwPropagation, TgwRoute,
    TgwRouteTable, TransitGateway, Vpc, VpnConnection, VpnConnectionRoute, VpnGateway,
    VpnGatewayAttachment, implicit, registry, seen,
};

/// An object that the apply destroys.
#[derive(Clone, Debug)]
pub struct Departed {
    /// Its address.
    pub origin: Origin,
    /// Whether it goes for good or comes back with another id.
    pub action: Action,
}

/// Everything that is in the network, and what belongs to what.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "each arena is named after what it holds")]
pub struct Topology {
    pub vpcs: Arena<Vpc>,
    pub cidr_associations: Arena<CidrAssociation>,
    pub ipam_pools: Arena<IpamPool>,
    pub subnets: Arena<Subnet>,
    pub route_tables: Arena<RouteTable>,
    /// Every route of every table, inline and standalone, with a link to its table.
    pub routes: Arena<Route>,
    pub route_table_associations: Arena<RouteTableAssociation>,
    pub main_route_table_associations: Arena<MainRouteTableAssociation>,
    pub internet_gateways: Arena<InternetGateway>,
    pub gateway_attachments: Arena<GatewayAttachment>,
    pub egress_only_gateways: Arena<EgressOnlyGateway>,
    pub nat_gateways: Arena<NatGateway>,
    pub network_interfaces: Arena<NetworkInterface>,
    pub peerings: Arena<Peering>,
    pub peering_accepters: Arena<PeeringAccepter>,
    pub peering_options: Arena<PeeringOptions>,
    pub endpoints: Arena<Endpoint>,
    pub endpoint_route_table_associations: Arena<EndpointRouteTableAssociation>,
    pub endpoint_private_dns: Arena<EndpointPrivateDns>,
    pub prefix_lists: Arena<PrefixList>,
    pub prefix_list_entries: Arena<PrefixListEntry>,
    pub transit_gateways: Arena<TransitGateway>,
    pub attachments: Arena<Attachment>,
    pub attachment_accepters: Arena<AttachmentAccepter>,
    pub tgw_route_tables: Arena<TgwRouteTable>,
    pub tgw_associations: Arena<TgwAssociation>,
    pub tgw_propagations: Arena<TgwPropagation>,
    pub tgw_routes: Arena<TgwRoute>,
    pub tgw_default_tables: Arena<TgwDefaultTable>,
    pub vpn_gateways: Arena<VpnGateway>,
    pub vpn_gateway_attachments: Arena<VpnGatewayAttachment>,
    pub route_propagations: Arena<RoutePropagation>,
    pub customer_gateways: Arena<CustomerGateway>,
    pub vpn_connections: Arena<VpnConnection>,
    pub vpn_connection_routes: Arena<VpnConnectionRoute>,
    pub dx_gateways: Arena<DxGateway>,
    pub dx_gateway_associations: Arena<DxGatewayAssociation>,
    pub resource_shares: Arena<ResourceShare>,
    pub resource_share_members: Arena<ResourceShareMember>,
    pub on_premises: Arena<OnPremises>,

    /// What the apply destroys, by the id that goes with it.
    pub departed: BTreeMap<Box<str>, Departed>,
    /// Whether absence proves anything.
    pub completeness: Completeness,
    /// Of several stacks, those of which something is missing.
    pub partial: BTreeSet<Option<Arc<str>>>,
    /// Of several stacks, those that do not tell the ids of what they describe.
    pub idless: Idless,
    /// Somebody said that nothing outside of the input adds to what is in it.
    pub closed: bool,

    pub ranges_of_vpc: Children<Vpc, CidrAssociation>,
    pub subnets_of_vpc: Children<Vpc, Subnet>,
    pub tables_of_vpc: Children<Vpc, RouteTable>,
    pub endpoints_of_vpc: Children<Vpc, Endpoint>,
    pub main_associations_of_vpc: Children<Vpc, MainRouteTableAssociation>,
    pub routes_of_table: Children<RouteTable, Route>,
    pub associations_of_subnet: Children<Subnet, RouteTableAssociation>,
    pub accepters_of_peering: Children<Peering, PeeringAccepter>,
    pub tables_of_endpoint: Children<Endpoint, EndpointRouteTableAssociation>,
    pub attachments_of_internet_gateway: Children<InternetGateway, GatewayAttachment>,
    pub attachments_of_vpn_gateway: Children<VpnGateway, VpnGatewayAttachment>,
    pub private_dns_of_endpoint: Children<Endpoint, EndpointPrivateDns>,
    pub entries_of_prefix_list: Children<PrefixList, PrefixListEntry>,
    pub attachments_of_gateway: Children<TransitGateway, Attachment>,
    pub tables_of_gateway: Children<TransitGateway, TgwRouteTable>,
    pub associations_of_attachment: Children<Attachment, TgwAssociation>,
    pub accepters_of_attachment: Children<Attachment, AttachmentAccepter>,
    pub propagations_of_attachment: Children<Attachment, TgwPropagation>,
    pub associations_of_tgw_table: Children<TgwRouteTable, TgwAssociation>,
    pub propagations_of_tgw_table: Children<TgwRouteTable, TgwPropagation>,
    pub routes_of_tgw_table: Children<TgwRouteTable, TgwRoute>,
    pub defaults_of_gateway: Children<TransitGateway, TgwDefaultTable>,
    pub propagations_of_table: Children<RouteTable, RoutePropagation>,
    /// What is declared to lie behind VPN connections and Direct Connect.
    pub declared_sites: DeclaredSites,
}

/// Builds the network.
pub fn build(config: &Config) -> Topology {
    let mut lowering = Lowering::new(config, &registry::kinds());
    implicit::place(&mut lowering);
    let mut topology = things(&lowering);
    implicit::route_tables(&lowering, &mut topology.route_tables);
    implicit::tgw_route_tables(&lowering, &mut topology.tgw_route_tables);
    topology.departed = lowering.departed();
    topology.completeness = config.completeness;
    topology.partial.clone_from(&config.partial);
    topology.idless = Idless::of(config);
    topology.closed = config.closed;
    topology.routes = routes(&topology, &lowering.arena(), &departed_routes(config));
    topology.index();
    seen::settle_ranges(&mut topology, config);
    topology
}

fn things(from: &Lowering<'_>) -> Topology {
    Topology {
        vpcs: from.arena(),
        cidr_associations: from.arena(),
        ipam_pools: from.arena(),
        subnets: from.arena(),
        route_tables: from.arena(),
        route_table_associations: from.arena(),
        main_route_table_associations: from.arena(),
        internet_gateways: from.arena(),
        gateway_attachments: from.arena(),
        egress_only_gateways: from.arena(),
        nat_gateways: from.arena(),
        network_interfaces: from.arena(),
        peerings: from.arena(),
        peering_accepters: from.arena(),
        peering_options: from.arena(),
        endpoints: from.arena(),
        endpoint_route_table_associations: from.arena(),
        endpoint_private_dns: from.arena(),
        prefix_lists: from.arena(),
        prefix_list_entries: from.arena(),
        transit_gateways: from.arena(),
        attachments: from.arena(),
        attachment_accepters: from.arena(),
        tgw_route_tables: from.arena(),
        tgw_associations: from.arena(),
        tgw_propagations: from.arena(),
        tgw_routes: from.arena(),
        tgw_default_tables: from.arena(),
        vpn_gateways: from.arena(),
        vpn_gateway_attachments: from.arena(),
        route_propagations: from.arena(),
        customer_gateways: from.arena(),
        vpn_connections: from.arena(),
        vpn_connection_routes: from.arena(),
        dx_gateways: from.arena(),
        dx_gateway_associations: from.arena(),
        resource_shares: from.arena(),
        resource_share_members: from.arena(),
        on_premises: from.arena(),
        ..Topology::default()
    }
}

/// Destination and table of the standalone routes that the apply takes away.
fn departed_routes(config: &Config) -> BTreeSet<(&str, &str)> {
    let names =
        ["destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id"];
    let mut out = BTreeSet::new();
    for resource in config.resources() {
        let (true, Some(prior)) = (&*resource.address.kind == "aws_route", &resource.prior) else {
            continue;
        };
        if !resource.action.destroys() {
            continue;
        }
        for name in names {
            if let (Some(Value::Text(table)), Some(Value::Text(destination))) =
                (prior.get("route_table_id"), prior.get(name))
            {
                out.insert((&**table, &**destination));
            }
        }
    }
    out
}

/// All routes: those inside tables, then the standalone ones.
///
/// A table without inline routes shows, once it exists, the routes that standalone resources have
/// put into it; these are told once, by their own resource.
fn routes(
    topology: &Topology,
    standalone: &Arena<StandaloneRoute>,
    departed: &BTreeSet<(&str, &str)>,
) -> Arena<Route> {
    let mut written: BTreeMap<(Id<RouteTable>, DestinationKey), Vec<&Route>> = BTreeMap::new();
    for route in standalone.iter().map(|(_, it)| &it.route) {
        if let (Some(table), Some(key)) = (route.table.here(), route.destination.key()) {
            written.entry((table, key)).or_default().push(route);
        }
    }
    let mut out = Arena::default();
    for (id, table) in topology.route_tables.iter() {
        for route in &table.routes {
            let key = route.destination.key();
            let told = key.clone().and_then(|key| written.get(&(id, key)));
            let known = told.is_some_and(|all| all.iter().any(|it| is_told(topology, it, route)));
            let leaves = match (&table.head.id, key.and_then(|key| text(topology, &key))) {
                (Some(table), Some(text)) => departed.contains(&(&**table, &*text)),
                _ => false,
            };
            if route.source != RouteSource::Seen || !(known || leaves) {
                out.push(Route { table: Link::Here(id), ..route.clone() });
            }
        }
    }
    for (_, route) in standalone.iter() {
        out.push(route.route.clone());
    }
    out
}

/// Whether a route that a table shows is the one that this resource manages. One that is only about to be
/// made is another one: AWS refuses it (Amazon EC2 API Reference, "Error codes": `RouteAlreadyExists`). Of a
/// directory nobody knows whether its routes are there, so that only those are told apart that lead elsewhere.
fn is_told(topology: &Topology, resource: &Route, shown: &Route) -> bool {
    let made = resource.action.creates() && !resource.action.destroys();
    let idless = topology.idless.surely(resource.stack());
    !made || (idless && resource.target == shown.target)
}

/// A destination as a resource's attribute gives it.
fn text(topology: &Topology, key: &DestinationKey) -> Option<Box<str>> {
    match key {
        DestinationKey::Range(net) => Some(net.to_string().into()),
        DestinationKey::List(Proven::Here(list)) => topology.prefix_lists[*list].head.id.clone(),
        DestinationKey::List(Proven::Elsewhere(id)) => Some(id.clone()),
    }
}

impl Topology {
    fn index(&mut self) {
        self.ranges_of_vpc = self.children(&self.cidr_associations, &self.vpcs, |it| &it.vpc);
        self.subnets_of_vpc = self.children(&self.subnets, &self.vpcs, |it| &it.vpc);
        self.tables_of_vpc = self.children(&self.route_tables, &self.vpcs, |it| &it.vpc);
        self.endpoints_of_vpc = self.children(&self.endpoints, &self.vpcs, |it| &it.vpc);
        self.main_associations_of_vpc =
            self.children(&self.main_route_table_associations, &self.vpcs, |it| &it.vpc);
        self.routes_of_table = self.children(&self.routes, &self.route_tables, |it| &it.table);
        self.associations_of_subnet =
            self.children(&self.route_table_associations, &self.subnets, |it| &it.subnet);
        self.accepters_of_peering =
            self.children(&self.peering_accepters, &self.peerings, |it| &it.peering);
        self.tables_of_endpoint =
            self.children(&self.endpoint_route_table_associations, &self.endpoints, |it| {
                &it.endpoint
            });
        self.attachments_of_internet_gateway =
            self.children(&self.gateway_attachments, &self.internet_gateways, |it| &it.gateway);
        self.attachments_of_vpn_gateway =
            self.children(&self.vpn_gateway_attachments, &self.vpn_gateways, |it| &it.gateway);
        self.private_dns_of_endpoint =
            self.children(&self.endpoint_private_dns, &self.endpoints, |it| &it.endpoint);
        self.entries_of_prefix_list =
            self.children(&self.prefix_list_entries, &self.prefix_lists, |it| &it.list);
        self.propagations_of_table =
            self.children(&self.route_propagations, &self.route_tables, |it| &it.table);
        self.index_transit();
        self.declared_sites = DeclaredSites::new(self);
    }

    fn index_transit(&mut self) {
        self.attachments_of_gateway =
            self.children(&self.attachments, &self.transit_gateways, |it| &it.gateway);
        self.tables_of_gateway =
            self.children(&self.tgw_route_tables, &self.transit_gateways, |it| &it.gateway);
        self.associations_of_attachment =
            self.children(&self.tgw_associations, &self.attachments, |it| &it.attachment);
        self.accepters_of_attachment =
            self.children(&self.attachment_accepters, &self.attachments, |it| &it.attachment);
        self.propagations_of_attachment =
            self.children(&self.tgw_propagations, &self.attachments, |it| &it.attachment);
        self.associations_of_tgw_table =
            self.children(&self.tgw_associations, &self.tgw_route_tables, |it| &it.table);
        self.propagations_of_tgw_table =
            self.children(&self.tgw_propagations, &self.tgw_route_tables, |it| &it.table);
        self.routes_of_tgw_table =
            self.children(&self.tgw_routes, &self.tgw_route_tables, |it| &it.table);
        self.defaults_of_gateway =
            self.children(&self.tgw_default_tables, &self.transit_gateways, |it| &it.gateway);
    }
}

impl Topology {
    /// What belongs to what, by each child's link.
    fn children<P: Placed, C: Placed>(
        &self,
        children: &Arena<C>,
        parents: &Arena<P>,
        link: impl Fn(&C) -> &Link<P>,
    ) -> Children<P, C> {
        let links = || children.iter().map(|(id, it)| (id, link(it)));
        let told = Children::new(links()).confined(children, parents);
        if self.idless.is_empty() {
            return told;
        }
        told.loosened(links(), children, parents, &self.idless)
    }
}
