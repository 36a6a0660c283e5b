//! Every folder under `fixtures/rules` and `fixtures/examples` is a test of its own.
//!
//! A case's prefix and its `# expect:` and `# cannot-tell:` marks say what must come out; the marks
//! are exact, so a finding at an unmarked block fails as much as a missing one. Only the one rule
//! runs. The format is described in `fixtures/README.md`.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at what it does not expect"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use groundplan_findings::Finding;
use groundplan_rules::{Entry, Outcome, RULES};
use hcl_edit::structure::Body;
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trials = Vec::new();
    for (folder, check) in [
        ("fixtures/rules", case as fn(&Entry, &Path) -> Result<(), Failed>),
        ("fixtures/examples", example),
    ] {
        for rule in folders(&root.join(folder)) {
            let id = name(&rule);
            for path in folders(&rule) {
                let title = format!("{folder}/{id}/{}", name(&path));
                let id = id.clone();
                trials.push(Trial::test(title, move || {
                    let entry = RULES.iter().find(|entry| entry.id == id);
                    check(entry.ok_or(format!("there is no rule `{id}`"))?, &path)
                }));
            }
        }
    }
    assert!(trials.len() > 100, "the fixtures are gone");
    libtest_mimic::run(&arguments, trials).exit();
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    out.sort();
    out
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Runs one rule on the plan of a case.
fn run(entry: &Entry, folder: &Path) -> Result<Outcome, Failed> {
    let plan = folder.join("plan.json");
    let bytes = fs::read(&plan).map_err(|error| format!("{}: {error}", plan.display()))?;
    let read = groundplan_parser::read_bytes("plan.json", &bytes, &groundplan_model::interest());
    let config = read.config.ok_or_else(|| format!("unreadable: {:?}", read.problems))?;
    let topology = groundplan_model::build(&config);
    Ok(groundplan_rules::check(&topology, std::slice::from_ref(entry)))
}

fn example(entry: &Entry, folder: &Path) -> Result<(), Failed> {
    let outcome = run(entry, folder)?;
    let flagged = name(folder).starts_with("flagged");
    let found = !outcome.findings.is_empty();
    if found != flagged || !outcome.undetermined.is_empty() || !outcome.crashes.is_empty() {
        return Err(format!("the page says otherwise: {}", told(&outcome)).into());
    }
    Ok(())
}

fn case(entry: &Entry, folder: &Path) -> Result<(), Failed> {
    let marks = marks(entry.id, folder);
    let outcome = run(entry, folder)?;
    if !outcome.crashes.is_empty() {
        return Err("the rule crashed".into());
    }
    let prefix_holds = match &*name(folder) {
        it if it.starts_with("flags-") => !outcome.findings.is_empty(),
        it if it.starts_with("passes-") => {
            outcome.findings.is_empty() && outcome.undetermined.is_empty()
        }
        it if it.starts_with("cannot-tell-") => {
            outcome.findings.is_empty() && !outcome.undetermined.is_empty()
        }
        other => panic!("{other} has no known prefix"),
    };
    let mut by_block: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &outcome.findings {
        by_block.entry(finding.primary.origin.address.block()).or_default().push(finding);
    }
    let open: BTreeSet<String> =
        outcome.undetermined.iter().map(|it| it.origin.address.block()).collect();
    let found: BTreeSet<&String> = by_block.keys().collect();
    let expected: BTreeSet<&String> = marks.expected.keys().collect();
    if !prefix_holds || found != expected || open != marks.open {
        return Err(format!(
            "expected findings at {expected:?} and undetermined {:?}, got {}",
            marks.open,
            told(&outcome)
        )
        .into());
    }
    for (block, texts) in &marks.expected {
        for text in texts {
            if !by_block.get(block).is_some_and(|all| all.iter().any(|it| says(it, text))) {
                return Err(
                    format!("no finding at {block} says {text:?}: {}", told(&outcome)).into()
                );
            }
        }
    }
    Ok(())
}

/// Whether any text of the finding holds `text`.
fn says(finding: &Finding, text: &str) -> bool {
    let labels = finding.related.iter().chain([&finding.primary]);
    let places = labels.flat_map(|label| [label.text.clone(), label.origin.to_string()]);
    places.chain([finding.message.clone(), finding.help.clone()]).any(|it| it.contains(text))
}

fn told(outcome: &Outcome) -> String {
    let findings =
        outcome.findings.iter().map(|it| format!("\n  {}: {}", it.primary.origin, it.message));
    let open = outcome.undetermined.iter().map(|it| format!("\n  {}? {}", it.origin, it.cause));
    let all: String = findings.chain(open).collect();
    if all.is_empty() { "nothing".to_owned() } else { all }
}

/// What the marks in a case's files say.
#[derive(Default)]
struct Marks {
    /// By block: the texts that its findings must say.
    expected: BTreeMap<String, Vec<String>>,
    /// Blocks with an undetermined answer.
    open: BTreeSet<String>,
}

fn marks(rule: &str, folder: &Path) -> Marks {
    let mut marks = Marks::default();
    for file in sources(folder) {
        let text = fs::read_to_string(&file).unwrap();
        let blocks = blocks(&text);
        for (at, line) in text.lines().enumerate() {
            let Some((_, comment)) = line.split_once("# ") else { continue };
            let block = || {
                blocks
                    .get(&at)
                    .unwrap_or_else(|| panic!("{}: line {at} is no block", file.display()))
            };
            if let Some(rest) = comment.strip_prefix(&format!("expect: {rule}")) {
                let texts = marks.expected.entry(block().clone()).or_default();
                texts.extend(rest.split('"').nth(1).map(str::to_owned));
            } else if comment.starts_with(&format!("cannot-tell: {rule}")) {
                marks.open.insert(block().clone());
            }
        }
    }
    marks
}

/// The `.tf` files of a case, modules included; not the state before.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("before") {
            out.extend(sources(&path));
        } else if path.extension().is_some_and(|it| it == "tf") {
            out.push(path);
        }
    }
    out.sort();
    out
}

/// By line: the resource or data block whose header stands there.
fn blocks(text: &str) -> BTreeMap<usize, String> {
    let body: Body = text.parse().unwrap();
    let mut out = BTreeMap::new();
    for block in body.blocks() {
        let labels: Vec<&str> =
            block.labels.iter().map(hcl_edit::structure::BlockLabel::as_str).collect();
        let name = match (block.ident.as_str(), &*labels) {
            ("resource", [kind, name]) => format!("{kind}.{name}"),
            ("data", [kind, name]) => format!("data.{kind}.{name}"),
            _ => continue,
        };
        let start = hcl_edit::Span::span(block).unwrap().start;
        let line = text.get(..start).unwrap().lines().count();
        let at_start = text.get(..start).unwrap().ends_with('\n') || start == 0;
        out.insert(if at_start { line } else { line - 1 }, name);
    }
    out
}
