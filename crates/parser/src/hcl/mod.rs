//! A Terraform directory → [`Config`], evaluated without provider, state or network.

mod blocks;
mod instances;
mod providers;
mod values;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Completeness, Config, Interest};
use groundplan_modules::{
    Diagnostic, Disk, Evaluation, Item, ModuleId, Settings, Sort, Tree, Weight,
};
use groundplan_syntax::{Expr, Literal, Node};

use crate::input::MAKE_PLAN;
use crate::secrets::Secrets;
use crate::{Outputs, Read, StateStore};

/// How a directory is read.
#[derive(Clone, Debug, Default)]
pub struct HclSettings {
    /// Values of variables, the workspace and the working directory.
    pub settings: Settings,
    /// `file()` and its kin read below this; the repository or the directory itself when not set.
    pub root: Option<PathBuf>,
    /// Where the source of a plan is.
    pub source: crate::joined::Source,
    /// Whether outputs are evaluated too, for other stacks to read.
    pub outputs: bool,
}

/// Evaluates a directory: what `items` asks for, and what that needs.
pub(crate) fn evaluation(
    directory: &Path,
    settings: &HclSettings,
    items: &dyn Fn(&Item, ModuleId) -> bool,
    wanted: groundplan_modules::Wanted<'_>,
) -> Evaluation {
    let disk = Disk::new(directory, settings.root.as_deref());
    let tree = groundplan_modules::load(directory);
    Evaluation::run(tree, directory.to_owned(), disk, settings.settings.clone(), items, wanted)
}

/// Reads a directory; only resource types in `interest` are built.
pub(crate) fn read(directory: &Path, settings: &HclSettings, interest: &Interest) -> Read {
    let name = directory.display().to_string();
    if !groundplan_modules::is_configuration(directory) {
        let message = "this is a directory without Terraform files".to_owned();
        let help = format!("name one with `.tf` files, or a plan: {MAKE_PLAN}");
        let kind = ProblemKind::Unreadable;
        let problem = Problem { kind, input: name, place: None, at: None, message, help };
        return Read { problems: vec![problem], ..Read::default() };
    }
    let Configured { config, diagnostics, state, outputs } =
        config_of(directory, settings, interest);
    let problems = diagnostics.iter().map(|it| problem(&name, it)).collect();
    Read { config: Some(config), problems, state: Some(state), outputs }
}

/// What a directory comes to.
pub(crate) struct Configured {
    pub(crate) config: Config,
    /// What is wrong with it.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Where its state is kept.
    pub(crate) state: StateStore,
    /// What it puts out, where that was asked for.
    pub(crate) outputs: Option<Outputs>,
}

/// Evaluates a directory as far as the model reads it.
pub(crate) fn config_of(
    directory: &Path,
    settings: &HclSettings,
    interest: &Interest,
) -> Configured {
    let is_read = |kind: &str| interest.attributes(kind).is_some();
    let items = |item: &Item, module: ModuleId| match item {
        Item::Resource(name) => name.sort != Sort::Ephemeral && is_read(&name.kind),
        Item::Provider(_) | Item::Validation(_) => true,
        Item::Output(_) => settings.outputs && module == 0,
        Item::Variable(_) | Item::Local(_) | Item::Call(_) => false,
    };
    let wanted = |name: &groundplan_modules::ResourceName, argument: &str| {
        interest.attributes(&name.kind).is_some_and(|all| all.contains(&argument))
    };
    let run = evaluation(directory, settings, &items, &wanted);
    let config = config(&run, interest);
    let outputs = settings.outputs.then(|| Outputs::evaluated(&run));
    let state = store(&run.tree, directory, run.workspace());
    Configured { config, diagnostics: run.diagnostics, state, outputs }
}

/// Where a directory keeps its state, as far as its text tells.
pub(crate) fn state_store(directory: &Path, settings: &HclSettings) -> StateStore {
    let workspace = groundplan_modules::workspace(&settings.settings, directory);
    store(&groundplan_modules::load(directory), directory, &workspace)
}

fn store(tree: &Tree, directory: &Path, workspace: &str) -> StateStore {
    let backend = tree.modules.first().and_then(|it| it.module.backend.clone());
    StateStore { directory: directory.to_owned(), workspace: workspace.into(), backend }
}

/// Whether an expression is `false` and nothing else.
pub(crate) fn is_false(expr: &Expr) -> bool {
    matches!(expr.node, Node::Literal(Literal::Bool(false)))
}

fn config(run: &Evaluation, interest: &Interest) -> Config {
    let mut lowering = instances::Lowering::new(run, interest);
    lowering.all();
    let mut root = blocks::root(run, interest);
    let secrets = secrets(run);
    if !secrets.is_empty() {
        for resource in &mut lowering.resources {
            secrets.hide_in_address(Arc::make_mut(&mut resource.address));
            let planned = resource.planned.iter_mut().flat_map(|it| it.values_mut());
            planned.for_each(|it| secrets.hide_in_value(it));
        }
        secrets.hide_in_module(&mut root);
    }
    let mut config = Config::new(lowering.resources, root);
    config.census = lowering.census;
    config.providers = providers::read(run, &lowering.providers);
    let is_lost = |it: &Diagnostic| it.weight != Weight::Remark;
    if run.diagnostics.iter().any(is_lost) {
        config.completeness = Completeness::Partial;
    }
    config.sources = run.tree.sources.clone();
    let spelled: Vec<String> = secrets.texts().flat_map(spellings).collect();
    config.sources.mask(spelled.iter().map(String::as_str));
    config
}

/// A text as it is, and as it stands in quotes.
fn spellings(text: &str) -> [String; 2] {
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    [text.to_owned(), quoted.replace("${", "$${").replace("%{", "%%{")]
}

/// The values of sensitive variables.
fn secrets(run: &Evaluation) -> Secrets {
    let Some(root) = run.tree.modules.first() else { return Secrets::default() };
    let names = root.module.variables.keys();
    let values = names.filter_map(|name| run.value(0, &Item::Variable(Arc::clone(name)), 0));
    Secrets::evaluated(values)
}

fn problem(input: &str, it: &Diagnostic) -> Problem {
    let kind = match it.weight {
        Weight::Error => ProblemKind::Malformed,
        Weight::Incomplete => ProblemKind::Incomplete,
        Weight::Remark => ProblemKind::Remark,
    };
    let (message, help) = (it.message.clone(), it.help.clone());
    Problem { kind, input: input.to_owned(), place: None, at: it.at, message, help }
}
