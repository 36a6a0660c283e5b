//! What every declared thing has: what names it, and where it is.

use std::collections::BTreeMap;

use groundplan_ir::Location;

use crate::notes::Notes;
use crate::table::{At, Table};

/// The common part of what is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    /// Its id.
    pub id: Option<String>,
    /// What people call it.
    pub name: Option<String>,
    /// The account that owns it.
    pub account: Option<String>,
    /// The Region that it is in.
    pub region: Option<String>,
    /// The header of its table.
    pub at: Location,
    /// By key: where that stands.
    pub(super) keys: BTreeMap<String, Location>,
}

/// The keys that all have.
pub(super) const COMMON: [&str; 4] = ["id", "name", "account", "region"];

impl Thing {
    /// Reads the common keys; others than these and `more` are noted.
    pub(super) fn read(table: &Table<'_>, prefix: &str, more: &[&str], notes: &mut Notes) -> Self {
        let known: Vec<&str> = COMMON.iter().chain(more).copied().collect();
        table.only(&known, notes);
        let id = table.text("id", notes);
        if let Some(id) = &id
            && !is_id(&id.value, prefix)
        {
            let shown = id.value.escape_debug();
            notes.error(
                &id.span,
                format!("`{shown}` is no id"),
                format!("it begins with `{prefix}`"),
            );
        }
        let name = table.text("name", notes);
        if let Some(name) = &name {
            word(name, notes);
        }
        let account = account(table, "account", notes);
        let region = region(table, "region", notes);
        Self {
            keys: places(table, notes),
            id: id.map(|it| it.value),
            name: name.map(|it| it.value),
            account,
            region,
            at: notes.location(&table.at),
        }
    }

    /// The same of things that are no objects of AWS: they have a name and nothing else of this.
    pub(super) fn named(table: &Table<'_>, more: &[&str], notes: &mut Notes) -> Self {
        let known: Vec<&str> = ["name"].iter().chain(more).copied().collect();
        table.only(&known, notes);
        let name = table.required("name", notes);
        if let Some(name) = &name {
            word(name, notes);
        }
        Self {
            id: None,
            name: name.map(|it| it.value),
            account: None,
            region: None,
            at: notes.location(&table.at),
            keys: places(table, notes),
        }
    }

    /// The same of things that only their id names.
    pub(super) fn with_id(
        table: &Table<'_>,
        prefix: &str,
        more: &[&str],
        notes: &mut Notes,
    ) -> Self {
        let thing = Self::read(table, prefix, more, notes);
        if !table.has("id") {
            table.required("id", notes);
        }
        thing
    }

    /// What stands for the thing in its address.
    pub(super) fn word(&self) -> &str {
        self.id.as_deref().or(self.name.as_deref()).unwrap_or_default()
    }
}

/// By key: where that stands.
fn places(table: &Table<'_>, notes: &Notes) -> BTreeMap<String, Location> {
    let keys = table.keys().into_iter();
    let place = |key: &str| Some((key.to_owned(), notes.location(&table.place(key)?)));
    keys.filter_map(|key| place(key.value)).collect()
}

/// Whether this is an id that begins so.
pub(super) fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    })
}

/// A name stands in an address, so nothing of an address's notation may be in it.
fn word(name: &At<String>, notes: &mut Notes) {
    if !name.value.chars().all(|c| c.is_alphanumeric() || "-_./ ".contains(c)) {
        let message = format!("`{}` is no name", name.value.escape_debug());
        let help = "it shows in findings: letters, digits, `-`, `_`, `.`, `/` and spaces";
        notes.error(&name.span, message, help);
    }
}

/// An account: twelve digits.
pub(super) fn account(table: &Table<'_>, key: &str, notes: &mut Notes) -> Option<String> {
    let account = table.text(key, notes)?;
    if account.value.len() != 12 || !account.value.bytes().all(|it| it.is_ascii_digit()) {
        let message = format!("`{}` is no account", account.value.escape_debug());
        notes.error(&account.span, message, "an AWS account is named by its twelve digits");
    }
    Some(account.value)
}

/// A Region: `eu-west-1`.
pub(super) fn region(table: &Table<'_>, key: &str, notes: &mut Notes) -> Option<String> {
    let region = table.text(key, notes)?;
    let parts: Vec<&str> = region.value.split('-').collect();
    let numbered = parts.last().is_some_and(|it| it.parse::<u8>().is_ok());
    let plain =
        region.value.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    if parts.len() < 3 || !numbered || !plain {
        let message = format!("`{}` is no Region", region.value.escape_debug());
        notes.error(&region.span, message, "write its code, as in \"eu-west-1\"");
    }
    Some(region.value)
}
