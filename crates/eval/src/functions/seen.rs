//! Which values there were already, for functions that compare many with many.

use std::collections::BTreeSet;

use crate::equality::equal;
use crate::error::LIMIT;
use crate::{CallError, Kind, Value, to_json};

/// So many values that are not known as a whole are compared one by one.
const MAX_VAGUE: usize = 4096;

/// Values that there were.
#[derive(Default)]
pub(super) struct Seen {
    keys: BTreeSet<String>,
    vague: Vec<Value>,
}

impl Seen {
    /// All of these.
    pub(super) fn of(values: &[Value]) -> Result<Self, CallError> {
        let mut seen = Self::default();
        for value in values {
            seen.insert(value)?;
        }
        Ok(seen)
    }

    /// Whether there was a value that is certainly equal.
    pub(super) fn holds(&self, value: &Value) -> bool {
        let is_it = |it: &Value| it == value || equal(it, value) == Some(true);
        match key(value) {
            Some(key) => self.keys.contains(&key),
            None => self.vague.iter().any(is_it),
        }
    }

    /// Adds the value, and tells whether it was new.
    pub(super) fn insert(&mut self, value: &Value) -> Result<bool, CallError> {
        if self.holds(value) {
            return Ok(false);
        }
        if let Some(key) = key(value) {
            return Ok(self.keys.insert(key));
        }
        if self.vague.len() >= MAX_VAGUE {
            return Err(CallError::new(format!(
                "a comparison of more than {MAX_VAGUE} values that are not known: {LIMIT}"
            )));
        }
        self.vague.push(value.clone());
        Ok(true)
    }
}

/// Text that is the same for equal values. Not everything has one: not what is unknown, nor infinities.
fn key(value: &Value) -> Option<String> {
    if let Kind::String(text) = &value.kind {
        return Some(format!("text {text}"));
    }
    if value.is_null() {
        return Some("null".to_owned());
    }
    let text = to_json(value).ok()??;
    Some(format!("{text} {}", value.ty()))
}
