//! What an ARN is of, told by its text or by the resource that gives it.

use groundplan_ir::{Argument, Cause, Mode, SourceRef, Step, Tri, Value};

use crate::reader::Reader;

/// Terraform's types with what ARNs of EC2 call them ("Actions, resources, and condition keys for Amazon EC2").
const KINDS: &[(&str, &str)] = &[
    ("aws_customer_gateway", "customer-gateway"),
    ("aws_default_network_acl", "network-acl"),
    ("aws_default_route_table", "route-table"),
    ("aws_default_security_group", "security-group"),
    ("aws_default_subnet", "subnet"),
    ("aws_default_vpc", "vpc"),
    ("aws_ec2_managed_prefix_list", "prefix-list"),
    ("aws_ec2_transit_gateway", "transit-gateway"),
    ("aws_ec2_transit_gateway_peering_attachment", "transit-gateway-attachment"),
    ("aws_ec2_transit_gateway_route_table", "transit-gateway-route-table"),
    ("aws_ec2_transit_gateway_vpc_attachment", "transit-gateway-attachment"),
    ("aws_egress_only_internet_gateway", "egress-only-internet-gateway"),
    ("aws_internet_gateway", "internet-gateway"),
    ("aws_nat_gateway", "natgateway"),
    ("aws_network_acl", "network-acl"),
    ("aws_network_interface", "network-interface"),
    ("aws_route_table", "route-table"),
    ("aws_security_group", "security-group"),
    ("aws_subnet", "subnet"),
    ("aws_vpc", "vpc"),
    ("aws_vpc_endpoint", "vpc-endpoint"),
    ("aws_vpc_ipam_pool", "ipam-pool"),
    ("aws_vpc_peering_connection", "vpc-peering-connection"),
    ("aws_vpn_connection", "vpn-connection"),
    ("aws_vpn_gateway", "vpn-gateway"),
];

impl Reader<'_> {
    /// The kinds of things that an argument can be the ARN of: an EC2 type, else what names it otherwise.
    pub(crate) fn arn_kinds(&self, name: &str) -> Tri<Vec<Box<str>>> {
        let mut kinds = match self.value(name) {
            Value::Null => return Tri::Absent,
            Value::Text(arn) => match written(arn) {
                Some(kind) => vec![kind],
                None => return Tri::Unknown(Cause::BadValue(self.origin(name).to_string().into())),
            },
            Value::Unknown(cause @ Cause::KnownAfterApply(_)) => match self.followed_kinds(name) {
                Tri::Known(kinds) => kinds,
                Tri::Absent => return Tri::Unknown(self.qualified(cause)),
                Tri::Unknown(cause) => return Tri::Unknown(cause),
            },
            Value::Referred(referred) => {
                let own = |it: &SourceRef| it.address == self.resource.address;
                if !referred.exact || referred.sources.iter().any(own) {
                    return Tri::Unknown(self.qualified(&referred.cause));
                }
                let mut kinds = Vec::new();
                for source in &referred.sources {
                    let attribute = source.path.first().and_then(Step::attribute);
                    match (&*source.address.kind, attribute) {
                        (kind, Some("arn")) => kinds.push(kind_of(kind)),
                        (_, _) => return Tri::Unknown(self.qualified(&referred.cause)),
                    }
                }
                kinds
            }
            Value::Unknown(cause) => return Tri::Unknown(self.qualified(cause)),
            Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Object(_) => {
                return Tri::Unknown(Cause::BadValue(self.origin(name).to_string().into()));
            }
        };
        kinds.sort();
        kinds.dedup();
        if kinds.is_empty() { Tri::Absent } else { Tri::Known(kinds) }
    }

    /// The same of a value that a plan does not have yet.
    fn followed_kinds(&self, name: &str) -> Tri<Vec<Box<str>>> {
        let expressions = self.argument(name).map(Argument::expressions).unwrap_or_default();
        let Some(expression) = expressions.first() else { return Tri::Absent };
        let followed = self.cx.config.follow(self.resource, expression);
        let mut kinds = Vec::new();
        for obstacle in followed.obstacles {
            // What the model does not read is none of the kinds that it knows.
            if let Cause::NotModelled(what) = obstacle {
                kinds.push(what);
            } else {
                return Tri::Unknown(obstacle);
            }
        }
        for target in followed.targets {
            let Some(resource) = self.cx.config.resources().get(target.resource) else { continue };
            let attribute = target.path.first().map(Step::attribute);
            match attribute {
                // A splat or a computed index loses what follows.
                None if resource.address.mode == Mode::Managed => (),
                Some(Some("arn")) => (),
                Some(_) | None => {
                    let what = format!("{}.*", resource.address);
                    return Tri::Unknown(Cause::OtherAttribute(what.into()));
                }
            }
            kinds.push(kind_of(&resource.address.kind));
        }
        if kinds.is_empty() { Tri::Absent } else { Tri::Known(kinds) }
    }
}

fn kind_of(resource_type: &str) -> Box<str> {
    let known = KINDS.iter().find(|(it, _)| *it == resource_type);
    known.map_or(resource_type, |(_, kind)| kind).into()
}

/// `arn:partition:service:region:account:type/id`
fn written(arn: &str) -> Option<Box<str>> {
    let rest = arn.strip_prefix("arn:")?;
    let mut parts = rest.splitn(5, ':').skip(1);
    let (service, what) = (parts.next()?, parts.nth(2)?);
    let kind = what.split_once(['/', ':']).map_or(what, |(kind, _)| kind);
    Some(if service == "ec2" { kind.into() } else { format!("{service}:{kind}").into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_tells_what_it_is_of() {
        let kind = |arn| written(arn).unwrap();
        assert_eq!(&*kind("arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1"), "subnet");
        assert_eq!(&*kind("arn:aws:ec2::111122223333:ipam-pool/ipam-pool-1"), "ipam-pool");
        assert_eq!(
            &*kind("arn:aws:route53resolver:eu-west-1:111122223333:resolver-rule/rslvr-rr-1"),
            "route53resolver:resolver-rule"
        );
        assert_eq!(written("subnet-1"), None);
    }
}
