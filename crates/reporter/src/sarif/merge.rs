//! Findings of one rule at one place of source text become one result: code scanning shows one alert
//! for a rule and a line, however many instances the block has.

use std::collections::{BTreeMap, BTreeSet};

use groundplan_findings::{Finding, Report, Severity};
use groundplan_ir::{Address, Location};

use crate::summary::many;

/// More instances than this are counted.
const MOST_NAMES: usize = 10;

/// Findings that are one result.
pub(super) struct Merged<'r> {
    /// The first in the order of the report.
    pub(super) first: &'r Finding,
    /// The others at its place.
    pub(super) others: Vec<&'r Finding>,
}

/// The results of a report, in its order.
pub(super) fn merged(report: &Report) -> Vec<Merged<'_>> {
    let mut out: Vec<Merged<'_>> = Vec::new();
    let mut seen: BTreeMap<(&str, Severity, Location), usize> = BTreeMap::new();
    for finding in &report.findings {
        let place = finding.primary.origin.place.as_ref().map(|place| place.at);
        let place = place.filter(|at| report.sources.positions(*at).is_some());
        let key = place.map(|at| (finding.rule, finding.severity, at));
        let before = key.and_then(|key| seen.get(&key)).and_then(|at| out.get_mut(*at));
        if let Some(before) = before {
            before.others.push(finding);
            continue;
        }
        if let Some(key) = key {
            seen.insert(key, out.len());
        }
        out.push(Merged { first: finding, others: Vec::new() });
    }
    out
}

impl Merged<'_> {
    /// How many findings it stands for.
    pub(super) fn len(&self) -> usize {
        1 + self.others.len()
    }

    /// All of them, in the order of the report.
    pub(super) fn all(&self) -> impl Iterator<Item = &Finding> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// What is said of the others behind the message of the first.
    pub(super) fn more(&self) -> String {
        if self.others.is_empty() {
            return String::new();
        }
        let addresses = self.others.iter().map(|it| &*it.primary.origin.address);
        let others: BTreeSet<&Address> =
            addresses.filter(|it| **it != *self.first.primary.origin.address).collect();
        let count = many(self.others.len(), "more finding");
        let names: Vec<String> =
            others.iter().take(MOST_NAMES).map(|address| format!("`{address}`")).collect();
        let names = names.join(", ");
        match others.len() {
            0 => format!(" ({count} here)"),
            all if all > MOST_NAMES => {
                format!(" ({count} here, on {names} and {} others)", all - MOST_NAMES)
            }
            _ => format!(" ({count} here, on {names})"),
        }
    }
}
