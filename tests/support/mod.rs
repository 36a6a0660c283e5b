//! Running the program and reading plans, always in the same surroundings.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use groundplan_findings::ProblemKind;
use groundplan_parser::Read;
use serde_json::Value;

/// The smallest plans that show one finding and none.
pub(crate) const BROKEN: &str =
    "fixtures/rules/peering-cidr-overlap/flags-secondary-range/plan.json";
pub(crate) const SOUND: &str = "fixtures/rules/peering-cidr-overlap/passes-ranges-touch/plan.json";
/// A plan whose one question stays open.
pub(crate) const OPEN: &str =
    "fixtures/rules/peering-cidr-overlap/cannot-tell-ipam-range/plan.json";

/// Only this rule runs where a test must not depend on which others exist.
pub(crate) const ONE_RULE: &str = "--select=peering-cidr-overlap";

/// What one run of the program came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Asserts the exit code and that all of `words` were printed.
    pub(crate) fn says(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for it in words {
            assert!(self.out.contains(it) || self.err.contains(it), "no {it:?} in {self:?}");
        }
    }
}

/// The top folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program in the top folder, with nothing of the caller's environment.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_groundplan"));
    command.args(arguments).current_dir(root()).env_clear().env("NO_COLOR", "1");
    command
}

/// Runs the program without input.
pub(crate) fn run(arguments: &[&str]) -> Run {
    pipe(arguments, b"")
}

/// Runs the program with `input` on standard input.
pub(crate) fn pipe(arguments: &[&str], input: &[u8]) -> Run {
    finish(command(arguments), input)
}

/// Runs a prepared command with `input` on standard input.
pub(crate) fn finish(mut command: Command, input: &[u8]) -> Run {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The program reads all of its input before it writes, so this cannot wait for each other; a
    // program that ended before it read has said why.
    drop(stdin.write_all(input));
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Checks `plan` with the one rule and the arguments.
pub(crate) fn check(plan: &Value, arguments: &[&str]) -> Run {
    check_text(plan.to_string().as_bytes(), arguments)
}

/// Checks bytes with the one rule and the arguments.
pub(crate) fn check_text(plan: &[u8], arguments: &[&str]) -> Run {
    pipe(&[&["check", "-", ONE_RULE], arguments].concat(), plan)
}

/// A file of the repository.
pub(crate) fn bytes(path: &str) -> Vec<u8> {
    let path = root().join(path);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A text file of the repository.
pub(crate) fn text(path: &str) -> String {
    String::from_utf8(bytes(path)).unwrap()
}

/// A plan of the repository.
pub(crate) fn plan(path: &str) -> Value {
    serde_json::from_slice(&bytes(path)).unwrap()
}

/// Reads bytes as the program does, in this process.
pub(crate) fn read(bytes: &[u8]) -> Read {
    groundplan_parser::read_bytes("plan.json", bytes, &groundplan_model::interest())
}

/// Whether reading ends the run with exit code 2.
pub(crate) fn is_refused(read: &Read) -> bool {
    read.problems.iter().any(|it| it.kind == ProblemKind::Unreadable)
}

/// The folders and files below `folder`, sorted, without hidden ones.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !name(path).starts_with('.'))
        .collect();
    out.sort();
    out
}

/// All files below `folder`, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for path in entries(folder) {
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path);
        }
    }
    out
}

/// Every recorded plan of the repository.
pub(crate) fn plans() -> Vec<PathBuf> {
    files(&root().join("fixtures")).into_iter().filter(|it| name(it) == "plan.json").collect()
}

/// The last part of a path.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
