//! groundplan.toml: which stacks there are, what links them, and what is in nobody's Terraform.
//!
//! One file per table: it holds the type, how the table is read, and what may stand in it. [`Settings`]
//! names them all, so a new table is a file, a field there and a line in `TABLES` and `Settings::of`.
//! `docs/groundplan-toml.md` is the reference for people.
//!
//! An entry with anything wrong in it does not count, since the rest of it would say something else than
//! its author meant; the other entries do. Where the file is no TOML, nothing of it counts.

mod disk;
mod expand;
mod external;
mod network;
mod notes;
mod pattern;
mod remote_state;
mod rules;
mod stacks;
mod table;

use std::path::Path;

use groundplan_findings::{Problem, ProblemKind};
use groundplan_ir::{SourceFile, SourceMap};
use toml::de::DeTable;

pub use disk::find;
pub use external::{External, IpamPool, Named, OnPremises, Peering, Thing, TransitGateway, Vpc};
pub use network::Network;
pub use remote_state::{ReadState, RemoteStates, Told};
pub use rules::{Level, Rules};
pub use stacks::{Stack, StackSource};

use crate::notes::Notes;
use crate::table::Table;

/// The tables of the file.
const TABLES: &[&str] =
    &["network", "stacks", "remote_state", "remote_state_backend", "external", "rules"];

/// Everything that groundplan.toml says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `[network]`: what is true of the network as a whole.
    pub network: Network,
    /// `[rules]`: which rules run, and how bad their findings are.
    pub rules: Rules,
    /// `[stacks]`: the inputs of a run, by name.
    pub stacks: Vec<Stack>,
    /// What is listed there and is not there, which matters to a run over all of them.
    pub not_there: Vec<Problem>,
    /// `[remote_state]` and `[[remote_state_backend]]`: which stack another one reads.
    pub remote_states: RemoteStates,
    /// `[[external.…]]`: what is in nobody's Terraform.
    pub external: External,
    /// The file itself, in which every place lies.
    pub sources: SourceMap,
}

/// Reads the file. Paths in it are relative to where it lies.
pub fn read(path: &Path) -> (Settings, Vec<Problem>) {
    let input = path.display().to_string();
    let text = match disk::text(path) {
        Ok(text) => text,
        Err(message) => {
            let kind = ProblemKind::Unreadable;
            let help =
                "check the path and its permissions, or leave it out with --no-config".into();
            let problem = Problem { kind, input, place: None, at: None, message, help };
            return (Settings::default(), vec![problem]);
        }
    };
    let mut sources = SourceMap::default();
    let file = sources.add(SourceFile::new(&input.replace('\\', "/"), text.as_str().into()));
    let mut notes = Notes::new(input, file);
    let (root, errors) = DeTable::parse_recoverable(&text);
    for error in &errors {
        let end = text.len();
        notes.unreadable(error.span().unwrap_or(end..end), error.message());
    }
    let base = path.parent().unwrap_or_else(|| Path::new(""));
    let settings = if errors.is_empty() {
        Settings::of(&Table::root(root.get_ref()), base, &mut notes)
    } else {
        Settings::default()
    };
    (Settings { sources, ..settings }, notes.into_problems())
}

impl Settings {
    fn of(root: &Table<'_>, base: &Path, notes: &mut Notes) -> Self {
        root.only(TABLES, notes);
        let (stacks, not_there) = stacks::read(root, base, notes);
        Self {
            network: network::read(root, notes),
            rules: Rules::read(root, notes),
            stacks,
            not_there,
            remote_states: RemoteStates::read(root, notes),
            external: External::read(root, notes),
            sources: SourceMap::default(),
        }
    }
}
