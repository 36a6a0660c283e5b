//! Attribute values with their unknown parts in place.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::{Address, Cause, Step};

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

/// An instance that an unknown value comes from, and the part of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceRef {
    /// The absolute address of a managed or data instance, which may be a symbolic one.
    pub address: Arc<Address>,
    /// The attribute path within it, `[id]`.
    pub path: Vec<Step>,
}

/// An unknown value of which it is known what it comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Referred {
    /// Why it is unknown; it names the place where the value stands, as in [`Value::Unknown`].
    pub cause: Cause,
    /// Every instance that it comes from. None: it comes from something else that has no value.
    pub sources: Vec<SourceRef>,
    /// The value *is* what a source gives, unchanged: of the one, or of one of several. Otherwise it is
    /// computed from them, so that it names nothing for sure. A value that may also be `null`, or a
    /// constant, or come from what is no instance (a variable without a value), is a computed one.
    pub exact: bool,
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
    /// Not known, or not to be shown; what it comes from is only told by the references of its block.
    /// Where those do not tell everything either, as in HCL, it is [`Value::Referred`].
    Unknown(Cause),
    /// Not known, and this is all that it comes from. Nothing is to be looked for in the references of
    /// its block. In a list of blocks it stands for any number of blocks.
    Referred(Box<Referred>),
}

impl Value {
    /// The member `name` of an object; [`Value::Null`] where there is none.
    pub fn member(&self, name: &str) -> Cow<'_, Self> {
        const NULL: &Value = &Value::Null;
        match self {
            Self::Object(members) => Cow::Borrowed(members.get(name).unwrap_or(NULL)),
            Self::Unknown(_) => Cow::Borrowed(self),
            Self::Referred(referred) => Cow::Owned(referred.part(name)),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => {
                Cow::Borrowed(NULL)
            }
        }
    }

    /// Why the value as a whole is not known.
    pub fn unknown(&self) -> Option<&Cause> {
        match self {
            Self::Unknown(cause) => Some(cause),
            Self::Referred(referred) => Some(&referred.cause),
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Object(_) => None,
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

    /// Gives every unknown part that says what it comes from to `change`, and puts what that returns in
    /// its place.
    pub fn map_referred(&mut self, change: &mut dyn FnMut(&mut Referred) -> Option<Self>) {
        match self {
            Self::Referred(referred) => {
                if let Some(other) = change(referred) {
                    *self = other;
                }
            }
            Self::List(items) => items.iter_mut().for_each(|it| it.map_referred(change)),
            Self::Object(members) => {
                for it in members.values_mut() {
                    it.map_referred(change);
                }
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Unknown(_) => (),
        }
    }

    /// Whether any part of the value is unknown; the first cause in reading order.
    pub fn first_unknown(&self) -> Option<&Cause> {
        match self {
            Self::Unknown(cause) => Some(cause),
            Self::Referred(referred) => Some(&referred.cause),
            Self::List(items) => items.iter().find_map(Self::first_unknown),
            Self::Object(members) => members.values().find_map(Self::first_unknown),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => None,
        }
    }
}

impl Referred {
    /// The member `name` of the value, which is not known either.
    fn part(&self, name: &str) -> Value {
        let deeper = |source: &SourceRef| {
            let mut source = source.clone();
            source.path.push(Step::Name(name.into()));
            source
        };
        let sources = if self.exact {
            self.sources.iter().map(deeper).collect()
        } else {
            self.sources.clone()
        };
        Value::Referred(Box::new(Self { cause: self.cause.clone(), sources, exact: self.exact }))
    }
}
