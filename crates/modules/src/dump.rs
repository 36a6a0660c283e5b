//! What an evaluation came to, as one value that can be written as JSON: outputs and instances with
//! their known parts, and beside them what is unknown, sensitive, and where unknown parts come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_eval::{Error, Kind, Object, Reference, Source, Value, check, evaluate};
use groundplan_ir::{Address, Mode};
use groundplan_syntax::Expr;

use crate::evaluation::{Evaluation, Instance};
use crate::expansion::Repetition;
use crate::graph::Item;
use crate::module::{ResourceName, Sort};
use crate::scope::ModuleScope;

/// How deep values are walked; nothing that Terraform makes is near it.
const DEEPEST: usize = 256;

impl Evaluation {
    /// The value of an expression that stands in the root module.
    pub fn expression(&self, expr: &Expr) -> Result<Value, Error> {
        let once = Repetition::default();
        let calls = self.call_context();
        let scope =
            ModuleScope { evaluation: self, module: 0, instance: 0, repetition: &once, calls };
        let value = check(expr, &scope).and_then(|()| evaluate(expr, &scope));
        value.map_err(|error| crate::body::discreet(error, expr, &scope))
    }

    /// Outputs and instances. Sensitive parts are left out unless `reveal` says otherwise.
    pub fn dump(&self, reveal: bool) -> Value {
        let mut outputs = Object::new();
        if let Some(root) = self.tree.modules.first() {
            for name in root.module.outputs.keys() {
                if let Some(value) = self.value(0, &Item::Output(Arc::clone(name)), 0) {
                    outputs.insert(Arc::clone(name), described(value, reveal));
                }
            }
        }
        let mut resources = Object::new();
        for (module, it) in self.tree.modules.iter().enumerate() {
            for name in it.module.resources.keys().filter(|it| it.sort != Sort::Ephemeral) {
                let all = self.instances(module).iter().zip(self.resources(module, name));
                for (within, all) in all {
                    for instance in &all.instances {
                        let address = address(within.path.clone(), name, instance);
                        let members = described(&members(instance), reveal);
                        resources.insert(address.to_string().into(), members);
                    }
                }
            }
        }
        let all = [("outputs", Value::object(outputs)), ("resources", Value::object(resources))];
        object(all)
    }
}

fn address(module: groundplan_ir::ModulePath, name: &ResourceName, instance: &Instance) -> Address {
    let mode = if name.sort == Sort::Data { Mode::Data } else { Mode::Managed };
    let (kind, own) = ((&*name.kind).into(), (&*name.name).into());
    Address { module, mode, kind, name: own, key: instance.key.clone() }
}

/// What is known of an instance.
fn members(instance: &Instance) -> Value {
    if let Kind::Open(open) = &instance.value.kind {
        Value::object(open.members.clone())
    } else {
        instance.value.clone()
    }
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::object(members.into_iter().map(|(name, it)| (Arc::from(name), it)).collect())
}

fn text(text: &str) -> Value {
    Value::string(text)
}

/// `after`, `after_unknown`, `after_sensitive` as plans have them, and `references`.
fn described(value: &Value, reveal: bool) -> Value {
    let mut references = BTreeMap::new();
    gather(value, String::new(), &mut references, 0);
    let references = references.into_iter().map(|(path, it)| (Arc::from(&*path), it)).collect();
    let mut members = Object::new();
    if let Some(after) = known(value, reveal, 0) {
        members.insert("after".into(), after);
    }
    members.insert("after_unknown".into(), marks(value, &is_unknown, 0));
    members.insert("after_sensitive".into(), marks(value, &|it| it.sensitive, 0));
    members.insert("references".into(), Value::object(references));
    Value::object(members)
}

fn is_unknown(value: &Value) -> bool {
    matches!(value.kind, Kind::Unknown(_) | Kind::Open(_))
}

/// The known part; none where nothing is. In sequences an unknown element is null, as in plans.
fn known(value: &Value, reveal: bool, depth: usize) -> Option<Value> {
    if is_unknown(value) || depth > DEEPEST || (value.sensitive && !reveal) {
        return None;
    }
    let one = |it: &Value| known(it, reveal, depth + 1);
    let members = |all: &Object| -> Value {
        let kept = all.iter().filter_map(|(name, it)| Some((Arc::clone(name), one(it)?)));
        Value::object(kept.collect())
    };
    Some(match &value.kind {
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            Value::tuple(items.iter().map(|it| one(it).unwrap_or(Value::NULL)).collect::<Vec<_>>())
        }
        Kind::Map(_, all) | Kind::Object(all) => members(all),
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Open(_)
        | Kind::Unknown(_) => value.unmarked().0,
    })
}

/// `true` where the test holds, and the structure that leads there; `false` where it holds nowhere.
fn marks(value: &Value, test: &dyn Fn(&Value) -> bool, depth: usize) -> Value {
    if test(value) {
        return true.into();
    }
    if depth > DEEPEST || value.find(test).is_none() {
        return false.into();
    }
    let one = |it: &Value| marks(it, test, depth + 1);
    match &value.kind {
        Kind::Map(_, all) | Kind::Object(all) => {
            let marked = all.iter().filter(|(_, it)| it.find(test).is_some());
            Value::object(marked.map(|(name, it)| (Arc::clone(name), one(it))).collect())
        }
        Kind::List(..)
        | Kind::Set(..)
        | Kind::Tuple(_)
        | Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Open(_)
        | Kind::Unknown(_) => Value::tuple(value.parts().into_iter().map(one).collect::<Vec<_>>()),
    }
}

/// Where each unknown part comes from, by path.
fn gather(value: &Value, path: String, out: &mut BTreeMap<String, Value>, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match &value.kind {
        Kind::Unknown(_) | Kind::Open(_) => {
            let references = value.references();
            let all = references.all.iter().map(written).collect::<Vec<_>>();
            let members = [("from", Value::tuple(all)), ("exact", references.exact.into())];
            out.insert(path, object(members));
        }
        Kind::Map(_, all) | Kind::Object(all) => {
            for (name, it) in all.iter() {
                let dot = if path.is_empty() { "" } else { "." };
                gather(it, format!("{path}{dot}{name}"), out, depth + 1);
            }
        }
        Kind::List(..) | Kind::Set(..) | Kind::Tuple(_) => {
            for (at, it) in value.parts().into_iter().enumerate() {
                gather(it, format!("{path}[{at}]"), out, depth + 1);
            }
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => (),
    }
}

fn written(it: &Reference) -> Value {
    text(&reference(it))
}

/// A reference as Terraform writes it.
pub fn reference(it: &Reference) -> String {
    let mut out = match &it.source {
        Source::Instance(address) => address.to_string(),
        Source::Output(module, output) => format!("{module}.{output}"),
        Source::Variable(name) => format!("var.{name}"),
        Source::Impure(name) => format!("{name}()"),
    };
    for step in it.path.iter() {
        match step {
            groundplan_ir::Step::Name(name) => {
                out.push('.');
                out.push_str(name);
            }
            groundplan_ir::Step::Key(key) => out.push_str(&key.to_string()),
        }
    }
    out
}
