//! Every `[[run]]` of `fixtures/applied-stacks/<estate>/expected.toml` is a test of its own.
//!
//! The program runs in the estate's folder. Findings of severity warning and error are compared
//! exactly, what must be undetermined has to be among the undetermined answers, and the inputs in
//! reversed order give the same bytes. The format is described in `fixtures/applied-stacks/README.md`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at what it does not expect"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use toml::Value as Toml;

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/applied-stacks");
    let mut trials = Vec::new();
    for estate in estates(&folder) {
        let name = estate.file_name().unwrap().to_string_lossy().into_owned();
        for run in runs(&estate) {
            let estate = estate.clone();
            let title = format!("{name}/{}", run.args.join(" "));
            trials.push(Trial::test(title, move || judge(&run, &estate)));
        }
    }
    assert!(trials.len() > 100, "the estates are gone");
    libtest_mimic::run(&arguments, trials).exit();
}

fn estates(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut out: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    out.sort();
    out
}

/// One rule at one address, and where that is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    rule: String,
    at: String,
    line: Option<String>,
}

/// One run and what must come out.
struct Run {
    args: Vec<String>,
    findings: Vec<Said>,
    open: Vec<Said>,
    /// What must not be undetermined.
    decided: Vec<Said>,
    /// Whether not even a remark may be made.
    silent: bool,
    /// Why the program's answer is known to be another one.
    known_wrong: Option<String>,
}

fn runs(estate: &Path) -> Vec<Run> {
    let path = estate.join("expected.toml");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let file: toml::Table =
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_keys(&file, &["run"], &path);
    let all = file.get("run").and_then(Toml::as_array).unwrap();
    assert!(!all.is_empty(), "{}", path.display());
    all.iter().map(|it| run(it.as_table().unwrap(), &path)).collect()
}

fn run(table: &toml::Table, path: &Path) -> Run {
    assert_keys(table, &["args", "findings", "open", "decided", "silent", "known_wrong"], path);
    let list = |key: &str| table.get(key).map(|it| it.as_array().unwrap().clone());
    let said = |key: &str| list(key).unwrap_or_default().iter().map(|it| said(it, path)).collect();
    let texts = |key: &str| {
        let list = list(key).unwrap_or_default();
        list.iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    assert!(table.contains_key("args"), "{}: a run without `args`", path.display());
    assert!(table.contains_key("findings"), "{}: a run without `findings`", path.display());
    Run {
        args: texts("args"),
        findings: said("findings"),
        open: said("open"),
        decided: said("decided"),
        silent: table.get("silent").is_some_and(|it| it.as_bool().unwrap()),
        known_wrong: table.get("known_wrong").map(|it| it.as_str().unwrap().to_owned()),
    }
}

fn said(value: &Toml, path: &Path) -> Said {
    let table = value.as_table().unwrap();
    assert_keys(table, &["rule", "at", "line"], path);
    let text = |key: &str| table.get(key).map(|it| it.as_str().unwrap().to_owned());
    Said { rule: text("rule").unwrap(), at: text("at").unwrap(), line: text("line") }
}

/// A mistyped key would be an expectation that nobody checks.
fn assert_keys(table: &toml::Table, known: &[&str], path: &Path) {
    let unknown: Vec<&String> = table.keys().filter(|it| !known.contains(&it.as_str())).collect();
    assert!(unknown.is_empty(), "{}: unknown {unknown:?}", path.display());
}

fn judge(run: &Run, estate: &Path) -> Result<(), Failed> {
    let mut wrong = String::new();
    let bytes = check(estate, &run.args, &[])?;
    let report: Value = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    compare(run, &report, &mut wrong);
    match (&run.known_wrong, wrong.is_empty()) {
        (Some(why), true) => return Err(format!("no longer wrong, remove: {why}").into()),
        (None, false) => return Err(wrong.into()),
        (Some(_), false) | (None, true) => (),
    }
    in_any_order(run, estate)
}

fn compare(run: &Run, report: &Value, wrong: &mut String) {
    let mut found = findings(report);
    for expected in &run.findings {
        let same = |it: &Said| {
            let placed = expected.line.is_none() || expected.line == it.line;
            it.rule == expected.rule && it.at == expected.at && placed
        };
        match found.iter().position(same) {
            Some(at) => drop(found.remove(at)),
            None => writeln!(wrong, "not found: {expected:?}").unwrap(),
        }
    }
    for it in found {
        writeln!(wrong, "found too much: {it:?}").unwrap();
    }
    let open = report.get("undetermined").and_then(Value::as_array).unwrap();
    let open: BTreeSet<(&str, &str)> =
        open.iter().map(|it| (text(it, "/rule"), text(it, "/address"))).collect();
    for expected in &run.open {
        if !open.contains(&(&*expected.rule, &*expected.at)) {
            writeln!(wrong, "not undetermined: {expected:?}").unwrap();
        }
    }
    for expected in &run.decided {
        if open.contains(&(&*expected.rule, &*expected.at)) {
            writeln!(wrong, "undetermined: {expected:?}").unwrap();
        }
    }
    problems(run, report, wrong);
}

/// An input that could not be read has no findings either, so problems are compared as well; of
/// severity note, only where the run is to be silent.
fn problems(run: &Run, report: &Value, wrong: &mut String) {
    let all = report.get("problems").and_then(Value::as_array).unwrap();
    for it in all.iter().filter(|it| run.silent || text(it, "/severity") != "note") {
        writeln!(wrong, "problem: {it}").unwrap();
    }
}

/// The findings of severity warning and error, as expectations are written.
fn findings(report: &Value) -> Vec<Said> {
    let all = report.get("findings").and_then(Value::as_array).unwrap();
    let grave = all.iter().filter(|it| text(it, "/severity") != "note");
    let said = |it: &Value| {
        let file = it.pointer("/primary/location/file").and_then(Value::as_str);
        let line = it.pointer("/primary/location/line").and_then(Value::as_u64);
        Said {
            rule: text(it, "/rule").to_owned(),
            at: text(it, "/primary/address").to_owned(),
            line: file.zip(line).map(|(file, line)| format!("{file}:{line}")),
        }
    };
    grave.map(said).collect()
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap()
}

/// The inputs from the last to the first give the same bytes, in every format.
fn in_any_order(run: &Run, estate: &Path) -> Result<(), Failed> {
    let (mut inputs, flags): (Vec<String>, Vec<String>) =
        run.args.iter().cloned().partition(|it| !it.starts_with("--") || it.starts_with("--stack"));
    if inputs.len() < 2 {
        return Ok(());
    }
    for format in ["json", "human", "sarif"] {
        let more = ["--format", format, "--undetermined"];
        let forward = check(estate, &[&inputs[..], &flags].concat(), &more)?;
        inputs.reverse();
        let backward = check(estate, &[&inputs[..], &flags].concat(), &more)?;
        if forward != backward {
            return Err(format!("the order of the inputs changes the output ({format})").into());
        }
    }
    Ok(())
}

/// Runs the program in the estate's folder and returns what it printed.
fn check(estate: &Path, args: &[String], more: &[&str]) -> Result<Vec<u8>, Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundplan"));
    command.arg("check").args(args).current_dir(estate).env_clear().env("NO_COLOR", "1");
    command.args(if more.is_empty() { &["--format", "json"] } else { more });
    let output = command.output().map_err(|error| error.to_string())?;
    match output.status.code() {
        Some(0 | 1) => Ok(output.stdout),
        code => Err(format!("{code:?} {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}
