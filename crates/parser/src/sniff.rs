//! Telling what an input is when it is not the JSON of a plan or a state.

use std::path::Path;

use crate::input::{MAKE_PLAN, Unreadable};
use crate::plan::DUPLICATE;

/// Looks at the beginning of the text; `None` when it may be JSON of ours.
pub(crate) fn before_parsing(text: &str) -> Option<Unreadable> {
    let start = text.trim_start();
    if start.starts_with("[command]") {
        return Some(wrapped());
    }
    match start.chars().next() {
        None => Some(Unreadable::new(
            "the input is empty",
            format!("the command that should have written it probably failed; {MAKE_PLAN}"),
        )),
        Some('{') => None,
        Some('<') => Some(Unreadable::new(
            "this is HTML or XML, most likely the error page of a download",
            "look at the file, then fetch the plan again",
        )),
        Some('[') => {
            Some(Unreadable::new("this is a JSON array; a plan is a JSON object", MAKE_PLAN))
        }
        Some(_) => Some(plain_text(start)),
    }
}

fn plain_text(text: &str) -> Unreadable {
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() {
        return Unreadable::new("this is a single JSON value; a plan is a JSON object", MAKE_PLAN);
    }
    let line = text.lines().next().unwrap_or_default();
    if text.lines().any(|line| line.starts_with("{\"format_version\"")) {
        return wrapped();
    }
    if line.starts_with("-----BEGIN") || line.contains("resource \"") || line.starts_with('#') {
        return Unreadable::new("this is not JSON", MAKE_PLAN);
    }
    let human = ["Terraform ", "OpenTofu ", "No changes", "Plan:", "Refreshing state", "Error:"];
    let known = |line: &str| human.iter().any(|word| line.contains(word));
    if text.lines().take(200).any(known) {
        return Unreadable::new("this is Terraform's output for people, not JSON", MAKE_PLAN);
    }
    Unreadable::new("this is not JSON", MAKE_PLAN)
}

/// A file that belongs to a Terraform directory, by its name.
pub(crate) fn by_name(path: &Path) -> Option<Unreadable> {
    let name = path.file_name()?.to_str()?;
    let is_source = [".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json"];
    if !is_source.iter().any(|end| name.ends_with(end)) {
        return None;
    }
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(Unreadable::new(
        "this is one file of a Terraform directory, which is read as a whole",
        format!("name the directory: `groundplan check {}`", directory.display()),
    ))
}

/// The setup-terraform action puts a script around `terraform` that repeats the command line.
pub(crate) fn wrapped() -> Unreadable {
    Unreadable::new(
        "other lines stand around the JSON; the wrapper of the setup-terraform action writes such",
        "switch it off with `terraform_wrapper: false`, or delete what is not between the outer `{` \
         and `}`",
    )
}

/// Names a JSON object that is not what we read, by its keys.
pub(crate) fn by_keys(keys: &[&str]) -> Unreadable {
    let has = |name: &str| keys.contains(&name);
    if has("@level") || has("@message") {
        return Unreadable::new(
            "this is the event stream of `terraform plan -json`, not a plan",
            MAKE_PLAN,
        );
    }
    if has("lineage") || (has("serial") && has("version")) {
        return Unreadable::new(
            "this is a raw state file; its format is private to Terraform",
            "turn it into JSON: `terraform show -json > state.json` in the directory of the state",
        );
    }
    if has("AWSTemplateFormatVersion") {
        return Unreadable::new("this is a CloudFormation template", "groundplan reads Terraform");
    }
    if has("resource") || has("provider") || has("terraform") {
        return Unreadable::new("this is Terraform configuration in JSON, not a plan", MAKE_PLAN);
    }
    if has("resource_changes") || has("planned_values") || has("values") {
        return Unreadable::new(
            "`format_version` is missing, so this is no complete output of `terraform show -json`",
            MAKE_PLAN,
        );
    }
    Unreadable::new("this is JSON, but neither a plan nor a state", MAKE_PLAN)
}

/// How a complaint about too many levels of nesting is worded by `serde_json`.
const TOO_DEEP: &str = "recursion limit exceeded";

/// The words of a JSON error without its place, which is told apart, and without text of the input,
/// which may be secret.
pub(crate) fn error_words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let words = text.rsplit_once(" at line ").map_or(&*text, |(words, _)| words);
    // `invalid type: string "…", expected a list`
    match (words.split_once(": string \""), words.rsplit_once("\", expected ")) {
        (Some((kind, _)), Some((_, expected))) if kind.starts_with("invalid ") => {
            format!("{kind}: a string, expected {expected}")
        }
        _ if words.ends_with(TOO_DEEP) => "this is nested more than 128 levels deep".to_owned(),
        _ => words.to_owned(),
    }
}

/// Whether no part of an input with this fault can be trusted: what stands twice can be judged by one
/// value and applied with the other, and no Terraform nests as deep as we read.
pub(crate) fn is_fatal(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    [DUPLICATE, "duplicate field", TOO_DEEP].iter().any(|it| text.contains(it))
}
