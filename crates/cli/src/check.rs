//! `groundplan check`: one input, one analysis, any number of reports.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

use groundplan_findings::{Coverage, Report};
use groundplan_ir::Census;
use groundplan_parser::Input;
use groundplan_reporter::{Format, Settings};
use groundplan_rules::{Entry, RULES};

use crate::args::Check;
use crate::exit::{self, Exit};
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &Check) -> Exit {
    let rules = match selected(args) {
        Ok(rules) => rules,
        Err(name) => return output::usage(&unknown_rule(name)),
    };
    if rules.is_empty() {
        // A gate that checks nothing must not be mistaken for one that found nothing.
        return output::usage("`--select` and `--ignore` leave no rule to run");
    }
    if let Some((_, path)) = args.output.iter().find(|(_, path)| is_same(path, &args.input)) {
        return output::usage(&format!("{} is the input, and is kept", path.display()));
    }
    let report = analyse(&Input::from(&*args.input), &rules);
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
    let exit = exit::of(&report, args.fail_on.severity(), args.allow_incomplete);
    if written || exit == Exit::Bug { exit } else { Exit::CouldNotRun }
}

/// Whether two paths lead to one file that is there.
fn is_same(one: &Path, two: &Path) -> bool {
    matches!((one.canonicalize(), two.canonicalize()), (Ok(one), Ok(two)) if one == two)
}

/// The rules to run, or a name that is none.
fn selected(args: &Check) -> Result<Vec<Entry>, &str> {
    let is_rule = |name: &str| RULES.iter().any(|entry| entry.id == name);
    if let Some(name) = args.select.iter().chain(&args.ignore).find(|name| !is_rule(name)) {
        return Err(name);
    }
    let wanted = |entry: &&Entry| {
        let named = |list: &[String]| list.iter().any(|name| name == entry.id);
        (args.select.is_empty() || named(&args.select)) && !named(&args.ignore)
    };
    Ok(RULES.iter().filter(wanted).copied().collect())
}

/// What to say of a rule's name that is none.
pub(crate) fn unknown_rule(name: &str) -> String {
    let shared =
        |id: &str| id.split('-').filter(|word| name.split('-').any(|it| it == *word)).count();
    let close =
        RULES.iter().map(|entry| entry.id).max_by_key(|id| (shared(id), std::cmp::Reverse(*id)));
    let hint = close.filter(|id| shared(id) > 0).map(|id| format!(", did you mean `{id}`?"));
    format!(
        "there is no rule `{}`{} (`groundplan rules` lists them)",
        name.escape_debug(),
        hint.unwrap_or_default()
    )
}

/// Reads, builds and judges.
fn analyse(input: &Input, rules: &[Entry]) -> Report {
    let read = groundplan_parser::read(input, &groundplan_model::interest());
    let mut report = Report {
        input: input.name(),
        rules: rules.iter().map(Entry::meta).collect(),
        problems: read.problems,
        ..Report::default()
    };
    if let Some(config) = read.config {
        let topology = groundplan_model::build(&config);
        let outcome = groundplan_rules::check(&topology, rules);
        report.coverage = coverage(&config.census, outcome.decided);
        report.findings = outcome.findings;
        report.undetermined = outcome.undetermined;
        report.crashes = outcome.crashes;
    }
    report
}

fn coverage(census: &Census, decided: usize) -> Coverage {
    let owned = |counts: &BTreeMap<Box<str>, usize>| {
        counts.iter().map(|(kind, count)| (kind.to_string(), *count)).collect()
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
