//! What is claimed of a value, held against what it turned out to be.

use std::collections::BTreeMap;

use groundplan_eval::{Kind, Number, Object, Reference, Type, Unknown, Value, to_json};
use groundplan_ir::{InstanceKey, Step as PathStep};

/// The value in a few words.
pub(crate) fn shown(value: &Value) -> String {
    let parts = || value.parts().into_iter().map(shown).collect::<Vec<_>>().join(", ");
    match &value.kind {
        Kind::Unknown(it) => {
            let exact = if it.references.exact { ", exact" } else { "" };
            format!("unknown({}{}{exact})", it.ty, if it.not_null { ", not null" } else { "" })
        }
        Kind::Null(ty) => format!("null({ty})"),
        Kind::List(ty, _) => format!("list({ty})[{}]", parts()),
        Kind::Set(ty, _) => format!("set({ty})[{}]", parts()),
        Kind::Map(ty, all) => format!("map({ty}){:?}[{}]", all.keys().collect::<Vec<_>>(), parts()),
        Kind::Tuple(_) => format!("[{}]", parts()),
        Kind::Object(all) => format!("{{{:?}}}[{}]", all.keys().collect::<Vec<_>>(), parts()),
        Kind::Open(_) => "open".to_owned(),
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => to_json(value).unwrap().unwrap(),
    }
}

/// Whether a type may be the other one, once what is not known of it is.
fn may_be(claimed: &Type, actual: &Type) -> bool {
    match (claimed, actual) {
        // What has no type for want of a schema takes that of what it stands beside.
        (Type::Dynamic, _) | (_, Type::Dynamic) | (Type::Number, Type::String) => true,
        (Type::List(l), Type::List(r))
        | (Type::Set(l), Type::Set(r))
        | (Type::Map(l), Type::Map(r)) => may_be(l, r),
        (Type::Tuple(l), Type::Tuple(r)) => {
            l.len() == r.len() && l.iter().zip(r.iter()).all(|(l, r)| may_be(l, r))
        }
        (Type::Object(l), Type::Object(r)) => {
            l.keys().eq(r.keys()) && l.values().zip(r.values()).all(|(l, r)| may_be(l, r))
        }
        _ => claimed == actual,
    }
}

/// What references turned out to be.
pub(crate) type Found = BTreeMap<Reference, Value>;

/// What a reference stands for, when it can be told.
fn target(reference: &Reference, found: &Found) -> Option<Value> {
    let named =
        |it: &&Reference| it.source == reference.source && reference.path.starts_with(&it.path);
    let (of, value) = found.iter().find(|(it, _)| named(it))?;
    reference.path.iter().skip(of.path.len()).try_fold(value.clone(), |value, step| {
        let key = match step {
            PathStep::Name(name) | PathStep::Key(InstanceKey::Text(name)) => Value::string(name),
            PathStep::Key(InstanceKey::Number(at)) => {
                Number::from(usize::try_from(*at).unwrap()).into()
            }
            PathStep::Key(InstanceKey::Any) => return None,
        };
        value.index(&key).ok().or_else(|| value.parts().first().map(|it| (*it).clone()))
    })
}

/// What is claimed and is not so.
pub(crate) fn contradiction(claimed: &Value, actual: &Value, found: &Found) -> Option<String> {
    if !may_be(&claimed.ty(), &actual.ty()) {
        return Some(format!("type {} instead of {}", claimed.ty(), actual.ty()));
    }
    if let Kind::Unknown(unknown) = &claimed.kind {
        return unknown_contradiction(claimed, unknown, actual, found);
    }
    let all = |l: &[Value], r: &[Value]| {
        if l.len() != r.len() {
            return Some(format!("{} elements instead of {}", l.len(), r.len()));
        }
        l.iter().zip(r).find_map(|(l, r)| contradiction(l, r, found))
    };
    let members = |l: &Object, r: &Object| {
        if !l.keys().eq(r.keys()) {
            return Some("other keys".to_owned());
        }
        l.values().zip(r.values()).find_map(|(l, r)| contradiction(l, r, found))
    };
    match (&claimed.kind, &actual.kind) {
        (Kind::Null(_), Kind::Null(_)) => None,
        (Kind::Bool(l), Kind::Bool(r)) => (l != r).then(|| "another bool".to_owned()),
        (Kind::Number(l), Kind::Number(r)) => (l != r).then(|| "another number".to_owned()),
        (Kind::Number(l), Kind::String(r)) => {
            (l.to_string() != **r).then(|| "another text".to_owned())
        }
        (Kind::String(l), Kind::String(r)) => (l != r).then(|| "another text".to_owned()),
        (Kind::List(_, l), Kind::List(_, r)) | (Kind::Tuple(l), Kind::Tuple(r)) => all(l, r),
        (Kind::Map(_, l), Kind::Map(_, r)) | (Kind::Object(l), Kind::Object(r)) => members(l, r),
        (Kind::Set(_, l), Kind::Set(_, r)) => {
            let (least, most) = claimed.length_range().unwrap();
            if r.len() < least || most.is_some_and(|most| r.len() > most) {
                return Some(format!("{} elements are not in {least}..{most:?}", r.len()));
            }
            let missing = l.iter().find(|it| it.is_wholly_known() && !r.contains(it));
            missing.map(|it| format!("{} is not in it", shown(it)))
        }
        _ => Some("another kind".to_owned()),
    }
}

fn unknown_contradiction(
    claimed: &Value,
    unknown: &Unknown,
    actual: &Value,
    found: &Found,
) -> Option<String> {
    if unknown.not_null && actual.is_null() {
        return Some("it is null".to_owned());
    }
    if let (Some(prefix), Some(text)) = (&unknown.prefix, actual.as_str())
        && !text.starts_with(&**prefix)
    {
        return Some(format!("it does not start with {prefix}"));
    }
    if let (Some((low, high)), Some(number)) = (&unknown.range, actual.as_number())
        && (low.as_ref().is_some_and(|it| number < it)
            || high.as_ref().is_some_and(|it| number > it))
    {
        return Some("out of range".to_owned());
    }
    if let (Some((least, most)), Some(length)) = (claimed.length_range(), actual.known_length())
        && (length < least || most.is_some_and(|most| length > most))
    {
        return Some(format!("{length} elements are not in {least}..{most:?}"));
    }
    if unknown.references.exact && !unknown.references.all.is_empty() {
        let targets: Vec<Option<Value>> =
            unknown.references.all.iter().map(|it| target(it, found)).collect();
        // One that cannot be told may be it; conversions do not count as changes.
        let is_it = |it: &Option<Value>| {
            it.as_ref().is_none_or(|it| {
                it.ty() != actual.ty() && !it.is_null()
                    || it.kind == actual.kind
                    || it.is_null() && actual.is_null()
            })
        };
        if !targets.iter().any(is_it) {
            let targets: Vec<String> = targets.iter().flatten().map(shown).collect();
            return Some(format!("it is none of {targets:?}, to which it refers"));
        }
    }
    None
}
