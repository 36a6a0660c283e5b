//! What Terraform refuses of expressions whatever they are worth, also where nothing asks for their
//! value: its plan looks at all of them before it evaluates any.

use std::collections::BTreeSet;
use std::sync::Arc;

use groundplan_eval::{
    CallContext, EvaluatedStep, References, Resolved, Scope, Type, Value, check, check_calls,
};
use groundplan_ir::Location;
use groundplan_syntax::{Block, Body, Expr, Node, Step};

use crate::Diagnostic;
use crate::body::REFUSED;
use crate::expansion::Repetition;
use crate::module::{Meta, Module};
use crate::nodes::Nothing;
use crate::tree::Tree;

/// Checks all expressions of all modules, each module once; places in `said` already have an error.
pub(crate) fn all(tree: &Tree, said: &BTreeSet<Location>) -> Vec<Diagnostic> {
    let mut checked = BTreeSet::new();
    let mut found = Vec::new();
    for it in &tree.modules {
        if checked.insert(Arc::as_ptr(&it.module)) {
            module(&it.module, &mut found);
        }
    }
    found.retain(|it| it.at.is_some_and(|at| !said.contains(&at)));
    found
}

fn module(module: &Module, found: &mut Vec<Diagnostic>) {
    let mut plain = Checking { scope: &Declared { module, repetition: repetition(None) }, found };
    for variable in module.variables.values() {
        variable.validations.iter().for_each(|it| plain.condition(it));
    }
    module.locals.values().for_each(|it| plain.expr(&it.expr));
    for output in module.outputs.values() {
        output.value.iter().for_each(|it| plain.expr(it));
        output.preconditions.iter().for_each(|it| plain.condition(it));
    }
    module.providers.iter().for_each(|it| plain.body(&it.body));
    for check in module.others.iter().filter(|it| &*it.kind.text == "check") {
        let asserts = check.body.blocks.iter().filter(|it| &*it.kind.text == "assert");
        asserts.for_each(|it| plain.condition(&it.body));
    }
    let metas = module.resources.values().map(|it| &it.meta);
    metas.chain(module.calls.values().map(|it| &it.meta)).for_each(|it| plain.meta(it));
    for variable in module.variables.values() {
        let mut constant = Checking { scope: &Nothing, found: &mut *plain.found };
        variable.default.iter().for_each(|it| constant.expr(it));
    }
    for block in module.resources.values() {
        let scope = Declared { module, repetition: repetition(Some(&block.meta)) };
        let mut inside = Checking { scope: &scope, found: &mut *plain.found };
        inside.body(&block.body);
        let conditions = block.meta.lifecycle.iter().flat_map(|it| &it.blocks);
        let is_one = |it: &&Block| matches!(&*it.kind.text, "precondition" | "postcondition");
        conditions.filter(is_one).for_each(|it| inside.condition(&it.body));
    }
    for call in module.calls.values() {
        let scope = Declared { module, repetition: repetition(Some(&call.meta)) };
        let mut inside = Checking { scope: &scope, found: &mut *plain.found };
        call.inputs.values().for_each(|it| inside.expr(&it.expr));
    }
}

/// What `each` and `count` may be asked for.
fn repetition(meta: Option<&Meta>) -> Repetition {
    let some = || Value::unknown(Type::Dynamic, References::default());
    let has = |of: fn(&Meta) -> &Option<Expr>| meta.is_some_and(|it| of(it).is_some());
    Repetition {
        key: None,
        index: has(|it| &it.count).then(some),
        each: has(|it| &it.for_each).then(|| (some(), some())),
    }
}

struct Checking<'c> {
    scope: &'c dyn Scope,
    found: &'c mut Vec<Diagnostic>,
}

impl Checking<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let Err(error) = check(expr, self.scope).and_then(|()| check_calls(expr)) {
            self.found.push(Diagnostic::error(error.at, error.message, REFUSED));
        }
    }

    fn meta(&mut self, meta: &Meta) {
        meta.count.iter().chain(&meta.for_each).for_each(|it| self.expr(it));
        if let Some(Node::Tuple(all)) = meta.depends_on.as_ref().map(|it| &it.node) {
            // In JSON these are texts.
            let is_reference = |it: &&Expr| matches!(it.node, Node::Traversal { .. });
            all.iter().filter(is_reference).for_each(|it| self.expr(it));
        }
    }

    /// A rule: its words are only asked for where it does not hold.
    fn condition(&mut self, body: &Body) {
        for attribute in &body.attributes {
            match &*attribute.name.text {
                "condition" => self.expr(&attribute.expr),
                "error_message" => {
                    if let Err(error) = check(&attribute.expr, self.scope) {
                        self.found.push(Diagnostic::error(error.at, error.message, REFUSED));
                    }
                }
                _ => (),
            }
        }
    }

    fn body(&mut self, body: &Body) {
        body.attributes.iter().for_each(|it| self.expr(&it.expr));
        for block in &body.blocks {
            if &*block.kind.text == "dynamic" {
                // How much of its content Terraform looks at depends on the provider.
                let for_each = |it: &&groundplan_syntax::Attribute| &*it.name.text == "for_each";
                let all = block.body.attributes.iter().filter(for_each);
                all.for_each(|it| self.expr(&it.expr));
            } else {
                self.body(&block.body);
            }
        }
    }
}

/// What is declared, without any value.
struct Declared<'m> {
    module: &'m Module,
    repetition: Repetition,
}

impl Scope for Declared<'_> {
    fn resolve(&self, head: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        Nothing.resolve(head, steps)
    }

    fn declared(&self, head: &str, steps: &[Step]) -> Result<(), String> {
        crate::declared::declared(self.module, &self.repetition, head, steps)
    }

    fn call_context(&self) -> &CallContext<'_> {
        Nothing.call_context()
    }
}
