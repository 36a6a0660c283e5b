//! Sets: each element once, in the order in which Terraform goes through them.

use std::cmp::Ordering;
use std::fmt::Write as _;

use crate::equality::equal;
use crate::{Kind, Type, Value};

impl Value {
    /// A set of these elements, each once and in order. An element that is not wholly known may equal
    /// another one, so it stays beside it. The marks of elements become the mark of the set.
    pub fn set(element: Type, items: Vec<Self>) -> Self {
        let sensitive = items.iter().any(Self::has_sensitive);
        let mut keyed: Vec<(Rank, Self)> = items
            .into_iter()
            .map(|item| if sensitive { item.unmarked().0 } else { item })
            .map(|item| (Rank::of(&item), item))
            .collect();
        keyed.sort_by(|(left, _), (right, _)| left.compare(right));
        // Equal elements have the same rank, so they stand side by side, up to others of that rank.
        keyed.dedup_by(|(_, later), (_, earlier)| equal(later, earlier) == Some(true));
        let items: Vec<Self> = keyed.into_iter().map(|(_, item)| item).collect();
        Self::from(Kind::Set(element, items.into())).marked(sensitive)
    }
}

/// What decides where an element stands.
enum Rank {
    Bool(bool),
    Number(crate::Number),
    Text(std::sync::Arc<str>),
    /// The text of a structure in Terraform's own order, and one that tells apart what that does not.
    Structure(String, String),
    Unknown,
    Null,
}

impl Rank {
    fn of(value: &Value) -> Self {
        match &value.kind {
            Kind::Bool(flag) => Self::Bool(*flag),
            Kind::Number(number) => Self::Number(number.clone()),
            Kind::String(text) => Self::Text(std::sync::Arc::clone(text)),
            Kind::Unknown(_) => Self::Unknown,
            Kind::Null(_) => Self::Null,
            Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_)
            | Kind::Open(_) => {
                let (mut coarse, mut fine) = (String::new(), String::new());
                describe(value, &mut coarse, false);
                describe(value, &mut fine, true);
                Self::Structure(coarse, fine)
            }
        }
    }

    fn class(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
            Self::Structure(..) => 3,
            Self::Unknown => 4,
            Self::Null => 5,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Number(left), Self::Number(right)) => left.cmp(right),
            (Self::Text(left), Self::Text(right)) => left.cmp(right),
            (Self::Structure(left, fine), Self::Structure(right, other_fine)) => {
                left.cmp(right).then_with(|| fine.cmp(other_fine))
            }
            _ => self.class().cmp(&other.class()),
        }
    }
}

/// Terraform sorts structures by a text of their parts, in which numbers have ten digits.
fn describe(value: &Value, out: &mut String, fine: bool) {
    match &value.kind {
        Kind::Unknown(_) => out.push('?'),
        Kind::Null(_) => out.push('~'),
        Kind::Bool(flag) => out.push(if *flag { 'T' } else { 'F' }),
        Kind::Number(number) if fine => out.push_str(&number.to_string()),
        Kind::Number(number) => out.push_str(&number.general()),
        Kind::String(text) => quote(text, out),
        Kind::List(_, items) | Kind::Set(_, items) => sequence(items.iter(), ['[', ']'], out, fine),
        Kind::Tuple(items) => sequence(items.iter(), ['<', '>'], out, fine),
        Kind::Object(members) => {
            sequence(members.values(), ['<', '>'], out, fine);
            if fine {
                sequence_of_names(members.keys(), out);
            }
        }
        Kind::Open(open) => {
            sequence(open.members.values(), ['<', '>'], out, fine);
            if fine {
                // The debug form only keeps different instances apart.
                let _written = write!(out, "{:?}", open.source);
            }
        }
        Kind::Map(_, members) => {
            out.push('{');
            for (name, member) in members.iter() {
                quote(name, out);
                out.push(':');
                describe(member, out, fine);
                out.push(';');
            }
            out.push('}');
        }
    }
}

fn sequence<'v>(
    items: impl Iterator<Item = &'v Value>,
    [open, close]: [char; 2],
    out: &mut String,
    fine: bool,
) {
    out.push(open);
    for item in items {
        describe(item, out, fine);
        out.push(';');
    }
    out.push(close);
}

fn sequence_of_names<'v>(names: impl Iterator<Item = &'v std::sync::Arc<str>>, out: &mut String) {
    for name in names {
        quote(name, out);
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Number, References};

    fn number(value: i128) -> Value {
        Number::from(value).into()
    }

    fn parts(set: &Value) -> Vec<String> {
        set.parts()
            .into_iter()
            .map(|it| crate::to_json(it).unwrap().unwrap_or("?".into()))
            .collect()
    }

    #[test]
    fn numbers_stand_by_value_and_text_by_bytes() {
        let numbers = [3, 1, 2, 10, 1].map(number).to_vec();
        assert_eq!(parts(&Value::set(Type::Number, numbers)), ["1", "2", "3", "10"]);
        let texts = ["b", "B", "ä", "a", "b"].map(Value::string).to_vec();
        assert_eq!(parts(&Value::set(Type::String, texts)), ["\"B\"", "\"a\"", "\"b\"", "\"ä\""]);
        let flags = [true, false, true].map(Value::from).to_vec();
        assert_eq!(parts(&Value::set(Type::Bool, flags)), ["false", "true"]);
    }

    #[test]
    fn what_is_not_known_stays_and_null_comes_last() {
        let unknown = || Value::unknown(Type::String, References::default());
        let items = vec![
            Value::null(Type::String),
            unknown(),
            Value::string("z"),
            unknown(),
            Value::null(Type::String),
        ];
        assert_eq!(parts(&Value::set(Type::String, items)), ["\"z\"", "?", "?", "null"]);
    }

    #[test]
    fn structures_stand_by_their_text() {
        let items: Vec<Value> = [2, 10, 1, 10].map(|it| Value::tuple([number(it)])).to_vec();
        let ty = items[0].ty();
        assert_eq!(parts(&Value::set(ty, items)), ["[10]", "[1]", "[2]"]);
    }

    #[test]
    fn marks_of_elements_go_to_the_set() {
        let set = Value::set(Type::String, vec![Value::string("a").marked(true)]);
        assert!(set.sensitive && !set.parts()[0].sensitive);
    }
}
