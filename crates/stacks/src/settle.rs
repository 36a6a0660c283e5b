//! Data sources that nobody has read: what they will find is known where AWS or groundplan.toml has described
//! it, and so is what is written as one of their attributes.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use groundplan_ir::{Address, Attributes, Config, Mode, Referred, Resource, Step, Value};

/// The argument by which a data source names its object, where it is not `id`.
const LOOKUPS: &[(&str, &str)] = &[("aws_route_table", "route_table_id")];

/// Whether AWS describes anything of the network.
pub(crate) fn is_described(config: &Config) -> bool {
    config.resources().iter().any(|it| it.address.mode == Mode::Live)
}

/// Completes data sources by what is described with the same id, and then what refers to them.
pub(crate) fn settle(config: &mut Config) {
    describe(config);
    let known = known(config);
    if known.is_empty() {
        return;
    }
    let mut change = |referred: &mut Referred| value(&known, referred);
    config.map_planned(&mut |_, attributes| {
        for it in attributes.values_mut() {
            it.map_referred(&mut change);
        }
    });
}

/// Writes what is described of an object into the data sources that look it up by its id.
fn describe(config: &mut Config) {
    let mut described: HashMap<(Box<str>, Box<str>), Attributes> = HashMap::new();
    for resource in config.resources().iter().filter(|it| it.address.mode == Mode::Live) {
        if let Some(attributes) = &resource.planned {
            let key = (resource.address.kind.clone(), resource.address.name.clone());
            described.insert(key, attributes.clone());
        }
    }
    if described.is_empty() {
        return;
    }
    config.map_planned(&mut |address, attributes| {
        if address.mode != Mode::Data {
            return;
        }
        let named = LOOKUPS.iter().find(|(kind, _)| *kind == &*address.kind);
        let argument = named.map_or("id", |(_, argument)| *argument);
        let Some(id) = attributes.get(argument).and_then(Value::as_text) else { return };
        let Some(object) = described.get(&(address.kind.clone(), id.into())) else { return };
        for (name, value) in attributes.iter_mut() {
            let told = object.get(name).filter(|it| it.first_unknown().is_none());
            if let (true, Some(told)) = (is_own(value, address), told) {
                value.clone_from(told);
            }
        }
    });
}

/// Whether a value is what only reading the data source would tell.
fn is_own(value: &Value, address: &Address) -> bool {
    matches!(value, Value::Referred(it) if it.exact && it.sources.iter().all(|it| *it.address == *address))
}

/// What is known of data sources that are not read yet.
fn known(config: &Config) -> BTreeMap<Arc<Address>, Attributes> {
    let unread = |it: &&Resource| {
        it.address.mode == Mode::Data
            && it.planned.iter().flatten().any(|(_, value)| is_own(value, &it.address))
    };
    let told = |it: &Resource| {
        let attributes = it.planned.iter().flatten();
        let known = attributes.filter(|(_, value)| value.first_unknown().is_none());
        (Arc::clone(&it.address), known.map(|(name, value)| (*name, value.clone())).collect())
    };
    config.resources().iter().filter(unread).map(told).collect()
}

/// The value that a reference to a data source comes to.
fn value(known: &BTreeMap<Arc<Address>, Attributes>, referred: &Referred) -> Option<Value> {
    let (true, [source]) = (referred.exact, &*referred.sources) else { return None };
    let [Step::Name(attribute)] = &*source.path else { return None };
    known.get(&source.address)?.get(&**attribute).cloned()
}
