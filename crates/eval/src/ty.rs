//! Types of values, printed as Terraform's `type()` prints them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Not known, or any: `null` without a type, an unknown of unknown type.
    Dynamic,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    String,
    /// `list(…)`
    List(Arc<Type>),
    /// `set(…)`
    Set(Arc<Type>),
    /// `map(…)`
    Map(Arc<Type>),
    /// `tuple([…])`
    Tuple(Arc<[Type]>),
    /// `object({…})`
    Object(Arc<BTreeMap<Arc<str>, Type>>),
}

impl Type {
    /// `list(element)`
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    /// `set(element)`
    pub fn set(element: Self) -> Self {
        Self::Set(Arc::new(element))
    }

    /// `map(element)`
    pub fn map(element: Self) -> Self {
        Self::Map(Arc::new(element))
    }

    /// Whether any part of it is [`Type::Dynamic`].
    pub fn has_dynamic(&self) -> bool {
        match self {
            Self::Dynamic => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(of) | Self::Set(of) | Self::Map(of) => of.has_dynamic(),
            Self::Tuple(items) => items.iter().any(Self::has_dynamic),
            Self::Object(members) => members.values().any(Self::has_dynamic),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(out, 0)
    }
}

impl Type {
    fn write(&self, out: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let indent = (depth + 1) * 4;
        match self {
            Self::Dynamic => out.write_str("dynamic"),
            Self::Bool => out.write_str("bool"),
            Self::Number => out.write_str("number"),
            Self::String => out.write_str("string"),
            Self::List(of) => Self::wrap(out, "list", of, depth),
            Self::Set(of) => Self::wrap(out, "set", of, depth),
            Self::Map(of) => Self::wrap(out, "map", of, depth),
            Self::Tuple(items) if items.is_empty() => out.write_str("tuple([])"),
            Self::Tuple(items) => {
                out.write_str("tuple([\n")?;
                for item in items.iter() {
                    write!(out, "{:indent$}", "")?;
                    item.write(out, depth + 1)?;
                    out.write_str(",\n")?;
                }
                write!(out, "{:1$}])", "", depth * 4)
            }
            Self::Object(members) if members.is_empty() => out.write_str("object({})"),
            Self::Object(members) => {
                out.write_str("object({\n")?;
                for (name, member) in members.iter() {
                    write!(out, "{:indent$}{name}: ", "")?;
                    member.write(out, depth + 1)?;
                    out.write_str(",\n")?;
                }
                write!(out, "{:1$}}})", "", depth * 4)
            }
        }
    }

    fn wrap(out: &mut fmt::Formatter<'_>, name: &str, of: &Self, depth: usize) -> fmt::Result {
        if matches!(of, Self::Tuple(_) | Self::Object(_)) {
            // The console breaks the line before a structural element type.
            write!(out, "{name}(")?;
            of.write(out, depth)?;
            return out.write_str(")");
        }
        write!(out, "{name}(")?;
        of.write(out, depth)?;
        out.write_str(")")
    }
}
