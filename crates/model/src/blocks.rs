//! Arguments that are written as nested blocks or as a list (Terraform, "Attributes as Blocks"), or that
//! only show what AWS has.

use groundplan_ir::{Origin, Tri, Value};

use crate::reader::Reader;

/// Who wrote a rule of a security group or network ACL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSource {
    /// A block of what it is a rule of.
    Inline,
    /// A resource of its own.
    Standalone,
    /// Nobody here: it was there when the state was refreshed.
    Seen,
}

/// What stands in such an argument.
pub(crate) struct Blocks<'a> {
    /// Each block with its place.
    pub(crate) items: Vec<(Origin, &'a Value)>,
    /// Who wrote them.
    pub(crate) source: RuleSource,
    /// Whether there may be more of them.
    pub(crate) unknown: Tri<()>,
}

impl<'a> Blocks<'a> {
    /// Reads the argument `name`; in each of its blocks the author must give `required`.
    pub(crate) fn of(reader: &Reader<'a>, name: &str, required: &str) -> Self {
        const NULL: &Value = &Value::Null;
        let value = reader.attributes.get(name).unwrap_or(NULL);
        let written = reader.is_written(name);
        // A `dynamic` block leaves no trace in the configuration, but its blocks are in the value of a new
        // resource, which has no other source for them.
        let made = reader.resource.action.creates();
        let source = match (&written, value) {
            (Tri::Known(true), _) => RuleSource::Inline,
            (Tri::Known(false), Value::List(items)) if made && !items.is_empty() => {
                RuleSource::Inline
            }
            (_, _) => RuleSource::Seen,
        };
        let Value::List(items) = value else {
            let left_out = value.unknown().is_some_and(|cause| reader.is_left_out(name, cause));
            let gap = value.unknown().filter(|_| !left_out);
            let gap = gap.map_or(Tri::Absent, |cause| Tri::Unknown(reader.qualified(cause)));
            return Self { items: Vec::new(), source, unknown: gap };
        };
        let told = |item: &Value| match &*item.member(required) {
            Value::Unknown(_) => !matches!(item, Value::Unknown(_)) && written == Tri::Known(true),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Object(_)
            | Value::Referred(_) => matches!(item, Value::Object(_)),
        };
        // An element that is unknown as a whole stands for any number of blocks.
        let gap = items.iter().filter(|item| !told(item)).find_map(Value::first_unknown);
        let placed = |(at, item): (usize, &'a Value)| (reader.nested(name, at, items.len()), item);
        let whole = items.iter().enumerate().filter(|(_, item)| told(item));
        Self {
            items: whole.map(placed).collect(),
            source,
            unknown: gap.map_or(Tri::Absent, |cause| Tri::Unknown(reader.qualified(cause))),
        }
    }
}
