//! An endpoint service lets every AWS account connect without being asked.
//!
//! ## Why
//!
//! The principal `*` lets all accounts make endpoints to the service, and without acceptance each connection is
//! open at once. Whoever knows the name of the service reaches what is behind its load balancer.
//!
//! Source: AWS `PrivateLink`, "Share your services through AWS `PrivateLink`".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc_endpoint_service" "api" {
//!   acceptance_required        = false
//!   network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/50dc6c495c0c9188"]
//!   allowed_principals = ["*"]
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc_endpoint_service" "api" {
//!   acceptance_required        = true
//!   network_load_balancer_arns = ["arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/net/api/50dc6c495c0c9188"]
//!   allowed_principals = ["arn:aws:iam::222222222222:root"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A principal, or the switch for acceptance, that is known only after apply. Vendors may mean it: silence the rule
//! for their services.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin, Tri};
use groundplan_model::{EndpointService, Id, Management, Topology};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::Exposure,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (id, service) in cx.topology.endpoint_services.iter() {
        if service.head.management == Management::Observed {
            continue;
        }
        let answer = match &service.acceptance.value {
            Tri::Known(true) => Tri::Known(None),
            Tri::Known(false) | Tri::Absent => everybody(cx.topology, id),
            Tri::Unknown(cause) => match everybody(cx.topology, id) {
                Tri::Known(None) => Tri::Known(None),
                Tri::Known(Some(_)) | Tri::Unknown(_) | Tri::Absent => Tri::Unknown(cause.clone()),
            },
        };
        let answer = answer.map(|found| found.map(|place| words(service, place)));
        out.answer(&service.head.origin, answer);
    }
}

/// Where everybody is let in.
fn everybody(topology: &Topology, id: Id<EndpointService>) -> Tri<Option<&Origin>> {
    let service = &topology.endpoint_services[id];
    let mut open: Option<Cause> = None;
    match &service.principals {
        Tri::Known(all) => {
            for one in all {
                match one {
                    Tri::Known(one) if &**one == "*" => {
                        return Tri::Known(Some(&service.principals_origin));
                    }
                    Tri::Unknown(cause) => open = open.or_else(|| Some(cause.clone())),
                    Tri::Known(_) | Tri::Absent => (),
                }
            }
        }
        Tri::Unknown(cause) => open = Some(cause.clone()),
        Tri::Absent => (),
    }
    for it in topology.principals_of_service.of(id) {
        let it = &topology.endpoint_principals[*it];
        match &it.principal.value {
            Tri::Known(one) if &**one == "*" => return Tri::Known(Some(&it.principal.origin)),
            Tri::Unknown(cause) => open = open.or_else(|| Some(cause.clone())),
            Tri::Known(_) | Tri::Absent => (),
        }
    }
    open.map_or(Tri::Known(None), Tri::Unknown)
}

fn words(service: &EndpointService, place: &Origin) -> Finding {
    let name = service.head.name();
    Finding::at(place, "all accounts of AWS")
        .also(&service.acceptance.origin, "nobody is asked")
        .message(format!("`{name}` lets every AWS account connect, and accepts each connection by itself"))
        .why("whoever knows the name of the service reaches what is behind it, without anybody noticing")
        .help(format!(
            "set `acceptance_required = true` on `{name}`, or name the accounts of its consumers \
             (`arn:aws:iam::ACCOUNT:root`) instead of `*`"
        ))
}
