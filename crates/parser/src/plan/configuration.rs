//! `configuration`: what the author wrote, reduced to references.
//!
//! Constant values are not kept, since literal secrets stand in clear here; only a provider's
//! region and account are (`providers.rs`).

use std::collections::BTreeMap;

use groundplan_ir::{
    Argument, BlockConfig, Expression, Interest, ModuleCall, ModuleConfig, Provider, Repetition,
    Traversal, Value,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::providers::{self, RawProvider};
use super::unique::{Object, UniqueMap};
use super::values::Plain;
use crate::secrets::Secrets;

/// The whole section.
#[derive(Deserialize)]
struct RawConfiguration<'a> {
    #[serde(default)]
    provider_config: UniqueMap<Object<RawProvider>>,
    #[serde(default, borrow)]
    root_module: Option<Object<RawModule<'a>>>,
}

#[derive(Default, Deserialize)]
struct RawModule<'a> {
    #[serde(default, borrow)]
    resources: Vec<Object<RawBlock<'a>>>,
    #[serde(default, borrow)]
    module_calls: UniqueMap<Object<RawCall<'a>>>,
    #[serde(default)]
    outputs: UniqueMap<Object<RawOutput>>,
    #[serde(default)]
    variables: UniqueMap<Object<RawVariable>>,
}

#[derive(Deserialize)]
struct RawVariable {
    #[serde(default)]
    sensitive: bool,
}

#[derive(Deserialize)]
struct RawBlock<'a> {
    #[serde(default)]
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    name: String,
    #[serde(default)]
    provider_config_key: String,
    #[serde(default, borrow)]
    expressions: Option<&'a RawValue>,
    #[serde(default, borrow)]
    count_expression: Option<&'a RawValue>,
    #[serde(default, borrow)]
    for_each_expression: Option<&'a RawValue>,
    #[serde(default)]
    depends_on: Vec<String>,
}

#[derive(Deserialize)]
struct RawCall<'a> {
    #[serde(default)]
    expressions: Option<Plain>,
    #[serde(default, borrow)]
    count_expression: Option<&'a RawValue>,
    #[serde(default, borrow)]
    for_each_expression: Option<&'a RawValue>,
    #[serde(default)]
    depends_on: Vec<String>,
    #[serde(default, borrow)]
    module: Option<Object<RawModule<'a>>>,
}

#[derive(Deserialize)]
struct RawOutput {
    #[serde(default)]
    expression: Option<Plain>,
}

/// What is kept of the section.
#[derive(Default)]
pub(crate) struct Configuration {
    pub(crate) root: ModuleConfig,
    pub(crate) providers: BTreeMap<Box<str>, Provider>,
    pub(crate) secrets: Secrets,
}

/// Reads the section; blocks of types that no model reads are left out.
pub(crate) fn read(
    raw: &RawValue,
    variables: Option<&RawValue>,
    interest: &Interest,
) -> serde_json::Result<Configuration> {
    let Object(raw) = serde_json::from_str::<Object<RawConfiguration<'_>>>(raw.get())?;
    let root = raw.root_module.map(|it| it.0).unwrap_or_default();
    let sensitive = root.variables.0.iter().filter(|(_, variable)| variable.0.sensitive);
    let secrets = Secrets::read(&sensitive.map(|(name, _)| &**name).collect(), variables);
    let mut root = module(root, interest)?;
    secrets.hide_in_module(&mut root);
    Ok(Configuration { root, providers: providers::read(raw.provider_config), secrets })
}

/// Nesting is bounded by `serde_json`, which stops at 128 levels.
fn module(raw: RawModule<'_>, interest: &Interest) -> serde_json::Result<ModuleConfig> {
    let mut out = ModuleConfig::default();
    for Object(block) in raw.resources {
        if interest.attributes(&block.kind).is_none() {
            continue;
        }
        let name = match &*block.mode {
            "data" => format!("data.{}.{}", block.kind, block.name),
            _ => format!("{}.{}", block.kind, block.name),
        };
        let arguments = match block.expressions {
            Some(raw) => arguments(serde_json::from_str::<Plain>(raw.get())?.0),
            None => BTreeMap::new(),
        };
        let config = BlockConfig {
            arguments,
            repetition: repetition(block.count_expression, block.for_each_expression)?,
            depends_on: traversals(&block.depends_on),
            provider: block.provider_config_key.into(),
            places: None,
        };
        out.blocks.insert(name.into(), config);
    }
    for (name, Object(call)) in raw.module_calls.0 {
        let inputs = match call.expressions {
            Some(Plain(Value::Object(members))) => {
                members.into_iter().map(|(name, value)| (name, flattened(&value))).collect()
            }
            _ => BTreeMap::new(),
        };
        let call = ModuleCall {
            inputs,
            repetition: repetition(call.count_expression, call.for_each_expression)?,
            depends_on: traversals(&call.depends_on),
            module: module(call.module.map(|it| it.0).unwrap_or_default(), interest)?,
            at: None,
        };
        out.calls.insert(name, call);
    }
    for (name, Object(output)) in raw.outputs.0 {
        let expression = output.expression.map(|plain| flattened(&plain.0)).unwrap_or_default();
        out.outputs.insert(name, expression);
    }
    Ok(out)
}

fn repetition(
    count: Option<&RawValue>,
    for_each: Option<&RawValue>,
) -> serde_json::Result<Repetition> {
    let read = |raw: &RawValue| serde_json::from_str::<Plain>(raw.get()).map(|it| flattened(&it.0));
    Ok(match (count, for_each) {
        (Some(raw), _) => Repetition::Count(read(raw)?),
        (None, Some(raw)) => Repetition::ForEach(read(raw)?),
        (None, None) => Repetition::Single,
    })
}

/// The arguments of a block or nested block.
fn arguments(value: Value) -> BTreeMap<Box<str>, Argument> {
    let Value::Object(members) = value else { return BTreeMap::new() };
    members.into_iter().map(|(name, value)| (name, argument(value))).collect()
}

/// An expression has nothing but `constant_value` and `references`; anything else is a nested block.
fn argument(value: Value) -> Argument {
    match value {
        Value::List(items) => Argument::Blocks(items.into_iter().map(arguments).collect()),
        Value::Object(members) if !is_expression(&members) => {
            Argument::Blocks(vec![arguments(Value::Object(members))])
        }
        Value::Object(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Unknown(_)
        | Value::Referred(_) => Argument::Expression(flattened(&value)),
    }
}

fn is_expression(members: &BTreeMap<Box<str>, Value>) -> bool {
    members.iter().all(|(name, value)| match &**name {
        "constant_value" => true,
        "references" => matches!(value, Value::List(_)),
        _ => false,
    })
}

/// An expression, or everything that nested expressions mention.
fn flattened(value: &Value) -> Expression {
    let mut references = Vec::new();
    collect(value, &mut references);
    let mut constant = None;
    if let Value::Object(members) = value
        && is_expression(members)
        && references.is_empty()
    {
        constant = members.get("constant_value").and_then(Value::as_text).map(Box::from);
    }
    Expression { references, constant }
}

fn collect(value: &Value, out: &mut Vec<Traversal>) {
    match value {
        Value::Object(members) if is_expression(members) => {
            // In JSON syntax a constant stands beside the references that it is made of.
            if let Some(Value::List(items)) = members.get("references") {
                out.extend(items.iter().map(|item| {
                    let text = if let Value::Text(text) = item { text } else { "?" };
                    Traversal::reference(text)
                }));
            }
        }
        Value::Object(members) => members.values().for_each(|value| collect(value, out)),
        Value::List(items) => items.iter().for_each(|value| collect(value, out)),
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Unknown(_)
        | Value::Referred(_) => (),
    }
}

fn traversals(texts: &[String]) -> Vec<Traversal> {
    texts.iter().map(|text| Traversal::reference(text)).collect()
}
