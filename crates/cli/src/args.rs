//! The command line as it is typed.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args as ArgGroup, Parser, Subcommand, ValueEnum};
use groundplan_findings::Severity;
use groundplan_reporter::Format;

/// Finds broken AWS networks in Terraform before apply.
#[derive(Debug, Parser)]
#[command(name = "groundplan", version, about, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Shown below every help text.
const EXIT_CODES: &str = "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not run, \
     3 the analysis is incomplete and nothing was found, 4 a bug of groundplan";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check the network of a plan
    #[command(after_help = EXIT_CODES)]
    Check(Check),
    /// Show what a Terraform directory evaluates to
    Eval(Eval),
    /// List the rules
    Rules,
    /// Explain a rule
    Explain {
        /// The rule's name, as findings show it
        rule: String,
    },
}

/// How to check.
#[derive(Debug, ArgGroup)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) given: Given,
    #[command(flatten)]
    pub(crate) hcl: Hcl,
    /// The Terraform directory that the plan was made from: findings show its lines, and what the plan
    /// does not tell is looked up there. Without this flag it is the directory that the plan lies in
    #[arg(long, value_name = "DIR", conflicts_with = "no_source")]
    pub(crate) source: Option<PathBuf>,
    /// Judge the plan alone
    #[arg(long)]
    pub(crate) no_source: bool,
    /// What to print: human, json or sarif
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = format)]
    pub(crate) format: Format,
    /// Write a report to a file as well; may be given several times
    #[arg(long, value_name = "FORMAT=PATH", value_parser = output)]
    pub(crate) output: Vec<(Format, PathBuf)>,
    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "SEVERITY", default_value = "warning")]
    pub(crate) fail_on: Threshold,
    /// List what could not be decided, with the causes
    #[arg(long)]
    pub(crate) undetermined: bool,
    /// Exit with 0 instead of 3 when a part of the input could not be analysed
    #[arg(long)]
    pub(crate) allow_incomplete: bool,
    #[command(flatten)]
    pub(crate) choice: Choice,
    /// Colour in the human report
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// Which rules run.
#[derive(Debug, ArgGroup)]
pub(crate) struct Choice {
    /// Give advice, too: what works, and costs money, resilience or the next change
    #[arg(long)]
    pub(crate) advice: bool,
    /// List what only follows from another finding as well
    #[arg(long)]
    pub(crate) consequences: bool,
    /// Run only these rules; `*` stands for any text
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    pub(crate) select: Vec<String>,
    /// Leave these rules out; `*` stands for any text
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule)]
    pub(crate) ignore: Vec<String>,
}

/// What is read.
#[derive(Debug, ArgGroup)]
pub(crate) struct Given {
    /// The output of `terraform show -json` for a plan or a state (`-` reads standard input), or a
    /// Terraform directory; several are stacks of one network. Without any, the stacks of groundplan.toml
    #[arg(value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,
    /// One more input, with the name that its addresses are shown with; may be given several times
    #[arg(long, value_name = "NAME=PATH", value_parser = stack)]
    pub(crate) stack: Vec<(Arc<str>, PathBuf)>,
    /// The file that names stacks and declares what is in nobody's Terraform. Without this flag it is
    /// groundplan.toml in the directory of the input or above it in the repository, else that of the current one
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub(crate) config: Option<PathBuf>,
    /// The inputs are the whole network: no other configuration adds routes, attachments or accepters to
    /// what they hold (`complete` under [network] in groundplan.toml)
    #[arg(long)]
    pub(crate) complete: bool,
    /// Look at no groundplan.toml
    #[arg(long)]
    pub(crate) no_config: bool,
}

/// How a Terraform directory is read.
#[derive(Debug, ArgGroup)]
pub(crate) struct Hcl {
    /// Set a variable of the root module (directories only); may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(crate) var: Vec<(String, String)>,
    /// Take variables from a file (directories only); the last value of a variable counts
    #[arg(long, value_name = "PATH")]
    pub(crate) var_file: Vec<PathBuf>,
    /// Let `file()` and its kin read below this directory; otherwise it is the repository, or the
    /// directory itself
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,
}

impl Hcl {
    /// Whether any value was given.
    pub(crate) fn sets_variables(&self) -> bool {
        !self.var.is_empty() || !self.var_file.is_empty()
    }
}

/// What to evaluate.
#[derive(Debug, ArgGroup)]
pub(crate) struct Eval {
    /// The Terraform directory
    pub(crate) directory: PathBuf,
    /// An expression as it could stand in the root module
    #[arg(conflicts_with_all = ["expressions", "dump"], required_unless_present_any = ["expressions", "dump"])]
    pub(crate) expression: Option<String>,
    /// Answer a file of JSON Lines `{id, expr}` (`-` reads standard input) with `{id, type, json}` or
    /// `{id, error}`; sensitive values are shown, with a mark
    #[arg(long, value_name = "FILE", conflicts_with = "dump")]
    pub(crate) expressions: Option<PathBuf>,
    /// Print outputs and every instance as JSON: `after`, `after_unknown` and `after_sensitive` as in a
    /// plan, and `references` that tell where unknown values come from
    #[arg(long)]
    pub(crate) dump: bool,
    /// Print sensitive values too
    #[arg(long)]
    pub(crate) show_sensitive: bool,
    #[command(flatten)]
    pub(crate) hcl: Hcl,
}

/// From which severity on findings matter to the exit code.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Threshold {
    /// Every finding
    Note,
    /// Warnings and errors
    Warning,
    /// Errors only
    Error,
    /// No finding
    Never,
}

impl Threshold {
    /// The least severity that counts.
    pub(crate) fn severity(self) -> Option<Severity> {
        match self {
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
            Self::Never => None,
        }
    }
}

/// When to colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn format(text: &str) -> Result<Format, String> {
    Format::parse(text).ok_or_else(|| {
        let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
        format!("possible formats: {}", names.join(", "))
    })
}

fn output(text: &str) -> Result<(Format, PathBuf), String> {
    match text.split_once('=') {
        Some((_, "-")) => Err("`--format` says what is printed".to_owned()),
        Some((name, path)) if !path.is_empty() => Ok((format(name)?, path.into())),
        _ => Err("write it as FORMAT=PATH, `sarif=groundplan.sarif`".to_owned()),
    }
}

fn stack(text: &str) -> Result<(Arc<str>, PathBuf), String> {
    match text.split_once('=') {
        Some((name, path)) if !path.is_empty() => match groundplan_stacks::name(name) {
            Ok(name) => Ok((name, path.into())),
            Err(_) => Err("a name has letters, digits and any of `_-./@+`".to_owned()),
        },
        _ => Err("write it as NAME=PATH, `network=network/plan.json`".to_owned()),
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// The name without the spaces that people write behind commas.
fn rule(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a name is missing".to_owned()),
        name => Ok(name.to_owned()),
    }
}
