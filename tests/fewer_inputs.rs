//! Who knows less says less: of each estate of `fixtures/applied-stacks` that comes with plans, every choice of
//! inputs (each stack left out, or given as its directory, plan or state, with or without what the AWS CLI printed)
//! finds nothing that all stacks together do not find, each in the form that tells most.
//!
//! What all of them together find is compared with what was written by hand in `tests/applied_stacks.rs`.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/applied-stacks");
    let estates: Vec<Estate> = children(&folder).iter().filter_map(|it| Estate::read(it)).collect();
    let choices: usize = estates.iter().map(|it| it.choices().len()).sum();
    assert!(estates.len() >= 9 && choices >= 400, "the estates are gone: {choices} choices");
    let trials = estates.into_iter().map(|estate| {
        let name = estate.folder.file_name().unwrap().to_string_lossy().into_owned();
        Trial::test(name, move || estate.judge())
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

/// The folders in a folder, sorted.
fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut out: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    out.sort();
    out
}

/// An estate that comes with plans.
struct Estate {
    folder: PathBuf,
    /// The name of each stack, with the forms in which it can be given; the one that tells most is the last.
    stacks: Vec<(String, Vec<String>)>,
    /// Whether the AWS CLI describes the account.
    live: bool,
}

/// One way to give an estate.
struct Choice {
    /// The inputs of each stack that is given, by name.
    inputs: Vec<(String, String)>,
    live: bool,
    complete: bool,
}

/// Rule and address of what is found.
type Found = BTreeSet<(String, String)>;

impl Estate {
    fn read(folder: &Path) -> Option<Self> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        let all: Vec<String> =
            children(folder).iter().map(name).filter(|it| it != "record").collect();
        let forms = |stack: &String| {
            let files = ["state.json", "plan.json"].map(|file| format!("{stack}/{file}"));
            let there = files.into_iter().filter(|file| folder.join(file).is_file());
            std::iter::once(stack.clone()).chain(there).collect::<Vec<String>>()
        };
        let stacks: Vec<(String, Vec<String>)> =
            all.iter().filter(|it| *it != "aws").map(|it| (it.clone(), forms(it))).collect();
        let planned = stacks.iter().any(|(_, it)| it.iter().any(|it| it.ends_with("plan.json")));
        let live = all.iter().any(|it| it == "aws");
        planned.then(|| Self { folder: folder.to_owned(), stacks, live })
    }

    /// Every way to give at least one stack. Only where none is left out can it be said that they are all.
    fn choices(&self) -> Vec<Choice> {
        let mut all: Vec<Vec<(String, String)>> = vec![Vec::new()];
        for (name, forms) in &self.stacks {
            let longer = |before: &Vec<(String, String)>| {
                let with = |form: &String| {
                    let mut inputs = before.clone();
                    inputs.push((name.clone(), form.clone()));
                    inputs
                };
                std::iter::once(before.clone()).chain(forms.iter().map(with)).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(longer).collect();
        }
        let mut out = Vec::new();
        for inputs in all.into_iter().filter(|it| !it.is_empty()) {
            for live in [false, true].into_iter().filter(|live| self.live || !live) {
                let whole = inputs.len() == self.stacks.len();
                for complete in [false, true].into_iter().filter(|complete| whole || !complete) {
                    out.push(Choice { inputs: inputs.clone(), live, complete });
                }
            }
        }
        out
    }

    fn judge(&self) -> Result<(), Failed> {
        let best =
            |(name, forms): &(String, Vec<String>)| (name.clone(), forms.last().unwrap().clone());
        let inputs = self.stacks.iter().map(best).collect();
        let all = self.found(&Choice { inputs, live: self.live, complete: true })?;
        let mut wrong = String::new();
        for choice in self.choices() {
            let more: Found = self.found(&choice)?.difference(&all).cloned().collect();
            if !more.is_empty() {
                writeln!(wrong, "{}: {more:?}", choice.arguments().join(" ")).unwrap();
            }
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
    }

    /// What a run finds of severity warning and error; addresses with the stack's name, also of the only one.
    fn found(&self, choice: &Choice) -> Result<Found, Failed> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_groundplan"));
        command.args(["check", "--consequences", "--format", "json"]).args(choice.arguments());
        let output = command.current_dir(&self.folder).env_clear().output();
        let output = output.map_err(|error| error.to_string())?;
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let report: Value =
            serde_json::from_slice(&output.stdout).map_err(|error| error.to_string())?;
        let text = |it: &Value, at: &str| it.pointer(at).unwrap().as_str().unwrap().to_owned();
        let findings = report.pointer("/findings").unwrap().as_array().unwrap();
        let grave = findings.iter().filter(|it| text(it, "/severity") != "note");
        let whole = |it: &Value| {
            let address = text(it, "/primary/address");
            match &*choice.inputs {
                [(only, _)] if !address.starts_with("aws:") => format!("{only}:{address}"),
                _ => address,
            }
        };
        Ok(grave.map(|it| (text(it, "/rule"), whole(it))).collect())
    }
}

impl Choice {
    fn arguments(&self) -> Vec<String> {
        let mut out: Vec<String> = self.inputs.iter().map(|(_, input)| input.clone()).collect();
        out.extend(self.live.then(|| "aws".to_owned()));
        out.extend(self.complete.then(|| "--complete".to_owned()));
        out
    }
}
