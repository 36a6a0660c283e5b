//! What is known of unknown values: ranges, lengths, prefixes, and that they are not null.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation as _;

use crate::{Kind, Number, References, Type, Unknown, Value};

/// The range in which a number lies.
pub(super) fn bounds(value: &Value) -> (Option<Number>, Option<Number>) {
    match &value.kind {
        Kind::Number(number) => (Some(number.clone()), Some(number.clone())),
        Kind::Unknown(unknown) => unknown.range.clone().unwrap_or_default(),
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_) => (None, None),
    }
}

/// How many elements a collection has, at least and at most.
pub(super) fn lengths(value: &Value) -> (usize, Option<usize>) {
    value.length_range().unwrap_or_default()
}

/// Whether it will not turn out to be null.
pub(super) fn never_null(value: &Value) -> bool {
    match &value.kind {
        Kind::Null(_) => false,
        Kind::Unknown(unknown) => unknown.not_null,
        Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_) => true,
    }
}

/// One of two values, of type `ty`, where it is not known which.
pub(super) fn either(ty: Type, l: &Value, r: &Value, references: References) -> Value {
    if l.is_null() && r.is_null() {
        return Value::null(ty);
    }
    let not_null = never_null(l) && never_null(r);
    let mut unknown = Unknown { ty, references, not_null, ..Unknown::default() };
    let (l_ty, r_ty) = (l.ty(), r.ty());
    if l_ty == Type::Number && r_ty == Type::Number {
        let ((l_low, l_high), (r_low, r_high)) = (bounds(l), bounds(r));
        let low = l_low.zip(r_low).map(|(l, r)| l.min(r));
        let high = l_high.zip(r_high).map(|(l, r)| l.max(r));
        unknown.range = (low.is_some() || high.is_some()).then_some((low, high));
    } else if matches!(l_ty, Type::List(_) | Type::Set(_) | Type::Map(_)) && l_ty == r_ty {
        let ((l_least, l_most), (r_least, r_most)) = (lengths(l), lengths(r));
        let most = l_most.zip(r_most).map(|(l, r)| l.max(r));
        unknown.length = Some((l_least.min(r_least), most));
    }
    settle(unknown)
}

/// The value, as far as what is known of it leaves only one: a range of one number, a list of a known
/// length.
pub(super) fn settle(unknown: Unknown) -> Value {
    if !unknown.not_null {
        return unknown.into();
    }
    if let Some((Some(low), Some(high))) = &unknown.range
        && low == high
    {
        return Value::from(low.clone());
    }
    let Some((least, Some(most))) = unknown.length else { return unknown.into() };
    if least != most {
        return unknown.into();
    }
    match &unknown.ty {
        Type::List(of) if least <= 1024 => {
            let item = Value::unknown(Type::clone(of), unknown.references.computed());
            Value::list(Type::clone(of), vec![item; least])
        }
        Type::Set(of) if least <= 1 => {
            let item = Value::unknown(Type::clone(of), unknown.references.computed());
            Value::set(Type::clone(of), vec![item; least])
        }
        Type::Map(of) if least == 0 => Value::map(Type::clone(of), crate::Object::new()),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => unknown.into(),
    }
}

/// How much of a known beginning counts.
const PREFIX: usize = 128;

/// What a string certainly starts with when it is known to start with `text` before something unknown,
/// which may begin with marks that change the last character.
pub(crate) fn safe_prefix(text: &str) -> Option<Arc<str>> {
    let mut end = text.len().min(PREFIX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text.get(..end)?;
    let (at, last) = text.grapheme_indices(true).next_back()?;
    let mut chars = last.chars();
    let ends = matches!((chars.next(), chars.next()), (Some(c), None) if is_delimiter(c));
    let prefix = if ends { text } else { text.get(..at)? };
    (!prefix.is_empty()).then(|| prefix.into())
}

/// Characters with which nothing combines.
fn is_delimiter(c: char) -> bool {
    c == '\t' || "-_:;/\\,.()[]{}|?!~ @#$%^&*+\"'".contains(c)
}
