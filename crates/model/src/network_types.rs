//! Which resource types are a part of a network, so that the ones nobody reads can be named.

/// Beginnings of the names of network types of the AWS provider.
const PREFIXES: &[&str] = &[
    "aws_customer_gateway",
    "aws_default_network_acl",
    "aws_default_route_table",
    "aws_default_security_group",
    "aws_default_subnet",
    "aws_default_vpc",
    "aws_dx_",
    "aws_ec2_carrier_gateway",
    "aws_ec2_client_vpn_",
    "aws_ec2_instance_connect_endpoint",
    "aws_ec2_local_gateway",
    "aws_ec2_managed_prefix_list",
    "aws_ec2_network_insights_",
    "aws_ec2_subnet_cidr_reservation",
    "aws_ec2_traffic_mirror_",
    "aws_ec2_transit_gateway",
    "aws_egress_only_internet_gateway",
    "aws_eip",
    "aws_flow_log",
    "aws_internet_gateway",
    "aws_main_route_table_association",
    "aws_nat_gateway",
    "aws_network_acl",
    "aws_network_interface",
    "aws_networkfirewall_",
    "aws_networkmanager_",
    "aws_prefix_list",
    "aws_ram_",
    "aws_route",
    "aws_security_group",
    "aws_subnet",
    "aws_verifiedaccess_",
    "aws_vpc",
    "aws_vpn_",
];

/// Types that begin like a network type and are none.
const EXCEPTIONS: &[&str] = &["aws_route53_health_check", "aws_route53domains_"];

/// Whether this type is a part of a network.
pub(crate) fn is_network(resource_type: &str) -> bool {
    let begins = |list: &[&str]| list.iter().any(|prefix| resource_type.starts_with(prefix));
    begins(PREFIXES) && !begins(EXCEPTIONS)
}
