//! `x[*].a` and `x.*.a`.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Step};

use super::for_expr::is_vague_set;
use super::refine::{lengths, never_null, settle};
use super::{Evaluator, Names};
use crate::{Error, Kind, References, Type, Unknown, Value};

impl Evaluator<'_> {
    /// `of[*]…`: the steps applied to each element. What is no list counts as a list of one element,
    /// `null` as an empty one.
    pub(super) fn splat(&self, of: &Expr, each: &[Step], names: Names<'_>) -> Result<Value, Error> {
        self.split(&self.value(of, names)?, each, names, of.at)
    }

    /// The steps applied to each element of the source.
    pub(super) fn split(
        &self,
        source: &Value,
        each: &[Step],
        names: Names<'_>,
        at: Location,
    ) -> Result<Value, Error> {
        let sensitive = source.sensitive;
        let result = match &source.kind {
            Kind::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                return Err(Error::new(at, "a splat cannot be applied to a null list"));
            }
            Kind::Null(_) => Value::tuple([]),
            Kind::Set(ty, _) if is_vague_set(source) => {
                let references = source.references().computed();
                let item = Value::unknown(ty.clone(), references.clone());
                let ty = Type::list(self.steps(item, each, at, names)?.ty());
                let length = Some(lengths(source));
                Unknown { ty, references, not_null: true, length, ..Unknown::default() }.into()
            }
            Kind::List(ty, items) | Kind::Set(ty, items) => {
                self.splat_list(ty, items, each, names, at)?
            }
            Kind::Tuple(items) => Value::tuple(self.splat_items(items, each, names, at)?),
            Kind::Unknown(unknown) => self.splat_unknown(source, unknown, each, names, at)?,
            Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Map(..)
            | Kind::Object(_)
            | Kind::Open(_) => {
                let single = self.steps(source.clone(), each, at, names)?;
                Value::tuple([single])
            }
        };
        Ok(result.marked(sensitive))
    }

    fn splat_items(
        &self,
        items: &[Value],
        each: &[Step],
        names: Names<'_>,
        at: Location,
    ) -> Result<Vec<Value>, Error> {
        self.work(items.len() as u64, at)?;
        items.iter().map(|item| self.steps(item.clone(), each, at, names)).collect()
    }

    fn splat_list(
        &self,
        ty: &Type,
        items: &[Value],
        each: &[Step],
        names: Names<'_>,
        at: Location,
    ) -> Result<Value, Error> {
        let items = self.splat_items(items, each, names, at)?;
        let element = if let Some(first) = items.first() {
            first.ty()
        } else {
            let any = Value::unknown(ty.clone(), References::default());
            self.steps(any, each, at, names)?.ty()
        };
        if items.iter().any(|item| item.ty() != element) {
            if element == Type::Dynamic || items.iter().any(|item| item.ty().has_dynamic()) {
                return Ok(Value::list(Type::Dynamic, items));
            }
            return Err(Error::new(at, "the elements of this splat differ in type"));
        }
        Ok(Value::list(element, items))
    }

    fn splat_unknown(
        &self,
        source: &Value,
        unknown: &Unknown,
        each: &[Step],
        names: Names<'_>,
        at: Location,
    ) -> Result<Value, Error> {
        let computed = || unknown.references.computed();
        let part = |ty: &Type| {
            let item = Value::unknown(ty.clone(), computed());
            self.steps(item, each, at, names).map(|it| it.ty())
        };
        let ty = match &unknown.ty {
            Type::Dynamic => return Ok(Value::unknown(Type::Dynamic, computed())),
            Type::List(of) | Type::Set(of) => Type::list(part(of)?),
            Type::Tuple(items) => {
                let items: Result<Vec<Type>, Error> = items.iter().map(part).collect();
                Type::Tuple(items?.into())
            }
            Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => {
                let single = self.steps(source.clone(), each, at, names)?;
                if never_null(source) {
                    return Ok(Value::tuple([single]));
                }
                return Ok(Value::unknown(Type::Dynamic, computed()));
            }
        };
        let same = each.is_empty() && ty == unknown.ty;
        let references = if same { unknown.references.clone() } else { computed() };
        let length = matches!(ty, Type::List(_)).then(|| lengths(source));
        Ok(settle(Unknown { ty, references, not_null: true, length, ..Unknown::default() }))
    }
}
