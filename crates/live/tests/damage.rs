//! Outputs that are cut off, changed or of another shape: they are said to be so, and nothing panics.
#![expect(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use std::fs;
use std::path::{Path, PathBuf};

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::Completeness;

fn inputs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/live");
    let mut out = Vec::new();
    let mut waiting = vec![root];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|it| it == "json") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

/// Reads a text, builds the network, and asks the rules.
fn problems(folder: &Path, name: &str, text: &[u8]) -> (Vec<Problem>, Option<Completeness>) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    groundplan_live::is_live(&path);
    let read = groundplan_live::read(&path, &groundplan_model::interest());
    if let Some(config) = &read.config {
        let topology = groundplan_model::build(config);
        let outcome = groundplan_rules::check(&topology, groundplan_rules::RULES);
        assert!(outcome.crashes.is_empty(), "{text:?}: {:?}", outcome.crashes);
    }
    (read.problems, read.config.map(|it| it.completeness))
}

#[test]
fn every_beginning_of_a_file_is_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    for path in inputs() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let whole = fs::read_to_string(&path).unwrap();
        let whole = whole.trim_end();
        for at in (0..whole.len()).step_by(97) {
            let (found, completeness) = problems(folder.path(), &name, &whole.as_bytes()[..at]);
            assert!(found.iter().any(|it| it.kind != ProblemKind::Remark), "{name} {at}");
            assert_ne!(completeness, Some(Completeness::Whole), "{name} {at}");
        }
    }
}

#[test]
fn values_of_another_shape_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let others =
        ["null", "7", "true", "[]", "{}", "\"\"", "\"x\"", "[[{}]]", "\"\u{202e}\\u0000\""];
    for path in inputs() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let whole = fs::read_to_string(&path).unwrap();
        let values: Vec<usize> = whole.match_indices("\": ").map(|(at, _)| at + 3).collect();
        for (count, start) in values.into_iter().enumerate() {
            let Some((before, rest)) = whole.split_at_checked(start) else { continue };
            // What stands on the rest of the line, or only opens there.
            let (_, rest) = rest.split_at(rest.find([',', '\n', '}', ']']).unwrap_or(rest.len()));
            let changed = format!("{before}{}{rest}", others[count % others.len()]);
            problems(folder.path(), &name, changed.as_bytes());
        }
    }
}
