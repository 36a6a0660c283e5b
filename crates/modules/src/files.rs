//! The Terraform files of a directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_ir::{FileId, SourceFile, SourceMap};
use groundplan_syntax::{Body, Parsed};
use rayon::prelude::*;

use crate::disk::Disk;
use crate::module::Module;
use crate::{Diagnostic, declare::Declarer};

/// A file that belongs to a module.
#[derive(Debug)]
struct Named {
    path: PathBuf,
    is_json: bool,
    is_override: bool,
}

/// Whether editors and systems leave such files behind.
fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// The name without its Terraform ending, whether it is JSON, and whether it is OpenTofu's own.
fn stem(name: &str) -> Option<(&str, bool, bool)> {
    let ends = |ending: &str| name.strip_suffix(ending);
    ends(".tf.json")
        .map(|it| (it, true, false))
        .or_else(|| ends(".tofu.json").map(|it| (it, true, true)))
        .or_else(|| ends(".tf").map(|it| (it, false, false)))
        .or_else(|| ends(".tofu").map(|it| (it, false, true)))
        .filter(|(stem, ..)| !stem.is_empty())
}

/// The Terraform files of a directory in the order in which they count: ordinary ones, then overrides.
fn named(directory: &Path) -> Result<Vec<Named>, String> {
    let names = Disk::names(directory)?;
    let is_tofu = |wanted: &str, json: bool| {
        names.iter().any(|name| stem(name) == Some((wanted, json, true)))
    };
    let mut out = Vec::new();
    for name in &names {
        let Some((stem, is_json, tofu)) = stem(name) else { continue };
        // OpenTofu reads `a.tofu` instead of `a.tf`.
        if is_ignored(name) || (!tofu && is_tofu(stem, is_json)) {
            continue;
        }
        let is_override = stem == "override" || stem.ends_with("_override");
        out.push(Named { path: directory.join(name), is_json, is_override });
    }
    out.sort_by_key(|it| it.is_override);
    Ok(out)
}

/// Whether a directory holds Terraform files.
pub fn is_configuration(directory: &Path) -> bool {
    named(directory).is_ok_and(|files| !files.is_empty())
}

/// A file that was read and has its place in the source map.
struct Taken {
    named: Named,
    id: FileId,
    text: Arc<str>,
}

/// Reads and declares the files of one directory.
pub(crate) struct Reading {
    /// The directory as Terraform names it.
    pub(crate) directory: PathBuf,
    files: Vec<Taken>,
    diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// Reads the files; `base` is where Terraform would run.
    pub(crate) fn start(base: &Path, directory: PathBuf, sources: &mut SourceMap) -> Self {
        let mut reading = Self { directory, files: Vec::new(), diagnostics: Vec::new() };
        let place = base.join(&reading.directory);
        let files = match named(&place) {
            Ok(files) => files,
            Err(error) => {
                let message = format!("{} cannot be listed: {error}", shown(&place));
                reading.diagnostics.push(Diagnostic::of_path(message, "name a directory"));
                return reading;
            }
        };
        for named in files {
            match Disk::source(&named.path) {
                Ok(text) => {
                    let text: Arc<str> = text.into();
                    let file = SourceFile::new(&shown(&named.path), Arc::clone(&text));
                    let id = sources.add(file);
                    reading.files.push(Taken { named, id, text });
                }
                Err(error) => {
                    let message = format!("{} cannot be read: {error}", shown(&named.path));
                    let help = "what it declares is missing in the analysis";
                    reading.diagnostics.push(Diagnostic::of_path(message, help));
                }
            }
        }
        reading
    }

    /// Whether nothing was there to read.
    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.diagnostics.is_empty()
    }

    /// Parses and declares.
    pub(crate) fn finish(self) -> (Module, Vec<Diagnostic>) {
        let parse = |it: &Taken| -> Parsed {
            if it.named.is_json {
                groundplan_syntax::parse_json(it.id, &it.text)
            } else {
                groundplan_syntax::parse_hcl(it.id, &it.text)
            }
        };
        let parsed: Vec<Parsed> = self.files.par_iter().map(parse).collect();
        let mut module = Module { directory: self.directory, ..Module::default() };
        let mut diagnostics = self.diagnostics;
        // Whatever could not be read may have declared anything.
        module.is_damaged =
            !diagnostics.is_empty() || parsed.iter().any(|it| !it.problems.is_empty());
        for (file, parsed) in self.files.iter().zip(parsed) {
            diagnostics.extend(parsed.problems.into_iter().map(syntax));
            let overriding = file.named.is_override;
            let body: Body = parsed.body;
            Declarer { module: &mut module, diagnostics: &mut diagnostics, overriding }.file(body);
        }
        (module, diagnostics)
    }
}

/// A syntax error as a diagnostic.
pub(crate) fn syntax(error: groundplan_syntax::SyntaxError) -> Diagnostic {
    Diagnostic::error(error.at, error.message, "the other blocks and files are still analysed")
}

/// A path as it is printed: with forward slashes, and without what it does not need.
pub(crate) fn shown(path: &Path) -> String {
    crate::disk::tidied(path).to_string_lossy().replace('\\', "/")
}
