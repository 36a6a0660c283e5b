//! JSON as the AWS CLI prints it: objects with places, read by name.

use std::collections::BTreeSet;
use std::ops::Range;

use groundplan_ir::{FileId, Location};
use groundplan_syntax::{JsonKind, JsonMember, JsonValue};

/// A part that has not the shape that the AWS CLI prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) at: Location,
    pub(crate) message: String,
}

/// An object of a file.
#[derive(Clone, Copy)]
pub(crate) struct Object<'j> {
    file: FileId,
    members: &'j [JsonMember],
    range: &'j Range<usize>,
}

impl<'j> Object<'j> {
    /// The value as an object in which no name stands twice.
    pub(crate) fn of(file: FileId, value: &'j JsonValue) -> Result<Self, Wrong> {
        let JsonKind::Object(members) = &value.kind else {
            let message = "an object is expected here".to_owned();
            return Err(Wrong { at: location(file, &value.range), message });
        };
        let mut names = BTreeSet::new();
        if let Some(again) = members.iter().find(|it| !names.insert(it.name.value.as_str())) {
            let message = "this name stands twice in one object".to_owned();
            return Err(Wrong { at: location(file, &again.at), message });
        }
        Ok(Self { file, members, range: &value.range })
    }

    /// The object as a whole.
    pub(crate) fn whole(&self) -> Location {
        location(self.file, self.range)
    }

    /// The file that it stands in.
    pub(crate) fn file(&self) -> FileId {
        self.file
    }

    /// The names that stand in it.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'j str> {
        self.members.iter().map(|it| it.name.value.as_str())
    }

    fn member(&self, name: &str) -> Option<&'j JsonMember> {
        self.members.iter().find(|it| it.name.value == name)
    }

    /// What stands behind a name, unless that is `null`.
    pub(crate) fn value(&self, name: &str) -> Option<&'j JsonValue> {
        let value = &self.member(name)?.value;
        (!matches!(value.kind, JsonKind::Null)).then_some(value)
    }

    /// From a name to the end of what stands behind it; the whole object where it is not there.
    pub(crate) fn at(&self, name: &str) -> Location {
        match self.member(name) {
            Some(it) => location(self.file, &(it.at.start..it.value.range.end)),
            None => self.whole(),
        }
    }

    fn wrong(&self, name: &str, wanted: &str) -> Wrong {
        Wrong { at: self.at(name), message: format!("`{name}` is not {wanted}") }
    }

    /// A text; none where it is missing, `null` or empty.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'j str>, Wrong> {
        match self.value(name).map(|it| &it.kind) {
            None => Ok(None),
            Some(JsonKind::String(text)) => Ok(Some(&*text.value).filter(|it| !it.is_empty())),
            Some(
                JsonKind::Null
                | JsonKind::Bool(_)
                | JsonKind::Number
                | JsonKind::Array(_)
                | JsonKind::Object(_),
            ) => Err(self.wrong(name, "text")),
        }
    }

    /// A text that the AWS CLI always prints.
    pub(crate) fn need(&self, name: &str) -> Result<&'j str, Wrong> {
        self.text(name)?.ok_or_else(|| Wrong {
            at: self.whole(),
            message: format!("`{name}` is missing in this object"),
        })
    }

    /// A switch; none where it is missing.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Wrong> {
        match self.value(name).map(|it| &it.kind) {
            None => Ok(None),
            Some(JsonKind::Bool(flag)) => Ok(Some(*flag)),
            Some(
                JsonKind::Null
                | JsonKind::String(_)
                | JsonKind::Number
                | JsonKind::Array(_)
                | JsonKind::Object(_),
            ) => Err(self.wrong(name, "`true` or `false`")),
        }
    }

    /// The number as it is written; none where it is missing.
    pub(crate) fn number(&self, name: &str, text: &str) -> Result<Option<i128>, Wrong> {
        match self.value(name) {
            None => Ok(None),
            Some(JsonValue { kind: JsonKind::Number, range }) => {
                let digits = text.get(range.clone()).and_then(|it| it.parse().ok());
                digits.map(Some).ok_or_else(|| self.wrong(name, "a whole number"))
            }
            Some(_) => Err(self.wrong(name, "a number")),
        }
    }

    /// An object inside; none where it is missing.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, Wrong> {
        self.value(name).map(|value| Self::of(self.file, value)).transpose()
    }

    /// The elements of a list; none where it is missing.
    pub(crate) fn list(&self, name: &str) -> Result<Option<&'j [JsonValue]>, Wrong> {
        match self.value(name).map(|it| &it.kind) {
            None => Ok(None),
            Some(JsonKind::Array(items)) => Ok(Some(items)),
            Some(
                JsonKind::Null
                | JsonKind::Bool(_)
                | JsonKind::Number
                | JsonKind::String(_)
                | JsonKind::Object(_),
            ) => Err(self.wrong(name, "a list")),
        }
    }

    /// A list of objects; empty where it is missing.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Self>, Wrong> {
        let items = self.list(name)?.unwrap_or_default();
        items.iter().map(|item| Self::of(self.file, item)).collect()
    }

    /// A list of texts; none where it is missing.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<&'j str>>, Wrong> {
        let Some(items) = self.list(name)? else { return Ok(None) };
        let text = |item: &'j JsonValue| match &item.kind {
            JsonKind::String(text) => Ok(&*text.value),
            JsonKind::Null
            | JsonKind::Bool(_)
            | JsonKind::Number
            | JsonKind::Array(_)
            | JsonKind::Object(_) => Err(self.wrong(name, "a list of texts")),
        };
        items.iter().map(text).collect::<Result<_, _>>().map(Some)
    }
}

/// These bytes of a file.
pub(crate) fn location(file: FileId, range: &Range<usize>) -> Location {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Location { file, start: offset(range.start), end: offset(range.end) }
}
