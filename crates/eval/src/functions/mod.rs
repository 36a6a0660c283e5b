//! The built-in functions of Terraform 1.11, a file for each family.

#[cfg(test)]
mod any_arguments_tests;
mod characters;
mod cidr;
mod collections;
mod conversions;
mod csv;
mod datetime;
mod decimal;
mod encoding;
mod files;
mod float;
mod format;
mod glob;
mod gzip;
mod hash;
mod identity;
mod letters;
mod lists;
mod maps;
mod merge;
mod network;
mod numeric;
mod parts;
mod paths;
mod range;
mod re2;
#[cfg(test)]
mod references_tests;
mod regex;
mod seen;
mod selections;
mod sets;
mod special;
mod strings;
#[cfg(test)]
mod strings_tests;
mod take;
#[cfg(test)]
mod testing;
mod text_encoding;
mod yaml;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::Function;

pub(crate) use files::{Content, content};

/// The function of this name; `core::name` is the same as `name`. Four are no such functions but part of
/// the evaluator, since they want expressions or templates: `try`, `can`, `templatefile`,
/// `templatestring`.
pub fn find(name: &str) -> Option<&'static Function> {
    BY_NAME.get(name.strip_prefix("core::").unwrap_or(name)).copied()
}

static BY_NAME: LazyLock<BTreeMap<&str, &Function>> = LazyLock::new(|| {
    let all = FAMILIES.iter().flat_map(|family| family.iter());
    all.map(|function| (function.name, function)).collect()
});

/// Every function, by family.
#[rustfmt::skip]
const FAMILIES: &[&[Function]] = &[
    cidr::FUNCTIONS,
    collections::FUNCTIONS,
    conversions::FUNCTIONS,
    csv::FUNCTIONS,
    datetime::FUNCTIONS,
    encoding::FUNCTIONS,
    files::FUNCTIONS,
    format::FUNCTIONS,
    hash::FUNCTIONS,
    identity::FUNCTIONS,
    lists::FUNCTIONS,
    maps::FUNCTIONS,
    merge::FUNCTIONS,
    numeric::FUNCTIONS,
    paths::FUNCTIONS,
    range::FUNCTIONS,
    regex::FUNCTIONS,
    selections::FUNCTIONS,
    sets::FUNCTIONS,
    special::FUNCTIONS,
    strings::FUNCTIONS,
    text_encoding::FUNCTIONS,
    yaml::FUNCTIONS,
];
