//! `[stacks]`: names, options and patterns, and where groundplan.toml is looked for.

use std::path::Path;

use crate::support::{directory, settings};
use groundplan_settings::{Stack, StackSource, find};
use tempfile::TempDir;

/// Name and path of each stack.
fn named(root: &TempDir, stacks: &[Stack]) -> Vec<(String, String)> {
    let path = |it: &Stack| {
        let path = it.path.strip_prefix(root.path()).unwrap();
        (it.name.clone(), path.to_str().unwrap().to_owned())
    };
    stacks.iter().map(path).collect()
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(one, two)| ((*one).to_owned(), (*two).to_owned())).collect()
}

#[test]
fn a_pattern_names_each_match_and_leaves_out_what_has_a_name() {
    let files = ["net/plan.json", "teams/a/plan.json", "teams/b/plan.json", "live/prod/eu/main.tf"];
    let root = directory(
        &files,
        r#"
[stacks]
network = "net/plan.json"
"team-*" = "teams/*/plan.json"
special = "teams/b/plan.json"
"*" = "live/**/main.tf"
"#,
    );
    let (settings, problems) = settings(&root);
    assert_eq!(problems, Vec::<String>::new());
    let expected = [
        ("network", "net/plan.json"),
        ("prod/eu", "live/prod/eu/main.tf"),
        ("special", "teams/b/plan.json"),
        ("team-a", "teams/a/plan.json"),
    ];
    assert_eq!(named(&root, &settings.stacks), pairs(&expected));
}

#[test]
fn two_matches_of_one_name_are_told_and_the_first_counts() {
    let text = "[stacks]\n\"*\" = \"a/*/p.json\"\n\"*-x\" = \"b/*/p.json\"\n";
    let root = directory(&["a/m-x/p.json", "b/m/p.json"], text);
    let (settings, problems) = settings(&root);
    let expected =
        "3:1 input-malformed: `b/m/p.json` would be the stack `m-x`, as `a/m-x/p.json` is";
    assert_eq!(problems, [expected]);
    assert_eq!(named(&root, &settings.stacks), pairs(&[("m-x", "a/m-x/p.json")]));
}

#[test]
fn a_match_without_a_name_is_told() {
    let root = directory(&["live/p.json"], "[stacks]\n\"*\" = \"live/**/p.json\"\n");
    let (settings, problems) = settings(&root);
    assert_eq!(problems, ["2:1 input-malformed: `live/p.json` would be the stack ``"]);
    assert!(settings.stacks.is_empty());
}

#[test]
fn options_belong_to_a_stack_and_take_over_what_matched() {
    let root = directory(
        &["dns/main.tf", "t/a/plan.json"],
        r#"
[stacks]
dns = { path = "dns/", var_files = ["prod.tfvars", "../x.tfvars"], workspace = "prod", source = false }

[stacks."team-*"]
path = "t/*/plan.json"
source = "src/*"
variables = { team = "*", size = 3, on = true }
"#,
    );
    let (settings, problems) = settings(&root);
    assert_eq!(problems, Vec::<String>::new());
    let [dns, team] = &*settings.stacks else { panic!("{:?}", settings.stacks) };
    assert_eq!(dns.var_files, [root.path().join("prod.tfvars"), root.path().join("../x.tfvars")]);
    assert_eq!((dns.workspace.as_deref(), &dns.source), (Some("prod"), &StackSource::None));
    assert_eq!(
        (&*team.name, &team.source),
        ("team-a", &StackSource::At(root.path().join("src/a")))
    );
    let variables: Vec<_> = team.variables.iter().map(|(name, it)| (&**name, &**it)).collect();
    assert_eq!(variables, [("on", "true"), ("size", "3"), ("team", "a")]);
    let (_, start, _) = settings.sources.positions(team.at).unwrap();
    assert_eq!((start.line, start.column), (5, 9));
}

#[test]
fn a_path_may_lead_out_of_the_directory() {
    let root = directory(&["other/plan.json"], "");
    let inner = root.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let file = inner.join("groundplan.toml");
    std::fs::write(&file, "[stacks]\na = \"../other/plan.json\"\nb = \"../none\"\n").unwrap();
    let (settings, problems) = groundplan_settings::read(&file);
    assert_eq!(settings.stacks.len(), 1);
    assert_eq!(settings.stacks[0].path, inner.join("../other/plan.json"));
    let looked = inner.join("../none").display().to_string();
    assert_eq!(problems[0].message, format!("`{looked}` is not there"));
}

#[test]
fn the_file_is_looked_for_up_to_the_root_of_the_repository() {
    let root = directory(&["repo/.git/HEAD", "repo/a/b/main.tf", "repo/a/plan.json"], "");
    let path = |text: &str| root.path().join(text);
    // One above the repository does not count.
    assert_eq!(find(&path("repo/a/b")), None);
    std::fs::write(path("repo/groundplan.toml"), "").unwrap();
    for start in ["repo/a/b", "repo/a/b/main.tf", "repo/a/plan.json", "repo"] {
        assert_eq!(find(&path(start)), Some(path("repo/groundplan.toml")), "{start}");
    }
    std::fs::write(path("repo/a/groundplan.toml"), "").unwrap();
    assert_eq!(find(&path("repo/a/b")), Some(path("repo/a/groundplan.toml")));
    // Outside of a repository only the directory itself is looked at.
    std::fs::create_dir_all(path("x/y")).unwrap();
    assert_eq!(find(&path("x/y")), None);
    assert_eq!(find(&path("x")), None);
    assert_eq!(find(root.path()), Some(path("groundplan.toml")));
    assert_eq!(find(Path::new("src/lib.rs")), None);
}
