//! The values of a state: `prior_state` of a plan, or `terraform show -json` without a plan.

use std::borrow::Cow;
use std::fmt;

use groundplan_ir::Attributes;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::change::{marked, once};
use super::reading::{Manner, Reading};
use super::unique::{Text, duplicate};
use super::values::{AttributesSeed, Masks, MasksSeed};

/// One instance; types that no model reads keep only their address and type.
#[derive(Debug)]
pub(crate) struct Held<'a> {
    pub(crate) address: Cow<'a, str>,
    pub(crate) kind: Cow<'a, str>,
    pub(crate) is_data: bool,
    pub(crate) deposed: bool,
    pub(crate) values: Option<Attributes>,
}

/// What a state holds.
#[derive(Debug, Default)]
pub(crate) struct State<'a> {
    /// Instances.
    pub(crate) held: Vec<Held<'a>>,
    /// Outputs of the root module.
    pub(crate) outputs: Option<&'a RawValue>,
}

/// The object that holds `values` (a state), `root_module` (its values) or `resources` and
/// `child_modules` (a module): each level is an object with members that lead on.
pub(crate) struct StateSeed<'r, 'de> {
    reading: &'r Reading<'r>,
    state: &'r mut State<'de>,
}

impl<'r, 'de> StateSeed<'r, 'de> {
    pub(crate) fn new(reading: &'r Reading<'r>, state: &'r mut State<'de>) -> Self {
        Self { reading, state }
    }

    fn inner(&mut self) -> StateSeed<'_, 'de> {
        StateSeed { reading: self.reading, state: self.state }
    }
}

impl<'de> DeserializeSeed<'de> for StateSeed<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StateSeed<'_, 'de> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the values of a state")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut seen: Vec<Text<'de>> = Vec::new();
        while let Some(Text(key)) = map.next_key()? {
            if seen.iter().any(|it| it.0 == key) {
                return Err(duplicate(&key));
            }
            seen.push(Text(key.clone()));
            match &*key {
                "values" | "root_module" => map.next_value_seed(self.inner())?,
                "child_modules" => map.next_value_seed(Modules(self.inner()))?,
                "resources" => map.next_value_seed(Resources(self.inner()))?,
                "outputs" => self.state.outputs = Some(map.next_value()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

struct Modules<'r, 'de>(StateSeed<'r, 'de>);

impl<'de> DeserializeSeed<'de> for Modules<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Modules<'_, 'de> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of modules")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.0.inner())?.is_some() {}
        Ok(())
    }
}

struct Resources<'r, 'de>(StateSeed<'r, 'de>);

impl<'de> DeserializeSeed<'de> for Resources<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Resources<'_, 'de> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a list of resources")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let StateSeed { reading, state: State { held, .. } } = self.0;
        match reading.manner {
            Manner::Strict => {
                while let Some(one) = seq.next_element_seed(HeldSeed(reading))? {
                    held.push(one);
                }
            }
            Manner::Lenient => {
                let mut at = 0_usize;
                while let Some(raw) = seq.next_element::<&'de RawValue>()? {
                    let mut json = serde_json::Deserializer::from_str(raw.get());
                    match HeldSeed(reading).deserialize(&mut json) {
                        Ok(one) => held.push(one),
                        Err(error) => reading.complain(named(raw, at), &error),
                    }
                    at += 1;
                }
            }
        }
        Ok(())
    }
}

/// What to call a resource of a state that cannot be read: its address, where at least that can be.
fn named(raw: &RawValue, at: usize) -> String {
    #[derive(serde::Deserialize)]
    struct Named {
        address: String,
    }
    match serde_json::from_str::<Named>(raw.get()) {
        Ok(named) => named.address,
        Err(_) => format!("resources[{at}] of the state"),
    }
}

struct HeldSeed<'r>(&'r Reading<'r>);

impl<'de> DeserializeSeed<'de> for HeldSeed<'_> {
    type Value = Held<'de>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for HeldSeed<'_> {
    type Value = Held<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a resource with `address`, `type` and `values`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut address, mut kind) = (None, None);
        let (mut mode, mut deposed) = (None, None);
        let (mut values, mut sensitive): (Option<&RawValue>, Option<&RawValue>) = (None, None);
        while let Some(Text(key)) = map.next_key()? {
            match &*key {
                "address" => once(&key, &mut address, map.next_value::<Text<'de>>()?.0)?,
                "type" => once(&key, &mut kind, map.next_value::<Text<'de>>()?.0)?,
                "mode" => once(&key, &mut mode, map.next_value::<Text<'de>>()?.0)?,
                "deposed_key" => once(&key, &mut deposed, map.next_value::<Option<Text<'de>>>()?)?,
                "values" => once(&key, &mut values, map.next_value()?)?,
                "sensitive_values" => once(&key, &mut sensitive, map.next_value()?)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        let address: Cow<'de, str> = address.ok_or_else(|| A::Error::missing_field("address"))?;
        let kind: Cow<'de, str> = kind.ok_or_else(|| A::Error::missing_field("type"))?;
        let wanted = self.0.interest.attributes(&kind).filter(|_| !self.0.was_seen(&address));
        let values = match (wanted, values) {
            (Some(names), Some(values)) => {
                values_of(names, values, sensitive).map_err(A::Error::custom)?
            }
            (Some(_), None) => Some(Attributes::new()),
            (None, _) => None,
        };
        let is_data = mode.is_some_and(|mode: Cow<'de, str>| mode == "data");
        Ok(Held { address, kind, is_data, deposed: deposed.flatten().is_some(), values })
    }
}

/// The values with what is sensitive in them.
fn values_of(
    names: &'static [&'static str],
    values: &RawValue,
    sensitive: Option<&RawValue>,
) -> serde_json::Result<Option<Attributes>> {
    let mut json = serde_json::Deserializer::from_str(values.get());
    let values = AttributesSeed(names).deserialize(&mut json)?.unwrap_or_default();
    let sensitive = match sensitive {
        Some(raw) => {
            MasksSeed(names).deserialize(&mut serde_json::Deserializer::from_str(raw.get()))?
        }
        None => Masks::default(),
    };
    Ok(Some(marked(values, &Masks::default(), &sensitive)))
}
