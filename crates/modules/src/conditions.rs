//! Conditions that must hold, and errors that are none where there may be nothing that has them.

use groundplan_eval::Scope;
use groundplan_ir::Location;
use groundplan_syntax::Body;

use crate::Diagnostic;
use crate::body::value;
use crate::module::ResourceBlock;
use crate::scope::ModuleScope;

/// Does something that may find errors, which are none for sure when it is done for a symbolic instance.
pub(crate) fn keeping<T>(
    is_symbolic: bool,
    diagnostics: &mut Vec<Diagnostic>,
    work: impl FnOnce(&mut Vec<Diagnostic>) -> T,
) -> T {
    if !is_symbolic {
        return work(diagnostics);
    }
    let mut said = Vec::new();
    let out = work(&mut said);
    diagnostics.extend(said.into_iter().map(Diagnostic::if_any));
    out
}

/// The `precondition` blocks of a resource.
pub(crate) fn preconditions(
    block: &ResourceBlock,
    scope: &ModuleScope<'_>,
    said: &mut Vec<Diagnostic>,
) {
    let Some(lifecycle) = &block.meta.lifecycle else { return };
    let bodies = lifecycle.blocks.iter().filter(|it| &*it.kind.text == "precondition");
    for it in bodies {
        let what = "a precondition does not hold";
        conditions(std::slice::from_ref(&it.body), scope, block.header, what, said);
    }
}

/// Reports conditions that are known to be false.
pub(crate) fn conditions(
    bodies: &[Body],
    scope: &dyn Scope,
    at: Location,
    what: &str,
    said: &mut Vec<Diagnostic>,
) {
    for body in bodies {
        let condition = body.attributes.iter().find(|it| &*it.name.text == "condition");
        let Some(condition) = condition else { continue };
        if value(&condition.expr, scope, said).as_bool() == Some(false) {
            let help = "Terraform refuses this as well; the condition says what it asks for";
            said.push(Diagnostic::error(at, what, help));
        }
    }
}
