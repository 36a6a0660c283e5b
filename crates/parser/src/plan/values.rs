//! Attribute values: only the attributes of interest are built, the rest is skipped.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use groundplan_ir::{Attributes, Number, Value};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use super::mask::Mask;
use super::unique::{Text, duplicate};

/// A whole value without marks.
pub(crate) struct Plain(pub(crate) Value);

/// Reads one value from its text.
#[cfg(test)]
pub(crate) fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str::<Plain>(text).map(|plain| plain.0)
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(PlainVisitor).map(Plain)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(Number::Whole(value.into())))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(Number::Whole(value.into())))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(Number::Real(value)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Plain(item)) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(Text(key)) = map.next_key()? {
            let Plain(value) = map.next_value()?;
            if members.insert(Box::from(&*key), value).is_some() {
                return Err(duplicate(&key));
            }
        }
        Ok(Value::Object(members))
    }
}

/// The attributes of interest of one object; `null` is none at all.
pub(crate) struct AttributesSeed(pub(crate) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for AttributesSeed {
    type Value = Option<Attributes>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        match from.deserialize_any(Wanted::<Plain>::new(self.0))? {
            Found::Null => Ok(None),
            Found::Flag(_) => Err(D::Error::custom("a boolean stands where attributes should be")),
            Found::Members(members) => Ok(Some(
                members
                    .into_iter()
                    .filter(|(_, value)| value.0 != Value::Null)
                    .map(|(name, value)| (name, value.0))
                    .collect(),
            )),
        }
    }
}

/// The marks of the attributes of interest.
pub(crate) struct MasksSeed(pub(crate) &'static [&'static str]);

/// Marks by attribute, or one mark for all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Masks {
    all: bool,
    members: BTreeMap<&'static str, Mask>,
}

impl Masks {
    /// The mark of one attribute.
    pub(crate) fn of(&self, name: &str) -> &Mask {
        const ALL: &Mask = &Mask::All;
        const NOTHING: &Mask = &Mask::Nothing;
        if self.all { ALL } else { self.members.get(name).unwrap_or(NOTHING) }
    }

    /// The attributes that carry any mark of their own.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.members.iter().filter(|(_, mask)| **mask != Mask::Nothing).map(|(name, _)| *name)
    }
}

impl<'de> DeserializeSeed<'de> for MasksSeed {
    type Value = Masks;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Masks, D::Error> {
        Ok(match from.deserialize_any(Wanted::<Mask>::new(self.0))? {
            Found::Null | Found::Flag(false) => Masks::default(),
            Found::Flag(true) => Masks { all: true, members: BTreeMap::new() },
            Found::Members(members) => Masks { all: false, members },
        })
    }
}

/// What stood where an object with members of interest may stand.
enum Found<V> {
    Null,
    Flag(bool),
    Members(BTreeMap<&'static str, V>),
}

/// Reads the members named in a list.
struct Wanted<V> {
    names: &'static [&'static str],
    value: PhantomData<V>,
}

impl<V> Wanted<V> {
    fn new(names: &'static [&'static str]) -> Self {
        Self { names, value: PhantomData }
    }
}

impl<'de, V: Deserialize<'de>> Visitor<'de> for Wanted<V> {
    type Value = Found<V>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object of attributes")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Found::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Found::Flag(flag))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = BTreeMap::new();
        while let Some(Text(key)) = map.next_key()? {
            let Some(name) = self.names.iter().find(|name| **name == key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if found.insert(*name, map.next_value()?).is_some() {
                return Err(duplicate(&key));
            }
        }
        Ok(Found::Members(found))
    }
}
