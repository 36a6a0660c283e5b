//! `cargo xtask schema FILE...`: `crates/schema/src/types.txt` from what `terraform providers schema
//! -json` printed, once for each version of a provider.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

/// Where the types go.
const TYPES: &str = "crates/schema/src/types.txt";

/// A type in Terraform's notation, or the attributes of an object.
#[derive(Clone, Debug, PartialEq)]
enum Type {
    /// `string`, and what is not an object.
    Word(String),
    /// `list`, `set` or `map`
    Of(String, Box<Type>),
    Object(BTreeMap<String, Type>),
}

/// Reads the files and writes the types.
pub(crate) fn run(root: &Path, files: &[String]) -> Result<usize, String> {
    if files.is_empty() {
        return Err("name files that `terraform providers schema -json` printed".to_owned());
    }
    let mut all: BTreeMap<(&str, String), Type> = BTreeMap::new();
    for file in files {
        let bytes = fs::read(file).map_err(|error| format!("{file}: {error}"))?;
        let json: Value =
            serde_json::from_slice(&bytes).map_err(|error| format!("{file}: {error}"))?;
        for provider in members(&json, "provider_schemas").map(|(_, it)| it) {
            for (mode, list) in [("resource", "resource_schemas"), ("data", "data_source_schemas")]
            {
                for (kind, schema) in members(provider, list) {
                    let ty = schema.get("block").map_or(Type::Object(BTreeMap::new()), block);
                    let key = (mode, kind.clone());
                    let merged = match all.remove(&key) {
                        Some(other) => merge(other, ty),
                        None => ty,
                    };
                    all.insert(key, merged);
                }
            }
        }
    }
    let line =
        |((mode, kind), ty): (&(&str, String), &Type)| format!("{mode} {kind} {}\n", write(ty));
    let text: String = all.iter().map(line).collect();
    let path = root.join(TYPES);
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(all.len())
}

fn members<'j>(json: &'j Value, name: &str) -> impl Iterator<Item = (&'j String, &'j Value)> {
    json.get(name).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

/// The object that a block is.
fn block(block: &Value) -> Type {
    let mut all = BTreeMap::new();
    for (name, attribute) in members(block, "attributes") {
        let ty = match attribute.get("nested_type") {
            Some(nested) => nesting(nested, self::block(nested)),
            None => attribute.get("type").map_or_else(|| Type::Word("any".to_owned()), ty),
        };
        all.insert(name.clone(), ty);
    }
    for (name, nested) in members(block, "block_types") {
        let inner = nested.get("block").map_or(Type::Object(BTreeMap::new()), self::block);
        all.insert(name.clone(), nesting(nested, inner));
    }
    Type::Object(all)
}

fn nesting(schema: &Value, inner: Type) -> Type {
    match schema.get("nesting_mode").and_then(Value::as_str) {
        Some(mode @ ("list" | "set" | "map")) => Type::Of(mode.to_owned(), Box::new(inner)),
        Some(_) | None => inner,
    }
}

fn ty(json: &Value) -> Type {
    match json {
        Value::Array(parts) => match (parts.first().and_then(Value::as_str), parts.get(1)) {
            (Some("object"), Some(Value::Object(all))) => {
                Type::Object(all.iter().map(|(name, it)| (name.clone(), ty(it))).collect())
            }
            (Some(word), Some(of)) => Type::Of(word.to_owned(), Box::new(ty(of))),
            _ => Type::Word("any".to_owned()),
        },
        Value::String(word) if word != "dynamic" => Type::Word(word.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Type::Word("any".to_owned())
        }
    }
}

/// What holds of both; an attribute that only one version has is that version's.
fn merge(one: Type, two: Type) -> Type {
    match (one, two) {
        (one, two) if one == two => one,
        (Type::Of(one, of), Type::Of(two, other)) if one == two => {
            Type::Of(one, Box::new(merge(*of, *other)))
        }
        (Type::Object(mut one), Type::Object(two)) => {
            for (name, ty) in two {
                let merged = match one.remove(&name) {
                    Some(other) => merge(other, ty),
                    None => ty,
                };
                one.insert(name, merged);
            }
            Type::Object(one)
        }
        (Type::Word(_) | Type::Of(..) | Type::Object(_), _) => Type::Word("any".to_owned()),
    }
}

fn write(ty: &Type) -> String {
    match ty {
        Type::Word(word) => word.clone(),
        Type::Of(word, of) => format!("{word}({})", write(of)),
        Type::Object(all) => {
            let all: Vec<String> =
                all.iter().map(|(name, ty)| format!("{name}={}", write(ty))).collect();
            format!("object({{{}}})", all.join(","))
        }
    }
}
