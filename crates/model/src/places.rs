//! Where resources are written, when the input is source text.

use std::collections::BTreeSet;
use std::sync::Arc;

use groundplan_ir::{Address, Argument, BlockSite, Cause, Config, Origin, Place, Resource, Value};

use crate::reader::Reader;

/// The block of each resource, in the order of the configuration; nothing when there is no source
/// text. Instances of one block share what is known of it.
pub(crate) fn sites(config: &Config) -> Vec<Option<Arc<BlockSite>>> {
    if config.sources.is_empty() {
        return Vec::new();
    }
    let mut out = Vec::with_capacity(config.resources().len());
    let mut before: Option<(&Address, Option<Arc<BlockSite>>)> = None;
    for resource in config.resources() {
        let address = &*resource.address;
        let shared = before.take().filter(|(it, _)| is_of_one_block(it, address));
        let site = shared.map_or_else(|| site(config, address), |(_, site)| site);
        out.push(site.clone().map(|site| covered(config, resource, site)));
        before = Some((address, site));
    }
    out
}

fn is_of_one_block(one: &Address, two: &Address) -> bool {
    (one.mode, &one.kind, &one.name) == (two.mode, &two.kind, &two.name) && one.module == two.module
}

/// The block of an address, and the calls that lead to it.
fn site(config: &Config, address: &Address) -> Option<Arc<BlockSite>> {
    let mut module = config.root_of(address.module.stack.as_ref())?;
    let mut calls = Vec::new();
    for step in &address.module.steps {
        let call = module.calls.get(&step.name)?;
        calls.extend(call.at);
        module = &call.module;
    }
    if calls.len() != address.module.steps.len() {
        calls.clear();
    }
    let places = module.blocks.get(&*address.block())?.places.as_ref()?;
    Some(Arc::new(BlockSite { places: Arc::clone(places), calls }))
}

/// The same with only the names of those arguments whose value must not be shown, not even in a part:
/// the text behind the name may hold that part.
fn covered(config: &Config, resource: &Resource, site: Arc<BlockSite>) -> Arc<BlockSite> {
    let values = resource.planned.iter().chain(&resource.prior).flatten();
    let secret: BTreeSet<&str> =
        values.filter(|(_, value)| is_secret(value)).map(|(name, _)| *name).collect();
    if secret.is_empty() {
        return site;
    }
    let written = config.block(&resource.address).map(|block| &block.arguments);
    let mut places = (*site.places).clone();
    for name in secret {
        places.nested.remove(name);
        // A nested block is placed by its header, which holds no value.
        let argument = written.and_then(|all| all.get(name));
        let is_expression = matches!(argument, Some(Argument::Expression(_)));
        let Some(at) = places.arguments.get_mut(name).filter(|_| is_expression) else { continue };
        let text = config.sources.text(*at).unwrap_or_default();
        let end = text.find(name).and_then(|start| u32::try_from(start + name.len()).ok());
        at.end = at.start.saturating_add(end.unwrap_or(0));
    }
    Arc::new(BlockSite { places: Arc::new(places), calls: site.calls.clone() })
}

impl Reader<'_> {
    /// The origin of the resource as a whole.
    pub(crate) fn whole(&self) -> Origin {
        Origin::of(&self.resource.address).placed(self.site.map(Place::of))
    }

    /// The origin of an argument inside one of the nested blocks `name`.
    pub(crate) fn nested_argument(
        &self,
        name: &str,
        (at, elements): (usize, usize),
        argument: &str,
    ) -> Origin {
        let place =
            self.site.map(|site| Place::of(site).nested_argument(name, at, elements, argument));
        self.origin(name).placed(place)
    }

    /// The origin of one of the nested blocks `name`, where there are as many `elements` of them.
    pub(crate) fn nested(&self, name: &str, at: usize, elements: usize) -> Origin {
        let place = self.site.map(|site| Place::of(site).nested(name, at, elements));
        self.origin(name).placed(place)
    }
}

/// Whether any part of the value is sensitive.
fn is_secret(value: &Value) -> bool {
    match value {
        Value::Unknown(cause) => matches!(cause, Cause::Sensitive(_)),
        Value::Referred(referred) => matches!(referred.cause, Cause::Sensitive(_)),
        Value::List(items) => items.iter().any(is_secret),
        Value::Object(members) => members.values().any(is_secret),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
    }
}
