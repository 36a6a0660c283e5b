//! Whether what an expression refers to is declared at all.

use groundplan_syntax::Step;

use crate::expansion::Repetition;
use crate::module::{Module, Sort};
use crate::scope::has_resource;

fn name(steps: &[Step], at: usize) -> Option<&str> {
    match steps.get(at) {
        Some(Step::Attribute(name)) => Some(&name.text),
        Some(Step::Index(_) | Step::Splat(_)) | None => None,
    }
}

/// Checks one reference; the evaluator adds the place.
pub(crate) fn declared(
    module: &Module,
    repetition: &Repetition,
    head: &str,
    steps: &[Step],
) -> Result<(), String> {
    let known = |there: bool, what: &str| {
        if there { Ok(()) } else { Err(format!("there is no {what} in this module")) }
    };
    match (head, name(steps, 0)) {
        ("var", Some(own)) => {
            known(module.variables.contains_key(own), &format!("variable `{own}`"))
        }
        ("local", Some(own)) => {
            known(module.locals.contains_key(own), &format!("local value `{own}`"))
        }
        ("module", Some(own)) => {
            known(module.calls.contains_key(own), &format!("module call `{own}`"))
        }
        ("each", _) if repetition.each.is_none() => {
            Err("`each` is only there in blocks with `for_each`".to_owned())
        }
        ("count", _) if repetition.index.is_none() => {
            Err("`count` is only there in blocks with `count`".to_owned())
        }
        ("each" | "count" | "self" | "path" | "terraform", _) => Ok(()),
        ("data" | "ephemeral", Some(kind)) => {
            let sort = if head == "data" { Sort::Data } else { Sort::Ephemeral };
            let Some(own) = name(steps, 1) else {
                return Err(format!("`{head}.{kind}` needs a name behind it"));
            };
            known(has_resource(module, sort, kind, own), &format!("block `{head}.{kind}.{own}`"))
        }
        (kind, Some(own)) => known(
            has_resource(module, Sort::Managed, kind, own),
            &format!("resource `{kind}.{own}`"),
        ),
        (_, None) => Err(format!("`{head}` alone is no reference")),
    }
}
