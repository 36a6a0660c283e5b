//! Getting at the parts of values: attributes, indices, elements, lengths.

use std::sync::Arc;

use groundplan_ir::{InstanceKey, Step};

use crate::convert::convert;
use crate::{Kind, Number, Object, Type, Unknown, Value};

const NO_ELEMENT: &str = "the given key does not identify an element in this collection value";

impl Value {
    /// `self.name`
    pub fn attribute(&self, name: &str) -> Result<Self, String> {
        let found = match &self.kind {
            Kind::Null(_) => {
                return Err("this value is null, so it does not have any attributes".into());
            }
            Kind::Object(members) => members
                .get(name)
                .cloned()
                .ok_or_else(|| format!("this object does not have an attribute named {name:?}"))?,
            Kind::Map(_, members) => members.get(name).cloned().ok_or_else(|| {
                format!("this map does not have an element with the key {name:?}")
            })?,
            Kind::Open(open) => open.attribute(name),
            Kind::Unknown(unknown) => {
                let ty = attribute_type(&unknown.ty, name)?;
                Self::unknown(ty, unknown.references.step(&Step::Name(name.into())))
            }
            Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Tuple(_) => return Err(no_attributes(&self.ty())),
        };
        Ok(found.marked(self.sensitive))
    }

    /// `self[key]`
    pub fn index(&self, key: &Self) -> Result<Self, String> {
        if self.is_null() {
            return Err("this value is null, so it does not have any indices".into());
        }
        if key.is_null() {
            return Err("can't use a null value as an indexing key".into());
        }
        // The mark of a key does not count for an object: Terraform forgets it.
        let sensitive = self.sensitive
            || key.sensitive && !matches!(self.kind, Kind::Object(_) | Kind::Open(_));
        let found = match &self.kind {
            Kind::List(_, items) | Kind::Tuple(items) => {
                match key_as(key, &Type::Number)?.as_number() {
                    Some(at) => items.get(position(at, items.len())?).cloned().ok_or(NO_ELEMENT)?,
                    None => self.any_part(key),
                }
            }
            Kind::Map(_, members) | Kind::Object(members) => {
                match key_as(key, &Type::String)?.as_str() {
                    Some(name) => member(members, name, key)?,
                    None => self.any_part(key),
                }
            }
            Kind::Open(open) => match key_as(key, &Type::String)?.as_str() {
                Some(name) => open.attribute(name),
                None => self.any_part(key),
            },
            Kind::Unknown(unknown) => index_unknown(unknown, key)?,
            Kind::Set(..) => return Err(no_indices(&self.ty())),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
                return Err(no_indices(&self.ty()));
            }
        };
        Ok(found.marked(sensitive))
    }

    /// One of the parts, which one is not known.
    fn any_part(&self, key: &Self) -> Self {
        let parts = self.parts();
        let ty = match &self.kind {
            Kind::List(of, _) | Kind::Map(of, _) => of.clone(),
            Kind::Tuple(_)
            | Kind::Object(_)
            | Kind::Set(..)
            | Kind::Open(_)
            | Kind::Unknown(_)
            | Kind::Null(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_) => Type::Dynamic,
        };
        let mut all = parts.iter().map(|part| part.references());
        let one_of = all.next().map(|first| all.fold(first, |found, next| found.or(&next)));
        let references = match one_of {
            Some(references) if references.exact && !matches!(self.kind, Kind::Open(_)) => {
                references
            }
            _ => self.references().and(&key.references()),
        };
        let sensitive = parts.iter().any(|part| part.sensitive);
        Self::unknown(ty, references).marked(sensitive)
    }

    /// The keys and elements of a known collection, tuple or object in iteration order. A list or tuple
    /// has numbers as keys, a set its elements themselves.
    pub fn elements(&self) -> Option<Vec<(Self, Self)>> {
        match &self.kind {
            Kind::List(_, items) | Kind::Tuple(items) => {
                let pairs = items.iter().enumerate();
                Some(pairs.map(|(at, item)| (Number::from(at).into(), item.clone())).collect())
            }
            Kind::Set(_, items) => {
                Some(items.iter().map(|item| (item.clone(), item.clone())).collect())
            }
            Kind::Map(_, members) | Kind::Object(members) => {
                let pairs = members.iter();
                let text = |name: &Arc<str>| Self::normal_string(Arc::clone(name));
                Some(pairs.map(|(name, item)| (text(name), item.clone())).collect())
            }
            Kind::Null(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Open(_)
            | Kind::Unknown(_) => None,
        }
    }

    /// How many elements a collection, tuple or object has at least and at most; `None` for what has no
    /// elements, or may have none for all that is known of its type.
    pub fn length_range(&self) -> Option<(usize, Option<usize>)> {
        let exactly = |length: usize| Some((length, Some(length)));
        match &self.kind {
            Kind::List(_, items) | Kind::Tuple(items) => exactly(items.len()),
            Kind::Map(_, members) | Kind::Object(members) => exactly(members.len()),
            Kind::Set(_, items) => {
                // Elements that are not known may turn out to equal others.
                let known = items.iter().filter(|item| item.is_wholly_known()).count();
                Some((known.max(items.len().min(1)), Some(items.len())))
            }
            Kind::Unknown(unknown) => match &unknown.ty {
                Type::Tuple(items) => exactly(items.len()),
                Type::Object(members) => exactly(members.len()),
                Type::List(_) | Type::Set(_) | Type::Map(_) => {
                    Some(unknown.length.unwrap_or((0, None)))
                }
                Type::Dynamic | Type::Bool | Type::Number | Type::String => unknown.length,
            },
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Open(_) => {
                None
            }
        }
    }

    /// How many elements a collection, tuple or object has, when that is certain.
    pub fn known_length(&self) -> Option<usize> {
        let (least, most) = self.length_range()?;
        (most == Some(least)).then_some(least)
    }
}

fn member(members: &Object, name: &str, key: &Value) -> Result<Value, String> {
    members.get(name).cloned().ok_or_else(|| {
        if matches!(key.kind, Kind::Number(_)) {
            format!("{NO_ELEMENT}: an object only supports looking up attributes by name")
        } else {
            NO_ELEMENT.into()
        }
    })
}

fn key_as(key: &Value, ty: &Type) -> Result<Value, String> {
    convert(key, ty).map_err(|error| format!("{NO_ELEMENT}: {error}"))
}

/// The number of an element in a sequence of such a length, when it has that many.
fn position(at: &Number, length: usize) -> Result<usize, String> {
    if !at.is_whole() {
        return Err(format!(
            "{NO_ELEMENT}: indexing a sequence requires a whole number, but the given index has a \
             fractional part"
        ));
    }
    if at.is_negative() {
        return Err(format!("{NO_ELEMENT}: a negative number is not a valid index for a sequence"));
    }
    at.to_usize().filter(|at| *at < length).ok_or_else(|| match length {
        0 => format!("{NO_ELEMENT}: the collection has no elements"),
        _ => format!(
            "{NO_ELEMENT}: the given index is greater than or equal to the length of the collection"
        ),
    })
}

fn index_unknown(unknown: &Unknown, key: &Value) -> Result<Value, String> {
    let (key, ty) = match &unknown.ty {
        Type::List(of) => (key_as(key, &Type::Number)?, Some((**of).clone())),
        Type::Tuple(items) => {
            let key = key_as(key, &Type::Number)?;
            let at = key.as_number().map(|at| position(at, items.len())).transpose()?;
            let ty = at.and_then(|at| items.get(at)).cloned();
            (key, ty)
        }
        Type::Map(of) => (key_as(key, &Type::String)?, Some((**of).clone())),
        Type::Object(members) => {
            let key = key_as(key, &Type::String)?;
            let ty = match key.as_str() {
                // Terraform waits with its complaint until the object is known.
                Some(name) => members.get(name).cloned(),
                None => None,
            };
            (key, ty)
        }
        Type::Dynamic => (key.clone(), None),
        Type::Set(_) | Type::Bool | Type::Number | Type::String => {
            return Err(no_indices(&unknown.ty));
        }
    };
    let references = match step(&key) {
        Some(step) => unknown.references.step(&step),
        None => unknown.references.and(&key.references()),
    };
    Ok(Value::unknown(ty.unwrap_or_default(), references))
}

/// The step that a known key makes.
fn step(key: &Value) -> Option<Step> {
    match &key.kind {
        Kind::String(text) => Some(Step::Key(InstanceKey::Text(text.as_ref().into()))),
        Kind::Number(at) => Some(Step::Key(InstanceKey::Number(at.to_usize()?.try_into().ok()?))),
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_)
        | Kind::Unknown(_) => None,
    }
}

fn attribute_type(of: &Type, name: &str) -> Result<Type, String> {
    match of {
        Type::Dynamic => Ok(Type::Dynamic),
        Type::Map(of) => Ok((**of).clone()),
        Type::Object(members) => members
            .get(name)
            .cloned()
            .ok_or_else(|| format!("this object does not have an attribute named {name:?}")),
        Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_) => Err(no_attributes(of)),
    }
}

fn no_attributes(ty: &Type) -> String {
    let object = ty.element().is_some_and(|of| of.members().is_some());
    match ty {
        Type::List(_) if object => {
            "can't access attributes on a list of objects; did you mean one of its elements, or all of \
             them?"
                .into()
        }
        Type::Set(_) if object => {
            "can't access attributes on a set of objects; did you mean all of its elements?".into()
        }
        Type::Bool | Type::Number | Type::String => {
            format!("can't access attributes on a primitive-typed value ({})", ty.kind_name())
        }
        Type::Dynamic
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => "this value does not have any attributes".into(),
    }
}

fn no_indices(ty: &Type) -> String {
    if matches!(ty, Type::Set(_)) {
        "elements of a set are identified only by their value and don't have any separate index or key \
         to select with"
            .into()
    } else {
        "this value does not have any indices".into()
    }
}

#[cfg(test)]
mod tests;
