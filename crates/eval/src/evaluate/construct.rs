//! `[…]` and `{…}`.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Node, ObjectItem, Step};

use super::recover::Arm;
use super::{Evaluator, Names, nothing};
use crate::{Error, Kind, Object, References, Type, Value, convert};

/// A key and a value of an object, and where the key stands.
type Member = (Value, Value, Location);

impl Evaluator<'_> {
    /// `[…]`
    pub(super) fn tuple(&self, items: &[Expr], names: Names<'_>) -> Result<Value, Error> {
        let items: Result<Vec<Value>, Error> =
            items.iter().map(|item| self.value(item, names)).collect();
        Ok(Value::tuple(items?))
    }

    /// `{…}`
    pub(super) fn object(&self, items: &[ObjectItem], names: Names<'_>) -> Result<Value, Error> {
        let mut members = Vec::with_capacity(items.len());
        for item in items {
            refuse_reference(&item.key)?;
            let key = self.value(&item.key, names)?;
            members.push((key, self.value(&item.value, names)?, item.key.at));
        }
        assemble(members)
    }

    /// `[…]`, where elements may have no value.
    pub(super) fn tuple_arm(
        &self,
        items: &[Expr],
        at: Location,
        names: Names<'_>,
    ) -> Result<Arm, Error> {
        let mut failure = None;
        let items: Result<Vec<Value>, Error> =
            items.iter().map(|item| self.part(item, &mut failure, names)).collect();
        let value = self.bounded(Value::tuple(items?), at)?;
        Ok(match failure {
            None => Arm::Value(value),
            Some(error) => Arm::Failed(value, error),
        })
    }

    /// `{…}`, where members may have no value.
    pub(super) fn object_arm(
        &self,
        items: &[ObjectItem],
        at: Location,
        names: Names<'_>,
    ) -> Result<Arm, Error> {
        let mut members = Vec::with_capacity(items.len());
        let mut failure = None;
        for item in items {
            let key = match refuse_reference(&item.key) {
                Ok(()) => self.part(&item.key, &mut failure, names)?,
                Err(error) => {
                    failure.get_or_insert(error);
                    nothing(Type::Dynamic)
                }
            };
            members.push((key, self.part(&item.value, &mut failure, names)?, item.key.at));
        }
        match (assemble(members), failure) {
            (Ok(value), None) => Ok(Arm::Value(self.bounded(value, at)?)),
            (Ok(value), Some(error)) => Ok(Arm::Failed(self.bounded(value, at)?, error)),
            (Err(error), _) => Arm::failed(nothing(Type::Dynamic), error),
        }
    }

    /// The value of a part, or what stands in for it.
    fn part(
        &self,
        expr: &Expr,
        failure: &mut Option<Error>,
        names: Names<'_>,
    ) -> Result<Value, Error> {
        Ok(match self.arm(expr, names)? {
            Arm::Value(value) => value,
            Arm::Failed(value, error) => {
                failure.get_or_insert(error);
                value
            }
        })
    }
}

/// A reference without parentheses is no key: it might be meant as a name with dots.
fn refuse_reference(key: &Expr) -> Result<(), Error> {
    let Node::Traversal { of, steps } = &key.node else { return Ok(()) };
    let plain = |step: &Step| match step {
        Step::Attribute(_) => true,
        Step::Index(key) => matches!(key.node, Node::Literal(_)),
        Step::Splat(_) => false,
    };
    if matches!(of.node, Node::Variable(_)) && steps.iter().all(plain) {
        let why = "this key may be a reference or a name with dots: put parentheses around a \
                   reference, quotes around a name";
        return Err(Error::new(key.at, why));
    }
    Ok(())
}

/// The object of these members.
fn assemble(all: Vec<Member>) -> Result<Value, Error> {
    let mut members = Object::new();
    let mut sensitive = false;
    let mut unknown: Option<References> = None;
    for (key, value, at) in all {
        sensitive |= key.sensitive;
        if key.is_null() {
            return Err(Error::new(at, "null cannot be the key of an object"));
        }
        let key = if let Kind::String(_) = key.kind {
            key
        } else {
            convert(&key, &Type::String).map_err(|why| {
                Error::new(at, format!("this cannot be the key of an object: {why}"))
            })?
        };
        if let Kind::String(name) = key.kind {
            members.insert(name, value);
        } else {
            let all = unknown.unwrap_or_default();
            unknown = Some(all.and(&key.references()).and(&value.references()));
        }
    }
    let Some(references) = unknown else { return Ok(Value::object(members).marked(sensitive)) };
    let references = members.values().fold(references, |all, value| all.and(&value.references()));
    Ok(Value::unknown(Type::Dynamic, references.computed()).marked(sensitive))
}
