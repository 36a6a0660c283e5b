//! Same input, same bytes: on any number of threads, in any order of the input.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::{Run, bytes, command, finish, pipe, plan, plans, root};

const FORMATS: [&str; 3] = ["--format=human", "--format=json", "--format=sarif"];

/// About forty of all plans, spread evenly, the largest ones among them.
fn sample() -> Vec<String> {
    let mut all: Vec<(u64, PathBuf)> =
        plans().into_iter().map(|path| (path.metadata().unwrap().len(), path)).collect();
    all.sort();
    let step = all.len().div_ceil(35);
    let largest = all.iter().rev().take(5);
    let spread = all.iter().step_by(step);
    let paths = largest.chain(spread).map(|(_, path)| path.strip_prefix(root()).unwrap());
    paths.map(|path| path.to_str().unwrap().to_owned()).collect()
}

fn on_threads(threads: &str, arguments: &[&str]) -> Run {
    let mut command = command(arguments);
    command.env("RAYON_NUM_THREADS", threads);
    finish(command, b"")
}

#[test]
fn the_number_of_threads_changes_nothing() {
    for path in sample() {
        for format in FORMATS {
            let arguments = ["check", &*path, format, "--undetermined"];
            let one = on_threads("1", &arguments);
            assert!(!one.out.is_empty());
            for threads in ["2", "8"] {
                assert_eq!(one, on_threads(threads, &arguments), "{path} on {threads} threads");
            }
        }
    }
}

#[test]
fn the_surroundings_change_nothing() {
    for path in sample().into_iter().take(5) {
        let text = bytes(&path);
        let arguments = ["check", "-", "--format=json"];
        let expected = pipe(&arguments, &text);
        for (name, value) in [
            ("LANG", "tr_TR.UTF-8"),
            ("LC_ALL", "de_DE.UTF-8"),
            ("TZ", "Asia/Tokyo"),
            ("HOME", "/nonexistent"),
            ("TERM", "dumb"),
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("COLUMNS", "40"),
            ("RUST_BACKTRACE", "1"),
        ] {
            let mut command = command(&arguments);
            command.env(name, value).current_dir("/");
            assert_eq!(finish(command, &text), expected, "{path} with {name}");
        }
    }
}

/// Reverses the changes; numbers of their own keep the order from mattering.
fn reversed(plan: &mut Value) {
    if let Some(changes) = plan.get_mut("resource_changes").and_then(Value::as_array_mut) {
        changes.reverse();
    }
}

/// Moves every other change to the end.
fn interleaved(plan: &mut Value) {
    if let Some(changes) = plan.get_mut("resource_changes").and_then(Value::as_array_mut) {
        let all = std::mem::take(changes);
        let (even, odd): (Vec<_>, Vec<_>) =
            all.into_iter().enumerate().partition(|it| it.0 % 2 == 0);
        changes.extend(odd.into_iter().chain(even).map(|(_, it)| it));
    }
}

/// Reverses the blocks of every module and the modules of every state.
fn reordered(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if let ("resources" | "child_modules", Value::Array(items)) = (&**key, &mut *value)
                {
                    items.reverse();
                }
                reordered(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(reordered),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

#[test]
fn the_order_of_the_input_changes_nothing() {
    for path in sample() {
        let arguments = ["check", "-", "--format=json", "--undetermined"];
        let expected = pipe(&arguments, &bytes(&path));
        // Keys come out sorted here, so that `change` stands before `type`.
        for change in [|_: &mut Value| (), reversed, interleaved, reordered] as [fn(&mut Value); 4]
        {
            let mut plan = plan(&path);
            change(&mut plan);
            let run = pipe(&arguments, plan.to_string().as_bytes());
            assert_eq!(run.out, expected.out, "{path}");
            let pretty = serde_json::to_string_pretty(&plan).unwrap();
            assert_eq!(pipe(&arguments, pretty.as_bytes()), run, "{path}");
        }
    }
}

/// What one declaration needs of another is in the graph, so that no value depends on which of the two
/// comes first.
#[test]
fn a_directory_is_the_same_on_any_number_of_threads() {
    for folder in [
        "fixtures/estates/five-faults",
        "fixtures/rules/gateway-type-for-non-gateway-service/passes-region-in-name",
        "fixtures/conformance/arguments",
        "fixtures/conformance/configs/24-vpc-module-style/in",
    ] {
        for arguments in [
            ["check", folder, "--format=json", "--undetermined"].as_slice(),
            &["eval", folder, "--dump"],
        ] {
            let first = on_threads("1", arguments);
            for threads in ["1", "2", "8", "8", "8", "8"] {
                let again = on_threads(threads, arguments);
                assert_eq!((&first.out, first.code), (&again.out, again.code), "{arguments:?}");
            }
        }
    }
}
