//! `resource_changes`: what each instance was and will be.

use std::borrow::Cow;
use std::fmt;

use groundplan_ir::{Action, Attributes};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::mask;
use super::reading::{Manner, Reading};
use super::unique::Text;
use super::values::{AttributesSeed, Masks, MasksSeed};

/// One entry; types that no model reads keep only their address and type.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) address: Cow<'a, str>,
    pub(crate) previous_address: Option<Cow<'a, str>>,
    pub(crate) kind: Cow<'a, str>,
    pub(crate) deposed: bool,
    pub(crate) body: Option<Body>,
}

/// The values before and after.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) action: Action,
    pub(crate) prior: Option<Attributes>,
    pub(crate) planned: Option<Attributes>,
}

/// Reads the list.
pub(crate) struct ChangesSeed<'r>(pub(crate) &'r Reading<'r>);

impl<'de> DeserializeSeed<'de> for ChangesSeed<'_> {
    type Value = Vec<Entry<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ChangesSeed<'_> {
    type Value = Vec<Entry<'de>>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of resource changes")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        match self.0.manner {
            Manner::Strict => {
                while let Some(entry) = seq.next_element_seed(EntrySeed(self.0))? {
                    self.0.saw(&entry.address, entry.previous_address.as_deref());
                    entries.push(entry);
                }
            }
            Manner::Lenient => {
                let mut at = 0_usize;
                while let Some(raw) = seq.next_element::<&'de RawValue>()? {
                    let mut json = serde_json::Deserializer::from_str(raw.get());
                    match EntrySeed(self.0).deserialize(&mut json) {
                        Ok(entry) => {
                            self.0.saw(&entry.address, entry.previous_address.as_deref());
                            entries.push(entry);
                        }
                        Err(error) => self.0.complain(format!("resource_changes[{at}]"), &error),
                    }
                    at += 1;
                }
            }
        }
        Ok(entries)
    }
}

struct EntrySeed<'r>(&'r Reading<'r>);

impl<'de> DeserializeSeed<'de> for EntrySeed<'_> {
    type Value = Entry<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EntrySeed<'_> {
    type Value = Entry<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a resource change")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut address, mut previous_address, mut kind) = (None, None, None);
        let mut deposed = None;
        let mut body = None;
        let mut raw: Option<&'de RawValue> = None;
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "address" => once(&key, &mut address, map.next_value::<Text<'de>>()?.0)?,
                "type" => once(&key, &mut kind, map.next_value::<Text<'de>>()?.0)?,
                "previous_address" => {
                    once(&key, &mut previous_address, map.next_value::<Option<Text<'de>>>()?)?;
                }
                "deposed" => once(&key, &mut deposed, map.next_value::<Option<Text<'de>>>()?)?,
                "change" if raw.is_some() || body.is_some() => {
                    return Err(super::unique::duplicate(&key));
                }
                // Terraform writes the type first; other writers sort the keys.
                "change" => match &kind {
                    None => raw = Some(map.next_value()?),
                    Some(kind) => body = Some(self.body(kind, &mut map)?),
                },
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let address = address.ok_or_else(|| A::Error::missing_field("address"))?;
        let kind: Cow<'de, str> = kind.ok_or_else(|| A::Error::missing_field("type"))?;
        let body = match (raw, body) {
            (Some(raw), _) => self.late_body(&kind, raw).map_err(A::Error::custom)?,
            (None, body) => body.ok_or_else(|| A::Error::missing_field("change"))?,
        };
        let previous_address = previous_address.flatten().map(|text: Text<'de>| text.0);
        Ok(Entry { address, previous_address, kind, deposed: deposed.flatten().is_some(), body })
    }
}

/// Sets a field that may stand once.
pub(crate) fn once<T, E: Error>(key: &str, field: &mut Option<T>, value: T) -> Result<(), E> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(super::unique::duplicate(key)),
    }
}

impl EntrySeed<'_> {
    fn body<'de, A: MapAccess<'de>>(
        &self,
        kind: &str,
        map: &mut A,
    ) -> Result<Option<Body>, A::Error> {
        let Some(names) = self.0.interest.attributes(kind) else {
            return map.next_value::<IgnoredAny>().map(|_| None);
        };
        map.next_value_seed(BodySeed(names)).map(Some)
    }

    fn late_body(&self, kind: &str, raw: &RawValue) -> serde_json::Result<Option<Body>> {
        let Some(names) = self.0.interest.attributes(kind) else { return Ok(None) };
        BodySeed(names).deserialize(&mut serde_json::Deserializer::from_str(raw.get())).map(Some)
    }
}

struct BodySeed(&'static [&'static str]);

impl<'de> DeserializeSeed<'de> for BodySeed {
    type Value = Body;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for BodySeed {
    type Value = Body;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a change with `actions`, `before` and `after`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Body, A::Error> {
        let (mut actions, mut before, mut after) = (None, None, None);
        let (mut unknown, mut before_sensitive, mut after_sensitive) = (None, None, None);
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "actions" => once(&key, &mut actions, map.next_value::<Vec<Text<'de>>>()?)?,
                "before" => once(&key, &mut before, map.next_value_seed(AttributesSeed(self.0))?)?,
                "after" => once(&key, &mut after, map.next_value_seed(AttributesSeed(self.0))?)?,
                "after_unknown" => {
                    once(&key, &mut unknown, map.next_value_seed(MasksSeed(self.0))?)?;
                }
                "before_sensitive" => {
                    once(&key, &mut before_sensitive, map.next_value_seed(MasksSeed(self.0))?)?;
                }
                "after_sensitive" => {
                    once(&key, &mut after_sensitive, map.next_value_seed(MasksSeed(self.0))?)?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let actions = actions.ok_or_else(|| A::Error::missing_field("actions"))?;
        let action = action(&actions)
            .ok_or_else(|| A::Error::custom(format_args!("unknown {}", joined(&actions))))?;
        let nothing = Masks::default();
        let unknown = unknown.unwrap_or_default();
        let prior =
            before.flatten().map(|it| marked(it, &nothing, &before_sensitive.unwrap_or_default()));
        let after = after.flatten();
        let planned = match action {
            // A forgotten object stays as it is; Terraform only stops to look at it.
            Action::Forget => prior.clone(),
            Action::Delete => None,
            Action::NoOp
            | Action::Create
            | Action::Read
            | Action::Update
            | Action::DeleteThenCreate
            | Action::CreateThenDelete => Some(marked(
                after.unwrap_or_default(),
                &unknown,
                &after_sensitive.unwrap_or_default(),
            )),
        };
        Ok(Body { action, prior, planned })
    }
}

/// Puts the marks into the attributes.
pub(crate) fn marked(mut values: Attributes, unknown: &Masks, sensitive: &Masks) -> Attributes {
    for name in unknown.names() {
        values.entry(name).or_insert(groundplan_ir::Value::Null);
    }
    values
        .into_iter()
        .map(|(name, value)| (name, mask::apply(value, unknown.of(name), sensitive.of(name), name)))
        .collect()
}

fn joined(actions: &[Text<'_>]) -> String {
    let words: Vec<String> = actions.iter().map(|text| format!("`{}`", text.0)).collect();
    format!("actions {}", words.join(", "))
}

fn action(actions: &[Text<'_>]) -> Option<Action> {
    let words: Vec<&str> = actions.iter().map(|text| &*text.0).collect();
    match *words {
        ["no-op"] => Some(Action::NoOp),
        // The object that `["create", "forget"]` leaves behind is no longer ours.
        ["create"] | ["create", "forget"] | ["forget", "create"] => Some(Action::Create),
        ["read"] => Some(Action::Read),
        ["update"] => Some(Action::Update),
        ["delete"] => Some(Action::Delete),
        ["delete", "create"] => Some(Action::DeleteThenCreate),
        ["create", "delete"] => Some(Action::CreateThenDelete),
        ["forget"] => Some(Action::Forget),
        _ => None,
    }
}
