//! What is damaged: the fixtures.

use std::fs;
use std::path::{Path, PathBuf};

/// Texts to start from.
pub(crate) struct Samples {
    /// Expressions.
    pub(crate) expressions: Vec<String>,
    /// Terraform files.
    pub(crate) files: Vec<String>,
    /// Plans.
    pub(crate) plans: Vec<String>,
    /// The directory in which expressions are evaluated.
    pub(crate) context: PathBuf,
}

/// Larger ones only slow the run down.
const LARGEST: u64 = 40_000;

impl Samples {
    /// Reads the fixtures.
    pub(crate) fn load() -> Self {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
        let conformance = fixtures.join("conformance");
        let lines = fs::read_to_string(conformance.join("expressions.jsonl")).unwrap();
        let expression = |line: &str| -> Option<String> {
            let case: serde_json::Value = serde_json::from_str(line).ok()?;
            Some(case.get("expr")?.as_str()?.to_owned())
        };
        let mut files = Vec::new();
        let mut plans = Vec::new();
        gather(&fixtures, &mut files, &mut plans);
        let context = conformance.join("context");
        Self { expressions: lines.lines().filter_map(expression).collect(), files, plans, context }
    }
}

fn gather(folder: &Path, files: &mut Vec<String>, plans: &mut Vec<String>) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            gather(&path, files, plans);
            continue;
        }
        let end = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let out = match end {
            "tf" => &mut *files,
            "json" => &mut *plans,
            _ => continue,
        };
        if fs::metadata(&path).unwrap().len() <= LARGEST
            && let Ok(text) = fs::read_to_string(&path)
        {
            out.push(text);
        }
    }
}
