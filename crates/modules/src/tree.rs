//! Which module calls which, from the root down.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_ir::SourceMap;
use rayon::prelude::*;
use serde::Deserialize;

use crate::Diagnostic;
use crate::declare::constant_text;
use crate::disk::{Disk, tidied};
use crate::files::{Reading, shown};
use crate::module::{Call, Module};
use crate::sources::harmless;

/// Modules nest at most this deep; a module that calls itself ends here at the latest.
const DEEPEST: usize = 64;

/// More calls than this are an accident.
const MOST_CALLS: usize = 20_000;

/// The place of a module in [`Tree::modules`].
pub type ModuleId = usize;

/// One call path, whatever `count` or `for_each` make of it.
#[derive(Debug)]
pub struct StaticModule {
    /// The names of the calls from the root.
    pub path: Vec<Arc<str>>,
    /// What it declares.
    pub module: Arc<Module>,
    /// Who calls it.
    pub parent: Option<ModuleId>,
    /// The modules that it calls; none where one is not installed.
    pub children: BTreeMap<Arc<str>, Option<ModuleId>>,
}

/// All call paths; the root is the first.
#[derive(Debug, Default)]
pub struct Tree {
    /// Parents stand before their children.
    pub modules: Vec<StaticModule>,
    /// Every file that was read.
    pub sources: SourceMap,
    /// What was met.
    pub diagnostics: Vec<Diagnostic>,
}

/// What `terraform init` wrote about installed modules.
#[derive(Deserialize, Default)]
struct Manifest {
    #[serde(rename = "Modules", default)]
    modules: Vec<Installed>,
}

#[derive(Deserialize)]
struct Installed {
    #[serde(rename = "Key", default)]
    key: String,
    #[serde(rename = "Dir", default)]
    directory: String,
}

/// A call whose directory is known.
struct Wanted {
    parent: ModuleId,
    name: Arc<str>,
    directory: PathBuf,
}

/// Loads the module in `base` and all that it calls.
pub fn load(base: &Path) -> Tree {
    let mut tree = Tree::default();
    let installed = manifest(base, &mut tree.diagnostics);
    let reading = Reading::start(base, PathBuf::from("."), &mut tree.sources);
    if reading.is_empty() {
        let message = format!("{} holds no Terraform files", shown(base));
        let help = "name a directory with `.tf` files, or the JSON of a plan";
        tree.diagnostics.push(Diagnostic::of_path(message, help));
    }
    let (module, diagnostics) = reading.finish();
    tree.diagnostics.extend(diagnostics);
    let root = StaticModule {
        path: vec![],
        module: module.into(),
        parent: None,
        children: BTreeMap::new(),
    };
    tree.modules.push(root);
    let mut loaded: HashMap<PathBuf, Arc<Module>> = HashMap::new();
    let mut level = vec![0];
    while !level.is_empty() {
        let wanted = tree.wanted(&level, &installed);
        tree.read(base, &wanted, &mut loaded);
        level = tree.attach(base, wanted, &loaded);
    }
    tree
}

fn manifest(base: &Path, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, PathBuf> {
    let path = base.join(".terraform").join("modules").join("modules.json");
    if !path.exists() {
        return BTreeMap::new();
    }
    let read = Disk::source(&path).and_then(|text| {
        serde_json::from_str::<Manifest>(&text).map_err(|error| error.to_string())
    });
    match read {
        Ok(manifest) => {
            manifest.modules.into_iter().map(|it| (it.key, it.directory.into())).collect()
        }
        Err(error) => {
            let message = format!("{} cannot be read: {error}", shown(&path));
            diagnostics.push(Diagnostic::of_path(message, "run `terraform init` again"));
            BTreeMap::new()
        }
    }
}

impl Tree {
    /// The calls of these modules, with the directories that they lead to.
    fn wanted(&mut self, level: &[ModuleId], installed: &BTreeMap<String, PathBuf>) -> Vec<Wanted> {
        let mut out = Vec::new();
        let mut said = Vec::new();
        for &parent in level {
            let Some(caller) = self.modules.get(parent) else { continue };
            for (name, call) in &caller.module.calls {
                let path: Vec<&str> = caller.path.iter().chain([name]).map(|it| &**it).collect();
                match directory(caller, call, installed.get(&path.join("."))) {
                    Ok(directory) => out.push(Wanted { parent, name: Arc::clone(name), directory }),
                    Err(problem) => said.push((parent, Arc::clone(name), problem)),
                }
            }
        }
        for (parent, name, problem) in said {
            self.diagnostics.push(problem);
            if let Some(caller) = self.modules.get_mut(parent) {
                caller.children.insert(name, None);
            }
        }
        out
    }

    /// Reads the directories that are new, all at once.
    fn read(&mut self, base: &Path, wanted: &[Wanted], loaded: &mut HashMap<PathBuf, Arc<Module>>) {
        let mut readings = Vec::new();
        for it in wanted {
            let identity = Disk::identity(&base.join(&it.directory));
            if !loaded.contains_key(&identity)
                && !readings.iter().any(|(other, _)| *other == identity)
                && Disk::is_directory(&base.join(&it.directory))
            {
                let reading = Reading::start(base, it.directory.clone(), &mut self.sources);
                readings.push((identity, reading));
            }
        }
        let finished: Vec<_> = readings
            .into_par_iter()
            .map(|(identity, reading)| (identity, reading.finish()))
            .collect();
        for (identity, (module, diagnostics)) in finished {
            self.diagnostics.extend(diagnostics);
            loaded.insert(identity, Arc::new(module));
        }
    }

    /// Puts the called modules in their places.
    fn attach(
        &mut self,
        base: &Path,
        wanted: Vec<Wanted>,
        loaded: &HashMap<PathBuf, Arc<Module>>,
    ) -> Vec<ModuleId> {
        let mut level = Vec::new();
        for it in wanted {
            let identity = Disk::identity(&base.join(&it.directory));
            let problem = match loaded.get(&identity) {
                None => Some(format!("there is no directory {}", shown(&it.directory))),
                Some(module) => self.refusal(base, it.parent, module, &identity),
            };
            let (Some(module), None) = (loaded.get(&identity), &problem) else {
                self.not_followed(&it, problem.unwrap_or_default());
                continue;
            };
            let id = self.modules.len();
            let Some(caller) = self.modules.get_mut(it.parent) else { continue };
            caller.children.insert(Arc::clone(&it.name), Some(id));
            let path = caller.path.iter().chain([&it.name]).cloned().collect();
            // One directory can be reached in several ways; each call keeps its own name of it.
            let module = if module.directory == it.directory {
                Arc::clone(module)
            } else {
                Arc::new(Module { directory: it.directory, ..(**module).clone() })
            };
            let parent = Some(it.parent);
            self.modules.push(StaticModule { path, module, parent, children: BTreeMap::new() });
            level.push(id);
        }
        level
    }

    fn refusal(
        &self,
        base: &Path,
        parent: ModuleId,
        module: &Module,
        identity: &Path,
    ) -> Option<String> {
        let mut at = Some(parent);
        let mut depth = 0;
        while let Some(caller) = at.and_then(|id| self.modules.get(id)) {
            if Disk::identity(&base.join(&caller.module.directory)) == *identity {
                return Some(format!("the module in {} calls itself", shown(&module.directory)));
            }
            depth += 1;
            at = caller.parent;
        }
        if depth >= DEEPEST {
            return Some(format!("module calls nest deeper than {DEEPEST}"));
        }
        (self.modules.len() >= MOST_CALLS).then(|| format!("more than {MOST_CALLS} module calls"))
    }

    fn not_followed(&mut self, wanted: &Wanted, message: String) {
        let Some(caller) = self.modules.get_mut(wanted.parent) else { return };
        caller.children.insert(Arc::clone(&wanted.name), None);
        if let Some(call) = caller.module.calls.get(&wanted.name) {
            let at = call.source.as_ref().map_or(call.header, |it| it.at);
            let help = "what the module declares is missing in the analysis";
            self.diagnostics.push(Diagnostic::error(at, message, help));
        }
    }
}

/// Where the files of a called module are.
fn directory(
    caller: &StaticModule,
    call: &Call,
    installed: Option<&PathBuf>,
) -> Result<PathBuf, Diagnostic> {
    let Some(source) = &call.source else {
        return Err(Diagnostic::error(call.header, "the call has no `source`", "name the module"));
    };
    let Some(text) = constant_text(source) else {
        let help = "Terraform takes a literal string only";
        return Err(Diagnostic::error(source.at, "`source` is not a constant string", help));
    };
    if text.starts_with("./") || text.starts_with("../") || &*text == "." || &*text == ".." {
        return Ok(tidied(&caller.module.directory.join(&*text)));
    }
    installed.map(|it| tidied(it)).ok_or_else(|| {
        let message = format!("the module `{}` is not installed", harmless(&text));
        let help = "run `terraform init`; until then everything that it declares is missing, and what \
                    comes from its outputs is undetermined";
        Diagnostic::incomplete(source.at, message, help)
    })
}
