//! Evaluated instances → resources.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::{
    Action, Address, Attributes, Cause, Census, Interest, Mode, ModulePath, Referred, Resource,
    SourceRef, Step, Value,
};
use groundplan_modules::{
    EvaluatedBlock, Evaluation, Instance, ModuleId, ProviderUse, ResourceBlock, ResourceName, Sort,
    of_block,
};

use super::values::{unknown, value};

/// Builds the resources of an evaluated configuration.
pub(crate) struct Lowering<'r> {
    run: &'r Evaluation,
    interest: &'r Interest,
    imports: BTreeMap<String, Box<str>>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) census: Census,
    /// The provider configurations that are used, by key.
    pub(crate) providers: BTreeMap<Box<str>, ProviderUse>,
}

impl<'r> Lowering<'r> {
    pub(crate) fn new(run: &'r Evaluation, interest: &'r Interest) -> Self {
        Self {
            run,
            interest,
            imports: super::blocks::imports(run),
            resources: Vec::new(),
            census: Census::default(),
            providers: BTreeMap::new(),
        }
    }

    /// Takes every block of every module.
    pub(crate) fn all(&mut self) {
        for (module, it) in self.run.tree.modules.iter().enumerate() {
            for (name, block) in &it.module.resources {
                self.block(module, name, block);
            }
        }
    }

    fn block(&mut self, module: ModuleId, name: &ResourceName, block: &ResourceBlock) {
        let mode = match name.sort {
            Sort::Managed => Mode::Managed,
            Sort::Data => Mode::Data,
            Sort::Ephemeral => return,
        };
        let Some(attributes) = self.interest.attributes(&name.kind) else {
            // Not evaluated, so it is counted as one.
            let count = self.run.instances(module).len();
            if self.interest.is_network(&name.kind) {
                *self.census.not_modelled.entry((&*name.kind).into()).or_default() += count;
            } else {
                self.census.other += count;
            }
            return;
        };
        let provider = of_block(&self.run.tree, module, name, block);
        self.providers.insert(provider.key(&self.run.tree).into(), provider);
        let within_all = self.run.instances(module);
        for (within, all) in within_all.iter().zip(self.run.resources(module, name)) {
            let counts = if self.interest.is_modelled(&name.kind) {
                &mut self.census.modelled
            } else {
                &mut self.census.not_modelled
            };
            *counts.entry((&*name.kind).into()).or_default() += all.instances.len();
            for instance in &all.instances {
                let lowered = self.instance(&within.path, mode, name, instance, attributes);
                self.resources.push(lowered);
            }
        }
    }

    fn instance(
        &self,
        module: &ModulePath,
        mode: Mode,
        name: &ResourceName,
        instance: &Instance,
        attributes: &'static [&'static str],
    ) -> Resource {
        let address = Arc::new(Address {
            module: module.clone(),
            mode,
            kind: (&*name.kind).into(),
            name: (&*name.name).into(),
            key: instance.key.clone(),
        });
        let imported = self.imports.get(&address.to_string());
        let mut planned: Attributes = attributes
            .iter()
            .map(|attribute| (*attribute, attribute_value(&address, instance, attribute)))
            .collect();
        if let (Some(id), Some(place)) =
            (imported.filter(|it| !it.is_empty()), planned.get_mut("id"))
        {
            *place = Value::Text(id.clone());
        }
        let action = match mode {
            Mode::Data | Mode::Live => Action::Read,
            // What is imported is there already, whatever of it the configuration changes.
            Mode::Managed if imported.is_some() => Action::Update,
            Mode::Managed => Action::Create,
        };
        let prior = imported.is_some().then(Attributes::new);
        Resource {
            address,
            previous_address: None,
            action,
            deposed: false,
            planned: Some(planned),
            prior,
        }
    }
}

/// The value of one attribute: what the author wrote, or else unknown and a reference to itself.
fn attribute_value(address: &Arc<Address>, instance: &Instance, attribute: &str) -> Value {
    if let Some(written) = instance.body.attribute(attribute) {
        let value = value(attribute, written);
        // The JSON syntax writes a block that stands once as an object; no map is read.
        return if matches!(value, Value::Object(_)) { Value::List(vec![value]) } else { value };
    }
    let blocks = instance.body.blocks.iter().filter(|it| &*it.kind == attribute);
    let blocks: Vec<Value> = blocks.map(|it| block_value(attribute, it)).collect();
    if !blocks.is_empty() {
        return Value::List(blocks);
    }
    if let groundplan_eval::Kind::Open(open) = &instance.value.kind
        && let Some(told) = open.members.get(attribute)
    {
        return value(attribute, told);
    }
    let path = vec![Step::Name(attribute.into())];
    Value::Referred(Box::new(Referred {
        cause: Cause::KnownAfterApply(attribute.into()),
        sources: vec![SourceRef { address: Arc::clone(address), path }],
        exact: true,
    }))
}

/// A nested block as an object; one that stands for any number of blocks is unknown as a whole.
fn block_value(path: &str, block: &EvaluatedBlock) -> Value {
    if block.symbolic {
        let members = groundplan_eval::Value::object(block.body.members());
        return unknown(path, &members.references().computed());
    }
    let mut members = BTreeMap::new();
    for it in &block.body.attributes {
        members.insert((&*it.name).into(), value(&format!("{path}.{}", it.name), &it.value));
    }
    for it in &block.body.blocks {
        let inner = block_value(&format!("{path}.{}", it.kind), it);
        let list = members.entry((&*it.kind).into()).or_insert_with(|| Value::List(Vec::new()));
        if let Value::List(items) = list {
            items.push(inner);
        }
    }
    Value::Object(members)
}
