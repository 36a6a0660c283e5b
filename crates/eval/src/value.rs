//! Values, any part of which may be unknown or sensitive.

use std::collections::BTreeMap;
use std::sync::Arc;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::{Number, References, Source, Type};

/// A value with its mark. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Whether this value (and with it everything inside) is sensitive. Parts carry marks of their own.
    pub sensitive: bool,
}

/// The members of an object or map.
pub type Object = BTreeMap<Arc<str>, Value>;

/// The kinds of values.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null` of a type.
    Null(Type),
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text, in Unicode's normal form C.
    String(Arc<str>),
    /// A list with its element type.
    List(Type, Arc<[Value]>),
    /// A set with its element type; each element once, in the order in which Terraform iterates
    /// (strings by bytes, numbers by value). An element may be unknown.
    Set(Type, Arc<[Value]>),
    /// A map with its element type.
    Map(Type, Arc<Object>),
    /// A tuple.
    Tuple(Arc<[Value]>),
    /// An object.
    Object(Arc<Object>),
    /// A resource or data instance of a type whose schema is not at hand.
    Open(Arc<Open>),
    /// Not known before the apply.
    Unknown(Arc<Unknown>),
}

/// An object of which only some members are known; every other member is unknown and refers to the
/// source.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// The members that the configuration sets.
    pub members: Object,
    /// Where the others come from.
    pub source: Source,
}

/// What is known of an unknown value.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Unknown {
    /// The type, as far as it is known.
    pub ty: Type,
    /// What it comes from.
    pub references: References,
    /// Certainly not null.
    pub not_null: bool,
    /// A string that starts with this.
    pub prefix: Option<Arc<str>>,
    /// A collection of at least and at most so many elements.
    pub length: Option<(usize, Option<usize>)>,
    /// A number of at least and at most this much.
    pub range: Option<(Option<Number>, Option<Number>)>,
}

#[expect(clippy::derivable_impls, reason = "the other variants of the type have no default")]
impl Default for Type {
    fn default() -> Self {
        Self::Dynamic
    }
}

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        Self { kind, sensitive: false }
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Kind::Bool(flag).into()
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Kind::Number(number).into()
    }
}

impl From<Unknown> for Value {
    fn from(unknown: Unknown) -> Self {
        Kind::Unknown(Arc::new(unknown)).into()
    }
}

impl Value {
    /// `null` without a type.
    pub const NULL: Self = Self { kind: Kind::Null(Type::Dynamic), sensitive: false };

    /// `null` of a type.
    pub fn null(ty: Type) -> Self {
        Kind::Null(ty).into()
    }

    /// Text that is in normal form C already, as ASCII is.
    pub fn normal_string(text: impl Into<Arc<str>>) -> Self {
        Kind::String(text.into()).into()
    }

    /// A list; an empty one needs its element type, so it is always given.
    pub fn list(element: Type, items: impl Into<Arc<[Self]>>) -> Self {
        Kind::List(element, items.into()).into()
    }

    /// A map with its element type.
    pub fn map(element: Type, members: Object) -> Self {
        Kind::Map(element, Arc::new(members)).into()
    }

    /// A tuple.
    pub fn tuple(items: impl Into<Arc<[Self]>>) -> Self {
        Kind::Tuple(items.into()).into()
    }

    /// An object.
    pub fn object(members: Object) -> Self {
        Kind::Object(Arc::new(members)).into()
    }

    /// A value of which nothing but the type and the sources is known.
    pub fn unknown(ty: Type, references: References) -> Self {
        Unknown { ty, references, ..Unknown::default() }.into()
    }

    /// The same value with the mark, when `sensitive` says so.
    #[must_use]
    pub fn marked(mut self, sensitive: bool) -> Self {
        self.sensitive |= sensitive;
        self
    }

    /// The type of the value.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Null(ty) => ty.clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::String(_) => Type::String,
            Kind::List(of, _) => Type::list(of.clone()),
            Kind::Set(of, _) => Type::set(of.clone()),
            Kind::Map(of, _) => Type::map(of.clone()),
            Kind::Tuple(items) => Type::Tuple(items.iter().map(Self::ty).collect()),
            Kind::Object(members) => {
                let types = members.iter().map(|(name, it)| (Arc::clone(name), it.ty()));
                Type::Object(Arc::new(types.collect()))
            }
            Kind::Open(_) => Type::Dynamic,
            Kind::Unknown(unknown) => unknown.ty.clone(),
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// Whether the value itself is known; parts of it may not be.
    pub fn is_known(&self) -> bool {
        !matches!(self.kind, Kind::Unknown(_))
    }

    /// Whether no part of it is unknown.
    pub fn is_wholly_known(&self) -> bool {
        self.find(&|it| matches!(it.kind, Kind::Unknown(_) | Kind::Open(_))).is_none()
    }

    /// Whether any part of it is sensitive.
    pub fn has_sensitive(&self) -> bool {
        self.find(&|it| it.sensitive).is_some()
    }

    /// The first part, this value included, of which `test` is true.
    pub fn find(&self, test: &dyn Fn(&Self) -> bool) -> Option<&Self> {
        if test(self) {
            return Some(self);
        }
        self.parts().into_iter().find_map(|part| part.find(test))
    }

    /// The elements or members of a known collection, tuple or object, in iteration order.
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
                items.iter().collect()
            }
            Kind::Map(_, members) | Kind::Object(members) => members.values().collect(),
            Kind::Open(open) => open.members.values().collect(),
            Kind::Null(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Unknown(_) => Vec::new(),
        }
    }

    /// Everything that unknown parts of the value come from.
    pub fn references(&self) -> References {
        match &self.kind {
            Kind::Unknown(unknown) => unknown.references.clone(),
            Kind::Open(open) => References::exactly(crate::Reference {
                source: open.source.clone(),
                path: [].into(),
            }),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
                References::default()
            }
            Kind::List(..) | Kind::Set(..) | Kind::Map(..) | Kind::Tuple(_) | Kind::Object(_) => {
                self.parts()
                    .into_iter()
                    .fold(References::default(), |all, part| all.and(&part.references()))
            }
        }
    }

    /// The value without its mark and the marks of its parts, and whether there was any.
    pub fn unmarked(&self) -> (Self, bool) {
        if !self.has_sensitive() {
            return (self.clone(), false);
        }
        let plain = |it: &Self| it.unmarked().0;
        let members = |all: &Object| -> Object {
            all.iter().map(|(name, it)| (Arc::clone(name), plain(it))).collect()
        };
        let kind = match &self.kind {
            Kind::List(of, items) => Kind::List(of.clone(), items.iter().map(plain).collect()),
            Kind::Set(of, items) => Kind::Set(of.clone(), items.iter().map(plain).collect()),
            Kind::Tuple(items) => Kind::Tuple(items.iter().map(plain).collect()),
            Kind::Map(of, all) => Kind::Map(of.clone(), Arc::new(members(all))),
            Kind::Object(all) => Kind::Object(Arc::new(members(all))),
            Kind::Open(open) => Kind::Open(Arc::new(Open {
                members: members(&open.members),
                source: open.source.clone(),
            })),
            other @ (Kind::Null(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::Unknown(_)) => other.clone(),
        };
        (kind.into(), true)
    }

    /// The same value with other sources of what is unknown in it.
    #[must_use]
    pub fn map_sources(&self, change: &dyn Fn(&Source) -> Source) -> Self {
        let deeper = |it: &Self| it.map_sources(change);
        let members = |all: &Object| -> Object {
            all.iter().map(|(name, it)| (Arc::clone(name), deeper(it))).collect()
        };
        let kind = match &self.kind {
            Kind::List(of, items) => Kind::List(of.clone(), items.iter().map(deeper).collect()),
            Kind::Set(of, items) => Kind::Set(of.clone(), items.iter().map(deeper).collect()),
            Kind::Tuple(items) => Kind::Tuple(items.iter().map(deeper).collect()),
            Kind::Map(of, all) => Kind::Map(of.clone(), Arc::new(members(all))),
            Kind::Object(all) => Kind::Object(Arc::new(members(all))),
            Kind::Open(open) => Kind::Open(Arc::new(Open {
                members: members(&open.members),
                source: change(&open.source),
            })),
            Kind::Unknown(unknown) => {
                let mut unknown = (**unknown).clone();
                let reference = |it: &crate::Reference| crate::Reference {
                    source: change(&it.source),
                    path: Arc::clone(&it.path),
                };
                let all = unknown.references.all.iter().map(reference).collect();
                unknown.references.all = Arc::new(all);
                Kind::Unknown(Arc::new(unknown))
            }
            other @ (Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_)) => {
                other.clone()
            }
        };
        Self { kind, sensitive: self.sensitive }
    }

    /// The text, when it is known text.
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::String(text) = &self.kind { Some(text) } else { None }
    }

    /// The number, when it is a known one.
    pub fn as_number(&self) -> Option<&Number> {
        if let Kind::Number(number) = &self.kind { Some(number) } else { None }
    }

    /// The truth, when it is known.
    pub fn as_bool(&self) -> Option<bool> {
        if let Kind::Bool(flag) = &self.kind { Some(*flag) } else { None }
    }
}

impl Value {
    /// Text, brought into normal form C.
    pub fn string(text: &str) -> Self {
        Self::normal_string(normal_form(text))
    }
}

/// The text in Unicode's normal form C.
pub fn normal_form(text: &str) -> Arc<str> {
    if text.is_ascii() || is_nfc(text) {
        return text.into();
    }
    let normal: String = text.nfc().collect();
    normal.into()
}
