//! Attribute values with their unknown parts in place.

use std::collections::BTreeMap;
use std::fmt;

use crate::Cause;

/// A number as the plan wrote it; integers stay exact.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    /// A whole number.
    Whole(i128),
    /// Anything else.
    Real(f64),
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Whole(one), Self::Whole(two)) => one.cmp(two),
            (Self::Real(one), Self::Real(two)) => one.total_cmp(two),
            (Self::Whole(_), Self::Real(_)) => std::cmp::Ordering::Less,
            (Self::Real(_), Self::Whole(_)) => std::cmp::Ordering::Greater,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => write!(out, "{number}"),
            Self::Real(number) => write!(out, "{number}"),
        }
    }
}

/// An attribute value; any part of it may be unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// `null`, or not written.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(Box<str>),
    /// A list, set or tuple; sets come in the plan's order.
    List(Vec<Value>),
    /// An object or map.
    Object(BTreeMap<Box<str>, Value>),
    /// Not known, or not to be shown.
    Unknown(Cause),
}

impl Value {
    /// The member `name` of an object; [`Value::Null`] where there is none.
    pub fn member(&self, name: &str) -> &Self {
        const NULL: &Value = &Value::Null;
        match self {
            Self::Object(members) => members.get(name).unwrap_or(NULL),
            Self::Unknown(_) => self,
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => NULL,
        }
    }

    /// The text, when it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The boolean, when it is one.
    pub fn as_flag(&self) -> Option<bool> {
        if let Self::Bool(flag) = self { Some(*flag) } else { None }
    }

    /// The elements, when it is a list, set or tuple.
    pub fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(items) = self { Some(items) } else { None }
    }

    /// Whether any part of the value is unknown; the first cause in reading order.
    pub fn first_unknown(&self) -> Option<&Cause> {
        match self {
            Self::Unknown(cause) => Some(cause),
            Self::List(items) => items.iter().find_map(Self::first_unknown),
            Self::Object(members) => members.values().find_map(Self::first_unknown),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }
}
