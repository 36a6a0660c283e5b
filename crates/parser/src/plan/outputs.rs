//! The root module's outputs: `output_changes` of a plan, `values.outputs` of a state.

use std::collections::BTreeMap;

use groundplan_ir::Value;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::mask::{self, Mask};
use super::unique::{Object, UniqueMap};
use super::values::Plain;

/// What becomes of an output of a plan.
#[derive(Default, Deserialize)]
struct Change {
    #[serde(default)]
    actions: Vec<String>,
    #[serde(default)]
    after: Option<Plain>,
    #[serde(default)]
    after_unknown: Mask,
    #[serde(default)]
    after_sensitive: Mask,
}

/// An output of a state.
#[derive(Default, Deserialize)]
struct Held {
    #[serde(default)]
    sensitive: bool,
    #[serde(default)]
    value: Option<Plain>,
}

/// What the outputs are after the apply; a section that cannot be read tells nothing.
pub(crate) fn planned(raw: Option<&RawValue>) -> BTreeMap<Box<str>, Value> {
    let all: UniqueMap<Object<Change>> =
        raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    let stays = |change: &Change| !change.actions.iter().any(|it| it == "delete");
    let value = |(name, Object(change)): (Box<str>, Object<Change>)| {
        let after = change.after.map_or(Value::Null, |it| it.0);
        let path = format!("output.{name}");
        let value = mask::apply(after, &change.after_unknown, &change.after_sensitive, &path);
        (name, value)
    };
    all.0.into_iter().filter(|(_, change)| stays(&change.0)).map(value).collect()
}

/// What the outputs are in a state.
pub(crate) fn held(raw: Option<&RawValue>) -> BTreeMap<Box<str>, Value> {
    let all: UniqueMap<Object<Held>> =
        raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    let value = |(name, Object(output)): (Box<str>, Object<Held>)| {
        let sensitive = if output.sensitive { Mask::All } else { Mask::Nothing };
        let path = format!("output.{name}");
        let value = output.value.map_or(Value::Null, |it| it.0);
        (name, mask::apply(value, &Mask::Nothing, &sensitive, &path))
    };
    all.0.into_iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use groundplan_ir::Cause;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn outputs_come_with_their_unknown_and_sensitive_parts() {
        let raw = raw(
            r#"{"ids": {"actions": ["create"], "after": {"a": "vpc-1"}, "after_unknown": {"b": true},
                "after_sensitive": false},
               "key": {"actions": ["no-op"], "after": "hush", "after_unknown": false,
                "after_sensitive": true},
               "gone": {"actions": ["delete"], "after": null}}"#,
        );
        let found = planned(Some(&raw));
        let unknown = Value::Unknown(Cause::KnownAfterApply("output.ids.b".into()));
        let ids = [("a".into(), Value::Text("vpc-1".into())), ("b".into(), unknown)];
        let key = Value::Unknown(Cause::Sensitive("output.key".into()));
        let expected = [("ids".into(), Value::Object(ids.into())), ("key".into(), key)];
        assert_eq!(found, expected.into());
    }

    #[test]
    fn outputs_of_a_state_are_known_unless_they_are_sensitive() {
        let raw = raw(r#"{"id": {"sensitive": false, "value": "vpc-1", "type": "string"},
               "key": {"sensitive": true, "value": "hush"}}"#);
        let key = Value::Unknown(Cause::Sensitive("output.key".into()));
        let expected = [("id".into(), Value::Text("vpc-1".into())), ("key".into(), key)];
        assert_eq!(held(Some(&raw)), expected.into());
        assert_eq!(held(None), BTreeMap::new());
    }
}
