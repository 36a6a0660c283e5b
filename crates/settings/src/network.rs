//! `[network]`: what is true of the network as a whole.

use crate::notes::Notes;
use crate::table::Table;

/// The keys of the table.
const KEYS: &[&str] = &["complete"];

/// What is said of the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The inputs are all that there is: nothing outside of them adds to what they hold.
    pub complete: bool,
}

/// Reads the table.
pub(crate) fn read(root: &Table<'_>, notes: &mut Notes) -> Network {
    let Some(table) = root.table("network", notes) else { return Network::default() };
    let read = notes.unless_wrong(|notes| {
        table.only(KEYS, notes);
        Some(Network { complete: table.flag("complete", notes).unwrap_or_default() })
    });
    read.unwrap_or_default()
}
