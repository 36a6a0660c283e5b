//! Every rule has its page and its cases, and nothing is left over from a rule that is gone.

use std::collections::BTreeSet;

use groundplan_findings::Class;
use groundplan_rules::RULES;

use crate::support::{entries, name, root, text};

fn folders(path: &str) -> BTreeSet<String> {
    let entries = entries(&root().join(path));
    entries.iter().filter(|it| it.is_dir()).map(|it| name(it)).collect()
}

#[test]
fn every_rule_has_cases_of_each_sort() {
    for entry in RULES {
        let cases = folders(&format!("fixtures/rules/{}", entry.id));
        let count = |prefix| cases.iter().filter(|it| it.starts_with(prefix)).count();
        let (flags, passes, open) = (count("flags-"), count("passes-"), count("cannot-tell-"));
        // A rule that only says what is missing finds nothing.
        let least = if entry.rule.class == Class::Coverage { 0 } else { 2 };
        assert!(flags >= least, "{} has {flags} cases that it flags", entry.id);
        assert!(passes >= 2, "{} has {passes} cases that pass", entry.id);
        assert!(open >= 1, "{} has no case that it cannot tell", entry.id);
        assert_eq!(flags + passes + open, cases.len(), "{}: a case has no prefix", entry.id);
    }
}

#[test]
fn nothing_is_without_a_rule() {
    let rules: BTreeSet<String> = RULES.iter().map(|it| it.id.to_owned()).collect();
    assert_eq!(folders("fixtures/rules"), rules);
    assert_eq!(folders("fixtures/examples"), rules);
    let pages: BTreeSet<String> = entries(&root().join("docs/rules"))
        .iter()
        .filter_map(|it| name(it).strip_suffix(".md").map(str::to_owned))
        .filter(|it| it != "README")
        .collect();
    assert_eq!(pages, rules);
}

#[test]
fn every_case_has_a_plan_and_what_it_was_made_from() {
    for top in ["fixtures/rules", "fixtures/examples"] {
        for rule in folders(top) {
            for case in folders(&format!("{top}/{rule}")) {
                let folder = root().join(top).join(&rule).join(&case);
                for file in ["main.tf", "plan.json"] {
                    assert!(folder.join(file).is_file(), "{top}/{rule}/{case} has no {file}");
                }
            }
        }
    }
}

#[test]
fn ids_are_kebab_case_sorted_and_different() {
    for entry in RULES {
        let words: Vec<&str> = entry.id.split('-').collect();
        let is_word = |word: &&str| {
            !word.is_empty()
                && word.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit())
        };
        assert!(words.iter().all(is_word), "{}", entry.id);
    }
    let ids: Vec<&str> = RULES.iter().map(|it| it.id).collect();
    assert!(ids.is_sorted_by(|one, two| one < two), "{ids:?}");
}

#[test]
fn pages_have_their_headings_and_sources() {
    let index = text("docs/rules/README.md");
    for entry in RULES {
        let page = text(&format!("docs/rules/{}.md", entry.id));
        assert_eq!(page, entry.page, "{}", entry.id);
        let headings: Vec<&str> =
            page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let expected = ["Why", "Flagged", "Fine", "Cannot tell"];
        let only_missing = ["Why", "Fine", "Cannot tell"];
        let fits = match entry.rule.class {
            Class::Coverage => headings == only_missing,
            Class::ApplyFails | Class::BlackHole | Class::Exposure | Class::Advice => {
                headings == expected || headings == expected[..3]
            }
        };
        assert!(fits, "{}: {headings:?}", entry.id);
        assert!(page.contains("\nSource: "), "{} names no source", entry.id);
        assert!(
            entry.title.ends_with('.') && entry.title.chars().count() <= 120,
            "{}",
            entry.title
        );
        assert!(page.contains(entry.title) && index.contains(entry.id), "{}", entry.id);
    }
}
