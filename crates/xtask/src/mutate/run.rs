//! Writes a mutant down and asks groundplan about it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::Rules;
use super::edit::{Files, mutated};
use super::list::{List, Mutant};
use crate::record;

/// What groundplan finds, by the form that it was given.
pub(crate) type Forms = Vec<(&'static str, Result<Rules, String>)>;

/// The program under trial, and what plans need.
pub(crate) struct Runner {
    groundplan: PathBuf,
    /// The CLI configuration of terraform with the folder that it is in, where plans are wanted.
    terraform: Option<(TempDir, PathBuf)>,
}

impl Runner {
    /// Builds groundplan.
    pub(crate) fn new(root: &Path, mirror: Option<&Path>) -> Result<Self, String> {
        let terraform = match mirror {
            Some(mirror) => {
                let mirror = fs::canonicalize(mirror).map_err(|it| it.to_string())?;
                let folder = tempfile::tempdir().map_err(|it| it.to_string())?;
                let config = record::write_cli_config(folder.path(), &mirror);
                let config = config.map_err(|it| it.to_string())?;
                Some((folder, config))
            }
            None => None,
        };
        Ok(Self { groundplan: built(root)?, terraform })
    }

    /// What is found in a mutant, as a directory and as a plan.
    pub(crate) fn try_out(&self, list: &List, mutant: &Mutant) -> Result<Forms, String> {
        let files = mutated(&read(&list.folder.join("estate"))?, mutant)
            .map_err(|error| format!("{}/{}: {error}", list.estate, mutant.name))?;
        let folder = tempfile::tempdir().map_err(|it| it.to_string())?;
        for (name, text) in &files {
            fs::write(folder.path().join(name), text).map_err(|it| it.to_string())?;
        }
        let mut forms = vec![("directory", self.found(folder.path(), mutant))];
        if let Some((_, config)) = &self.terraform {
            // What the stand-in provider answers for data sources.
            let answers = list.folder.join("answers.json");
            if answers.is_file() {
                let copied = fs::copy(&answers, folder.path().join("answers.json"));
                copied.map_err(|it| it.to_string())?;
            }
            let plan = folder.path().join("plan.json");
            let planned = record::plan(folder.path(), config, &plan).map_err(|it| it.to_string());
            forms.push(("plan", planned.and_then(|()| self.found(&plan, mutant))));
        }
        Ok(forms)
    }

    fn found(&self, input: &Path, mutant: &Mutant) -> Result<Rules, String> {
        let mut arguments = ["check", "--no-config", "--format", "json"].map(OsStr::new).to_vec();
        if mutant.advice {
            arguments.push(OsStr::new("--advice"));
        }
        arguments.push(input.as_os_str());
        let told = self.json(arguments)?;
        let open = rules_of(&told, "undetermined")?;
        if let Some(rule) = mutant.cannot_tell.iter().find(|it| !open.contains(*it)) {
            return Err(format!("`{rule}` does not say that it cannot tell"));
        }
        rules_of(&told, "findings")
    }

    fn json<'a>(&self, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<Value, String> {
        let output = Command::new(&self.groundplan).args(arguments).output();
        let output = output.map_err(|it| it.to_string())?;
        serde_json::from_slice(&output.stdout)
            .map_err(|it| format!("{it}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}

/// The rules that have something in a list of the answer.
fn rules_of(told: &Value, list: &str) -> Result<Rules, String> {
    let all = told.get(list).and_then(Value::as_array).ok_or_else(|| format!("no {list}"))?;
    let rule = |it: &Value| it.get("rule").and_then(Value::as_str).map(str::to_owned);
    Ok(all.iter().filter_map(rule).collect::<BTreeSet<_>>())
}

/// The files of the estate.
fn read(folder: &Path) -> Result<Files, String> {
    let at = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut out = Files::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        let path = entry.map_err(at)?.path();
        if path.extension() == Some(OsStr::new("tf")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            out.insert(name, fs::read_to_string(&path).map_err(at)?);
        }
    }
    Ok(out)
}

/// Builds the program and tells where it is.
fn built(root: &Path) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["build", "--quiet", "--bin", "groundplan", "--message-format", "json"];
    let output = Command::new(cargo).current_dir(root).args(arguments).output();
    let output = output.map_err(|it| it.to_string())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let messages = text.lines().filter_map(|it| serde_json::from_str::<Value>(it).ok());
    let path = |it: Value| it.get("executable").and_then(Value::as_str).map(PathBuf::from);
    let stderr = String::from_utf8_lossy(&output.stderr);
    messages
        .filter_map(path)
        .next_back()
        .ok_or_else(|| format!("groundplan was not built: {stderr}"))
}
