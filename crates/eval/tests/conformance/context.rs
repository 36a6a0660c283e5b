//! The module in which the expressions stand: its variables, locals, resources and its child module, as
//! `terraform console -plan` sees them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_eval::{
    CallContext, Constraint, EvaluatedStep, Files, Kind, Number, Object, Reference, References,
    Resolved, Scope, Source, Type, Unknown, Value, evaluate,
};
use groundplan_ir::{Address, FileId, InstanceKey, Mode, ModulePath, Step as PathStep};
use groundplan_syntax::{Block, Body, Expr, Step, parse_hcl};

/// The files of the module.
struct Folder(PathBuf);

impl Files for Folder {
    fn read(&self, path: &Path) -> Result<Vec<u8>, String> {
        std::fs::read(self.0.join(path)).map_err(|why| why.to_string())
    }

    fn exists(&self, path: &Path) -> Result<bool, String> {
        Ok(self.0.join(path).is_file())
    }

    fn list(&self, directory: &Path) -> Result<Vec<String>, String> {
        let root = self.0.join(directory);
        let mut found = Vec::new();
        walk(&root, "", &mut found);
        found.sort();
        Ok(found)
    }
}

fn walk(folder: &Path, before: &str, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{before}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            walk(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push(name);
        }
    }
}

/// Whether a resource has `count`, `for_each` or neither.
#[derive(Clone, Copy, PartialEq)]
enum Expansion {
    Single,
    Counted,
    Each,
}

/// The module.
pub(crate) struct Context {
    calls: CallContext<'static>,
    names: BTreeMap<&'static str, Object>,
    resources: BTreeMap<String, (Expansion, Value)>,
    /// `each` and `count` within a resource.
    own: Object,
}

const SCHEMA: [&str; 4] = ["id", "input", "output", "triggers_replace"];

impl Scope for Context {
    fn resolve(&self, head: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        if let Some(value) = self.own.get(head) {
            return Ok(Resolved { value: value.clone(), steps: 0 });
        }
        if let Some(members) = self.names.get(head) {
            let Some(EvaluatedStep::Attribute(name)) = steps.first() else {
                return Err(format!("{head} needs a name"));
            };
            let value = members.get(*name).ok_or_else(|| format!("no {head}.{name}"))?;
            return Ok(Resolved { value: value.clone(), steps: 1 });
        }
        let Some(EvaluatedStep::Attribute(name)) = steps.first() else {
            return Err(format!("{head} needs a name"));
        };
        let found = self.resources.get(*name).filter(|_| head == "terraform_data");
        let (_, value) = found.ok_or_else(|| format!("no resource {head}.{name}"))?;
        Ok(Resolved { value: value.clone(), steps: 1 })
    }

    fn declared(&self, head: &str, steps: &[Step]) -> Result<(), String> {
        let refused = Err;
        if self.own.contains_key(head) {
            return Ok(());
        }
        let Some(Step::Attribute(name)) = steps.first() else {
            return refused(format!("{head} needs a name"));
        };
        if let Some(members) = self.names.get(head) {
            let Some(value) = members.get(&name.text) else {
                return refused(format!("no {head}.{}", name.text));
            };
            return match (head, steps.get(1), value.parts().is_empty()) {
                ("module", Some(Step::Attribute(output)), _) => {
                    let Kind::Object(outputs) = &value.kind else {
                        return Ok(());
                    };
                    if outputs.contains_key(&output.text) {
                        return Ok(());
                    }
                    refused(format!("no output {}", output.text))
                }
                _ => Ok(()),
            };
        }
        let found = self.resources.get(&*name.text).filter(|_| head == "terraform_data");
        let Some((expansion, _)) = found else {
            return refused(format!("no resource {head}.{}", name.text));
        };
        let attribute = match (expansion, steps.get(1), steps.get(2)) {
            (Expansion::Single, Some(Step::Index(_)), _) => {
                return refused("this resource has no instances".to_owned());
            }
            (Expansion::Counted | Expansion::Each, Some(Step::Attribute(_)), _) => {
                return refused("an instance key is missing".to_owned());
            }
            (Expansion::Single, Some(Step::Attribute(attribute)), _)
            | (_, Some(Step::Index(_)), Some(Step::Attribute(attribute))) => Some(attribute),
            _ => None,
        };
        match attribute {
            Some(attribute) if !SCHEMA.contains(&&*attribute.text) => {
                refused(format!("no attribute {}", attribute.text))
            }
            _ => Ok(()),
        }
    }

    fn has_function(&self, _name: &str) -> bool {
        false
    }

    fn call_context(&self) -> &CallContext<'_> {
        &self.calls
    }
}

/// An expression as it would stand behind `=`.
pub(crate) fn parse(text: &str) -> Result<Expr, String> {
    let body = body(&format!("x = {text}\n"))?;
    match <[_; 1]>::try_from(body.attributes) {
        Ok([attribute]) if body.blocks.is_empty() => Ok(attribute.expr),
        _ => Err("this is more than one expression".to_owned()),
    }
}

fn body(text: &str) -> Result<Body, String> {
    let parsed = parse_hcl(FileId::default(), text);
    match parsed.problems.into_iter().next() {
        None => Ok(parsed.body),
        Some(problem) => Err(problem.message),
    }
}

impl Context {
    /// Reads the module in `folder`.
    pub(crate) fn read(folder: &Path) -> Self {
        let folder: &'static Path = Box::leak(folder.canonicalize().unwrap().into_boxed_path());
        let files: &'static Folder = Box::leak(Box::new(Folder(folder.to_owned())));
        let mut context = Self::empty(CallContext { files, directory: folder });
        let child = context.child(&folder.join("mod"));
        context.names.insert("module", Object::from([("child".into(), child)]));
        context.fill(&read(folder), &Object::new());
        context
    }

    fn empty(call_context: CallContext<'static>) -> Self {
        let text = |it: &str| Value::string(it);
        let here = call_context.directory.to_str().unwrap();
        let path = [("module", text(".")), ("root", text(".")), ("cwd", text(here))];
        let path = path.into_iter().map(|(name, it)| (name.into(), it)).collect();
        let terraform = Object::from([("workspace".into(), text("default"))]);
        Self {
            calls: call_context,
            names: BTreeMap::from([
                ("var", Object::new()),
                ("local", Object::new()),
                ("path", path),
                ("terraform", terraform),
            ]),
            resources: BTreeMap::new(),
            own: Object::new(),
        }
    }

    fn child(&self, folder: &Path) -> Value {
        let mut child = Self::empty(self.calls);
        let paths = child.names.get_mut("path").unwrap();
        paths.insert("module".into(), Value::string("mod"));
        let body = read(folder);
        child.fill(&body, &Object::from([("name".into(), Value::string("kid"))]));
        let outputs = body.blocks.iter().filter(|block| &*block.kind.text == "output");
        let outputs = outputs.map(|block| {
            let value = evaluate(attribute(block, "value").unwrap(), &child).unwrap();
            (label(block), value)
        });
        Value::object(outputs.collect())
    }

    fn fill(&mut self, body: &Body, given: &Object) {
        for block in &body.blocks {
            match &*block.kind.text {
                "variable" => {
                    let name = label(block);
                    let value = given.get(&name).cloned().unwrap_or_else(|| self.variable(block));
                    self.names.get_mut("var").unwrap().insert(name, value);
                }
                "locals" => {
                    for local in &block.body.attributes {
                        let value = evaluate(&local.expr, self).unwrap();
                        let locals = self.names.get_mut("local").unwrap();
                        locals.insert(Arc::clone(&local.name.text), value);
                    }
                }
                "resource" => {
                    let resource = self.resource(block);
                    self.resources.insert(label(block).to_string(), resource);
                }
                _ => {}
            }
        }
    }

    fn variable(&self, block: &Block) -> Value {
        let mut value = match attribute(block, "default") {
            Some(default) => evaluate(default, self).unwrap(),
            None => Value::NULL,
        };
        if let Some(constraint) = attribute(block, "type") {
            let constraint = Constraint::parse(constraint, &|it| evaluate(it, self)).unwrap();
            value = constraint.apply(&value).unwrap();
        }
        value.marked(attribute(block, "sensitive").is_some())
    }

    fn resource(&mut self, block: &Block) -> (Expansion, Value) {
        let input = attribute(block, "input").unwrap();
        let name = &*label(block);
        if let Some(count) = attribute(block, "count") {
            let count = evaluate(count, self).unwrap().as_number().unwrap().to_usize().unwrap();
            let instances = (0..count).map(|at| {
                let index = Value::from(Number::from(at));
                self.own = Object::from([(
                    "count".into(),
                    Value::object(Object::from([("index".into(), index)])),
                )]);
                let input = evaluate(input, self).unwrap();
                instance(name, Some(InstanceKey::Number(at as u64)), input)
            });
            let instances: Vec<Value> = instances.collect();
            self.own.clear();
            return (Expansion::Counted, Value::tuple(instances));
        }
        if let Some(each) = attribute(block, "for_each") {
            let Kind::Object(each) = evaluate(each, self).unwrap().kind else {
                panic!("no object")
            };
            let instances = each.iter().map(|(key, value)| {
                let members = [("key".into(), Value::string(key)), ("value".into(), value.clone())];
                self.own = Object::from([("each".into(), Value::object(Object::from(members)))]);
                let input = evaluate(input, self).unwrap();
                let instance = instance(name, Some(InstanceKey::Text((&**key).into())), input);
                (Arc::clone(key), instance)
            });
            let instances: Object = instances.collect();
            self.own.clear();
            return (Expansion::Each, Value::object(instances));
        }
        (Expansion::Single, instance(name, None, evaluate(input, self).unwrap()))
    }
}

fn read(folder: &Path) -> Body {
    body(&std::fs::read_to_string(folder.join("main.tf")).unwrap()).unwrap()
}

/// The last label: the name.
fn label(block: &Block) -> Arc<str> {
    Arc::clone(&block.labels.last().unwrap().text)
}

fn attribute<'b>(block: &'b Block, name: &str) -> Option<&'b Expr> {
    let mut all = block.body.attributes.iter();
    all.find(|it| &*it.name.text == name).map(|it| &it.expr)
}

/// An instance of `terraform_data` before its first apply.
fn instance(name: &str, key: Option<InstanceKey>, input: Value) -> Value {
    let address = Arc::new(Address {
        module: ModulePath::default(),
        mode: Mode::Managed,
        kind: "terraform_data".into(),
        name: name.into(),
        key,
    });
    let unknown = |attribute: &str, ty: Type, not_null: bool| -> Value {
        let references = References::exactly(Reference {
            source: Source::Instance(Arc::clone(&address)),
            path: [PathStep::Name(attribute.into())].into(),
        });
        Unknown { ty, references, not_null, ..Unknown::default() }.into()
    };
    let output = unknown("output", input.ty(), false);
    Value::object(Object::from([
        ("id".into(), unknown("id", Type::String, true)),
        ("input".into(), input),
        ("output".into(), output),
        ("triggers_replace".into(), Value::NULL),
    ]))
}
