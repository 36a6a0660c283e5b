//! `test ? then : otherwise`

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Node};

use super::recover::Arm;
use super::refine::either;
use super::{Evaluator, Names, nothing};
use crate::{Error, Kind, References, Type, Value, convert, unify};

impl Evaluator<'_> {
    /// `test ? then : otherwise`: both arms decide about the type of the result, also when one of them
    /// has no value; only the chosen one has to have one. As an arm of another conditional this need not
    /// have a value either. What follows the last `:` may be a conditional again, in a long row.
    pub(super) fn conditional_arm(&self, expr: &Expr, names: Names<'_>) -> Result<Arm, Error> {
        let mut row = Vec::new();
        let mut last = expr;
        while let Node::Conditional { test, then, otherwise } = &last.node {
            self.work(1, test.at)?;
            let decides = (self.arm(test, names)?, test.at);
            row.push((decides, (self.arm(then, names)?, then.at)));
            last = otherwise;
        }
        let mut no = (self.arm(last, names)?, last.at);
        for (decides, yes) in row.into_iter().rev() {
            let at = decides.1.to(no.1);
            no = (chosen(decides, yes, no)?, at);
        }
        Ok(no.0)
    }
}

/// What becomes of one conditional; each part comes with its place.
fn chosen(
    (decides, test_at): (Arm, Location),
    (yes, yes_at): (Arm, Location),
    (no, no_at): (Arm, Location),
) -> Result<Arm, Error> {
    let Some(ty) = common_type(yes.value(), no.value()) else {
        let error = match decides {
            Arm::Failed(_, error) => error,
            Arm::Value(_) => Error::new(yes_at.to(no_at), mismatch(yes.value(), no.value())),
        };
        return Arm::failed(nothing(Type::Dynamic), error);
    };
    let sensitive = decides.value().sensitive | yes.value().sensitive | no.value().sensitive;
    let chosen = match truth(decides.value(), test_at) {
        Err(error) => return Arm::failed(nothing(ty), error),
        Ok(chosen) => chosen,
    };
    let arm = match chosen {
        None => {
            let references = one_of(decides.value(), yes.value(), no.value());
            Arm::Value(either(ty, yes.value(), no.value(), references))
        }
        Some(true) => converted(yes, &ty, yes_at),
        Some(false) => converted(no, &ty, no_at),
    };
    Ok(match (arm, decides) {
        (Arm::Value(value), Arm::Value(_)) => Arm::Value(value.marked(sensitive)),
        (Arm::Failed(value, error), Arm::Value(_))
        | (Arm::Value(value) | Arm::Failed(value, _), Arm::Failed(_, error)) => {
            Arm::Failed(value.marked(sensitive), error)
        }
    })
}

/// The chosen arm as what the whole is.
fn converted(arm: Arm, ty: &Type, at: Location) -> Arm {
    let value = convert(arm.value(), ty);
    match (arm, value) {
        (Arm::Value(_), Ok(value)) => Arm::Value(value),
        (Arm::Failed(_, error), Ok(value)) => Arm::Failed(value, error),
        (Arm::Value(_), Err(why)) => {
            let error = Error::new(at, format!("the result has the wrong type: {why}"));
            Arm::Failed(nothing(ty.clone()), error)
        }
        (Arm::Failed(_, error), Err(_)) => Arm::Failed(nothing(ty.clone()), error),
    }
}

/// What a condition decides, `None` when that is not known.
pub(super) fn truth(test: &Value, at: Location) -> Result<Option<bool>, Error> {
    match &test.kind {
        Kind::Bool(flag) => Ok(Some(*flag)),
        Kind::Null(_) => Err(Error::new(at, "the condition is null, it must be true or false")),
        Kind::Unknown(_) => Ok(None),
        Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_) => {
            let told = convert(test, &Type::Bool);
            told.map(|it| it.as_bool()).map_err(|why| {
                Error::new(at, format!("the condition must be true or false: {why}"))
            })
        }
    }
}

/// The type of the result: one to which both arms can be converted.
fn common_type(yes: &Value, no: &Value) -> Option<Type> {
    let (yes_ty, no_ty) = (yes.ty(), no.ty());
    let untyped_null = |value: &Value| !value.sensitive && value.kind == Kind::Null(Type::Dynamic);
    if yes_ty == no_ty {
        Some(yes_ty)
    } else if untyped_null(yes) {
        Some(no_ty)
    } else if untyped_null(no) {
        Some(yes_ty)
    } else if yes_ty == Type::Dynamic || no_ty == Type::Dynamic {
        Some(Type::Dynamic)
    } else {
        unify(&[yes_ty, no_ty])
    }
}

/// What the result of an unknown test comes from: one of the arms when both are references, otherwise it
/// is computed from everything.
fn one_of(test: &Value, yes: &Value, no: &Value) -> References {
    let arms = yes.references().or(&no.references());
    if arms.exact { arms } else { arms.and(&test.references()) }
}

/// Why the arms do not go together.
fn mismatch(yes: &Value, no: &Value) -> String {
    let kind = |value: &Value| match value.ty() {
        Type::Tuple(_) => "tuple".to_owned(),
        Type::Object(_) => "object".to_owned(),
        other @ (Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)) => other.to_string(),
    };
    let (yes, no) = (kind(yes), kind(no));
    if yes == no {
        return format!("both results must have one type, but their parts ({yes}) differ in type");
    }
    format!("both results must have one type, but when true it is {yes}, when false {no}")
}
