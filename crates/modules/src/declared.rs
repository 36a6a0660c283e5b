//! Whether what an expression refers to is declared at all.

use groundplan_syntax::Step;

use crate::expansion::Repetition;
use crate::module::{Module, ResourceBlock, ResourceName, Sort};

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
    let missing = |what: &str| Err(format!("there is no {what} in this module"));
    // What is not seen may stand in what was lost to a syntax error.
    let known = |there: bool, what: &str| {
        if there || module.is_damaged { Ok(()) } else { missing(what) }
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
        ("path", Some(own)) => known(
            matches!(own, "module" | "root" | "cwd"),
            &format!("path `{own}`: it has `module`, `root` and `cwd`"),
        ),
        ("terraform", Some(own)) => known(
            matches!(own, "workspace" | "applying"),
            &format!("`terraform.{own}`: it has `workspace`"),
        ),
        ("each" | "count" | "self" | "path" | "terraform", _) => Ok(()),
        ("data" | "ephemeral", Some(kind)) => {
            let sort = if head == "data" { Sort::Data } else { Sort::Ephemeral };
            let Some(own) = name(steps, 1) else {
                return Err(format!("`{head}.{kind}` needs a name behind it"));
            };
            let written = format!("{head}.{kind}.{own}");
            match found(module, sort, kind, own) {
                Some(block) => instance(block, &written, steps.get(2)),
                None => known(false, &format!("block `{written}`")),
            }
        }
        (kind, Some(own)) => {
            let written = format!("{kind}.{own}");
            match found(module, Sort::Managed, kind, own) {
                Some(block) => instance(block, &written, steps.get(1)),
                None => known(false, &format!("resource `{written}`")),
            }
        }
        (_, None) => Err(format!("`{head}` alone is no reference")),
    }
}

fn found<'m>(module: &'m Module, sort: Sort, kind: &str, own: &str) -> Option<&'m ResourceBlock> {
    module.resources.get(&ResourceName { sort, kind: kind.into(), name: own.into() })
}

/// Attributes are those of one instance: of a block that repeats a key comes first, of another none.
fn instance(block: &ResourceBlock, name: &str, next: Option<&Step>) -> Result<(), String> {
    let repeats = match (&block.meta.count, &block.meta.for_each) {
        (Some(_), _) => Some("count"),
        (None, Some(_)) => Some("for_each"),
        (None, None) => None,
    };
    match (repeats, next) {
        (Some(how), Some(Step::Attribute(_))) => {
            Err(format!("`{name}` has `{how}`, so a key must say which instance is meant"))
        }
        (None, Some(Step::Index(_))) => {
            Err(format!("`{name}` has neither `count` nor `for_each`, so it has no keys"))
        }
        (Some(_) | None, _) => Ok(()),
    }
}
