//! Files by pattern, as the Go package `doublestar` 1.1 finds them for Terraform.

use std::collections::BTreeMap;
use std::path::Path;

use super::paths::join;
use super::take::MAX_ITEMS;
use crate::Files;

/// Steps of matching that are enough for any honest pattern.
const MAX_STEPS: usize = 1 << 20;

/// Stars and alternatives within each other in a part of a path.
const MAX_DEPTH: usize = 200;

/// The files that match the pattern, which is a clean path. Files that match in several ways are there
/// several times.
pub(super) fn glob(files: &dyn Files, pattern: &str) -> Result<Vec<String>, String> {
    let rooted = pattern.starts_with('/');
    let components = split(pattern.strip_prefix('/').unwrap_or(pattern), '/');
    let fixed = components.iter().take_while(|it| !it.contains(['*', '?', '[', '{', '\\'])).count();
    let (names, components) = components.split_at_checked(fixed).unwrap_or_default();
    let base = join(if rooted { "/" } else { "." }, &names.join("/"));
    if components.is_empty() {
        let exists = files.exists(Path::new(&base))?;
        return Ok(exists.then_some(base).into_iter().collect());
    }
    let mut tree = Tree::default();
    for file in files.list(Path::new(&base))? {
        tree.add(&file);
    }
    let mut search = Search { found: Vec::new(), steps: 0, depth: 0 };
    search.directory(&base, &tree, components)?;
    Ok(search.found)
}

/// A directory by the names within: of directories the content, of files nothing.
#[derive(Default)]
struct Tree(BTreeMap<String, Option<Tree>>);

impl Tree {
    fn add(&mut self, path: &str) {
        let (directories, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut tree = self;
        for directory in directories.split('/').filter(|it| !it.is_empty()) {
            tree = tree.0.entry(directory.to_owned()).or_default().get_or_insert_default();
        }
        tree.0.entry(name.to_owned()).or_default();
    }
}

struct Search {
    found: Vec<String>,
    steps: usize,
    depth: usize,
}

impl Search {
    fn step(&mut self) -> Result<(), String> {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH || self.found.len() > MAX_ITEMS {
            return Err("the pattern is too complicated, or matches too many files".into());
        }
        Ok(())
    }

    /// Looks for what matches the components below a directory.
    fn directory(&mut self, base: &str, tree: &Tree, components: &[&str]) -> Result<(), String> {
        self.step()?;
        let Some((component, mut rest)) = components.split_first() else { return Ok(()) };
        let mut component = component;
        if *component == "**" {
            for (name, below) in &tree.0 {
                let path = join(base, name);
                if let Some(below) = below {
                    self.directory(&path, below, components)?;
                } else if rest.is_empty() {
                    self.found.push(path);
                }
            }
            let Some((next, after)) = rest.split_first() else { return Ok(()) };
            (component, rest) = (next, after);
        }
        for (name, below) in &tree.0 {
            if !self.component(component, name)? {
                continue;
            }
            let path = join(base, name);
            match below {
                None if rest.is_empty() => self.found.push(path),
                Some(below) if !rest.is_empty() => self.below(&path, below, rest)?,
                None | Some(_) => {}
            }
        }
        Ok(())
    }

    /// As [`Self::directory`], for components that may start with plain names.
    fn below(&mut self, base: &str, tree: &Tree, components: &[&str]) -> Result<(), String> {
        let (mut base, mut tree, mut components) = (base.to_owned(), tree, components);
        while let Some((name, rest)) = components.split_first() {
            if name.contains(['*', '?', '[', '{', '\\']) {
                return self.directory(&base, tree, components);
            }
            let below = tree.0.get(*name);
            base = join(&base, name);
            match below {
                Some(Some(below)) => tree = below,
                Some(None) if rest.is_empty() => {
                    self.found.push(base);
                    return Ok(());
                }
                Some(None) | None => return Ok(()),
            }
            components = rest;
        }
        Ok(())
    }

    /// Whether a name matches a component of a pattern. As in Go, a fault of the pattern shows only
    /// where the match comes to it, and not at all behind a star.
    fn component(&mut self, pattern: &str, name: &str) -> Result<bool, String> {
        self.depth += 1;
        let matches = self.characters(pattern, name);
        self.depth -= 1;
        matches
    }

    fn characters(&mut self, pattern: &str, name: &str) -> Result<bool, String> {
        let mut pattern = pattern.chars();
        let mut name = name.chars();
        loop {
            self.step()?;
            let (before, at) = (pattern.as_str(), name.as_str());
            let Some(next) = pattern.next() else { return Ok(at.is_empty()) };
            let Some(c) = name.next() else { return Ok(before == "*" || before == "**") };
            match next {
                '\\' => match pattern.next() {
                    None => return Err(bad()),
                    Some(escaped) if escaped == c => {}
                    Some(_) => return Ok(false),
                },
                '*' => return self.star(pattern.as_str(), at),
                '[' => {
                    let (class, rest) = until(pattern.as_str(), ']').ok_or_else(bad)?;
                    if !class_matches(class, c)? {
                        return Ok(false);
                    }
                    pattern = rest.chars();
                }
                '{' => {
                    let (options, rest) = until(pattern.as_str(), '}').ok_or_else(bad)?;
                    for option in split(options, ',') {
                        if self.component(&format!("{option}{rest}"), at)? {
                            return Ok(true);
                        }
                    }
                    return Ok(false);
                }
                '?' => {}
                _ if next == c => {}
                _ => return Ok(false),
            }
        }
    }

    /// Whether some end of the name matches the rest of the pattern after a star.
    fn star(&mut self, rest: &str, name: &str) -> Result<bool, String> {
        if rest.is_empty() {
            return Ok(true);
        }
        for (at, _) in name.char_indices() {
            self.step()?;
            let end = name.get(at..).unwrap_or_default();
            match self.component(rest, end) {
                Ok(true) => return Ok(true),
                Err(why) if why != bad() => return Err(why),
                Ok(false) | Err(_) => {}
            }
        }
        Ok(false)
    }
}

fn bad() -> String {
    "syntax error in the pattern".into()
}

/// The text before and behind the first `end` that has no backslash before it.
fn until(text: &str, end: char) -> Option<(&str, &str)> {
    let unescaped =
        |(at, _): &(usize, &str)| !text.get(..*at).is_some_and(|before| before.ends_with('\\'));
    let (at, _) = text.match_indices(end).find(unescaped)?;
    Some((text.get(..at)?, text.get(at + end.len_utf8()..)?))
}

/// The parts between separators that have no backslash before them.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((part, after)) = until(rest, separator) {
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}

/// Whether the character is in the class, which is without its brackets.
fn class_matches(class: &str, c: char) -> Result<bool, String> {
    if class.is_empty() {
        return Err(bad());
    }
    let negated = class.starts_with('^');
    let mut rest = class.strip_prefix('^').unwrap_or(class).chars();
    let mut inside = false;
    // One end of a range; a hyphen needs a backslash.
    let end = |rest: &mut std::str::Chars<'_>| match rest.next() {
        None | Some('-') => Err(bad()),
        Some('\\') => rest.next().ok_or_else(bad),
        Some(other) => Ok(other),
    };
    while !rest.as_str().is_empty() {
        let low = end(&mut rest)?;
        let mut high = low;
        if let Some(after) = rest.as_str().strip_prefix('-') {
            rest = after.chars();
            high = end(&mut rest)?;
        }
        inside |= low <= c && c <= high;
    }
    Ok(inside != negated)
}
