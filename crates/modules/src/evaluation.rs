//! Evaluates the graph, wave by wave, the nodes of a wave in parallel.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use groundplan_eval::{CallContext, Value};
use groundplan_ir::{InstanceKey, ModulePath};
use rayon::prelude::*;

use crate::body::EvaluatedBody;
use crate::disk::Disk;
use crate::expansion::{Expansion, Repetition};
use crate::graph::{Graph, Item, NodeId};
use crate::module::ResourceName;
use crate::tree::{ModuleId, Tree};
use crate::{Diagnostic, Weight};

/// More instances in all are an accident or an attack.
const MOST_INSTANCES: usize = 300_000;

/// What a node came to; vectors have an entry for each instance of the module.
#[derive(Debug)]
pub(crate) enum Slot {
    /// A variable, a local value or an output.
    Values(Vec<Value>),
    /// A block's instances.
    Resources(Vec<Resources>),
    /// A call's instances.
    Calls(Calls),
    /// Provider blocks.
    Bodies(Vec<EvaluatedBody>),
    /// Nothing that others can ask for.
    Done,
}

/// One instance of a module.
#[derive(Clone, Debug, Default)]
pub struct ModuleInstance {
    /// Where it is.
    pub path: ModulePath,
    /// The caller's instance.
    pub parent: usize,
    /// What `each` and `count` mean in the call.
    pub repetition: Repetition,
}

/// The instances of a call.
#[derive(Debug, Default)]
pub struct Calls {
    /// All of them, over all instances of the caller.
    pub instances: Vec<ModuleInstance>,
    /// For each instance of the caller: how it expands, and the first of its instances above.
    pub expansions: Vec<(Expansion, usize)>,
}

/// The instances of a block in one instance of its module.
#[derive(Clone, Debug)]
pub struct Resources {
    /// How many there are.
    pub expansion: Expansion,
    /// Each of them; one for a symbolic expansion.
    pub instances: Vec<Instance>,
    /// What a reference to the block gives.
    pub value: Value,
}

/// An instance of a block.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Its key.
    pub key: Option<InstanceKey>,
    /// What the author wrote, evaluated.
    pub body: EvaluatedBody,
    /// What a reference to it gives.
    pub value: Value,
}

/// What is set from outside of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `terraform.workspace`; when empty, what `terraform workspace select` left behind, or `default`.
    pub workspace: String,
    /// Where the program was started, absolute; Terraform would be started in the directory itself.
    pub working_directory: PathBuf,
    /// Values of root variables, as they were set; the last one of a name counts.
    pub inputs: Vec<crate::inputs::Input>,
    /// What a plan of this configuration tells. It was made somewhere else, so that nothing but the
    /// text is taken from here.
    pub planned: Option<Arc<crate::planned::Planned>>,
    /// The outputs that `terraform_remote_state` instances find, where the stack whose state they read
    /// is at hand.
    pub remote_states: Arc<BTreeMap<groundplan_ir::Address, Arc<Outputs>>>,
}

/// Outputs of a root module by name.
pub type Outputs = BTreeMap<Box<str>, Value>;

/// Chooses which arguments of a block are evaluated.
pub type Wanted<'w> = &'w (dyn Fn(&ResourceName, &str) -> bool + Sync);

/// An evaluated configuration.
pub struct Evaluation {
    /// The modules.
    pub tree: Tree,
    /// The order.
    pub graph: Graph,
    /// Errors and remarks, by place.
    pub diagnostics: Vec<Diagnostic>,
    pub(crate) settings: Settings,
    pub(crate) inputs: BTreeMap<Arc<str>, crate::inputs::Given>,
    pub(crate) disk: Disk,
    pub(crate) base: PathBuf,
    /// The same, absolute where it is known where the program was started.
    directory: PathBuf,
    slots: Vec<OnceLock<Slot>>,
    root: [ModuleInstance; 1],
    count: AtomicUsize,
}

impl Evaluation {
    /// Evaluates a loaded tree: everything that `items` asks for, and what that needs.
    pub fn run(
        mut tree: Tree,
        base: PathBuf,
        disk: Disk,
        settings: Settings,
        items: &dyn Fn(&Item, ModuleId) -> bool,
        wanted: Wanted<'_>,
    ) -> Self {
        let mut diagnostics = std::mem::take(&mut tree.diagnostics);
        let mut settings = settings;
        let directory = settings.working_directory.join(&base);
        settings.workspace = workspace(&settings, &base);
        let inputs = crate::inputs::gather(&mut tree, &base, &settings, &mut diagnostics);
        // Terraform looks at what a root variable is given also where nothing uses it.
        let has_value = |name: &Arc<str>| {
            let root = tree.modules.first().and_then(|it| it.module.variables.get(name));
            inputs.contains_key(name) || root.is_some_and(|it| it.default.is_some())
        };
        let is_wanted = |item: &Item, module: ModuleId| {
            items(item, module)
                || matches!(item, Item::Variable(name) if module == 0 && has_value(name))
        };
        let graph = Graph::new(&tree, &is_wanted);
        let slots = graph.nodes.iter().map(|_| OnceLock::new()).collect();
        let mut run = Self {
            tree,
            graph,
            diagnostics,
            settings,
            inputs,
            disk,
            base,
            directory,
            slots,
            root: [ModuleInstance::default()],
            count: AtomicUsize::new(0),
        };
        let mut found = Vec::new();
        for wave in &run.graph.waves {
            if let [one] = **wave {
                found.extend(run.node(one, wanted));
            } else {
                let all: Vec<Vec<Diagnostic>> =
                    wave.par_iter().map(|id| run.node(*id, wanted)).collect();
                found.extend(all.into_iter().flatten());
            }
        }
        found.extend(run.cycles());
        run.diagnostics.extend(found);
        // Where there is a plan Terraform has accepted the text that it was made from.
        if run.settings.planned.is_none() {
            let is_error = |it: &&Diagnostic| it.weight == Weight::Error;
            let said = run.diagnostics.iter().filter(is_error).filter_map(|it| it.at).collect();
            run.diagnostics.extend(crate::checked::all(&run.tree, &said));
            run.diagnostics.extend(crate::providers::missing(&run.tree));
        }
        run.diagnostics.sort();
        run.diagnostics.dedup();
        run
    }

    /// `terraform.workspace`.
    pub fn workspace(&self) -> &str {
        &self.settings.workspace
    }

    fn node(&self, id: NodeId, wanted: Wanted<'_>) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        if let (Some(node), Some(slot)) = (self.graph.nodes.get(id), self.slots.get(id)) {
            let value = crate::nodes::evaluate_node(self, node, wanted, &mut diagnostics);
            // Each node is in one wave, so nobody has filled it before.
            let _ = slot.set(value);
        }
        diagnostics
    }

    fn cycles(&self) -> Vec<Diagnostic> {
        let member = |id: &NodeId| self.graph.nodes.get(*id).map(|it| (self.name(it), it.at));
        let words = |cycle: &Vec<NodeId>| {
            let members: Vec<_> = cycle.iter().filter_map(member).collect();
            let (_, at) = members.first()?;
            let names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
            let message = match *names {
                [name] => format!("`{name}` refers to itself"),
                _ => format!("these refer to each other in a circle: {}", names.join(", ")),
            };
            let help = "what is on the circle has no value; break it at one place";
            Some(Diagnostic::error(*at, message, help))
        };
        self.graph.cycles.iter().filter_map(words).collect()
    }

    /// How references write a declaration, with the modules in front.
    fn name(&self, node: &crate::graph::Node) -> String {
        let path = self.tree.modules.get(node.module).map(|it| &it.path);
        let modules = path.into_iter().flatten().map(|it| format!("module.{it}."));
        let own = match &node.item {
            Item::Variable(name) | Item::Validation(name) => format!("var.{name}"),
            Item::Local(name) => format!("local.{name}"),
            Item::Output(name) => format!("output.{name}"),
            Item::Resource(name) => name.written(),
            Item::Call(name) => format!("module.{name}"),
            Item::Provider(at) => format!("provider {at}"),
        };
        modules.collect::<String>() + &own
    }

    /// Counts new instances; false when there are too many.
    pub(crate) fn count(&self, more: usize) -> bool {
        self.count.fetch_add(more, Ordering::Relaxed) + more <= MOST_INSTANCES
    }

    pub(crate) fn slot(&self, module: ModuleId, item: &Item) -> Option<&Slot> {
        self.slots.get(self.graph.find(module, item)?)?.get()
    }

    /// The value of a variable, a local or an output in one instance of its module.
    pub fn value(&self, module: ModuleId, item: &Item, instance: usize) -> Option<&Value> {
        match self.slot(module, item)? {
            Slot::Values(values) => values.get(instance),
            Slot::Resources(_) | Slot::Calls(_) | Slot::Bodies(_) | Slot::Done => None,
        }
    }

    /// The instances of a block, for each instance of its module.
    pub fn resources(&self, module: ModuleId, name: &ResourceName) -> &[Resources] {
        match self.slot(module, &Item::Resource(name.clone())) {
            Some(Slot::Resources(all)) => all,
            Some(Slot::Values(_) | Slot::Calls(_) | Slot::Bodies(_) | Slot::Done) | None => &[],
        }
    }

    /// The instances of a call.
    pub fn calls(&self, module: ModuleId, name: &Arc<str>) -> Option<&Calls> {
        match self.slot(module, &Item::Call(Arc::clone(name)))? {
            Slot::Calls(calls) => Some(calls),
            Slot::Values(_) | Slot::Resources(_) | Slot::Bodies(_) | Slot::Done => None,
        }
    }

    /// A provider block in the first instance of its module.
    pub fn provider(&self, module: ModuleId, at: usize) -> Option<&EvaluatedBody> {
        match self.slot(module, &Item::Provider(at))? {
            Slot::Bodies(all) => all.first(),
            Slot::Values(_) | Slot::Resources(_) | Slot::Calls(_) | Slot::Done => None,
        }
    }

    /// All instances of a module.
    pub fn instances(&self, module: ModuleId) -> &[ModuleInstance] {
        let Some(it) = self.tree.modules.get(module) else { return &[] };
        match (it.parent, it.path.last()) {
            (Some(parent), Some(name)) => {
                self.calls(parent, name).map_or(&[], |calls| &*calls.instances)
            }
            (None, _) | (_, None) => &self.root,
        }
    }

    pub(crate) fn call_context(&self) -> CallContext<'_> {
        CallContext { files: &self.disk, directory: &self.directory }
    }
}

/// The workspace of a directory: the one that is set, or what `terraform workspace select` wrote down.
pub fn workspace(settings: &Settings, base: &std::path::Path) -> String {
    match &*settings.workspace {
        "" => selected_workspace(base),
        set => set.to_owned(),
    }
}

/// The workspace that `terraform workspace select` wrote down.
fn selected_workspace(base: &std::path::Path) -> String {
    let written = Disk::source(&base.join(".terraform").join("environment")).unwrap_or_default();
    let name = written.trim();
    if name.is_empty() { "default".to_owned() } else { name.to_owned() }
}
