//! Conversions between types.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::Step;

use crate::convert_parts::{Elements, to_list, to_map, to_object, to_set};
use crate::unify::unified;
use crate::{Kind, Number, Open, Type, Unknown, Value};

/// The value as one of type `to`, or why that cannot be. Parts of `to` that are [`Type::Dynamic`] take
/// what is there. Marks and references stay.
pub fn convert(value: &Value, to: &Type) -> Result<Value, String> {
    let from = value.ty();
    if from == *to || *to == Type::Dynamic {
        return Ok(value.clone());
    }
    if !possible(&from, to, true) {
        return Err(mismatch(&from, to));
    }
    change(value, to)
}

/// Why there is no conversion.
pub(crate) fn mismatch(from: &Type, to: &Type) -> String {
    if let (Type::Object(from), Type::Object(to)) = (from, to) {
        for (name, wanted) in to.iter() {
            match from.get(name) {
                None => return format!("attribute {name:?} is required"),
                Some(given) if !possible(given, wanted, true) => {
                    return format!("attribute {name:?}: {}", mismatch(given, wanted));
                }
                Some(_) => {}
            }
        }
    }
    match to {
        Type::List(of) | Type::Set(of) | Type::Map(of) if **of == Type::Dynamic => {
            let kind = to.kind_name();
            if from.is_structure() {
                format!("all elements of a {kind} must have the same type")
            } else {
                format!(
                    "{kind} of any single type required, but this is {from}",
                    from = from.friendly()
                )
            }
        }
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => format!("{} required, but this is {}", to.friendly(), from.friendly()),
    }
}

/// Whether there is a conversion from one type to another; some texts and maps may yet refuse it when
/// `unsafely`.
pub(crate) fn possible(from: &Type, to: &Type, unsafely: bool) -> bool {
    match (from, to) {
        (_, Type::Dynamic) | (Type::Bool | Type::Number, Type::String) => true,
        (Type::Dynamic, _) | (Type::String, Type::Bool | Type::Number) => unsafely || from == to,
        (Type::Object(from), Type::Object(to)) => to
            .iter()
            .all(|(name, to)| from.get(name).is_some_and(|from| possible(from, to, unsafely))),
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len()
                && from.iter().zip(to.iter()).all(|(from, to)| possible(from, to, unsafely))
        }
        (Type::List(from) | Type::Set(from), Type::List(to))
        | (Type::Set(from), Type::Set(to))
        | (Type::Map(from), Type::Map(to)) => possible(from, to, unsafely),
        (Type::List(from), Type::Set(to)) => unsafely && possible(from, to, unsafely),
        (Type::Tuple(items), Type::List(of) | Type::Set(of)) => {
            collectable(items.iter(), of, unsafely)
        }
        (Type::Object(members), Type::Map(of)) => collectable(members.values(), of, unsafely),
        (Type::Map(of), Type::Object(members)) => {
            unsafely && members.values().all(|to| possible(of, to, unsafely))
        }
        _ => from == to,
    }
}

/// Whether these can be the elements of one collection.
fn collectable<'t>(
    mut types: impl Iterator<Item = &'t Type> + Clone,
    of: &Type,
    unsafely: bool,
) -> bool {
    if types.clone().next().is_none() {
        return true;
    }
    match of {
        Type::Dynamic => match unified(types.clone(), unsafely) {
            Some(of) => types.all(|ty| possible(ty, &of, unsafely)),
            None => false,
        },
        Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => types.all(|ty| possible(ty, of, unsafely)),
    }
}

/// The conversion of a value for which there is one.
pub(crate) fn change(value: &Value, to: &Type) -> Result<Value, String> {
    let changed = match (&value.kind, to) {
        (_, Type::Dynamic)
        | (Kind::Bool(_), Type::Bool)
        | (Kind::Number(_), Type::Number)
        | (Kind::String(_), Type::String) => value.clone(),
        (Kind::Null(from), _) => Value::null(replace_dynamic(from, to)),
        (Kind::Unknown(unknown), _) => unknown_as(unknown, to).into(),
        (Kind::Bool(flag), Type::String) => {
            Value::normal_string(if *flag { "true" } else { "false" })
        }
        (Kind::Number(number), Type::String) => Value::normal_string(number.to_string()),
        (Kind::String(text), Type::Number) => {
            Number::parse(text).ok_or("a number is required")?.into()
        }
        (Kind::String(text), Type::Bool) => truth(text)?.into(),
        (Kind::Open(open), _) => open_as(open, to)?,
        (Kind::List(from, items), Type::List(of)) => {
            to_list(Elements { of: Some(from), values: items }, of)?
        }
        (Kind::Set(from, items), Type::List(of)) => set_to_list(value, from, items, of)?,
        (Kind::Tuple(items), Type::List(of)) => to_list(Elements { of: None, values: items }, of)?,
        (Kind::List(from, items) | Kind::Set(from, items), Type::Set(of)) => {
            to_set(Elements { of: Some(from), values: items }, of)?
        }
        (Kind::Tuple(items), Type::Set(of)) => to_set(Elements { of: None, values: items }, of)?,
        (Kind::Map(from, members), Type::Map(of)) => to_map(Some(from), members, of)?,
        (Kind::Object(members), Type::Map(of)) => to_map(None, members, of)?,
        (Kind::Map(_, members) | Kind::Object(members), Type::Object(types)) => {
            to_object(members, types)?
        }
        (Kind::Tuple(items), Type::Tuple(types)) if items.len() == types.len() => {
            let pairs = items.iter().zip(types.iter()).enumerate();
            let items: Result<Vec<_>, _> = pairs
                .map(|(at, (item, to))| {
                    change(item, to).map_err(|error| format!("element {at}: {error}"))
                })
                .collect();
            Value::tuple(items?)
        }
        _ => return Err(mismatch(&value.ty(), to)),
    };
    Ok(changed.marked(value.sensitive))
}

fn truth(text: &str) -> Result<bool, String> {
    match text {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => match text.to_lowercase().as_str() {
            lower @ ("true" | "false") => Err(format!(
                "a bool is required; to convert from string, use lowercase \"{lower}\""
            )),
            _ => Err("a bool is required".into()),
        },
    }
}

/// A set whose elements are not all known may have fewer of them than are written, so as a list it is
/// unknown.
fn set_to_list(set: &Value, from: &Type, items: &[Value], of: &Type) -> Result<Value, String> {
    if let Some(known) = set.known_length() {
        debug_assert_eq!(known, items.len());
        return to_list(Elements { of: Some(from), values: items }, of);
    }
    Ok(Unknown {
        ty: Type::list(replace_dynamic(from, of)),
        references: set.references().computed(),
        not_null: true,
        length: Some((1, Some(items.len()))),
        ..Unknown::default()
    }
    .into())
}

fn unknown_as(unknown: &Unknown, to: &Type) -> Unknown {
    let from = &unknown.ty;
    let length = match (from, to) {
        (Type::Object(members), Type::Map(_)) => Some((members.len(), Some(members.len()))),
        (Type::Tuple(items), Type::List(_)) => Some((items.len(), Some(items.len()))),
        (Type::Tuple(items), Type::Set(_)) => Some((items.len().min(1), Some(items.len()))),
        (Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Dynamic, Type::Set(_)) => {
            // Elements that turn out to be equal become one.
            unknown.length.map(|(least, most)| (least.min(1), most))
        }
        (
            Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Dynamic,
            Type::List(_) | Type::Map(_),
        ) => unknown.length,
        _ => None,
    };
    let references = match (from, to) {
        // The order of the list is not there to be referred to.
        (Type::Set(_), Type::List(_)) => unknown.references.computed(),
        _ => unknown.references.clone(),
    };
    let same = |of: &Type| from == of && to == of;
    Unknown {
        ty: replace_dynamic(from, to),
        references,
        not_null: unknown.not_null,
        prefix: unknown.prefix.clone().filter(|_| same(&Type::String)),
        length,
        range: unknown.range.clone().filter(|_| same(&Type::Number)),
    }
}

/// An instance of a type whose schema is not at hand has every attribute that is asked for.
fn open_as(open: &Arc<Open>, to: &Type) -> Result<Value, String> {
    match to {
        Type::Object(types) => {
            let mut members = BTreeMap::new();
            for (name, ty) in types.iter() {
                let member = change(&open.attribute(name), ty)
                    .map_err(|error| format!("attribute {name:?}: {error}"))?;
                members.insert(Arc::clone(name), member);
            }
            Ok(Value::object(members))
        }
        Type::Map(_) => Ok(Unknown {
            ty: to.clone(),
            references: Value::from(Kind::Open(Arc::clone(open))).references(),
            not_null: true,
            ..Unknown::default()
        }
        .into()),
        Type::Dynamic => Ok(Kind::Open(Arc::clone(open)).into()),
        Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_) => Err(format!("{} required, but this is object", to.friendly())),
    }
}

impl Open {
    /// The member, or what refers to it.
    pub fn attribute(&self, name: &str) -> Value {
        if let Some(member) = self.members.get(name) {
            return member.clone();
        }
        let path = [Step::Name(name.into())].into();
        let reference = crate::Reference { source: self.source.clone(), path };
        Value::unknown(Type::Dynamic, crate::References::exactly(reference))
    }
}

/// The type `to`, with its dynamic parts taken from `from`.
pub(crate) fn replace_dynamic(from: &Type, to: &Type) -> Type {
    let element = |from: &Type, to: &Type| match from {
        Type::List(of) | Type::Set(of) | Type::Map(of) => replace_dynamic(of, to),
        Type::Tuple(items) => {
            unified(items.iter(), true).map_or_else(|| to.clone(), |of| replace_dynamic(&of, to))
        }
        Type::Object(members) => unified(members.values(), true)
            .map_or_else(|| to.clone(), |of| replace_dynamic(&of, to)),
        Type::Dynamic | Type::Bool | Type::Number | Type::String => to.clone(),
    };
    match (from, to) {
        (Type::Dynamic, _) | (_, Type::Bool | Type::Number | Type::String) => to.clone(),
        (_, Type::Dynamic) => from.clone(),
        (_, Type::List(of)) => Type::list(element(from, of)),
        (_, Type::Set(of)) => Type::set(element(from, of)),
        (_, Type::Map(of)) => Type::map(element(from, of)),
        (Type::Tuple(from), Type::Tuple(to)) => Type::Tuple(
            from.iter().zip(to.iter()).map(|(from, to)| replace_dynamic(from, to)).collect(),
        ),
        (_, Type::Object(members)) => {
            let attribute = |name: &Arc<str>, to: &Type| {
                let given = from.members().map_or_else(|| from.element(), |from| from.get(name));
                given.map_or_else(|| to.clone(), |given| replace_dynamic(given, to))
            };
            let members = members.iter().map(|(name, to)| (Arc::clone(name), attribute(name, to)));
            Type::Object(Arc::new(members.collect()))
        }
        (_, Type::Tuple(_)) => to.clone(),
    }
}

#[cfg(test)]
mod tests;
