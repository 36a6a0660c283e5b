//! Expressions to values: what each kind of expression gives.

mod call;
mod certain;
mod check;
mod conditional;
mod construct;
mod for_expr;
mod operators;
mod recover;
mod refine;
mod splat;
mod template;
mod template_file;
#[cfg(test)]
mod tests;
mod traversal;

use std::cell::Cell;
use std::sync::Arc;

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Literal, Node};

use crate::error::LIMIT;
use crate::{Error, Kind, Number, References, Scope, Value};

pub use certain::check_calls;
pub use check::check;
use recover::nothing;
pub(crate) use refine::safe_prefix;

/// How many expressions may be evaluated for one: loops over large products end here.
const WORK: u64 = 4_000_000;

/// How many parts a value may have: values share their parts, so that a short chain of expressions
/// could make one that nobody can go through.
const PARTS: usize = 2_000_000;

/// How deeply a value may be nested: each expression could wrap the value of another one.
const DEPTH: usize = 256;

/// So many bytes of text are as much work as one expression.
const TEXT: u64 = 32;

/// How many bytes of text a value holds; [`Evaluator::bounded`] has seen to it that this ends.
fn text(value: &Value) -> u64 {
    match &value.kind {
        Kind::String(text) => u64::try_from(text.len()).unwrap_or(u64::MAX),
        Kind::List(..) | Kind::Set(..) | Kind::Tuple(_) | Kind::Map(..) | Kind::Object(_) => {
            value.parts().into_iter().map(text).fold(0, u64::saturating_add)
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::Open(_) | Kind::Unknown(_) => 0,
    }
}

/// The value of an expression.
pub fn evaluate(expr: &Expr, scope: &dyn Scope) -> Result<Value, Error> {
    evaluate_within(WORK, expr, scope)
}

/// The value of an expression for so much work.
fn evaluate_within(work: u64, expr: &Expr, scope: &dyn Scope) -> Result<Value, Error> {
    Evaluator::new(scope, work).value(expr, None)
}

/// Whether the value has no more parts than `left`, and is nested no deeper than `depth`.
fn fits(value: &Value, left: &mut usize, depth: usize) -> bool {
    let (Some(rest), Some(depth)) = (left.checked_sub(1), depth.checked_sub(1)) else {
        return false;
    };
    *left = rest;
    match &value.kind {
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            items.iter().all(|item| fits(item, left, depth))
        }
        Kind::Map(_, members) | Kind::Object(members) => {
            members.values().all(|member| fits(member, left, depth))
        }
        Kind::Open(open) => open.members.values().all(|member| fits(member, left, depth)),
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Unknown(_) => {
            true
        }
    }
}

/// An error that nothing catches: a limit of this program.
pub(super) fn limit(at: Location, what: &str) -> Error {
    Error::new(at, format!("{what}: {LIMIT}"))
}

/// A name that a `for` binds, and those around it.
pub(super) struct Name<'n> {
    /// The name.
    pub(super) text: &'n str,
    /// What it stands for here.
    pub(super) value: Value,
    /// The names that were bound before.
    pub(super) outer: Names<'n>,
}

/// The innermost bound name.
pub(super) type Names<'n> = Option<&'n Name<'n>>;

/// The value of a bound name.
fn bound<'n>(mut names: Names<'n>, name: &str) -> Option<&'n Value> {
    while let Some(it) = names {
        if it.text == name {
            return Some(&it.value);
        }
        names = it.outer;
    }
    None
}

/// What evaluates one expression.
pub(super) struct Evaluator<'s> {
    scope: &'s dyn Scope,
    /// How much work is left.
    left: Cell<u64>,
    /// Inside a template of `templatefile` or `templatestring`, which may not call these again.
    in_template: bool,
}

impl<'s> Evaluator<'s> {
    fn new(scope: &'s dyn Scope, work: u64) -> Self {
        Self { scope, left: Cell::new(work), in_template: false }
    }

    /// Takes some of the work that is left.
    fn work(&self, amount: u64, at: Location) -> Result<(), Error> {
        let Some(left) = self.left.get().checked_sub(amount) else {
            return Err(limit(at, "too much work for one expression"));
        };
        self.left.set(left);
        Ok(())
    }

    /// The value, unless it is too large to be gone through. All that is put together is looked at here:
    /// a short expression can repeat a value that it has bound, over and over.
    fn bounded(&self, value: Value, at: Location) -> Result<Value, Error> {
        let mut left = PARTS;
        if !fits(&value, &mut left, DEPTH) {
            return Err(limit(at, "a value that is too large or too deep"));
        }
        self.work(u64::try_from((PARTS - left) / 16).unwrap_or(u64::MAX), at)?;
        Ok(value)
    }

    /// Takes the work that the texts in a new value were: a loop could make many long ones.
    fn written(&self, value: &Value, at: Location) -> Result<(), Error> {
        let bytes = text(value);
        if bytes < TEXT { Ok(()) } else { self.work(bytes / TEXT, at) }
    }

    /// The value of an expression, where `names` are bound.
    pub(super) fn value(&self, expr: &Expr, names: Names<'_>) -> Result<Value, Error> {
        self.work(1, expr.at)?;
        match &expr.node {
            Node::Unread(why) => Err(Error { is_static: true, ..Error::new(expr.at, &**why) }),
            Node::Literal(it) => literal(it).ok_or_else(|| Error::new(expr.at, "not a number")),
            Node::Template(parts) => {
                let value = self.template(parts, expr.at, names)?;
                self.written(&value, expr.at)?;
                Ok(value)
            }
            Node::Wrapped(inner) | Node::Parens(inner) => self.value(inner, names),
            Node::Tuple(items) => self.bounded(self.tuple(items, names)?, expr.at),
            Node::Object(items) => self.bounded(self.object(items, names)?, expr.at),
            Node::Variable(head) => self.traversal(expr, head, &[], names),
            Node::Traversal { of, steps } => {
                if let Node::Variable(head) = &of.node {
                    return self.traversal(of, head, steps, names);
                }
                self.steps(self.value(of, names)?, steps, of.at, names)
            }
            Node::Splat { of, each } => self.splat(of, each, names),
            Node::Call { name, arguments, expand_final } => {
                let value = self.call(expr.at, name, arguments, *expand_final, names)?;
                let value = self.bounded(value, expr.at)?;
                self.written(&value, expr.at)?;
                Ok(value)
            }
            Node::Unary(operator, operand) => self.unary(*operator, operand, names),
            Node::Binary(..) => self.binary(expr, names),
            Node::Conditional { .. } => self.conditional_arm(expr, names)?.or_error(),
            Node::For(it) => self.bounded(self.for_expr(it, names)?, expr.at),
        }
    }
}

/// The value that is written out.
fn literal(it: &Literal) -> Option<Value> {
    Some(match it {
        Literal::Null => Value::NULL,
        Literal::Bool(flag) => Value::from(*flag),
        Literal::Number(text) => Value::from(Number::parse(text)?),
        Literal::String(text) if text.is_ascii() => Kind::String(Arc::clone(text)).into(),
        Literal::String(text) => Value::string(text),
    })
}

/// Everything that a value comes from, when what is made of it is no longer the same thing.
fn computed_from(values: &[&Value]) -> References {
    let all = values.iter().fold(References::default(), |all, it| all.and(&it.references()));
    all.computed()
}
