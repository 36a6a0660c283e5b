//! What Terraform refuses about an expression before it evaluates anything.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, ForExpr, Node, Part, Step};

use crate::{Error, Scope};

/// The names that loops bind, innermost first.
type Bound<'b> = Option<&'b Link<'b>>;

struct Link<'b> {
    name: &'b str,
    outer: Bound<'b>,
}

/// Looks for references to what is not declared, also in branches that are not taken and inside of `try`.
///
/// An unknown function and a wrong number of arguments are no such errors: Terraform only notices them
/// when it gets to evaluate the call.
pub fn check(expr: &Expr, scope: &dyn Scope) -> Result<(), Error> {
    expression(expr, scope, None)
}

fn expression(expr: &Expr, scope: &dyn Scope, bound: Bound<'_>) -> Result<(), Error> {
    let check = |expr: &Expr| expression(expr, scope, bound);
    match &expr.node {
        Node::Literal(_) => Ok(()),
        Node::Template(parts) => template(parts, scope, bound),
        Node::Wrapped(inner) | Node::Parens(inner) | Node::Unary(_, inner) => check(inner),
        Node::Tuple(items) | Node::Call { arguments: items, .. } => {
            items.iter().try_for_each(check)
        }
        Node::Object(items) => items.iter().try_for_each(|item| {
            check(&item.key)?;
            check(&item.value)
        }),
        Node::Variable(head) => reference(expr.at, head, &[], scope, bound),
        Node::Traversal { of, steps } => {
            if let Node::Variable(head) = &of.node {
                reference(expr.at, head, steps, scope, bound)?;
            } else {
                check(of)?;
            }
            keys(steps, scope, bound)
        }
        Node::Splat { of, each } => {
            check(of)?;
            keys(each, scope, bound)
        }
        Node::Binary(_, left, right) => {
            check(left)?;
            check(right)
        }
        Node::Conditional { test, then, otherwise } => {
            check(test)?;
            check(then)?;
            check(otherwise)
        }
        Node::For(it) => for_expr(it, scope, bound),
    }
}

fn reference(
    at: Location,
    head: &str,
    steps: &[Step],
    scope: &dyn Scope,
    bound: Bound<'_>,
) -> Result<(), Error> {
    let mut names = bound;
    while let Some(link) = names {
        if link.name == head {
            return Ok(());
        }
        names = link.outer;
    }
    let refused = |message| Error { message, at, is_static: true };
    scope.declared(head, steps).map_err(refused)
}

/// The expressions inside of brackets.
fn keys(steps: &[Step], scope: &dyn Scope, bound: Bound<'_>) -> Result<(), Error> {
    steps.iter().try_for_each(|step| match step {
        Step::Attribute(_) => Ok(()),
        Step::Index(key) => expression(key, scope, bound),
        Step::Splat(each) => keys(each, scope, bound),
    })
}

fn for_expr(it: &ForExpr, scope: &dyn Scope, bound: Bound<'_>) -> Result<(), Error> {
    expression(&it.collection, scope, bound)?;
    let key = it.key_name.as_ref().map(|name| Link { name: &name.text, outer: bound });
    let value = Link { name: &it.value_name.text, outer: key.as_ref().or(bound) };
    let parts = [it.key.as_ref(), Some(&it.value), it.condition.as_ref()];
    parts.into_iter().flatten().try_for_each(|part| expression(part, scope, Some(&value)))
}

fn template(parts: &[Part], scope: &dyn Scope, bound: Bound<'_>) -> Result<(), Error> {
    parts.iter().try_for_each(|part| match part {
        Part::Literal(_) => Ok(()),
        Part::Interpolation(expr) => expression(expr, scope, bound),
        Part::If { test, then, otherwise } => {
            expression(test, scope, bound)?;
            template(then, scope, bound)?;
            template(otherwise, scope, bound)
        }
        Part::For { key_name, value_name, collection, body } => {
            expression(collection, scope, bound)?;
            let key = key_name.as_ref().map(|name| Link { name: &name.text, outer: bound });
            let value = Link { name: &value_name.text, outer: key.as_ref().or(bound) };
            template(body, scope, Some(&value))
        }
    })
}

/// The same for the parts of a template.
pub(super) fn check_parts(parts: &[Part], scope: &dyn Scope) -> Result<(), Error> {
    template(parts, scope, None)
}
