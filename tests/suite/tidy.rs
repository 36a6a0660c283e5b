//! What keeps the tree in shape: who depends on whom, how files begin, how long they are, and that
//! documents name what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{entries, files, name, root, text};

/// Who may use whom (ARCHITECTURE.md); a crate that is not here may not be there.
const MAY_USE: [(&str, &[&str]); 17] = [
    ("ir", &[]),
    ("findings", &["ir"]),
    ("syntax", &["ir"]),
    ("eval", &["ir", "syntax"]),
    ("schema", &["eval"]),
    ("modules", &["ir", "syntax", "eval", "schema"]),
    ("parser", &["ir", "findings", "syntax", "eval", "schema", "modules"]),
    ("live", &["ir", "findings", "syntax"]),
    ("model", &["ir", "findings"]),
    ("rules", &["ir", "findings", "model"]),
    ("reporter", &["ir", "findings"]),
    ("settings", &["ir", "findings"]),
    ("stacks", &["ir", "findings", "parser", "live", "settings"]),
    ("cli", &["ir", "findings", "parser", "settings", "stacks", "model", "rules", "reporter"]),
    ("bench", &["ir", "findings", "parser", "model", "rules", "reporter"]),
    ("fuzz", &["parser", "model", "rules"]),
    ("xtask", &[]),
];

/// The longest that a file may be.
const LONGEST_FILE: usize = 400;

/// The packages of the workspace by name, as cargo sees them.
fn packages() -> BTreeMap<String, Value> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|it| (it["name"].as_str().unwrap().to_owned(), it.clone())).collect()
}

/// The dependencies of a package that are not only for its tests.
fn dependencies(package: &Value) -> BTreeSet<&str> {
    let all = package["dependencies"].as_array().unwrap();
    all.iter().filter(|it| it["kind"] != "dev").map(|it| it["name"].as_str().unwrap()).collect()
}

#[test]
fn dependencies_point_in_one_direction() {
    let packages = packages();
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    for (name, package) in &packages {
        let Some(folder) = name.strip_prefix("groundplan-") else { continue };
        let allowed = allowed.get(folder).unwrap_or_else(|| panic!("{name} is not in the list"));
        for used in dependencies(package) {
            if let Some(used) = used.strip_prefix("groundplan-") {
                assert!(allowed.contains(&used), "{folder} may not use {used}");
            }
        }
    }
}

#[test]
fn libraries_of_one_concern_are_used_in_one_place() {
    let packages = packages();
    for (library, users) in [
        ("miette", &["reporter"] as &[&str]),
        ("clap", &["cli"]),
        ("hcl-edit", &["syntax", "xtask"]),
        ("serde", &["parser", "modules", "reporter", "bench", "xtask"]),
        ("serde_json", &["parser", "modules", "reporter", "bench", "fuzz", "xtask", "model"]),
    ] {
        for (name, package) in &packages {
            let Some(folder) = name.strip_prefix("groundplan-") else { continue };
            let used = dependencies(package).contains(library);
            assert!(!used || users.contains(&folder), "{folder} may not use {library}");
        }
    }
}

#[test]
fn a_package_is_named_after_its_folder() {
    for (name, package) in packages() {
        let manifest = package["manifest_path"].as_str().unwrap();
        let folder = Path::new(manifest).parent().unwrap();
        if folder == root() {
            assert_eq!(name, "groundplan");
        } else {
            assert_eq!(name, format!("groundplan-{}", crate::support::name(folder)));
        }
        assert_eq!(package["publish"], serde_json::json!([]), "{name}");
    }
}

/// Every source file, as a path from the top.
fn sources() -> Vec<String> {
    let folders = [root().join("crates"), root().join("tests")];
    let all = folders.iter().flat_map(|folder| files(folder));
    let rust = all.filter(|it| it.extension().is_some_and(|it| it == "rs"));
    rust.map(|it| it.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn a_file_says_first_what_it_is_for_and_stays_short() {
    for path in sources() {
        let text = text(&path);
        assert!(text.starts_with("//! "), "{path} does not say what it is for");
        // The list of the rules grows with them, and nobody writes it.
        if path == "crates/rules/src/rules/mod.rs" {
            continue;
        }
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE, "{path} has {lines} lines");
    }
}

#[test]
fn only_the_reader_reads_only_the_front_writes_and_nobody_calls_out() {
    for path in sources() {
        let Some(rest) = path.strip_prefix("crates/") else { continue };
        if ["xtask/", "bench/", "fuzz/"].iter().any(|it| rest.starts_with(it))
            || rest.contains("/tests/")
        {
            continue;
        }
        let text = text(&path);
        let code = text.split("#[cfg(test)]").next().unwrap();
        for (word, users) in [
            ("TcpStream", &[] as &[&str]),
            ("UdpSocket", &[]),
            ("UnixStream", &[]),
            ("process::Command", &[]),
            (
                "std::fs",
                &[
                    "parser/src/input.rs",
                    "modules/src/disk.rs",
                    "live/src/disk.rs",
                    "settings/src/disk.rs",
                    "cli/src/check.rs",
                ],
            ),
            ("std::env", &["cli/src/output.rs", "cli/src/environment.rs"]),
            ("std::time", &[]),
        ] {
            assert!(!code.contains(word) || users.contains(&rest), "{path} uses {word}");
        }
    }
}

#[test]
fn the_parser_knows_no_resource_type() {
    for path in sources().iter().filter(|it| it.starts_with("crates/parser/")) {
        let text = text(path);
        let code = text.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in lines {
            assert!(!line.contains("\"aws_"), "{path}: {line}");
        }
    }
}

/// What stands between single backticks and looks like a path of this repository.
fn paths_in(document: &str) -> Vec<&str> {
    let tops: BTreeSet<String> = entries(root()).iter().map(|it| name(it)).collect();
    let mut fenced = false;
    let mut out = Vec::new();
    for line in document.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            out.extend(line.split('`').skip(1).step_by(2));
        }
    }
    let is_path = |it: &&str| {
        let first = it.split('/').next().unwrap_or_default();
        let stands_for_others = it.contains(['<', '*', '…', ' ', '{', '=']) || it.contains("name");
        it.contains('/') && tops.contains(first) && !stands_for_others
    };
    out.into_iter().filter(is_path).collect()
}

#[test]
fn every_path_in_a_document_exists() {
    let mut seen = 0;
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "fixtures/README.md"] {
        if !root().join(document).exists() {
            continue;
        }
        for path in paths_in(&text(document)) {
            assert!(root().join(path).exists(), "{document} names {path}, which is not there");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen} paths are too few: the test does not see them");
}

#[test]
fn no_file_knows_the_machine_that_it_was_made_on() {
    // Put together here, so that this file does not name them itself.
    let signs = ["/tmp", "/home", "/root", "/work", "/Users"].map(|it| format!("{it}/"));
    let folders = ["crates", "docs", "fixtures", "tests"].map(|it| root().join(it));
    let tops = entries(root()).into_iter().filter(|it| it.is_file());
    for path in folders.iter().flat_map(|it| files(it)).chain(tops) {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        for sign in &signs {
            let place = text.match_indices(sign.as_str()).find(|(at, _)| {
                // `https://example.com/home/` is no path of a machine.
                let before = text[..*at].chars().next_back();
                let of_nobody = text[*at..].starts_with(&format!("{sign}me/"));
                !of_nobody && !before.is_some_and(|c| c.is_alphanumeric() || "._-}".contains(c))
            });
            assert_eq!(place, None, "{}", path.display());
        }
    }
}
