//! What the benchmarks share: inputs from the generator, and the work that is timed.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use groundplan_parser::Read;
use groundplan_rules::Outcome;
use serde::de::IgnoredAny;

/// A generated plan: a hub-and-spoke network of this many VPCs, 30 % of its resources network.
///
/// The files are kept in the target folder, so that each is made once.
pub fn plan(vpcs: usize) -> io::Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = here.ancestors().nth(2).unwrap_or(here).join("target/bench-inputs");
    std::fs::create_dir_all(&target)?;
    let path = target.join(format!("plan-{vpcs}.json"));
    if !path.exists() {
        let part = path.with_extension("part");
        let status = Command::new("python3")
            .arg(here.join("gen/gen_plan.py"))
            .args(["--vpcs", &vpcs.to_string(), "--seed", "1", "-o"])
            .arg(&part)
            .status()?;
        if !status.success() {
            return Err(io::Error::other("the generator failed"));
        }
        std::fs::rename(part, &path)?;
    }
    Ok(path)
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
