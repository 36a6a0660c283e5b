//! What becomes of an arm of a conditional that has no value: Terraform still takes its type into
//! account.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Node, Step};

use super::operators::{result_type, unary_type};
use super::refine::never_null;
use super::{Evaluator, Names};
use crate::{Error, References, Type, Unknown, Value};

/// What became of an arm.
pub(super) enum Arm {
    /// It has a value.
    Value(Value),
    /// It has none; the value stands in for it where types are told.
    Failed(Value, Error),
}

impl Arm {
    /// The value, or what stands in for it.
    pub(super) fn value(&self) -> &Value {
        match self {
            Self::Value(value) | Self::Failed(value, _) => value,
        }
    }

    /// The value itself.
    pub(super) fn or_error(self) -> Result<Value, Error> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Failed(_, error) => Err(error),
        }
    }

    /// The stand-in for what failed for a reason other than a limit.
    pub(super) fn failed(stand_in: Value, error: Error) -> Result<Self, Error> {
        if error.is_static { Err(error) } else { Ok(Self::Failed(stand_in, error)) }
    }
}

impl Evaluator<'_> {
    /// The value of an expression; or, when it has none, the error and something of the type that it
    /// would have, as far as it can be told. Nothing is evaluated twice.
    pub(super) fn arm(&self, expr: &Expr, names: Names<'_>) -> Result<Arm, Error> {
        let ty = match &expr.node {
            Node::Parens(inner) | Node::Wrapped(inner) => return self.arm(inner, names),
            Node::Conditional { test, then, otherwise } => {
                return self.conditional_arm(test, then, otherwise, names);
            }
            Node::Tuple(items) => return self.tuple_arm(items, expr.at, names),
            Node::Object(items) => return self.object_arm(items, expr.at, names),
            Node::Splat { of, each } => return self.splat_arm(of, each, names),
            Node::Template(_) => {
                let text = Unknown { ty: Type::String, not_null: true, ..Unknown::default() };
                return self
                    .value(expr, names)
                    .map(Arm::Value)
                    .or_else(|error| Arm::failed(text.into(), error));
            }
            Node::Unary(operator, _) => unary_type(*operator),
            Node::Binary(operator, _, _) => result_type(*operator),
            Node::Literal(_)
            | Node::Variable(_)
            | Node::Traversal { .. }
            | Node::Call { .. }
            | Node::For(_) => Type::Dynamic,
        };
        let value = self.value(expr, names);
        value.map(Arm::Value).or_else(|error| Arm::failed(nothing(ty), error))
    }

    fn splat_arm(&self, of: &Expr, each: &[Step], names: Names<'_>) -> Result<Arm, Error> {
        let source = match self.arm(of, names)? {
            Arm::Value(source) => source,
            Arm::Failed(_, error) => return Ok(Arm::Failed(nothing(Type::Dynamic), error)),
        };
        match self.split(&source, each, names, of.at) {
            Ok(value) => Ok(Arm::Value(value)),
            Err(error) => Arm::failed(self.split_type(&source, each, of.at, names), error),
        }
    }

    /// Something of the type that a splat has whose steps lead nowhere.
    fn split_type(&self, source: &Value, each: &[Step], at: Location, names: Names<'_>) -> Value {
        let part = |ty: &Type| {
            let item = nothing(ty.clone());
            self.steps(item, each, at, names).map_or(Type::Dynamic, |it| it.ty())
        };
        nothing(match source.ty() {
            Type::Dynamic => Type::Dynamic,
            Type::List(of) | Type::Set(of) => Type::list(part(&of)),
            Type::Tuple(items) => Type::Tuple(items.iter().map(part).collect()),
            // An unknown value may turn out to be null, which would give an empty tuple.
            _ if !never_null(source) => Type::Dynamic,
            other @ (Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_)) => {
                Type::Tuple([part(&other)].into())
            }
        })
    }
}

/// Something of a type of which nothing else is known.
pub(super) fn nothing(ty: Type) -> Value {
    Value::unknown(ty, References::default())
}
