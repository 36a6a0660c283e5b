//! What the source tells of values that the plan does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use groundplan_eval::Type;
use groundplan_ir::{Address, Attributes, Config, Mode, Value};

/// Which sets could not be put into the order of the text.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    lost: BTreeSet<(String, Box<str>)>,
}

impl Ordered {
    /// Whether the nested blocks of this name cannot be told apart.
    pub(crate) fn is_lost(&self, block: &str, kind: &str) -> bool {
        self.lost.contains(&(block.to_owned(), kind.into()))
    }
}

/// The instances that are in the plan.
type Known = BTreeSet<Arc<Address>>;

/// Completes the planned values of one instance.
pub(crate) fn fill(
    address: &Address,
    attributes: &mut Attributes,
    source: &Config,
    known: &Known,
    ordered: &mut Ordered,
) {
    let block = || address.module.block_name(&address.block());
    let schema = match address.mode {
        Mode::Managed | Mode::Live => groundplan_schema::resource(&address.kind),
        Mode::Data => groundplan_schema::data(&address.kind),
    };
    let types = schema.and_then(Type::members);
    let is_set =
        |name: &str| types.and_then(|it| it.get(name)).is_none_or(|it| matches!(it, Type::Set(_)));
    let written = source.at(address).and_then(|at| source.resources().get(at));
    let Some(written) = written.and_then(|it| it.planned.as_ref()) else {
        for name in attributes.keys().filter(|name| is_set(name)) {
            ordered.lost.insert((block(), (*name).into()));
        }
        return;
    };
    // Something else decides on a value that is not the written one (`ignore_changes`, a state that
    // the provider takes for the same), so the text says nothing about this instance's links either.
    let is_other = attributes.iter().any(|(name, value)| {
        written.get(name).is_some_and(
            |it| matches!((value, it), (Value::Text(one), Value::Text(two)) if one != two),
        )
    });
    for (name, value) in attributes.iter_mut() {
        let Some(told) = written.get(name) else { continue };
        if is_set(name)
            && let (Value::List(items), Value::List(texts)) = (&mut *value, told)
            && !order(items, texts)
        {
            ordered.lost.insert((block(), (*name).into()));
            continue;
        }
        if !is_other {
            complete(value, told, known);
        }
    }
}

/// Puts the elements of a set into the order of the text; false when it is not clear which is which.
fn order(items: &mut Vec<Value>, texts: &[Value]) -> bool {
    if items.len() != texts.len() {
        return false;
    }
    let mut places = Vec::with_capacity(items.len());
    for item in items.iter() {
        let mut fitting = texts.iter().enumerate().filter(|(_, text)| fits(item, text));
        let (Some((place, _)), None) = (fitting.next(), fitting.next()) else { return false };
        places.push(place);
    }
    let distinct: BTreeSet<usize> = places.iter().copied().collect();
    if distinct.len() != items.len() {
        return false;
    }
    let sorted: BTreeMap<usize, Value> = places.into_iter().zip(std::mem::take(items)).collect();
    items.extend(sorted.into_values());
    true
}

/// Whether a planned value may be what this text came to.
fn fits(planned: &Value, text: &Value) -> bool {
    match (planned, text) {
        (Value::Unknown(_) | Value::Referred(_), _)
        | (_, Value::Unknown(_) | Value::Referred(_)) => true,
        (Value::Object(members), Value::Object(written)) => {
            written.iter().all(|(name, it)| members.get(name).is_none_or(|member| fits(member, it)))
        }
        (Value::List(items), Value::List(written)) => items.len() == written.len(),
        // What is not written is empty in the elements of sets.
        (Value::Null, Value::Text(text)) | (Value::Text(text), Value::Null) => text.is_empty(),
        (one, two) => one == two,
    }
}

/// Takes from the text what unknown parts refer to, where all of it is in the plan.
fn complete(value: &mut Value, text: &Value, known: &Known) {
    match (&mut *value, text) {
        (Value::Unknown(cause), Value::Referred(told)) => {
            let is_here = told.sources.iter().all(|it| known.contains(&it.address));
            if is_here && !told.sources.is_empty() {
                let mut told = told.clone();
                told.cause = cause.clone();
                *value = Value::Referred(told);
            }
        }
        (Value::List(items), Value::List(texts)) if items.len() == texts.len() => {
            for (item, text) in items.iter_mut().zip(texts) {
                complete(item, text, known);
            }
        }
        (Value::Object(members), Value::Object(texts)) => {
            for (name, member) in members.iter_mut() {
                if let Some(text) = texts.get(name) {
                    complete(member, text, known);
                }
            }
        }
        _ => (),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use groundplan_ir::{Cause, Referred, SourceRef};

    fn text(it: &str) -> Value {
        Value::Text(it.into())
    }

    fn object(cidr: &str, target: Value) -> Value {
        Value::Object([("cidr".into(), text(cidr)), ("target".into(), target)].into())
    }

    fn referred(address: &str) -> Value {
        let address = Arc::new(Address::parse(address).unwrap());
        let sources = vec![SourceRef { address, path: Vec::new() }];
        let cause = Cause::KnownAfterApply("x".into());
        Value::Referred(Box::new(Referred { cause, sources, exact: true }))
    }

    fn unknown() -> Value {
        Value::Unknown(Cause::KnownAfterApply("x".into()))
    }

    #[test]
    fn sets_come_into_the_order_of_the_text() {
        let texts = [object("b", referred("aws_vpc.b")), object("a", referred("aws_vpc.a"))];
        let mut items = vec![object("a", unknown()), object("b", unknown())];
        assert!(order(&mut items, &texts));
        assert_eq!(items, [object("b", unknown()), object("a", unknown())]);
        let known = ["aws_vpc.a", "aws_vpc.b"].map(|it| Arc::new(Address::parse(it).unwrap()));
        let mut value = Value::List(items);
        complete(&mut value, &Value::List(texts.to_vec()), &known.into());
        assert_eq!(value, Value::List(texts.to_vec()));
    }

    #[test]
    fn elements_that_cannot_be_told_apart_stay() {
        let mut items = vec![unknown(), unknown()];
        assert!(!order(&mut items, &[referred("aws_vpc.a"), referred("aws_vpc.b")]));
        assert!(!order(&mut vec![text("a")], &[text("b")]));
        assert!(!order(&mut vec![text("a")], &[]));
    }

    #[test]
    fn what_is_known_wins_and_what_is_not_there_is_not_linked() {
        let mut value = text("vpc-1");
        complete(&mut value, &referred("aws_vpc.a"), &Known::new());
        assert_eq!(value, text("vpc-1"));
        let mut value = unknown();
        complete(&mut value, &referred("aws_vpc.a"), &Known::new());
        assert_eq!(value, unknown());
    }
}
