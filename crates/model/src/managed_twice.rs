//! Objects that several stacks manage: ids are unique in the world, so one id is one object.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_ir::{Action, Config, Mode, Origin, Resource, Value};

use crate::lowering::Lowering;

/// An object that resources of several stacks manage.
#[derive(Clone, Debug)]
pub struct ManagedTwice {
    /// Its id.
    pub id: Box<str>,
    /// The resources, in address order; of each stack the first.
    pub by: Vec<Origin>,
}

/// Resources that share an id by design: each side of a peering connection sets its options, and each account
/// accepts a share for itself.
const SHARED: &[&str] = &["aws_vpc_peering_connection_options", "aws_ram_resource_share_accepter"];

/// One stack that is given twice, as plan and state or under two names, has at least so many resources that
/// both tell alike.
const LEAST: usize = 2;

type Stack<'c> = Option<&'c Arc<str>>;

/// The objects that are managed by more than one stack. Two inputs that hold the same resources with the
/// same ids are one stack, and no two.
pub(crate) fn managed_twice(lowering: &Lowering<'_>, config: &Config) -> Vec<ManagedTwice> {
    let mut by_id: BTreeMap<(&str, &str), BTreeMap<Stack<'_>, usize>> = BTreeMap::new();
    let mut all: BTreeMap<Stack<'_>, BTreeSet<(String, &str)>> = BTreeMap::new();
    for (at, resource) in config.resources().iter().enumerate() {
        let Some(id) = managed(resource) else { continue };
        let stack = resource.address.module.stack.as_ref();
        let kind = &*resource.address.kind;
        all.entry(stack).or_default().insert((local(resource), id));
        if !SHARED.contains(&kind) {
            by_id.entry((written(kind), id)).or_default().entry(stack).or_insert(at);
        }
    }
    if all.len() < 2 {
        return Vec::new();
    }
    let is_one = |one: &Stack<'_>, two: &Stack<'_>| {
        let (one, two) = (all.get(one), all.get(two));
        one == two && one.is_some_and(|it| it.len() >= LEAST)
    };
    let mut out = Vec::new();
    for ((_, id), stacks) in by_id.into_iter().filter(|(_, stacks)| stacks.len() > 1) {
        let mut kept: Vec<(Stack<'_>, usize)> = Vec::new();
        for (stack, at) in stacks {
            if !kept.iter().any(|(it, _)| is_one(it, &stack)) {
                kept.push((stack, at));
            }
        }
        let by: Vec<Origin> =
            kept.iter().filter_map(|(_, at)| Some(lowering.reader(*at)?.whole())).collect();
        if by.len() > 1 {
            out.push(ManagedTwice { id: id.into(), by });
        }
    }
    out
}

/// The id of what a resource manages after the apply.
fn managed(resource: &Resource) -> Option<&str> {
    let kept = resource.address.mode == Mode::Managed
        && !resource.deposed
        && resource.action != Action::Forget;
    let id = resource.planned.as_ref().filter(|_| kept)?.get("id")?;
    let Value::Text(id) = id else { return None };
    Some(&**id).filter(|it| !it.is_empty())
}

/// What AWS makes along with a VPC is adopted by a resource type of its own.
fn written(kind: &str) -> &str {
    match kind {
        "aws_default_vpc" => "aws_vpc",
        "aws_default_subnet" => "aws_subnet",
        "aws_default_route_table" => "aws_route_table",
        "aws_default_security_group" => "aws_security_group",
        "aws_default_network_acl" => "aws_network_acl",
        other => other,
    }
}

/// The address within its stack.
fn local(resource: &Resource) -> String {
    let mut address = (*resource.address).clone();
    address.module.stack = None;
    address.to_string()
}
