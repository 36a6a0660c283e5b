//! Several configurations as one network, each a stack with a name of its own.
//!
//! Nothing of one stack is confused with what another stack calls the same: addresses, provider
//! configurations and places are told apart by the stack's name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::address::prefix;
use crate::{Address, BlockPlaces, Completeness, Config, Location, ModuleConfig, Resource, Value};

/// A configuration with the name by which a run over several knows it.
#[derive(Debug)]
pub struct Stack {
    /// Its name, which no other stack of the run has. One may have none: what it holds is called as if
    /// it were alone.
    pub name: Option<Arc<str>>,
    /// What was read.
    pub config: Config,
    /// Whether it tells no ids although what it describes may exist: a directory.
    pub idless: bool,
}

impl Config {
    /// One configuration of all stacks. Each one's locations have then moved by the number of files
    /// before it, as [`Location::behind`] moves them.
    pub fn of_stacks(stacks: Vec<Stack>) -> Self {
        let mut resources = Vec::new();
        let mut out = Self::default();
        let several = stacks.len() > 1;
        for Stack { name, config, idless } in stacks {
            if idless && several {
                out.idless.insert(name.clone());
            } else if several && config.resources.iter().any(|it| it.action.creates()) {
                out.making.insert(name.clone());
            }
            let files = out.sources.len();
            let Self { resources: own, mut root, providers, read_data, .. } = config;
            let before = prefix(name.as_deref());
            let behind = |text: &str| -> Box<str> { format!("{before}{text}").into() };
            out.providers.extend(providers.into_iter().map(|(key, it)| (behind(&key), it)));
            out.read_data.extend(read_data.iter().map(|it| behind(it)));
            out.census.add(&config.census);
            out.sources.append(config.sources);
            root.move_into(&before, files);
            if config.completeness == Completeness::Partial {
                out.completeness = Completeness::Partial;
                out.partial.insert(name.clone());
            }
            if let Some(name) = name {
                resources.extend(own.into_iter().map(|it| named(it, &name)));
                out.roots.insert(name, root);
            } else {
                resources.extend(own);
                out.root = root;
            }
        }
        let merged = Self::new(resources, ModuleConfig::default());
        Self { resources: merged.resources, modules: merged.modules, ..out }
    }

    /// The same with facts that belong to no configuration. Their locations have then moved by the
    /// number of files that were here.
    #[must_use]
    pub fn with_facts(self, facts: Self) -> Self {
        let Self { resources: more, root: mut facts_root, .. } = facts;
        let mut out = self;
        facts_root.move_into("", out.sources.len());
        for (name, block) in facts_root.blocks {
            out.root.blocks.entry(name).or_insert(block);
        }
        for (key, provider) in facts.providers {
            out.providers.entry(key).or_insert(provider);
        }
        out.census.add(&facts.census);
        out.sources.append(facts.sources);
        let resources = std::mem::take(&mut out.resources).into_iter().chain(more).collect();
        let merged = Self::new(resources, ModuleConfig::default());
        Self { resources: merged.resources, modules: merged.modules, ..out }
    }

    /// The root module of a stack.
    pub fn root_of(&self, stack: Option<&Arc<str>>) -> Option<&ModuleConfig> {
        stack.map_or(Some(&self.root), |name| self.roots.get(name))
    }
}

fn named(mut resource: Resource, stack: &Arc<str>) -> Resource {
    in_stack(&mut resource.address, stack);
    if let Some(address) = &mut resource.previous_address {
        in_stack(address, stack);
    }
    let values = resource.planned.iter_mut().chain(&mut resource.prior);
    values.flat_map(BTreeMap::values_mut).for_each(|value| value.name_stack(stack));
    resource
}

/// What came from another stack already stays there.
fn in_stack(address: &mut Arc<Address>, stack: &Arc<str>) {
    if address.module.stack.is_none() {
        Arc::make_mut(address).module.stack = Some(Arc::clone(stack));
    }
}

impl Value {
    /// Makes the sources of unknown parts those of a stack, unless they are of one already.
    pub fn name_stack(&mut self, stack: &Arc<str>) {
        self.map_referred(&mut |it| {
            it.sources.iter_mut().for_each(|source| in_stack(&mut source.address, stack));
            None
        });
    }
}

impl ModuleConfig {
    fn move_into(&mut self, before: &str, files: usize) {
        for block in self.blocks.values_mut() {
            block.provider = format!("{before}{}", block.provider).into();
            if let Some(places) = &mut block.places {
                Arc::make_mut(places).move_behind(files);
            }
        }
        for call in self.calls.values_mut() {
            call.at = call.at.map(|at| at.behind(files));
            call.module.move_into(before, files);
        }
    }
}

impl BlockPlaces {
    fn move_behind(&mut self, files: usize) {
        let one = [&mut self.header, &mut self.whole].into_iter();
        let nested = self.nested.values_mut().flatten().flat_map(BTreeMap::values_mut);
        let all = one.chain(self.arguments.values_mut()).chain(self.blocks.values_mut().flatten());
        let all = all.chain(nested);
        all.for_each(|at: &mut Location| *at = at.behind(files));
    }
}
