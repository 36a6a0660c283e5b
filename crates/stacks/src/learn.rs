//! What a plan or state has found in the state of a directory: ids that the directory itself does not tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::{Address, Value};

use crate::Part;
use crate::join::Joints;

/// By instance and attribute: what was found, or nothing where two have found different things.
type Learned = BTreeMap<(Arc<Address>, Box<str>), Option<Box<str>>>;

/// Writes into each directory what others tell of it.
pub(crate) fn learn(parts: &mut [Part], joints: &Joints) {
    let mut learned: BTreeMap<usize, Learned> = BTreeMap::new();
    for (reader, read) in joints {
        let Some(part) = parts.get(*reader).filter(|it| !it.source.input.is_directory()) else {
            continue;
        };
        for (address, directory) in read {
            let own = parts.get(*directory).filter(|it| it.source.input.is_directory());
            if let (Some(own), Some(recorded)) = (own, recorded(part, address)) {
                note(learned.entry(*directory).or_default(), own, recorded);
            }
        }
    }
    for (directory, all) in &learned {
        let part = parts.get_mut(*directory);
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

fn note(learned: &mut Learned, directory: &Part, recorded: &Value) {
    let Some(outputs) = &directory.read.outputs else { return };
    for (source, text) in outputs.learned(recorded) {
        let [step] = &*source.path else { continue };
        let Some(name) = step.attribute() else { continue };
        let told =
            learned.entry((source.address, name.into())).or_insert_with(|| Some(text.clone()));
        if told.as_ref() != Some(&text) {
            *told = None;
        }
    }
}
