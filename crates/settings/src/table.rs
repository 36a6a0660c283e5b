//! A table of the file, read key by key: what is missing, of the wrong type or unknown is noted.

use std::collections::BTreeMap;

use ipnet::IpNet;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::notes::{Notes, Span, did_you_mean};

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// A key with what stands behind it.
#[derive(Clone)]
struct Cell<'t> {
    /// From the key to the end of the value.
    whole: Span,
    key: Span,
    value: &'t Spanned<DeValue<'t>>,
}

/// A table.
pub(crate) struct Table<'t> {
    /// Its header, or the table itself where it stands in a line.
    pub(crate) at: Span,
    /// What messages call it.
    name: String,
    cells: BTreeMap<&'t str, Cell<'t>>,
}

impl<'t> Table<'t> {
    /// The file as a whole.
    pub(crate) fn root(table: &'t DeTable<'t>) -> Self {
        Self::new(table, 0..0, "groundplan.toml".to_owned())
    }

    fn new(table: &'t DeTable<'t>, at: Span, name: String) -> Self {
        let cell = |key: &Spanned<_>, value: &'t Spanned<DeValue<'t>>| {
            let key = key.span();
            // A table of its own stands where its header says, and this key is a part of that.
            let end = value.span().end.max(key.end);
            Cell { whole: key.start..end, key, value }
        };
        let cells = table.iter().map(|(key, value)| (&**key.get_ref(), cell(key, value))).collect();
        Self { at, name, cells }
    }

    /// The value as a table.
    fn of(name: String, value: &'t Spanned<DeValue<'t>>, notes: &mut Notes) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            let message = format!("{name} is a table, not {}", kind(value.get_ref()));
            notes.error(&value.span(), message, "");
            return None;
        };
        Some(Self::new(table, value.span(), name))
    }

    /// Notes every key that is none of these.
    pub(crate) fn only(&self, known: &[&str], notes: &mut Notes) {
        for (key, cell) in self.cells.iter().filter(|(key, _)| !known.contains(key)) {
            let free = known.iter().copied().filter(|it| !self.cells.contains_key(it));
            let hint = did_you_mean(key, free);
            let message = format!("{} has no key `{}`{hint}", self.name, key.escape_debug());
            notes.error(&cell.key, message, format!("it has {}", listed(known)));
        }
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.cells.contains_key(key)
    }

    /// Notes a list without elements.
    pub(crate) fn filled(&self, key: &str, help: &str, notes: &mut Notes) {
        let Some(cell) = self.cells.get(key) else { return };
        if matches!(cell.value.get_ref(), DeValue::Array(items) if items.is_empty()) {
            notes.error(&cell.value.span(), format!("{} is empty", self.named(key)), help);
        }
    }

    /// From the key to the end of its value.
    pub(crate) fn place(&self, key: &str) -> Option<Span> {
        self.cells.get(key).map(|it| it.whole.clone())
    }

    /// Every key in the order of the file, with its place.
    pub(crate) fn keys(&self) -> Vec<At<&'t str>> {
        let mut out: Vec<At<&str>> =
            self.cells.iter().map(|(key, it)| At { value: *key, span: it.key.clone() }).collect();
        out.sort_by_key(|it| it.span.start);
        out
    }

    /// The table behind this key; an empty one where it is left out.
    pub(crate) fn table(&self, key: &str, notes: &mut Notes) -> Option<Table<'t>> {
        let value = self.cells.get(key)?.value;
        Self::of(self.below(key), value, notes)
    }

    /// Whether a table stands behind this key.
    pub(crate) fn is_table(&self, key: &str) -> bool {
        self.cells.get(key).is_some_and(|it| matches!(it.value.get_ref(), DeValue::Table(_)))
    }

    /// The tables behind this key, each with its header: `[[…]]`.
    pub(crate) fn tables(&self, key: &str, notes: &mut Notes) -> Vec<Table<'t>> {
        let name = format!("`[[{}]]`", self.path(key));
        let Some(cell) = self.cells.get(key) else { return Vec::new() };
        let DeValue::Array(items) = cell.value.get_ref() else {
            let message = format!("{name} is a list of tables, not {}", kind(cell.value.get_ref()));
            notes.error(&cell.value.span(), message, format!("write {name}, in double brackets"));
            return Vec::new();
        };
        items.iter().filter_map(|item| Self::of(name.clone(), item, notes)).collect()
    }

    /// The text behind this key; an empty one is none.
    pub(crate) fn text(&self, key: &str, notes: &mut Notes) -> Option<At<String>> {
        let value = self.cells.get(key)?.value;
        text(&self.named(key), value, notes)
    }

    /// The same of a key that has to be there.
    pub(crate) fn required(&self, key: &str, notes: &mut Notes) -> Option<At<String>> {
        if !self.has(key) {
            notes.error(&self.at, format!("{} has no `{key}`", self.name), "");
        }
        self.text(key, notes)
    }

    /// The texts behind this key; none where it is left out.
    pub(crate) fn texts(&self, key: &str, notes: &mut Notes) -> Option<Vec<At<String>>> {
        let (name, value) = (self.named(key), self.cells.get(key)?.value);
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("{name} is a list, not {}", kind(value.get_ref()));
            notes.error(&value.span(), message, "write it in brackets: [\"…\"]");
            return None;
        };
        let name = format!("an element of {name}");
        Some(items.iter().filter_map(|item| text(&name, item, notes)).collect())
    }

    /// One text or a list of them.
    pub(crate) fn text_or_texts(&self, key: &str, notes: &mut Notes) -> Option<Vec<At<String>>> {
        if let DeValue::Array(_) = self.cells.get(key)?.value.get_ref() {
            return self.texts(key, notes);
        }
        Some(self.text(key, notes).into_iter().collect())
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, key: &str, notes: &mut Notes) -> Option<bool> {
        let value = self.cells.get(key)?.value;
        let DeValue::Boolean(flag) = value.get_ref() else {
            let message =
                format!("{} is `true` or `false`, not {}", self.named(key), kind(value.get_ref()));
            notes.error(&value.span(), message, "");
            return None;
        };
        Some(*flag)
    }

    /// Whether `false` stands behind this key.
    pub(crate) fn is_false(&self, key: &str) -> bool {
        let value = self.cells.get(key).map(|it| it.value.get_ref());
        matches!(value, Some(DeValue::Boolean(false)))
    }

    /// A whole number of this range.
    pub(crate) fn number(&self, key: &str, most: u8, notes: &mut Notes) -> Option<u8> {
        let value = self.cells.get(key)?.value;
        let DeValue::Integer(number) = value.get_ref() else {
            let message =
                format!("{} is a whole number, not {}", self.named(key), kind(value.get_ref()));
            notes.error(&value.span(), message, "");
            return None;
        };
        let read = u8::from_str_radix(number.as_str(), number.radix());
        let found = read.ok().filter(|it| *it <= most);
        if found.is_none() {
            let message = format!("{} is a number from 0 to {most}", self.named(key));
            notes.error(&value.span(), message, "");
        }
        found
    }

    /// Values as the command line takes them: text, numbers, `true` and `false`.
    pub(crate) fn scalar(&self, key: &str, notes: &mut Notes) -> Option<String> {
        let value = self.cells.get(key)?.value;
        match value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Boolean(flag) => Some(flag.to_string()),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            other @ (DeValue::Integer(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_)
            | DeValue::Table(_)) => {
                let message = format!("{} is not to be {}", self.named(key), kind(other));
                let help = "write it as text, as behind `--var`: \"[\\\"a\\\", \\\"b\\\"]\"";
                notes.error(&value.span(), message, help);
                None
            }
        }
    }

    /// Address ranges, each in its canonical form.
    pub(crate) fn ranges(
        &self,
        key: &str,
        family: Family,
        notes: &mut Notes,
    ) -> Option<Vec<IpNet>> {
        let texts = self.texts(key, notes)?;
        Some(texts.iter().filter_map(|it| range(it, family, notes)).collect())
    }

    /// A key as messages call it.
    pub(crate) fn named(&self, key: &str) -> String {
        format!("`{key}` of {}", self.name)
    }

    fn below(&self, key: &str) -> String {
        format!("`[{}]`", self.path(key))
    }

    fn path(&self, key: &str) -> String {
        match self.name.strip_prefix("`[").and_then(|it| it.strip_suffix("]`")) {
            Some(name) => format!("{name}.{key}"),
            None => key.to_owned(),
        }
    }
}

/// Which ranges are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// IPv4.
    Four,
    /// IPv6.
    Six,
    /// Both.
    Any,
}

fn range(text: &At<String>, family: Family, notes: &mut Notes) -> Option<IpNet> {
    let shown = text.value.escape_debug();
    let Ok(net) = text.value.parse::<IpNet>() else {
        let message = format!("`{shown}` is no address range");
        notes.error(&text.span, message, "write it as in \"10.0.0.0/16\" or \"2001:db8::/56\"");
        return None;
    };
    let wrong = match (family, net) {
        (Family::Four, IpNet::V6(_)) => Some("IPv6"),
        (Family::Six, IpNet::V4(_)) => Some("IPv4"),
        (Family::Four | Family::Any, IpNet::V4(_)) | (Family::Six | Family::Any, IpNet::V6(_)) => {
            None
        }
    };
    if let Some(wrong) = wrong {
        let key = if family == Family::Four { "ipv6_cidr_blocks" } else { "cidr_blocks" };
        notes.error(
            &text.span,
            format!("`{shown}` is {wrong}"),
            format!("it belongs into `{key}`"),
        );
        return None;
    }
    if net != net.trunc() {
        let message = format!("`{shown}` is no address range, did you mean `{}`?", net.trunc());
        notes.error(&text.span, message, "the bits behind the prefix are zero in a range");
        return None;
    }
    Some(net)
}

fn text(name: &str, value: &Spanned<DeValue<'_>>, notes: &mut Notes) -> Option<At<String>> {
    let span = value.span();
    let DeValue::String(text) = value.get_ref() else {
        let number = matches!(value.get_ref(), DeValue::Integer(_) | DeValue::Float(_));
        let help = if number { "write it in quotes" } else { "" };
        notes.error(&span, format!("{name} is text, not {}", kind(value.get_ref())), help);
        return None;
    };
    if text.is_empty() {
        notes.error(&span, format!("{name} is empty"), "");
        return None;
    }
    Some(At { value: text.to_string(), span })
}

/// What a value is, for messages.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "`true` or `false`",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn listed(names: &[&str]) -> String {
    let all: Vec<String> = names.iter().map(|it| format!("`{it}`")).collect();
    all.join(", ")
}
