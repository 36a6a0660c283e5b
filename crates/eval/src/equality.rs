//! Whether two values are equal, as far as that is known.

use crate::{Kind, Object, Open, Type, Unknown, Value};

/// Whether two values are equal as `==` says; `None` when that depends on what is not known. Values of
/// different types are not equal, except that `null` is `null`. Marks do not count.
pub fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (&left.kind, &right.kind) {
        (Kind::Null(_), Kind::Null(_)) => Some(true),
        (Kind::Null(_), _) => null_is(right),
        (_, Kind::Null(_)) => null_is(left),
        (Kind::Unknown(_), Kind::Unknown(_)) => None,
        (Kind::Unknown(unknown), _) => may_be(unknown, right),
        (_, Kind::Unknown(unknown)) => may_be(unknown, left),
        _ if left.ty() == right.ty() => same(left, right),
        // Types that differ only where something has none yet may turn out to be the same.
        _ if compatible(&left.ty(), &right.ty()) && (is_loose(left) || is_loose(right)) => {
            same(left, right).filter(|found| !found)
        }
        _ => Some(false),
    }
}

fn null_is(other: &Value) -> Option<bool> {
    match &other.kind {
        Kind::Unknown(unknown) if !unknown.not_null => None,
        Kind::Null(_) => Some(true),
        Kind::Unknown(_)
        | Kind::Open(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => Some(false),
    }
}

/// Whether what is not known yet may become this known value.
fn may_be(unknown: &Unknown, known: &Value) -> Option<bool> {
    let ty = known.ty();
    if !compatible(&unknown.ty, &ty) {
        return Some(false);
    }
    if ty != unknown.ty && !unknown.ty.has_dynamic() && !is_loose(known) {
        return Some(false);
    }
    if let (Some(prefix), Some(text)) = (&unknown.prefix, known.as_str())
        && !text.starts_with(prefix.as_ref())
    {
        return Some(false);
    }
    if let (Some((least, most)), Some(number)) = (&unknown.range, known.as_number())
        && (least.as_ref().is_some_and(|least| number < least)
            || most.as_ref().is_some_and(|most| number > most))
    {
        return Some(false);
    }
    if let (Some(possible), Some(found)) = (unknown.length, known.length_range())
        && disjoint(possible, found)
    {
        return Some(false);
    }
    None
}

fn disjoint(one: (usize, Option<usize>), other: (usize, Option<usize>)) -> bool {
    one.1.is_some_and(|most| most < other.0) || other.1.is_some_and(|most| most < one.0)
}

/// Whether the types could become the same once their dynamic parts are known.
fn compatible(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => true,
        (Type::List(left), Type::List(right))
        | (Type::Set(left), Type::Set(right))
        | (Type::Map(left), Type::Map(right)) => compatible(left, right),
        (Type::Tuple(left), Type::Tuple(right)) => {
            left.len() == right.len()
                && left.iter().zip(right.iter()).all(|(left, right)| compatible(left, right))
        }
        (Type::Object(left), Type::Object(right)) => {
            left.keys().eq(right.keys())
                && left.values().zip(right.values()).all(|(left, right)| compatible(left, right))
        }
        _ => left == right,
    }
}

/// Whether the type of a part is not known yet; a `null` without a type has none for good.
fn is_loose(value: &Value) -> bool {
    let loose = |it: &Value| match &it.kind {
        Kind::Unknown(unknown) => unknown.ty.has_dynamic(),
        Kind::Open(_) => true,
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => false,
    };
    value.find(&loose).is_some()
}

/// Equality of two values whose types agree as a whole.
fn same(left: &Value, right: &Value) -> Option<bool> {
    match (&left.kind, &right.kind) {
        (Kind::Bool(left), Kind::Bool(right)) => Some(left == right),
        (Kind::Number(left), Kind::Number(right)) => Some(left == right),
        (Kind::String(left), Kind::String(right)) => Some(left == right),
        (Kind::List(_, left), Kind::List(_, right)) | (Kind::Tuple(left), Kind::Tuple(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            all(left.iter().zip(right.iter()))
        }
        (Kind::Map(_, left), Kind::Map(_, right)) | (Kind::Object(left), Kind::Object(right)) => {
            members(left, right)
        }
        (Kind::Set(_, items), Kind::Set(_, others)) => {
            if left.is_wholly_known() && right.is_wholly_known() {
                return if items.len() == others.len() {
                    all(items.iter().zip(others.iter()))
                } else {
                    Some(false)
                };
            }
            let ranges = left.length_range().zip(right.length_range());
            if ranges.is_some_and(|(left, right)| disjoint(left, right)) {
                return Some(false);
            }
            None
        }
        (Kind::Open(open), Kind::Object(members)) | (Kind::Object(members), Kind::Open(open)) => {
            open_is(open, members)
        }
        (Kind::Open(_), Kind::Open(_)) => None,
        (Kind::Null(_) | Kind::Unknown(_), _) | (_, Kind::Null(_) | Kind::Unknown(_)) => {
            equal(left, right)
        }
        _ => Some(false),
    }
}

fn members(left: &Object, right: &Object) -> Option<bool> {
    if !left.keys().eq(right.keys()) {
        return Some(false);
    }
    all(left.values().zip(right.values()))
}

/// An instance has its known members, and any others.
fn open_is(open: &Open, members: &Object) -> Option<bool> {
    let known = open.members.iter().filter_map(|(name, it)| Some((it, members.get(name)?)));
    all(known).filter(|found| !found)
}

fn all<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Option<bool> {
    let mut answer = Some(true);
    for (left, right) in pairs {
        let both = match (&left.kind, &right.kind) {
            (Kind::Null(_) | Kind::Unknown(_), _) | (_, Kind::Null(_) | Kind::Unknown(_)) => {
                equal(left, right)
            }
            _ => same(left, right),
        };
        match both {
            Some(false) => return Some(false),
            None => answer = None,
            Some(true) => {}
        }
    }
    answer
}

#[cfg(test)]
mod tests;
