//! One type for several values.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::convert::{convert, possible};
use crate::{Type, Value};

/// More different types than this are not compared with each other, which takes the square of the time.
const MOST: usize = 512;

/// The type to which values of all these types can be converted, when there is one. Text counts as
/// convertible to numbers and truth values; whether it is one shows when it is converted.
pub fn unify(types: &[Type]) -> Option<Type> {
    unified(types, true)
}

/// As [`unify`], but only with conversions that never fail.
pub fn unify_safely(types: &[Type]) -> Option<Type> {
    unified(types, false)
}

/// The values as one type, and that type.
pub fn unify_values(values: &[Value]) -> Result<(Type, Vec<Value>), String> {
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    let Some(ty) = unify(&types) else {
        return Err("all values must have the same type".into());
    };
    let converted: Result<_, _> = values.iter().map(|value| convert(value, &ty)).collect();
    Ok((ty, converted?))
}

/// Each type once, in the order of their first appearance.
fn distinct<'t>(types: impl IntoIterator<Item = &'t Type>) -> Vec<&'t Type> {
    let mut seen = BTreeSet::new();
    types.into_iter().filter(|ty| seen.insert(*ty)).collect()
}

/// As [`unify`], or [`unify_safely`].
pub(crate) fn unified<'t>(
    types: impl IntoIterator<Item = &'t Type>,
    unsafely: bool,
) -> Option<Type> {
    unify_distinct(&distinct(types), unsafely)
}

fn unify_distinct(types: &[&Type], unsafely: bool) -> Option<Type> {
    match types {
        [] => return None,
        [only] => return Some((*only).clone()),
        _ => {}
    }
    // A type of which all are parts is better than one of them to which the others can be cut down,
    // so equal structures come first.
    match Kinds::of(types) {
        Kinds::Mixed => {}
        Kinds::Never => return None,
        Kinds::Dynamic => return Some(Type::Dynamic),
        Kinds::Collections(build) => {
            let elements = types.iter().filter_map(|ty| ty.element());
            return unify_distinct(&distinct(elements), unsafely).map(build);
        }
        Kinds::Objects => return objects(types, unsafely),
        Kinds::Tuples => return tuples(types, unsafely),
        Kinds::MapsAndObjects => {
            if let Some(found) = as_collections(types, unsafely, objects_to_map) {
                return Some(found);
            }
        }
        Kinds::ListsAndTuples => {
            if let Some(found) = as_collections(types, unsafely, tuples_to_list) {
                return Some(found);
            }
        }
    }
    by_preference(types, unsafely)
}

/// What several types have in common.
enum Kinds {
    /// Nothing that helps.
    Mixed,
    /// Objects beside tuples: there is nothing above both.
    Never,
    /// One kind of collection or structure beside types that are not known yet.
    Dynamic,
    /// One kind of collection, and how to make it.
    Collections(fn(Type) -> Type),
    Objects,
    Tuples,
    MapsAndObjects,
    ListsAndTuples,
}

impl Kinds {
    fn of(types: &[&Type]) -> Self {
        let has = |test: fn(&Type) -> bool| types.iter().any(|ty| test(ty));
        let lists = has(|ty| matches!(ty, Type::List(_)));
        let sets = has(|ty| matches!(ty, Type::Set(_)));
        let maps = has(|ty| matches!(ty, Type::Map(_)));
        let objects = has(|ty| matches!(ty, Type::Object(_)));
        let tuples = has(|ty| matches!(ty, Type::Tuple(_)));
        let dynamic = has(|ty| matches!(ty, Type::Dynamic));
        if has(|ty| matches!(ty, Type::Bool | Type::Number | Type::String)) {
            return if objects && tuples { Self::Never } else { Self::Mixed };
        }
        match (lists, sets, maps, objects, tuples) {
            (true, false, false, false, false) if !dynamic => Self::Collections(Type::list),
            (false, true, false, false, false) if !dynamic => Self::Collections(Type::set),
            (false, false, true, false, false) if !dynamic => Self::Collections(Type::map),
            (false, false, false, true, false) if !dynamic => Self::Objects,
            (false, false, false, false, true) if !dynamic => Self::Tuples,
            (true, false, false, false, false)
            | (false, true, false, false, false)
            | (false, false, true, false, false)
            | (false, false, false, true, false)
            | (false, false, false, false, true) => Self::Dynamic,
            (false, false, true, true, false) => Self::MapsAndObjects,
            (true, false, false, false, true) => Self::ListsAndTuples,
            (_, _, _, true, true) => Self::Never,
            _ => Self::Mixed,
        }
    }
}

fn all_possible(types: &[&Type], to: &Type, unsafely: bool) -> bool {
    types.iter().all(|ty| possible(ty, to, unsafely))
}

/// Objects of the same attribute names become one of these names, others a map.
fn objects(types: &[&Type], unsafely: bool) -> Option<Type> {
    let members: Vec<_> = types.iter().filter_map(|ty| ty.members()).collect();
    let first = *members.first()?;
    if members.iter().any(|other| !other.keys().eq(first.keys())) {
        return objects_to_map(types, unsafely);
    }
    let mut unified_members = BTreeMap::new();
    for name in first.keys() {
        let across = members.iter().filter_map(|of| of.get(name));
        unified_members.insert(Arc::clone(name), unified(across, unsafely)?);
    }
    let object = Type::Object(Arc::new(unified_members));
    if all_possible(types, &object, unsafely) {
        Some(object)
    } else {
        objects_to_map(types, unsafely)
    }
}

fn objects_to_map(types: &[&Type], unsafely: bool) -> Option<Type> {
    let members = types.iter().filter_map(|ty| ty.members()).flat_map(BTreeMap::values);
    let map = Type::map(unified(members, unsafely)?);
    all_possible(types, &map, unsafely).then_some(map)
}

/// Tuples of the same length become one of this length, others a list.
fn tuples(types: &[&Type], unsafely: bool) -> Option<Type> {
    let items: Vec<_> = types.iter().filter_map(|ty| ty.items()).collect();
    let first = *items.first()?;
    if items.iter().any(|other| other.len() != first.len()) {
        return tuples_to_list(types, unsafely);
    }
    let unified_items: Option<_> = (0..first.len())
        .map(|at| unified(items.iter().filter_map(|of| of.get(at)), unsafely))
        .collect();
    let tuple = Type::Tuple(unified_items?);
    if all_possible(types, &tuple, unsafely) {
        Some(tuple)
    } else {
        tuples_to_list(types, unsafely)
    }
}

fn tuples_to_list(types: &[&Type], unsafely: bool) -> Option<Type> {
    let items = types.iter().filter_map(|ty| ty.items()).flatten();
    let list = Type::list(unified(items, unsafely)?);
    all_possible(types, &list, unsafely).then_some(list)
}

/// Structures beside collections of their kind: they are collections that were written out.
fn as_collections(
    types: &[&Type],
    unsafely: bool,
    collect: fn(&[&Type], bool) -> Option<Type>,
) -> Option<Type> {
    let is_structure = |ty: &Type| matches!(ty, Type::Object(_) | Type::Tuple(_));
    let structures: Vec<&Type> = types.iter().copied().filter(|ty| is_structure(ty)).collect();
    let collection = collect(&structures, unsafely)?;
    let others = types.iter().copied().filter(|ty| !is_structure(ty));
    let found = unified(others.chain([&collection]), unsafely)?;
    matches!(found, Type::List(_) | Type::Map(_)).then_some(found)
}

/// The most general of the types to which all others can be converted.
fn by_preference(types: &[&Type], unsafely: bool) -> Option<Type> {
    if types.len() > MOST {
        return None;
    }
    let wanted = preferred(types)
        .into_iter()
        .find(|wanted| types.iter().all(|ty| ty == wanted || possible(ty, wanted, unsafely)));
    wanted.cloned()
}

/// The types in topological order, the more general ones first.
fn preferred<'t>(types: &[&'t Type]) -> Vec<&'t Type> {
    let more_general = |left: &Type, right: &Type| generality(left, right) < 0;
    let above = |of: &Type| types.iter().filter(|other| more_general(other, of)).count();
    let mut waiting: Vec<(usize, &Type)> = types.iter().map(|ty| (above(ty), *ty)).collect();
    let mut order: Vec<&Type> =
        waiting.iter().filter(|(above, _)| *above == 0).map(|(_, ty)| *ty).collect();
    let mut next = 0;
    while let Some(done) = order.get(next).copied() {
        next += 1;
        for (above, ty) in &mut waiting {
            if more_general(done, ty) {
                *above = above.saturating_sub(1);
                if *above == 0 {
                    order.push(ty);
                }
            }
        }
    }
    order
}

/// Less than zero when `left` is more general than `right`, more when it is the other way around.
fn generality(left: &Type, right: &Type) -> i8 {
    match (left, right) {
        (Type::Dynamic, Type::Dynamic) => 0,
        (Type::Dynamic, _)
        | (Type::Bool | Type::Number, Type::String)
        | (Type::Set(_), Type::Tuple(_) | Type::List(_))
        | (Type::Tuple(_), Type::List(_))
        | (Type::Object(_), Type::Map(_)) => 1,
        (_, Type::Dynamic)
        | (Type::String, Type::Bool | Type::Number)
        | (Type::Tuple(_) | Type::List(_), Type::Set(_))
        | (Type::List(_), Type::Tuple(_))
        | (Type::Map(_), Type::Object(_)) => -1,
        (Type::List(left), Type::List(right))
        | (Type::Set(left), Type::Set(right))
        | (Type::Map(left), Type::Map(right)) => generality(left, right),
        (Type::Object(left), Type::Object(right)) if left.keys().eq(right.keys()) => {
            all_more_general(left.values().zip(right.values()))
        }
        (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => {
            all_more_general(left.iter().zip(right.iter()))
        }
        _ => 0,
    }
}

fn all_more_general<'t>(pairs: impl Iterator<Item = (&'t Type, &'t Type)>) -> i8 {
    let (mut left, mut right) = (false, false);
    for (one, other) in pairs {
        let found = generality(one, other);
        left |= found < 0;
        right |= found > 0;
    }
    match (left, right) {
        (true, false) => -1,
        (false, true) => 1,
        (true, true) | (false, false) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(members: &[(&str, Type)]) -> Type {
        Type::Object(Arc::new(
            members.iter().map(|(name, ty)| ((*name).into(), ty.clone())).collect(),
        ))
    }

    fn tuple(items: &[Type]) -> Type {
        Type::Tuple(items.into())
    }

    #[test]
    fn text_is_above_other_primitives() {
        let all = [Type::Number, Type::String, Type::Bool];
        assert_eq!(unify(&all), Some(Type::String));
        assert_eq!(unify(&[Type::Number, Type::Bool]), None);
        assert_eq!(unify(&[Type::Dynamic, Type::Number]), Some(Type::Number));
        assert_eq!(unify_safely(&[Type::Dynamic, Type::Number]), Some(Type::Dynamic));
        assert_eq!(unify(&[]), None);
    }

    #[test]
    fn tuples_become_tuples_or_lists() {
        let (one, text, two) =
            (tuple(&[Type::Number]), tuple(&[Type::String]), tuple(&[Type::Number, Type::Number]));
        assert_eq!(unify(&[one.clone(), text.clone()]), Some(text.clone()));
        assert_eq!(unify(&[two, text.clone()]), Some(Type::list(Type::String)));
        assert_eq!(unify(&[tuple(&[]), one]), Some(Type::list(Type::Number)));
        let numbers = Type::list(Type::Number);
        assert_eq!(unify(&[numbers.clone(), text]), Some(Type::list(Type::String)));
        assert_eq!(unify(&[numbers, tuple(&[Type::Bool])]), None);
        let swapped = [tuple(&[Type::Number, Type::String]), tuple(&[Type::String, Type::Number])];
        assert_eq!(unify(&swapped), Some(tuple(&[Type::String, Type::String])));
    }

    #[test]
    fn objects_become_objects_or_maps() {
        let (a, b) = (object(&[("a", Type::Number)]), object(&[("b", Type::Number)]));
        assert_eq!(unify(&[a.clone(), b]), Some(Type::map(Type::Number)));
        assert_eq!(unify(&[a.clone(), object(&[])]), Some(Type::map(Type::Number)));
        let text = object(&[("a", Type::String)]);
        assert_eq!(unify(&[a.clone(), text.clone()]), Some(text));
        let mixed = object(&[("a", Type::Number), ("b", Type::Bool)]);
        assert_eq!(unify(&[a.clone(), mixed]), None);
        assert_eq!(unify(&[a.clone(), tuple(&[Type::Number])]), None);
        assert_eq!(unify(&[a, Type::map(Type::String)]), Some(Type::map(Type::String)));
    }

    #[test]
    fn lists_are_above_tuples_and_both_above_sets() {
        let (list, set) = (Type::list(Type::String), Type::set(Type::Number));
        assert_eq!(unify(&[set.clone(), list.clone()]), Some(list));
        let pair = tuple(&[Type::String, Type::String]);
        assert_eq!(unify(&[set, pair]), Some(Type::set(Type::Number)));
    }
}
