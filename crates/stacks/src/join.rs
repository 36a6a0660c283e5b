//! Joins stacks by their state: what one reads of another's outputs is what those outputs are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Address, Cause, Config, Interest, Referred, SourceRef, Step, Value};
use groundplan_parser::Outputs;
use groundplan_settings::RemoteStates;
use rayon::prelude::*;

use crate::remote_state::readers;
use crate::{Part, Source, learn, order, outputs};

/// The outputs of a stack, named as things of it.
struct Told {
    /// As a plan or state gives them; none of a directory.
    plain: BTreeMap<Box<str>, Value>,
    evaluated: Outputs,
}

/// By stack: the instances that read another one's state, and which.
pub(crate) type Joints = BTreeMap<usize, BTreeMap<Address, usize>>;

/// Joins all parts.
pub(crate) fn join(
    parts: &mut [Part],
    known: &RemoteStates,
    interest: &Interest,
    problems: &mut Vec<Problem>,
) {
    let joints = joints(parts, known, problems);
    if joints.is_empty() {
        return;
    }
    let reads: BTreeMap<usize, BTreeSet<usize>> =
        joints.iter().map(|(at, it)| (*at, it.values().copied().collect())).collect();
    let (mut waves, circle) = order::waves(parts.len(), &reads);
    let mut told: BTreeMap<usize, Told> = BTreeMap::new();
    // Of a circle everybody finds what the others put out without it, which is right as far as it goes.
    for at in &circle {
        told.extend(parts.get(*at).and_then(put_out).map(|it| (*at, it)));
    }
    waves.push(circle);
    for wave in waves {
        evaluate(parts, &wave, &joints, &told, interest);
        for at in wave {
            let Some(part) = parts.get_mut(at) else { continue };
            if let (Some(config), Some(joints)) = (part.read.config.as_mut(), joints.get(&at)) {
                Joined { joints, told: &told }.resolve(config);
            }
            told.extend(put_out(part).map(|it| (at, it)));
        }
    }
    learn::learn(parts, &joints, problems);
    spread_gaps(parts, &reads);
}

/// What others find in the state of a stack.
fn put_out(part: &Part) -> Option<Told> {
    let mut plain = outputs::of(part.read.config.as_ref()?);
    let own = part.read.outputs.clone();
    let mut evaluated = own.unwrap_or_else(|| Outputs::told(&plain));
    if let Some(name) = &part.source.name {
        evaluated = evaluated.in_stack(name);
        for it in plain.values_mut() {
            it.name_stack(name);
        }
    }
    Some(Told { plain, evaluated })
}

/// A part that is missing of a stack may have named what the stack reads of another one.
fn spread_gaps(parts: &mut [Part], reads: &BTreeMap<usize, BTreeSet<usize>>) {
    let is_partial = |at: usize| {
        let config = parts.get(at).and_then(|it: &Part| it.read.config.as_ref());
        config.is_none_or(Config::is_partial)
    };
    let named = reads.iter().filter(|(at, _)| is_partial(**at)).flat_map(|(_, it)| it.iter());
    for at in named.copied().collect::<BTreeSet<usize>>() {
        if let Some(config) = parts.get_mut(at).and_then(|it| it.read.config.as_mut()) {
            config.completeness = groundplan_ir::Completeness::Partial;
        }
    }
}

/// Who reads whose state.
fn joints(parts: &[Part], known: &RemoteStates, problems: &mut Vec<Problem>) -> Joints {
    let by_name: BTreeMap<&str, usize> = parts
        .iter()
        .enumerate()
        .filter_map(|(at, it)| Some((it.source.name.as_deref()?, at)))
        .collect();
    let mut out = Joints::new();
    for (at, part) in parts.iter().enumerate() {
        let Some(config) = &part.read.config else { continue };
        for reader in readers(config) {
            let told = reader.told(known, part.source.name.as_deref());
            let found = match told {
                Ok(Some(name)) => by_name.get(&*name).copied(),
                Ok(None) => only(parts.iter().enumerate().filter_map(|(other, it)| {
                    let store = it.read.state.as_ref()?;
                    let fits = other != at && reader.reads(part.read.state.as_ref(), store);
                    fits.then_some(other)
                })),
                Err(_) => {
                    problems.push(disagreement(part, &reader.address));
                    None
                }
            };
            if let Some(found) = found.filter(|it| *it != at) {
                out.entry(at).or_default().insert((*reader.address).clone(), found);
            }
        }
    }
    out
}

fn disagreement(part: &Part, address: &Address) -> Problem {
    Problem {
        kind: ProblemKind::Incomplete,
        input: part.source.input.name(),
        place: Some(address.to_string()),
        at: None,
        message: "groundplan.toml names several stacks whose state this reads".to_owned(),
        help: "leave one line of [remote_state] or [[remote_state_backend]] that speaks of it"
            .to_owned(),
    }
}

/// Two plans of one root module have one place for their state, and nothing tells which is meant.
fn only(mut found: impl Iterator<Item = usize>) -> Option<usize> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Evaluates the directories of a wave again, with what they find in the others' states.
fn evaluate(
    parts: &mut [Part],
    wave: &[usize],
    joints: &Joints,
    told: &BTreeMap<usize, Told>,
    interest: &Interest,
) {
    let wave: BTreeSet<usize> = wave.iter().copied().collect();
    let todo = parts.par_iter_mut().enumerate().filter(|(at, part)| {
        wave.contains(at) && part.source.input.is_directory() && part.read.config.is_some()
    });
    todo.for_each(|(at, part)| {
        let Some(joints) = joints.get(&at) else { return };
        let mut settings = part.source.settings.clone();
        let found = |(address, stack): (&Address, &usize)| {
            Some((address.clone(), told.get(stack)?.evaluated.shared()))
        };
        settings.settings.remote_states = Arc::new(joints.iter().filter_map(found).collect());
        let source = Source { settings, ..part.source.clone() };
        part.read = crate::one(&source, interest);
    });
}

/// The other stacks' outputs as one finds them that is not evaluated: a plan whose source tells what
/// comes from where.
struct Joined<'j> {
    joints: &'j BTreeMap<Address, usize>,
    told: &'j BTreeMap<usize, Told>,
}

impl Joined<'_> {
    /// Puts what outputs are into the place of references to them.
    fn resolve(&self, config: &mut Config) {
        let mut change = |it: &mut Referred| self.resolved(it);
        config.map_planned(&mut |_, attributes| {
            for it in attributes.values_mut() {
                it.map_referred(&mut change);
            }
        });
    }

    /// What a value is that comes from other stacks' outputs; `None` where nothing is to change.
    fn resolved(&self, referred: &mut Referred) -> Option<Value> {
        if !referred.sources.iter().any(|it| self.joints.contains_key(&*it.address)) {
            return None;
        }
        if let (true, [source]) = (referred.exact, &*referred.sources) {
            return Some(self.output(source).unwrap_or_else(|| missing(source)));
        }
        let mut sources = BTreeSet::new();
        for source in &referred.sources {
            if !self.joints.contains_key(&*source.address) {
                sources.insert(source.clone());
                continue;
            }
            match self.output(source) {
                Some(Value::Referred(it)) => {
                    referred.exact &= it.exact;
                    sources.extend(it.sources);
                }
                // It may be this value, or computed from it.
                Some(_) => referred.exact = false,
                None => {
                    referred.exact = false;
                    sources.insert(source.clone());
                }
            }
        }
        referred.sources = sources.into_iter().collect();
        None
    }

    /// The part of an output that a source names: `outputs`, the name, and the rest.
    fn output(&self, source: &SourceRef) -> Option<Value> {
        let stack = self.joints.get(&*source.address)?;
        let [first, name, rest @ ..] = &*source.path else { return None };
        if first.attribute() != Some("outputs") {
            return None;
        }
        let mut value = self.told.get(stack)?.plain.get(name.attribute()?)?.clone();
        for step in rest {
            value = part(&value, step)?;
        }
        Some(value)
    }
}

/// The stack is there, and has no such output.
fn missing(source: &SourceRef) -> Value {
    let path = source.path.iter().map(|it| match it {
        Step::Name(name) => format!(".{name}"),
        Step::Key(key) => key.to_string(),
    });
    let path: String = path.collect();
    Value::Unknown(Cause::NotInInput(format!("{}{path}", source.address).into()))
}

fn part(value: &Value, step: &Step) -> Option<Value> {
    match (value, step) {
        (Value::List(items), Step::Key(groundplan_ir::InstanceKey::Number(at))) => {
            items.get(usize::try_from(*at).ok()?).cloned()
        }
        (Value::Object(members), step) => members.get(step.attribute()?).cloned(),
        (Value::Referred(referred), step) if referred.exact => {
            let mut deeper = (**referred).clone();
            deeper.sources.iter_mut().for_each(|it| it.path.push(step.clone()));
            Some(Value::Referred(Box::new(deeper)))
        }
        (Value::Referred(_) | Value::Unknown(_), _) => Some(value.clone()),
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_), _) => {
            None
        }
    }
}
