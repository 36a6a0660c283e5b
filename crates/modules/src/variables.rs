//! The values of variables: what is given or passed, defaults, types and rules.

use std::sync::Arc;

use groundplan_eval::{Reference, References, Source, Type, Value, convert, evaluate};
use groundplan_ir::Location;
use groundplan_syntax::Expr;

use crate::Diagnostic;
use crate::body::{REFUSED, value};
use crate::conditions::{conditions, keeping};
use crate::constraint::{constrained, constraint_type};
use crate::evaluation::ModuleInstance;
use crate::module::{Call, Variable};
use crate::nodes::{Nothing, Work};
use crate::scope::ModuleScope;
use crate::tree::ModuleId;

/// What an argument of a variable block says; none where it says nothing that can be used.
fn flag(expr: &Expr) -> Option<bool> {
    let known = evaluate(expr, &Nothing).ok()?;
    convert(&known, &Type::Bool).ok()?.as_bool()
}

/// Whether values of the variable are not to be shown: also where what it says cannot be understood.
pub(crate) fn is_hidden(variable: &Variable) -> bool {
    let says_so = |it: &Option<Expr>| it.as_ref().is_some_and(|it| flag(it).unwrap_or(true));
    says_so(&variable.sensitive) || says_so(&variable.ephemeral)
}

impl<'w> Work<'w> {
    /// The value of a variable in each instance of its module.
    pub(crate) fn variable(&mut self, name: &Arc<str>, variable: &Variable) -> Vec<Value> {
        let parent = self.run.tree.modules.get(self.at).and_then(|it| it.parent);
        let given: Vec<Option<Value>> = match parent {
            None => vec![self.run.inputs.get(name).map(|it| it.value.clone())],
            Some(parent) => self.passed(parent, name, variable),
        };
        let default = variable.default.as_ref().map(|it| value(it, &Nothing, self.diagnostics));
        let nullable = variable.nullable.as_ref().and_then(flag).unwrap_or(true);
        let hidden = is_hidden(variable);
        let mut out = Vec::with_capacity(given.len());
        for (instance, given) in given.into_iter().enumerate() {
            let given = given.filter(|it| nullable || !it.is_null());
            let from_default = variable.default.as_ref().filter(|_| given.is_none());
            let (at, by) = match from_default {
                Some(default) => (default.at, String::new()),
                None => self.origin(name, variable),
            };
            let value = match given.or_else(|| default.clone()) {
                Some(value) => {
                    let what = format!("the value of `var.{name}`{by} is not of its type");
                    self.constrained(variable, &value, &what, (at, instance))
                }
                None => self.without_value(name, variable, parent.is_none()),
            };
            out.push(value.marked(hidden));
        }
        out
    }

    /// Where the value was written that the variable is given, and in words by what, if it was not in a
    /// file.
    fn origin(&self, name: &str, variable: &Variable) -> (Location, String) {
        if self.run.tree.modules.get(self.at).is_some_and(|it| it.parent.is_some()) {
            let input = self.call().and_then(|it| it.inputs.get(name));
            return (input.map_or(variable.header, |it| it.expr.at), String::new());
        }
        let given = self.run.inputs.get(name);
        let by = given.and_then(|it| it.by.as_ref()).map(|by| format!(", set by `{by}`,"));
        (given.and_then(|it| it.at).unwrap_or(variable.header), by.unwrap_or_default())
    }

    /// The call of this module.
    fn call(&self) -> Option<&'w Call> {
        let run = self.run;
        let own = run.tree.modules.get(self.at)?;
        run.tree.modules.get(own.parent?)?.module.calls.get(own.path.last()?)
    }

    fn constrained(
        &mut self,
        variable: &Variable,
        value: &Value,
        what: &str,
        (at, instance): (Location, usize),
    ) -> Value {
        constrained(variable.constraint.as_ref(), value).unwrap_or_else(|message| {
            let is_secret = value.has_sensitive() || is_hidden(variable);
            let why = if is_secret { "it is sensitive, so no more is said" } else { &*message };
            let found = Diagnostic::error(at, format!("{what}: {why}"), REFUSED);
            let is_symbolic = self.is_symbolic(instance);
            keeping(is_symbolic, self.diagnostics, |said| said.push(found));
            Value::unknown(
                constraint_type(variable.constraint.as_ref()),
                value.references().computed(),
            )
        })
    }

    fn without_value(&mut self, name: &Arc<str>, variable: &Variable, is_root: bool) -> Value {
        let ty = constraint_type(variable.constraint.as_ref());
        if is_root {
            let message = format!("`var.{name}` has no value");
            let help = "set it in terraform.tfvars or by --var; until then what depends on it is \
                        undetermined";
            self.diagnostics.push(Diagnostic::remark(variable.header, message, help));
        }
        let source = Source::Variable(Arc::clone(name));
        Value::unknown(ty, References::exactly(Reference { source, path: [].into() }))
    }

    /// What the call passes, for each instance of this module.
    fn passed(&mut self, parent: ModuleId, name: &str, variable: &Variable) -> Vec<Option<Value>> {
        let Some(call) = self.call() else { return Vec::new() };
        let Some(input) = call.inputs.get(name) else {
            if variable.default.is_none() {
                let message = format!("the call does not set `{name}`, which has no default");
                self.diagnostics.push(Diagnostic::error(call.header, message, REFUSED));
            }
            return vec![None; self.instances().len()];
        };
        let run = self.run;
        let calls = run.call_context();
        let of_instance = |it: &ModuleInstance| {
            let scope = ModuleScope {
                evaluation: run,
                module: parent,
                instance: it.parent,
                repetition: &it.repetition,
                calls,
            };
            let said = &mut *self.diagnostics;
            Some(keeping(it.path.is_symbolic(), said, |said| value(&input.expr, &scope, said)))
        };
        run.instances(self.at).iter().map(of_instance).collect()
    }

    /// The rules that the variable's value must keep.
    pub(crate) fn validation(&mut self, name: &str, variable: &Variable) {
        let bodies = &variable.validations;
        let (at, by) = self.origin(name, variable);
        let what = format!("the value of `var.{name}`{by} breaks a rule of its own");
        self.each(|scope, said| conditions(bodies, scope, at, &what, said));
    }
}
