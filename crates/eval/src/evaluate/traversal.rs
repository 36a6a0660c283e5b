//! References, `.name` and `[key]`.

use groundplan_ir::Location;
use groundplan_syntax::{Expr, Step};

use super::{Evaluator, Names, bound};
use crate::{Error, EvaluatedStep, Value};

impl Evaluator<'_> {
    /// `head.name[key]…`
    pub(super) fn traversal(
        &self,
        of: &Expr,
        head: &str,
        steps: &[Step],
        names: Names<'_>,
    ) -> Result<Value, Error> {
        if let Some(value) = bound(names, head) {
            return self.steps(value.clone(), steps, names);
        }
        let mut evaluated = Vec::with_capacity(steps.len());
        for step in steps {
            evaluated.push(match step {
                Step::Attribute(name) => EvaluatedStep::Attribute(&name.text),
                Step::Index(key) => EvaluatedStep::Index(self.value(key, names)?),
                // Only among the steps of a splat, never of a reference.
                Step::Splat(_) => break,
            });
        }
        let rest = steps.get(evaluated.len()..).unwrap_or_default();
        let end = steps.last().map_or(of.at, |step| of.at.to(place(step)));
        let resolved = self.scope.resolve(head, &evaluated).map_err(|why| Error::new(end, why))?;
        let mut value = resolved.value;
        for (step, written) in evaluated.iter().zip(steps).skip(resolved.steps) {
            value = match step {
                EvaluatedStep::Attribute(name) => value.attribute(name),
                EvaluatedStep::Index(key) => value.index(key),
            }
            .map_err(|why| Error::new(place(written), why))?;
        }
        self.steps(value, rest, names)
    }

    /// The part of a value to which the steps lead.
    pub(super) fn steps(
        &self,
        value: Value,
        steps: &[Step],
        names: Names<'_>,
    ) -> Result<Value, Error> {
        let mut value = value;
        for step in steps {
            value = match step {
                Step::Attribute(name) => value.attribute(&name.text),
                Step::Index(key) => value.index(&self.value(key, names)?),
                Step::Splat(each) => {
                    value = self.split(&value, each, names, place(step))?;
                    continue;
                }
            }
            .map_err(|why| Error::new(place(step), why))?;
        }
        Ok(value)
    }
}

/// Where a step stands.
fn place(step: &Step) -> Location {
    match step {
        Step::Attribute(name) => name.at,
        Step::Index(key) => key.at,
        Step::Splat(each) => each.first().map(place).unwrap_or_default(),
    }
}
