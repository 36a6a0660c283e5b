//! Runs rules in parallel and puts their answers in order.

use std::cmp::Reverse;
use std::panic::{AssertUnwindSafe, catch_unwind};

use groundplan_findings::{Crash, Finding, Undetermined};
use groundplan_model::Topology;
use rayon::prelude::*;

use crate::{Context, Entry, Sink};

/// The answers of all rules, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What is broken: worst first, then by place, rule and message.
    pub findings: Vec<Finding>,
    /// What could not be decided, by rule and place.
    pub undetermined: Vec<Undetermined>,
    /// Rules that failed; their answers are missing, the others' stand.
    pub crashes: Vec<Crash>,
    /// Questions that were answered with yes or no.
    pub decided: usize,
}

/// Asks every rule about the network.
pub fn check(topology: &Topology, rules: &[Entry]) -> Outcome {
    let context = Context { topology };
    let answers: Vec<Result<Sink, Crash>> =
        rules.par_iter().map(|entry| isolated(&context, entry)).collect();
    let mut outcome = Outcome::default();
    for answer in answers {
        match answer {
            Ok(sink) => {
                outcome.findings.extend(sink.findings);
                outcome.undetermined.extend(sink.undetermined);
                outcome.decided += sink.decided;
            }
            Err(crash) => outcome.crashes.push(crash),
        }
    }
    outcome.findings.sort_by(|one, two| order(one).cmp(&order(two)));
    outcome.findings.dedup();
    outcome.undetermined.sort();
    outcome.undetermined.dedup();
    outcome.crashes.sort();
    outcome
}

/// A rule that panics loses its own answers and nobody else's.
fn isolated(context: &Context<'_>, entry: &Entry) -> Result<Sink, Crash> {
    catch_unwind(AssertUnwindSafe(|| {
        let mut sink = Sink::new(entry);
        (entry.rule.check)(context, &mut sink);
        sink
    }))
    .map_err(|_| Crash { rule: entry.id })
}

fn order(finding: &Finding) -> impl Ord {
    (Reverse(finding.severity), &finding.primary, finding.rule, &finding.message, &finding.related)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use groundplan_findings::{Class, Confidence, Group, Severity};
    use groundplan_ir::{Address, Cause, Origin};

    use super::*;
    use crate::Rule;

    fn origin(text: &str) -> Origin {
        Origin::of(&Arc::new(Address::parse(text).unwrap()))
    }

    fn rule(severity: Severity, check: fn(&Context<'_>, &mut Sink)) -> Rule {
        Rule {
            severity,
            class: Class::BlackHole,
            confidence: Confidence::Proven,
            since: "0.1.0",
            check,
        }
    }

    fn entry(id: &'static str, rule: Rule) -> Entry {
        Entry {
            id,
            group: Group::Input,
            severity: None,
            title: "",
            page: "",
            rule: Box::leak(Box::new(rule)),
        }
    }

    #[test]
    fn a_crashing_rule_is_named_and_the_others_stand() {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| ()));
        let rules = [
            entry("crashes", rule(Severity::Error, |_, _| panic!("on purpose"))),
            entry(
                "speaks",
                rule(Severity::Warning, |_, out| {
                    out.broken(Finding::at(&origin("aws_vpc.b"), "").message("b"));
                    out.broken(Finding::at(&origin("aws_vpc.a"), "").message("a"));
                    out.undetermined(&origin("aws_vpc.c"), Cause::PlanIncomplete);
                    out.fine();
                }),
            ),
            entry(
                "shouts",
                rule(Severity::Error, |_, out| {
                    out.broken(Finding::at(&origin("aws_vpc.z"), "").message("z"));
                }),
            ),
        ];
        let outcome = check(&Topology::default(), &rules);
        std::panic::set_hook(hook);
        assert_eq!(outcome.crashes, [Crash { rule: "crashes" }]);
        let messages: Vec<&str> = outcome.findings.iter().map(|it| &*it.message).collect();
        assert_eq!(messages, ["z", "a", "b"]);
        assert_eq!(outcome.undetermined.len(), 1);
        assert_eq!(outcome.decided, 4);
    }
}
