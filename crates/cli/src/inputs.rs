//! What is read: the inputs of the command line or of groundplan.toml, each a stack of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_parser::{HclSettings, Input, Source as PlanSource, VariableInput};
use groundplan_settings::{Settings, Stack, StackSource};
use groundplan_stacks::{Source, Told};

use crate::args::Check;
use crate::output;

/// Everything that a run reads.
pub(crate) struct Inputs {
    /// The stacks.
    pub(crate) sources: Vec<Source>,
    /// groundplan.toml, where there is one.
    pub(crate) told: Option<Told>,
}

/// An input with its name and what groundplan.toml says of it.
struct Named<'s> {
    name: Arc<str>,
    input: Input,
    options: Option<&'s Stack>,
}

/// The inputs, or what is wrong with how they are named.
pub(crate) fn read(args: &Check, hcl: &HclSettings) -> Result<Inputs, String> {
    let path = config_path(args)?;
    let (settings, mut problems) =
        path.as_deref().map_or_else(Default::default, groundplan_settings::read);
    if paths(args).next().is_none() {
        problems.extend(settings.not_there.iter().cloned());
    }
    let all = named(args, &settings);
    if all.is_empty() && problems.is_empty() {
        return Err("name an INPUT: a plan, a state or a Terraform directory; or list them under \
             [stacks] in groundplan.toml"
            .to_owned());
    }
    check(args, &all)?;
    // While only one is Terraform's, its addresses are Terraform's. What AWS describes has a name of its
    // own beside it.
    let live: Vec<bool> = all.iter().map(|it| groundplan_stacks::is_live(&it.input)).collect();
    let several = live.iter().filter(|it| !**it).count() > 1;
    let only = |(it, live): (&Named<'_>, &bool)| {
        (!several && (all.len() == 1 || !live)).then(|| Arc::clone(&it.name))
    };
    let alone = all.iter().zip(&live).find_map(only);
    let sources = all.into_iter().map(|it| Source {
        name: Some(it.name).filter(|name| alone.as_ref() != Some(name)),
        settings: it.options.map_or_else(|| hcl.clone(), |options| optioned(hcl, options)),
        input: it.input,
    });
    let sources = sources.collect();
    let told = path.map(|path| {
        let input = path.display().to_string();
        Told { settings, problems, input, alone }
    });
    Ok(Inputs { sources, told })
}

/// Where groundplan.toml is: where it is said to be, above what is read, or where the program runs.
fn config_path(args: &Check) -> Result<Option<PathBuf>, String> {
    if args.given.no_config {
        return Ok(None);
    }
    if let Some(path) = &args.given.config {
        if !path.is_file() {
            return Err(format!("{} is no file that could be read", path.display()));
        }
        return Ok(Some(path.clone()));
    }
    let inputs: Vec<Input> = paths(args).map(Input::from).collect();
    let around = together(inputs.iter());
    let start = if around == Path::new("-") { Path::new(".") } else { &*around };
    let find = groundplan_settings::find;
    Ok(find(start).or_else(|| find(Path::new("."))))
}

/// Every path that is named as an input.
pub(crate) fn paths(args: &Check) -> impl Iterator<Item = &Path> {
    let named = args.given.stack.iter().map(|(_, path)| path);
    args.given.inputs.iter().chain(named).map(PathBuf::as_path)
}

/// The inputs of the command line; without any, those of groundplan.toml.
fn named<'s>(args: &Check, settings: &'s Settings) -> Vec<Named<'s>> {
    let configured = |path: &Path| {
        let real = path.canonicalize().ok()?;
        let mut own =
            settings.stacks.iter().filter(|it| it.path.canonicalize().is_ok_and(|it| it == real));
        // Of several that are read from one directory, nobody says which is meant.
        own.next().filter(|_| own.next().is_none())
    };
    let option = |input: &Input| match input {
        Input::File(path) => configured(path),
        Input::Stdin => None,
    };
    let inputs: Vec<Input> = args.given.inputs.iter().map(|path| Input::from(&**path)).collect();
    let names = groundplan_stacks::named(&inputs);
    let own = inputs.into_iter().zip(names).map(|(input, name)| {
        let options = option(&input);
        Named { name: options.map_or(name, |it| (&*it.name).into()), input, options }
    });
    let given = args.given.stack.iter().map(|(name, path)| {
        let input = Input::from(&**path);
        Named { name: Arc::clone(name), options: option(&input), input }
    });
    let all: Vec<Named<'_>> = own.chain(given).collect();
    if !all.is_empty() {
        return all;
    }
    let listed = settings.stacks.iter().map(|it| Named {
        name: (&*it.name).into(),
        input: Input::from(&*it.path),
        options: Some(it),
    });
    listed.collect()
}

/// What cannot be together.
fn check(args: &Check, all: &[Named<'_>]) -> Result<(), String> {
    if all.iter().filter(|it| it.input == Input::Stdin).count() > 1 {
        return Err("standard input can be read only once".to_owned());
    }
    let mut paths = BTreeSet::new();
    for it in all {
        if let Input::File(path) = &it.input
            && let Ok(real) = path.canonicalize()
            // groundplan.toml may read one directory with several values.
            && !paths.insert((real, it.options.map(|it| &*it.name)))
        {
            return Err(format!("{} is named twice", it.input.name()));
        }
    }
    let mut seen: BTreeMap<&str, &Input> = BTreeMap::new();
    for it in all {
        if let Some(other) = seen.insert(&it.name, &it.input) {
            return Err(format!(
                "two inputs are called `{}`: {} and {}; name them with --stack NAME=PATH",
                it.name,
                other.name(),
                it.input.name()
            ));
        }
    }
    let several = all.len() > 1;
    if several && args.source.is_some() {
        return Err("--source belongs to one plan, and there are several inputs; groundplan.toml \
             gives each stack its own"
            .to_owned());
    }
    if several && args.hcl.sets_variables() {
        return Err("--var and --var-file belong to one directory, and there are several inputs; \
             groundplan.toml gives each stack its own"
            .to_owned());
    }
    if args.hcl.sets_variables() && !all.iter().any(|it| it.input.is_directory()) {
        output::complain("--var and --var-file have no effect: a plan holds its variables' values");
    }
    Ok(())
}

/// How a stack is read of which groundplan.toml says something; the command line counts more.
fn optioned(hcl: &HclSettings, options: &Stack) -> HclSettings {
    let mut out = hcl.clone();
    let files = options.var_files.iter().cloned().map(VariableInput::File);
    let values = options
        .variables
        .iter()
        .map(|(name, text)| VariableInput::Value { name: name.clone(), text: text.clone() });
    let is_set = |it: &VariableInput| !matches!(it, VariableInput::Environment { .. });
    let inputs = &mut out.settings.inputs;
    let at = inputs.iter().position(is_set).unwrap_or(inputs.len());
    inputs.splice(at..at, files.chain(values));
    if let Some(workspace) = &options.workspace {
        out.settings.workspace.clone_from(workspace);
    }
    match (&options.source, &out.source) {
        (StackSource::At(directory), PlanSource::Found) => {
            out.source = PlanSource::At(directory.clone());
        }
        (StackSource::None, PlanSource::Found) => out.source = PlanSource::Off,
        (StackSource::Beside | StackSource::At(_) | StackSource::None, _) => (),
    }
    out
}

/// What the inputs are called together: the one, or the directory around all.
pub(crate) fn together<'i>(mut inputs: impl Iterator<Item = &'i Input>) -> PathBuf {
    let path = |input: &Input| match input {
        Input::File(path) => path.clone(),
        Input::Stdin => "-".into(),
    };
    let Some(first) = inputs.next() else { return ".".into() };
    let rest: Vec<PathBuf> = inputs.map(path).collect();
    if rest.is_empty() {
        return path(first);
    }
    let mut around = path(first).parent().unwrap_or(Path::new("")).to_owned();
    for path in rest.iter().filter(|it| **it != Path::new("-")) {
        while !path.starts_with(&around) && around.pop() {}
    }
    if around.as_os_str().is_empty() { ".".into() } else { around }
}
