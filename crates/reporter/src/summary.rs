//! The two lines that always stand last: what was read, what was judged, what came out.

use std::collections::BTreeMap;

use groundplan_findings::{Report, Severity};
use groundplan_ir::Cause;

use crate::sanitise;

/// How many types are named before the rest is counted.
const MOST_TYPES: usize = 5;

/// The summary in plain words.
pub(crate) fn summary(report: &Report) -> String {
    let it = &report.coverage;
    if it.read == 0 && report.is_unreadable() {
        return "nothing was read, so nothing was judged".to_owned();
    }
    let modelled: usize = it.modelled.values().sum();
    let unmodelled: usize = it.not_modelled.values().sum();
    let read = format!(
        "{} read: {modelled} modelled, {unmodelled} of network types not modelled{}, {} of other types",
        many(it.read, "resource"),
        types(&it.not_modelled),
        it.other
    );
    let judged = format!(
        "{} decided: {}, {}, {}; {} undetermined",
        many(it.decided, "check"),
        many(report.count(Severity::Error), "error"),
        many(report.count(Severity::Warning), "warning"),
        many(report.count(Severity::Note), "note"),
        report.undetermined.len()
    );
    format!("{read}\n{judged}")
}

/// `1 error`, `2 errors`.
pub(crate) fn many(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn types(types: &BTreeMap<String, usize>) -> String {
    if types.is_empty() {
        return String::new();
    }
    let mut order: Vec<(&String, &usize)> = types.iter().collect();
    order.sort_by(|one, two| two.1.cmp(one.1).then(one.0.cmp(two.0)));
    let named: Vec<String> = order
        .iter()
        .take(MOST_TYPES)
        .map(|(kind, count)| format!("{} {count}", sanitise::line(kind, 80)))
        .collect();
    let rest = if order.len() > MOST_TYPES { ", …" } else { "" };
    format!(" ({}{rest})", named.join(", "))
}

/// How often each kind of cause stands in the way, the most frequent first.
pub(crate) fn causes(report: &Report) -> Vec<(usize, &'static str)> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for it in &report.undetermined {
        *counts.entry(words(&it.cause)).or_default() += 1;
    }
    let mut out: Vec<(usize, &'static str)> =
        counts.into_iter().map(|(words, count)| (count, words)).collect();
    out.sort_by(|one, two| two.0.cmp(&one.0).then(one.1.cmp(two.1)));
    out
}

/// A kind of cause in words for a group of answers.
fn words(cause: &Cause) -> &'static str {
    match cause {
        Cause::KnownAfterApply(_) => "a value is known only after apply",
        Cause::Sensitive(_) => "a value is sensitive",
        Cause::Local(_) => "a reference goes through a local value, which plans do not define",
        Cause::EachValue => "a reference goes through `each.value`",
        Cause::ManyInstances(_) => "the plan does not say which instance a reference means",
        Cause::NoValue(_) => "a variable has no value in this run",
        Cause::NotInstalled(_) => "a value comes from a module that is not installed",
        Cause::Impure(_) => "a function gives something else in each run",
        Cause::Unread(_) => "a file is not read",
        Cause::Expansion(_) => "how many instances there are is known only after apply",
        Cause::NotModelled(_) => "a value comes from a resource that is not read",
        Cause::OtherAttribute(_) => {
            "a value comes from an attribute that does not name the resource"
        }
        Cause::NotInInput(_) => "something is named only by its id and not in this input",
        Cause::OtherStack(_) => "a value comes from the state of a stack that is not in this run",
        Cause::Directory(_) => "an input without ids may describe what another one names by its id",
        Cause::FarSide(..) => "the other side of something is in no input",
        Cause::Shared(_) => "other configurations may add to something, or have already",
        Cause::Unfollowed(_) => "something changes paths in a way that is not followed",
        Cause::Differs(_) => "two inputs tell something differently",
        Cause::Relayed(_) => "a VPC translates or passes on packets of others",
        Cause::NotManaged(_) => "something is only looked at here and managed elsewhere",
        Cause::UnplacedMember(_) => "a part cannot be followed to what it belongs to",
        Cause::Contested(_) => "something has several of what it can have one of",
        Cause::PlanIncomplete => "the input is incomplete",
        Cause::NoConfiguration(_) => "the input has no configuration for a resource",
        Cause::Account(_) => "an account cannot be told",
        Cause::Region(_) => "a region cannot be told",
        Cause::BadValue(_) => "a value has not the expected form",
        Cause::TooDeep => "references nest too deep",
    }
}

/// A stable name of the kind of cause, for programs.
pub(crate) fn kind(cause: &Cause) -> &'static str {
    match cause {
        Cause::KnownAfterApply(_) => "known-after-apply",
        Cause::Sensitive(_) => "sensitive",
        Cause::Local(_) => "local",
        Cause::EachValue => "each-value",
        Cause::ManyInstances(_) => "many-instances",
        Cause::NoValue(_) => "no-value",
        Cause::NotInstalled(_) => "not-installed",
        Cause::Impure(_) => "impure",
        Cause::Unread(_) => "unread",
        Cause::Expansion(_) => "expansion",
        Cause::NotModelled(_) => "not-modelled",
        Cause::OtherAttribute(_) => "other-attribute",
        Cause::NotInInput(_) => "not-in-input",
        Cause::OtherStack(_) => "other-stack",
        Cause::Directory(_) => "directory",
        Cause::FarSide(..) => "far-side",
        Cause::NotManaged(_) => "not-managed",
        Cause::Unfollowed(_) => "unfollowed",
        Cause::Differs(_) => "differs",
        Cause::Relayed(_) => "relayed",
        Cause::Shared(_) => "shared",
        Cause::UnplacedMember(_) => "unplaced-member",
        Cause::Contested(_) => "contested",
        Cause::PlanIncomplete => "plan-incomplete",
        Cause::NoConfiguration(_) => "no-configuration",
        Cause::Account(_) => "account",
        Cause::Region(_) => "region",
        Cause::BadValue(_) => "bad-value",
        Cause::TooDeep => "too-deep",
    }
}
