//! How much of the input was judged.

use std::collections::BTreeMap;

/// The figures behind the summary line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Every resource instance of the input.
    pub read: usize,
    /// Instances of types that the model reads, by type.
    pub modelled: BTreeMap<String, usize>,
    /// Instances of other network types, by type.
    pub not_modelled: BTreeMap<String, usize>,
    /// Instances of types that are no part of a network.
    pub other: usize,
    /// Questions that a rule answered with yes or no.
    pub decided: usize,
}
