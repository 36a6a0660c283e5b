//! A VPC without a way out has some of the endpoints that a job needs, and lacks the others.
//!
//! ## Why
//!
//! Where no route leads out of a VPC, its clients reach only the services that it has endpoints for. Pulling an image
//! from Amazon ECR takes three: `ecr.api`, `ecr.dkr`, and S3 for the layers. The agent of Amazon ECS takes `ecs-
//! agent`, `ecs-telemetry` and `ecs`, and SSM Agent takes `ssm` beside `ec2messages`. With one of them missing, tasks
//! and agents wait until they time out.
//!
//! Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS `PrivateLink`)"; Amazon ECS Developer
//! Guide, "Amazon ECS interface VPC endpoints (AWS `PrivateLink`)"; AWS Systems Manager User Guide, "Improve the
//! security of EC2 instances by using VPC endpoints for Systems Manager".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "tasks" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "tasks" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "tasks" {
//!   subnet_id      = aws_subnet.tasks.id
//!   route_table_id = aws_route_table.tasks.id
//! }
//!
//! resource "aws_vpc_endpoint" "ecr_api" {
//!   vpc_id              = aws_vpc.app.id
//!   service_name        = "com.amazonaws.eu-west-1.ecr.api"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.tasks.id]
//!   private_dns_enabled = true
//! }
//!
//! resource "aws_vpc_endpoint" "ecr_dkr" {
//!   vpc_id              = aws_vpc.app.id
//!   service_name        = "com.amazonaws.eu-west-1.ecr.dkr"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.tasks.id]
//!   private_dns_enabled = true
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_subnet" "tasks" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "tasks" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "tasks" {
//!   subnet_id      = aws_subnet.tasks.id
//!   route_table_id = aws_route_table.tasks.id
//! }
//!
//! resource "aws_vpc_endpoint" "ecr_api" {
//!   vpc_id              = aws_vpc.app.id
//!   service_name        = "com.amazonaws.eu-west-1.ecr.api"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.tasks.id]
//!   private_dns_enabled = true
//! }
//!
//! resource "aws_vpc_endpoint" "ecr_dkr" {
//!   vpc_id              = aws_vpc.app.id
//!   service_name        = "com.amazonaws.eu-west-1.ecr.dkr"
//!   vpc_endpoint_type   = "Interface"
//!   subnet_ids          = [aws_subnet.tasks.id]
//!   private_dns_enabled = true
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.tasks.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that exists already or that an output hands on: others may have put the missing endpoint or a route into it.
//! Any route out of the VPC, even a narrow one, counts as a way to the service. `ssmmessages` alone is not taken for
//! an agent, since ECS Exec needs no more than that.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{Endpoint, Id, Management, Topology, Vpc};

use crate::place::named_id;
use crate::propose::{Proposed, resource};
use crate::services::{Service, has_endpoint};
use crate::ways_out::{is_way_out, leads_out};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Warning,
    class: Class::BlackHole,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// What goes along with an endpoint.
struct Job {
    /// The endpoint's service.
    of: &'static str,
    /// The other services.
    needs: &'static [&'static str],
    /// What takes them all.
    name: &'static str,
}

/// `ssmmessages` is not among them: ECS Exec needs it and nothing else of Systems Manager.
const JOBS: &[Job] = &[
    Job { of: "ecr.dkr", needs: &["ecr.api", "s3"], name: "pulling images from Amazon ECR" },
    Job { of: "ecs-agent", needs: &["ecs", "ecs-telemetry"], name: "the Amazon ECS agent" },
    Job { of: "ec2messages", needs: &["ssm"], name: "SSM Agent" },
];

/// An endpoint whose companions are missing.
struct Lacks<'t> {
    job: &'static Job,
    service: Service<'t>,
    vpc: Id<Vpc>,
    missing: Vec<&'static str>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    let mut told = BTreeSet::new();
    let mut isolated: BTreeMap<Id<Vpc>, Tri<bool>> = BTreeMap::new();
    for (_, endpoint) in topology.endpoints.iter() {
        let interface =
            matches!(&endpoint.endpoint_type.value, Tri::Known(it) if **it == *"Interface");
        let Tri::Known(service) = Service::of(endpoint) else { continue };
        let Some(job) = JOBS.iter().find(|it| service.is(it.of)) else { continue };
        if !interface || endpoint.head.management == Management::Observed {
            continue;
        }
        let answer = endpoint.vpc.tri().and_then(|vpc| {
            // Two endpoints of one service in a VPC lack the same.
            if !told.insert((vpc, job.of, service.region)) {
                return Tri::Absent;
            }
            let lacks = lacks(topology, endpoint, service, vpc, job);
            if lacks == Tri::Known(Vec::new()) {
                return Tri::Absent;
            }
            let isolated = isolated.entry(vpc).or_insert_with(|| is_isolated(topology, vpc));
            both(isolated, lacks).map(|missing| {
                let lacks = Lacks { job, service, vpc, missing };
                Some(words(topology, endpoint, &lacks))
            })
        });
        out.answer(&endpoint.head.origin, answer);
    }
}

/// What is missing where nothing leads out; absent where something does.
fn both(isolated: &Tri<bool>, lacks: Tri<Vec<&'static str>>) -> Tri<Vec<&'static str>> {
    match isolated {
        Tri::Known(true) => lacks,
        Tri::Known(false) | Tri::Absent => Tri::Absent,
        Tri::Unknown(cause) => Tri::Unknown(cause.clone()),
    }
}

fn is_isolated(topology: &Topology, vpc: Id<Vpc>) -> Tri<bool> {
    leads_out(topology, vpc, |route| is_way_out(topology, route)).map(|out| !out)
}

/// The services that the VPC has no endpoints for.
fn lacks(
    topology: &Topology,
    endpoint: &Endpoint,
    service: Service<'_>,
    vpc: Id<Vpc>,
    job: &'static Job,
) -> Tri<Vec<&'static str>> {
    let (mut missing, mut doubt): (Vec<&str>, Option<Cause>) = (Vec::new(), None);
    for name in job.needs {
        let wanted = |it: &Endpoint| match Service::of(it) {
            Tri::Known(it) => Tri::Known(it.region == service.region && it.is(name)),
            Tri::Unknown(cause) => Tri::Unknown(cause),
            Tri::Absent => Tri::Known(false),
        };
        match has_endpoint(topology, vpc, endpoint.head.stack(), wanted) {
            Tri::Known(true) => (),
            Tri::Known(false) | Tri::Absent => missing.push(name),
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
        }
    }
    match doubt {
        Some(cause) if missing.is_empty() => Tri::Unknown(cause),
        Some(_) | None => Tri::Known(missing),
    }
}

fn words(topology: &Topology, endpoint: &Endpoint, lacks: &Lacks<'_>) -> Finding {
    let vpc = &topology.vpcs[lacks.vpc];
    let missing: Vec<String> = lacks.missing.iter().map(|it| format!("`{it}`")).collect();
    let missing = missing.join(", ");
    let (name, job) = (lacks.service.name, lacks.job.name);
    let blocks: Option<Vec<String>> =
        lacks.missing.iter().map(|it| block(topology, endpoint, lacks, it)).collect();
    let fix = match blocks {
        Some(blocks) => format!("add what is missing:\n{}", blocks.join("\n\n")),
        None => format!("add endpoints for {missing} to `{}`", vpc.head.name()),
    };
    Finding::at(&endpoint.service.origin, format!("a part of what {job} takes"))
        .also(&vpc.head.origin, format!("has no route out, and no endpoint for {missing}"))
        .message(format!(
            "`{}` has an endpoint for `{name}` and no way out, but none for {missing}",
            vpc.head.name()
        ))
        .why(format!(
            "{job} takes all of them, and where no route leads out the missing ones cannot be reached"
        ))
        .help(fix)
}

/// The block of a missing endpoint: for S3 the gateway type, which costs nothing.
fn block(
    topology: &Topology,
    endpoint: &Endpoint,
    lacks: &Lacks<'_>,
    missing: &str,
) -> Option<String> {
    let beside = &endpoint.head.origin;
    let vpc = named_id(&topology.vpcs[lacks.vpc].head, beside)?;
    let prefix = endpoint.service.value.known()?.strip_suffix(lacks.service.name)?;
    let name = missing.replace(['.', '-'], "_");
    if missing == "s3" {
        let tables = topology.tables(lacks.vpc).iter();
        let tables: Option<Vec<String>> =
            tables.map(|id| named_id(&topology.route_tables[*id].head, beside)).collect();
        // The name of the gateway type has no prefix of its own in China.
        let service = format!("com.amazonaws.{}.s3", lacks.service.region);
        return Some(resource(
            "aws_vpc_endpoint",
            &name,
            &[
                ("vpc_id", Proposed::Reference(vpc)),
                ("service_name", Proposed::Text(&service)),
                ("route_table_ids", Proposed::Reference(format!("[{}]", tables?.join(", ")))),
            ],
        ));
    }
    let subnets = endpoint.subnets.known().filter(|it| it.exact && it.elsewhere.is_empty())?;
    let subnets: Option<Vec<String>> =
        subnets.here.iter().map(|id| named_id(&topology.subnets[*id].head, beside)).collect();
    let service = format!("{prefix}{missing}");
    Some(resource(
        "aws_vpc_endpoint",
        &name,
        &[
            ("vpc_id", Proposed::Reference(vpc)),
            ("service_name", Proposed::Text(&service)),
            ("vpc_endpoint_type", Proposed::Text("Interface")),
            ("subnet_ids", Proposed::Reference(format!("[{}]", subnets?.join(", ")))),
            ("private_dns_enabled", Proposed::Flag(true)),
        ],
    ))
}
