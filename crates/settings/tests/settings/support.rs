//! What the tests of the file share.

use std::path::Path;

use groundplan_findings::Problem;
use groundplan_ir::SourceMap;
use groundplan_settings::{Settings, read};
use tempfile::TempDir;

/// A directory with these files, and groundplan.toml of this text.
pub(crate) fn directory(files: &[&str], text: &str) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for file in files {
        let path = root.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "{}").unwrap();
    }
    std::fs::write(root.path().join("groundplan.toml"), text).unwrap();
    root
}

/// What the file of a directory says, and what is wrong with it.
pub(crate) fn settings(root: &TempDir) -> (Settings, Vec<String>) {
    let (settings, problems) = read(&root.path().join("groundplan.toml"));
    let told = told(&settings.sources, &problems, root.path());
    (settings, told)
}

/// Problems as `LINE:COLUMN kind: message`, without the directory.
pub(crate) fn told(sources: &SourceMap, problems: &[Problem], root: &Path) -> Vec<String> {
    let root = format!("{}/", root.display());
    let line = |it: &Problem| {
        let place = it.at.and_then(|at| sources.positions(at));
        let place =
            place.map_or_else(String::new, |(_, at, _)| format!("{}:{} ", at.line, at.column));
        format!("{place}{}: {}", it.kind.name(), it.message.replace(&root, ""))
    };
    problems.iter().map(line).collect()
}
