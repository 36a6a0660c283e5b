//! Whole configurations against what Terraform planned for them (`fixtures/conformance/configs`).
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test may stop at what it does not expect"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use groundplan_eval::to_json;
use groundplan_modules::{Disk, Evaluation, Input, Settings, Weight, load};
use serde_json::{Map, Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/conformance/configs")
}

fn parsed(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What Terraform was given.
fn inputs(command: &Value, directory: &Path) -> Vec<Input> {
    let mut out = Vec::new();
    for (name, text) in command["env"].as_object().unwrap() {
        let text = text.as_str().unwrap().to_owned();
        if let Some(name) = name.strip_prefix("TF_VAR_") {
            out.push(Input::Environment { name: name.to_owned(), text });
        }
    }
    let mut arguments = command["args"].as_array().unwrap().iter().map(|it| it.as_str().unwrap());
    while let Some(argument) = arguments.next() {
        if let Some(file) = argument.strip_prefix("-var-file=") {
            out.push(Input::File(directory.join(file)));
        } else if argument == "-var" {
            let (name, text) = arguments.next().unwrap().split_once('=').unwrap();
            out.push(Input::Value { name: name.to_owned(), text: text.to_owned() });
        } else {
            assert_eq!(argument, "-input=false");
        }
    }
    out
}

fn run(case: &Path) -> Evaluation {
    let directory = case.join("in");
    let command = parsed(&case.join("cmd.json"));
    let workspace = command["env"].get("TF_WORKSPACE").and_then(Value::as_str).unwrap_or_default();
    let settings = Settings {
        workspace: workspace.to_owned(),
        working_directory: "/".into(),
        inputs: inputs(&command, &directory),
        ..Settings::default()
    };
    let disk = Disk::new(&directory, Some(&directory));
    Evaluation::run(load(&directory), directory, disk, settings, &|_, _| true, &|_, _| true)
}

/// Marks without the parts that say "nothing here".
fn marks(value: &Value) -> Value {
    match value {
        Value::Bool(false) | Value::Null => Value::Null,
        Value::Array(items) => {
            let all = items.iter().enumerate().map(|(at, it)| (at.to_string(), marks(it)));
            object(all.collect())
        }
        Value::Object(all) => {
            object(all.iter().map(|(name, it)| (name.clone(), marks(it))).collect())
        }
        other => other.clone(),
    }
}

fn object(mut all: Map<String, Value>) -> Value {
    all.retain(|_, it| !it.is_null());
    if all.is_empty() { Value::Null } else { Value::Object(all) }
}

/// `after` and the marks of one output or instance, in a form that can be compared.
fn comparable(it: &Value) -> Value {
    json!({
        "after": it.get("after").cloned().unwrap_or(Value::Null),
        "unknown": marks(&it["after_unknown"]),
        "sensitive": marks(&it["after_sensitive"]),
    })
}

fn differences(case: &Path, golden: &Value, run: &Evaluation) -> String {
    let mut out = String::new();
    let dump: Value = serde_json::from_str(&to_json(&run.dump(true)).unwrap().unwrap()).unwrap();
    for it in run.diagnostics.iter().filter(|it| it.weight == Weight::Error) {
        writeln!(out, "  said: {it:?}").unwrap();
    }
    for section in ["outputs", "resources"] {
        let (ours, theirs) = (&dump[section], &golden[section]);
        let names = |it: &Value| -> Vec<String> {
            it.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default()
        };
        let mut all = names(ours);
        all.extend(names(theirs));
        all.sort();
        all.dedup();
        for name in all {
            let (one, two) = (ours.get(&name), theirs.get(&name));
            match (one, two) {
                (Some(one), Some(two)) if comparable(one) == comparable(two) => (),
                (one, two) => {
                    let shown = |it: Option<&Value>| {
                        it.map_or("nothing".to_owned(), |it| comparable(it).to_string())
                    };
                    writeln!(
                        out,
                        "  {section} {name}:\n    ours   {}\n    theirs {}",
                        shown(one),
                        shown(two)
                    )
                    .unwrap();
                }
            }
        }
    }
    let _ = case;
    out
}

/// An error of Terraform's is said by us, at the same place.
fn errors(golden: &Value, run: &Evaluation) -> String {
    let said: Vec<(String, usize)> = run
        .diagnostics
        .iter()
        .filter_map(|it| {
            let (file, start, _) = run.tree.sources.positions(it.at?)?;
            let name = Path::new(&*file.path).file_name().unwrap().to_string_lossy().into_owned();
            Some((name, start.line))
        })
        .collect();
    let mut out = String::new();
    for error in golden["errors"].as_array().unwrap() {
        let place = error["file"].as_str().map(|file| {
            let name = Path::new(file).file_name().unwrap().to_string_lossy().into_owned();
            (name, usize::try_from(error["line"].as_u64().unwrap()).unwrap())
        });
        let is_there = match &place {
            Some(place) => said.contains(place),
            None => !run.diagnostics.is_empty(),
        };
        if !is_there {
            let what = &error["summary"];
            writeln!(out, "  not said: {what} at {place:?}; said {said:?} {:?}", run.diagnostics)
                .unwrap();
        }
    }
    out
}

#[test]
fn every_configuration_comes_to_what_terraform_planned() {
    let mut wrong = String::new();
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|it| it.unwrap().path()).collect();
    cases.sort();
    assert_eq!(cases.len(), 42);
    for case in &cases {
        let golden = parsed(&case.join("golden.json"));
        let run = run(case);
        let differences = if golden.get("errors").is_some() {
            errors(&golden, &run)
        } else {
            differences(case, &golden, &run)
        };
        if !differences.is_empty() {
            writeln!(wrong, "{}\n{differences}", case.file_name().unwrap().display()).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
