//! AWS RAM: what is shared, and with whom.

use groundplan_ir::{Cause, Fact, Tri};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Organization, SecurityGroup, Subnet, TransitGateway};

/// An `aws_ram_resource_share`.
#[derive(Clone, Debug)]
pub struct ResourceShare {
    /// The common part.
    pub head: Head,
    /// Whether accounts outside of the organisation can be added: the provider says no unless it is switched on.
    pub allows_external: Fact<bool>,
}

impl Entity for ResourceShare {
    const KIND: Kind = Kind::ResourceShare;
    const READS: Reads = &[(
        "aws_ram_resource_share",
        &["id", "arn", "name", "allow_external_principals", "region"],
    )];

    fn identity(_resource_type: &str) -> &'static str {
        // The id of a share is its ARN, and both are used to name it.
        "arn"
    }

    fn lower(reader: &Reader<'_>) -> Self {
        let external = reader.flag("allow_external_principals");
        Self {
            head: reader.head(),
            allows_external: Fact {
                value: external.value.or_default(false),
                origin: external.origin,
            },
        }
    }
}

/// What a resource adds to a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adds {
    /// Something that is shared.
    Resource,
    /// Somebody with whom it is shared.
    Principal,
    /// Both, as whole lists.
    Lists,
    /// Nothing: the other side accepts it.
    Nothing,
}

/// A resource or a principal of a share.
#[derive(Clone, Debug)]
pub struct ResourceShareMember {
    /// The common part.
    pub head: Head,
    /// What it adds.
    pub adds: Adds,
    /// The share.
    pub share: Link<ResourceShare>,
    /// The ARN of what is shared.
    pub resource: Fact<Box<str>>,
    /// What is shared, as the types that ARNs of EC2 name (`subnet`), or Terraform's; of several, what it may be.
    pub kinds: Tri<Vec<Box<str>>>,
    /// The subnet, where it is one.
    pub subnet: Link<Subnet>,
    /// The transit gateway, where it is one.
    pub gateway: Link<TransitGateway>,
    /// The security group, where it is one.
    pub group: Link<SecurityGroup>,
    /// The account, organisation or unit that it is shared with.
    pub principal: Fact<Box<str>>,
    /// The organisation, where it is shared with one as a whole.
    pub organization: Link<Organization>,
}

impl Entity for ResourceShareMember {
    const KIND: Kind = Kind::ResourceShareMember;
    const READS: Reads = &[
        ("aws_ram_resource_association", &["id", "resource_arn", "resource_share_arn", "region"]),
        ("aws_ram_principal_association", &["id", "principal", "resource_share_arn", "region"]),
        ("aws_ram_resource_share_accepter", &["id", "share_arn", "region"]),
        ("aws_ram_resource_share_associations_exclusive", &["id", "resource_share_arn", "region"]),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        let share = match reader.resource_type() {
            "aws_ram_resource_share_accepter" => reader.link("share_arn"),
            _ => reader.link("resource_share_arn"),
        };
        let kinds = reader.arn_kinds("resource_arn");
        Self {
            head: reader.head(),
            adds: match reader.resource_type() {
                "aws_ram_resource_association" => Adds::Resource,
                "aws_ram_principal_association" => Adds::Principal,
                "aws_ram_resource_share_associations_exclusive" => Adds::Lists,
                _ => Adds::Nothing,
            },
            share,
            resource: reader.text("resource_arn"),
            subnet: of_kind(reader, &kinds, "subnet"),
            gateway: of_kind(reader, &kinds, "transit-gateway"),
            group: of_kind(reader, &kinds, "security-group"),
            kinds,
            principal: reader.text("principal"),
            organization: reader.link("principal"),
        }
    }
}

/// What the resource is, where it is of this kind.
fn of_kind<T: Entity>(reader: &Reader<'_>, kinds: &Tri<Vec<Box<str>>>, kind: &str) -> Link<T> {
    match kinds {
        Tri::Known(kinds) if kinds.iter().all(|it| **it == *kind) => reader.link("resource_arn"),
        Tri::Known(kinds) if kinds.iter().any(|it| **it == *kind) => {
            let what = reader.origin("resource_arn").to_string();
            Link::Unknown(Cause::ManyInstances(what.into()))
        }
        Tri::Unknown(cause) => Link::Unknown(cause.clone()),
        Tri::Known(_) | Tri::Absent => Link::Absent,
    }
}
