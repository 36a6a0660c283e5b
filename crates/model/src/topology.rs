//! The whole network of one configuration, built once and never changed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_ir::{Action, Address, Completeness, Config, Origin};

use crate::composed;
use crate::conflicts::{self, Conflict};
use crate::lowering::Lowering;
use crate::managed_twice::{self, ManagedTwice};
use crate::network_acl;
use crate::route::Route;
use crate::security_group;
use crate::unfollowed::Unfollowed;
use crate::{
    AclAssociation, AclRule, AclsOfSubnets, Arena, Attachment, AttachmentAccepter, Children,
    CidrAssociation, ClientVpn, ClientVpnAssociation, CustomerGateway, DeclaredSites, DxGateway,
    DxGatewayAssociation, DxInterface, DxProposal, EgressOnlyGateway, Endpoint, EndpointAccepter,
    EndpointGroupAssociation, EndpointPolicy, EndpointPrincipal, EndpointPrivateDns,
    EndpointRouteTableAssociation, EndpointService, EndpointSubnetAssociation, GatewayAttachment,
    HostedZone, Idless, InternetGateway, IpamPool, MainRouteTableAssociation, MulticastAssociation,
    MulticastDomain, NameForwarding, NameVerification, NatGateway, NetworkAcl, NetworkInterface,
    OnPremises, Order, Organization, Peering, PeeringAccepter, PeeringOptions, PrefixList,
    PrefixListEntry, PublicAccess, PublicAccessExclusion, ResourceShare, ResourceShareMember,
    RoutePropagation, RouteTable, RouteTableAssociation, SecurityGroup, SgRule, SgUser,
    SgVpcAssociation, Subnet, TargetGroup, TgwAssociation, TgwConnect, TgwConnectPeer,
    TgwDefaultTable, TgwPropagation, TgwRoute, TgwRouteTable, TransitGateway, Vpc, VpnConnection,
    VpnConnectionRoute, VpnGateway, VpnGatewayAttachment, ZoneAssociation, ZoneAuthorization,
    ZoneRecord, before, every_route, implicit, registry, seen,
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
    pub security_groups: Arena<SecurityGroup>,
    /// Every rule of every security group, inline and standalone, with a link to its group.
    pub sg_rules: Arena<SgRule>,
    pub sg_vpc_associations: Arena<SgVpcAssociation>,
    pub sg_users: Arena<SgUser>,
    pub network_acls: Arena<NetworkAcl>,
    /// Every rule of every network ACL, inline and standalone, with a link to its ACL.
    pub acl_rules: Arena<AclRule>,
    pub acl_associations: Arena<AclAssociation>,
    pub peerings: Arena<Peering>,
    pub peering_accepters: Arena<PeeringAccepter>,
    pub peering_options: Arena<PeeringOptions>,
    pub endpoints: Arena<Endpoint>,
    pub endpoint_route_table_associations: Arena<EndpointRouteTableAssociation>,
    pub endpoint_group_associations: Arena<EndpointGroupAssociation>,
    pub endpoint_subnet_associations: Arena<EndpointSubnetAssociation>,
    pub endpoint_private_dns: Arena<EndpointPrivateDns>,
    pub endpoint_policies: Arena<EndpointPolicy>,
    pub endpoint_services: Arena<EndpointService>,
    pub endpoint_principals: Arena<EndpointPrincipal>,
    pub endpoint_accepters: Arena<EndpointAccepter>,
    pub name_verifications: Arena<NameVerification>,
    pub hosted_zones: Arena<HostedZone>,
    pub zone_associations: Arena<ZoneAssociation>,
    pub zone_records: Arena<ZoneRecord>,
    pub name_forwardings: Arena<NameForwarding>,
    pub zone_authorizations: Arena<ZoneAuthorization>,
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
    pub dx_proposals: Arena<DxProposal>,
    pub dx_interfaces: Arena<DxInterface>,
    pub tgw_connects: Arena<TgwConnect>,
    pub tgw_connect_peers: Arena<TgwConnectPeer>,
    pub multicast_domains: Arena<MulticastDomain>,
    pub multicast_associations: Arena<MulticastAssociation>,
    pub client_vpns: Arena<ClientVpn>,
    pub client_vpn_associations: Arena<ClientVpnAssociation>,
    pub resource_shares: Arena<ResourceShare>,
    pub resource_share_members: Arena<ResourceShareMember>,
    pub on_premises: Arena<OnPremises>,
    pub public_access: Arena<PublicAccess>,
    pub public_access_exclusions: Arena<PublicAccessExclusion>,
    pub organizations: Arena<Organization>,
    pub target_groups: Arena<TargetGroup>,

    /// What the apply destroys, by the id that goes with it.
    pub departed: BTreeMap<Box<str>, Departed>,
    /// What routes led to before the apply and that it destroys, by the address of what they are written in.
    pub led_before: BTreeMap<Arc<Address>, BTreeSet<Box<str>>>,
    /// The instances with a range that the configuration puts together itself, from what is known after the apply.
    pub composed: BTreeSet<Arc<Address>>,
    /// What several stacks manage.
    pub managed_twice: Vec<ManagedTwice>,
    /// What inputs tell differently.
    pub conflicts: Vec<Conflict>,
    pub unfollowed: Arena<Unfollowed>,
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
    pub groups_of_endpoint: Children<Endpoint, EndpointGroupAssociation>,
    pub more_subnets_of_endpoint: Children<Endpoint, EndpointSubnetAssociation>,
    pub private_dns_of_endpoint: Children<Endpoint, EndpointPrivateDns>,
    pub policies_of_endpoint: Children<Endpoint, EndpointPolicy>,
    pub accepters_of_endpoint: Children<Endpoint, EndpointAccepter>,
    pub principals_of_service: Children<EndpointService, EndpointPrincipal>,
    pub verifications_of_service: Children<EndpointService, NameVerification>,
    pub associations_of_zone: Children<HostedZone, ZoneAssociation>,
    pub authorizations_of_zone: Children<HostedZone, ZoneAuthorization>,
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
    pub routes_of_connection: Children<VpnConnection, VpnConnectionRoute>,
    pub associations_of_proposal: Children<DxProposal, DxGatewayAssociation>,
    pub groups_of_vpc: Children<Vpc, SecurityGroup>,
    pub rules_of_group: Children<SecurityGroup, SgRule>,
    pub vpcs_of_group: Children<SecurityGroup, SgVpcAssociation>,
    pub acls_of_vpc: Children<Vpc, NetworkAcl>,
    pub rules_of_acl: Children<NetworkAcl, AclRule>,
    /// Which network ACLs name which subnets.
    pub acls_of_subnets: AclsOfSubnets,
    /// What is declared to lie behind VPN connections and Direct Connect.
    pub declared_sites: DeclaredSites,
    /// What is made after which range.
    pub order: Order,
}

/// Builds the network.
pub fn build(config: &Config) -> Topology {
    let mut lowering = Lowering::new(config, &registry::kinds());
    implicit::place(&mut lowering);
    let mut topology = things(&lowering);
    implicit::route_tables(&lowering, &mut topology.route_tables);
    implicit::tgw_route_tables(&lowering, &mut topology.tgw_route_tables);
    topology.on_premises = lowering.arena();
    topology.unfollowed = lowering.arena();
    topology.departed = lowering.departed();
    topology.conflicts = conflicts::conflicts(&lowering, config);
    topology.led_before = before::led_before(config, &topology.departed);
    topology.composed = composed::composed(config);
    topology.managed_twice = managed_twice::managed_twice(&lowering, config);
    topology.completeness = config.completeness;
    topology.partial.clone_from(&config.partial);
    topology.idless = Idless::of(config);
    topology.closed = config.closed;
    topology.routes =
        every_route::routes(&topology, &lowering.arena(), &every_route::departed_routes(config));
    topology.sg_rules = security_group::rules(&topology, &lowering.arena());
    topology.acl_rules = network_acl::rules(&topology, &lowering.arena());
    topology.index();
    seen::settle_ranges(&mut topology, config);
    topology.order = Order::new(&topology, config);
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
        security_groups: from.arena(),
        sg_vpc_associations: from.arena(),
        sg_users: from.arena(),
        network_acls: from.arena(),
        acl_associations: from.arena(),
        peerings: from.arena(),
        peering_accepters: from.arena(),
        peering_options: from.arena(),
        prefix_lists: from.arena(),
        prefix_list_entries: from.arena(),
        resource_shares: from.arena(),
        resource_share_members: from.arena(),
        on_premises: from.arena(),
        public_access: from.arena(),
        public_access_exclusions: from.arena(),
        organizations: from.arena(),
        target_groups: from.arena(),
        ..between_networks(from)
    }
}

/// What joins VPCs with each other and with sites.
fn between_networks(from: &Lowering<'_>) -> Topology {
    Topology {
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
        dx_proposals: from.arena(),
        dx_interfaces: from.arena(),
        tgw_connects: from.arena(),
        tgw_connect_peers: from.arena(),
        multicast_domains: from.arena(),
        multicast_associations: from.arena(),
        client_vpns: from.arena(),
        client_vpn_associations: from.arena(),
        ..endpoint_things(from)
    }
}

/// Endpoints with what is tied to them, and the services and names that they are for.
fn endpoint_things(from: &Lowering<'_>) -> Topology {
    Topology {
        endpoints: from.arena(),
        endpoint_route_table_associations: from.arena(),
        endpoint_group_associations: from.arena(),
        endpoint_subnet_associations: from.arena(),
        endpoint_private_dns: from.arena(),
        endpoint_policies: from.arena(),
        endpoint_services: from.arena(),
        endpoint_principals: from.arena(),
        endpoint_accepters: from.arena(),
        name_verifications: from.arena(),
        hosted_zones: from.arena(),
        zone_associations: from.arena(),
        zone_records: from.arena(),
        name_forwardings: from.arena(),
        zone_authorizations: from.arena(),
        ..Topology::default()
    }
}
