//! Arguments → run → exit code.

mod args;
mod check;
mod exit;
mod explain;
mod guard;
mod output;

use std::process::ExitCode;

use clap::Parser as _;

use args::{Args, Command};
use exit::Exit;

/// The program, from its arguments to its exit code.
pub fn main() -> ExitCode {
    // Usage errors leave here with exit code 2, help and version with 0.
    let args = Args::parse();
    let exit = guard::guarded(|| match &args.command {
        Command::Check(check) => check::run(check),
        Command::Rules => explain::rules(),
        Command::Explain { rule } => explain::explain(rule),
    });
    exit.unwrap_or(Exit::Bug).into()
}
