//! `groundplan check`: one analysis, any number of reports.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use groundplan_findings::{Coverage, Problem, ProblemKind, Report};
use groundplan_ir::Census;
use groundplan_parser::HclSettings;
use groundplan_reporter::{Format, Settings};
use groundplan_rules::{Entry, RULES, without_consequences};

use crate::args::{Check, Hcl};
use crate::environment;
use crate::exit::{self, Exit};
use crate::inputs::{self, Inputs};
use crate::output;
use crate::selection::selected;

/// Runs the command.
pub(crate) fn run(args: &Check, hcl: &HclSettings) -> Exit {
    let mut inputs = match inputs::read(args, hcl) {
        Ok(inputs) => inputs,
        Err(words) => return output::usage(&words),
    };
    let rules = match selected(&args.choice, &mut inputs) {
        Ok(rules) => rules,
        Err(words) => return output::usage(&words),
    };
    let is_input = |path: &Path| {
        let read = inputs.sources.iter().map(|it| it.input.name());
        let told = inputs.told.iter().map(|it| it.input.clone());
        read.chain(told).any(|it| is_same(path, Path::new(&it)))
    };
    if let Some((_, path)) = args.output.iter().find(|(_, path)| is_input(path)) {
        return output::usage(&format!("{} is the input, and is kept", path.display()));
    }
    if let Some(path) = written_twice(args) {
        return output::usage(&format!("{} is named by two reports", path.display()));
    }
    if let Some(path) = hcl_files(&args.hcl).find(|path| !path.is_file()) {
        return output::usage(&format!("{} is no file that could be read", path.display()));
    }
    let mut report = analyse(inputs, args.given.complete, &rules);
    if !args.choice.consequences {
        report.findings = without_consequences(report.findings);
    }
    let settings = Settings {
        color: output::color(args.color),
        width: output::width(),
        list_undetermined: args.undetermined,
        version: env!("CARGO_PKG_VERSION"),
        homepage: env!("CARGO_PKG_HOMEPAGE"),
    };
    let mut written = true;
    for (format, path) in &args.output {
        let plain = Settings { color: false, width: 100, ..settings };
        if let Err(error) = write(&report, *format, &plain, path) {
            output::complain(&format!("{} cannot be written: {error}", path.display()));
            written = false;
        }
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let printed = args.format.reporter().report(&report, &settings, &mut out);
    if let Err(error) = printed.and_then(|()| out.flush())
        // Whoever read the output has seen enough.
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        output::complain(&format!("the report cannot be printed: {error}"));
        written = false;
    }
    if args.format != Format::Human {
        // A pipe takes the report away; a person at the terminal should still see why it is empty.
        let unreadable = |it: &&Problem| it.kind == ProblemKind::Unreadable;
        for it in report.problems.iter().filter(unreadable) {
            output::complain(&format!("{}: {} ({})", it.input, it.message, it.help));
        }
    }
    let exit = exit::of(&report, args.fail_on.severity(), args.allow_incomplete);
    if written || exit == Exit::Bug { exit } else { Exit::CouldNotRun }
}

/// The files that hold values of variables.
fn hcl_files(hcl: &Hcl) -> impl Iterator<Item = &Path> {
    hcl.var_file.iter().map(PathBuf::as_path)
}

/// A path to which two reports would be written, the second over the first.
fn written_twice(args: &Check) -> Option<&Path> {
    let paths = args.output.iter().map(|(_, path)| &**path);
    let mut seen = BTreeSet::new();
    paths.into_iter().find(|path| !seen.insert(*path))
}

/// Whether two paths lead to one file that is there.
fn is_same(one: &Path, two: &Path) -> bool {
    matches!((one.canonicalize(), two.canonicalize()), (Ok(one), Ok(two)) if one == two)
}

/// Below this likeness a name is not worth suggesting; one letter off in ten is about 0.9.
const LIKE: f64 = 0.6;

/// What to say of a rule's name that is none.
pub(crate) fn unknown_rule(name: &str) -> String {
    let likeness = |id: &str| strsim::normalized_damerau_levenshtein(id, name);
    let words =
        |id: &str| name.split('-').filter(|word| id.split('-').any(|it| it == *word)).count();
    let close = RULES
        .iter()
        .map(|entry| entry.id)
        .filter(|id| likeness(id) > LIKE || words(id) == name.split('-').count())
        .max_by(|one, two| likeness(one).total_cmp(&likeness(two)));
    let hint = close.map(|id| format!(", did you mean `{id}`?"));
    format!(
        "there is no rule `{}`{} (`groundplan rules` lists them)",
        name.escape_debug(),
        hint.unwrap_or_default()
    )
}

/// Reads, builds and judges.
fn analyse(inputs: Inputs, complete: bool, rules: &[Entry]) -> Report {
    let Inputs { sources, told } = inputs;
    let input = inputs::together(sources.iter().map(|it| &it.input)).display().to_string();
    let read = groundplan_stacks::read(sources, told, &groundplan_model::interest());
    let mut report = Report {
        input,
        stacks: read.stacks.into_iter().collect(),
        started: environment::started(),
        rules: rules.iter().map(Entry::meta).collect(),
        problems: read.problems,
        ..Report::default()
    };
    if let Some(mut config) = read.config {
        config.closed |= complete;
        let topology = groundplan_model::build(&config);
        let outcome = groundplan_rules::check(&topology, rules);
        report.coverage = coverage(&config.census, outcome.decided);
        report.findings = outcome.findings;
        report.undetermined = outcome.undetermined;
        report.crashes = outcome.crashes;
        report.sources = config.sources;
    }
    report
}

fn coverage(census: &Census, decided: usize) -> Coverage {
    let owned = |counts: &BTreeMap<Box<str>, usize>| {
        let some = counts.iter().filter(|(_, count)| **count > 0);
        some.map(|(kind, count)| (kind.to_string(), *count)).collect()
    };
    Coverage {
        read: census.total(),
        modelled: owned(&census.modelled),
        not_modelled: owned(&census.not_modelled),
        other: census.other,
        decided,
    }
}

fn write(report: &Report, format: Format, settings: &Settings, path: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    format.reporter().report(report, settings, &mut out)?;
    out.flush()
}
