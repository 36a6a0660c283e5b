//! What is read: the inputs of the command line, each a stack of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_parser::{HclSettings, Input};
use groundplan_stacks::Source;

use crate::args::Check;
use crate::output;

/// Every path that is named as an input.
pub(crate) fn paths(args: &Check) -> impl Iterator<Item = &Path> {
    let named = args.stack.iter().map(|(_, path)| path);
    args.inputs.iter().chain(named).map(PathBuf::as_path)
}

/// The inputs as stacks, or what is wrong with how they are named.
pub(crate) fn sources(args: &Check, hcl: &HclSettings) -> Result<Vec<Source>, String> {
    let inputs: Vec<Input> = args.inputs.iter().map(|path| Input::from(&**path)).collect();
    let names = groundplan_stacks::named(&inputs);
    let given = args.stack.iter().map(|(name, path)| (Arc::clone(name), Input::from(&**path)));
    let all: Vec<(Arc<str>, Input)> = names.into_iter().zip(inputs).chain(given).collect();
    if all.iter().filter(|(_, input)| *input == Input::Stdin).count() > 1 {
        return Err("standard input can be read only once".to_owned());
    }
    let mut seen: BTreeMap<&str, &Input> = BTreeMap::new();
    for (name, input) in &all {
        if let Some(other) = seen.insert(name, input) {
            return Err(format!(
                "two inputs are called `{name}`: {} and {}; name them with --stack NAME=PATH",
                other.name(),
                input.name()
            ));
        }
    }
    let several = all.len() > 1;
    if several && args.source.is_some() {
        return Err("--source belongs to one plan, and there are several inputs".to_owned());
    }
    if several && args.hcl.sets_variables() {
        return Err("--var and --var-file belong to one directory, and there are several inputs; \
             groundplan.toml gives each stack its own"
            .to_owned());
    }
    if args.hcl.sets_variables() && !all.iter().any(|(_, input)| input.is_directory()) {
        output::complain("--var and --var-file have no effect: a plan holds its variables' values");
    }
    let source = |(name, input): (Arc<str>, Input)| Source {
        name: several.then_some(name),
        input,
        settings: hcl.clone(),
    };
    Ok(all.into_iter().map(source).collect())
}

/// What the inputs are called together: the one, or the directory around all.
pub(crate) fn together(sources: &[Source]) -> String {
    if let [only] = sources {
        return only.input.name();
    }
    let mut paths = sources.iter().filter_map(|it| match &it.input {
        Input::File(path) => Some(path.as_path()),
        Input::Stdin => None,
    });
    let Some(first) = paths.next() else { return "-".to_owned() };
    let mut around = first.parent().unwrap_or(Path::new("")).to_owned();
    for path in paths {
        while !path.starts_with(&around) && around.pop() {}
    }
    let text = around.display().to_string();
    if text.is_empty() { ".".to_owned() } else { text }
}
