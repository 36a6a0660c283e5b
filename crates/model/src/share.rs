//! AWS RAM: what is shared, and with whom.

use groundplan_ir::Fact;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link};

/// An `aws_ram_resource_share`.
#[derive(Clone, Debug)]
pub struct ResourceShare {
    /// The common part.
    pub head: Head,
}

impl Entity for ResourceShare {
    const KIND: Kind = Kind::ResourceShare;
    const READS: Reads = &[("aws_ram_resource_share", &["id", "arn", "name", "region"])];

    fn identity(_resource_type: &str) -> &'static str {
        // The id of a share is its ARN, and both are used to name it.
        "arn"
    }

    fn lower(reader: &Reader<'_>) -> Self {
        Self { head: reader.head() }
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
    /// The account, organisation or unit that it is shared with.
    pub principal: Fact<Box<str>>,
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
            principal: reader.text("principal"),
        }
    }
}
