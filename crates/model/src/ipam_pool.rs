//! Address pools (VPC IPAM): which lengths they hand out.

use groundplan_ir::{Fact, Tri, Value};

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Head, Link};

/// An `aws_vpc_ipam_pool`.
#[derive(Clone, Debug)]
pub struct IpamPool {
    /// The common part.
    pub head: Head,
    /// The shortest prefix that it hands out.
    pub shortest: Fact<u8>,
    /// The longest prefix that it hands out.
    pub longest: Fact<u8>,
}

impl Entity for IpamPool {
    const KIND: Kind = Kind::IpamPool;
    const READS: Reads = &[(
        "aws_vpc_ipam_pool",
        &["id", "arn", "allocation_min_netmask_length", "allocation_max_netmask_length", "region"],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            shortest: reader.length("allocation_min_netmask_length"),
            longest: reader.length("allocation_max_netmask_length"),
        }
    }
}

/// How a range is asked of a pool.
#[derive(Clone, Debug)]
pub struct PoolRequest {
    /// The pool; absent where the range is written out.
    pub pool: Link<IpamPool>,
    /// The length that is asked for; absent where the pool's default counts.
    pub length: Fact<u8>,
}

impl PoolRequest {
    pub(crate) fn of(reader: &Reader<'_>) -> Self {
        Self {
            pool: reader.link("ipv4_ipam_pool_id"),
            length: reader.length("ipv4_netmask_length"),
        }
    }
}

impl Reader<'_> {
    /// A prefix length.
    pub(crate) fn length(&self, name: &str) -> Fact<u8> {
        let Fact { value, origin } = self.text(name);
        let zero = matches!(self.value(name), Value::Number(number) if number.to_string() == "0");
        let bad = || groundplan_ir::Cause::BadValue(origin.to_string().into());
        let value = match value {
            // Old providers write zero for what is not set.
            Tri::Known(_) if zero => Tri::Absent,
            Tri::Known(text) => text.parse().map_or_else(|_| Tri::Unknown(bad()), Tri::Known),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Absent,
        };
        Fact { value, origin }
    }
}
