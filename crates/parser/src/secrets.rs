//! Secrets in instance keys: `nonsensitive()` lets a `for_each` make a key of one, and addresses stand
//! in every message.
//!
//! Values of sensitive root variables are known here, so a key that holds one is rewritten as it is
//! read, and the text of the source is shown without them: the same secret gets the same number everywhere, which keeps addresses and references apart
//! and together as they were. Nothing later can print what it never had.

use std::collections::BTreeSet;
use std::sync::Arc;

use groundplan_eval::Value as Evaluated;
use groundplan_ir::{Address, ModuleConfig, Value};
use serde_json::value::RawValue;

use crate::plan::{Plain, UniqueMap};

/// A shorter text is part of too many names to be recognised in one.
const SHORTEST: usize = 6;

/// The values of sensitive variables.
#[derive(Default)]
pub(crate) struct Secrets {
    /// Each with its number, the longest first, so that one that holds another goes as a whole.
    texts: Vec<(Box<str>, usize)>,
}

impl Secrets {
    /// Takes the texts out of the `variables` that are named.
    pub(crate) fn read(sensitive: &BTreeSet<&str>, variables: Option<&RawValue>) -> Self {
        let Some(variables) = variables.filter(|_| !sensitive.is_empty()) else {
            return Self::default();
        };
        // A section that cannot be read holds nothing that Terraform could have made a key of.
        let variables: UniqueMap<Plain> = serde_json::from_str(variables.get()).unwrap_or_default();
        let mut found = BTreeSet::new();
        for (_, Plain(value)) in variables.0.iter().filter(|(name, _)| sensitive.contains(&***name))
        {
            collect(value, &mut found);
        }
        Self::of(found)
    }

    /// These secrets.
    fn of(found: BTreeSet<Box<str>>) -> Self {
        let mut texts: Vec<(Box<str>, usize)> = found.into_iter().zip(1..).collect();
        texts.sort_by_key(|(text, number)| (std::cmp::Reverse(text.len()), *number));
        Self { texts }
    }

    /// The sensitive texts in evaluated values.
    pub(crate) fn evaluated<'v>(values: impl Iterator<Item = &'v Evaluated>) -> Self {
        let mut found = BTreeSet::new();
        for value in values {
            gather(value, value.sensitive, &mut found);
        }
        Self::of(found)
    }

    /// Whether there is nothing to hide.
    pub(crate) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The secrets themselves.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(|(text, _)| &**text)
    }

    /// The value with harmless keys in what it refers to.
    pub(crate) fn hide_in_value(&self, value: &mut Value) {
        match value {
            Value::Referred(referred) => {
                for source in &mut referred.sources {
                    self.hide_in_address(Arc::make_mut(&mut source.address));
                }
            }
            Value::List(items) => items.iter_mut().for_each(|it| self.hide_in_value(it)),
            Value::Object(members) => members.values_mut().for_each(|it| self.hide_in_value(it)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Unknown(_) => (),
        }
    }

    /// A text without the secrets in it; `None` when it holds none.
    fn hidden(&self, text: &str) -> Option<Box<str>> {
        let mut out = text.to_owned();
        for (secret, number) in self.texts.iter().filter(|(secret, _)| text.contains(&**secret)) {
            out = out.replace(&**secret, &format!("(sensitive {number})"));
        }
        (out != text).then(|| out.into())
    }

    /// The address with harmless keys.
    pub(crate) fn hide_in_address(&self, address: &mut Address) {
        if !self.texts.is_empty() {
            address.map_keys(&|text| self.hidden(text));
        }
    }

    /// All references with harmless keys.
    pub(crate) fn hide_in_module(&self, module: &mut ModuleConfig) {
        if !self.texts.is_empty() {
            module.map_references(&|reference| reference.map_keys(&|text| self.hidden(text)));
        }
    }

    /// Text that is only shown.
    pub(crate) fn hide_in_text(&self, text: &mut String) {
        if let Some(hidden) = self.hidden(text) {
            *text = hidden.into();
        }
    }
}

fn gather(value: &Evaluated, is_sensitive: bool, out: &mut BTreeSet<Box<str>>) {
    if let Some(text) = value.as_str().filter(|it| is_sensitive && it.len() >= SHORTEST) {
        out.insert(text.into());
    }
    for part in value.parts() {
        gather(part, is_sensitive || part.sensitive, out);
    }
}

fn collect(value: &Value, out: &mut BTreeSet<Box<str>>) {
    match value {
        Value::Text(text) if text.len() >= SHORTEST => {
            out.insert(text.clone());
        }
        Value::List(items) => items.iter().for_each(|item| collect(item, out)),
        Value::Object(members) => members.values().for_each(|item| collect(item, out)),
        Value::Text(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Unknown(_)
        | Value::Referred(_) => (),
    }
}
