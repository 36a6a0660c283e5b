//! `fixtures/live`: outputs of the AWS CLI, and by hand what they come to (`fixtures/README.md`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at what it does not expect"
)]

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;

use groundplan_ir::{Interest, Mode};
use support::{Said, fixtures, written};

/// Reads a case and compares it with what its file says.
fn check(case: &str, expected: &str, interest: &Interest) {
    let folder = fixtures().join(case);
    let read = groundplan_live::read(&folder, interest);
    let said = Said::of(&read, &folder);
    let expected = std::fs::read_to_string(folder.join(expected)).unwrap();
    let lines = expected.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty());
    let mut seen = BTreeSet::new();
    let (mut address, mut problems, mut census) = (String::new(), 0, BTreeSet::new());
    for line in lines {
        if let Some(line) = line.strip_prefix("problem ") {
            problems += 1;
            let found = said.problems.iter().any(|it| support::fits(it, line));
            assert!(found, "{case}: no problem is {line}\n{:#?}", said.problems);
        } else if let Some(line) = line.strip_prefix("census ") {
            assert!(said.census.contains(line), "{case}: {line}\n{:#?}", said.census);
            census.insert(line.to_owned());
        } else if let Some(line) = line.strip_prefix("  ") {
            let found = said.attribute(&address, line);
            assert_eq!(found, line, "{case}: {address}");
        } else {
            line.split(" | ").next().unwrap().clone_into(&mut address);
            let found = said.objects.get(&address);
            assert_eq!(found.map(String::as_str), Some(line), "{case}\n{:#?}", said.objects);
            seen.insert(address.clone());
        }
    }
    let others: Vec<&String> = said.objects.keys().filter(|it| !seen.contains(*it)).collect();
    assert_eq!(others, Vec::<&String>::new(), "{case}: nobody expects these");
    assert_eq!(problems, said.problems.len(), "{case}: {:#?}", said.problems);
    assert_eq!(census, said.census, "{case}");
}

#[test]
fn every_case_is_read_as_expected() {
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(fixtures()).unwrap().map(|it| it.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 10, "{cases:?}");
    for case in cases {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        check(&name, "expected.txt", &groundplan_model::interest());
    }
}

#[test]
fn what_nobody_wants_is_only_counted() {
    let network = |name: &str| name != "aws_instance";
    let vpcs = [("aws_vpc", &["id", "cidr_block"][..])];
    check("counted", "counted.txt", &Interest::new(vpcs, network));
}

#[test]
fn a_file_is_read_like_a_folder_of_one() {
    let file = fixtures().join("peering/describe-vpc-peering-connections.json");
    assert!(groundplan_live::is_live(&file));
    let read = groundplan_live::read(&file, &groundplan_model::interest());
    assert_eq!(read.problems, []);
    let config = read.config.unwrap();
    assert_eq!(config.resources().len(), 2);
    assert!(config.resources().iter().all(|it| it.address.mode == Mode::Live));
    assert!(config.resources().iter().all(|it| it.planned == it.prior));
}

#[test]
fn folders_with_terraform_are_not_live() {
    for case in ["transit", "by-folder", "counted"] {
        assert!(groundplan_live::is_live(&fixtures().join(case)), "{case}");
    }
    let root = fixtures().join("../..");
    for other in ["fixtures/estates/five-faults", "fixtures/plans", "fixtures", "docs"] {
        assert!(!groundplan_live::is_live(&root.join(other)), "{other}");
    }
    assert!(!groundplan_live::is_live(&root.join("fixtures/estates/five-faults/plan.json")));
    assert!(!groundplan_live::is_live(&root.join("nowhere")));
}

#[test]
fn no_key_of_a_vpn_is_kept() {
    let read = groundplan_live::read(&fixtures().join("vpn"), &groundplan_model::interest());
    let all = written(&read);
    assert!(all.contains("vpn-1122334455aabbccd"));
    for secret in ["Wvq3xT9_kEy", "Hd8mZs_kEy", "ipsec_tunnel", "configuration information"] {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn nothing_is_read_where_nothing_is() {
    let folder = tempfile::tempdir().unwrap();
    let read = groundplan_live::read(folder.path(), &groundplan_model::interest());
    assert!(read.config.is_none());
    let kinds: Vec<&str> = read.problems.iter().map(|it| it.kind.name()).collect();
    assert_eq!(kinds, ["input-unreadable"]);
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let outside = fixtures().join("peering");
    std::os::unix::fs::symlink(&outside, folder.path().join("linked")).unwrap();
    let file = outside.join("describe-vpc-peering-connections.json");
    std::os::unix::fs::symlink(file, folder.path().join("linked.json")).unwrap();
    assert!(!groundplan_live::is_live(folder.path()));
    let device = std::path::Path::new("/dev/zero");
    assert!(!groundplan_live::is_live(device));
    let read = groundplan_live::read(device, &groundplan_model::interest());
    assert!(read.config.is_none());
    assert!(read.problems.iter().any(|it| it.message.contains("not a regular file")));
}
