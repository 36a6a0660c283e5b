//! The outputs of a stack as others find them: what is unknown of them names what it comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::{Cause, Config, Referred, SourceRef, Target, Value};

/// The outputs of a stack. A plan does not say of an unknown part what it comes from, but its
/// configuration does.
pub(crate) fn of(config: &Config) -> BTreeMap<Box<str>, Value> {
    let mut out = config.outputs.clone();
    for (name, value) in &mut out {
        tell(config, name, value);
    }
    out
}

/// Nested as deep as the value, which is bounded by its reader.
fn tell(config: &Config, name: &str, value: &mut Value) {
    match value {
        Value::List(items) => items.iter_mut().for_each(|it| tell(config, name, it)),
        Value::Object(members) => {
            for member in members.values_mut() {
                tell(config, name, member);
            }
        }
        Value::Unknown(cause @ Cause::KnownAfterApply(_)) => {
            *value = followed(config, name, cause);
        }
        Value::Unknown(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Referred(_) => (),
    }
}

/// What is unknown comes from something unknown that the expression mentions, so it is one of those.
fn followed(config: &Config, name: &str, cause: &Cause) -> Value {
    let followed = config.follow_output(name, &[]);
    let source = |it: Target| {
        let address = Arc::clone(&config.resources().get(it.resource)?.address);
        Some(SourceRef { address, path: it.path })
    };
    let whole = followed.obstacles.is_empty();
    let sources: Vec<SourceRef> = followed.targets.into_iter().filter_map(source).collect();
    let exact = whole && !sources.is_empty();
    Value::Referred(Box::new(Referred { cause: cause.clone(), sources, exact }))
}
