//! Following references from an argument to the instances that its value can come from.
//!
//! A value that is unknown at plan time comes from something unknown that its expression mentions.
//! So the set of all mentioned instances, through module inputs and outputs, contains the true one;
//! where exactly one is left, the link is proven. Whatever cannot be followed is an obstacle, and
//! with an obstacle in the way nothing is proven.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::{
    Cause, Config, Expression, InstanceKey, Mode, ModuleCall, ModuleConfig, ModulePath, Repetition,
    Resource, ResourceIndex, Step, Traversal,
};

/// References nest through modules only as deep as modules do; real ones stay under ten.
const DEEPEST: usize = 64;

/// One expression leads to as many references as this; real ones stay under a hundred.
const MOST_REFERENCES: usize = 10_000;

/// An instance that a value can come from, and the attribute of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The place in [`Config::resources`].
    pub resource: ResourceIndex,
    /// The attribute path; empty when the reference names the whole object or lost its tail.
    pub path: Vec<Step>,
}

/// Where an expression leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Every instance that the value can come from, in address order, each once.
    pub targets: Vec<Target>,
    /// What kept the analysis from following further.
    pub obstacles: Vec<Cause>,
}

/// What one walk through the references has found, and how far it may still go.
struct Walk {
    targets: Vec<Target>,
    obstacles: Vec<Cause>,
    left: usize,
}

/// What the names of an expression mean where it stands.
#[derive(Clone, Copy)]
struct Scope<'a> {
    path: &'a ModulePath,
    module: &'a ModuleConfig,
    repetition: &'a Repetition,
    wanted: Wanted,
}

/// Which of the mentioned instances count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Those that something unknown can come from.
    Sources,
    /// All.
    Everything,
}

impl Config {
    /// Follows an expression that stands in the block of `resource` to what an unknown value of it
    /// can come from.
    pub fn follow(&self, resource: &Resource, expression: &Expression) -> Followed {
        self.followed(resource, expression, Wanted::Sources)
    }

    /// Follows an expression to everything that it mentions, known or not: what Terraform makes
    /// first.
    pub fn mentioned(&self, resource: &Resource, expression: &Expression) -> Followed {
        self.followed(resource, expression, Wanted::Everything)
    }

    /// Follows an output of the root module to what the part `suffix` of it can come from when it is
    /// unknown.
    pub fn follow_output(&self, name: &str, suffix: &[Step]) -> Followed {
        let Some(expression) = self.root.outputs.get(name) else {
            let obstacles = vec![Cause::NoConfiguration(format!("output.{name}").into())];
            return Followed { targets: Vec::new(), obstacles };
        };
        let (path, repetition) = (&ModulePath::default(), &Repetition::Single);
        let scope = Scope { path, module: &self.root, repetition, wanted: Wanted::Sources };
        self.walked(scope, expression, suffix)
    }

    /// What root modules hand on by their outputs: instances, with the attribute that is put out; none where it is
    /// the whole object, or a part that cannot be told.
    pub fn handed_on(&self) -> BTreeSet<(ResourceIndex, Option<Box<str>>)> {
        let alone = (ModulePath::default(), &self.root);
        let named = self.roots.iter().map(|(name, root)| {
            (ModulePath { stack: Some(Arc::clone(name)), steps: Vec::new() }, root)
        });
        let mut out = BTreeSet::new();
        for (path, module) in named.chain([alone]) {
            for expression in module.outputs.values() {
                let (path, repetition) = (&path, &Repetition::Single);
                let scope = Scope { path, module, repetition, wanted: Wanted::Everything };
                let found = self.walked(scope, expression, &[]).targets.into_iter();
                out.extend(found.map(|it| {
                    let attribute = it.path.first().and_then(Step::attribute).map(Box::from);
                    (it.resource, attribute)
                }));
            }
        }
        out
    }

    fn walked(&self, scope: Scope<'_>, expression: &Expression, suffix: &[Step]) -> Followed {
        let mut out = Walk { targets: Vec::new(), obstacles: Vec::new(), left: MOST_REFERENCES };
        self.expression(scope, expression, suffix, 0, &mut out);
        out.targets.sort();
        out.targets.dedup();
        out.obstacles.sort();
        out.obstacles.dedup();
        Followed { targets: out.targets, obstacles: out.obstacles }
    }

    fn followed(&self, resource: &Resource, expression: &Expression, wanted: Wanted) -> Followed {
        let module = self.module(&resource.address.module);
        let (Some(module), Some(block)) = (module, self.block(&resource.address)) else {
            let what = resource.address.to_string();
            let obstacles = vec![Cause::NoConfiguration(what.into())];
            return Followed { targets: Vec::new(), obstacles };
        };
        let path = &resource.address.module;
        let scope = Scope { path, module, repetition: &block.repetition, wanted };
        self.walked(scope, expression, &[])
    }

    fn expression(
        &self,
        scope: Scope<'_>,
        expression: &Expression,
        suffix: &[Step],
        depth: usize,
        out: &mut Walk,
    ) {
        let mut before: Option<&Traversal> = None;
        for reference in &expression.references {
            if !before.is_some_and(|it| is_echo(reference, it)) {
                out.left = out.left.saturating_sub(1);
                if depth > DEEPEST || out.left == 0 {
                    out.obstacles.push(Cause::TooDeep);
                    return;
                }
                self.reference(scope, reference, suffix, depth + 1, out);
            }
            before = Some(reference);
        }
    }

    fn reference(
        &self,
        scope: Scope<'_>,
        reference: &Traversal,
        suffix: &[Step],
        depth: usize,
        out: &mut Walk,
    ) {
        let steps = reference.steps();
        match (reference.head(), steps) {
            // Keys and indexes are always known, so an unknown value does not come from them.
            ("count" | "path" | "terraform" | "self", _) => (),
            ("each", [_, Step::Name(part), ..]) if &**part == "key" => (),
            ("each", _) => self.each_value(scope, depth, out),
            ("local", [_, Step::Name(name), rest @ ..]) => match scope.module.locals.get(name) {
                Some(local) => self.expression(scope, local, &joined(rest, suffix), depth, out),
                None => out.obstacles.push(Cause::Local(name.clone())),
            },
            ("var", [_, Step::Name(name), rest @ ..]) => {
                self.variable(scope, name, &joined(rest, suffix), depth, out);
            }
            ("module", [_, Step::Name(name), rest @ ..]) => {
                self.output(scope, name, rest, suffix, depth, out);
            }
            ("data", [_, Step::Name(kind), Step::Name(name), rest @ ..]) => {
                self.instance(scope, (Mode::Data, kind, name), &joined(rest, suffix), out);
            }
            (_, [Step::Name(kind), Step::Name(name), rest @ ..]) => {
                self.instance(scope, (Mode::Managed, kind, name), &joined(rest, suffix), out);
            }
            (_, _) => out.obstacles.push(Cause::NotModelled(reference.to_string().into())),
        }
    }

    /// `each.value` is a part of what `for_each` mentions; which part is not told.
    fn each_value(&self, scope: Scope<'_>, depth: usize, out: &mut Walk) {
        match scope.repetition {
            Repetition::ForEach(expression) => {
                let seen = (out.targets.len(), out.obstacles.len());
                self.expression(scope, expression, &[], depth, out);
                if seen == (out.targets.len(), out.obstacles.len()) {
                    out.obstacles.push(Cause::EachValue);
                }
            }
            Repetition::Single | Repetition::Count(_) => out.obstacles.push(Cause::EachValue),
        }
    }

    /// An input variable stands for what the caller wrote; the root's are known values.
    fn variable(
        &self,
        scope: Scope<'_>,
        name: &str,
        suffix: &[Step],
        depth: usize,
        out: &mut Walk,
    ) {
        let Some((parent, step)) = scope.path.parent() else { return };
        let Some(module) = self.module(&parent) else { return };
        let Some(call) = module.calls.get(&step.name) else { return };
        // A variable that the call does not set has its default, which is a known value.
        let Some(expression) = call.inputs.get(name) else { return };
        let outer = Scope { path: &parent, module, repetition: &call.repetition, ..scope };
        self.expression(outer, expression, suffix, depth, out);
    }

    /// `module.name[key].output.rest`
    fn output(
        &self,
        scope: Scope<'_>,
        name: &str,
        rest: &[Step],
        suffix: &[Step],
        depth: usize,
        out: &mut Walk,
    ) {
        let Some(call) = scope.module.calls.get(name) else {
            out.obstacles.push(Cause::NotModelled(format!("module.{name}").into()));
            return;
        };
        let (key, rest) = match rest {
            [Step::Key(key), rest @ ..] => (Some(key), rest),
            rest => (None, rest),
        };
        let output = match rest {
            [Step::Name(output), tail @ ..] => Some((output, tail)),
            _ => None,
        };
        let Some((output, tail)) = output else {
            out.obstacles.push(Cause::ManyInstances(format!("module.{name}").into()));
            return;
        };
        let Some(expression) = call.module.outputs.get(output) else { return };
        for path in self.called(scope.path, name, call, key) {
            let repetition = &Repetition::Single;
            let inner = Scope { path: &path, module: &call.module, repetition, ..scope };
            self.expression(inner, expression, &joined(tail, suffix), depth, out);
        }
    }

    /// The module instances that a reference to a call can mean.
    fn called(
        &self,
        path: &ModulePath,
        name: &str,
        call: &ModuleCall,
        key: Option<&InstanceKey>,
    ) -> Vec<ModulePath> {
        match (key, &call.repetition) {
            // Of a call whose instances are not known there is only the symbolic one.
            (Some(key), _) => self
                .module_instances(path, name)
                .find(|it| it.steps.last().is_some_and(|it| it.key == Some(InstanceKey::Any)))
                .cloned()
                .map_or_else(|| vec![path.child(name, Some(key.clone()))], |it| vec![it]),
            (None, Repetition::Single) => vec![path.child(name, None)],
            (None, Repetition::Count(_) | Repetition::ForEach(_)) => {
                self.module_instances(path, name).cloned().collect()
            }
        }
    }

    /// `type.name[key].rest` of a managed or data resource.
    fn instance(
        &self,
        scope: Scope<'_>,
        (mode, kind, name): (Mode, &str, &str),
        rest: &[Step],
        out: &mut Walk,
    ) {
        let block = match mode {
            Mode::Managed | Mode::Live => format!("{kind}.{name}"),
            Mode::Data => format!("data.{kind}.{name}"),
        };
        if !scope.module.blocks.contains_key(&*block) {
            // Values that were read during planning are known, so nothing unknown comes from them.
            if mode == Mode::Managed || !self.read_data.contains(&*scope.path.block_name(&block)) {
                out.obstacles.push(Cause::NotModelled(block.into()));
            }
            return;
        }
        let (key, path) = match rest {
            [Step::Key(key), path @ ..] => (Some(key), path),
            path => (None, path),
        };
        for (at, resource) in self.instances(scope.path, mode, kind, name) {
            let own = resource.address.key.as_ref();
            let chosen = key.is_none() || own == key || own == Some(&InstanceKey::Any);
            let counts = scope.wanted == Wanted::Everything || may_be_unknown(resource, path);
            if chosen && counts {
                out.targets.push(Target { resource: at, path: path.to_vec() });
            }
        }
    }
}

/// Whether this is only the shorter form that a plan writes behind each reference: `a.b.id`, `a.b`.
///
/// The forms of `module.a["k"].x` end with `module.a["k"]`, so a `module.a` behind them is a reference
/// of its own, which has lost a computed key and output.
fn is_echo(reference: &Traversal, before: &Traversal) -> bool {
    let lost_its_key = matches!(
        (reference.steps(), before.steps()),
        ([Step::Name(word), Step::Name(_)], [_, _, Step::Key(_), ..]) if &**word == "module"
    );
    reference.is_prefix_of(before) && !lost_its_key
}

/// Whether something unknown can come from this attribute: known values cannot be the source.
fn may_be_unknown(resource: &Resource, path: &[Step]) -> bool {
    let Some(planned) = &resource.planned else { return false };
    let Some(attribute) = path.first().and_then(Step::attribute) else { return true };
    planned.get(attribute).is_none_or(|value| value.first_unknown().is_some())
}

fn joined(rest: &[Step], suffix: &[Step]) -> Vec<Step> {
    rest.iter().chain(suffix).cloned().collect()
}
