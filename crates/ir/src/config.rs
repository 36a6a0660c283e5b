//! A root module as read: its instances, its blocks, its providers and what was left out.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{
    Address, BlockConfig, Mode, ModuleConfig, ModulePath, Resource, SourceMap, Tri, Value,
};

/// The place of a resource in [`Config::resources`].
pub type ResourceIndex = usize;

/// Whether the input holds the whole configuration, so that absence proves something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completeness {
    /// Everything is there.
    #[default]
    Whole,
    /// Some of it may be missing: `-target`, an errored plan, a deferred change.
    Partial,
}

/// A provider configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// The region that it works in.
    pub region: Tri<Box<str>>,
    /// The account that it works in, where the configuration pins one.
    pub account: Tri<Box<str>>,
}

/// How many instances were read, by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Instances of types that a model reads, by type.
    pub modelled: BTreeMap<Box<str>, usize>,
    /// Instances of other network types, by type.
    pub not_modelled: BTreeMap<Box<str>, usize>,
    /// Instances of every other type.
    pub other: usize,
}

impl Census {
    /// Every instance of the input.
    pub fn total(&self) -> usize {
        self.modelled.values().sum::<usize>()
            + self.not_modelled.values().sum::<usize>()
            + self.other
    }

    /// Counts the instances of another input in.
    pub fn add(&mut self, more: &Self) {
        let both =
            [(&mut self.modelled, &more.modelled), (&mut self.not_modelled, &more.not_modelled)];
        for (all, more) in both {
            for (kind, count) in more {
                *all.entry(kind.clone()).or_default() += count;
            }
        }
        self.other += more.other;
    }
}

/// A root module as it will be after the apply, together with what the apply destroys; or those of
/// several stacks ([`Config::of_stacks`]).
#[derive(Debug, Default)]
pub struct Config {
    pub(crate) resources: Vec<Resource>,
    pub(crate) modules: BTreeSet<ModulePath>,
    /// The blocks of the root module and, through its calls, of all others; of a single stack.
    pub root: ModuleConfig,
    /// The same of each of several stacks, by name.
    pub roots: BTreeMap<Arc<str>, ModuleConfig>,
    /// Provider configurations by key (`aws`, `aws.dr`, `module.a:aws`; of several stacks
    /// `network:aws`).
    pub providers: BTreeMap<Box<str>, Provider>,
    /// Data blocks whose values were read during planning: `module.a.data.type.name`.
    pub read_data: BTreeSet<Box<str>>,
    /// What the root module's outputs are, of a single stack. None of a value is sensitive.
    pub outputs: BTreeMap<Box<str>, Value>,
    /// Whether the input holds the whole configuration.
    pub completeness: Completeness,
    /// Of several stacks, those of which something is missing.
    pub partial: BTreeSet<Option<Arc<str>>>,
    /// Of several stacks, those that tell no ids although what they describe may exist: directories.
    pub idless: BTreeSet<Option<Arc<str>>>,
    /// Of several stacks, plans that make something: where the inputs are of different moments, it exists.
    pub making: BTreeSet<Option<Arc<str>>>,
    /// Somebody said that nothing outside of the input adds to what is in it.
    pub closed: bool,
    /// What was counted.
    pub census: Census,
    /// The files that places point into; none when the input is not source text.
    pub sources: SourceMap,
}

impl Config {
    /// Takes over the instances and puts them in address order.
    pub fn new(mut resources: Vec<Resource>, root: ModuleConfig) -> Self {
        // Several deposed objects share an address; their values keep the order from depending on
        // the input's.
        resources.sort_by(|one, two| {
            (&one.address, one.deposed, &one.prior, &one.planned).cmp(&(
                &two.address,
                two.deposed,
                &two.prior,
                &two.planned,
            ))
        });
        let mut modules = BTreeSet::new();
        for resource in &resources {
            let mut path = resource.address.module.clone();
            while modules.insert(path.clone()) {
                let Some((parent, _)) = path.parent() else { break };
                path = parent;
            }
        }
        Self { resources, modules, root, ..Self::default() }
    }

    /// Whether something of it may be missing.
    pub fn is_partial(&self) -> bool {
        self.completeness == Completeness::Partial
    }

    /// Notes that a whole stack could not be read, so that anything may be missing that others can name.
    pub fn miss_a_stack(&mut self) {
        self.completeness = Completeness::Partial;
        // No stack is called this, so what is made new in those that were read stays closed.
        self.partial.insert(Some("".into()));
    }

    /// All instances in address order.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// Changes the planned values of current instances. Their addresses, and with them the order, stay.
    pub fn map_planned(&mut self, change: &mut dyn FnMut(&Address, &mut crate::Attributes)) {
        for resource in self.resources.iter_mut().filter(|it| !it.deposed) {
            if let Some(planned) = &mut resource.planned {
                change(&resource.address, planned);
            }
        }
    }

    /// The current instances of one block, with their places, in key order.
    pub fn instances(
        &self,
        module: &ModulePath,
        mode: Mode,
        kind: &str,
        name: &str,
    ) -> impl Iterator<Item = (ResourceIndex, &Resource)> {
        let order = move |address: &Address| {
            (&address.module, address.mode, &*address.kind, &*address.name)
                .cmp(&(module, mode, kind, name))
        };
        let start = self.resources.partition_point(|it| order(&it.address).is_lt());
        self.resources
            .iter()
            .enumerate()
            .skip(start)
            .take_while(move |(_, it)| order(&it.address).is_eq())
            .filter(|(_, it)| !it.deposed)
    }

    /// The place of the current instance at this address.
    pub fn at(&self, address: &Address) -> Option<ResourceIndex> {
        // Sorted by address, and the current instance comes before deposed ones.
        let at = self.resources.partition_point(|it| *it.address < *address);
        let found = self.resources.get(at)?;
        (*found.address == *address && !found.deposed).then_some(at)
    }

    /// The instances of the call `name` in `module` that hold any instance.
    pub fn module_instances<'a>(
        &'a self,
        module: &'a ModulePath,
        name: &'a str,
    ) -> impl Iterator<Item = &'a ModulePath> {
        let depth = module.steps.len();
        self.modules
            .range(module.child(name, None)..)
            .take_while(move |path| {
                path.stack == module.stack
                    && path.steps.starts_with(&module.steps)
                    && path.steps.get(depth).is_some_and(|it| &*it.name == name)
            })
            .filter(move |path| path.steps.len() == depth + 1)
    }

    /// The configuration of the module that this path is an instance of.
    pub fn module(&self, path: &ModulePath) -> Option<&ModuleConfig> {
        path.steps.iter().try_fold(self.root_of(path.stack.as_ref())?, |module, step| {
            module.calls.get(&step.name).map(|call| &call.module)
        })
    }

    /// The block that this address is an instance of.
    pub fn block(&self, address: &Address) -> Option<&BlockConfig> {
        self.module(&address.module)?.blocks.get(&*address.block())
    }
}
