//! `[for …]` and `{for …}`.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::Location;
use groundplan_syntax::{Expr, ForExpr, Ident};

use super::{Evaluator, Name, Names};
use crate::{Error, Kind, Object, References, Type, Value, convert};

/// What a loop goes through.
pub(super) enum Items {
    /// Keys and elements, and whether the collection is sensitive.
    Known(Vec<(Value, Value)>, bool),
    /// The collection is not known: one key and element stand for all.
    Unknown(Value, Value, bool),
}

/// What has become known of a result while going through a collection.
#[derive(Default)]
struct Progress {
    sensitive: bool,
    /// What made the result unknown, when something did.
    unknown: Option<References>,
}

impl Progress {
    fn blame(&mut self, references: &References) {
        self.unknown = Some(self.unknown.take().unwrap_or_default().and(references));
    }
}

/// The names that a loop binds.
#[derive(Clone, Copy)]
pub(super) struct Binds<'f> {
    pub(super) key: Option<&'f Ident>,
    pub(super) value: &'f Ident,
}

impl Binds<'_> {
    /// Runs `work` with the names bound.
    pub(super) fn bind<T>(
        self,
        key: Value,
        value: Value,
        outer: Names<'_>,
        work: impl FnOnce(Names<'_>) -> T,
    ) -> T {
        let Some(key_name) = self.key else {
            return work(Some(&Name { text: &self.value.text, value, outer }));
        };
        let key = Name { text: &key_name.text, value: key, outer };
        work(Some(&Name { text: &self.value.text, value, outer: Some(&key) }))
    }
}

impl Evaluator<'_> {
    /// The elements of a collection that a loop goes through.
    pub(super) fn items(&self, collection: &Expr, names: Names<'_>) -> Result<Items, Error> {
        let value = self.value(collection, names)?;
        let sensitive = value.sensitive;
        if let Some(known) = value.elements().filter(|_| !is_vague_set(&value)) {
            self.work(known.len() as u64, collection.at)?;
            return Ok(Items::Known(known, sensitive));
        }
        let references = value.references().computed();
        let types = match &value.kind {
            Kind::Open(_) => Some((Type::String, Type::Dynamic)),
            Kind::Set(of, _) => Some((of.clone(), of.clone())),
            Kind::Unknown(unknown) => element_types(&unknown.ty),
            Kind::Null(_) => return Err(Error::new(collection.at, "null cannot be gone through")),
            Kind::Bool(_)
            | Kind::Number(_)
            | Kind::String(_)
            | Kind::List(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_) => None,
        };
        let Some((key, item)) = types else {
            let why = format!("{} cannot be gone through", value.ty());
            return Err(Error::new(collection.at, why));
        };
        let key = Value::unknown(key, references.clone());
        Ok(Items::Unknown(key, Value::unknown(item, references), sensitive))
    }

    /// `[for …]` and `{for …}`
    pub(super) fn for_expr(&self, it: &ForExpr, names: Names<'_>) -> Result<Value, Error> {
        let items = self.items(&it.collection, names)?;
        let binds = Binds { key: it.key_name.as_ref(), value: &it.value_name };
        let typed = !matches!(&items, Items::Unknown(key, _, _) if key.ty() == Type::Dynamic);
        if let Some(condition) = it.condition.as_ref().filter(|_| typed) {
            self.check_condition(condition, binds, names)?;
        }
        let (items, sensitive) = match items {
            Items::Known(items, sensitive) => (items, sensitive),
            Items::Unknown(key, item, sensitive) => {
                let references = self.of_unknown(it, binds, key, item, names);
                return Ok(Value::unknown(Type::Dynamic, references).marked(sensitive));
            }
        };
        let mut progress = Progress { sensitive, unknown: None };
        let value = match &it.key {
            None => self.for_tuple(it, binds, items, &mut progress, names)?,
            Some(key) => self.for_object(it, key, binds, items, &mut progress, names)?,
        };
        let result = match progress.unknown {
            None => value,
            Some(references) => {
                let references = references.and(&value.references()).computed();
                Value::unknown(Type::Dynamic, references)
            }
        };
        Ok(result.marked(progress.sensitive))
    }

    fn for_tuple(
        &self,
        it: &ForExpr,
        binds: Binds<'_>,
        items: Vec<(Value, Value)>,
        progress: &mut Progress,
        names: Names<'_>,
    ) -> Result<Value, Error> {
        let mut results = Vec::with_capacity(items.len());
        for (key, item) in items {
            let result = binds.bind(key, item, names, |names| {
                if !self.counts(it, progress, names)? {
                    return Ok(None);
                }
                self.value(&it.value, names).map(Some)
            })?;
            results.extend(result);
        }
        Ok(Value::tuple(results))
    }

    fn for_object(
        &self,
        it: &ForExpr,
        key_expr: &Expr,
        binds: Binds<'_>,
        items: Vec<(Value, Value)>,
        progress: &mut Progress,
        names: Names<'_>,
    ) -> Result<Value, Error> {
        let mut groups: BTreeMap<Arc<str>, Vec<Value>> = BTreeMap::new();
        for (key, item) in items {
            let result = binds.bind(key, item, names, |names| {
                if !self.counts(it, progress, names)? {
                    return Ok(None);
                }
                let key = self.value(key_expr, names)?;
                progress.sensitive |= key.sensitive;
                let name = match object_key(&key, key_expr.at) {
                    // Terraform complains no more about an object that it does not know anyhow.
                    Err(_) if progress.unknown.is_some() => return Ok(None),
                    name => name?,
                };
                let Some(name) = name else {
                    progress.blame(&key.references());
                    if let Ok(value) = self.value(&it.value, names) {
                        progress.blame(&value.references());
                    }
                    return Ok(None);
                };
                Ok(Some((name, self.value(&it.value, names)?)))
            })?;
            let Some((name, value)) = result else { continue };
            let group = groups.entry(Arc::clone(&name)).or_default();
            if !group.is_empty() && !it.group {
                let why = format!(
                    "two different items produced the key {name:?}; `...` behind the value would \
                     collect them"
                );
                return Err(Error::new(key_expr.at, why));
            }
            group.push(value);
        }
        let members = groups.into_iter().filter_map(|(name, mut values)| {
            let value = if it.group { Value::tuple(values) } else { values.pop()? };
            Some((name, value))
        });
        Ok(Value::object(members.collect::<Object>()))
    }

    /// Whether an element counts; when that is not known, neither is the result.
    fn counts(
        &self,
        it: &ForExpr,
        progress: &mut Progress,
        names: Names<'_>,
    ) -> Result<bool, Error> {
        let Some(condition) = &it.condition else { return Ok(true) };
        let test = self.value(condition, names)?;
        progress.sensitive |= test.sensitive;
        // Only for an object the type of an unknown condition matters.
        let told = if test.is_known() || it.key.is_some() {
            condition_truth(&test, condition.at)
        } else {
            Ok(None)
        };
        match told {
            Err(_) if progress.unknown.is_some() => return Ok(false),
            Err(error) => return Err(error),
            Ok(Some(counts)) => return Ok(counts),
            Ok(None) => {}
        }
        progress.blame(&test.references());
        if let Ok(value) = self.value(&it.value, names) {
            progress.blame(&value.references());
        }
        Ok(false)
    }

    /// Terraform looks at a condition once before it goes through the collection, so that a wrong one is
    /// refused for an empty collection as well.
    fn check_condition(
        &self,
        condition: &Expr,
        binds: Binds<'_>,
        names: Names<'_>,
    ) -> Result<(), Error> {
        let any = || Value::unknown(Type::Dynamic, References::default());
        binds.bind(any(), any(), names, |names| {
            let test = self.value(condition, names)?;
            condition_truth(&test, condition.at).map(|_| ())
        })
    }

    /// What the result of a loop through something unknown comes from.
    fn of_unknown(
        &self,
        it: &ForExpr,
        binds: Binds<'_>,
        key: Value,
        item: Value,
        names: Names<'_>,
    ) -> References {
        let all = item.references();
        let parts = [Some(&it.value), it.key.as_ref(), it.condition.as_ref()];
        binds.bind(key, item, names, |names| {
            let values =
                parts.into_iter().flatten().filter_map(|part| self.value(part, names).ok());
            values.fold(all, |all, value| all.and(&value.references())).computed()
        })
    }
}

/// Whether it is a set of which neither the number of elements nor their order is known.
pub(super) fn is_vague_set(value: &Value) -> bool {
    matches!(&value.kind, Kind::Set(_, items) if items.len() > 1) && !value.is_wholly_known()
}

/// The types of keys and elements; `None` when it is no collection.
fn element_types(ty: &Type) -> Option<(Type, Type)> {
    Some(match ty {
        Type::Dynamic => (Type::Dynamic, Type::Dynamic),
        Type::List(of) => (Type::Number, Type::clone(of)),
        Type::Set(of) => (Type::clone(of), Type::clone(of)),
        Type::Map(of) => (Type::String, Type::clone(of)),
        Type::Tuple(_) => (Type::Number, Type::Dynamic),
        Type::Object(_) => (Type::String, Type::Dynamic),
        Type::Bool | Type::Number | Type::String => return None,
    })
}

/// What an `if` clause decides, `None` when that is not known.
fn condition_truth(test: &Value, at: Location) -> Result<Option<bool>, Error> {
    if test.is_null() {
        return Err(Error::new(at, "the value of an `if` clause must not be null"));
    }
    let test = convert(test, &Type::Bool).map_err(|why| {
        Error::new(at, format!("the value of an `if` clause must be true or false: {why}"))
    })?;
    Ok(test.as_bool())
}

/// The key as text, `None` when it is not known.
fn object_key(key: &Value, at: Location) -> Result<Option<Arc<str>>, Error> {
    if key.is_null() {
        return Err(Error::new(at, "a key must not be null"));
    }
    let key = convert(key, &Type::String)
        .map_err(|why| Error::new(at, format!("this cannot be a key: {why}")))?;
    Ok(if let Kind::String(name) = key.kind { Some(name) } else { None })
}
