//! What the argument that names a route's target takes, and what it names instead.

use groundplan_ir::{Cause, Expression, Origin, ResourceIndex, Step, Tri, Value};

use crate::reader::Reader;

/// A target argument names a thing of a kind that it does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongKind {
    /// The argument.
    pub argument: &'static str,
    /// The thing: its id, or its address where only that is known.
    pub named: Box<str>,
    /// The block of the thing, where one names it.
    pub origin: Option<Origin>,
    /// What the thing is.
    pub is: &'static str,
    /// The argument that takes such a thing, if there is one.
    pub takes: Option<&'static str>,
}

/// A kind of thing that AWS gives ids of its own.
struct IdKind {
    prefix: &'static str,
    is: &'static str,
    takes: Option<&'static str>,
    types: &'static [&'static str],
}

const fn kind(
    prefix: &'static str,
    is: &'static str,
    takes: Option<&'static str>,
    types: &'static [&'static str],
) -> IdKind {
    IdKind { prefix, is, takes, types }
}

/// A prefix that begins with another one stands before it.
const KINDS: &[IdKind] = &[
    kind("igw-", "an internet gateway", Some("gateway_id"), &["aws_internet_gateway"]),
    kind("vgw-", "a virtual private gateway", Some("gateway_id"), &["aws_vpn_gateway"]),
    kind("nat-", "a NAT gateway", Some("nat_gateway_id"), &["aws_nat_gateway"]),
    kind(
        "eigw-",
        "an egress-only internet gateway",
        Some("egress_only_gateway_id"),
        &["aws_egress_only_internet_gateway"],
    ),
    kind("eni-", "a network interface", Some("network_interface_id"), &["aws_network_interface"]),
    kind(
        "tgw-attach-",
        "a transit gateway attachment",
        None,
        &[
            "aws_ec2_transit_gateway_vpc_attachment",
            "aws_ec2_transit_gateway_vpc_attachment_accepter",
            "aws_ec2_transit_gateway_peering_attachment",
            "aws_ec2_transit_gateway_peering_attachment_accepter",
            "aws_ec2_transit_gateway_connect",
        ],
    ),
    kind(
        "tgw-rtb-",
        "a transit gateway route table",
        None,
        &["aws_ec2_transit_gateway_route_table"],
    ),
    kind("tgw-", "a transit gateway", Some("transit_gateway_id"), &["aws_ec2_transit_gateway"]),
    kind(
        "pcx-",
        "a peering connection",
        Some("vpc_peering_connection_id"),
        &["aws_vpc_peering_connection", "aws_vpc_peering_connection_accepter"],
    ),
    kind("vpce-svc-", "an endpoint service", None, &["aws_vpc_endpoint_service"]),
    kind("vpce-", "a VPC endpoint", Some("vpc_endpoint_id"), &["aws_vpc_endpoint"]),
    kind("cagw-", "a carrier gateway", Some("carrier_gateway_id"), &["aws_ec2_carrier_gateway"]),
    kind("lgw-", "a local gateway", Some("local_gateway_id"), &[]),
    kind("i-", "an instance", None, &["aws_instance"]),
    kind("eipalloc-", "an Elastic IP address", None, &["aws_eip"]),
    kind("vpc-", "a VPC", None, &["aws_vpc", "aws_default_vpc"]),
    kind("subnet-", "a subnet", None, &["aws_subnet", "aws_default_subnet"]),
    kind("rtb-", "a route table", None, &["aws_route_table", "aws_default_route_table"]),
    kind("sg-", "a security group", None, &["aws_security_group"]),
    kind("vpn-", "a VPN connection", None, &["aws_vpn_connection"]),
    kind("cgw-", "a customer gateway", None, &["aws_customer_gateway"]),
];

/// Whether an argument takes a kind of thing. An endpoint in `gateway_id` is how AWS itself shows a route to one.
fn takes(argument: &str, kind: &IdKind) -> bool {
    kind.takes == Some(argument) || (argument == "gateway_id" && kind.prefix == "vpce-")
}

/// The arguments of which it is asked what they name. `instance_id` is only shown, and the two ARNs say what they
/// are of themselves.
const ASKED: &[&str] = &[
    "gateway_id",
    "nat_gateway_id",
    "vpc_peering_connection_id",
    "transit_gateway_id",
    "egress_only_gateway_id",
    "vpc_endpoint_id",
    "network_interface_id",
    "carrier_gateway_id",
    "local_gateway_id",
];

/// Attributes that name another thing than the one whose they are, with the type of that.
const PASSED_ON: &[(&str, &str)] = &[
    ("transit_gateway_id", "aws_ec2_transit_gateway"),
    ("vpc_peering_connection_id", "aws_vpc_peering_connection"),
    ("nat_gateway_id", "aws_nat_gateway"),
    ("vpn_gateway_id", "aws_vpn_gateway"),
    ("internet_gateway_id", "aws_internet_gateway"),
    ("vpc_endpoint_id", "aws_vpc_endpoint"),
    ("network_interface_id", "aws_network_interface"),
    ("primary_network_interface_id", "aws_network_interface"),
];

/// What a value comes from: things by type and address, or why that cannot be told.
type Sources = Result<Vec<Source>, Cause>;

struct Source {
    kind: Box<str>,
    name: Box<str>,
    origin: Option<Origin>,
}

impl Reader<'_> {
    /// What a target argument of an `aws_route` names that it does not take; absent where it may take it.
    pub(crate) fn wrong_kind(&self, argument: &'static str) -> Tri<WrongKind> {
        let value = self.value(argument);
        let followed = || match self.argument(argument) {
            Some(it) => self.followed_ids(it.expressions(), false),
            None => Err(self.qualified(&Cause::KnownAfterApply(argument.into()))),
        };
        self.judged(argument, value, followed)
    }

    /// The same for a member of the only `route` block or of one of several. A plan merges the references of all
    /// of them, and leaves out those of `dynamic` ones.
    pub(crate) fn wrong_kind_inside(
        &self,
        (block, is_only): (&str, bool),
        argument: &'static str,
        value: &Value,
    ) -> Tri<WrongKind> {
        let followed = || match self.argument(block).filter(|_| is_only) {
            Some(it) => self.followed_ids(it.expressions(), true),
            None => {
                Err(self.qualified(&Cause::KnownAfterApply(format!("{block}.{argument}").into())))
            }
        };
        self.judged(argument, value, followed)
    }

    fn judged(
        &self,
        argument: &'static str,
        value: &Value,
        followed: impl FnOnce() -> Sources,
    ) -> Tri<WrongKind> {
        if !ASKED.contains(&argument) {
            return Tri::Absent;
        }
        let wrong = |kind: &IdKind, named: Box<str>, origin| WrongKind {
            argument,
            named,
            origin,
            is: kind.is,
            takes: kind.takes,
        };
        let sources = match value {
            Value::Text(id) => {
                let kind = KINDS.iter().find(|it| id.starts_with(it.prefix));
                return match kind.filter(|it| !takes(argument, it)) {
                    Some(kind) => Tri::Known(wrong(kind, id.clone(), None)),
                    None => Tri::Absent,
                };
            }
            Value::Unknown(Cause::KnownAfterApply(_)) => followed(),
            Value::Referred(referred) => match self.source_places(referred) {
                Some(places) => {
                    places.iter().map(|it| self.source(it.resource, &it.path)).collect()
                }
                None => Err(self.qualified(&referred.cause)),
            },
            Value::Unknown(cause) => Err(self.qualified(cause)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
                return Tri::Absent;
            }
        };
        let sources = match sources {
            Ok(sources) => sources,
            Err(cause) => return Tri::Unknown(cause),
        };
        let mut found = None;
        for source in sources {
            match KINDS.iter().find(|it| it.types.contains(&&*source.kind)) {
                Some(kind) if !takes(argument, kind) => {
                    found = found.or(Some(wrong(kind, source.name, source.origin)));
                }
                Some(_) => return Tri::Absent,
                None => return Tri::Unknown(Cause::OtherAttribute(source.name)),
            }
        }
        found.map_or(Tri::Absent, Tri::Known)
    }

    /// The things whose ids an expression mentions. Ranges beside them are those of destinations.
    fn followed_ids(&self, expressions: Vec<&Expression>, ranges: bool) -> Sources {
        let mut out = Vec::new();
        for expression in expressions {
            let followed = self.cx.config.follow(self.resource, expression);
            if let Some(obstacle) = followed.obstacles.into_iter().next() {
                return Err(obstacle);
            }
            for target in followed.targets {
                let attribute = target.path.first().and_then(Step::attribute).unwrap_or_default();
                if !(ranges && attribute.contains("cidr")) {
                    out.push(self.source(target.resource, &target.path)?);
                }
            }
        }
        Ok(out)
    }

    fn source(&self, at: ResourceIndex, path: &[Step]) -> Result<Source, Cause> {
        let Some(reader) = self.cx.reader(at) else { return Err(Cause::TooDeep) };
        let address = &reader.resource.address;
        let attribute = match path {
            [Step::Name(name)] => &**name,
            _ => "*",
        };
        let passed = PASSED_ON.iter().find(|(name, _)| *name == attribute);
        match passed {
            Some((_, kind)) => Ok(Source {
                kind: (*kind).into(),
                name: format!("{address}.{attribute}").into(),
                origin: None,
            }),
            None if attribute == "id" => Ok(Source {
                kind: address.kind.as_ref().into(),
                name: address.to_string().into(),
                origin: Some(reader.whole()),
            }),
            None => Err(Cause::OtherAttribute(format!("{address}.{attribute}").into())),
        }
    }
}
