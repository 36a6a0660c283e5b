//! `dynamic` blocks against HCL's own expansion of them (`fixtures/conformance/dynamic`).
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use groundplan_eval::{
    CallContext, EvaluatedStep, NoFiles, References, Resolved, Scope, Type, Value, evaluate,
    to_json,
};
use groundplan_ir::FileId;
use groundplan_modules::{Bodies, EvaluatedBody};
use groundplan_syntax::{Body, Step, parse_hcl};
use serde_json::{Value as Json, json};

/// Locals of the file, and `unk`, of which nothing is known.
struct FileScope<'f> {
    body: &'f Body,
    calls: CallContext<'f>,
}

impl Scope for FileScope<'_> {
    fn resolve(&self, head: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let Some(EvaluatedStep::Attribute(name)) = steps.first() else { panic!("{head} alone") };
        let value = if head == "unk" {
            let ty = if *name == "str" { Type::String } else { Type::Dynamic };
            Value::unknown(ty, References::default())
        } else {
            let locals = self.body.blocks.iter().filter(|it| &*it.kind.text == "locals");
            let mut all = locals.flat_map(|it| &it.body.attributes);
            let local = all.find(|it| &*it.name.text == *name).unwrap();
            evaluate(&local.expr, self).unwrap()
        };
        Ok(Resolved { value, steps: 1 })
    }

    fn declared(&self, _: &str, _: &[Step]) -> Result<(), String> {
        Ok(())
    }

    fn call_context(&self) -> &CallContext<'_> {
        &self.calls
    }
}

fn value(it: &Value, all_unknown: bool) -> Json {
    if all_unknown || !it.is_known() {
        let ty = if all_unknown { Type::Dynamic } else { it.ty() };
        return json!({"$unknown": ty.to_string()});
    }
    serde_json::from_str(&to_json(it).unwrap().unwrap()).unwrap()
}

fn described(body: &EvaluatedBody, all_unknown: bool) -> Json {
    let attributes = body.attributes.iter();
    let attributes: serde_json::Map<String, Json> =
        attributes.map(|it| (it.name.to_string(), value(&it.value, all_unknown))).collect();
    let blocks = body.blocks.iter().map(|it| {
        let mut block = json!({
            "type": it.kind.to_string(),
            "body": described(&it.body, all_unknown || it.symbolic),
        });
        if !it.labels.is_empty() {
            block["labels"] = it.labels.iter().map(|it| value(it, false)).collect();
        }
        block
    });
    json!({"attrs": attributes, "blocks": blocks.collect::<Vec<_>>()})
}

#[test]
fn every_case_expands_as_in_terraform() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/conformance/dynamic");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    cases.sort();
    assert_eq!(cases.len(), 17);
    let mut wrong = String::new();
    for case in cases {
        let text = fs::read_to_string(case.join("main.tf")).unwrap();
        let golden: Json =
            serde_json::from_str(&fs::read_to_string(case.join("golden.json")).unwrap()).unwrap();
        let body = parse_hcl(FileId::default(), &text).body;
        let calls = CallContext { files: &NoFiles, directory: Path::new(".") };
        let scope = FileScope { body: &body, calls };
        let mut diagnostics = Vec::new();
        let resources: Vec<Json> = body
            .blocks
            .iter()
            .filter(|it| &*it.kind.text == "resource")
            .map(|it| {
                let mut bodies = Bodies { diagnostics: &mut diagnostics, wanted: &|_| true };
                described(&bodies.body(&it.body, &scope), false)
            })
            .collect();
        let name = case.file_name().unwrap().display();
        if golden.get("errors").is_some() {
            if diagnostics.is_empty() {
                writeln!(wrong, "{name}: no error, but {golden}").unwrap();
            }
        } else if json!(resources) != golden["resources"] || !diagnostics.is_empty() {
            let ours = json!(resources);
            writeln!(wrong, "{name}:\n  {ours}\n  {}\n  {diagnostics:?}", golden["resources"])
                .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
