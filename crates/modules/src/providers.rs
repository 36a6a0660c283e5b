//! Which provider configuration a resource uses.

use std::sync::Arc;

use groundplan_eval::Value;
use groundplan_syntax::{Expr, Node, Step};

use crate::Diagnostic;
use crate::body::REFUSED;
use crate::evaluation::Evaluation;
use crate::module::{ResourceBlock, ResourceName};
use crate::tree::{ModuleId, Tree};

/// A provider configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderUse {
    /// The module that it is written in, or the root.
    pub module: ModuleId,
    /// The local name there.
    pub name: Arc<str>,
    /// The alias.
    pub alias: Option<Arc<str>>,
    /// The place in [`crate::Module::providers`]; none for one that nobody wrote.
    pub block: Option<usize>,
}

impl ProviderUse {
    /// The key under which plans list it: `aws`, `aws.dr`, `module.a:aws`.
    pub fn key(&self, tree: &Tree) -> String {
        let path = tree.modules.get(self.module).map(|it| &it.path);
        let modules: Vec<String> =
            path.into_iter().flatten().map(|it| format!("module.{it}")).collect();
        let alias = self.alias.as_ref().map_or_else(String::new, |it| format!(".{it}"));
        let prefix = if modules.is_empty() { String::new() } else { modules.join(".") + ":" };
        format!("{prefix}{}{alias}", self.name)
    }
}

/// `aws`, `aws.eu`
fn named(expr: &Expr) -> Option<(Arc<str>, Option<Arc<str>>)> {
    if let Node::Variable(name) = &expr.node {
        return Some((Arc::clone(name), None));
    }
    if let Node::Parens(inner) | Node::Wrapped(inner) = &expr.node {
        return named(inner);
    }
    let Node::Traversal { of, steps } = &expr.node else { return None };
    let (Node::Variable(name), [Step::Attribute(alias)]) = (&of.node, &**steps) else {
        return None;
    };
    Some((Arc::clone(name), Some(Arc::clone(&alias.text))))
}

/// The configuration that a block uses.
pub fn of_block(
    tree: &Tree,
    module: ModuleId,
    name: &ResourceName,
    block: &ResourceBlock,
) -> ProviderUse {
    let implied: Arc<str> = name.kind.split('_').next().unwrap_or(&name.kind).into();
    let (name, alias) = block.meta.provider.as_ref().and_then(named).unwrap_or((implied, None));
    resolve(tree, module, name, alias)
}

/// Configurations with an alias that blocks ask for and nobody wrote or passed.
pub(crate) fn missing(tree: &Tree) -> Vec<Diagnostic> {
    // Where something was lost it may have been lost.
    if tree.modules.iter().any(|it| it.module.is_damaged) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (module, it) in tree.modules.iter().enumerate() {
        for block in it.module.resources.values() {
            let Some(provider) = &block.meta.provider else { continue };
            let Some((name, Some(alias))) = named(provider) else { continue };
            let used = resolve(tree, module, Arc::clone(&name), Some(Arc::clone(&alias)));
            if let (None, Some(_)) = (used.block, &used.alias) {
                let message = format!("there is no provider configuration `{name}.{alias}` here");
                found.push(Diagnostic::error(provider.at, message, REFUSED));
            }
        }
    }
    found
}

/// Follows a local name up through `providers` maps and inheritance. Calls nest a bounded number of
/// times, so this ends.
fn resolve(
    tree: &Tree,
    mut module: ModuleId,
    mut name: Arc<str>,
    mut alias: Option<Arc<str>>,
) -> ProviderUse {
    loop {
        let Some(own) = tree.modules.get(module) else {
            return ProviderUse { module, name, alias, block: None };
        };
        let is_it = |it: &crate::module::ProviderBlock| it.name == name && it.alias == alias;
        if let Some(block) = own.module.providers.iter().position(is_it) {
            return ProviderUse { module, name, alias, block: Some(block) };
        }
        let (Some(parent), Some(call)) = (own.parent, own.path.last()) else {
            return ProviderUse { module, name, alias, block: None };
        };
        let call = tree.modules.get(parent).and_then(|it| it.module.calls.get(call));
        let passed = call.and_then(|it| it.providers.as_ref()).and_then(|map| {
            let Node::Object(items) = &map.node else { return None };
            let wanted = match &alias {
                Some(alias) => format!("{name}.{alias}"),
                None => name.to_string(),
            };
            let item = items.iter().find(|it| key(&it.key).as_deref() == Some(&*wanted))?;
            named(&item.value)
        });
        match (passed, &alias) {
            (Some((outer, outer_alias)), _) => (name, alias) = (outer, outer_alias),
            // Only default configurations are inherited.
            (None, None) => (),
            (None, Some(_)) => return ProviderUse { module, name, alias, block: None },
        }
        module = parent;
    }
}

/// The name on the left of a `providers` map: `aws` or `aws.eu`.
fn key(expr: &Expr) -> Option<String> {
    if let Some(text) = crate::declare::constant_text(expr) {
        return Some(text.to_string());
    }
    let (name, alias) = named(expr)?;
    Some(match alias {
        Some(alias) => format!("{name}.{alias}"),
        None => name.to_string(),
    })
}

/// The region that the provider of a block works in, when the configuration tells it.
pub(crate) fn region(
    run: &Evaluation,
    module: ModuleId,
    name: &ResourceName,
    block: &ResourceBlock,
) -> Option<Value> {
    let it = of_block(&run.tree, module, name, block);
    run.provider(it.module, it.block?)?.attribute("region").cloned()
}
