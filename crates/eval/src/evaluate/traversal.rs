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
            return self.steps(value.clone(), steps, of.at, names);
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
        let end = steps.last().map_or(of.at, |step| of.at.to(place(step).unwrap_or(of.at)));
        let resolved = self.scope.resolve(head, &evaluated).map_err(|why| Error::new(end, why))?;
        let mut value = resolved.value;
        for (step, written) in evaluated.iter().zip(steps).skip(resolved.steps) {
            value = match step {
                EvaluatedStep::Attribute(name) => value.attribute(name),
                EvaluatedStep::Index(key) => value.index(key),
            }
            .map_err(|why| Error::new(place(written).unwrap_or(of.at), why))?;
        }
        self.steps(value, rest, end, names)
    }

    /// The part of a value, which stands at `at`, to which the steps lead.
    pub(super) fn steps(
        &self,
        value: Value,
        steps: &[Step],
        at: Location,
        names: Names<'_>,
    ) -> Result<Value, Error> {
        let mut value = value;
        for step in steps {
            let here = place(step).unwrap_or(at);
            value = match step {
                Step::Attribute(name) => value.attribute(&name.text),
                Step::Index(key) => value.index(&self.value(key, names)?),
                Step::Splat(each) => {
                    value = self.split(&value, each, names, here)?;
                    continue;
                }
            }
            .map_err(|why| Error::new(here, why))?;
        }
        Ok(value)
    }
}

/// Where a step stands, when it has anything but a star.
fn place(step: &Step) -> Option<Location> {
    match step {
        Step::Attribute(name) => Some(name.at),
        Step::Index(key) => Some(key.at),
        Step::Splat(each) => each.iter().find_map(place),
    }
}
