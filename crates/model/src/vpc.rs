//! VPCs and their address ranges.

use groundplan_ir::{Cause, Fact, Tri, Value};
use ipnet::IpNet;

use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::tags::Tags;
use crate::{Head, Id, Link, Management, PoolRequest, RouteTable};

/// A VPC: `aws_vpc`, `aws_default_vpc`, or the data source.
#[derive(Clone, Debug)]
pub struct Vpc {
    /// The common part.
    pub head: Head,
    /// Its ranges of both families: its own, then those of association resources.
    pub ranges: Vec<Fact<IpNet>>,
    /// Further ranges that only those tell who look at it: another configuration has added them.
    pub seen: Vec<Fact<IpNet>>,
    /// Whether somebody who looks at it tells all its ranges.
    pub is_looked_at: bool,
    /// Whether it is the default VPC of its Region, where that is told.
    pub is_default: Tri<bool>,
    /// Whether it has an IPv6 range of its own, known or not.
    pub has_v6: Tri<bool>,
    /// What it asks of an address pool for its first range.
    pub request: PoolRequest,
    /// `enable_dns_support`, on unless it is switched off ("DNS attributes for your VPC").
    pub dns_support: Fact<bool>,
    /// `enable_dns_hostnames`, off in a VPC that is made new, on in the default VPC.
    pub dns_hostnames: Fact<bool>,
    /// The table that AWS makes along with the VPC, or the resource that has adopted it.
    pub default_table: Option<Id<RouteTable>>,
    /// What its tags say.
    pub tags: Tags,
}

const ATTRIBUTES: &[&str] = &[
    "id",
    "arn",
    "cidr_block",
    "cidr_block_associations",
    "default",
    "ipv4_ipam_pool_id",
    "ipv4_netmask_length",
    "ipv6_cidr_block",
    "ipv6_ipam_pool_id",
    "assign_generated_ipv6_cidr_block",
    "enable_dns_support",
    "enable_dns_hostnames",
    "default_route_table_id",
    "main_route_table_id",
    "owner_id",
    "tags",
    "region",
];

impl Entity for Vpc {
    const KIND: Kind = Kind::Vpc;
    const READS: Reads = &[("aws_vpc", ATTRIBUTES), ("aws_default_vpc", ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        let default_vpc = reader.resource_type() == "aws_default_vpc";
        let head = reader.head();
        let on = |name: &str, default: bool| {
            let fact = reader.flag(name);
            Fact { value: fact.value.or_default(default), origin: fact.origin }
        };
        Self {
            tags: Tags::of(reader),
            ranges: own_ranges(reader),
            seen: Vec::new(),
            is_looked_at: head.management == Management::Observed,
            is_default: if default_vpc { Tri::Known(true) } else { reader.flag("default").value },
            has_v6: has_v6(reader),
            request: PoolRequest::of(reader),
            dns_support: on("enable_dns_support", true),
            dns_hostnames: on("enable_dns_hostnames", default_vpc),
            default_table: reader
                .cx
                .implicit
                .get(&(Kind::RouteTable, reader.at))
                .map(|at| Id::new(*at)),
            head,
        }
    }

    fn also(&mut self, twin: Self) {
        self.is_looked_at |= twin.is_looked_at;
        if self.is_default.known().is_none() {
            self.is_default = twin.is_default;
        }
        if twin.has_v6 == Tri::Known(true) {
            self.has_v6 = twin.has_v6;
        }
        for fact in twin.ranges.into_iter().filter(|it| it.value.known().is_some()) {
            let mut told = self.ranges.iter().chain(&self.seen);
            if told.all(|it| it.value != fact.value) {
                self.seen.push(fact);
            }
        }
    }
}

/// An IPv6 range is asked of Amazon, of a pool, or written out.
fn has_v6(reader: &Reader<'_>) -> Tri<bool> {
    let six = reader.unless_null("ipv6_cidr_block", reader.text("ipv6_cidr_block"));
    let asked = [
        reader.flag("assign_generated_ipv6_cidr_block").value,
        reader.text("ipv6_ipam_pool_id").value.map(|_| true),
        six.value.map(|_| true),
    ];
    let has = asked.contains(&Tri::Known(true));
    let unknown = asked.into_iter().find_map(|it| match it {
        Tri::Unknown(cause) => Some(cause),
        Tri::Known(_) | Tri::Absent => None,
    });
    match unknown.filter(|_| !has) {
        Some(cause) => Tri::Unknown(cause),
        None => Tri::Known(has),
    }
}

fn own_ranges(reader: &Reader<'_>) -> Vec<Fact<IpNet>> {
    let mut ranges = Vec::new();
    let primary = reader.cidr("cidr_block");
    let pooled = reader.text("ipv4_ipam_pool_id").value != Tri::Absent;
    match primary.value {
        // A range from an address pool is chosen during the apply, so leaving `cidr_block` out
        // there does not mean that there is none.
        Tri::Absent if pooled => {
            let cause = Cause::KnownAfterApply(primary.origin.to_string().into());
            ranges.push(Fact { value: Tri::Unknown(cause), origin: primary.origin });
        }
        // Every VPC has an IPv4 range; a plan without it is damaged or not whole.
        Tri::Absent => {
            let cause = Cause::BadValue(primary.origin.to_string().into());
            ranges.push(Fact { value: Tri::Unknown(cause), origin: primary.origin });
        }
        Tri::Known(_) | Tri::Unknown(_) => ranges.push(primary),
    }
    if let Value::List(items) = reader.value("cidr_block_associations") {
        let name = "cidr_block_associations";
        for (at, item) in items.iter().enumerate() {
            if let Some(text) = item.member("cidr_block").as_text()
                && let Ok(net) = text.parse::<IpNet>()
                && !ranges.iter().any(|known| known.value == Tri::Known(net))
            {
                let origin = reader.nested(name, at, items.len());
                ranges.push(Fact { value: Tri::Known(net), origin });
            }
        }
    }
    // Amazon's own IPv6 blocks are unique in the world: unknown, but never in conflict.
    let generated = reader.flag("assign_generated_ipv6_cidr_block").value == Tri::Known(true);
    let six = reader.unless_null("ipv6_cidr_block", reader.cidr("ipv6_cidr_block"));
    let pooled = reader.text("ipv6_ipam_pool_id").value != Tri::Absent;
    match six.value {
        Tri::Absent if pooled => {
            let cause = Cause::KnownAfterApply(six.origin.to_string().into());
            ranges.push(Fact { value: Tri::Unknown(cause), origin: six.origin });
        }
        Tri::Known(_) => ranges.push(six),
        Tri::Unknown(_) if !generated => ranges.push(six),
        Tri::Unknown(_) | Tri::Absent => (),
    }
    ranges
}

/// A range that is added to a VPC by a resource of its own.
#[derive(Clone, Debug)]
pub struct CidrAssociation {
    /// The common part.
    pub head: Head,
    /// The VPC.
    pub vpc: Link<Vpc>,
    /// The range; none where Amazon is about to provide it.
    pub range: Option<Fact<IpNet>>,
    /// What it asks of an address pool.
    pub request: PoolRequest,
}

impl Entity for CidrAssociation {
    const KIND: Kind = Kind::CidrAssociation;
    const READS: Reads = &[
        (
            "aws_vpc_ipv4_cidr_block_association",
            &["id", "vpc_id", "cidr_block", "ipv4_ipam_pool_id", "ipv4_netmask_length", "region"],
        ),
        (
            "aws_vpc_ipv6_cidr_block_association",
            &[
                "id",
                "vpc_id",
                "ipv6_cidr_block",
                "ipv6_ipam_pool_id",
                "assign_generated_ipv6_cidr_block",
                "region",
            ],
        ),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        let name = match reader.resource_type() {
            "aws_vpc_ipv4_cidr_block_association" => "cidr_block",
            _ => "ipv6_cidr_block",
        };
        let generated = reader.flag("assign_generated_ipv6_cidr_block").value == Tri::Known(true);
        let mut range = reader.cidr(name);
        if range.value == Tri::Absent {
            range.value = Tri::Unknown(Cause::KnownAfterApply(range.origin.to_string().into()));
        }
        Self {
            head: reader.head(),
            vpc: reader.link("vpc_id"),
            range: (!generated || range.value.known().is_some()).then_some(range),
            request: PoolRequest::of(reader),
        }
    }
}
