//! Arguments → run → exit code.

mod args;
mod check;
mod environment;
mod eval;
mod exit;
mod explain;
mod guard;
mod inputs;
mod output;
mod selection;

use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _};

use args::{Args, Command};
use exit::Exit;
use groundplan_parser::HclSettings;

/// The program, from its arguments to its exit code.
pub fn main() -> ExitCode {
    // Usage errors leave here with exit code 2, help and version with 0.
    let matches = Args::command().get_matches();
    let args = Args::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let hcl = match &args.command {
        Command::Check(check) => HclSettings {
            source: environment::source(check),
            ..environment::settings(&matches, &check.hcl)
        },
        Command::Eval(it) => environment::settings(&matches, &it.hcl),
        Command::Rules | Command::Explain { .. } => HclSettings::default(),
    };
    let exit = guard::guarded(|| match &args.command {
        Command::Check(check) => check::run(check, &hcl),
        Command::Eval(it) => eval::run(it, &hcl),
        Command::Rules => explain::rules(),
        Command::Explain { rule } => explain::explain(rule),
    });
    exit.unwrap_or(Exit::Bug).into()
}
