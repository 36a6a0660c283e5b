//! What a Terraform directory is read with: flags in their order, and Terraform's own environment
//! variables.

use std::env;
use std::path::PathBuf;

use clap::ArgMatches;
use groundplan_findings::Started;
use groundplan_parser::{HclSettings, ModuleSettings, Source, VariableInput, repository};

use crate::args::{Check, Hcl};

/// Terraform's prefix for variables that are set in the environment.
const PREFIX: &str = "TF_VAR_";

/// The settings of a command.
pub(crate) fn settings(matches: &ArgMatches, hcl: &Hcl) -> HclSettings {
    let mut inputs = from_environment();
    if let Some((_, matches)) = matches.subcommand() {
        inputs.extend(in_order(matches, hcl));
    }
    let settings = ModuleSettings {
        workspace: env::var("TF_WORKSPACE").unwrap_or_default(),
        working_directory: env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        inputs,
        ..ModuleSettings::default()
    };
    HclSettings { settings, root: hcl.root.clone(), source: Source::default(), outputs: false }
}

/// Where the source of a plan is looked for.
pub(crate) fn source(check: &Check) -> Source {
    match (&check.source, check.no_source) {
        (Some(directory), _) => Source::At(directory.clone()),
        (None, true) => Source::Off,
        (None, false) => Source::Found,
    }
}

/// Where the program was started.
pub(crate) fn started() -> Started {
    let directory = env::current_dir().unwrap_or_default();
    let root = repository(&directory).unwrap_or_else(|| directory.clone());
    Started { directory, root }
}

fn from_environment() -> Vec<VariableInput> {
    let set = env::vars_os().filter_map(|(name, text)| {
        let name = name.into_string().ok()?;
        let name = name.strip_prefix(PREFIX)?.to_owned();
        Some(VariableInput::Environment { name, text: text.into_string().ok()? })
    });
    let mut all: Vec<VariableInput> = set.collect();
    all.sort();
    all
}

/// `--var` and `--var-file` count in the order in which they stand on the command line.
fn in_order(matches: &ArgMatches, hcl: &Hcl) -> Vec<VariableInput> {
    let places = |id: &str| matches.indices_of(id).into_iter().flatten();
    let values = hcl
        .var
        .iter()
        .map(|(name, text)| VariableInput::Value { name: name.clone(), text: text.clone() });
    let files = hcl.var_file.iter().map(|path| VariableInput::File(path.clone()));
    let mut all: Vec<(usize, VariableInput)> =
        places("var").zip(values).chain(places("var_file").zip(files)).collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter().map(|(_, input)| input).collect()
}
