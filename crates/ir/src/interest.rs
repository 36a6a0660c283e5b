//! Which resource types and attributes anybody will read, so that the rest is never built.

use std::collections::BTreeMap;

/// The types and attributes that a model reads.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    types: BTreeMap<&'static str, &'static [&'static str]>,
    network: Option<fn(&str) -> bool>,
    noted: &'static [&'static str],
}

impl Interest {
    /// `types` are read with their attributes; `network` tells which other types are worth naming
    /// as not modelled.
    pub fn new(
        types: impl IntoIterator<Item = (&'static str, &'static [&'static str])>,
        network: fn(&str) -> bool,
    ) -> Self {
        Self { types: types.into_iter().collect(), network: Some(network), noted: &[] }
    }

    /// Types that are read only to say that they are there.
    #[must_use]
    pub fn noting(self, noted: &'static [&'static str]) -> Self {
        Self { noted, ..self }
    }

    /// Whether a model follows what this type does.
    pub fn is_modelled(&self, kind: &str) -> bool {
        self.types.contains_key(kind) && !self.noted.contains(&kind)
    }

    /// The attributes that are read of this type; `None` when the type is not read at all.
    pub fn attributes(&self, kind: &str) -> Option<&'static [&'static str]> {
        self.types.get(kind).copied()
    }

    /// The types with the attributes that are read of each, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static [&'static str])> + '_ {
        self.types.iter().map(|(kind, attributes)| (*kind, *attributes))
    }

    /// The type's name with a static lifetime, when it is read.
    pub fn name(&self, kind: &str) -> Option<&'static str> {
        self.types.get_key_value(kind).map(|(name, _)| *name)
    }

    /// Whether this type is part of a network, read or not.
    pub fn is_network(&self, kind: &str) -> bool {
        self.types.contains_key(kind) || self.network.is_some_and(|is_network| is_network(kind))
    }
}
