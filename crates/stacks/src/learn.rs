//! What a plan or state has found in the state of another stack: ids that a directory does not tell, nor a plan
//! that is older than its apply.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Address, Value};
use groundplan_parser::Outputs;

use crate::join::Joints;
use crate::{Part, outputs};

/// By instance and attribute: what was found, or nothing where two have found different things.
type Learned = BTreeMap<(Arc<Address>, Box<str>), Option<Box<str>>>;

/// Writes into each stack what others tell of it. A plan of which others know more was made before it was applied,
/// which is said.
pub(crate) fn learn(parts: &mut [Part], joints: &Joints, problems: &mut Vec<Problem>) {
    let mut learned: BTreeMap<usize, Learned> = BTreeMap::new();
    let mut stale: BTreeMap<usize, String> = BTreeMap::new();
    for (reader, read) in joints {
        let Some(part) = parts.get(*reader).filter(|it| !it.source.input.is_directory()) else {
            continue;
        };
        for (address, stack) in read {
            if let (Some(own), Some(recorded)) = (parts.get(*stack), recorded(part, address)) {
                let found = learned.entry(*stack).or_default();
                if note(found, own, recorded) && !own.source.input.is_directory() {
                    stale.entry(*stack).or_insert_with(|| part.source.input.name());
                }
            }
        }
    }
    for (at, reader) in stale {
        let Some(part) = parts.get_mut(at) else { continue };
        part.stale = true;
        problems.push(outdated(part, &reader));
    }
    for (stack, all) in &learned {
        let part = parts.get_mut(*stack);
        let Some(config) = part.and_then(|it| it.read.config.as_mut()) else { continue };
        config.map_planned(&mut |address, attributes| {
            let key = |name: &str| (Arc::new(address.clone()), Box::from(name));
            for (name, value) in attributes.iter_mut() {
                if let (Value::Referred(_) | Value::Unknown(_), Some(Some(text))) =
                    (&*value, all.get(&key(name)))
                {
                    *value = Value::Text(text.clone());
                }
            }
        });
    }
}

/// The outputs that an instance of `terraform_remote_state` has found.
fn recorded<'p>(part: &'p Part, address: &Address) -> Option<&'p Value> {
    let config = part.read.config.as_ref()?;
    let resource = config.resources().get(config.at(address)?)?;
    resource.planned.as_ref()?.get("outputs")
}

/// Notes what is told of a stack; whether it is anything.
fn note(learned: &mut Learned, own: &Part, recorded: &Value) -> bool {
    let told = || own.read.config.as_ref().map(|it| Outputs::told(&outputs::of(it)));
    let Some(outputs) = own.read.outputs.clone().or_else(told) else { return false };
    let mut any = false;
    for (source, text) in outputs.learned(recorded) {
        let [step] = &*source.path else { continue };
        let Some(name) = step.attribute() else { continue };
        let told =
            learned.entry((source.address, name.into())).or_insert_with(|| Some(text.clone()));
        if told.as_ref() != Some(&text) {
            *told = None;
        }
        any = true;
    }
    any
}

fn outdated(part: &Part, reader: &str) -> Problem {
    Problem {
        kind: ProblemKind::Remark,
        input: part.source.input.name(),
        place: None,
        at: None,
        message: format!(
            "{reader} has read values of this stack's state that are unknown here: this was made before it was \
             applied"
        ),
        help: "name plans and states of one moment; what this one makes may be there already"
            .to_owned(),
    }
}
