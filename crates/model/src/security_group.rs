//! Security groups and their rules, written inside the group or as resources of their own.

use std::borrow::Cow;

use groundplan_ir::{Action, Cause, Origin, Tri, Value};
use ipnet::IpNet;

use crate::blocks::Blocks;
use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{Arena, Head, Id, Link, PrefixList, RuleSource, Topology, Traffic, Vpc};

/// Which way traffic goes, seen from what the rule protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// To it.
    Ingress,
    /// From it.
    Egress,
}

/// The other end of the traffic that a rule of a security group allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SgPeer {
    /// Addresses.
    Range(Tri<IpNet>),
    /// The addresses of a prefix list.
    List(Link<PrefixList>),
    /// What has another security group; or this one, where it is named by id.
    Group(Link<SecurityGroup>),
    /// What has the same group (`self`).
    ThisGroup,
    /// Some ends cannot be told.
    Unknown(Cause),
}

/// A rule of a security group. Such rules only allow.
#[derive(Clone, Debug)]
pub struct SgRule {
    /// Where it is written.
    pub origin: Origin,
    /// Who wrote it.
    pub source: RuleSource,
    /// The group that it is a rule of.
    pub group: Link<SecurityGroup>,
    /// Which way.
    pub direction: Tri<Direction>,
    /// Protocol and ports.
    pub traffic: Traffic,
    /// The ends that it allows.
    pub peers: Vec<SgPeer>,
    /// What the plan does to the resource that it is written in.
    pub action: Action,
}

/// A security group.
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// The common part.
    pub head: Head,
    /// The VPC that it is made in; the default VPC where none is given.
    pub vpc: Link<Vpc>,
    /// Whether it is the group that AWS makes along with the VPC.
    pub is_default: Tri<bool>,
    /// The rules inside it, written or seen.
    pub rules: Vec<SgRule>,
    /// Whether some rules inside it cannot be told, by direction: ingress, then egress.
    pub rules_unknown: (Tri<()>, Tri<()>),
}

const ATTRIBUTES: &[&str] =
    &["id", "arn", "name", "vpc_id", "ingress", "egress", "owner_id", "region"];

impl Entity for SecurityGroup {
    const KIND: Kind = Kind::SecurityGroup;
    const READS: Reads =
        &[("aws_security_group", ATTRIBUTES), ("aws_default_security_group", ATTRIBUTES)];

    fn lower(reader: &Reader<'_>) -> Self {
        let adopted = reader.resource_type() == "aws_default_security_group";
        let named = || reader.text("name").value.map(|name| &*name == "default");
        let mut rules = Vec::new();
        let mut read = |name: &str, direction| {
            let blocks = Blocks::of(reader, name, "from_port");
            let rule = |(origin, item): (Origin, &Value)| SgRule {
                origin,
                source: blocks.source,
                group: Link::Unknown(Cause::TooDeep),
                direction: Tri::Known(direction),
                traffic: traffic(reader, name, item),
                peers: inline_peers(reader, name, item),
                action: reader.resource.action,
            };
            rules.extend(blocks.items.iter().cloned().map(rule));
            blocks.unknown
        };
        let unknown = (read("ingress", Direction::Ingress), read("egress", Direction::Egress));
        Self {
            head: reader.head(),
            vpc: reader.link("vpc_id"),
            is_default: if adopted { Tri::Known(true) } else { named().or_default(false) },
            rules,
            rules_unknown: unknown,
        }
    }
}

fn traffic(reader: &Reader<'_>, block: &str, item: &Value) -> Traffic {
    let ends = (&*item.member("from_port"), &*item.member("to_port"));
    Traffic::of(reader, block, &item.member("protocol"), ends)
}

/// The ends that a block inside a group names; each of its lists may hold any number.
fn inline_peers(reader: &Reader<'_>, block: &str, item: &Value) -> Vec<SgPeer> {
    let mut peers = Vec::new();
    for name in ["cidr_blocks", "ipv6_cidr_blocks"] {
        each(reader, &item.member(name), &mut peers, |value| {
            SgPeer::Range(reader.range(block, value))
        });
    }
    each(reader, &item.member("prefix_list_ids"), &mut peers, |value| {
        SgPeer::List(reader.merged_link(block, value))
    });
    each(reader, &item.member("security_groups"), &mut peers, |value| {
        SgPeer::Group(reader.merged_link(block, value))
    });
    own(reader, &item.member("self"), &mut peers);
    peers
}

fn own(reader: &Reader<'_>, value: &Value, peers: &mut Vec<SgPeer>) {
    match (value.as_flag(), value.unknown()) {
        (Some(true), _) => peers.push(SgPeer::ThisGroup),
        (_, Some(cause)) => peers.push(SgPeer::Unknown(reader.qualified(cause))),
        (Some(false) | None, None) => (),
    }
}

fn each(
    reader: &Reader<'_>,
    list: &Value,
    peers: &mut Vec<SgPeer>,
    read: impl Fn(&Value) -> SgPeer,
) {
    match (list.as_list(), list.unknown()) {
        (Some(items), _) => peers.extend(items.iter().map(read)),
        (None, Some(cause)) => peers.push(SgPeer::Unknown(reader.qualified(cause))),
        (None, None) => (),
    }
}

/// A rule that is a resource of its own.
#[derive(Clone, Debug)]
pub(crate) struct StandaloneSgRule {
    pub(crate) rule: SgRule,
}

const RULE: &[&str] = &[
    "id",
    "type",
    "security_group_id",
    "protocol",
    "from_port",
    "to_port",
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
    "source_security_group_id",
    "self",
    "region",
];

const SINGLE_RULE: &[&str] = &[
    "id",
    "security_group_id",
    "ip_protocol",
    "from_port",
    "to_port",
    "cidr_ipv4",
    "cidr_ipv6",
    "prefix_list_id",
    "referenced_security_group_id",
    "region",
];

impl Entity for StandaloneSgRule {
    const KIND: Kind = Kind::StandaloneSgRule;
    const READS: Reads = &[
        ("aws_security_group_rule", RULE),
        ("aws_vpc_security_group_ingress_rule", SINGLE_RULE),
        ("aws_vpc_security_group_egress_rule", SINGLE_RULE),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        let (direction, protocol, peers) = match reader.resource_type() {
            "aws_vpc_security_group_ingress_rule" => {
                (Tri::Known(Direction::Ingress), "ip_protocol", single_peers(reader))
            }
            "aws_vpc_security_group_egress_rule" => {
                (Tri::Known(Direction::Egress), "ip_protocol", single_peers(reader))
            }
            _ => (direction(reader), "protocol", listed_peers(reader)),
        };
        let ports = (set(reader, "from_port"), set(reader, "to_port"));
        let rule = SgRule {
            origin: reader.whole(),
            source: RuleSource::Standalone,
            group: reader.link("security_group_id"),
            direction,
            traffic: Traffic::of(reader, protocol, reader.value(protocol), (&ports.0, &ports.1)),
            peers,
            action: reader.resource.action,
        };
        Self { rule }
    }
}

/// The value of an argument; none where it was left out and the provider computes it.
fn set<'a>(reader: &Reader<'a>, name: &str) -> Cow<'a, Value> {
    let value = reader.attributes.get(name).unwrap_or(const { &Value::Null });
    if value.unknown().is_some_and(|cause| reader.is_left_out(name, cause)) {
        return Cow::Owned(Value::Null);
    }
    Cow::Borrowed(value)
}

fn direction(reader: &Reader<'_>) -> Tri<Direction> {
    reader.text("type").value.map(|it| match &*it {
        "egress" => Direction::Egress,
        _ => Direction::Ingress,
    })
}

fn listed_peers(reader: &Reader<'_>) -> Vec<SgPeer> {
    let mut peers = Vec::new();
    for name in ["cidr_blocks", "ipv6_cidr_blocks"] {
        each(reader, &set(reader, name), &mut peers, |value| {
            SgPeer::Range(reader.range(name, value))
        });
    }
    let name = "prefix_list_ids";
    each(reader, &set(reader, name), &mut peers, |value| {
        SgPeer::List(reader.merged_link(name, value))
    });
    let group = reader.link("source_security_group_id");
    if group != Link::Absent {
        peers.push(SgPeer::Group(group));
    }
    own(reader, &set(reader, "self"), &mut peers);
    peers
}

fn single_peers(reader: &Reader<'_>) -> Vec<SgPeer> {
    let mut peers = Vec::new();
    for name in ["cidr_ipv4", "cidr_ipv6"] {
        let range = reader.cidr(name).value;
        if range != Tri::Absent {
            peers.push(SgPeer::Range(range));
        }
    }
    let list = reader.link("prefix_list_id");
    if list != Link::Absent {
        peers.push(SgPeer::List(list));
    }
    let group = reader.link("referenced_security_group_id");
    if group != Link::Absent {
        peers.push(SgPeer::Group(group));
    }
    peers
}

/// All rules: those inside groups, then the standalone ones. A rule that a group shows and that a resource
/// manages is there twice, which changes nothing of what is allowed.
pub(crate) fn rules(topology: &Topology, standalone: &Arena<StandaloneSgRule>) -> Arena<SgRule> {
    let mut out = Arena::default();
    for (id, group) in topology.security_groups.iter() {
        for rule in &group.rules {
            out.push(SgRule { group: Link::Here(id), ..rule.clone() });
        }
    }
    for (_, it) in standalone.iter() {
        out.push(it.rule.clone());
    }
    out
}

impl Topology {
    /// Why a group may have rules in this direction that are not seen.
    pub fn sg_rules_gap(&self, id: Id<SecurityGroup>, direction: Direction) -> Option<Cause> {
        let group = &self.security_groups[id];
        let inside = match direction {
            Direction::Ingress => &group.rules_unknown.0,
            Direction::Egress => &group.rules_unknown.1,
        };
        if let Tri::Unknown(cause) = inside {
            return Some(cause.clone());
        }
        self.container_open(&group.head).or_else(|| self.rules_of_group.open(id).cloned())
    }
}

impl SgRule {
    /// Whether its traffic goes this way, as far as that is known.
    pub fn goes(&self, direction: Direction) -> Tri<bool> {
        self.direction.clone().map(|it| it == direction)
    }
}

/// A security group that another VPC may use too (`aws_vpc_security_group_vpc_association`).
#[derive(Clone, Debug)]
pub struct SgVpcAssociation {
    /// The common part.
    pub head: Head,
    /// The group.
    pub group: Link<SecurityGroup>,
    /// The VPC.
    pub vpc: Link<Vpc>,
}

impl Entity for SgVpcAssociation {
    const KIND: Kind = Kind::SgVpcAssociation;
    const READS: Reads =
        &[("aws_vpc_security_group_vpc_association", &["security_group_id", "vpc_id", "region"])];

    fn identity(_resource_type: &str) -> &'static str {
        // It has no id of its own and nothing refers to it.
        "security_group_id"
    }

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            group: reader.link("security_group_id"),
            vpc: reader.link("vpc_id"),
        }
    }
}
