//! `count` and `for_each`: how many instances there are, and what each of them is called.

use std::sync::Arc;

use groundplan_eval::{Kind, Number, References, Scope, Type, Value, convert};
use groundplan_ir::{InstanceKey, Location};

use crate::Diagnostic;
use crate::body::{REFUSED, value};
use crate::module::Meta;

/// One block makes at most so many instances; of more, one symbolic instance stands for all.
const MOST_INSTANCES: usize = 10_000;

/// The instances of a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Expansion {
    /// Neither `count` nor `for_each`.
    Single,
    /// `count = …`
    Count(usize),
    /// `for_each = …`, sorted by key.
    Each(Vec<(Arc<str>, Value)>),
    /// Not known: one instance stands for any number.
    Symbolic(Symbolic),
}

/// What is known of instances of which it is not known how many there are.
#[derive(Clone, Debug, PartialEq)]
pub enum Symbolic {
    /// `count`, with `count.index`.
    Count(Value),
    /// `for_each`, with `each.key` and `each.value`.
    Each(Value, Value),
}

/// What `each` and `count` mean in one instance.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Repetition {
    /// The key, when there is one.
    pub key: Option<InstanceKey>,
    /// `count.index`
    pub index: Option<Value>,
    /// `each.key` and `each.value`
    pub each: Option<(Value, Value)>,
}

impl Expansion {
    /// Each instance.
    pub fn repetitions(&self) -> Vec<Repetition> {
        match self {
            Self::Single => vec![Repetition::default()],
            Self::Count(count) => (0..*count)
                .map(|at| Repetition {
                    key: Some(InstanceKey::Number(at as u64)),
                    index: Some(Number::from(at).into()),
                    each: None,
                })
                .collect(),
            Self::Each(all) => all
                .iter()
                .map(|(key, value)| Repetition {
                    key: Some(InstanceKey::Text((&**key).into())),
                    index: None,
                    each: Some((Value::normal_string(Arc::clone(key)), value.clone())),
                })
                .collect(),
            Self::Symbolic(symbolic) => vec![symbolic.repetition()],
        }
    }

    /// How many instances are evaluated.
    pub fn len(&self) -> usize {
        match self {
            Self::Single | Self::Symbolic(_) => 1,
            Self::Count(count) => *count,
            Self::Each(all) => all.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One instance that stands for all of them.
    pub(crate) fn shortened(self) -> Self {
        let any = |ty| Value::unknown(ty, References::default());
        match self {
            Self::Count(_) => Self::Symbolic(Symbolic::Count(any(Type::Number))),
            Self::Each(_) => Self::Symbolic(Symbolic::Each(any(Type::String), any(Type::Dynamic))),
            Self::Single | Self::Symbolic(_) => self,
        }
    }

    /// Whether it is not known how many there are.
    pub fn is_symbolic(&self) -> bool {
        matches!(self, Self::Symbolic(_))
    }
}

impl Symbolic {
    fn repetition(&self) -> Repetition {
        let key = Some(InstanceKey::Any);
        match self {
            Self::Count(index) => Repetition { key, index: Some(index.clone()), each: None },
            Self::Each(name, value) => {
                Repetition { key, index: None, each: Some((name.clone(), value.clone())) }
            }
        }
    }
}

/// Evaluates `count` or `for_each`.
pub(crate) fn expansion(
    meta: &Meta,
    scope: &dyn Scope,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expansion {
    match (&meta.count, &meta.for_each) {
        (None, None) => Expansion::Single,
        (Some(count), other) => {
            if other.is_some() {
                let message = "`count` and `for_each` at once";
                diagnostics.push(Diagnostic::error(count.at, message, "take one of the two"));
            }
            let number = value(count, scope, diagnostics);
            let counted = counted(&number).unwrap_or_else(|message| {
                let hidden = || "`count` is sensitive, and no number that can be used".to_owned();
                let message = if number.has_sensitive() { hidden() } else { message };
                refuse(count.at, message, diagnostics);
                Expansion::Symbolic(Symbolic::Count(unknown(Type::Number, &number)))
            });
            said(counted, "count", count.at, diagnostics)
        }
        (None, Some(for_each)) => {
            let collection = value(for_each, scope, diagnostics);
            if has_secret_keys(&collection) {
                let message = "`for_each` is sensitive, so its keys would be shown";
                refuse(for_each.at, message.to_owned(), diagnostics);
                return symbolic(&collection);
            }
            let each = each(&collection).unwrap_or_else(|message| {
                refuse(for_each.at, message, diagnostics);
                symbolic(&collection)
            });
            said(each, "for_each", for_each.at, diagnostics)
        }
    }
}

/// Whether any key would tell something sensitive.
fn has_secret_keys(collection: &Value) -> bool {
    let is_set = matches!(collection.kind, Kind::Set(..));
    collection.sensitive || is_set && collection.has_sensitive()
}

/// Terraform plans nothing where it does not know how many instances there are.
fn said(
    expansion: Expansion,
    name: &str,
    at: Location,
    diagnostics: &mut Vec<Diagnostic>,
) -> Expansion {
    if expansion.len() > MOST_INSTANCES {
        too_many(name, at, diagnostics);
        return expansion.shortened();
    }
    if expansion.is_symbolic() {
        let message = format!("`{name}` is not known here");
        let help = "one instance, written `[*]`, stands for any number of them, and what depends on how \
                    many there are is undetermined";
        diagnostics.push(Diagnostic::remark(at, message, help));
    }
    expansion
}

/// Says that a limit of the analysis was met.
pub(crate) fn too_many(name: &str, at: Location, diagnostics: &mut Vec<Diagnostic>) {
    let message = format!("`{name}` makes more than the analysis takes");
    let help = "a limit of this program, not of Terraform: one, written `[*]`, stands for all of them, and \
                what depends on which of them it is is undetermined";
    diagnostics.push(Diagnostic::incomplete(at, message, help));
}

fn refuse(at: Location, message: String, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.push(Diagnostic::error(at, message, REFUSED));
}

fn unknown(ty: Type, from: &Value) -> Value {
    Value::unknown(ty, from.references().computed())
}

fn counted(count: &Value) -> Result<Expansion, String> {
    let (count, _) = convert(count, &Type::Number)?.unmarked();
    match &count.kind {
        Kind::Unknown(_) => Ok(Expansion::Symbolic(Symbolic::Count(unknown(Type::Number, &count)))),
        Kind::Number(number) => match number.to_usize() {
            Some(count) => Ok(Expansion::Count(count)),
            None => Err(format!("`count` is {number}, not a whole number from 0 on")),
        },
        Kind::Null(_) => Err("`count` is null".to_owned()),
        Kind::Bool(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_) => Err("`count` is not a number".to_owned()),
    }
}

fn symbolic(collection: &Value) -> Expansion {
    let value = if let Kind::Set(_, items) = &collection.kind {
        // The elements are what the set is made of, whichever of them it is.
        items.iter().map(Value::references).reduce(|all, it| all.or(&it))
    } else {
        None
    };
    let key = unknown(Type::String, collection);
    let value = match value {
        Some(references) => Value::unknown(Type::String, references),
        None if matches!(collection.ty(), Type::Set(_)) => unknown(Type::String, collection),
        None => unknown(Type::Dynamic, collection),
    };
    let hidden = has_secret_keys(collection);
    Expansion::Symbolic(Symbolic::Each(key.marked(hidden), value.marked(hidden)))
}

fn each(collection: &Value) -> Result<Expansion, String> {
    let sensitive = collection.sensitive;
    match &collection.kind {
        Kind::Map(_, members) | Kind::Object(members) => {
            let all = members.iter();
            let all = all.map(|(key, it)| (Arc::clone(key), it.clone().marked(sensitive)));
            Ok(Expansion::Each(all.collect()))
        }
        Kind::Set(_, items) => {
            let mut all = Vec::with_capacity(items.len());
            for item in items.iter() {
                if let Kind::String(text) = &item.kind {
                    all.push((Arc::clone(text), item.clone()));
                } else if item.is_null() {
                    return Err("`for_each` holds null".to_owned());
                } else if item.is_known() {
                    return Err("`for_each` is a set, but not of strings".to_owned());
                } else {
                    return Ok(symbolic(collection));
                }
            }
            all.sort_by(|one, two| one.0.cmp(&two.0));
            Ok(Expansion::Each(all))
        }
        Kind::Unknown(_) | Kind::Open(_) => Ok(symbolic(collection)),
        Kind::Null(_) => Err("`for_each` is null".to_owned()),
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::List(..) | Kind::Tuple(_) => {
            Err(format!("`for_each` is a {}, not a map or a set", word(&collection.ty())))
        }
    }
}

fn word(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Number => "number",
        Type::String => "string",
        Type::List(_) => "list",
        Type::Tuple(_) => "tuple",
        Type::Dynamic | Type::Set(_) | Type::Map(_) | Type::Object(_) => "value",
    }
}
