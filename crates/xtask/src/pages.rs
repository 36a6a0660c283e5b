//! A rule's page: the leading `//!` text of its file.

use std::fs;
use std::path::{Path, PathBuf};

/// What is derived from one rule's file.
#[derive(Debug)]
pub(crate) struct Page {
    /// The file name in kebab case.
    pub(crate) id: String,
    /// The folder, which is its group.
    pub(crate) group: String,
    /// The module's name.
    pub(crate) module: String,
    /// The first line.
    pub(crate) title: String,
    /// The text below the first line.
    pub(crate) text: String,
    /// `error`, `warning` or `note`, as the rule's data says.
    pub(crate) severity: String,
    /// What happens when it is applied, as the rule's data says.
    pub(crate) class: String,
    /// How sure a finding is, as the rule's data says.
    pub(crate) confidence: String,
}

/// The headings that every page has, in this order; the last one only where the rule can say so.
const HEADINGS: &[&str] = &["## Why", "## Flagged", "## Fine", "## Cannot tell"];

/// Reads the pages of all rules, in the order of their names.
pub(crate) fn read(root: &Path) -> Result<Vec<Page>, String> {
    let folder = root.join("crates/rules/src/rules");
    let mut pages = Vec::new();
    for group in entries(&folder)?.iter().filter(|it| it.is_dir()) {
        for file in entries(group)? {
            if file.extension().is_some_and(|it| it == "rs") && !file.ends_with("mod.rs") {
                pages.push(page(&file)?);
            }
        }
    }
    pages.sort_by(|one, two| one.id.cmp(&two.id));
    Ok(pages)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let all = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut all: Vec<PathBuf> = all.filter_map(|it| it.ok().map(|it| it.path())).collect();
    all.sort();
    Ok(all)
}

fn page(file: &Path) -> Result<Page, String> {
    let wrong = |what: &str| format!("{}: {what}", file.display());
    let source = fs::read_to_string(file).map_err(|error| wrong(&error.to_string()))?;
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let (title, text) = match &*lines {
        [title, "", rest @ ..] => (*title, rest.join("\n")),
        _ => {
            return Err(wrong(
                "the page begins with one line that says what is found, then a blank",
            ));
        }
    };
    if !title.ends_with('.') || title.len() > 120 {
        return Err(wrong("the first line is one sentence of at most 120 characters"));
    }
    let mut at = 0;
    // A rule that only says what is missing finds nothing.
    let finds = !source.contains("class: Class::Coverage");
    for heading in HEADINGS.iter().filter(|it| finds || **it != "## Flagged") {
        match text.get(at..).and_then(|rest| rest.find(&format!("{heading}\n"))) {
            Some(found) => at += found,
            None => return Err(wrong(&format!("the page has no `{heading}` in its place"))),
        }
    }
    if !text.contains("Source: ") {
        return Err(wrong("the page names no source (`Source: Guide, \"Page\".`)"));
    }
    let module = file.file_stem().and_then(|it| it.to_str()).unwrap_or_default().to_owned();
    let folder = file.parent().and_then(Path::file_name).and_then(|it| it.to_str());
    let group = folder.unwrap_or_default();
    let field = |prefix: &str| {
        let value = source.split(prefix).nth(1).unwrap_or_default();
        kebab(value.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
    };
    Ok(Page {
        id: module.replace('_', "-"),
        severity: field("severity: Severity::"),
        class: field("class: Class::"),
        confidence: field("confidence: Confidence::"),
        group: group.to_owned(),
        title: title.to_owned(),
        text,
        module,
    })
}

/// `ApplyFails` → `apply-fails`.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for (at, c) in name.chars().enumerate() {
        if c.is_uppercase() && at > 0 {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// The examples on a page: tag (`flagged` or `fine`) and HCL.
pub(crate) fn examples(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let tag = info.split(',').nth(1).unwrap_or_default();
                open = Some((tag.to_owned(), String::new()));
            }
            (Some(_), Some(_)) => out.extend(open.take()),
            (Some((_, body)), None) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => (),
        }
    }
    out.retain(|(tag, _)| tag == "flagged" || tag == "fine");
    out
}
