//! Private subnets reach Amazon S3 through a NAT gateway where a gateway endpoint would do.
//!
//! ## Why
//!
//! A NAT gateway has a price for each gigabyte, and packages, container images, logs and backups come from S3 or go
//! there. A gateway endpoint for S3 or DynamoDB costs nothing and takes that traffic off the NAT gateway. Buckets of
//! other Regions are still reached through the NAT gateway.
//!
//! Source: AWS `PrivateLink`, "Gateway endpoints"; Amazon VPC User Guide, "Pricing for NAT gateways".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_internet_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_route" "public" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.app.id
//! }
//!
//! resource "aws_eip" "nat" {}
//!
//! resource "aws_nat_gateway" "a" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public.id
//! }
//!
//! resource "aws_subnet" "private" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "private" {
//!   subnet_id      = aws_subnet.private.id
//!   route_table_id = aws_route_table.private.id
//! }
//!
//! resource "aws_route" "private" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.a.id
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
//! resource "aws_internet_gateway" "app" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_subnet" "public" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.0.0/24"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "public" {
//!   subnet_id      = aws_subnet.public.id
//!   route_table_id = aws_route_table.public.id
//! }
//!
//! resource "aws_route" "public" {
//!   route_table_id         = aws_route_table.public.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   gateway_id             = aws_internet_gateway.app.id
//! }
//!
//! resource "aws_eip" "nat" {}
//!
//! resource "aws_nat_gateway" "a" {
//!   allocation_id = aws_eip.nat.id
//!   subnet_id     = aws_subnet.public.id
//! }
//!
//! resource "aws_subnet" "private" {
//!   vpc_id     = aws_vpc.app.id
//!   cidr_block = "10.0.1.0/24"
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table_association" "private" {
//!   subnet_id      = aws_subnet.private.id
//!   route_table_id = aws_route_table.private.id
//! }
//!
//! resource "aws_route" "private" {
//!   route_table_id         = aws_route_table.private.id
//!   destination_cidr_block = "0.0.0.0/0"
//!   nat_gateway_id         = aws_nat_gateway.a.id
//! }
//!
//! resource "aws_vpc_endpoint" "s3" {
//!   vpc_id          = aws_vpc.app.id
//!   service_name    = "com.amazonaws.eu-west-1.s3"
//!   route_table_ids = [aws_route_table.private.id]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A VPC that exists already or that an output hands on: others may have put the endpoint into it. A NAT gateway that
//! is not in the input, since a private one leads to other networks. An interface endpoint for S3 counts as a way to
//! S3, and whether anybody uses DynamoDB is not asked. A VPC whose subnets for a transit gateway lead to the NAT
//! gateway sends on the traffic of other VPCs, which no gateway endpoint serves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Tri};
use groundplan_model::{
    AttachmentKind, Id, Link, Route, RouteTable, RouteTarget, Subnet, Topology, Vpc,
};

use crate::default_route::{Family, default_route, may_inspect};
use crate::place::{MOST_PLACES, named_id, several};
use crate::propose::{Proposed, resource};
use crate::services::{has_endpoint, is_for};
use crate::ways_out::is_way_out;
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Note,
    class: Class::Advice,
    confidence: Confidence::Likely,
    since: "0.1.0",
    check,
};

/// The tables of a VPC that lead to a NAT gateway, with that route.
type Led<'t> = BTreeMap<Id<RouteTable>, &'t Route>;

/// What goes through NAT gateways.
struct Through<'t> {
    led: Led<'t>,
    subnets: Vec<&'t Subnet>,
}

fn check(cx: &Context<'_>, out: &mut Sink) {
    let relays = relays(cx.topology);
    let mut strays: BTreeMap<Option<&Arc<str>>, Option<Cause>> = BTreeMap::new();
    for (id, vpc) in cx.topology.vpcs.iter() {
        if cx.topology.is_only_seen(&vpc.head) {
            continue;
        }
        let stack = vpc.head.stack();
        let stray =
            strays.entry(stack).or_insert_with(|| cx.topology.stray_routes(stack, leads_to_nat));
        if relays.get(&id) == Some(&None) {
            out.fine();
            continue;
        }
        let answer = decide(cx.topology, id, stray.as_ref()).and_then(|found| {
            match (found, relays.get(&id)) {
                (Some(_), Some(Some(cause))) => Tri::Unknown(cause.clone()),
                (None, _) | (Some(_), Some(None)) => Tri::Known(None),
                (Some(through), None) => Tri::Known(Some(words(cx.topology, vpc, &through))),
            }
        });
        out.answer(&vpc.head.origin, answer);
    }
}

fn decide<'t>(
    topology: &'t Topology,
    vpc: Id<Vpc>,
    stray: Option<&Cause>,
) -> Tri<Option<Through<'t>>> {
    let (led, mut doubt) = led(topology, vpc);
    doubt = doubt.or_else(|| stray.cloned());
    if led.is_empty() && doubt.is_none() {
        return Tri::Known(None);
    }
    let of_s3 = |it: &_| is_for(it, "s3");
    let missing = match has_endpoint(topology, vpc, topology.vpcs[vpc].head.stack(), of_s3) {
        Tri::Known(true) => return Tri::Known(None),
        Tri::Known(false) | Tri::Absent => None,
        Tri::Unknown(cause) => Some(cause),
    };
    let mut through = Through { led: Led::new(), subnets: Vec::new() };
    for subnet in topology.subnets_of_vpc.of(vpc) {
        match topology.table_of(*subnet) {
            Tri::Known(table) => {
                if let Some(route) = led.get(&table) {
                    through.led.insert(table, route);
                    through.subnets.push(&topology.subnets[*subnet]);
                }
            }
            Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
            Tri::Absent => (),
        }
    }
    let doubt = if through.subnets.is_empty() {
        doubt.or_else(|| topology.subnets_of_vpc.open(vpc).cloned())
    } else {
        missing.clone()
    };
    match doubt {
        Some(cause) => Tri::Unknown(missing.unwrap_or(cause)),
        None => Tri::Known((!through.subnets.is_empty()).then_some(through)),
    }
}

/// The VPCs that send on what comes from others: for these a gateway endpoint does nothing. Their transit gateway
/// subnets lead to a NAT gateway, or a firewall is in the way.
/// With what keeps it from being sure.
fn relays(topology: &Topology) -> BTreeMap<Id<Vpc>, Option<Cause>> {
    let mut out = BTreeMap::new();
    for (_, it) in topology.attachments.iter() {
        let AttachmentKind::Vpc { vpc: Link::Here(vpc), subnets: Tri::Known(members), .. } =
            &it.kind
        else {
            continue;
        };
        let leads = |subnet: &Id<Subnet>| {
            let table = topology.table_of(*subnet);
            let route = table.and_then(|table| default_route(topology, table, Family::Four));
            matches!(route, Tri::Known(Some(route)) if matches!(route.target, RouteTarget::NatGateway(_)))
        };
        if members.here.iter().any(leads) {
            out.insert(*vpc, None);
        }
    }
    for (_, route) in topology.routes.iter().filter(|(_, it)| may_inspect(&it.target)) {
        if let Link::Here(table) = route.table
            && is_way_out(topology, route)
            && let Link::Here(vpc) = topology.route_tables[table].vpc
        {
            match &route.target {
                RouteTarget::Unknown(cause) => {
                    out.entry(vpc).or_insert_with(|| Some(cause.clone()));
                }
                RouteTarget::Local
                | RouteTarget::InternetGateway(_)
                | RouteTarget::VpnGateway(_)
                | RouteTarget::EgressOnlyGateway(_)
                | RouteTarget::NatGateway(_)
                | RouteTarget::Peering(_)
                | RouteTarget::TransitGateway(_)
                | RouteTarget::Endpoint(_)
                | RouteTarget::NetworkInterface(_)
                | RouteTarget::Other(_) => {
                    out.insert(vpc, None);
                }
            }
        }
    }
    out
}

/// The tables whose default route leads to a NAT gateway, and why there may be more.
fn led(topology: &Topology, vpc: Id<Vpc>) -> (Led<'_>, Option<Cause>) {
    let (mut led, mut doubt) = (Led::new(), None);
    for table in topology.tables(vpc) {
        match default_route(topology, *table, Family::Four) {
            Tri::Known(Some(route)) => match is_public(topology, &route.target) {
                Tri::Known(true) => {
                    led.insert(*table, route);
                }
                Tri::Unknown(cause) => doubt = doubt.or(Some(cause)),
                Tri::Known(false) | Tri::Absent => (),
            },
            Tri::Unknown(cause) => {
                let mut routes = topology.perhaps_routes(*table);
                doubt = doubt.or_else(|| routes.any(|(it, _)| leads_to_nat(it)).then_some(cause));
            }
            Tri::Known(None) | Tri::Absent => (),
        }
    }
    let mut perhaps = topology.tables_of_vpc.possible_of(vpc).iter();
    let to_nat = |table| topology.perhaps_routes(table).any(|(it, _)| leads_to_nat(it));
    let found = perhaps.find(|(table, _)| to_nat(*table)).map(|(_, cause)| cause.clone());
    (led, doubt.or(found))
}

fn leads_to_nat(route: &Route) -> bool {
    matches!(route.target, RouteTarget::NatGateway(_)) && route.destination.is_default()
}

/// Whether this is a NAT gateway to the internet. A private one leads to other networks.
fn is_public(topology: &Topology, target: &RouteTarget) -> Tri<bool> {
    let RouteTarget::NatGateway(link) = target else { return Tri::Known(false) };
    let gateways = match link {
        Link::Here(id) => std::slice::from_ref(id),
        Link::OneOf(ids, _) => ids,
        Link::Elsewhere(_) | Link::Unknown(_) | Link::Absent => {
            return link.tri().map(|_| false);
        }
    };
    let mut kinds = BTreeSet::new();
    for id in gateways {
        match &topology.nat_gateways[*id].connectivity.value {
            Tri::Known(kind) => kinds.insert(&**kind != "private"),
            Tri::Unknown(cause) => return Tri::Unknown(cause.clone()),
            Tri::Absent => kinds.insert(true),
        };
    }
    match (kinds.contains(&true), kinds.contains(&false)) {
        (true, true) => link.tri().map(|_| true),
        (public, _) => Tri::Known(public),
    }
}

fn words(topology: &Topology, vpc: &Vpc, through: &Through<'_>) -> Finding {
    let name = vpc.head.name();
    let subnets: Vec<String> = through.subnets.iter().map(|it| it.head.name()).collect();
    let gateways: BTreeSet<String> = through
        .led
        .values()
        .filter_map(|it| {
            let RouteTarget::NatGateway(Link::Here(id)) = &it.target else { return None };
            Some(topology.nat_gateways[*id].head.name())
        })
        .collect();
    let gateways: Vec<String> = gateways.into_iter().collect();
    let over = if gateways.is_empty() { "a NAT gateway".to_owned() } else { several(&gateways) };
    let finding = Finding::at(&vpc.head.origin, "has no endpoint for Amazon S3");
    let finding = through.led.values().take(MOST_PLACES).fold(finding, |finding, route| {
        finding.also(&route.target_origin, "leads to a NAT gateway")
    });
    let finding =
        through.subnets.first().into_iter().fold(finding, |finding, subnet| {
            finding.also(&subnet.head.origin, "sends to S3 that way")
        });
    finding
        .message(format!(
            "{} of `{name}` reach Amazon S3 through {over}, without a gateway endpoint",
            several(&subnets)
        ))
        .why(
            "a NAT gateway has a price for each gigabyte, and a gateway endpoint for S3 or DynamoDB has none; only \
             buckets of other Regions need the NAT gateway",
        )
        .help(help(topology, vpc, through))
}

fn help(topology: &Topology, vpc: &Vpc, through: &Through<'_>) -> String {
    let beside = &vpc.head.origin;
    let tables = through.led.keys().map(|id| named_id(&topology.route_tables[*id].head, beside));
    let tables: Option<Vec<String>> = tables.collect();
    let (Some(tables), Tri::Known(region), Some(own)) =
        (tables, &vpc.head.region, named_id(&vpc.head, beside))
    else {
        return format!(
            "add an `aws_vpc_endpoint` of type Gateway for S3 to `{}`, in the route tables of these subnets",
            vpc.head.name()
        );
    };
    let service = format!("com.amazonaws.{region}.s3");
    let block = resource(
        "aws_vpc_endpoint",
        "s3",
        &[
            ("vpc_id", Proposed::Reference(own)),
            ("service_name", Proposed::Text(&service)),
            ("route_table_ids", Proposed::Reference(format!("[{}]", tables.join(", ")))),
        ],
    );
    format!("add a gateway endpoint, and another one for DynamoDB if that is in use:\n{block}")
}
