//! Calls that are made whatever the values are, and that no values could make right.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Ident, Node, Part, Step};

use super::call::check_count;
use super::check::row;
use crate::{Error, functions};

/// Looks for functions that do not exist and for wrong numbers of arguments, in the order of evaluation.
///
/// Branches, the insides of loops and what `try` and `can` would catch are left out: whether Terraform
/// gets there depends on values.
pub fn check_calls(expr: &Expr) -> Result<(), Error> {
    match &expr.node {
        Node::Literal(_) | Node::Unread(_) | Node::Variable(_) => Ok(()),
        Node::Template(parts) => parts.iter().try_for_each(part),
        Node::Wrapped(inner) | Node::Parens(inner) | Node::Unary(_, inner) => check_calls(inner),
        Node::Tuple(items) => items.iter().try_for_each(check_calls),
        Node::Call { name, arguments, expand_final } => {
            call(expr.at, name, arguments, *expand_final)
        }
        Node::Object(items) => items.iter().try_for_each(|item| {
            check_calls(&item.key)?;
            check_calls(&item.value)
        }),
        Node::Traversal { of, steps } => {
            check_calls(of)?;
            steps.iter().try_for_each(|step| match step {
                Step::Index(key) => check_calls(key),
                Step::Attribute(_) | Step::Splat(_) => Ok(()),
            })
        }
        Node::Splat { of, .. } => check_calls(of),
        // Rows may be long, so this goes no deeper with each part.
        Node::Binary(..) => {
            let (first, rest) = row(expr);
            check_calls(first)?;
            rest.iter().rev().try_for_each(|(_, right)| check_calls(right))
        }
        Node::Conditional { test, .. } => check_calls(test),
        Node::For(it) => check_calls(&it.collection),
    }
}

fn part(part: &Part) -> Result<(), Error> {
    match part {
        Part::Literal(_) => Ok(()),
        Part::Interpolation(expr)
        | Part::If { test: expr, .. }
        | Part::For { collection: expr, .. } => check_calls(expr),
    }
}

fn call(at: Location, name: &Ident, arguments: &[Expr], expands: bool) -> Result<(), Error> {
    let plain = name.text.strip_prefix("core::").unwrap_or(&name.text);
    // What providers define is not known, and these two are no plain functions.
    if plain.starts_with("provider::") || matches!(plain, "try" | "can") {
        return Ok(());
    }
    let function = functions::find(plain);
    if function.is_none() && !matches!(plain, "templatefile" | "templatestring") {
        return Err(Error::new(name.at, format!("there is no function named {plain:?}")));
    }
    arguments.iter().try_for_each(check_calls)?;
    match function {
        Some(function) if !expands => check_count(function, arguments.len(), at),
        Some(_) | None => Ok(()),
    }
}
