//! What the file calls resources of a run by: their addresses, or the ids that AWS has given them.

use std::sync::Arc;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{Address, Config, Location, Mode, SourceMap};

use super::thing::is_id;
use crate::notes::Notes;
use crate::pattern::{captures, stars};
use crate::remote_state::{split, without_key};
use crate::stacks::is_name;
use crate::table::At;

/// The name of something in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As it is written: an id, STACK:ADDRESS, or ADDRESS alone for all stacks; addresses may have `*`.
    pub text: String,
    /// Whether it is an id.
    pub is_id: bool,
    /// What it may name: resource types, with `data.` in front where only data sources are meant.
    types: &'static [&'static str],
    /// Where it is written.
    pub at: Location,
}

impl Named {
    fn new(text: &At<String>, is_id: bool, types: &'static [&'static str], notes: &Notes) -> Self {
        Self { text: text.value.clone(), is_id, types, at: notes.location(&text.span) }
    }

    /// The address of a resource or data source of one of these types.
    pub(super) fn address(
        text: &At<String>,
        types: &'static [&'static str],
        notes: &mut Notes,
    ) -> Option<Self> {
        let (stack, address) = split(&text.value);
        let fits = if stars(address) > 0 {
            types.iter().any(|it| address.contains(&format!("{it}."))) || address.starts_with('*')
        } else {
            Address::parse(address).is_ok_and(|it| is_one(&it, types))
        };
        if !fits || stack.is_some_and(|it| !is_name(&it.replace('*', "a"))) {
            let message = format!("`{}` is not the address of one", text.value.escape_debug());
            let types: Vec<String> = types.iter().map(|it| format!("`{it}`")).collect();
            let help = format!(
                "write STACK:ADDRESS, or ADDRESS alone for all stacks, of {}",
                types.join(", ")
            );
            notes.error(&text.span, message, help);
            return None;
        }
        Some(Self::new(text, false, types, notes))
    }

    /// An address, or an id that begins with one of these.
    pub(super) fn any(
        text: &At<String>,
        types: &'static [&'static str],
        ids: &[&str],
        notes: &mut Notes,
    ) -> Option<Self> {
        if ids.iter().any(|prefix| is_id(&text.value, prefix)) || is_uuid(&text.value) {
            return Some(Self::new(text, true, types, notes));
        }
        Self::address(text, types, notes)
    }
}

/// Whether an address is that of one of these types.
fn is_one(address: &Address, types: &[&str]) -> bool {
    types.iter().any(|it| match it.strip_prefix("data.") {
        Some(kind) => address.mode == Mode::Data && *kind == *address.kind,
        None => address.mode != Mode::Live && **it == *address.kind,
    })
}

/// The ids of Direct Connect gateways are UUIDs.
fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|it| it == b'-' || it.is_ascii_hexdigit())
}

/// The resources of a run, to be found by their names.
pub(super) struct Run<'c> {
    config: &'c Config,
    alone: Option<&'c str>,
    input: String,
    problems: Vec<Problem>,
}

impl<'c> Run<'c> {
    pub(super) fn new(config: &'c Config, alone: Option<&'c str>, sources: &SourceMap) -> Self {
        let file = sources.file(Location::default().file);
        let input = file.map_or_else(String::new, |it| it.path.to_string());
        Self { config, alone, input, problems: Vec::new() }
    }

    /// The current instances that an address names, in their order; that there is none is a problem.
    pub(super) fn find(&mut self, named: &Named) -> Vec<Arc<Address>> {
        let (stack, pattern) = split(&named.text);
        let is_of =
            |address: &Address| match (stack, address.module.stack.as_deref().or(self.alone)) {
                (Some(wanted), Some(stack)) => captures(wanted, stack).is_some(),
                (Some(_), None) => false,
                (None, _) => true,
            };
        let all = self.config.resources().iter().filter(|it| !it.deposed && it.planned.is_some());
        // Of the type and name at the end everything else can be told without writing the address out.
        let last = pattern.rsplit('.').next().filter(|it| !it.contains(['*', '[', '"', ']']));
        let near = all.filter(|it| {
            let address = &it.address;
            is_one(address, named.types) && last.is_none_or(|last| &*address.name == last)
        });
        let fits = |address: &Address| {
            let shown = address.to_string();
            let text = split(&shown).1;
            let whole = captures(pattern, text).is_some();
            whole || without_key(text).is_some_and(|it| captures(pattern, it).is_some())
        };
        let found = near.map(|it| &it.address).filter(|it| is_of(it) && fits(it));
        let out: Vec<Arc<Address>> = found.cloned().collect();
        if out.is_empty() {
            let message = format!("`{}` is nowhere in this run", named.text.escape_debug());
            let help = "what is said of it does not count; check the stack and the address";
            self.problem(named.at, message, help);
        }
        out
    }

    pub(super) fn problem(&mut self, at: Location, message: String, help: &str) {
        let (kind, input, at) = (ProblemKind::Incomplete, self.input.clone(), Some(at));
        self.problems.push(Problem {
            kind,
            input,
            place: None,
            at,
            message,
            help: help.to_owned(),
        });
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }
}
