//! What stacks are called: by their path, as short as tells them apart.

use std::collections::BTreeMap;
use std::path::Component;
use std::sync::Arc;

use groundplan_parser::Input;

/// File names that say what a file is and not of what.
const GENERIC: &[&str] = &["plan", "tfplan", "tf-plan", "state", "show", "terraform", "output"];

/// The longest name that is taken.
const LONGEST: usize = 128;

/// The text is no name for a stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAName;

/// A name as somebody wrote it: letters, digits, and `_`, `-`, `.`, `/` between them, so that it can stand
/// before an address.
pub fn name(text: &str) -> Result<Arc<str>, NotAName> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '+');
    if text.is_empty() || text.len() > LONGEST || !text.chars().all(fits) {
        return Err(NotAName);
    }
    Ok(text.into())
}

/// Names for inputs, in their order: the end of each path that no other input shares. What a file is (`plan`) is
/// part of its name only beside others of its folder.
pub fn named(inputs: &[Input]) -> Vec<Arc<str>> {
    let mut all: Vec<(Vec<String>, Option<String>)> = inputs.iter().map(parts).collect();
    let mut lengths = vec![1; inputs.len()];
    let mut folders: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (parts, _) in &all {
        *folders.entry(parts.clone()).or_default() += 1;
    }
    for ((parts, what), length) in all.iter_mut().zip(&mut lengths) {
        if let Some(what) = what.take_if(|_| folders.get(parts).is_some_and(|count| *count > 1)) {
            parts.push(what);
            *length = 2;
        }
    }
    let parts: Vec<Vec<String>> = all.into_iter().map(|(parts, _)| parts).collect();
    let longest = parts.iter().map(Vec::len).max().unwrap_or_default();
    // Each round lengthens what is still shared, so that a name does not depend on its neighbours' order.
    for _ in 0..longest {
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for (parts, length) in parts.iter().zip(&lengths) {
            *seen.entry(end(parts, *length)).or_default() += 1;
        }
        for (parts, length) in parts.iter().zip(&mut lengths) {
            if seen.get(&end(parts, *length)).is_some_and(|count| *count > 1) {
                *length += 1;
            }
        }
    }
    parts.iter().zip(lengths).map(|(parts, length)| end(parts, length).into()).collect()
}

fn end(parts: &[String], length: usize) -> String {
    parts.get(parts.len().saturating_sub(length)..).unwrap_or_default().join("/")
}

/// The parts of a path that may be part of a name, the last one without its endings; one that says what a file
/// is stands apart.
fn parts(input: &Input) -> (Vec<String>, Option<String>) {
    let Input::File(path) = input else { return (vec!["stdin".to_owned()], None) };
    let absolute = path.canonicalize().or_else(|_| std::path::absolute(path));
    let absolute = absolute.unwrap_or_else(|_| path.clone());
    let mut parts: Vec<String> = absolute
        .components()
        .filter_map(|it| match it {
            Component::Normal(name) => Some(harmless(&name.to_string_lossy())),
            Component::Prefix(_)
            | Component::RootDir
            | Component::CurDir
            | Component::ParentDir => None,
        })
        .collect();
    let mut what = None;
    if !absolute.is_dir()
        && let Some(last) = parts.pop()
    {
        let stem = stem(&last).to_owned();
        if !GENERIC.contains(&&*stem) || parts.is_empty() {
            parts.push(stem);
        } else {
            what = Some(stem);
        }
    }
    if parts.is_empty() {
        parts.push("root".to_owned());
    }
    (parts, what)
}

fn stem(name: &str) -> &str {
    let name = name.strip_suffix(".json").unwrap_or(name);
    let name = name.strip_suffix(".tfplan").or_else(|| name.strip_suffix(".plan")).unwrap_or(name);
    if name.is_empty() { "plan" } else { name }
}

/// What may not stand in a name becomes `_`.
fn harmless(text: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '+');
    text.chars().take(LONGEST).map(|c| if fits(c) { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn names(paths: &[&str]) -> Vec<String> {
        let inputs: Vec<Input> = paths.iter().map(|it| Input::from(Path::new(it))).collect();
        named(&inputs).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_name_is_the_end_of_the_path_that_tells_it_apart() {
        assert_eq!(names(&["/x/network.json", "/x/app.tfplan.json"]), ["network", "app"]);
        assert_eq!(names(&["/x/network/plan.json", "/x/app/plan.json"]), ["network", "app"]);
        assert_eq!(
            names(&["/x/prod/network/plan.json", "/x/dev/network/plan.json", "/x/dns.json"]),
            ["prod/network", "dev/network", "dns"]
        );
        assert_eq!(names(&["-", "/plan.json"]), ["stdin", "plan"]);
        assert_eq!(names(&["/x/app/plan.json", "/x/app/state.json"]), ["app/plan", "app/state"]);
    }

    #[test]
    fn a_name_does_not_depend_on_the_order() {
        let paths = ["/a/b/c.json", "/a/d/c.json", "/e/d/c.json", "/e/f.json"];
        let forward = names(&paths);
        let mut backward: Vec<&str> = paths.to_vec();
        backward.reverse();
        let mut backward = names(&backward);
        backward.reverse();
        assert_eq!(forward, backward);
        assert_eq!(forward, ["b/c", "a/d/c", "e/d/c", "f"]);
    }

    #[test]
    fn names_can_stand_before_addresses() {
        assert_eq!(name("prod/net-1"), Ok("prod/net-1".into()));
        for wrong in ["", "a:b", "a b", "a\u{202e}b", "\u{1b}[1m"] {
            assert_eq!(name(wrong), Err(NotAName), "{wrong:?}");
        }
    }
}
