//! Endpoint services: who may connect to them, and who accepts that.

use groundplan_ir::{Cause, Fact, Tri, Value};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Endpoint, Head, Link};

/// A service that endpoints lead to: `aws_vpc_endpoint_service`, or what the data source says of one.
#[derive(Clone, Debug)]
pub struct EndpointService {
    /// The common part.
    pub head: Head,
    /// Its name, by which endpoints name it.
    pub name: Fact<Box<str>>,
    /// Whether its owner has to accept each endpoint.
    pub acceptance: Fact<bool>,
    /// Who may make endpoints to it, as far as it names them itself.
    pub principals: Tri<Vec<Tri<Box<str>>>>,
    /// Where they are written.
    pub principals_origin: groundplan_ir::Origin,
    /// The availability zones that it is in.
    pub zones: Tri<Vec<Tri<Box<str>>>>,
    /// Where they are told.
    pub zones_origin: groundplan_ir::Origin,
    /// The name that private DNS of an endpoint answers for.
    pub private_name: Fact<Box<str>>,
    /// The families of addresses that it takes.
    pub families: Tri<Vec<Tri<Box<str>>>>,
    /// Where they are told.
    pub families_origin: groundplan_ir::Origin,
}

impl Entity for EndpointService {
    const KIND: Kind = Kind::EndpointService;
    const READS: Reads = &[(
        "aws_vpc_endpoint_service",
        &[
            "id",
            "arn",
            "service_name",
            "acceptance_required",
            "allowed_principals",
            "availability_zones",
            "private_dns_name",
            "supported_ip_address_types",
            "region",
        ],
    )];

    fn identity(_resource_type: &str) -> &'static str {
        "service_name"
    }

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            name: reader.text("service_name"),
            acceptance: reader.flag("acceptance_required"),
            principals: texts(reader, "allowed_principals"),
            principals_origin: reader.origin("allowed_principals"),
            zones: texts(reader, "availability_zones"),
            zones_origin: reader.origin("availability_zones"),
            private_name: reader.text("private_dns_name"),
            families: texts(reader, "supported_ip_address_types"),
            families_origin: reader.origin("supported_ip_address_types"),
        }
    }
}

/// A list of texts; absent where it is left out.
fn texts(reader: &Reader<'_>, name: &str) -> Tri<Vec<Tri<Box<str>>>> {
    let value = reader.value(name);
    if let Some(cause) = value.unknown() {
        if reader.is_left_out(name, cause) {
            return Tri::Absent;
        }
        return Tri::Unknown(reader.qualified(cause));
    }
    let one = |item: &Value| match (item.as_text(), item.unknown()) {
        (Some(text), _) => Tri::Known(text.into()),
        (None, Some(cause)) => Tri::Unknown(reader.qualified(cause)),
        (None, None) => Tri::Unknown(Cause::BadValue(reader.origin(name).to_string().into())),
    };
    match value.as_list() {
        Some(items) => Tri::Known(items.iter().map(one).collect()),
        None => Tri::Absent,
    }
}

/// An `aws_vpc_endpoint_service_allowed_principal`.
#[derive(Clone, Debug)]
pub struct EndpointPrincipal {
    /// The common part.
    pub head: Head,
    /// The service.
    pub service: Link<EndpointService>,
    /// Who is allowed.
    pub principal: Fact<Box<str>>,
}

impl Entity for EndpointPrincipal {
    const KIND: Kind = Kind::EndpointPrincipal;
    const READS: Reads = &[(
        "aws_vpc_endpoint_service_allowed_principal",
        &["id", "vpc_endpoint_service_id", "principal_arn", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            service: service_by_id(reader, "vpc_endpoint_service_id"),
            principal: reader.text("principal_arn"),
        }
    }
}

/// An `aws_vpc_endpoint_connection_accepter`.
#[derive(Clone, Debug)]
pub struct EndpointAccepter {
    /// The common part.
    pub head: Head,
    /// The service.
    pub service: Link<EndpointService>,
    /// The endpoint.
    pub endpoint: Link<Endpoint>,
}

impl Entity for EndpointAccepter {
    const KIND: Kind = Kind::EndpointAccepter;
    const READS: Reads = &[(
        "aws_vpc_endpoint_connection_accepter",
        &["id", "vpc_endpoint_service_id", "vpc_endpoint_id", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            service: service_by_id(reader, "vpc_endpoint_service_id"),
            endpoint: reader.link("vpc_endpoint_id"),
        }
    }
}

/// An `aws_vpc_endpoint_service_private_dns_verification`, which has AWS look whether the private name is the
/// owner's.
#[derive(Clone, Debug)]
pub struct NameVerification {
    /// The common part.
    pub head: Head,
    /// The service.
    pub service: Link<EndpointService>,
}

impl Entity for NameVerification {
    const KIND: Kind = Kind::NameVerification;
    const READS: Reads =
        &[("aws_vpc_endpoint_service_private_dns_verification", &["service_id", "region"])];

    fn identity(_resource_type: &str) -> &'static str {
        // It has no id of its own and nothing refers to it.
        "service_id"
    }

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head(), service: service_by_id(reader, "service_id") }
    }
}

/// Endpoints name a service by its name, which ends with the id that its other resources name it by.
fn service_by_id(reader: &Reader<'_>, name: &str) -> Link<EndpointService> {
    let link = reader.link(name);
    let (Link::Elsewhere(id), Tri::Known(region)) = (&link, reader.head().region) else {
        return link;
    };
    match reader.named(&format!("com.amazonaws.vpce.{region}.{id}")) {
        Link::Elsewhere(_) => link,
        found @ (Link::Here(_) | Link::OneOf(..) | Link::Unknown(_) | Link::Absent) => found,
    }
}
