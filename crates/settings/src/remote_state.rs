//! `[remote_state]` and `[[remote_state_backend]]`: which stack a `terraform_remote_state` reads.

use std::collections::BTreeMap;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::Location;

use crate::Settings;
use crate::notes::{Notes, did_you_mean};
use crate::pattern::{captures, fill, stars};
use crate::stacks::is_name;
use crate::table::{At, Table};

/// The keys of `[[remote_state_backend]]`.
const KEYS: &[&str] = &["stack", "backend", "workspace", "config"];

/// The type of the data source.
const TYPE: &str = "data.terraform_remote_state.";

/// What the two tables say.
#[derive(Clone, Debug, Default)]
pub struct RemoteStates {
    by_address: Vec<ByAddress>,
    by_backend: Vec<ByBackend>,
}

/// A line of `[remote_state]`.
#[derive(Clone, Debug)]
struct ByAddress {
    /// The stack that reads; any without.
    reader: Option<String>,
    /// The data source, in Terraform's words.
    address: String,
    stack: String,
    at: Location,
}

/// A table of `[[remote_state_backend]]`.
#[derive(Clone, Debug)]
struct ByBackend {
    stack: String,
    backend: Option<String>,
    workspace: Option<String>,
    /// In the order in which they are written.
    config: Vec<(String, String)>,
    at: Location,
}

/// A `terraform_remote_state`, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub struct ReadState<'r> {
    /// The stack that it is in; none while there is only one.
    pub stack: Option<&'r str>,
    /// Its address without the stack: `module.a.data.terraform_remote_state.network`.
    pub address: &'r str,
    /// The type of the backend.
    pub backend: Option<&'r str>,
    /// The settings of the backend that are known; those inside others with a dot
    /// (`workspaces.name`).
    pub config: &'r BTreeMap<String, String>,
    /// The workspace whose state is read, where that is known.
    pub workspace: Option<&'r str>,
}

/// What is said about one `terraform_remote_state`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Nothing.
    Nothing,
    /// It reads this stack.
    Stack {
        /// The name.
        name: String,
        /// Where that is said.
        at: Location,
    },
    /// Lines that speak of it do not agree.
    Several(Vec<(String, Location)>),
}

impl RemoteStates {
    pub(crate) fn read(root: &Table<'_>, notes: &mut Notes) -> Self {
        let mut out = Self::default();
        if let Some(table) = root.table("remote_state", notes) {
            for key in table.keys() {
                out.by_address.extend(notes.unless_wrong(|notes| by_address(&table, &key, notes)));
            }
        }
        for table in root.tables("remote_state_backend", notes) {
            out.by_backend.extend(notes.unless_wrong(|notes| by_backend(&table, notes)));
        }
        out
    }

    /// Whether neither table says anything.
    pub fn is_empty(&self) -> bool {
        self.by_address.is_empty() && self.by_backend.is_empty()
    }

    /// Which stack this reads. An address counts before a backend, one that is written out before a
    /// pattern, and one with a stack before one for all.
    pub fn stack_of(&self, state: &ReadState<'_>) -> Told {
        let mut found: BTreeMap<u8, Vec<(String, Location)>> = BTreeMap::new();
        for line in &self.by_address {
            if let Some(captured) = line.fits(state) {
                let wild = stars(&line.address) + line.reader.as_deref().map_or(0, stars) > 0;
                let rank = u8::from(wild) * 2 + u8::from(line.reader.is_none());
                found.entry(rank).or_default().push((fill(&line.stack, &captured), line.at));
            }
        }
        for table in &self.by_backend {
            if let Some(captured) = table.fits(state) {
                found.entry(4).or_default().push((fill(&table.stack, &captured), table.at));
            }
        }
        let Some((_, all)) = found.into_iter().next() else { return Told::Nothing };
        match &*all {
            [(name, at), rest @ ..] if rest.iter().all(|(it, _)| it == name) => {
                Told::Stack { name: name.clone(), at: *at }
            }
            _ => Told::Several(all),
        }
    }

    /// The stacks that are named as read, each with its place; not those with a `*`.
    fn named(&self) -> impl Iterator<Item = (&str, Location)> {
        let lines = self.by_address.iter().map(|it| (&*it.stack, it.at));
        let tables = self.by_backend.iter().map(|it| (&*it.stack, it.at));
        lines.chain(tables).filter(|(name, _)| stars(name) == 0)
    }
}

impl Settings {
    /// What `[remote_state]` and `[[remote_state_backend]]` name that is no stack of this run.
    pub fn unknown_stacks(&self, input: &str, stacks: &[&str]) -> Vec<Problem> {
        let unknown = self.remote_states.named().filter(|(name, _)| !stacks.contains(name));
        let problem = |(name, at): (&str, Location)| Problem {
            kind: ProblemKind::Incomplete,
            input: input.to_owned(),
            place: None,
            at: Some(at),
            message: format!(
                "there is no stack `{name}` in this run{}",
                did_you_mean(name, stacks.iter().copied())
            ),
            help: "name it under [stacks], or on the command line".to_owned(),
        };
        unknown.map(problem).collect()
    }
}

impl ByAddress {
    /// What the `*` stand for, where this speaks of that state. A line without an instance speaks of all.
    fn fits(&self, state: &ReadState<'_>) -> Option<Vec<String>> {
        let mut out = match (&self.reader, state.stack) {
            (Some(reader), Some(stack)) => captures(reader, stack)?,
            (Some(_), None) => return None,
            (None, _) => Vec::new(),
        };
        let whole = captures(&self.address, state.address);
        out.extend(whole.or_else(|| captures(&self.address, without_key(state.address)?))?);
        Some(out)
    }
}

impl ByBackend {
    fn fits(&self, state: &ReadState<'_>) -> Option<Vec<String>> {
        let agrees = |said: &Option<String>, known: Option<&str>| match said {
            Some(said) => known == Some(said),
            None => true,
        };
        if !agrees(&self.backend, state.backend) || !agrees(&self.workspace, state.workspace) {
            return None;
        }
        let mut out = Vec::new();
        for (name, pattern) in &self.config {
            out.extend(captures(pattern, state.config.get(name)?)?);
        }
        Some(out)
    }
}

/// The block of an instance: the address without its last key.
pub(crate) fn without_key(address: &str) -> Option<&str> {
    let inner = address.strip_suffix(']')?;
    let open = match inner.strip_suffix('"') {
        // A quote inside of a key is written `\"`, so `["` is where it begins.
        Some(text) => text.rfind("[\"")?,
        None => inner.rfind('[')?,
    };
    address.get(..open)
}

/// The stack before an address, and the rest. Keys of instances may hold a colon too.
pub(crate) fn split(text: &str) -> (Option<&str>, &str) {
    let before_keys = text.split('[').next().unwrap_or_default();
    match before_keys.split_once(':') {
        Some((stack, _)) => (Some(stack), text.get(stack.len() + 1..).unwrap_or_default()),
        None => (None, text),
    }
}

fn by_address(table: &Table<'_>, key: &At<&str>, notes: &mut Notes) -> Option<ByAddress> {
    let (reader, address) = split(key.value);
    let stack = table.text(key.value, notes)?;
    let shown = key.value.escape_debug();
    if reader.is_some_and(|it| !is_name(&it.replace('*', "a"))) || !is_state(address) {
        let message = format!("`{shown}` names no `terraform_remote_state`");
        let help = "write STACK:ADDRESS, or ADDRESS alone for all stacks: \
                    \"app:data.terraform_remote_state.network\"";
        notes.error(&key.span, message, help);
    }
    target(&stack, stars(key.value), notes);
    let (reader, address) = (reader.map(str::to_owned), address.to_owned());
    Some(ByAddress { reader, address, stack: stack.value, at: notes.location(&key.span) })
}

/// Whether this may be the address of a `terraform_remote_state`.
fn is_state(address: &str) -> bool {
    let named = match address.strip_prefix(TYPE) {
        Some(name) => Some(name),
        None if address.starts_with("module.") => {
            address.split_once(&format!(".{TYPE}")).map(|(_, name)| name)
        }
        None => None,
    };
    // A `*` may stand for everything that is missing.
    match named {
        Some(name) => !name.is_empty(),
        None => {
            address.starts_with('*') || (address.starts_with("module.") && address.contains('*'))
        }
    }
}

fn by_backend(table: &Table<'_>, notes: &mut Notes) -> Option<ByBackend> {
    table.only(KEYS, notes);
    let stack = table.required("stack", notes);
    let backend = table.text("backend", notes).map(|it| it.value);
    let workspace = table.text("workspace", notes).map(|it| it.value);
    if !table.has("config") {
        let help =
            "as in the `config` of the data source: config = { bucket = \"…\", key = \"…\" }";
        notes.error(&table.at, "`[[remote_state_backend]]` has no `config`", help);
    }
    let mut config = Vec::new();
    let settings = table.table("config", notes)?;
    flatten(&settings, "", &mut config, notes);
    if config.is_empty() {
        let message = "an empty `config` would be that of every backend";
        notes.error(&settings.at, message, "");
    }
    let stack = stack?;
    target(&stack, config.iter().map(|(_, value)| stars(value)).sum(), notes);
    let at = notes.location(&table.at);
    Some(ByBackend { stack: stack.value, backend, workspace, config, at })
}

/// The settings with those one level further down: no backend has more levels that tell states apart.
fn flatten(table: &Table<'_>, prefix: &str, out: &mut Vec<(String, String)>, notes: &mut Notes) {
    for key in table.keys() {
        if prefix.is_empty() && table.is_table(key.value) {
            if let Some(inner) = table.table(key.value, notes) {
                flatten(&inner, &format!("{}.", key.value), out, notes);
            }
            continue;
        }
        let value = table.scalar(key.value, notes);
        out.extend(value.map(|it| (format!("{prefix}{}", key.value), it)));
    }
}

/// Whether the name of the stack that is read can be a name, once its `*` are filled.
fn target(stack: &At<String>, wild: usize, notes: &mut Notes) {
    if !is_name(&stack.value.replace('*', "a")) {
        let message = format!("`{}` is no name for a stack", stack.value.escape_debug());
        notes.error(&stack.span, message, "");
    } else if stars(&stack.value) > 0 && stars(&stack.value) != wild {
        let message = format!("`{}` has not as many `*` as what it is told by", stack.value);
        notes.error(&stack.span, message, "each stands for what the same one there stands for");
    }
}
