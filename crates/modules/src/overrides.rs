//! What an override file changes: arguments replace those of the same name, nested blocks replace all
//! nested blocks of their type (Terraform: "Override Files").

use std::sync::Arc;

use groundplan_syntax::Body;

use crate::module::{Call, Meta, Output, ResourceBlock, Variable};

fn replace<T>(old: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *old = new;
    }
}

/// Merges a `variable` block.
pub(crate) fn variable(old: &mut Variable, new: Variable) {
    replace(&mut old.constraint, new.constraint);
    replace(&mut old.default, new.default);
    replace(&mut old.sensitive, new.sensitive);
    replace(&mut old.ephemeral, new.ephemeral);
    replace(&mut old.nullable, new.nullable);
    if !new.validations.is_empty() {
        old.validations = new.validations;
    }
}

/// Merges an `output` block.
pub(crate) fn output(old: &mut Output, new: Output) {
    replace(&mut old.value, new.value);
    replace(&mut old.sensitive, new.sensitive);
    if !new.preconditions.is_empty() {
        old.preconditions = new.preconditions;
    }
}

/// Merges a `resource` or `data` block.
pub(crate) fn resource(old: &mut ResourceBlock, new: ResourceBlock) {
    meta(&mut old.meta, new.meta);
    body(&mut old.body, new.body);
}

/// Merges a `module` block.
pub(crate) fn call(old: &mut Call, new: Call) {
    replace(&mut old.source, new.source);
    replace(&mut old.providers, new.providers);
    meta(&mut old.meta, new.meta);
    old.inputs.extend(new.inputs);
}

fn meta(old: &mut Meta, new: Meta) {
    if new.count.is_some() || new.for_each.is_some() {
        old.count = new.count;
        old.for_each = new.for_each;
    }
    replace(&mut old.depends_on, new.depends_on);
    replace(&mut old.provider, new.provider);
    match (&mut old.lifecycle, new.lifecycle) {
        (Some(old), Some(new)) => body(old, new),
        (old, new) => replace(old, new),
    }
}

/// Merges what stands between the braces.
pub(crate) fn body(old: &mut Body, new: Body) {
    for attribute in new.attributes {
        match old.attributes.iter_mut().find(|it| it.name.text == attribute.name.text) {
            Some(before) => *before = attribute,
            None => old.attributes.push(attribute),
        }
    }
    // A `dynamic` block of a type replaces blocks of that type as well, and the other way round.
    let kind = |block: &groundplan_syntax::Block| {
        let label = block.labels.first().filter(|_| &*block.kind.text == "dynamic");
        Arc::clone(label.map_or(&block.kind.text, |label| &label.text))
    };
    old.blocks.retain(|before| !new.blocks.iter().any(|it| kind(it) == kind(before)));
    old.blocks.extend(new.blocks);
}
