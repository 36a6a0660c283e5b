//! Network ACLs: their rules, and the subnets that they filter for.

use std::collections::BTreeMap;

use groundplan_ir::{Cause, Origin, Tri, Value};
use ipnet::IpNet;

use crate::blocks::Blocks;
use crate::entity::{Entity, Kind, Reads};
use crate::reader::Reader;
use crate::{
    Arena, Direction, Head, Id, Link, Members, RuleSource, Subnet, Topology, Traffic, Vpc,
};

/// A numbered rule of a network ACL. The lowest number that fits decides; what none fits is denied
/// ("Network ACL rules").
#[derive(Clone, Debug)]
pub struct AclRule {
    /// Where it is written.
    pub origin: Origin,
    /// Who wrote it.
    pub source: RuleSource,
    /// The ACL that it is a rule of.
    pub acl: Link<NetworkAcl>,
    /// Its number.
    pub number: Tri<u16>,
    /// Which way.
    pub direction: Tri<Direction>,
    /// Whether it lets traffic pass.
    pub allows: Tri<bool>,
    /// Protocol and ports; of what goes back, these are the ephemeral ones.
    pub traffic: Traffic,
    /// The addresses of the other end.
    pub range: Tri<IpNet>,
}

/// A network ACL.
#[derive(Clone, Debug)]
pub struct NetworkAcl {
    /// The common part.
    pub head: Head,
    /// The VPC.
    pub vpc: Link<Vpc>,
    /// Whether it is the one that AWS makes along with the VPC.
    pub is_default: bool,
    /// The subnets that it names itself.
    pub subnets: Tri<Members<Subnet>>,
    /// The rules inside it, written or seen.
    pub rules: Vec<AclRule>,
    /// Whether some rules inside it cannot be told, by direction: ingress, then egress.
    pub rules_unknown: (Tri<()>, Tri<()>),
}

impl Entity for NetworkAcl {
    const KIND: Kind = Kind::NetworkAcl;
    const READS: Reads = &[
        (
            "aws_network_acl",
            &["id", "arn", "vpc_id", "subnet_ids", "ingress", "egress", "owner_id", "region"],
        ),
        (
            "aws_default_network_acl",
            &[
                "id",
                "arn",
                "default_network_acl_id",
                "vpc_id",
                "subnet_ids",
                "ingress",
                "egress",
                "owner_id",
                "region",
            ],
        ),
    ];

    fn lower(reader: &Reader<'_>) -> Self {
        let is_default = reader.resource_type() == "aws_default_network_acl";
        let mut rules = Vec::new();
        let mut read = |name: &str, direction| {
            let blocks = Blocks::of(reader, name, "rule_no");
            let source = blocks.source;
            let rule = |it| inline_rule(reader, name, it, source, direction);
            rules.extend(blocks.items.iter().cloned().map(rule));
            blocks.unknown
        };
        let unknown = (read("ingress", Direction::Ingress), read("egress", Direction::Egress));
        // The id of the VPC is known only once the ACL is adopted; until then it is the one whose ACL it names.
        let vpc = match reader.link("vpc_id") {
            found @ (Link::Here(_) | Link::OneOf(..) | Link::Elsewhere(_)) => found,
            open @ (Link::Unknown(_) | Link::Absent) if !is_default => open,
            Link::Unknown(_) | Link::Absent => match reader.link("default_network_acl_id") {
                // The id of an ACL does not tell its VPC.
                Link::Elsewhere(id) => Link::Unknown(Cause::NotInInput(id)),
                other @ (Link::Here(_) | Link::OneOf(..) | Link::Unknown(_) | Link::Absent) => {
                    other
                }
            },
        };
        Self {
            head: reader.head(),
            vpc,
            is_default,
            subnets: reader.links("subnet_ids"),
            rules,
            rules_unknown: unknown,
        }
    }
}

fn inline_rule(
    reader: &Reader<'_>,
    block: &str,
    (origin, item): (Origin, &Value),
    source: RuleSource,
    direction: Direction,
) -> AclRule {
    let ends = (&*item.member("from_port"), &*item.member("to_port"));
    AclRule {
        origin,
        source,
        acl: Link::Unknown(Cause::TooDeep),
        number: number(reader, block, &item.member("rule_no")),
        direction: Tri::Known(direction),
        allows: allows(reader, block, &item.member("action")),
        traffic: Traffic::of(reader, block, &item.member("protocol"), ends),
        range: range(
            reader,
            [(block, &item.member("cidr_block")), (block, &item.member("ipv6_cidr_block"))],
        ),
    }
}

fn number(reader: &Reader<'_>, name: &str, value: &Value) -> Tri<u16> {
    let bad = || Cause::BadValue(reader.origin(name).to_string().into());
    if let Some(cause) = value.unknown() {
        return Tri::Unknown(reader.qualified(cause));
    }
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::Text(text) => text.to_string(),
        Value::Null
        | Value::Bool(_)
        | Value::List(_)
        | Value::Object(_)
        | Value::Unknown(_)
        | Value::Referred(_) => String::new(),
    };
    text.parse().map_or_else(|_| Tri::Unknown(bad()), Tri::Known)
}

fn allows(reader: &Reader<'_>, name: &str, value: &Value) -> Tri<bool> {
    match (value.as_text(), value.unknown()) {
        (Some(text), _) => Tri::Known(text.eq_ignore_ascii_case("allow")),
        (None, Some(cause)) => Tri::Unknown(reader.qualified(cause)),
        (None, None) => Tri::Unknown(Cause::BadValue(reader.origin(name).to_string().into())),
    }
}

/// The one range of two arguments that is set. Either is optional and not computed, so that what is left out
/// is `null` or the empty text.
fn range<const N: usize>(reader: &Reader<'_>, arguments: [(&str, &Value); N]) -> Tri<IpNet> {
    let set = |value: &Value| *value != Value::Null && value.as_text() != Some("");
    let one = arguments.into_iter().find(|(_, value)| set(value));
    one.map_or(Tri::Absent, |(name, value)| reader.range(name, value))
}

/// A rule that is a resource of its own.
#[derive(Clone, Debug)]
pub(crate) struct StandaloneAclRule {
    pub(crate) rule: AclRule,
}

impl Entity for StandaloneAclRule {
    const KIND: Kind = Kind::StandaloneAclRule;
    const READS: Reads = &[(
        "aws_network_acl_rule",
        &[
            "id",
            "network_acl_id",
            "rule_number",
            "egress",
            "protocol",
            "rule_action",
            "cidr_block",
            "ipv6_cidr_block",
            "from_port",
            "to_port",
            "region",
        ],
    )];

    fn lower(reader: &Reader<'_>) -> Self {
        let egress = reader.flag("egress").value.or_default(false);
        let direction = egress.map(|it| if it { Direction::Egress } else { Direction::Ingress });
        let ends = (reader.value("from_port"), reader.value("to_port"));
        let ranges = ["cidr_block", "ipv6_cidr_block"].map(|name| (name, reader.value(name)));
        let rule = AclRule {
            origin: reader.whole(),
            source: RuleSource::Standalone,
            acl: reader.link("network_acl_id"),
            number: number(reader, "rule_number", reader.value("rule_number")),
            direction,
            allows: allows(reader, "rule_action", reader.value("rule_action")),
            traffic: Traffic::of(reader, "protocol", reader.value("protocol"), ends),
            range: range(reader, ranges),
        };
        Self { rule }
    }
}

/// An `aws_network_acl_association`.
#[derive(Clone, Debug)]
pub struct AclAssociation {
    /// The common part.
    pub head: Head,
    /// The ACL.
    pub acl: Link<NetworkAcl>,
    /// The subnet.
    pub subnet: Link<Subnet>,
}

impl Entity for AclAssociation {
    const KIND: Kind = Kind::AclAssociation;
    const READS: Reads =
        &[("aws_network_acl_association", &["id", "network_acl_id", "subnet_id", "region"])];

    fn lower(reader: &Reader<'_>) -> Self {
        Self {
            head: reader.head(),
            acl: reader.link("network_acl_id"),
            subnet: reader.link("subnet_id"),
        }
    }
}

/// All rules: those inside ACLs, then the standalone ones. What an ACL without blocks shows of the rules that
/// resources of this input manage is told once, by number and direction.
pub(crate) fn rules(topology: &Topology, standalone: &Arena<StandaloneAclRule>) -> Arena<AclRule> {
    let key = |rule: &AclRule| match (&rule.number, &rule.direction) {
        (Tri::Known(number), Tri::Known(direction)) => Some((*number, *direction)),
        (_, _) => None,
    };
    let mut told: BTreeMap<Id<NetworkAcl>, Vec<(u16, Direction)>> = BTreeMap::new();
    for (_, it) in standalone.iter() {
        if let (Some(acl), Some(key)) = (it.rule.acl.here(), key(&it.rule)) {
            told.entry(acl).or_default().push(key);
        }
    }
    let mut out = Arena::default();
    for (id, acl) in topology.network_acls.iter() {
        let known = told.get(&id).map_or(&[][..], Vec::as_slice);
        for rule in &acl.rules {
            let twice = key(rule).is_some_and(|key| known.contains(&key));
            if rule.source != RuleSource::Seen || !twice {
                out.push(AclRule { acl: Link::Here(id), ..rule.clone() });
            }
        }
    }
    for (_, it) in standalone.iter() {
        out.push(it.rule.clone());
    }
    out
}

/// Which ACLs say which subnets they filter for.
#[derive(Debug, Default)]
pub struct AclsOfSubnets {
    of: BTreeMap<Id<Subnet>, Vec<Id<NetworkAcl>>>,
    /// ACLs that may filter for further subnets, which cannot be told.
    gaps: Vec<Cause>,
}

impl AclsOfSubnets {
    pub(crate) fn new(topology: &Topology) -> Self {
        let mut out = Self::default();
        for (id, acl) in topology.network_acls.iter() {
            match &acl.subnets {
                // The default ACL shows the subnets that no other one filters for.
                Tri::Known(members) if members.exact => {
                    for subnet in &members.here {
                        out.of.entry(*subnet).or_default().push(id);
                    }
                }
                Tri::Known(_) => {
                    out.gaps.push(Cause::ManyInstances(acl.head.origin.to_string().into()));
                }
                Tri::Unknown(cause) => out.gaps.push(cause.clone()),
                Tri::Absent => (),
            }
        }
        for (_, it) in topology.acl_associations.iter() {
            match (&it.acl, it.subnet.tri()) {
                (Link::Here(acl), Tri::Known(subnet)) => {
                    out.of.entry(subnet).or_default().push(*acl);
                }
                (_, Tri::Known(_)) => {
                    let cause = it.acl.tri();
                    if let Tri::Unknown(cause) = cause {
                        out.gaps.push(cause);
                    }
                }
                (_, Tri::Unknown(cause)) => out.gaps.push(cause),
                (_, Tri::Absent) => (),
            }
        }
        out
    }
}

impl Topology {
    /// The network ACL that filters for a subnet. [`Tri::Absent`] is the default one of a VPC as AWS makes it,
    /// which allows everything ("Default network ACL").
    pub fn acl_of_subnet(&self, id: Id<Subnet>) -> Tri<Id<NetworkAcl>> {
        let subnet = &self.subnets[id];
        let named = self.acls_of_subnets.of.get(&id).map_or(&[][..], Vec::as_slice);
        let own = named.iter().find(|it| !self.network_acls[**it].is_default).or(named.first());
        if let Some(own) = own {
            return Tri::Known(*own);
        }
        if let Some(cause) = self.acls_of_subnets.gaps.first() {
            return Tri::Unknown(cause.clone());
        }
        if let Some(cause) = self.container_open(&subnet.head) {
            return Tri::Unknown(cause);
        }
        let Link::Here(vpc) = subnet.vpc else {
            return match subnet.vpc.tri() {
                Tri::Unknown(cause) => Tri::Unknown(cause),
                Tri::Known(_) | Tri::Absent => {
                    Tri::Unknown(Cause::NotManaged(subnet.head.name().into()))
                }
            };
        };
        let is_default = |acl: &Id<NetworkAcl>| self.network_acls[*acl].is_default;
        if let Some(acl) = self.acls_of_vpc.of(vpc).iter().copied().find(is_default) {
            return Tri::Known(acl);
        }
        match (self.acls_of_vpc.open(vpc), self.container_open(&self.vpcs[vpc].head)) {
            (Some(cause), _) => Tri::Unknown(cause.clone()),
            (None, Some(cause)) => Tri::Unknown(cause),
            (None, None) => Tri::Absent,
        }
    }

    /// Why an ACL may have rules in this direction that are not seen.
    pub fn acl_rules_gap(&self, id: Id<NetworkAcl>, direction: Direction) -> Option<Cause> {
        let acl = &self.network_acls[id];
        let inside = match direction {
            Direction::Ingress => &acl.rules_unknown.0,
            Direction::Egress => &acl.rules_unknown.1,
        };
        if let Tri::Unknown(cause) = inside {
            return Some(cause.clone());
        }
        self.container_open(&acl.head).or_else(|| self.rules_of_acl.open(id).cloned())
    }

    /// The rules of an ACL in this direction, by number, or why they cannot be put in order. A rule whose
    /// direction is not known is among both.
    pub fn acl_rules(
        &self,
        id: Id<NetworkAcl>,
        direction: Direction,
    ) -> Result<Vec<Id<AclRule>>, Cause> {
        if let Some(cause) = self.acl_rules_gap(id, direction) {
            return Err(cause);
        }
        let mut out = Vec::new();
        for rule in self.rules_of_acl.of(id) {
            let AclRule { direction: own, number, .. } = &self.acl_rules[*rule];
            match (own, number) {
                (Tri::Known(own), _) if *own != direction => (),
                (Tri::Known(_), Tri::Known(number)) => out.push((*number, *rule)),
                (Tri::Unknown(cause), _) | (_, Tri::Unknown(cause)) => return Err(cause.clone()),
                (Tri::Absent, _) | (_, Tri::Absent) => (),
            }
        }
        out.sort();
        Ok(out.into_iter().map(|(_, rule)| rule).collect())
    }
}
