//! When an answer counts as equal.

use groundplan_eval::{Error, Value, to_json};

use crate::Case;
use crate::repr::repr;

/// What became of a case.
pub(crate) enum Answer {
    /// The same as Terraform's.
    Equal,
    /// Another one.
    Different(String),
    /// We have none, Terraform has.
    Refused(String),
}

/// Compares our answer with the recorded one.
pub(crate) fn compare(case: &Case, ours: &Result<Value, Error>) -> Answer {
    if case.quirk.is_some() {
        return Answer::Equal;
    }
    match (&case.error, ours) {
        (Some(_), Err(_)) => Answer::Equal,
        (Some(error), Ok(value)) => {
            let detail = case.detail.as_deref().unwrap_or_default();
            Answer::Different(format!("ours is {}, but {error}: {detail}", repr(value)))
        }
        (None, Err(error)) => Answer::Refused(error.message.clone()),
        (None, Ok(value)) => match differs(case, value) {
            None => Answer::Equal,
            Some(why) => Answer::Different(why),
        },
    }
}

fn differs(case: &Case, value: &Value) -> Option<String> {
    if case.unknown {
        return differs_unknown(case, value);
    }
    let expected_ty = case.ty.as_deref().unwrap_or_default();
    let ty = value.ty().to_string();
    if ty != expected_ty {
        return Some(format!("our type is {ty}, not {expected_ty}"));
    }
    if value.has_sensitive() != case.sensitive {
        return Some(format!("sensitive: ours {}", value.has_sensitive()));
    }
    match (to_json(value), &case.json, &case.json_error) {
        (Ok(Some(ours)), Some(theirs), None) if ours == *theirs => None,
        (Err(_), None, Some(_)) => None,
        (ours, theirs, _) => Some(format!("ours {ours:?}, theirs {theirs:?} ({})", repr(value))),
    }
}

/// Of what Terraform does not know we may know more, as long as it does not contradict.
fn differs_unknown(case: &Case, value: &Value) -> Option<String> {
    let theirs = case.repr.as_deref().unwrap_or_default();
    let ours = repr(value);
    let expected_ty = case.ty.as_deref().unwrap_or_default();
    let ty = value.ty().to_string();
    if ty != expected_ty && expected_ty != "dynamic" {
        return Some(format!("our type is {ty}, not {expected_ty}"));
    }
    let after = "(known after apply)";
    if theirs == after {
        return None;
    }
    let (ours_lines, theirs_lines): (Vec<_>, Vec<_>) =
        (ours.lines().collect(), theirs.lines().collect());
    let consistent = |(ours, theirs): (&&str, &&str)| {
        theirs.split_once(after).map_or(ours == theirs, |(before, _)| ours.starts_with(before))
    };
    if ours_lines.len() == theirs_lines.len()
        && ours_lines.iter().zip(&theirs_lines).all(consistent)
    {
        return None;
    }
    Some(format!("ours {ours}, theirs {theirs}"))
}
