//! What answers names of a VPC from elsewhere.

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Vpc};

/// A resolver rule or a Route 53 profile that a VPC uses.
#[derive(Clone, Debug)]
pub struct NameForwarding {
    /// The common part.
    pub head: Head,
    /// The VPC.
    pub vpc: Link<Vpc>,
}

impl Entity for NameForwarding {
    const KIND: Kind = Kind::NameForwarding;
    const READS: Reads = &[
        ("aws_route53_resolver_rule_association", &["id", "vpc_id", "region"]),
        ("aws_route53profiles_association", &["id", "resource_id", "region"]),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        let argument = match reader.resource_type() {
            "aws_route53profiles_association" => "resource_id",
            _ => "vpc_id",
        };
        Self { head: reader.head(), vpc: reader.link(argument) }
    }
}
