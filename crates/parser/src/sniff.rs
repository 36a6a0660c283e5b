//! Telling what an input is when it is not the JSON of a plan or a state.

use crate::input::{MAKE_PLAN, Unreadable};

/// Looks at the beginning of the text; `None` when it may be JSON of ours.
pub(crate) fn before_parsing(text: &str) -> Option<Unreadable> {
    let start = text.trim_start();
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
    let line = text.lines().next().unwrap_or_default();
    if text.lines().any(|line| line.starts_with("{\"format_version\"")) {
        return Unreadable::new(
            "other lines stand before the JSON; the wrapper of the setup-terraform action writes such",
            "switch it off with `terraform_wrapper: false`, or delete the lines before `{`",
        );
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

/// The words of a JSON error without its place, which is told apart.
pub(crate) fn error_words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rsplit_once(" at line ") {
        Some((words, _)) => words.to_owned(),
        None => text,
    }
}
