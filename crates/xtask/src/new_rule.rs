//! `cargo xtask new-rule NAME`: the file and the fixture folders of a new rule.

use std::fs;
use std::path::Path;

/// The file of a rule that is still to be written. It does not compile until it decides something:
/// a rule that answers nothing must not be mistaken for one that finds nothing.
const TEMPLATE: &str = r#"//! One sentence that says what is found.
//!
//! ## Why
//!
//! What AWS does with it, and what that costs.
//!
//! Source: Guide, "Page".
//!
//! ## Flagged
//!
//! ```hcl,flagged
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//! ```
//!
//! ## Fine
//!
//! ```hcl,fine
//! resource "aws_vpc" "a" {
//!   cidr_block = "10.0.0.0/16"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! What the input may leave open.

use groundplan_findings::{Class, Confidence, Finding, Severity};
use groundplan_ir::Tri;
use groundplan_model::{Topology, Vpc};

use crate::{Context, Rule, Sink};

pub(crate) static RULE: Rule = Rule {
    severity: Severity::Error,
    class: Class::ApplyFails,
    confidence: Confidence::Proven,
    since: "0.1.0",
    check,
};

fn check(cx: &Context<'_>, out: &mut Sink) {
    for (_, vpc) in cx.topology.vpcs.iter() {
        let answer = decide(cx.topology, vpc).map(|broken| broken.then(|| words(vpc)));
        out.answer(&vpc.head.origin, answer);
    }
}

fn decide(topology: &Topology, vpc: &Vpc) -> Tri<bool> {
    compile_error!("decide")
}

fn words(vpc: &Vpc) -> Finding {
    Finding::at(&vpc.head.origin, "label")
        .message(format!("`{}` …", vpc.head.name()))
        .why("…")
        .help("…")
}
"#;

/// Writes the files of the rule `name`.
pub(crate) fn run(root: &Path, group: &str, name: &str) -> Result<Vec<String>, String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(good) || name.starts_with('-') || name.ends_with('-') {
        return Err(format!(
            "`{name}` is no rule name: lower-case words with dashes, naming the fault"
        ));
    }
    let folder = format!("crates/rules/src/rules/{}", group.replace('-', "_"));
    if !root.join(&folder).is_dir() {
        return Err(format!("{folder} is not there: `{group}` is no group of rules that has any"));
    }
    let file = format!("{folder}/{}.rs", name.replace('-', "_"));
    if root.join(&file).exists() {
        return Err(format!("{file} exists"));
    }
    let write = |path: &str, text: &str| {
        fs::write(root.join(path), text).map_err(|error| format!("{path}: {error}"))
    };
    write(&file, TEMPLATE)?;
    let mut written = vec![file];
    for case in ["flags-", "passes-", "cannot-tell-"] {
        let folder = format!("fixtures/rules/{name}/{case}rename-me");
        fs::create_dir_all(root.join(&folder)).map_err(|error| format!("{folder}: {error}"))?;
        let path = format!("{folder}/main.tf");
        write(&path, "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n")?;
        written.push(path);
    }
    Ok(written)
}
