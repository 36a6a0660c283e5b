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

impl Type {
    /// The type of the elements of a collection.
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::List(of) | Self::Set(of) | Self::Map(of) => Some(of),
            Self::Dynamic
            | Self::Bool
            | Self::Number
            | Self::String
            | Self::Tuple(_)
            | Self::Object(_) => None,
        }
    }

    /// The types of the attributes of an object.
    pub fn members(&self) -> Option<&BTreeMap<Arc<str>, Self>> {
        if let Self::Object(members) = self { Some(members) } else { None }
    }

    /// The types of the elements of a tuple.
    pub fn items(&self) -> Option<&[Self]> {
        if let Self::Tuple(items) = self { Some(items) } else { None }
    }

    /// Whether it is a list, set or map.
    pub fn is_collection(&self) -> bool {
        self.element().is_some()
    }

    /// Whether it is an object or a tuple.
    pub fn is_structure(&self) -> bool {
        matches!(self, Self::Tuple(_) | Self::Object(_))
    }

    /// Whether it is a truth value, a number or text.
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    /// The word for the kind of type.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Dynamic => "dynamic",
            Self::Bool => "bool",
            Self::Number => "number",
            Self::String => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) => "map",
            Self::Tuple(_) => "tuple",
            Self::Object(_) => "object",
        }
    }

    /// The type in a few words, as Terraform's messages name it: `list of string`.
    pub fn friendly(&self) -> String {
        match self.element() {
            Some(of) => format!("{} of {}", self.kind_name(), of.friendly()),
            None => self.kind_name().into(),
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

    /// The console breaks the line before a structure inside a collection.
    fn wrap(out: &mut fmt::Formatter<'_>, name: &str, of: &Self, depth: usize) -> fmt::Result {
        write!(out, "{name}(")?;
        if !of.is_structure() {
            of.write(out, depth)?;
            return out.write_str(")");
        }
        write!(out, "\n{:1$}", "", (depth + 1) * 4)?;
        of.write(out, depth + 1)?;
        write!(out, ",\n{:1$})", "", depth * 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_print_as_the_console_prints_them() {
        let object = |members: &[(&str, Type)]| {
            Type::Object(Arc::new(
                members.iter().map(|(name, ty)| ((*name).into(), ty.clone())).collect(),
            ))
        };
        let x = object(&[("x", Type::Number)]);
        assert_eq!(
            Type::list(Type::map(x)).to_string(),
            "list(map(\n    object({\n        x: number,\n    }),\n))"
        );
        let inner = Type::Tuple([Type::list(object(&[]))].into());
        assert_eq!(
            Type::map(inner).to_string(),
            "map(\n    tuple([\n        list(\n            object({}),\n        ),\n    ]),\n)"
        );
        assert_eq!(Type::list(Type::list(Type::String)).to_string(), "list(list(string))");
        assert_eq!(Type::Tuple([].into()).to_string(), "tuple([])");
        assert_eq!(
            object(&[("b", Type::Dynamic), ("a b", Type::Bool)]).to_string(),
            "object({\n    a b: bool,\n    b: dynamic,\n})"
        );
    }
}
