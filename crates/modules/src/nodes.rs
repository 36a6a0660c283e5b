//! The value of one node, for every instance of its module.

use std::sync::Arc;

use groundplan_eval::{
    CallContext, Error, EvaluatedStep, Reference, References, Resolved, Scope, Source, Value,
    evaluate,
};
use groundplan_ir::{InstanceKey, Location};
use groundplan_syntax::{Expr, Step};
use rayon::prelude::*;

use crate::Diagnostic;
use crate::body::{Bodies, REFUSED, value};
use crate::conditions::{conditions, keeping, preconditions};
use crate::evaluation::{Calls, Evaluation, Instance, ModuleInstance, Resources, Slot, Wanted};
use crate::expansion::{Expansion, Repetition, expansion, too_many};
use crate::graph::{Item, Node};
use crate::module::{Call, Meta, Output, ResourceBlock, ResourceName};
use crate::planned::Planned;
use crate::scope::{ModuleScope, block_value};
use crate::tree::ModuleId;
use crate::typed::{schema, typed};

/// From so many instances on they are evaluated in parallel.
const MANY: usize = 64;

/// Nothing repeats.
static ONCE: Repetition = Repetition { key: None, index: None, each: None };

/// Evaluates a node whose needs are evaluated.
pub(crate) fn evaluate_node(
    run: &Evaluation,
    node: &Node,
    wanted: Wanted<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Slot {
    let Some(own) = run.tree.modules.get(node.module) else { return Slot::Done };
    let module = &own.module;
    let mut work = Work { run, at: node.module, diagnostics };
    match &node.item {
        Item::Variable(name) => match module.variables.get(name) {
            Some(variable) => Slot::Values(work.variable(name, variable)),
            None => Slot::Done,
        },
        Item::Validation(name) => {
            if let Some(variable) = module.variables.get(name) {
                work.validation(name, variable);
            }
            Slot::Done
        }
        Item::Local(name) => match module.locals.get(name) {
            Some(local) => Slot::Values(work.each(|scope, said| value(&local.expr, scope, said))),
            None => Slot::Done,
        },
        Item::Output(name) => match module.outputs.get(name) {
            Some(output) => Slot::Values(work.output(name, output)),
            None => Slot::Done,
        },
        Item::Resource(name) => match module.resources.get(name) {
            Some(block) => Slot::Resources(work.resources(name, block, wanted)),
            None => Slot::Done,
        },
        Item::Call(name) => match module.calls.get(name) {
            Some(call) => Slot::Calls(work.calls(name, call)),
            None => Slot::Done,
        },
        Item::Provider(at) => match module.providers.get(*at) {
            Some(provider) => {
                let one = |scope: &ModuleScope<'_>, said: &mut Vec<Diagnostic>| {
                    Bodies { diagnostics: said, wanted: &|_| true }.body(&provider.body, scope)
                };
                Slot::Bodies(work.each(one))
            }
            None => Slot::Done,
        },
    }
}

/// What the work on a node has at hand.
pub(crate) struct Work<'w> {
    pub(crate) run: &'w Evaluation,
    pub(crate) at: ModuleId,
    pub(crate) diagnostics: &'w mut Vec<Diagnostic>,
}

impl<'w> Work<'w> {
    pub(crate) fn scope<'s>(&self, instance: usize, repetition: &'s Repetition) -> ModuleScope<'s>
    where
        'w: 's,
    {
        let run = self.run;
        ModuleScope {
            evaluation: run,
            module: self.at,
            instance,
            repetition,
            calls: run.call_context(),
        }
    }

    pub(crate) fn instances(&self) -> &'w [ModuleInstance] {
        self.run.instances(self.at)
    }

    /// Whether there may be no such instance of the module.
    pub(crate) fn is_symbolic(&self, instance: usize) -> bool {
        self.instances().get(instance).is_some_and(|it| it.path.is_symbolic())
    }

    /// Something for each instance of the module.
    pub(crate) fn each<T>(
        &mut self,
        one: impl Fn(&ModuleScope<'_>, &mut Vec<Diagnostic>) -> T,
    ) -> Vec<T> {
        let scopes = (0..self.instances().len()).map(|at| self.scope(at, &ONCE));
        let scopes: Vec<ModuleScope<'_>> = scopes.collect();
        let instances = self.instances();
        let of_instance = |(scope, it): (&ModuleScope<'_>, &ModuleInstance)| {
            keeping(it.path.is_symbolic(), self.diagnostics, |said| one(scope, said))
        };
        scopes.iter().zip(instances).map(of_instance).collect()
    }

    fn output(&mut self, name: &str, output: &Output) -> Vec<Value> {
        let hidden = output.sensitive.as_ref().and_then(|it| evaluate(it, &Nothing).ok());
        let hidden = hidden.and_then(|it| it.as_bool()).unwrap_or(false);
        let what = format!("a precondition of the output `{name}` does not hold");
        self.each(|scope, said| {
            conditions(&output.preconditions, scope, output.header, &what, said);
            let value = output.value.as_ref().map(|it| value(it, scope, said));
            value.unwrap_or(Value::NULL).marked(hidden)
        })
    }

    fn calls(&mut self, name: &Arc<str>, call: &Call) -> Calls {
        let mut out = Calls::default();
        let expansions = self.each(|scope, said| expansion(&call.meta, scope, said));
        self.undeclared_inputs(name, call);
        for ((parent, within), mut expansion) in self.instances().iter().enumerate().zip(expansions)
        {
            if let Some(planned) = &self.run.settings.planned {
                expansion = Planned::expansion(&planned.calls, &within.path, name, expansion);
            }
            let expansion = self.counted(expansion, &call.meta, call.header);
            let repetitions = expansion.repetitions();
            out.expansions.push((expansion, out.instances.len()));
            out.instances.extend(repetitions.into_iter().map(|repetition| ModuleInstance {
                path: within.path.child(name, repetition.key.clone()),
                parent,
                repetition,
            }));
        }
        out
    }

    /// The expansion, shortened where there would be too many instances in all.
    fn counted(&mut self, expansion: Expansion, meta: &Meta, header: Location) -> Expansion {
        if self.run.count(expansion.len()) {
            return expansion;
        }
        let (name, at) = match (&meta.count, &meta.for_each) {
            (Some(count), _) => ("count", count.at),
            (None, Some(for_each)) => ("for_each", for_each.at),
            (None, None) => ("this", header),
        };
        too_many(name, at, self.diagnostics);
        expansion.shortened()
    }

    fn undeclared_inputs(&mut self, name: &Arc<str>, call: &Call) {
        let tree = &self.run.tree;
        let child = tree.modules.get(self.at).and_then(|it| it.children.get(name));
        let Some(child) = child.copied().flatten().and_then(|id| tree.modules.get(id)) else {
            return;
        };
        for (input, attribute) in &call.inputs {
            if !child.module.is_damaged && !child.module.variables.contains_key(input) {
                let message = format!("the module has no variable named `{input}`");
                let help = REFUSED;
                self.diagnostics.push(Diagnostic::error(attribute.name.at, message, help));
            }
        }
    }

    fn resources(
        &mut self,
        name: &ResourceName,
        block: &ResourceBlock,
        wanted: Wanted<'_>,
    ) -> Vec<Resources> {
        // What others refer to may be any argument of it.
        let schema = schema(name);
        let is_used = self.run.graph.is_used(self.at, &Item::Resource(name.clone()));
        let mut out = Vec::new();
        for at in 0..self.instances().len() {
            let within = self.is_symbolic(at);
            let scope = self.scope(at, &ONCE);
            let mut expansion =
                keeping(within, self.diagnostics, |said| expansion(&block.meta, &scope, said));
            if let (Some(planned), Some(it)) =
                (&self.run.settings.planned, self.instances().get(at))
            {
                expansion = Planned::expansion(&planned.blocks, &it.path, name, expansion);
            }
            let expansion = self.counted(expansion, &block.meta, block.header);
            let perhaps_none = within || expansion.is_symbolic();
            let repetitions = expansion.repetitions();
            let one = |repetition: &Repetition| {
                let mut said = Vec::new();
                let scope = self.scope(at, repetition);
                let wanted = |argument: &str| is_used || wanted(name, argument);
                let mut body =
                    Bodies { diagnostics: &mut said, wanted: &wanted }.body(&block.body, &scope);
                if let Some(schema) = schema {
                    typed(&mut body, schema, &mut said);
                }
                preconditions(block, &scope, &mut said);
                let source = self.source(name, at, repetition.key.as_ref());
                let value = crate::builtin::value(self.run, self.at, name, block, &body, source);
                (Instance { key: repetition.key.clone(), body, value }, said)
            };
            let made: Vec<(Instance, Vec<Diagnostic>)> = if repetitions.len() < MANY {
                repetitions.iter().map(one).collect()
            } else {
                repetitions.par_iter().map(one).collect()
            };
            let mut instances = Vec::with_capacity(made.len());
            for (instance, said) in made {
                instances.push(instance);
                keeping(perhaps_none, self.diagnostics, |all| all.extend(said));
            }
            let source = self.source(name, at, Some(&InstanceKey::Any));
            let all = References::exactly(Reference { source, path: [].into() });
            let mut resources = Resources { expansion, instances, value: Value::NULL };
            resources.value = block_value(&resources, all);
            out.push(resources);
        }
        out
    }

    fn source(&self, name: &ResourceName, instance: usize, key: Option<&InstanceKey>) -> Source {
        let module = self.instances().get(instance).map(|it| it.path.clone()).unwrap_or_default();
        crate::builtin::source(name, module, key)
    }
}

/// What is written there may be a secret that lacks its quotes, so it is not repeated.
const CONSTANTS: &str = "only constants are allowed here, and text stands in quotes";

/// No name means anything: defaults and values of variables.
pub(crate) struct Nothing;

impl Scope for Nothing {
    fn resolve(&self, _: &str, _: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        Err(CONSTANTS.to_owned())
    }

    fn declared(&self, _: &str, _: &[Step]) -> Result<(), String> {
        Err(CONSTANTS.to_owned())
    }

    fn call_context(&self) -> &CallContext<'_> {
        static NOTHING: std::sync::LazyLock<CallContext<'static>> =
            std::sync::LazyLock::new(|| CallContext {
                files: &groundplan_eval::NoFiles,
                directory: std::path::Path::new("."),
            });
        &NOTHING
    }
}

/// The value of a constant.
pub(crate) fn constant(expr: &Expr) -> Result<Value, Error> {
    evaluate(expr, &Nothing)
}
