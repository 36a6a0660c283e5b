//! Which AWS services a VPC has endpoints for.

use std::sync::Arc;

use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, Head, HostedZone, Id, Management, Topology, Vpc};

/// An AWS service, as an endpoint names it: `com.amazonaws.eu-west-1.ecr.dkr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Service<'s> {
    /// Its Region, `eu-west-1`.
    pub(crate) region: &'s str,
    /// What it is called there, `ecr.dkr`.
    pub(crate) name: &'s str,
}

impl<'s> Service<'s> {
    /// The service of this name; none of somebody else's.
    pub(crate) fn parse(text: &'s str) -> Option<Self> {
        // China has a prefix of its own for most services.
        let text = text.strip_prefix("cn.").unwrap_or(text);
        let (region, name) = text.strip_prefix("com.amazonaws.")?.split_once('.')?;
        Some(Self { region, name })
    }

    /// The service of an endpoint; absent where it is somebody else's.
    pub(crate) fn of(endpoint: &'s Endpoint) -> Tri<Self> {
        match &endpoint.service.value {
            Tri::Known(text) => Self::parse(text).map_or(Tri::Absent, Tri::Known),
            Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
            Tri::Absent => Tri::Absent,
        }
    }

    /// Whether a zone is for a name of AWS that the service may be called by.
    pub(crate) fn is_zone(self, zone: &HostedZone) -> Tri<bool> {
        let label = self.name.split(['.', '-']).next().unwrap_or(self.name);
        let of_aws = |name: &str| {
            ["amazonaws.com", "amazonaws.com.cn", "api.aws"].iter().any(|it| name.ends_with(it))
        };
        let named = |name: &str| {
            name.split(['.', '-']).any(|it| it == label) || name.starts_with(self.region)
        };
        zone.name.value.as_ref().map(|name| of_aws(name) && named(name))
    }

    /// Whether this is the service called `name`, or what answers for it by FIPS.
    pub(crate) fn is(self, name: &str) -> bool {
        self.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest == "-fips")
    }
}

/// Whether an endpoint is for the service called `name`.
pub(crate) fn is_for(endpoint: &Endpoint, name: &str) -> Tri<bool> {
    match Service::of(endpoint) {
        Tri::Known(service) => Tri::Known(service.is(name)),
        Tri::Unknown(cause) => Tri::Unknown(cause),
        Tri::Absent => Tri::Known(false),
    }
}

/// Whether a VPC has an endpoint that is `wanted`, asked from the stack `by`.
pub(crate) fn has_endpoint(
    topology: &Topology,
    vpc: Id<Vpc>,
    by: Option<&Arc<str>>,
    wanted: impl Fn(&Endpoint) -> Tri<bool>,
) -> Tri<bool> {
    let mut open: Option<Cause> = None;
    for id in topology.endpoints_of_vpc.of(vpc) {
        let it = &topology.endpoints[*id];
        match wanted(it) {
            Tri::Known(true) => match it.head.origin.address.expanded() {
                // There may be none of it.
                Some(what) => open = open.or_else(|| Some(Cause::Expansion(what.into()))),
                None => return Tri::Known(true),
            },
            Tri::Unknown(cause) => open = open.or(Some(cause)),
            Tri::Known(false) | Tri::Absent => (),
        }
    }
    let mut perhaps = topology.endpoints_of_vpc.perhaps_of(vpc);
    let mut perhaps = || {
        let found = perhaps.find(|(id, _)| wanted(&topology.endpoints[*id]) != Tri::Known(false));
        found.map(|(_, cause)| cause.clone())
    };
    let head = &topology.vpcs[vpc].head;
    open.or_else(&mut perhaps)
        .or_else(|| by_others(topology, head, by))
        .or_else(|| topology.shared_open(head))
        .map_or(Tri::Known(false), Tri::Unknown)
}

/// Why others may have put endpoints into a VPC: they are told of it, or a directory of another stack describes it.
fn by_others(topology: &Topology, head: &Head, by: Option<&Arc<str>>) -> Option<Cause> {
    let told = head.handed_on && head.management == Management::Created;
    let elsewhere = head.stack() != by && topology.idless.surely(head.stack());
    ((told || elsewhere) && !topology.closed).then(|| Cause::Shared(head.name().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_a_region_and_a_name() {
        let service = Service::parse("com.amazonaws.eu-west-1.ecr.dkr").unwrap();
        assert_eq!(service, Service { region: "eu-west-1", name: "ecr.dkr" });
        let china = Service::parse("cn.com.amazonaws.cn-north-1.ecr.dkr").unwrap();
        assert_eq!(china, Service { region: "cn-north-1", name: "ecr.dkr" });
        assert_eq!(
            Service::parse("com.amazonaws.vpce.eu-west-1.vpce-svc-1").unwrap().region,
            "vpce"
        );
        assert!(Service::parse("aws.sagemaker.eu-west-1.notebook").is_none());
        assert!(Service { region: "us-east-1", name: "ssm-fips" }.is("ssm"));
        assert!(!Service { region: "us-east-1", name: "ssmmessages" }.is("ssm"));
    }
}
