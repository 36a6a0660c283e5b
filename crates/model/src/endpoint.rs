//! VPC endpoints and what ties them to route tables.

use groundplan_ir::{Fact, Origin, Tri, Value};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{
    EndpointService, Head, Id, Link, Members, RouteTable, SecurityGroup, Subnet, Topology, Vpc,
};

/// A VPC endpoint.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The common part.
    pub head: Head,
    /// The VPC it is in.
    pub vpc: Link<Vpc>,
    /// The service, `com.amazonaws.eu-west-1.s3`.
    pub service: Fact<Box<str>>,
    /// `Gateway` unless another type is given (provider page of `aws_vpc_endpoint`).
    pub endpoint_type: Fact<Box<str>>,
    /// Whether the author wrote the type.
    pub is_type_written: bool,
    /// Off unless it is switched on: the provider always sends the field.
    pub private_dns: Fact<bool>,
    /// Whether its private DNS is for inbound resolver endpoints only (`dns_options`), where that is said.
    pub only_inbound: Tri<bool>,
    /// The Region of the service, where it is another one than the endpoint's.
    pub service_region: Fact<Box<str>>,
    /// The tables of a gateway endpoint, as far as it names them itself.
    pub route_tables: Tri<Members<RouteTable>>,
    /// The subnets of an interface endpoint.
    pub subnets: Tri<Members<Subnet>>,
    /// Where they are written.
    pub subnets_origin: Origin,
    /// The security groups of an interface endpoint; the default one of the VPC where none is given.
    pub groups: Tri<Members<SecurityGroup>>,
    /// Where they are written.
    pub groups_origin: Origin,
    /// How many tables, subnets and groups it names.
    pub counts: EndpointCounts,
    /// Which of what resources of their own can give it as well it names itself.
    pub written: EndpointWritten,
    /// Its policy; AWS allows everything where none is given.
    pub policy: Fact<Box<str>>,
    /// The service, where it is one of this input.
    pub provider: Link<EndpointService>,
    /// Whether the connection is accepted along with it, which only the owner of the service can do.
    pub auto_accept: Fact<bool>,
    /// What became of the connection, where AWS has told.
    pub state: Tri<Box<str>>,
    /// `ipv4`, `ipv6` or `dualstack`, where that is said.
    pub ip_type: Fact<Box<str>>,
    /// The resource configuration that it leads to, instead of a service.
    pub resource: Fact<Box<str>>,
    /// The service network that it leads to, instead of a service.
    pub network: Fact<Box<str>>,
}

/// What the author wrote in the endpoint itself.
#[derive(Clone, Debug)]
pub struct EndpointWritten {
    /// `route_table_ids`.
    pub tables: Tri<bool>,
    /// `subnet_ids`.
    pub subnets: Tri<bool>,
    /// `security_group_ids`.
    pub groups: Tri<bool>,
    /// `policy`.
    pub policy: Tri<bool>,
    /// `private_dns_enabled`.
    pub private_dns: Tri<bool>,
}

/// How many things an endpoint names; that is known before their ids are.
#[derive(Clone, Debug)]
pub struct EndpointCounts {
    /// `route_table_ids`.
    pub tables: Fact<usize>,
    /// `subnet_ids`.
    pub subnets: Fact<usize>,
    /// `subnet_configuration`: addresses in subnets.
    pub subnet_configurations: Fact<usize>,
    /// `security_group_ids`.
    pub groups: Fact<usize>,
}

/// Everything that is read of an endpoint; its prefix list is made from the same resource.
pub(crate) const ENDPOINT_ATTRIBUTES: &[&str] = &[
    "id",
    "arn",
    "vpc_id",
    "service_name",
    "vpc_endpoint_type",
    "private_dns_enabled",
    "dns_options",
    "route_table_ids",
    "subnet_ids",
    "subnet_configuration",
    "security_group_ids",
    "service_region",
    "prefix_list_id",
    "policy",
    "auto_accept",
    "state",
    "ip_address_type",
    "resource_configuration_arn",
    "service_network_arn",
    "owner_id",
    "region",
];

impl Entity for Endpoint {
    const KIND: Kind = Kind::Endpoint;
    const READS: Reads = &[("aws_vpc_endpoint", ENDPOINT_ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        let kind = reader.text("vpc_endpoint_type");
        let dns = reader.flag("private_dns_enabled");
        Self {
            head: reader.head(),
            vpc: reader.link("vpc_id"),
            service: reader.text("service_name"),
            is_type_written: reader.is_written("vpc_endpoint_type") == Tri::Known(true),
            endpoint_type: Fact {
                value: kind.value.or_default("Gateway".into()),
                origin: kind.origin,
            },
            private_dns: Fact { value: dns.value.or_default(false), origin: dns.origin },
            only_inbound: only_inbound(reader),
            route_tables: reader.links("route_table_ids"),
            subnets: reader.links("subnet_ids"),
            subnets_origin: reader.origin("subnet_ids"),
            groups: reader.links("security_group_ids"),
            groups_origin: reader.origin("security_group_ids"),
            service_region: reader.text("service_region"),
            counts: EndpointCounts {
                tables: reader.count("route_table_ids"),
                subnets: reader.count("subnet_ids"),
                subnet_configurations: reader.count("subnet_configuration"),
                groups: reader.count("security_group_ids"),
            },
            written: EndpointWritten {
                tables: reader.is_written("route_table_ids"),
                subnets: reader.is_written("subnet_ids"),
                groups: reader.is_written("security_group_ids"),
                policy: reader.is_written("policy"),
                private_dns: reader.is_written("private_dns_enabled"),
            },
            policy: reader.text("policy"),
            provider: reader.link("service_name"),
            auto_accept: reader.flag("auto_accept"),
            state: reader.text("state").value,
            ip_type: reader.text("ip_address_type"),
            resource: reader.text("resource_configuration_arn"),
            network: reader.text("service_network_arn"),
        }
    }
}

/// The block is optional and computed: unknown where it is left out, and known where a `dynamic` block makes it,
/// which leaves no trace in a plan's configuration.
fn only_inbound(reader: &Reader<'_>) -> Tri<bool> {
    let name = "dns_options";
    let value = reader.value(name);
    if let Some(cause) = value.unknown() {
        if reader.is_left_out(name, cause) {
            return Tri::Absent;
        }
        return Tri::Unknown(reader.qualified(cause));
    }
    let Some(block) = value.as_list().and_then(<[Value]>::first) else { return Tri::Absent };
    let member = block.member("private_dns_only_for_inbound_resolver_endpoint");
    match (member.as_flag(), member.unknown()) {
        (Some(flag), _) => Tri::Known(flag),
        // What is left out inside the block looks unknown as well.
        (None, Some(cause)) => Tri::Unknown(reader.qualified(cause)),
        (None, None) => Tri::Absent,
    }
}

/// An `aws_vpc_endpoint_route_table_association`.
#[derive(Clone, Debug)]
pub struct EndpointRouteTableAssociation {
    /// The common part.
    pub head: Head,
    /// The endpoint.
    pub endpoint: Link<Endpoint>,
    /// The table.
    pub table: Link<RouteTable>,
}

impl Entity for EndpointRouteTableAssociation {
    const KIND: Kind = Kind::EndpointRouteTableAssociation;
    const READS: Reads = &[(
        "aws_vpc_endpoint_route_table_association",
        &["id", "vpc_endpoint_id", "route_table_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            endpoint: reader.link("vpc_endpoint_id"),
            table: reader.link("route_table_id"),
        }
    }
}

/// An `aws_vpc_endpoint_security_group_association`.
#[derive(Clone, Debug)]
pub struct EndpointGroupAssociation {
    /// The common part.
    pub head: Head,
    /// The endpoint.
    pub endpoint: Link<Endpoint>,
    /// The group.
    pub group: Link<SecurityGroup>,
}

impl Entity for EndpointGroupAssociation {
    const KIND: Kind = Kind::EndpointGroupAssociation;
    const READS: Reads = &[(
        "aws_vpc_endpoint_security_group_association",
        &["id", "vpc_endpoint_id", "security_group_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            endpoint: reader.link("vpc_endpoint_id"),
            group: reader.link("security_group_id"),
        }
    }
}

/// An `aws_vpc_endpoint_subnet_association`.
#[derive(Clone, Debug)]
pub struct EndpointSubnetAssociation {
    /// The common part.
    pub head: Head,
    /// The endpoint.
    pub endpoint: Link<Endpoint>,
    /// The subnet.
    pub subnet: Link<Subnet>,
}

impl Entity for EndpointSubnetAssociation {
    const KIND: Kind = Kind::EndpointSubnetAssociation;
    const READS: Reads = &[(
        "aws_vpc_endpoint_subnet_association",
        &["id", "vpc_endpoint_id", "subnet_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            endpoint: reader.link("vpc_endpoint_id"),
            subnet: reader.link("subnet_id"),
        }
    }
}

/// An `aws_vpc_endpoint_private_dns`.
#[derive(Clone, Debug)]
pub struct EndpointPrivateDns {
    /// The common part.
    pub head: Head,
    /// The endpoint.
    pub endpoint: Link<Endpoint>,
    /// Whether it switches private DNS on.
    pub enabled: Fact<bool>,
}

impl Entity for EndpointPrivateDns {
    const KIND: Kind = Kind::EndpointPrivateDns;
    const READS: Reads = &[(
        "aws_vpc_endpoint_private_dns",
        &["id", "vpc_endpoint_id", "private_dns_enabled", "region"],
    )];

    fn identity(_resource_type: &str) -> &'static str {
        // It has no id of its own and nothing refers to it.
        "vpc_endpoint_id"
    }

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            endpoint: reader.link("vpc_endpoint_id"),
            enabled: reader.flag("private_dns_enabled"),
        }
    }
}

/// An `aws_vpc_endpoint_policy`.
#[derive(Clone, Debug)]
pub struct EndpointPolicy {
    /// The common part.
    pub head: Head,
    /// The endpoint.
    pub endpoint: Link<Endpoint>,
    /// What it allows.
    pub policy: Fact<Box<str>>,
}

impl Entity for EndpointPolicy {
    const KIND: Kind = Kind::EndpointPolicy;
    const READS: Reads =
        &[("aws_vpc_endpoint_policy", &["id", "vpc_endpoint_id", "policy", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            endpoint: reader.link("vpc_endpoint_id"),
            policy: reader.text("policy"),
        }
    }
}

impl Topology {
    /// Whether private DNS is on: by the endpoint itself, or by a resource of its own.
    pub fn private_dns(&self, id: Id<Endpoint>) -> Fact<bool> {
        let own = &self.endpoints[id].private_dns;
        if own.value == Tri::Known(true) {
            return own.clone();
        }
        let mut facts = vec![own.clone()];
        for child in self.private_dns_of_endpoint.of(id) {
            facts.push(self.endpoint_private_dns[*child].enabled.clone());
        }
        if let Some(cause) = self.private_dns_of_endpoint.open(id) {
            facts.push(Fact { value: Tri::Unknown(cause.clone()), origin: own.origin.clone() });
        }
        let on = facts.iter().find(|fact| fact.value == Tri::Known(true));
        let unknown = facts.iter().find(|fact| matches!(fact.value, Tri::Unknown(_)));
        on.or(unknown).unwrap_or(own).clone()
    }
}
