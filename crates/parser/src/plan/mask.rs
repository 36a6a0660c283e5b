//! The trees that mark parts of a value: `after_unknown`, `after_sensitive`, `sensitive_values`.

use std::collections::BTreeMap;
use std::fmt;

use groundplan_ir::{Cause, Value};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::unique::{Text, duplicate};

/// Which parts of a value are marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mask {
    /// None of it.
    #[default]
    Nothing,
    /// All of it.
    All,
    /// Parts of the elements, in order.
    List(Vec<Mask>),
    /// Parts of the members.
    Object(BTreeMap<Box<str>, Mask>),
}

impl Mask {
    /// The mask of a member.
    pub(crate) fn member(&self, name: &str) -> &Self {
        const NOTHING: &Mask = &Mask::Nothing;
        match self {
            Self::All => self,
            Self::Object(members) => members.get(name).unwrap_or(NOTHING),
            Self::Nothing | Self::List(_) => NOTHING,
        }
    }

    /// The mask of an element.
    fn element(&self, at: usize) -> &Self {
        const NOTHING: &Mask = &Mask::Nothing;
        match self {
            Self::All => self,
            Self::List(items) => items.get(at).unwrap_or(NOTHING),
            Self::Nothing | Self::Object(_) => NOTHING,
        }
    }
}

/// Puts the marks into the value: `path` names it in causes.
///
/// Terraform leaves unknown members out of objects and puts `null` for unknown elements into
/// lists, so the mask decides the shape where it says more than the value.
pub(crate) fn apply(value: Value, unknown: &Mask, sensitive: &Mask, path: &str) -> Value {
    if *sensitive == Mask::All && value != Value::Null {
        return Value::Unknown(Cause::Sensitive(path.into()));
    }
    match (value, unknown) {
        (_, Mask::All) => Value::Unknown(Cause::KnownAfterApply(path.into())),
        (Value::List(items), mask) => Value::List(elements(items, mask, sensitive, path)),
        (Value::Null, Mask::List(_)) => Value::List(elements(Vec::new(), unknown, sensitive, path)),
        (Value::Object(members), mask) => {
            Value::Object(all_members(members, mask, sensitive, path))
        }
        (Value::Null, Mask::Object(marks)) if !marks.is_empty() => {
            Value::Object(all_members(BTreeMap::new(), unknown, sensitive, path))
        }
        (value, _) => value,
    }
}

fn elements(items: Vec<Value>, unknown: &Mask, sensitive: &Mask, path: &str) -> Vec<Value> {
    let more = match unknown {
        Mask::List(marks) => marks.len().saturating_sub(items.len()),
        Mask::Nothing | Mask::All | Mask::Object(_) => 0,
    };
    items
        .into_iter()
        .chain(std::iter::repeat_n(Value::Null, more))
        .enumerate()
        .map(|(at, item)| apply(item, unknown.element(at), sensitive.element(at), path))
        .collect()
}

fn all_members(
    mut members: BTreeMap<Box<str>, Value>,
    unknown: &Mask,
    sensitive: &Mask,
    path: &str,
) -> BTreeMap<Box<str>, Value> {
    if let Mask::Object(marks) = unknown {
        for name in marks.keys() {
            members.entry(name.clone()).or_insert(Value::Null);
        }
    }
    members
        .into_iter()
        .map(|(name, value)| {
            let path = format!("{path}.{name}");
            let value = apply(value, unknown.member(&name), sensitive.member(&name), &path);
            (name, value)
        })
        .collect()
}

impl<'de> Deserialize<'de> for Mask {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(MaskVisitor)
    }
}

struct MaskVisitor;

impl<'de> Visitor<'de> for MaskVisitor {
    type Value = Mask;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("true, false, or a list or object of those")
    }

    fn visit_bool<E: Error>(self, all: bool) -> Result<Mask, E> {
        Ok(if all { Mask::All } else { Mask::Nothing })
    }

    fn visit_unit<E: Error>(self) -> Result<Mask, E> {
        Ok(Mask::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Mask, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Mask::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Mask, A::Error> {
        let mut members = BTreeMap::new();
        while let Some(Text(key)) = map.next_key()? {
            let mask: Mask = map.next_value()?;
            if members.insert(Box::from(&*key), mask).is_some() {
                return Err(duplicate(&key));
            }
        }
        Ok(Mask::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(value: &str, unknown: &str, sensitive: &str) -> Value {
        let value = super::super::values::parse(value).unwrap();
        let unknown = serde_json::from_str(unknown).unwrap();
        apply(value, &unknown, &serde_json::from_str(sensitive).unwrap(), "a")
    }

    #[test]
    fn null_is_unknown_only_where_the_mask_says_so() {
        let value = marked(r#"[null,"198.51.100.0/24"]"#, "[true,false]", "false");
        let Value::List(items) = value else { panic!("{value:?}") };
        assert_eq!(items[0], Value::Unknown(Cause::KnownAfterApply("a".into())));
        assert_eq!(items[1], Value::Text("198.51.100.0/24".into()));
        assert_eq!(marked("null", "false", "true"), Value::Null);
        assert_eq!(marked("[null]", "[false]", "{}"), Value::List(vec![Value::Null]));
    }

    #[test]
    fn members_left_out_are_unknown_and_sensitive_covers_the_subtree() {
        let value = marked(r#"{"b":1}"#, r#"{"c":true}"#, "false");
        assert_eq!(*value.member("c"), Value::Unknown(Cause::KnownAfterApply("a.c".into())));
        let value = marked(r#"[{"cidr":"10.0.0.0/8"}]"#, "[{}]", "true");
        assert_eq!(value, Value::Unknown(Cause::Sensitive("a".into())));
    }
}
