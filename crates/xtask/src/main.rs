//! The project's own tasks: `cargo xtask <task>`.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a task runner talks to its terminal"
)]

mod generate;
mod mutate;
mod new_rule;
mod pages;
mod record;
mod schema;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What may follow `cargo xtask`.
const USAGE: &str = "tasks:
  gen [--check]    write what is derived from the rules' files, or tell what is stale
  new-rule GROUP NAME
                   write the file and fixture folders of a new rule
  mutate           break one thing of an estate at a time, and see which rules find it
  record           write the fixtures' plan.json with terraform
  schema FILE...   write the types of blocks from `terraform providers schema -json`";

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    match arguments.next().as_deref() {
        Some("gen") => generated(arguments.next().as_deref() == Some("--check")),
        Some("new-rule") => match new_rule::run(
            &root(),
            &arguments.next().unwrap_or_default(),
            &arguments.next().unwrap_or_default(),
        ) {
            Ok(written) => {
                for path in written {
                    println!("{path}");
                }
                println!("write the rule and its cases, then `just gen` and `just record`");
                ExitCode::SUCCESS
            }
            Err(error) => failed(&error),
        },
        Some("schema") => match schema::run(&root(), &arguments.collect::<Vec<_>>()) {
            Ok(count) => {
                println!("{count} types");
                ExitCode::SUCCESS
            }
            Err(error) => failed(&error),
        },
        Some("mutate") => mutate::main(&root(), arguments),
        Some("record") => record::main(arguments),
        Some(other) => failed(&format!("unknown task `{other}`\n{USAGE}")),
        None => failed(USAGE),
    }
}

fn generated(check: bool) -> ExitCode {
    match generate::run(&root(), check) {
        Ok(changed) if changed.is_empty() || !check => {
            for path in changed {
                println!("wrote {}", path.display());
            }
            ExitCode::SUCCESS
        }
        Ok(stale) => {
            let stale: Vec<String> = stale.iter().map(|path| path.display().to_string()).collect();
            failed(&format!("stale, run `just gen`: {}", stale.join(", ")))
        }
        Err(error) => failed(&error),
    }
}

fn failed(words: &str) -> ExitCode {
    eprintln!("{words}");
    ExitCode::from(2)
}

/// The workspace's folder.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
