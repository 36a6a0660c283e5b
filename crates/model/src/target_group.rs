//! Target groups of load balancers.

use groundplan_ir::Fact;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link, Vpc};

/// An `aws_lb_target_group`.
#[derive(Clone, Debug)]
pub struct TargetGroup {
    /// The common part.
    pub head: Head,
    /// The VPC that its targets are in; none for functions.
    pub vpc: Link<Vpc>,
    /// `instance` unless another type is given (provider page of `aws_lb_target_group`).
    pub target_type: Fact<Box<str>>,
}

impl Entity for TargetGroup {
    const KIND: Kind = Kind::TargetGroup;
    const READS: Reads =
        &[("aws_lb_target_group", &["id", "arn", "vpc_id", "target_type", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        let kind = reader.text("target_type");
        Self {
            head: reader.head(),
            vpc: reader.link("vpc_id"),
            target_type: Fact {
                value: kind.value.or_default("instance".into()),
                origin: kind.origin,
            },
        }
    }
}
