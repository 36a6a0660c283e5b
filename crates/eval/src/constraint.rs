//! What the `type` of a variable asks for: types with optional attributes and their defaults.

mod parse;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::{Kind, Object, Open, Type, Unknown, Value, convert};

/// A type constraint.
#[derive(Clone, Debug, PartialEq)]
pub enum Constraint {
    /// `any`
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(…)`
    List(Box<Constraint>),
    /// `set(…)`
    Set(Box<Constraint>),
    /// `map(…)`
    Map(Box<Constraint>),
    /// `tuple([…])`
    Tuple(Vec<Constraint>),
    /// `object({…})`
    Object(BTreeMap<Arc<str>, Attribute>),
}

/// An attribute of an object constraint.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// What it must be.
    pub constraint: Constraint,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it is then, unless `null`.
    pub default: Option<Value>,
}

impl Constraint {
    /// The type of the values that [`Constraint::apply`] gives.
    pub fn ty(&self) -> Type {
        match self {
            Self::Any => Type::Dynamic,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List(of) => Type::list(of.ty()),
            Self::Set(of) => Type::set(of.ty()),
            Self::Map(of) => Type::map(of.ty()),
            Self::Tuple(items) => Type::Tuple(items.iter().map(Self::ty).collect()),
            Self::Object(attributes) => {
                let types =
                    attributes.iter().map(|(name, it)| (Arc::clone(name), it.constraint.ty()));
                Type::Object(Arc::new(types.collect()))
            }
        }
    }

    /// Whether it asks for a truth value, a number or text, so that text from outside is taken as it is.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// The value with the defaults of what is left out or `null`, converted to the type. Attributes that
    /// the constraint does not name are dropped.
    pub fn apply(&self, value: &Value) -> Result<Value, String> {
        self.apply_with(value, true)
    }

    /// The value as of the type, where attributes without a value are `null`.
    fn apply_with(&self, value: &Value, defaults: bool) -> Result<Value, String> {
        let to = self.ty();
        if self.has_optional() {
            convert(&self.fill(value, defaults), &to)
        } else {
            convert(value, &to)
        }
    }

    fn has_optional(&self) -> bool {
        match self {
            Self::Any | Self::Bool | Self::Number | Self::String => false,
            Self::List(of) | Self::Set(of) | Self::Map(of) => of.has_optional(),
            Self::Tuple(items) => items.iter().any(Self::has_optional),
            Self::Object(attributes) => {
                attributes.values().any(|it| it.optional || it.constraint.has_optional())
            }
        }
    }

    /// Puts in what is left out. Collections become structures on the way, since their elements may then
    /// be of different types until the conversion.
    fn fill(&self, value: &Value, defaults: bool) -> Value {
        if !self.has_optional() {
            return value.clone();
        }
        let filled = match &value.kind {
            Kind::List(_, items) | Kind::Tuple(items) => self.fill_items(items, defaults),
            Kind::Set(_, items) => {
                if value.known_length().is_none() && matches!(self, Self::List(_)) {
                    return value.clone();
                }
                self.fill_items(items, defaults)
            }
            Kind::Map(_, members) | Kind::Object(members) => self.fill_members(members, defaults),
            Kind::Open(open) => self.fill_open(open, defaults),
            // Their types may lack optional attributes, which the conversion would not forgive.
            Kind::Null(ty) if !ty.is_primitive() => Value::NULL,
            Kind::Unknown(unknown) if !unknown.ty.is_primitive() => {
                Unknown { ty: Type::Dynamic, ..(**unknown).clone() }.into()
            }
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_) => return value.clone(),
        };
        filled.marked(value.sensitive)
    }

    fn fill_items(&self, items: &[Value], defaults: bool) -> Value {
        let filled = items.iter().enumerate().map(|(at, item)| {
            let constraint = match self {
                Self::List(of) | Self::Set(of) | Self::Map(of) => Some(of.as_ref()),
                Self::Tuple(of) => of.get(at),
                Self::Any | Self::Bool | Self::Number | Self::String | Self::Object(_) => None,
            };
            constraint.map_or_else(|| item.clone(), |of| of.fill(item, defaults))
        });
        Value::tuple(filled.collect::<Vec<_>>())
    }

    fn fill_members(&self, members: &Object, defaults: bool) -> Value {
        let filled = match self {
            Self::Object(attributes) => {
                let mut filled = Object::new();
                for (name, attribute) in attributes {
                    if let Some(value) = attribute.fill(members.get(name), defaults) {
                        filled.insert(Arc::clone(name), value);
                    }
                }
                filled
            }
            Self::List(of) | Self::Set(of) | Self::Map(of) => {
                let pairs = members.iter();
                pairs.map(|(name, it)| (Arc::clone(name), of.fill(it, defaults))).collect()
            }
            Self::Any | Self::Bool | Self::Number | Self::String | Self::Tuple(_) => {
                members.clone()
            }
        };
        Value::object(filled)
    }

    /// An instance has every attribute that is asked for, though its value may not be known.
    fn fill_open(&self, open: &Arc<Open>, defaults: bool) -> Value {
        let Self::Object(attributes) = self else {
            return Kind::Open(Arc::clone(open)).into();
        };
        let members = attributes.keys().map(|name| (Arc::clone(name), open.attribute(name)));
        self.fill_members(&members.collect(), defaults)
    }
}

impl Attribute {
    /// The attribute's value, or what stands for it; `None` when it is required.
    fn fill(&self, given: Option<&Value>, defaults: bool) -> Option<Value> {
        let default = self.default.as_ref().filter(|_| defaults);
        match (given, default) {
            (Some(given), Some(default)) if given.is_null() => {
                Some(self.constraint.fill(default, defaults).marked(given.sensitive))
            }
            (Some(given), default) => {
                let mut filled = self.constraint.fill(given, defaults);
                if let Kind::Unknown(unknown) = &mut filled.kind
                    && default.is_some_and(|default| !default.is_null())
                {
                    // Were it null, the default would take its place.
                    Arc::make_mut(unknown).not_null = true;
                }
                Some(filled)
            }
            (None, Some(default)) => Some(self.constraint.fill(default, defaults)),
            (None, None) => self.optional.then(|| Value::null(self.constraint.ty())),
        }
    }
}

#[cfg(test)]
mod tests;
