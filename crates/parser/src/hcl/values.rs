//! Evaluated values → values of the model's language, with what unknown ones come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_eval::{Kind, References, Source, Value as Evaluated};
use groundplan_ir::{Cause, Number, Referred, SourceRef, Value};
use groundplan_modules::READERS;

/// The value of the attribute `name`.
pub(crate) fn value(name: &str, it: &Evaluated) -> Value {
    if it.sensitive {
        return Value::Unknown(Cause::Sensitive(name.into()));
    }
    match &it.kind {
        Kind::Null(_) => Value::Null,
        Kind::Bool(flag) => Value::Bool(*flag),
        Kind::Number(number) => match number.to_i128() {
            Some(whole) => Value::Number(Number::Whole(whole)),
            None => number
                .to_string()
                .parse()
                .map_or(Value::Null, |real| Value::Number(Number::Real(real))),
        },
        Kind::String(text) => Value::Text((&**text).into()),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            Value::List(items.iter().map(|it| value(name, it)).collect())
        }
        Kind::Map(_, members) | Kind::Object(members) => {
            let members = members.iter().map(|(key, it)| ((&**key).into(), value(name, it)));
            Value::Object(members.collect::<BTreeMap<Box<str>, Value>>())
        }
        Kind::Open(_) => unknown(name, &it.references()),
        Kind::Unknown(it) => unknown(name, &it.references),
    }
}

/// What is not known, with what it comes from. Where that is not an instance alone, the cause names it,
/// since it is what somebody can change.
pub(crate) fn unknown(name: &str, references: &References) -> Value {
    let mut sources = Vec::new();
    let mut cause = Cause::KnownAfterApply(name.into());
    let mut exact = references.exact;
    for reference in references.all.iter() {
        match &reference.source {
            Source::Instance(address) => {
                if &*address.kind == "terraform_remote_state" {
                    cause = Cause::OtherStack(address.to_string().into());
                }
                let path = reference.path.to_vec();
                sources.push(SourceRef { address: Arc::clone(address), path });
            }
            Source::Output(module, output) => {
                cause = Cause::NotInstalled(format!("{module}.{output}").into());
                exact = false;
            }
            Source::Variable(variable) => {
                cause = Cause::NoValue(format!("var.{variable}").into());
                exact = false;
            }
            Source::Impure(function) => {
                let is_block = function.contains('.');
                let name = if is_block { function.to_string() } else { format!("{function}()") };
                let name = name.into();
                let is_read = READERS.contains(&&**function);
                cause = if is_read { Cause::Unread(name) } else { Cause::Impure(name) };
                exact = false;
            }
        }
    }
    Value::Referred(Box::new(Referred { cause, exact: exact && !sources.is_empty(), sources }))
}
