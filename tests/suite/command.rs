//! What the program does around its reports: files, standard input, pipes, rules by name.

use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use std::collections::BTreeSet;

use groundplan_findings::Class;
use groundplan_rules::RULES;
use serde_json::Value;

use crate::support::{BROKEN, ONE_RULE, SOUND, bytes, check_text, command, pipe, run};

#[test]
fn reports_go_to_files_while_the_human_one_is_printed() {
    let folder = tempfile::tempdir().unwrap();
    let (sarif, json) = (folder.path().join("a b.sarif"), folder.path().join("report.json"));
    let flags = [
        format!("--output=sarif={}", sarif.display()),
        format!("--output=json={}", json.display()),
    ];
    let run_with = |more: &[&str]| run(&[&["check", BROKEN, ONE_RULE], more].concat());
    let both = run_with(&[&flags[0], &flags[1]]);
    both.says(1, &["error[peering-cidr-overlap]", "1 check decided"]);
    assert_eq!(fs::read_to_string(&sarif).unwrap(), run_with(&["--format=sarif"]).out);
    assert_eq!(fs::read_to_string(&json).unwrap(), run_with(&["--format=json"]).out);
    assert_eq!(both.out, run_with(&[]).out);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for arguments in [&["check", BROKEN, ONE_RULE] as &[&str], &["rules"]] {
        let mut child = command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut complaint = String::new();
        child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
        let code = child.wait().unwrap().code();
        assert_eq!(complaint, "");
        assert_eq!(code, Some(i32::from(arguments[0] == "check")));
    }
}

#[test]
fn colour_is_only_where_it_is_asked_for() {
    let plain = check_text(&bytes(BROKEN), &[]);
    assert!(!plain.out.contains('\u{1b}'));
    let mut coloured = command(&["check", BROKEN, ONE_RULE, "--color=always"]);
    let output = coloured.env_remove("NO_COLOR").output().unwrap();
    assert!(output.stdout.contains(&0x1b));
    for more in ["--format=json", "--format=sarif"] {
        let run = run(&["check", BROKEN, ONE_RULE, "--color=always", more]);
        assert!(!run.out.contains('\u{1b}'));
    }
}

#[test]
fn rules_are_selected_and_ignored_by_name() {
    let ids = |arguments: &[&str]| -> Vec<String> {
        let run = run(&[&["check", BROKEN, "--format=json"], arguments].concat());
        let report = run.json();
        let rules = report["rules"].as_array().unwrap();
        rules.iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
    };
    let all: Vec<&str> = RULES.iter().map(|it| it.id).collect();
    let overlap = "peering-cidr-overlap";
    // Advice is given to those who ask for it.
    let unasked = RULES.iter().filter(|it| it.rule.class != Class::Advice);
    let unasked: Vec<&str> = unasked.map(|it| it.id).collect();
    assert_eq!(ids(&[]), unasked);
    assert_eq!(ids(&[ONE_RULE]), [overlap]);
    let others: Vec<&str> = unasked.iter().copied().filter(|it| *it != overlap).collect();
    assert_eq!(ids(&["--ignore", overlap]), others);
    let none = run(&["check", BROKEN, ONE_RULE, "--ignore", overlap]);
    none.says(2, &["`--select`, `--ignore` and [rules] leave no rule to run"]);
    let list = all.join(",");
    assert_eq!(ids(&["--select", &list]), all);
}

#[test]
fn an_unknown_rule_is_named_with_a_suggestion() {
    let words = ["no rule `peering-overlap`", "did you mean `peering-cidr-overlap`?"];
    for arguments in [
        &["check", SOUND, "--select=peering-overlap"] as &[&str],
        &["check", SOUND, "--ignore=peering-overlap"],
        &["explain", "peering-overlap"],
    ] {
        let run = run(arguments);
        run.says(2, &words);
        assert_eq!(run.out, "");
    }
    run(&["explain", "x\u{1b}y"]).says(2, &["no rule `x\\u{1b}y` (`groundplan rules` lists them)"]);
}

/// The severity of `peering-cidr-overlap` in a plan that breaks it; nothing where it does not run.
fn severity(rules: &str, arguments: &[&str]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("groundplan.toml"), format!("[rules]\n{rules}")).unwrap();
    let plan = folder.path().join("plan.json");
    fs::write(&plan, bytes(BROKEN)).unwrap();
    let plan = plan.display().to_string();
    let run = run(&[&["check", &plan, "--format=json"], arguments].concat());
    let report = run.json();
    assert_eq!(report["problems"], serde_json::json!([]), "{rules}");
    let findings = report["findings"].as_array().unwrap().iter();
    let mut own = findings.filter(|it| it["rule"] == "peering-cidr-overlap");
    own.next().map(|it| it["severity"].as_str().unwrap().to_owned())
}

#[test]
fn rules_are_chosen_by_names_and_patterns() {
    let told = |rules, arguments: &[&str]| severity(rules, arguments);
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(told("", &[]), some("error"));
    assert_eq!(told("\"peering-*\" = \"warning\"", &[]), some("warning"));
    let last = "\"*\" = \"off\"\n\"*-overlap\" = \"note\"";
    assert_eq!(told(last, &[]), some("note"));
    let off = "\"peering-cidr-*\" = \"off\"";
    assert_eq!(told(off, &[]), None);
    assert_eq!(told(off, &["--select=peering-*"]), None);
    assert_eq!(told(off, &["--select=peering-cidr-overlap"]), some("error"));
    assert_eq!(told("", &["--select=peering-cidr-*"]), some("error"));
    assert_eq!(told("", &["--select=*-overlap", "--ignore=peering-*"]), None);
    assert_eq!(told("", &["--ignore=subnet-*"]), some("error"));
    run(&["check", BROKEN, "--select=peeering-*"]).says(2, &["there is no rule `peeering-*`"]);
}

#[test]
fn rules_are_listed_and_explained() {
    let list = run(&["rules"]);
    assert_eq!(list.code, 0);
    let (listed, problems) = list.out.split_once("\nalways told\n").unwrap();
    let (rules, groups): (Vec<&str>, Vec<&str>) =
        listed.lines().filter(|it| !it.is_empty()).partition(|it| it.starts_with("  "));
    for line in problems.lines() {
        let name = line.split_whitespace().next().unwrap();
        run(&["explain", name]).says(0, &[&format!("## {name}")]);
    }
    run(&["explain", "undetermined"]).says(0, &["known only after apply"]);
    assert_eq!(rules.len(), RULES.len());
    let used: BTreeSet<&str> = RULES.iter().map(|it| it.group.name()).collect();
    assert_eq!(groups.iter().copied().collect::<BTreeSet<_>>(), used);
    for entry in RULES {
        let says = |it: &&&str| it.split_whitespace().next() == Some(entry.id);
        let line = rules.iter().find(says).unwrap();
        assert!(line.ends_with(entry.title), "{line}");
        let page = run(&["explain", entry.id]);
        page.says(0, &[entry.title, "## Why", "Source:", "## Fine"]);
        assert_eq!(page.out.contains("## Flagged"), entry.rule.class != Class::Coverage);
        assert!(page.out.starts_with(&format!("# `{}`", entry.id)), "{}", page.out);
    }
}

#[test]
fn the_input_is_never_changed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    fs::write(&path, bytes(BROKEN)).unwrap();
    let flag = format!("--output=json={}", path.display());
    let run = run(&["check", path.to_str().unwrap(), &flag]);
    run.says(2, &["is the input"]);
    assert_eq!(fs::read(&path).unwrap(), bytes(BROKEN));
}

#[test]
fn standard_input_is_called_so() {
    let report = pipe(&["check", "-", ONE_RULE, "--format=json"], &bytes(BROKEN)).json();
    assert_eq!(report["input"], Value::from("-"));
    pipe(&["check", "-", ONE_RULE], &bytes(BROKEN)).says(1, &["╭─[<stdin>]"]);
}
