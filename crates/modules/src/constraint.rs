//! Types of variables.

use groundplan_eval::{Constraint, Type, Value};
use groundplan_syntax::Expr;

use crate::nodes::constant;

/// The value as one of the variable's type, defaults of optional attributes filled in.
pub(crate) fn constrained(constraint: Option<&Expr>, value: &Value) -> Result<Value, String> {
    let Some(constraint) = constraint else { return Ok(value.clone()) };
    let constraint = Constraint::parse(constraint, &constant).map_err(|error| error.message)?;
    constraint.apply(value)
}

/// The type that a value of the variable will have.
pub(crate) fn constraint_type(constraint: Option<&Expr>) -> Type {
    constraint
        .and_then(|it| Constraint::parse(it, &constant).ok())
        .map_or(Type::Dynamic, |it| it.ty())
}
