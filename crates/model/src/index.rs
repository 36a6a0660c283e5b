//! What belongs to what, gathered once from the links of everything in the network.

use crate::head::Placed;
use crate::{AclsOfSubnets, Arena, Children, DeclaredSites, Link, Topology};

impl Topology {
    pub(crate) fn index(&mut self) {
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
        self.groups_of_endpoint =
            self.children(&self.endpoint_group_associations, &self.endpoints, |it| &it.endpoint);
        self.more_subnets_of_endpoint =
            self.children(&self.endpoint_subnet_associations, &self.endpoints, |it| &it.endpoint);
        self.private_dns_of_endpoint =
            self.children(&self.endpoint_private_dns, &self.endpoints, |it| &it.endpoint);
        self.index_services();
        self.entries_of_prefix_list =
            self.children(&self.prefix_list_entries, &self.prefix_lists, |it| &it.list);
        self.routes_of_connection =
            self.children(&self.vpn_connection_routes, &self.vpn_connections, |it| &it.connection);
        self.associations_of_proposal =
            self.children(&self.dx_gateway_associations, &self.dx_proposals, |it| &it.proposal);
        self.propagations_of_table =
            self.children(&self.route_propagations, &self.route_tables, |it| &it.table);
        self.index_filters();
        self.index_transit();
        self.declared_sites = DeclaredSites::new(self);
    }

    fn index_services(&mut self) {
        self.policies_of_endpoint =
            self.children(&self.endpoint_policies, &self.endpoints, |it| &it.endpoint);
        self.accepters_of_endpoint =
            self.children(&self.endpoint_accepters, &self.endpoints, |it| &it.endpoint);
        self.principals_of_service =
            self.children(&self.endpoint_principals, &self.endpoint_services, |it| &it.service);
        self.verifications_of_service =
            self.children(&self.name_verifications, &self.endpoint_services, |it| &it.service);
        self.authorizations_of_zone =
            self.children(&self.zone_authorizations, &self.hosted_zones, |it| &it.zone);
        self.associations_of_zone =
            self.children(&self.zone_associations, &self.hosted_zones, |it| &it.zone);
    }

    fn index_filters(&mut self) {
        self.groups_of_vpc = self.children(&self.security_groups, &self.vpcs, |it| &it.vpc);
        self.rules_of_group = self.children(&self.sg_rules, &self.security_groups, |it| &it.group);
        self.vpcs_of_group =
            self.children(&self.sg_vpc_associations, &self.security_groups, |it| &it.group);
        self.acls_of_vpc = self.children(&self.network_acls, &self.vpcs, |it| &it.vpc);
        self.rules_of_acl = self.children(&self.acl_rules, &self.network_acls, |it| &it.acl);
        self.acls_of_subnets = AclsOfSubnets::new(self);
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
