//! `!`, `-`, arithmetic, comparison and logic.

use groundplan_ir::Location;
use groundplan_syntax::{BinaryOperator, Expr, UnaryOperator};

use super::check::row;
use super::refine::bounds;
use super::{Evaluator, Names, computed_from};
use crate::{Error, Kind, Number, Type, Unknown, Value, convert, equal};

impl Evaluator<'_> {
    /// `!x`, `-x`
    pub(super) fn unary(
        &self,
        operator: UnaryOperator,
        operand: &Expr,
        names: Names<'_>,
    ) -> Result<Value, Error> {
        let ty = unary_type(operator);
        let value = operand_as(&ty, &self.value(operand, names)?, operand.at)?;
        not_null(&value, operand.at)?;
        let result = match (operator, &value.kind) {
            (UnaryOperator::Not, Kind::Bool(flag)) => Value::from(!flag),
            (UnaryOperator::Negate, Kind::Number(number)) => Value::from(number.negate()),
            _ => unknown(ty, &[&value]),
        };
        Ok(result.marked(value.sensitive))
    }

    /// `x + y + z`: a row of operators, from the left.
    pub(super) fn binary(&self, expr: &Expr, names: Names<'_>) -> Result<Value, Error> {
        let (first, rest) = row(expr);
        let (mut value, mut at) = (self.value(first, names)?, first.at);
        for (operator, right) in rest.into_iter().rev() {
            self.work(1, right.at)?;
            value = combined(operator, (&value, at), (&self.value(right, names)?, right.at))?;
            at = at.to(right.at);
        }
        Ok(value)
    }
}

/// What an operator makes of two values, which stand at these places.
fn combined(
    operator: BinaryOperator,
    (l, left): (&Value, Location),
    (r, right): (&Value, Location),
) -> Result<Value, Error> {
    let negated = operator == BinaryOperator::NotEqual;
    if negated || operator == BinaryOperator::Equal {
        return Ok(equality(l, r, negated));
    }
    let ty = operand_type(operator);
    let (l, r) = (operand_as(&ty, l, left)?, operand_as(&ty, r, right)?);
    not_null(&l, left)?;
    not_null(&r, right)?;
    let result = match (&l.kind, &r.kind) {
        (Kind::Bool(l), Kind::Bool(r)) => Value::from(logic(operator, *l, *r)),
        (Kind::Number(l), Kind::Number(r)) => {
            numbers(operator, l, r).map_err(|why| Error::new(left.to(right), why))?
        }
        _ => match partly_known(operator, &l, &r) {
            Some(known) => Value::from(known),
            None => unknown(result_type(operator), &[&l, &r]),
        },
    };
    Ok(result.marked(l.sensitive | r.sensitive))
}

/// `l == r`, or `l != r` when `negated`.
fn equality(l: &Value, r: &Value, negated: bool) -> Value {
    let result = equal(l, r)
        .map_or_else(|| unknown(Type::Bool, &[l, r]), |same| Value::from(same != negated));
    result.marked(l.has_sensitive() || r.has_sensitive())
}

/// What an operator gives, which is also what it takes.
pub(super) fn unary_type(operator: UnaryOperator) -> Type {
    match operator {
        UnaryOperator::Not => Type::Bool,
        UnaryOperator::Negate => Type::Number,
    }
}

/// What an operator takes.
fn operand_type(operator: BinaryOperator) -> Type {
    match operator {
        BinaryOperator::Equal | BinaryOperator::NotEqual => Type::Dynamic,
        BinaryOperator::And | BinaryOperator::Or => Type::Bool,
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => Type::Number,
    }
}

/// What an operator gives.
pub(super) fn result_type(operator: BinaryOperator) -> Type {
    match operator {
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo => Type::Number,
        BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual
        | BinaryOperator::And
        | BinaryOperator::Or => Type::Bool,
    }
}

/// The operand as what the operator takes.
fn operand_as(ty: &Type, value: &Value, at: Location) -> Result<Value, Error> {
    convert(value, ty).map_err(|why| Error::new(at, format!("unsuitable operand: {why}")))
}

fn not_null(value: &Value, at: Location) -> Result<(), Error> {
    if value.is_null() { Err(Error::new(at, "the operand must not be null")) } else { Ok(()) }
}

/// A result that is not known, but certainly not null.
fn unknown(ty: Type, operands: &[&Value]) -> Value {
    let references = computed_from(operands);
    Unknown { ty, references, not_null: true, ..Unknown::default() }.into()
}

fn logic(operator: BinaryOperator, l: bool, r: bool) -> bool {
    if operator == BinaryOperator::And { l && r } else { l || r }
}

/// Operators on two known numbers.
fn numbers(operator: BinaryOperator, l: &Number, r: &Number) -> Result<Value, String> {
    let number = match operator {
        BinaryOperator::Add => l.add(r)?,
        BinaryOperator::Subtract => l.subtract(r)?,
        BinaryOperator::Multiply => l.multiply(r)?,
        BinaryOperator::Divide => l.divide(r)?,
        BinaryOperator::Modulo => l.modulo(r)?,
        BinaryOperator::Less => return Ok((l < r).into()),
        BinaryOperator::LessOrEqual => return Ok((l <= r).into()),
        BinaryOperator::Greater => return Ok((l > r).into()),
        BinaryOperator::GreaterOrEqual => return Ok((l >= r).into()),
        BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::And
        | BinaryOperator::Or => return Err("no operator of numbers".to_owned()),
    };
    Ok(number.into())
}

/// What can be told although an operand is not known: `false && x`, and numbers whose ranges do not
/// overlap.
fn partly_known(operator: BinaryOperator, l: &Value, r: &Value) -> Option<bool> {
    let either = |flag: bool| {
        let told = l.as_bool() == Some(flag) || r.as_bool() == Some(flag);
        told.then_some(flag)
    };
    match operator {
        BinaryOperator::And => either(false),
        BinaryOperator::Or => either(true),
        BinaryOperator::Less => less(l, r),
        BinaryOperator::Greater => less(r, l),
        BinaryOperator::LessOrEqual => less(r, l).map(|greater| !greater),
        BinaryOperator::GreaterOrEqual => less(l, r).map(|less| !less),
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo
        | BinaryOperator::Equal
        | BinaryOperator::NotEqual => None,
    }
}

/// `l < r`, when the ranges of both tell.
fn less(l: &Value, r: &Value) -> Option<bool> {
    let ((l_low, l_high), (r_low, r_high)) = (bounds(l), bounds(r));
    if let (Some(high), Some(low)) = (l_high, r_low)
        && high < low
    {
        return Some(true);
    }
    if let (Some(low), Some(high)) = (l_low, r_high)
        && low >= high
    {
        return Some(false);
    }
    None
}
