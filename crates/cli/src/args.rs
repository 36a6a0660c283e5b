//! The command line as it is typed.

use std::path::PathBuf;

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
    /// The output of `terraform show -json` for a plan or a state; `-` reads standard input
    pub(crate) input: PathBuf,
    /// What to print
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
    /// Run only these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Leave these rules out
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// Colour in the human report
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
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
        Some((name, path)) if !path.is_empty() => Ok((format(name)?, path.into())),
        _ => Err("write it as FORMAT=PATH, `sarif=groundplan.sarif`".to_owned()),
    }
}
