//! HCL and plan of one case give the same findings.
//!
//! What the HCL cannot tell for want of values, and what it tells that a plan cannot, is listed in
//! `fixtures/parity.txt` with its cause; a line too many there fails as much as a missing one.
//! Cases that start from a state (`before/`, and the estates of several stacks) are left out: HCL knows
//! no state.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at what it does not expect"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use groundplan_findings::{Finding, Label};
use groundplan_ir::SourceMap;
use groundplan_parser::{HclSettings, Input, Read, Source};
use groundplan_rules::{Outcome, RULES};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every folder below `path` that holds both forms.
fn cases(path: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let has = |name: &str| path.join(name).exists();
    if has("plan.json") && (has("main.tf") || has("main.tf.json")) {
        out.push(path.to_owned());
        return;
    }
    entries.iter().filter(|it| it.is_dir()).for_each(|it| cases(it, out));
}

/// Whether a case starts from nothing, as HCL alone does.
fn from_nothing(case: &Path) -> bool {
    let estate = case.starts_with(root().join("fixtures/applied-stacks"));
    !estate && !case.join("before").exists() && !case.join("plan-args").exists()
}

fn judged(read: Read, entries: &[groundplan_rules::Entry]) -> Outcome {
    let problems = read.problems;
    let config = read.config.unwrap_or_else(|| panic!("unreadable: {problems:?}"));
    groundplan_rules::check(&groundplan_model::build(&config), entries)
}

/// Rule and primary address of each finding, and of each open question with its cause.
struct Said {
    found: BTreeSet<(String, String)>,
    open: BTreeSet<(String, String, String)>,
}

fn said(outcome: &Outcome) -> Said {
    let found = outcome.findings.iter();
    let found = found.map(|it| (it.rule.to_owned(), it.primary.origin.address.to_string()));
    let open = outcome.undetermined.iter();
    let open =
        open.map(|it| (it.rule.to_owned(), it.origin.address.to_string(), it.cause.to_string()));
    Said { found: found.collect(), open: open.collect() }
}

fn compare(case: &Path, wrong: &mut String, listed: &mut String) {
    let name = case.strip_prefix(root()).unwrap().display().to_string();
    let rule = case.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let own = RULES.iter().find(|entry| entry.id == rule).map(std::slice::from_ref);
    let entries = own.unwrap_or(RULES);
    let interest = groundplan_model::interest();
    let settings = HclSettings { source: Source::Off, ..HclSettings::default() };
    let read = |path: &Path| groundplan_parser::read(&Input::from(path), &settings, &interest);
    let of_plan = said(&judged(read(&case.join("plan.json")), entries));
    let of_hcl = said(&judged(read(case), entries));
    let open_at = |said: &Said, rule: &str, address: &str| {
        let mut all = said.open.iter();
        all.find(|it| it.0 == rule && it.1 == address).map(|it| it.2.clone())
    };
    for (rule, address) in of_plan.found.difference(&of_hcl.found) {
        match open_at(&of_hcl, rule, address) {
            Some(why) => {
                writeln!(listed, "{name}: {rule} {address}: only the plan tells; HCL: {why}")
                    .unwrap();
            }
            None => writeln!(wrong, "{name}: {rule} {address}: found in the plan only").unwrap(),
        }
    }
    for (rule, address) in of_hcl.found.difference(&of_plan.found) {
        match open_at(&of_plan, rule, address) {
            Some(why) => {
                writeln!(listed, "{name}: {rule} {address}: only HCL tells; plan: {why}").unwrap();
            }
            None => writeln!(wrong, "{name}: {rule} {address}: found in HCL only").unwrap(),
        }
    }
    for (rule, address, cause) in &of_hcl.open {
        let known = of_plan.open.iter().any(|it| it.0 == *rule && it.1 == *address);
        if !known && !of_plan.found.contains(&(rule.clone(), address.clone())) {
            writeln!(listed, "{name}: {rule} {address}: settled by the plan; HCL: {cause}")
                .unwrap();
        }
    }
}

#[test]
fn both_forms_of_a_case_say_the_same() {
    let mut all = Vec::new();
    cases(&root().join("fixtures"), &mut all);
    assert!(all.len() > 300, "the fixtures are gone: {}", all.len());
    let (mut wrong, mut listed) = (String::new(), String::new());
    for case in all.iter().filter(|it| from_nothing(it)) {
        compare(case, &mut wrong, &mut listed);
    }
    assert!(wrong.is_empty(), "{wrong}");
    let expected = fs::read_to_string(root().join("fixtures/parity.txt")).unwrap_or_default();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<String>>();
    let (listed, expected) = (lines(&listed), lines(&expected));
    let new: Vec<&String> = listed.difference(&expected).collect();
    let gone: Vec<&String> = expected.difference(&listed).collect();
    assert!(new.is_empty() && gone.is_empty(), "not listed: {new:#?}\nlisted and gone: {gone:#?}");
}

/// The places of a finding, in words.
fn places(finding: &Finding, sources: &SourceMap) -> Vec<String> {
    let place = |label: &Label| {
        let address = &label.origin.address;
        let Some(place) = &label.origin.place else { return format!("{address}: nowhere") };
        match sources.positions(place.at) {
            Some((file, start, end)) => format!("{address}: {} {start:?} {end:?}", file.path),
            None => format!("{address}: nowhere"),
        }
    };
    [&finding.primary].into_iter().chain(&finding.related).map(place).collect()
}

/// A plan with its source shows every finding where the source alone shows it, finds all that the plan
/// alone finds, and leaves no more open.
#[test]
fn a_plan_with_its_source_is_placed_as_the_source() {
    let mut all = Vec::new();
    cases(&root().join("fixtures"), &mut all);
    let interest = groundplan_model::interest();
    let (mut compared, mut settled) = (0, 0);
    for case in &all {
        let judge = |path: &Path, source: Source| {
            let settings = HclSettings { source, ..HclSettings::default() };
            let read = groundplan_parser::read(&Input::from(path), &settings, &interest);
            let (problems, config) = (read.problems, read.config.unwrap());
            let outcome = groundplan_rules::check(&groundplan_model::build(&config), RULES);
            (problems, outcome, config.sources)
        };
        let path = case.join("plan.json");
        let (alone_problems, alone, _) = judge(&path, Source::Off);
        let (problems, joined, sources) = judge(&path, Source::Found);
        assert_eq!(problems, alone_problems, "{}", case.display());
        let (_, hcl, hcl_sources) = judge(case, Source::Off);
        let lost = said(&alone).found;
        let lost: Vec<_> = lost.difference(&said(&joined).found).cloned().collect();
        assert!(lost.is_empty() || is_decided_otherwise(case), "{}: {lost:?}", case.display());
        let fewer = joined.undetermined.len() <= alone.undetermined.len();
        assert!(fewer || is_computed(case), "{}", case.display());
        settled += alone.undetermined.len().saturating_sub(joined.undetermined.len());
        for finding in &joined.findings {
            let found = places(finding, &sources);
            assert!(!found[0].ends_with("nowhere"), "{}: {found:?}", case.display());
            let same = |it: &&Finding| it.rule == finding.rule && it.message == finding.message;
            if let Some(other) = hcl.findings.iter().find(same) {
                if !has_twin_elements(case) {
                    assert_eq!(found, places(other, &hcl_sources), "{}", case.display());
                }
                compared += found.len();
            }
        }
    }
    assert!(compared > 1000 && settled > 80, "{compared} places, {settled} answers");
}

/// Cases with elements of a set that a plan does not tell apart, so that which block each is from is told
/// by the source alone; the plan shows the first block.
fn has_twin_elements(case: &Path) -> bool {
    ["places/keyed-routes", "places/json-module"].iter().any(|it| case.ends_with(it))
}

/// Cases in which the plan alone takes an id for the one of the only thing that its expression mentions, and the source
/// shows that it is computed (`"111111111111/${aws_security_group.web.id}"`).
fn is_computed(case: &Path) -> bool {
    case.ends_with("shared-vpc-foreign-security-group/passes-rule-names-other-group")
}

/// Cases in which the plan alone found something that is another fault once its target is known.
fn is_decided_otherwise(case: &Path) -> bool {
    case.ends_with("peering-edge-to-edge-onprem/cannot-tell-gateway-attached-through-local")
}
