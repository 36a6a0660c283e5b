//! What the tags of a thing say that it is.

use groundplan_ir::Value;

use crate::reader::Reader;

/// The tags by which people tell networks apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tags {
    /// The environment that it belongs to, as its tag says.
    pub environment: Option<Box<str>>,
    /// Its name, as its tag says.
    pub name: Option<Box<str>>,
}

/// The keys that people use for the environment, in lower case.
const ENVIRONMENT: &[&str] = &["environment", "env", "stage", "segment"];

impl Tags {
    /// The tags that the author wrote and whose values are known.
    pub(crate) fn of(reader: &Reader<'_>) -> Self {
        let tags = match reader.value("tags") {
            Value::Object(tags) => tags,
            // An object in a directory may be a block in the JSON syntax.
            Value::List(one) => match &**one {
                [Value::Object(tags)] => tags,
                [] | [_, ..] => return Self::default(),
            },
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::Unknown(_)
            | Value::Referred(_) => return Self::default(),
        };
        let find = |keys: &[&str]| {
            keys.iter().find_map(|wanted| {
                let mut all = tags.iter();
                let (_, value) = all.find(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
                value.as_text().map(Box::from)
            })
        };
        Self { environment: find(ENVIRONMENT), name: find(&["name"]) }
    }
}
