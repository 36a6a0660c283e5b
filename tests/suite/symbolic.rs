//! What is said of a network in which nobody knows how many instances of a block there are is true
//! however many there are.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use groundplan_findings::{Class, Finding};
use groundplan_ir::{Action, Address, Config, InstanceKey, Resource};
use groundplan_model::build;
use groundplan_rules::{RULES, check};

use crate::support::{plans, read};

/// Rule and place of findings.
#[derive(Default)]
struct Said {
    /// By what each one is about first.
    at: BTreeSet<(&'static str, String)>,
    /// By all that each one names: of several that are at fault together, any may stand first.
    named: BTreeSet<(&'static str, String)>,
}

/// This rule leaves what other rules name better to them, so it speaks where those must be silent;
/// what it says is true all the same.
const SECOND_CHOICE: &str = "peering-route-wider-than-peer";

/// What is found in the same configuration with these instances.
fn said(config: &Config, resources: Vec<Resource>) -> Said {
    let mut other = Config::new(resources, config.root.clone());
    other.providers.clone_from(&config.providers);
    other.read_data.clone_from(&config.read_data);
    other.completeness = config.completeness;
    // Advice counts things, which one of which there may be several changes.
    let faults = RULES.iter().filter(|it| it.rule.class != Class::Advice);
    let outcome = check(&build(&other), &faults.copied().collect::<Vec<_>>());
    assert!(outcome.crashes.is_empty());
    let labels = |it: &Finding| [&[it.primary.clone()][..], &it.related].concat();
    assert!(outcome.findings.iter().flat_map(&labels).all(|it| !it.origin.address.is_symbolic()));
    let mut out = Said::default();
    for it in &outcome.findings {
        let primary = it.primary.origin.address.to_string();
        out.named.extend(
            labels(it).iter().map(|it| it.origin.address.to_string()).map(|at| (it.rule, at)),
        );
        out.at.insert((it.rule, primary));
    }
    out
}

/// The instances with each one's address changed, where `change` gives another one.
fn moved(config: &Config, change: &dyn Fn(&mut Address) -> bool) -> Vec<Resource> {
    let each = |resource: &Resource| {
        let mut address = (*resource.address).clone();
        change(&mut address).then_some(Resource { address: Arc::new(address), ..resource.clone() })
    };
    config.resources().iter().map(|it| each(it).unwrap_or_else(|| it.clone())).collect()
}

/// The same with another key for the one instance of a block.
fn keyed(config: &Config, block: &Address, key: &InstanceKey) -> Vec<Resource> {
    moved(config, &|address| {
        let chosen = address == block;
        if chosen {
            address.key = Some(key.clone());
        }
        chosen
    })
}

/// All findings of `said` that are not in `allowed`.
fn beyond(said: &Said, allowed: &Said) -> Vec<(&'static str, String)> {
    said.at.difference(&allowed.named).filter(|(rule, _)| *rule != SECOND_CHOICE).cloned().collect()
}

/// Whether something in the root module mentions the block, so that it is surely there.
fn is_needed(config: &Config, block: &Address) -> bool {
    let seen = Cell::new(false);
    let kind = block.block();
    config.root.clone().map_references(&|reference| {
        let text = reference.to_string();
        let own =
            text.strip_prefix(&*kind).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        seen.set(seen.get() || own);
    });
    seen.get() || !block.module.steps.is_empty()
}

fn configs() -> impl Iterator<Item = (String, Config)> {
    plans().into_iter().filter_map(|path| {
        let config = read(&std::fs::read(&path).unwrap()).config?;
        Some((path.display().to_string(), config))
    })
}

#[test]
fn nothing_rests_on_a_symbolic_instance() {
    let (mut blocks, mut absent) = (0, 0);
    let mut wrong = Vec::new();
    for (path, config) in configs().filter(|(path, _)| path.contains("/rules/")) {
        let present = said(&config, config.resources().to_vec());
        for resource in config.resources() {
            let block = &resource.address;
            if block.key.is_some() || resource.action != Action::Create {
                continue;
            }
            blocks += 1;
            let mut judge = |found: Vec<_>, what| {
                wrong.extend(
                    found.into_iter().map(|it| format!("{it:?}: {block} of {path}, {what}")),
                );
            };
            let any = said(&config, keyed(&config, block, &InstanceKey::Any));
            judge(beyond(&any, &present), "as the one that it is");
            let mut two = keyed(&config, block, &InstanceKey::Number(0));
            let second = resource.clone();
            let address = Address { key: Some(InstanceKey::Number(1)), ..(**block).clone() };
            two.push(Resource { address: Arc::new(address), ..second });
            let two = said(&config, two);
            judge(beyond(&any, &two), "as one of two");
            if !is_needed(&config, block) {
                let others = config.resources().iter().filter(|it| it.address != *block);
                let none = said(&config, others.cloned().collect());
                judge(beyond(&any, &none), "as none");
                absent += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(blocks > 1000 && absent > 300, "{blocks} {absent}");
}

#[test]
fn nothing_rests_on_a_symbolic_module() {
    let mut modules = 0;
    for (path, config) in configs() {
        let present = said(&config, config.resources().to_vec());
        for name in config.root.calls.keys() {
            let any = moved(&config, &|address| {
                let step = address.module.steps.first_mut().filter(|step| step.name == *name);
                step.filter(|step| step.key.is_none())
                    .map(|step| step.key = Some(InstanceKey::Any))
                    .is_some()
            });
            modules += 1;
            let any = said(&config, any);
            assert_eq!(beyond(&any, &present), [], "module.{name} of {path}");
        }
    }
    assert!(modules > 20, "{modules}");
}
