//! A root module as read: its instances, its blocks, its providers and what was left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Address, BlockConfig, Mode, ModuleConfig, ModulePath, Resource, SourceMap, Tri};

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
}

/// A root module as it will be after the apply, together with what the apply destroys.
#[derive(Debug, Default)]
pub struct Config {
    resources: Vec<Resource>,
    modules: BTreeSet<ModulePath>,
    /// The blocks of the root module and, through its calls, of all others.
    pub root: ModuleConfig,
    /// Provider configurations by key (`aws`, `aws.dr`, `module.a:aws`).
    pub providers: BTreeMap<Box<str>, Provider>,
    /// Data blocks whose values were read during planning: `module.a.data.type.name`.
    pub read_data: BTreeSet<Box<str>>,
    /// Whether the input holds the whole configuration.
    pub completeness: Completeness,
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
        let depth = module.0.len();
        self.modules
            .range(module.child(name, None)..)
            .take_while(move |path| {
                path.0.starts_with(&module.0)
                    && path.0.get(depth).is_some_and(|it| &*it.name == name)
            })
            .filter(move |path| path.0.len() == depth + 1)
    }

    /// The configuration of the module that this path is an instance of.
    pub fn module(&self, path: &ModulePath) -> Option<&ModuleConfig> {
        path.0.iter().try_fold(&self.root, |module, step| {
            module.calls.get(&step.name).map(|call| &call.module)
        })
    }

    /// The block that this address is an instance of.
    pub fn block(&self, address: &Address) -> Option<&BlockConfig> {
        self.module(&address.module)?.blocks.get(&*address.block())
    }
}
