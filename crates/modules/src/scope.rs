//! What names mean in one instance of a module.

use std::path::Path;
use std::sync::Arc;

use groundplan_eval::{
    CallContext, EvaluatedStep, Kind, Object, Reference, References, Resolved, Scope, Source, Type,
    Value, convert,
};
use groundplan_syntax::Step;

use crate::evaluation::{Calls, Evaluation, Resources};
use crate::expansion::{Expansion, Repetition};
use crate::files::shown;
use crate::graph::Item;
use crate::module::{ResourceName, Sort};
use crate::tree::{ModuleId, StaticModule};

/// The scope of an expression.
pub(crate) struct ModuleScope<'e> {
    pub(crate) evaluation: &'e Evaluation,
    pub(crate) module: ModuleId,
    /// Which instance of the module.
    pub(crate) instance: usize,
    /// What `each` and `count` mean here.
    pub(crate) repetition: &'e Repetition,
    pub(crate) calls: CallContext<'e>,
}

/// A part of a value, and how many steps led to it.
#[expect(clippy::unnecessary_wraps, reason = "every way to resolve a name may also fail")]
fn found(value: Value, steps: usize) -> Result<Resolved, String> {
    Ok(Resolved { value, steps })
}

/// Something on a circle, or behind an error: all that is known is that it has some value.
fn lost() -> Value {
    Value::unknown(Type::Dynamic, References::default())
}

fn name<'s>(steps: &[EvaluatedStep<'s>], at: usize) -> Option<&'s str> {
    match steps.get(at) {
        Some(EvaluatedStep::Attribute(name)) => Some(name),
        Some(EvaluatedStep::Index(_)) | None => None,
    }
}

impl<'e> ModuleScope<'e> {
    fn own(&self) -> Option<&'e StaticModule> {
        self.evaluation.tree.modules.get(self.module)
    }

    fn item(&self, item: &Item) -> Result<Resolved, String> {
        let value = self.evaluation.value(self.module, item, self.instance);
        found(value.cloned().unwrap_or_else(lost), 1)
    }

    fn repeated(&self, head: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let value = match (head, name(steps, 0)) {
            ("each", Some("key")) => self.repetition.each.as_ref().map(|(key, _)| key.clone()),
            ("each", Some("value")) => self.repetition.each.as_ref().map(|(_, it)| it.clone()),
            ("count", Some("index")) => self.repetition.index.clone(),
            _ => None,
        };
        value.map_or_else(
            || Err(format!("`{head}` has no such attribute in this block")),
            |value| found(value, 1),
        )
    }

    fn path(&self, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let directory = |path: &Path| Value::string(&shown(path));
        let value = match name(steps, 0) {
            Some("module") => self.own().map_or_else(lost, |it| directory(&it.module.directory)),
            Some("root") => Value::normal_string("."),
            Some("cwd") if self.evaluation.settings.planned.is_some() => lost(),
            Some("cwd") => {
                let started = &self.evaluation.settings.working_directory;
                directory(&started.join(&self.evaluation.base))
            }
            _ => return Err("`path` has `module`, `root` and `cwd` only".to_owned()),
        };
        found(value, 1)
    }

    fn terraform(&self, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        match name(steps, 0) {
            // A plan does not tell in which workspace it was made.
            Some("workspace") if self.evaluation.settings.planned.is_some() => {
                found(Value::unknown(Type::String, References::default()), 1)
            }
            Some("workspace") => found(Value::string(&self.evaluation.settings.workspace), 1),
            Some("applying") => found(Value::unknown(Type::Bool, References::default()), 1),
            _ => Err("`terraform` has `workspace` only".to_owned()),
        }
    }

    fn resource(
        &self,
        sort: Sort,
        kind: &str,
        own: &str,
        steps: &[EvaluatedStep<'_>],
        before: usize,
    ) -> Result<Resolved, String> {
        let name = ResourceName { sort, kind: kind.into(), name: own.into() };
        let Some(it) = self.evaluation.resources(self.module, &name).get(self.instance) else {
            return found(lost(), before);
        };
        // Whatever key is asked for, it is what stands for all of them.
        if let (Expansion::Symbolic(_), Some(EvaluatedStep::Index(_)), [one]) =
            (&it.expansion, steps.get(before), &*it.instances)
        {
            return found(one.value.clone(), before + 1);
        }
        found(it.value.clone(), before)
    }

    fn called(&self, call: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let name_of_call: Arc<str> = call.into();
        let Some(own) = self.own() else { return found(lost(), 1) };
        let Some(child) = own.children.get(&name_of_call).copied().flatten() else {
            return self.not_installed(&name_of_call, steps);
        };
        let Some(calls) = self.evaluation.calls(self.module, &name_of_call) else {
            return found(lost(), 1);
        };
        let Some((expansion, first)) = calls.expansions.get(self.instance) else {
            return found(lost(), 1);
        };
        let outputs = Outputs { scope: self, calls, child };
        match (expansion, steps.get(1)) {
            (Expansion::Single, _) => outputs.of(*first, name(steps, 1), 1),
            (Expansion::Symbolic(_), Some(EvaluatedStep::Index(_))) => {
                outputs.of(*first, name(steps, 2), 2)
            }
            (Expansion::Symbolic(_), _) => {
                let all = outputs.of(*first, None, 1)?.value;
                found(Value::unknown(Type::Dynamic, all.references().computed()), 1)
            }
            (_, Some(EvaluatedStep::Index(key))) if key.is_wholly_known() => {
                match place(expansion, key) {
                    Some(at) => outputs.of(first + at, name(steps, 2), 2),
                    None => Err(format!("`module.{call}` has no instance with this key")),
                }
            }
            (Expansion::Count(count), _) => {
                let all: Result<Vec<Value>, String> =
                    (0..*count).map(|at| Ok(outputs.of(first + at, None, 1)?.value)).collect();
                found(Value::tuple(all?), 1)
            }
            (Expansion::Each(keys), _) => {
                let one = |(at, (key, _)): (usize, &(Arc<str>, Value))| {
                    Ok((Arc::clone(key), outputs.of(first + at, None, 1)?.value))
                };
                let all: Result<Object, String> = keys.iter().enumerate().map(one).collect();
                found(Value::object(all?), 1)
            }
        }
    }

    /// What a module that is not there would give.
    fn not_installed(&self, call: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let instances = self.evaluation.instances(self.module);
        let Some(caller) = instances.get(self.instance) else { return found(lost(), 1) };
        let path = Arc::new(caller.path.child(call, None));
        let output = steps.iter().skip(1).position(|it| matches!(it, EvaluatedStep::Attribute(_)));
        let (output, used) = match output {
            Some(at) => (name(steps, at + 1).unwrap_or("*"), at + 2),
            None => ("*", steps.len().min(1)),
        };
        let source = Source::Output(path, output.into());
        let references = References::exactly(Reference { source, path: [].into() });
        found(Value::unknown(Type::Dynamic, references), used)
    }
}

/// Which of the instances a key means.
fn place(expansion: &Expansion, key: &Value) -> Option<usize> {
    match expansion {
        Expansion::Count(count) => {
            let key = convert(key, &Type::Number).ok()?;
            key.as_number()?.to_usize().filter(|at| at < count)
        }
        Expansion::Each(keys) => {
            let key = convert(key, &Type::String).ok()?;
            let Kind::String(text) = &key.kind else { return None };
            keys.binary_search_by(|(it, _)| it.cmp(text)).ok()
        }
        Expansion::Single | Expansion::Symbolic(_) => None,
    }
}

/// The outputs of a call's instances.
struct Outputs<'s, 'e> {
    scope: &'s ModuleScope<'e>,
    calls: &'e Calls,
    child: ModuleId,
}

impl Outputs<'_, '_> {
    /// One output of an instance, or an object of all.
    fn of(&self, instance: usize, output: Option<&str>, steps: usize) -> Result<Resolved, String> {
        if self.calls.instances.get(instance).is_none() {
            return found(lost(), steps);
        }
        let evaluation = self.scope.evaluation;
        let value = |name: &Arc<str>| {
            let item = Item::Output(Arc::clone(name));
            evaluation.value(self.child, &item, instance).cloned().unwrap_or_else(lost)
        };
        let Some(called) = evaluation.tree.modules.get(self.child) else {
            return found(lost(), steps);
        };
        let outputs = &called.module.outputs;
        let Some(name) = output else {
            let all = outputs.keys().map(|it| (Arc::clone(it), value(it)));
            return found(Value::object(all.collect()), steps);
        };
        let Some((name, _)) = outputs.get_key_value(name) else {
            if called.module.is_damaged {
                return found(lost(), steps + 1);
            }
            return Err(format!("the module has no output named `{name}`"));
        };
        found(value(name), steps + 1)
    }
}

impl Scope for ModuleScope<'_> {
    fn resolve(&self, head: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let first = name(steps, 0);
        match (head, first) {
            ("var", Some(name)) => self.item(&Item::Variable(name.into())),
            ("local", Some(name)) => self.item(&Item::Local(name.into())),
            ("each" | "count", _) => self.repeated(head, steps),
            ("path", _) => self.path(steps),
            ("terraform", _) => self.terraform(steps),
            ("self", _) => found(lost(), 0),
            ("module", Some(name)) => self.called(name, steps),
            ("data" | "ephemeral", Some(kind)) => {
                let sort = if head == "data" { Sort::Data } else { Sort::Ephemeral };
                let own = name(steps, 1).ok_or_else(|| format!("`{head}.{kind}` needs a name"))?;
                self.resource(sort, kind, own, steps, 2)
            }
            (kind, Some(own)) => self.resource(Sort::Managed, kind, own, steps, 1),
            (_, None) => Err(format!("`{head}` needs a name behind it")),
        }
    }

    fn declared(&self, head: &str, steps: &[Step]) -> Result<(), String> {
        let Some(own) = self.own() else { return Ok(()) };
        crate::declared::declared(&own.module, self.repetition, head, steps)
    }

    fn call_context(&self) -> &CallContext<'_> {
        &self.calls
    }
}

/// The value of a reference to a block.
pub(crate) fn block_value(resources: &Resources, all: References) -> Value {
    let values = resources.instances.iter().map(|it| it.value.clone());
    match &resources.expansion {
        Expansion::Single => values.into_iter().next().unwrap_or_else(lost),
        Expansion::Count(_) => Value::tuple(values.collect::<Vec<_>>()),
        Expansion::Each(keys) => {
            let named = keys.iter().map(|(key, _)| Arc::clone(key)).zip(values);
            Value::object(named.collect())
        }
        Expansion::Symbolic(_) => Value::unknown(Type::Dynamic, all),
    }
}
