//! The top level of the document.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::change::{ChangesSeed, Entry, once};
use super::reading::{Manner, Reading};
use super::state::{State, StateSeed};
use super::unique::Text;

/// The parts of a plan or state that anybody reads.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    pub(crate) format_version: Option<String>,
    /// Every key of the top level, to name what is not ours.
    pub(crate) keys: Vec<String>,
    pub(crate) complete: Option<bool>,
    pub(crate) errored: Option<bool>,
    pub(crate) has_deferred_changes: bool,
    pub(crate) changes: Vec<Entry<'a>>,
    pub(crate) prior: State<'a>,
    /// The values of a state that was shown without a plan.
    pub(crate) state: State<'a>,
    /// What becomes of the root module's outputs.
    pub(crate) outputs: Option<&'a RawValue>,
    /// Only looked into for what must not be shown.
    pub(crate) variables: Option<&'a RawValue>,
    pub(crate) planned_values: Option<&'a RawValue>,
    pub(crate) configuration: Option<&'a RawValue>,
}

/// Reads the document.
pub(crate) struct DocumentSeed<'r>(pub(crate) &'r Reading<'r>);

impl<'de> DeserializeSeed<'de> for DocumentSeed<'_> {
    type Value = Document<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for DocumentSeed<'_> {
    type Value = Document<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the JSON object of a plan or state")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut document = Document::default();
        while let Some(Text(key)) = map.next_key()? {
            if document.keys.iter().any(|known| **known == *key) {
                return Err(super::unique::duplicate(&key));
            }
            document.keys.push(key.to_string());
            self.member(&key, &mut document, &mut map)?;
        }
        Ok(document)
    }
}

impl DocumentSeed<'_> {
    fn member<'de, A: MapAccess<'de>>(
        &self,
        key: &str,
        document: &mut Document<'de>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match key {
            "format_version" => {
                let version = map.next_value::<Text<'de>>()?.0.into_owned();
                once(key, &mut document.format_version, version)?;
            }
            "complete" => document.complete = map.next_value()?,
            "errored" => document.errored = map.next_value()?,
            "deferred_changes" => {
                let raw: &RawValue = map.next_value()?;
                document.has_deferred_changes = !matches!(raw.get(), "null" | "[]");
            }
            "resource_changes" => {
                document.changes = self.changes(key, map)?;
            }
            "prior_state" => self.state(key, &mut document.prior, map)?,
            "values" => self.state(key, &mut document.state, map)?,
            "output_changes" => document.outputs = Some(map.next_value()?),
            "variables" => document.variables = Some(map.next_value()?),
            "planned_values" => document.planned_values = Some(map.next_value()?),
            "configuration" => document.configuration = Some(map.next_value()?),
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn state<'de, A: MapAccess<'de>>(
        &self,
        key: &str,
        state: &mut State<'de>,
        map: &mut A,
    ) -> Result<(), A::Error> {
        match self.0.manner {
            Manner::Strict => map.next_value_seed(StateSeed::new(self.0, state)),
            Manner::Lenient => {
                let raw: &'de RawValue = map.next_value()?;
                let mut json = serde_json::Deserializer::from_str(raw.get());
                if let Err(error) = StateSeed::new(self.0, state).deserialize(&mut json) {
                    self.0.complain(key, &error);
                }
                Ok(())
            }
        }
    }

    fn changes<'de, A: MapAccess<'de>>(
        &self,
        key: &str,
        map: &mut A,
    ) -> Result<Vec<Entry<'de>>, A::Error> {
        match self.0.manner {
            Manner::Strict => map.next_value_seed(ChangesSeed(self.0)),
            Manner::Lenient => {
                let raw: &'de RawValue = map.next_value()?;
                let mut json = serde_json::Deserializer::from_str(raw.get());
                Ok(ChangesSeed(self.0).deserialize(&mut json).unwrap_or_else(|error| {
                    self.0.complain(key, &error);
                    Vec::new()
                }))
            }
        }
    }
}
