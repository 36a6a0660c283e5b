//! What was read, in the words of the cases' expectations.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use groundplan_ir::{Config, Location, Resource, Tri, Value};
use groundplan_live::Read;

/// Where the cases are.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/live")
}

/// Everything that was read.
pub(crate) struct Said {
    /// By address: `address | account/region | file | text that names it`.
    pub(crate) objects: BTreeMap<String, String>,
    /// `kind | text or place | message`
    pub(crate) problems: Vec<String>,
    /// `type = count`
    pub(crate) census: BTreeSet<String>,
    config: Option<Config>,
}

fn known(fact: &Tri<Box<str>>) -> &str {
    fact.known().map_or("-", |it| &**it)
}

fn object(config: &Config, resource: &Resource, folder: &Path) -> String {
    let block = config.block(&resource.address).unwrap();
    let provider = &config.providers[&block.provider];
    let header = block.places.as_ref().unwrap().header;
    let file = config.sources.file(header.file).unwrap();
    let file = Path::new(&*file.path).strip_prefix(folder).unwrap();
    format!(
        "{} | {}/{} | {} | {}",
        resource.address,
        known(&provider.account),
        known(&provider.region),
        file.file_name().unwrap().to_str().unwrap(),
        config.sources.text(header).unwrap()
    )
}

impl Said {
    pub(crate) fn of(read: &Read, folder: &Path) -> Self {
        let config = read.config.as_ref();
        let text = |at: Location| config.and_then(|it| it.sources.text(at)).unwrap_or_default();
        let mut out = Self {
            objects: BTreeMap::new(),
            problems: Vec::new(),
            census: BTreeSet::new(),
            config: None,
        };
        let prefix = format!("{}/", folder.display());
        for it in &read.problems {
            let place = it.place.as_deref().unwrap_or("-").replace(&prefix, "");
            let place = it.at.map_or(place, |at| text(at).to_owned());
            let message = it.message.replace(&prefix, "");
            out.problems.push(format!("{} | {place} | {message}", it.kind.name()));
        }
        let Some(config) = config else { return out };
        for resource in config.resources() {
            let said = object(config, resource, folder);
            out.objects.insert(resource.address.to_string(), said);
        }
        for (kind, count) in config.census.modelled.iter().chain(&config.census.not_modelled) {
            out.census.insert(format!("{kind} = {count}"));
        }
        if config.census.other > 0 {
            out.census.insert(format!("other = {}", config.census.other));
        }
        out.config = Some(again(config));
        out
    }

    /// What is said of an attribute, as `line` asks for it.
    pub(crate) fn attribute(&self, address: &str, line: &str) -> String {
        let config = self.config.as_ref().unwrap();
        let found = config.resources().iter().find(|it| it.address.to_string() == address);
        let resource = found.unwrap();
        let places = config.block(&resource.address).unwrap().places.clone().unwrap();
        let with_place = line.contains(" | ");
        let name = line.split([' ', '[']).next().unwrap();
        if let Some((_, rest)) = line.split_once('[').filter(|_| !line.contains(" = ")) {
            let at: usize = rest.split(']').next().unwrap().parse().unwrap();
            let place = places.blocks[name][at];
            return format!("{name}[{at}] | {}", config.sources.text(place).unwrap());
        }
        let value = resource.planned.as_ref().unwrap().get(name);
        let value = shown(value.unwrap_or_else(|| panic!("{address} has no {name}")));
        if !with_place {
            return format!("{name} = {value}");
        }
        let place = places.arguments.get(name).map(|it| config.sources.text(*it).unwrap());
        format!("{name} = {value} | {}", place.unwrap_or("nowhere"))
    }
}

/// The parts of a configuration that are looked at.
fn again(config: &Config) -> Config {
    let mut out = Config::new(config.resources().to_vec(), config.root.clone());
    out.providers.clone_from(&config.providers);
    out.sources = config.sources.clone();
    out
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(members) => {
            let some = members.iter().filter(|(_, it)| **it != Value::Null);
            let some: Vec<String> =
                some.map(|(name, it)| format!("{name}: {}", shown(it))).collect();
            format!("{{{}}}", some.join(", "))
        }
        Value::Unknown(_) | Value::Referred(_) => "?".to_owned(),
    }
}

/// Whether a problem is the expected one: the same kind and place, and a message that holds the text.
pub(crate) fn fits(problem: &str, expected: &str) -> bool {
    let parts = |line: &str| -> Vec<String> { line.splitn(3, " | ").map(str::to_owned).collect() };
    let (found, wanted) = (parts(problem), parts(expected));
    found[..2] == wanted[..2] && found[2].contains(&wanted[2])
}

/// Everything that may be printed of what was read.
pub(crate) fn written(read: &Read) -> String {
    let config = read.config.as_ref().unwrap();
    format!("{:?} {:?}", config, read.problems)
}
