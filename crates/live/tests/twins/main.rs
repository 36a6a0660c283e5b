//! What AWS says of the objects of a plan's state changes no finding: neither are things told twice, nor
//! is what the plan takes away still there.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

mod printed;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use groundplan_ir::{Config, Interest, Stack};
use groundplan_rules::Outcome;

/// The plans of the rules' cases whose state holds anything.
fn plans() -> Vec<PathBuf> {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rules");
    let folders = |path: &Path| -> Vec<PathBuf> {
        fs::read_dir(path).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir()).collect()
    };
    let cases = folders(&rules).into_iter().flat_map(|it| folders(&it));
    let mut out: Vec<PathBuf> = cases.filter(|it| it.join("before").is_dir()).collect();
    out.sort();
    out.into_iter().map(|it| it.join("plan.json")).collect()
}

fn judged(stacks: Vec<Stack>) -> Outcome {
    let topology = groundplan_model::build(&Config::of_stacks(stacks));
    groundplan_rules::check(&topology, groundplan_rules::RULES)
}

/// What is found, by rule.
fn findings(outcome: &Outcome) -> BTreeSet<(&'static str, String)> {
    outcome.findings.iter().map(|it| (it.rule, it.message.clone())).collect()
}

fn plan(text: &[u8], interest: &Interest) -> Stack {
    let config = groundplan_parser::read_bytes("plan.json", text, interest).config.unwrap();
    Stack { name: Some("network".into()), config, idless: false }
}

#[test]
fn what_aws_says_of_a_plans_objects_changes_no_finding() {
    let interest = groundplan_model::interest();
    let mut described = 0;
    for path in plans() {
        let text = fs::read(&path).unwrap();
        let folder = tempfile::tempdir().unwrap();
        described += printed::state(&serde_json::from_slice(&text).unwrap(), folder.path());
        let live = groundplan_live::read(folder.path(), &interest);
        assert_eq!(live.problems, [], "{}", path.display());
        let live = Stack { name: Some("aws".into()), config: live.config.unwrap(), idless: false };
        let alone = judged(vec![plan(&text, &interest)]);
        let open: BTreeSet<_> = alone.undetermined.iter().map(|it| it.rule).collect();
        let (alone, both) = (findings(&alone), judged(vec![plan(&text, &interest), live]));
        let mut both = findings(&both);
        // What was open is told by who looks.
        both.retain(|it| alone.contains(it) || !open.contains(it.0));
        assert_eq!(alone, both, "{}", path.display());
    }
    assert!(described > 100, "{described} objects are too few");
}
