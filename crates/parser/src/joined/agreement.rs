//! Whether a plan was made from a source: the plan's own section on the configuration is compared with
//! the text, block by block, and the instances with what the text expands to.

use std::collections::BTreeSet;

use groundplan_ir::{
    Action, Argument, BlockConfig, Config, InstanceKey, Interest, Mode, ModuleConfig, Repetition,
    Resource, Value,
};

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Agreement {
    /// The first difference in the order of addresses: where, and what.
    pub(crate) first: Option<(String, String)>,
    /// The blocks that are the same in both, `module.a.aws_vpc.b`.
    same: BTreeSet<String>,
}

impl Agreement {
    /// Compares; of a source that is not whole nothing can be said to be missing.
    pub(crate) fn of(plan: &Config, source: &Config, interest: &Interest, is_whole: bool) -> Self {
        let mut out = Self::default();
        out.module(&plan.root, &source.root, "", interest, is_whole);
        if is_whole && out.first.is_none() {
            out.instances(plan, source);
        }
        out
    }

    /// Whether this block is the same in both.
    pub(crate) fn has(&self, block: &str) -> bool {
        self.same.contains(block)
    }

    fn differs(&mut self, place: &str, what: &str) {
        if self.first.is_none() {
            self.first = Some((place.to_owned(), what.to_owned()));
        }
    }

    /// The calls of a plan nest a bounded number of times, so this recursion is bounded as well.
    fn module(
        &mut self,
        plan: &ModuleConfig,
        source: &ModuleConfig,
        within: &str,
        interest: &Interest,
        is_whole: bool,
    ) {
        for (name, block) in &plan.blocks {
            let path = format!("{within}{name}");
            match source.blocks.get(name) {
                Some(written) if is_same(block, written, attributes(name, interest)) => {
                    self.same.insert(path);
                }
                Some(_) => self.differs(&path, "this block is another one there"),
                None if is_whole => self.differs(&path, "this block is not there"),
                None => (),
            }
        }
        for (name, call) in &plan.calls {
            let path = format!("{within}module.{name}");
            match source.calls.get(name) {
                Some(called) => {
                    let within = format!("{path}.");
                    self.module(&call.module, &called.module, &within, interest, is_whole);
                }
                None if is_whole => self.differs(&path, "this call is not there"),
                None => (),
            }
        }
    }

    /// Every instance that will be there is one that the text makes.
    fn instances(&mut self, plan: &Config, source: &Config) {
        for resource in plan.resources() {
            let address = &resource.address;
            let is_planned = resource.planned.is_some() && resource.action != Action::Delete;
            if !is_planned || resource.deposed || address.mode != Mode::Managed {
                continue;
            }
            // Keys that hold a secret were rewritten as the plan was read.
            let steps = address.module.steps.iter().map(|it| &it.key).chain([&address.key]);
            let is_hidden = |key: &Option<InstanceKey>| matches!(key, Some(InstanceKey::Text(text)) if text.contains("(sensitive "));
            if steps.clone().any(is_hidden) {
                continue;
            }
            if let Some(written) = source.at(address).and_then(|at| source.resources().get(at)) {
                if let Some(name) = other_value(resource, written) {
                    self.differs(
                        &address.to_string(),
                        &format!("its `{name}` is another one there"),
                    );
                    return;
                }
                continue;
            }
            let in_block = |it: &Resource| {
                it.address.block() == address.block()
                    && it.address.module.block_name("") == address.module.block_name("")
            };
            let is_open = |it: &Resource| {
                let mut steps =
                    it.address.module.steps.iter().map(|it| &it.key).chain([&it.address.key]);
                steps.any(|key| *key == Some(InstanceKey::Any))
            };
            if self.has(&address.module.block_name(&address.block()))
                && !source.resources().iter().any(|it| in_block(it) && is_open(it))
            {
                self.differs(&address.to_string(), "the text makes no such instance");
                return;
            }
        }
    }
}

/// An argument that has another value in the text, of an instance that the plan creates: there the
/// values are the written ones, since neither a state nor `ignore_changes` has a say.
fn other_value<'r>(planned: &'r Resource, written: &Resource) -> Option<&'r str> {
    if planned.action != Action::Create {
        return None;
    }
    let texts = written.planned.as_ref()?;
    let differs = |(name, value): &(&&'static str, &Value)| match (value, texts.get(**name)) {
        (Value::Text(one), Some(Value::Text(two))) => one != two,
        (Value::Bool(one), Some(Value::Bool(two))) => one != two,
        (Value::Number(one), Some(Value::Number(two))) => one != two,
        _ => false,
    };
    planned.planned.as_ref()?.iter().find(differs).map(|(name, _)| *name)
}

fn attributes<'i>(block: &str, interest: &'i Interest) -> &'i [&'static str] {
    let kind = block.strip_prefix("data.").unwrap_or(block).split('.').next().unwrap_or_default();
    interest.attributes(kind).unwrap_or(&[])
}

/// Whether the plan tells the same of a block as the text: which arguments are written, which of them
/// are constants, and whether the block repeats.
fn is_same(plan: &BlockConfig, source: &BlockConfig, attributes: &[&str]) -> bool {
    let is_dynamic = |name: &str| {
        !source.arguments.contains_key(name)
            && source.places.as_ref().is_some_and(|it| it.arguments.contains_key(name))
    };
    let constant = |it: Option<&Argument>| match it {
        Some(Argument::Expression(it)) => it.constant.clone(),
        Some(Argument::Blocks(_)) | None => None,
    };
    let repeats = match (&plan.repetition, &source.repetition) {
        (Repetition::Single, Repetition::Single)
        | (Repetition::Count(_), Repetition::Count(_))
        | (Repetition::ForEach(_), Repetition::ForEach(_)) => true,
        // A plan has nothing of an expression that is no constant and refers to nothing.
        (Repetition::Single, Repetition::Count(it) | Repetition::ForEach(it)) => {
            it.references.is_empty()
        }
        (Repetition::Count(_) | Repetition::ForEach(_), _) => false,
    };
    repeats
        && attributes.iter().filter(|name| !is_dynamic(name)).all(|name| {
            let (one, two) = (plan.arguments.get(*name), source.arguments.get(*name));
            let constants = (constant(one), constant(two));
            one.is_some() == two.is_some()
                && (constants.0.is_none() || constants.1.is_none() || constants.0 == constants.1)
        })
}
