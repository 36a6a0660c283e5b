//! Estates of several stacks: every run of `fixtures/stacks/*/expected.txt` through the binary, with exactly the
//! findings that are written there, in any order of the inputs.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

/// A run, and what must come out.
#[derive(Debug, Default)]
struct Run {
    arguments: Vec<String>,
    /// Rule, address or `*`, and the labels of the lines of which one is the primary place.
    findings: Vec<[String; 3]>,
    /// Rule and address of what must be undetermined.
    open: Vec<[String; 2]>,
    /// Rules that leave nothing open.
    decided: Vec<String>,
}

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stacks");
    let mut trials = Vec::new();
    for estate in folders(&root) {
        let name = estate.file_name().unwrap().to_string_lossy().into_owned();
        for run in runs(&estate) {
            let estate = estate.clone();
            let title = format!("{name}: {}", run.arguments.join(" "));
            trials.push(Trial::test(title, move || judge(&estate, &run)));
        }
    }
    assert!(trials.len() > 20, "the estates are gone");
    libtest_mimic::run(&arguments, trials).exit();
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let all = fs::read_dir(root).unwrap().map(|it| it.unwrap().path());
    let mut all: Vec<PathBuf> = all.filter(|it| it.join("expected.txt").is_file()).collect();
    all.sort();
    all
}

fn runs(estate: &Path) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    for line in fs::read_to_string(estate.join("expected.txt")).unwrap().lines() {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        match (words.first().map(String::as_str), out.last_mut()) {
            (None, _) => (),
            (Some(word), _) if word.starts_with('#') => (),
            (Some("run"), _) => {
                out.push(Run { arguments: words.into_iter().skip(1).collect(), ..Run::default() });
            }
            (Some("finding"), Some(run)) => {
                run.findings
                    .push(words.into_iter().skip(1).collect::<Vec<_>>().try_into().unwrap());
            }
            (Some("open"), Some(run)) => {
                run.open.push(words.into_iter().skip(1).collect::<Vec<_>>().try_into().unwrap());
            }
            (Some("decided"), Some(run)) => run.decided.extend(words.into_iter().skip(1)),
            (Some(_), _) => panic!("{}: {line}", estate.display()),
        }
    }
    out
}

fn judge(estate: &Path, run: &Run) -> Result<(), Failed> {
    let report = checked(estate, run.arguments.clone());
    let parsed: Value =
        serde_json::from_str(&report).map_err(|error| format!("{error}: {report}"))?;
    let problems = parsed["problems"].as_array().unwrap();
    let wrong: Vec<&Value> = problems.iter().filter(|it| it["severity"] != "note").collect();
    if !wrong.is_empty() {
        return Err(format!("{wrong:?}").into());
    }
    findings(estate, run, &parsed)?;
    undetermined(run, &parsed)?;
    let (flags, mut inputs): (Vec<String>, Vec<String>) =
        run.arguments.iter().cloned().partition(|it| it.starts_with('-'));
    inputs.reverse();
    inputs.extend(flags);
    if checked(estate, inputs) != report {
        return Err("the order of the inputs matters".into());
    }
    Ok(())
}

/// The findings are those that are written down, and no others.
fn findings(estate: &Path, run: &Run, report: &Value) -> Result<(), Failed> {
    let mut left = run.findings.clone();
    for finding in report["findings"].as_array().unwrap() {
        let place = &finding["primary"];
        let line = format!("{}:{}", text(&place["location"]["file"]), place["location"]["line"]);
        let fits = |it: &[String; 3]| {
            let [rule, address, labels] = it;
            let lines = labelled(estate, labels);
            text(&finding["rule"]) == rule
                && (address == "*" || text(&place["address"]) == address)
                && lines.contains(&line)
        };
        let Some(at) = left.iter().position(fits) else {
            return Err(format!(
                "not expected: {} at {line}: {}",
                finding["rule"], finding["message"]
            )
            .into());
        };
        left.remove(at);
    }
    if left.is_empty() { Ok(()) } else { Err(format!("not found: {left:?}").into()) }
}

fn undetermined(run: &Run, report: &Value) -> Result<(), Failed> {
    let open = report["undetermined"].as_array().unwrap();
    for [rule, address] in &run.open {
        if !open.iter().any(|it| text(&it["rule"]) == rule && text(&it["address"]) == address) {
            return Err(format!("not open: {rule} at {address}").into());
        }
    }
    match open.iter().find(|it| run.decided.iter().any(|rule| text(&it["rule"]) == rule)) {
        Some(it) => Err(format!("open: {it}").into()),
        None => Ok(()),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The lines that end with one of the labels, `FILE:LINE`.
fn labelled(estate: &Path, labels: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut folders = vec![estate.to_owned()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(written) = fs::read_to_string(&path) {
                let file = path.strip_prefix(estate).unwrap().display().to_string();
                for (line, text) in (1..).zip(written.lines()) {
                    if labels.split('|').any(|label| text.ends_with(&format!(" {label}"))) {
                        out.insert(format!("{file}:{line}"));
                    }
                }
            }
        }
    }
    out
}

fn checked(estate: &Path, arguments: Vec<String>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundplan"));
    command.args(["check", "--format=json"]).args(arguments).current_dir(estate);
    let output = command.env_clear().output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
