//! What a reference to an argument gives, against what Terraform planned with the provider's types
//! (`fixtures/conformance/arguments`).

use std::fs;
use std::path::Path;

use groundplan_eval::to_json;
use groundplan_modules::{Disk, Evaluation, Settings, load};
use serde_json::Value;

/// Outputs that Terraform knows and we do not: whether two elements of a set are one may depend on an
/// attribute that the configuration leaves out, so that the provider decides on it, and with that in which
/// order they come.
const UNDECIDED: [&str; 2] = ["entry_cidrs", "entry_length"];

#[test]
fn references_give_what_terraform_plans() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/conformance/arguments");
    let plan = fs::read_to_string(folder.join("plan.json")).unwrap();
    let plan: Value = serde_json::from_str(&plan).unwrap();
    let disk = Disk::new(&folder, Some(&folder));
    let settings = Settings { working_directory: "/".into(), ..Settings::default() };
    let run = Evaluation::run(load(&folder), folder, disk, settings, &|_, _| true, &|_, _| true);
    assert_eq!(run.diagnostics, []);
    let dump: Value = serde_json::from_str(&to_json(&run.dump(true)).unwrap().unwrap()).unwrap();
    let expected = plan["output_changes"].as_object().unwrap();
    assert!(expected.len() > 30);
    let mut undecided = Vec::new();
    for (name, expected) in expected {
        let ours = &dump["outputs"][name];
        if ours["after_unknown"] == Value::Bool(false) {
            assert_eq!(expected["after_unknown"], Value::Bool(false), "{name}");
            assert_eq!(ours["after"], expected["after"], "{name}");
        } else if expected["after_unknown"] == Value::Bool(false) {
            undecided.push(name.as_str());
        }
    }
    assert_eq!(undecided, UNDECIDED);
}
