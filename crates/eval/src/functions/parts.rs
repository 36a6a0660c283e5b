//! What the functions of collections share: the parts of known and unknown collections, unknown
//! results that say what they come from, and the limits on what is made.

use std::sync::Arc;

use groundplan_ir::{Address, InstanceKey, Mode, Step};

use crate::{CallError, Kind, Number, Object, References, Source, Type, Unknown, Value};

/// No function makes a longer collection.
pub(super) const MAX_ELEMENTS: usize = 1 << 20;

/// Refuses a collection that would be too long.
pub(super) fn bounded(length: usize) -> Result<(), CallError> {
    if length <= MAX_ELEMENTS {
        return Ok(());
    }
    Err(CallError::new(format!(
        "the result would have more than {MAX_ELEMENTS} elements, groundplan's limit"
    )))
}

/// The argument at `index`; absent ones, of which there are none after the check of the arguments, are
/// `null`.
pub(super) fn argument(arguments: &[Value], index: usize) -> &Value {
    arguments.get(index).unwrap_or(&Value::NULL)
}

/// What is unknown, if it is as a whole.
pub(super) fn unknown_of(value: &Value) -> Option<&Unknown> {
    if let Kind::Unknown(unknown) = &value.kind { Some(unknown) } else { None }
}

/// An unknown result that is never null.
pub(super) fn unknown(ty: Type, references: References) -> Value {
    let not_null = ty != Type::Dynamic;
    Unknown { ty, references, not_null, ..Unknown::default() }.into()
}

/// An unknown result that is computed from these values.
pub(super) fn computed(ty: Type, from: &[Value]) -> Value {
    let references = from.iter().fold(References::default(), |all, it| all.and(&it.references()));
    unknown(ty, references.computed())
}

/// Where a value comes from that is one of these. It refers exactly to what they refer to only when
/// every one of them does.
pub(super) fn one_of<'v>(candidates: impl IntoIterator<Item = &'v Value>) -> References {
    candidates.into_iter().map(Value::references).reduce(|all, it| all.or(&it)).unwrap_or_default()
}

/// Where a value comes from that `selector`, which is not known, selects from these.
pub(super) fn selected<'v>(
    candidates: impl IntoIterator<Item = &'v Value>,
    selector: &Value,
) -> References {
    let references = one_of(candidates);
    if references.exact { references } else { references.and(&selector.references()) }
}

/// The step to an element.
pub(super) fn index_step(index: usize) -> Step {
    Step::Key(InstanceKey::Number(u64::try_from(index).unwrap_or(u64::MAX)))
}

/// The step to an element of a map, or to an attribute.
pub(super) fn key_step(ty: &Type, key: &str) -> Step {
    if matches!(ty, Type::Map(_)) {
        Step::Key(InstanceKey::Text(key.into()))
    } else {
        Step::Name(key.into())
    }
}

/// A part of something unknown.
pub(super) fn part(of: &Unknown, ty: Type, step: &Step) -> Value {
    Value::unknown(ty, of.references.step(step))
}

/// The elements of a list, set or tuple, as far as it is known how many there are. Those of an unknown
/// tuple are unknown.
pub(super) fn items(value: &Value) -> Option<Vec<Value>> {
    match &value.kind {
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => Some(items.to_vec()),
        Kind::Unknown(unknown) => {
            let Type::Tuple(types) = &unknown.ty else { return None };
            let element = |(at, ty): (usize, &Type)| part(unknown, ty.clone(), &index_step(at));
            Some(types.iter().enumerate().map(element).collect())
        }
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Map(..)
        | Kind::Object(_)
        | Kind::Open(_) => None,
    }
}

/// The members of a map or object, as far as it is known which there are. Those of an unknown object
/// are unknown.
pub(super) fn members(value: &Value) -> Option<Object> {
    match &value.kind {
        Kind::Map(_, members) | Kind::Object(members) => Some(members.as_ref().clone()),
        Kind::Unknown(unknown) => {
            let Type::Object(types) = &unknown.ty else { return None };
            let member = |(name, ty): (&Arc<str>, &Type)| {
                (Arc::clone(name), part(unknown, ty.clone(), &Step::Name(name.as_ref().into())))
            };
            Some(types.iter().map(member).collect())
        }
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Tuple(_)
        | Kind::Open(_) => None,
    }
}

/// Whether the value is unknown but surely a text that is neither null nor empty: its start is known, or
/// it is the identifier that a provider assigns. What is called `vpc_id` may be left empty.
pub(super) fn identifies(value: &Value) -> bool {
    let Some(unknown) = unknown_of(value) else { return false };
    unknown.prefix.as_ref().is_some_and(|prefix| !prefix.is_empty())
        || all_named(unknown, |name| ["id", "arn"].contains(&name))
}

/// Whether the value is unknown but surely no list, as nothing is that is called an identifier.
pub(super) fn is_text(value: &Value) -> bool {
    let Some(unknown) = unknown_of(value) else { return false };
    let ends = |name: &str| {
        let mut ends = ["id", "arn"].into_iter().filter_map(|end| name.strip_suffix(end));
        ends.any(|head| head.is_empty() || head.ends_with('_'))
    };
    unknown.prefix.is_some() || all_named(unknown, ends)
}

/// Whether all that a text is exactly referred to by has such a name.
fn all_named(unknown: &Unknown, test: impl Fn(&str) -> bool) -> bool {
    let references = &unknown.references;
    matches!(unknown.ty, Type::String | Type::Dynamic)
        && references.exact
        && !references.all.is_empty()
        && references
            .all
            .iter()
            .all(|it| it.path.last().and_then(Step::attribute).is_some_and(&test))
}

/// The instance whose own identifier the value is. Those of two managed instances of one type differ,
/// which identifiers of other things, or those of data sources, need not.
pub(super) fn own_identifier(value: &Value) -> Option<(&Address, &str)> {
    let references = &unknown_of(value).filter(|it| it.references.exact)?.references;
    let mut all = references.all.iter();
    let (Some(only), None) = (all.next(), all.next()) else { return None };
    let (Source::Instance(address), [step]) = (&only.source, only.path.as_ref()) else {
        return None;
    };
    let name = step.attribute().filter(|it| ["id", "arn"].contains(it))?;
    (address.mode == Mode::Managed && !address.is_symbolic()).then_some((address, name))
}

/// The whole number, as an index or a size.
pub(super) fn whole(number: &Number) -> Result<i64, String> {
    number.to_i64().ok_or_else(|| {
        format!("value must be a whole number, between {} and {}", i64::MIN, i64::MAX)
    })
}

/// The type of the value as Terraform names it in messages.
pub(super) fn name_of_value(value: &Value) -> String {
    if matches!(value.kind, Kind::Open(_)) {
        return "object".to_owned();
    }
    value.ty().friendly()
}

/// A list of so many unknown elements, each of which is one of `candidates`.
pub(super) fn unknown_elements(element: &Type, length: usize, candidates: &References) -> Value {
    let each = Value::unknown(element.clone(), candidates.clone());
    Value::list(element.clone(), vec![each; length])
}

/// A function that always returns a bool.
#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
pub(super) fn returns_bool(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::Bool)
}

/// A function that always returns a number.
#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
pub(super) fn returns_number(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::Number)
}

/// A function that always returns texts.
#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
pub(super) fn returns_strings(_: &[Value]) -> Result<Type, CallError> {
    Ok(Type::list(Type::String))
}

/// A function that returns what its first argument is.
#[expect(clippy::unnecessary_wraps, reason = "the shape that a function's `returns` has")]
pub(super) fn returns_first(arguments: &[Value]) -> Result<Type, CallError> {
    Ok(argument(arguments, 0).ty())
}
