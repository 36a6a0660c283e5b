//! What two inputs tell differently of one thing.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::{Action, Config, Mode, Origin, Resource, Value};

use crate::lowering::Lowering;

/// Two inputs disagree.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// Who is trusted less.
    pub origin: Origin,
    /// Who is trusted more.
    pub by: Origin,
    /// Of which thing.
    pub id: Box<str>,
    /// Which attribute.
    pub attribute: &'static str,
    /// What each of them says: less trusted, then more.
    pub values: [Box<str>; 2],
    /// Whether the plan of the second changes it from what the first one says.
    pub changes: bool,
}

/// What everybody who looks at a thing sees alike. The names of availability zones differ by account.
const FACTS: &[&str] = &[
    "cidr_block",
    "vpc_id",
    "owner_id",
    "peer_vpc_id",
    "transit_gateway_id",
    "availability_zone_id",
    "enable_dns_support",
    "enable_dns_hostnames",
    "default_route_table_association",
    "default_route_table_propagation",
];

/// What is trusted more comes first: who manages a thing, then data sources, then what AWS describes.
fn rank(mode: Mode) -> u8 {
    match mode {
        Mode::Managed => 0,
        Mode::Data => 1,
        Mode::Live => 2,
    }
}

/// The facts that inputs tell differently. A stack that looks at what it manages itself sees it before its apply.
pub(crate) fn conflicts(lowering: &Lowering<'_>, config: &Config) -> Vec<Conflict> {
    let mut by_id: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, resource) in config.resources().iter().enumerate() {
        // What groundplan.toml declares is of no stack.
        let declared = resource.address.mode == Mode::Live && stack(resource).is_none();
        let kept = !resource.deposed && resource.action != Action::Forget && !declared;
        let planned = resource.planned.as_ref().filter(|_| kept);
        if let Some(Value::Text(id)) = planned.and_then(|it| it.get("id"))
            && !id.is_empty()
        {
            by_id.entry((&resource.address.kind, id)).or_default().push(at);
        }
    }
    let mut out = Vec::new();
    for ((_, id), mut all) in by_id.into_iter().filter(|(_, all)| all.len() > 1) {
        let resources = config.resources();
        all.sort_by_key(|at| resources.get(*at).map(|it| rank(it.address.mode)));
        let Some((first, rest)) = all.split_first() else { continue };
        for at in rest {
            if let (Some(one), Some(two)) = (resources.get(*first), resources.get(*at))
                && (stack(one) != stack(two) || one.address.mode == two.address.mode)
            {
                out.extend(differences(lowering, id, (*first, one), (*at, two)));
            }
        }
    }
    out
}

fn stack(resource: &Resource) -> Option<&Arc<str>> {
    resource.address.module.stack.as_ref()
}

fn differences(
    lowering: &Lowering<'_>,
    id: &str,
    (first, one): (usize, &Resource),
    (second, two): (usize, &Resource),
) -> Vec<Conflict> {
    let mut out = Vec::new();
    for attribute in FACTS.iter().copied() {
        let told = |it: &Resource| text(it.planned.as_ref()?.get(attribute)?);
        let (Some(more), Some(less)) = (told(one), told(two)) else { continue };
        if more == less {
            continue;
        }
        let before = one.prior.as_ref().and_then(|it| text(it.get(attribute)?));
        let readers = (lowering.reader(first), lowering.reader(second));
        let (Some(by), Some(origin)) = readers else { continue };
        out.push(Conflict {
            origin: origin.origin(attribute),
            by: by.origin(attribute),
            id: id.into(),
            attribute,
            changes: before.as_ref() == Some(&less),
            values: [less, more],
        });
    }
    out
}

/// A plain value that is known.
fn text(value: &Value) -> Option<Box<str>> {
    match value {
        Value::Text(text) => Some(text.clone()).filter(|it| !it.is_empty()),
        Value::Bool(flag) => Some(flag.to_string().into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Null
        | Value::List(_)
        | Value::Object(_)
        | Value::Unknown(_)
        | Value::Referred(_) => None,
    }
}
