//! One thing of AWS is managed by two resources, of two stacks or of one.
//!
//! ## Why
//!
//! Terraform takes each state for the whole truth about what is in it. Where two states hold one thing, each apply
//! undoes what the other one wrote, and when one of them gives it up, it is destroyed for both. The same goes
//! for what AWS has only one of, such as the main route table of a VPC, when two resources set it.
//!
//! Between stacks it is the id that tells that two resources are one thing: load plans that were made after the
//! first apply, or states. What `groundplan.toml`, data sources and the AWS CLI tell of a thing only looks at it. Two
//! inputs that hold the same resources with the same ids are taken for one stack. A stack that hands a thing over
//! (a `removed` block that does not destroy) no longer manages it.
//!
//! Source: Terraform documentation, "State"; provider documentation of `aws_main_route_table_association`, `aws_vpc_peering_connection_accepter` and `aws_ec2_transit_gateway_default_route_table_association`.
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "app" {
//!   cidr_block = "10.0.0.0/16"
//! }
//!
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_main_route_table_association" "app" {
//!   vpc_id         = aws_vpc.app.id
//!   route_table_id = aws_route_table.private.id
//! }
//!
//! resource "aws_main_route_table_association" "other" {
//!   vpc_id         = aws_vpc.app.id
//!   route_table_id = aws_route_table.public.id
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
//! resource "aws_route_table" "public" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_route_table" "private" {
//!   vpc_id = aws_vpc.app.id
//! }
//!
//! resource "aws_main_route_table_association" "app" {
//!   vpc_id         = aws_vpc.app.id
//!   route_table_id = aws_route_table.private.id
//! }
//! ```
//!
//! ## Cannot tell
//!
//! What a resource sets something of, where that cannot be followed.

use std::collections::BTreeSet;

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::{Cause, Origin};
use groundplan_model::{Children, DefaultRole, Head, Id, Management, Topology};

use crate::place::{MOST_PLACES, several};
use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::BlackHole,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    let topology = cx.topology;
    for it in &topology.managed_twice {
        if let Some((last, others)) = it.by.split_last() {
            out.broken(words(last, others, &format!("`{}`", it.id)));
        }
    }
    let vpcs = topology.vpcs.iter().map(|(id, it)| (id, &it.head));
    let mains = |id| &topology.main_route_table_associations[id].head;
    ask(out, vpcs, &topology.main_associations_of_vpc, mains, "the main route table");
    let peerings = topology.peerings.iter().map(|(id, it)| (id, &it.head));
    let accepters = |id| &topology.peering_accepters[id].head;
    ask(out, peerings, &topology.accepters_of_peering, accepters, "the acceptance");
    let attachments = topology.attachments.iter().map(|(id, it)| (id, &it.head));
    let accepters = |id| &topology.attachment_accepters[id].head;
    ask(out, attachments, &topology.accepters_of_attachment, accepters, "the acceptance");
    for role in [DefaultRole::Association, DefaultRole::Propagation] {
        default_tables(topology, role, out);
    }
}

/// Whether several resources set what each parent has only one of.
fn ask<'t, P: 't, C: 't>(
    out: &mut Sink,
    parents: impl Iterator<Item = (Id<P>, &'t Head)>,
    children: &Children<P, C>,
    head: impl Fn(Id<C>) -> &'t Head,
    what: &str,
) {
    for (parent, owner) in parents {
        let certain = children.of(parent).iter().map(|id| head(*id));
        let perhaps = children.perhaps_of(parent).map(|(id, cause)| (head(id), cause.clone()));
        answer(out, owner, certain.collect(), perhaps.collect(), what);
    }
}

fn default_tables(topology: &Topology, role: DefaultRole, out: &mut Sink) {
    let of_role = |id: &Id<_>| topology.tgw_default_tables[*id].role == role;
    let what = match role {
        DefaultRole::Association => "the default table for associations",
        DefaultRole::Propagation => "the default table for propagations",
    };
    for (id, gateway) in topology.transit_gateways.iter() {
        let certain = topology.defaults_of_gateway.of(id).iter().filter(|it| of_role(it));
        let certain = certain.map(|it| &topology.tgw_default_tables[*it].head);
        let perhaps = topology.defaults_of_gateway.perhaps_of(id).filter(|(it, _)| of_role(it));
        let perhaps =
            perhaps.map(|(it, cause)| (&topology.tgw_default_tables[it].head, cause.clone()));
        answer(out, &gateway.head, certain.collect(), perhaps.collect(), what);
    }
}

fn answer(
    out: &mut Sink,
    owner: &Head,
    mut certain: Vec<&Head>,
    mut perhaps: Vec<(&Head, Cause)>,
    what: &str,
) {
    certain.retain(|it| it.management != Management::Observed);
    perhaps.retain(|(it, _)| it.management != Management::Observed);
    // What has one id is told by that.
    let ids = certain.iter().filter_map(|it| it.id.as_ref()).collect::<BTreeSet<_>>();
    let one = certain.iter().all(|it| it.id.is_some()) && ids.len() <= 1;
    let stacks = certain.iter().map(|it| it.stack()).collect::<BTreeSet<_>>();
    let told = one && stacks.len() > 1;
    match (&*certain, perhaps.first()) {
        ([others @ .., last], _) if !others.is_empty() && !told => {
            let others: Vec<Origin> = others.iter().map(|it| it.origin.clone()).collect();
            out.broken(words(&last.origin, &others, &format!("{what} of `{}`", owner.name())));
        }
        ([_], Some((head, cause))) => out.undetermined(&head.origin, cause.clone()),
        ([] | [_, ..], _) => out.fine(),
    }
}

fn words(last: &Origin, others: &[Origin], what: &str) -> Finding {
    let stack = |it: &Origin| it.address.module.stack.clone();
    let stacks = others.iter().any(|it| stack(it) != stack(last));
    let names: Vec<String> = others.iter().map(ToString::to_string).collect();
    let finding = Finding::at(last, format!("manages {what}"));
    others
        .iter()
        .take(MOST_PLACES)
        .fold(finding, |finding, it| finding.also(it, "manages it as well"))
        .message(format!("`{last}` manages {what}, as {} does", several(&names)))
        .why(
            "each apply writes what its own configuration says and undoes what the other one wrote; whoever gives it \
             up first destroys it for both",
        )
        .help(if stacks {
            "keep it in one stack, and look at it by a data source in the other; a `removed` block with `destroy = \
             false` lets a stack give it up"
                .to_owned()
        } else {
            format!("remove all but one of the resources that set {what}")
        })
}
