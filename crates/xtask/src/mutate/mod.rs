//! `cargo xtask mutate`: breaks one thing of an estate that works, many times over, and holds what groundplan finds
//! against what it should find: these rules and no other.
//!
//! `fixtures/mutants/<estate>/` holds the estate (`estate/`, a root module), and in `mutants.toml` what is broken.

mod edit;
mod list;
mod run;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::{fs, thread};

use crate::pages;
use list::{List, Mutant};
use run::Runner;

/// How to call this task.
const USAGE: &str = "usage: cargo xtask mutate [--mirror DIR] [NAME…]
  --mirror DIR   also plan each mutant with terraform, from the mirror that make_mirror.sh wrote
  NAME           only estates or mutants with this in their name";

/// How many mutants are judged at a time.
const WORKERS: usize = 2;

/// Rules by name.
pub(crate) type Rules = BTreeSet<String>;

/// What came of one mutant in one form.
struct Verdict {
    estate: String,
    mutant: String,
    form: &'static str,
    expected: Rules,
    found: Result<Rules, String>,
}

/// Runs the task; the exit code is 1 where something else was found and 2 for a wrong call.
pub(crate) fn main(root: &Path, mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let (mut mirror, mut names) = (None, Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--mirror" => mirror = arguments.next().map(PathBuf::from),
            it if it.starts_with('-') => return failed(&format!("unknown option `{it}`\n{USAGE}")),
            _ => names.push(argument),
        }
    }
    match judge(root, mirror.as_deref(), &names) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(wrong) => {
            eprintln!("{wrong} wrong");
            ExitCode::FAILURE
        }
        Err(error) => failed(&error),
    }
}

fn failed(words: &str) -> ExitCode {
    eprintln!("{words}");
    ExitCode::from(2)
}

/// Judges all mutants and tells how many were wrong.
fn judge(root: &Path, mirror: Option<&Path>, names: &[String]) -> Result<usize, String> {
    let runner = Runner::new(root, mirror)?;
    let folder = root.join("fixtures/mutants");
    let (mut wrong, mut caught) = (0, Rules::new());
    let mut left_out = BTreeMap::new();
    for path in folders(&folder)? {
        let list = List::read(&path)?;
        left_out.extend(list.left_out.clone());
        caught.extend(list.mutants.iter().flat_map(Mutant::concerns));
        for verdict in verdicts(&runner, &list, names)? {
            wrong += usize::from(!verdict.is_right());
            println!("{}", verdict.line());
        }
    }
    if names.is_empty() {
        wrong += uncaught(&rules(root)?, &caught, &left_out);
    }
    Ok(wrong)
}

/// Every rule.
fn rules(root: &Path) -> Result<Rules, String> {
    Ok(pages::read(root)?.into_iter().map(|page| page.id).collect())
}

/// The estate as it is, then every mutant.
fn verdicts(runner: &Runner, list: &List, names: &[String]) -> Result<Vec<Verdict>, String> {
    let clean = Mutant::clean();
    let wanted = |it: &&Mutant| {
        let name = format!("{}/{}", list.estate, it.name);
        names.is_empty() || names.iter().any(|wanted| name.contains(wanted))
    };
    let all: Vec<&Mutant> = [&clean].into_iter().chain(&list.mutants).filter(wanted).collect();
    let out = Mutex::new(Vec::new());
    let next = Mutex::new(all.into_iter().enumerate());
    let work = || {
        while let Some((at, mutant)) = next.lock().ok().and_then(|mut it| it.next()) {
            let told = runner.try_out(list, mutant);
            if let Ok(mut out) = out.lock() {
                out.push((at, mutant, told));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(work);
        }
    });
    let mut told = out.into_inner().map_err(|error| error.to_string())?;
    told.sort_by_key(|(at, ..)| *at);
    let mut verdicts = Vec::new();
    for (_, mutant, forms) in told {
        for (form, found) in forms? {
            verdicts.push(Verdict {
                estate: list.estate.clone(),
                mutant: mutant.name.clone(),
                form,
                expected: mutant.expected(form),
                found,
            });
        }
    }
    Ok(verdicts)
}

/// Rules that no mutant breaks, and that nobody says why.
fn uncaught(rules: &Rules, caught: &Rules, left_out: &BTreeMap<String, String>) -> usize {
    let mut wrong = 0;
    for rule in rules.iter().filter(|it| !caught.contains(*it)) {
        if !left_out.contains_key(rule) {
            println!("WRONG  no mutant is for `{rule}`");
            wrong += 1;
        }
    }
    for rule in left_out.keys().filter(|it| caught.contains(*it) || !rules.contains(*it)) {
        println!("WRONG  `{rule}` is said to be left out");
        wrong += 1;
    }
    wrong
}

impl Verdict {
    fn is_right(&self) -> bool {
        self.found.as_ref() == Ok(&self.expected)
    }

    fn line(&self) -> String {
        let name = format!("{}/{} ({})", self.estate, self.mutant, self.form);
        let told = |rules: &Rules| rules.iter().cloned().collect::<Vec<_>>().join(" ");
        match &self.found {
            Ok(found) if found == &self.expected => format!("right  {name}: {}", told(found)),
            Ok(found) => {
                let missing: Rules = self.expected.difference(found).cloned().collect();
                let beside: Rules = found.difference(&self.expected).cloned().collect();
                format!("WRONG  {name}: missing [{}], beside [{}]", told(&missing), told(&beside))
            }
            Err(error) => format!("WRONG  {name}: {error}"),
        }
    }
}

fn folders(path: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let paths = entries.filter_map(|it| it.ok().map(|it| it.path()));
    let mut out: Vec<PathBuf> = paths.filter(|it| it.join("mutants.toml").is_file()).collect();
    out.sort();
    Ok(out)
}
