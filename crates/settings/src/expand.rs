//! Paths with `*` → the paths that are there, with what each `*` stood for.

use std::path::{Path, PathBuf};

use crate::disk;
use crate::pattern::captures;

/// One pattern matches as many paths as this.
const MOST: usize = 10_000;

/// And looks at as many names.
const MOST_SEEN: usize = 1_000_000;

/// How deep `**` goes.
const DEEPEST: usize = 64;

/// A path, and what each `*` and `**` stood for.
pub(crate) type Match = (PathBuf, Vec<String>);

/// A place on the way: what is left of the pattern, and what is found so far.
struct Step<'p> {
    path: PathBuf,
    rest: &'p [&'p str],
    captured: Vec<String>,
}

/// What is wrong with a path pattern; nothing when it can be searched for.
pub(crate) fn fault(pattern: &str) -> Option<&'static str> {
    let parts: Vec<&str> = pattern.trim_end_matches('/').split('/').collect();
    let deep = parts.iter().filter(|it| **it == "**").count();
    if parts.iter().any(|it| *it != "**" && it.contains("**")) {
        Some("`**` stands for directories, so it has to be between slashes")
    } else if deep > 1 {
        Some("`**` may be there once")
    } else if parts.last() == Some(&"**") {
        Some("`**` has to be followed by the name of what is wanted")
    } else {
        None
    }
}

/// What is there, sorted by path. `*` stands for any text in one name, `**` for any number of
/// directories; neither for names that begin with a dot. A `*` of its own at the end, or a slash there,
/// stands for directories. `**` does not follow links, so that no circle is walked.
pub(crate) fn expand(base: &Path, pattern: &str) -> Result<Vec<Match>, String> {
    at_most(MOST, base, pattern)
}

fn at_most(most: usize, base: &Path, pattern: &str) -> Result<Vec<Match>, String> {
    let parts: Vec<&str> = pattern.trim_end_matches('/').split('/').collect();
    let directories = pattern.ends_with('/') || parts.last() == Some(&"*");
    let mut out = Vec::new();
    let mut seen = 0;
    let mut todo = vec![Step { path: base.to_path_buf(), rest: &parts, captured: Vec::new() }];
    while let Some(step) = todo.pop() {
        let Some((part, rest)) = step.rest.split_first() else {
            let fits = if directories { disk::is_directory } else { disk::exists };
            if fits(&step.path) {
                out.push((step.path, step.captured));
            }
            if out.len() > most {
                return Err(format!("it matches more than {most} paths"));
            }
            continue;
        };
        if !part.contains('*') {
            // An absolute path begins with an empty part.
            let name = if part.is_empty() { "/" } else { part };
            todo.push(Step { path: step.path.join(name), rest, captured: step.captured });
            continue;
        }
        let names = disk::names(&step.path)?;
        seen += names.len();
        if seen > MOST_SEEN {
            return Err(format!("it has to look at more than {MOST_SEEN} names"));
        }
        let shown = |name: &&String| !name.starts_with('.') || part.starts_with('.');
        for name in names.iter().filter(shown) {
            let path = step.path.join(name);
            if *part == "**" {
                todo.extend(deeper(&step, path, name));
            } else if let Some(more) = captures(part, name) {
                let captured = step.captured.iter().cloned().chain(more).collect();
                todo.push(Step { path, rest, captured });
            }
        }
        if *part == "**" {
            todo.push(at_last(step, rest));
        }
    }
    out.sort();
    Ok(out)
}

/// One directory further down below `**`.
fn deeper<'p>(step: &Step<'p>, path: PathBuf, name: &str) -> Option<Step<'p>> {
    let mut captured = step.captured.clone();
    let before = captured.pop_if(|it| it.starts_with('/')).unwrap_or_default();
    let depth = before.matches('/').count();
    captured.push(format!("{before}/{name}"));
    let follows = depth < DEEPEST && disk::is_own_directory(&path);
    follows.then_some(Step { path, rest: step.rest, captured })
}

/// The directories that `**` stands for end here. On the way they are kept with a slash in front, which
/// no other capture has.
fn at_last<'p>(step: Step<'p>, rest: &'p [&'p str]) -> Step<'p> {
    let mut captured = step.captured;
    let whole = captured.pop_if(|it| it.starts_with('/')).unwrap_or_default();
    captured.push(whole.trim_start_matches('/').to_owned());
    Step { path: step.path, rest, captured }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        root
    }

    fn found(root: &tempfile::TempDir, pattern: &str) -> Vec<(String, String)> {
        let all = expand(root.path(), pattern).unwrap();
        let text = |(path, captured): Match| {
            let path = path.strip_prefix(root.path()).unwrap().to_str().unwrap().to_owned();
            (path, captured.join(","))
        };
        all.into_iter().map(text).collect()
    }

    fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(one, two)| ((*one).to_owned(), (*two).to_owned())).collect()
    }

    #[test]
    fn a_star_stays_in_one_name_and_passes_over_hidden_ones() {
        let root = tree(&["t/a/p.json", "t/b/p.json", "t/.c/p.json", "t/d/e/p.json", "t/x.txt"]);
        assert_eq!(found(&root, "t/*/p.json"), pairs(&[("t/a/p.json", "a"), ("t/b/p.json", "b")]));
        assert_eq!(found(&root, "t/*"), pairs(&[("t/a", "a"), ("t/b", "b"), ("t/d", "d")]));
        assert_eq!(found(&root, "t/*.txt"), pairs(&[("t/x.txt", "x")]));
        assert_eq!(found(&root, "t/a/p.json"), pairs(&[("t/a/p.json", "")]));
        assert_eq!(found(&root, "none/*"), pairs(&[]));
    }

    #[test]
    fn two_stars_stand_for_any_number_of_directories() {
        let root = tree(&["l/p.json", "l/a/p.json", "l/a/b/p.json", "l/a/b/q.json"]);
        let all = [("l/a/b/p.json", "a/b"), ("l/a/p.json", "a"), ("l/p.json", "")];
        assert_eq!(found(&root, "l/**/p.json"), pairs(&all));
        assert_eq!(found(&root, "l/**/*.json").len(), 4);
        assert_eq!(found(&root, "*/**/q.json"), pairs(&[("l/a/b/q.json", "l,a/b")]));
    }

    #[cfg(unix)]
    #[test]
    fn a_circle_of_links_ends() {
        let root = tree(&["l/a/p.json"]);
        std::os::unix::fs::symlink(root.path().join("l"), root.path().join("l/a/back")).unwrap();
        assert_eq!(found(&root, "l/**/p.json"), pairs(&[("l/a/p.json", "a")]));
        // One `*` is one name, be it a link.
        assert_eq!(found(&root, "l/a/*/a/p.json"), pairs(&[("l/a/back/a/p.json", "back")]));
    }

    #[test]
    fn more_paths_than_that_are_refused() {
        let root = tree(&["a.json", "b.json", "c.json"]);
        assert_eq!(at_most(3, root.path(), "*.json").unwrap().len(), 3);
        let error = at_most(2, root.path(), "*.json").unwrap_err();
        assert_eq!(error, "it matches more than 2 paths");
    }

    #[test]
    fn a_pattern_that_cannot_be_searched_for_is_told() {
        for (pattern, wrong) in [
            ("a/*/b", false),
            ("a/**/b", false),
            ("a/**", true),
            ("a**/b", true),
            ("**/a/**/b", true),
        ] {
            assert_eq!(fault(pattern).is_some(), wrong, "{pattern}");
        }
    }
}
