//! What the benchmarks share: inputs from the generator, and the work that is timed.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use groundplan_parser::{HclSettings, Input, Read};
use groundplan_rules::Outcome;
use serde::de::IgnoredAny;

/// A generated plan: a hub-and-spoke network of this many VPCs, 30 % of its resources network.
///
/// The files are kept in the target folder, so that each is made once.
pub fn plan(vpcs: usize) -> io::Result<PathBuf> {
    made(&format!("plan-{vpcs}.json"), "gen_plan.py", &["--vpcs", &vpcs.to_string(), "--seed", "1"])
}

/// A generated Terraform directory with this many resources: `flat` has a block for each, `modules`
/// a module call for each VPC.
pub fn tree(style: &str, resources: usize) -> io::Result<PathBuf> {
    let count = resources.to_string();
    let name = format!("tree-{style}-{resources}");
    made(&name, "gen_hcl.py", &["--resources", &count, "--style", style])
}

/// What a generator writes, once.
fn made(name: &str, generator: &str, arguments: &[&str]) -> io::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = here.ancestors().nth(2).unwrap_or(here).join("target/bench-inputs");
    std::fs::create_dir_all(&target)?;
    let path = target.join(name);
    if !path.exists() {
        let part = target.join(format!("{name}.part"));
        let script = here.join("gen").join(generator);
        let mut command = Command::new("python3");
        if !command.arg(script).args(arguments).arg("-o").arg(&part).status()?.success() {
            return Err(io::Error::other("the generator failed"));
        }
        std::fs::rename(part, &path)?;
    }
    Ok(path)
}

/// The texts of every `.tf` file of a tree.
pub fn texts(tree: &Path) -> io::Result<Vec<String>> {
    let mut out = Vec::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "tf") {
                out.push(std::fs::read_to_string(path)?);
            }
        }
    }
    Ok(out)
}

/// Reading a Terraform directory alone.
pub fn read_tree(tree: &Path) -> Read {
    let interest = groundplan_model::interest();
    groundplan_parser::read(&Input::from(tree), &HclSettings::default(), &interest)
}

/// Everything from a Terraform directory to findings.
pub fn judge_tree(tree: &Path) -> Outcome {
    let config = read_tree(tree).config.unwrap_or_default();
    groundplan_rules::check(&groundplan_model::build(&config), groundplan_rules::RULES)
}

/// The reference: `serde_json` looks at every byte and builds nothing.
pub fn reference(bytes: &[u8]) -> bool {
    serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// Reading alone.
pub fn read(bytes: &[u8]) -> Read {
    groundplan_parser::read_bytes("plan.json", bytes, &groundplan_model::interest())
}

/// Everything from bytes to findings.
pub fn judge(bytes: &[u8]) -> Outcome {
    let config = read(bytes).config.unwrap_or_default();
    groundplan_rules::check(&groundplan_model::build(&config), groundplan_rules::RULES)
}
