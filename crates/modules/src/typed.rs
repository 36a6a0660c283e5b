//! What written values become in the arguments that they are written to: values of the arguments' types,
//! and sets without repetitions.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use groundplan_eval::{Kind, Object, Reference, References, Source, Type, Value, convert, to_json};
use groundplan_ir::{InstanceKey, Step};

use crate::Diagnostic;
use crate::body::EvaluatedBody;
use crate::module::{ResourceName, Sort};

/// What blocks of this type hold, when that is known.
pub(crate) fn schema(name: &ResourceName) -> Option<&'static Type> {
    match name.sort {
        Sort::Managed => groundplan_schema::resource(&name.kind),
        Sort::Data => groundplan_schema::data(&name.kind),
        Sort::Ephemeral => None,
    }
}

/// Gives arguments their types; the elements of sets stay in the order of the text.
pub(crate) fn typed(body: &mut EvaluatedBody, schema: &Type, said: &mut Vec<Diagnostic>) {
    let Some(types) = schema.members() else { return };
    for attribute in &mut body.attributes {
        let Some(ty) = types.get(&attribute.name) else { continue };
        attribute.value = converted(&attribute.value, ty).unwrap_or_else(|| {
            let message = format!(
                "`{}` is a {}, and this is a {}",
                attribute.name,
                ty.friendly(),
                attribute.value.ty().friendly()
            );
            let help = "what depends on it is undetermined; Terraform refuses it unless the provider's \
                        version differs";
            said.push(Diagnostic::remark(attribute.at, message, help));
            unknown(ty, &attribute.value)
        });
    }
    for block in &mut body.blocks {
        if let Some(inner) = types.get(&block.kind).map(|ty| ty.element().unwrap_or(ty)) {
            typed(&mut block.body, inner, said);
        }
    }
    let is_set = |kind: &str| matches!(types.get(kind), Some(Type::Set(_)));
    let mut seen = BTreeSet::new();
    body.blocks.retain(|block| {
        let members = || identity(&Value::object(block.body.members()));
        let known = if is_set(&block.kind) && !block.symbolic { members() } else { None };
        known.is_none_or(|it| seen.insert((Arc::clone(&block.kind), it)))
    });
}

/// A text that two values have in common only when they are one and the same in any apply; `None` for
/// what is computed, since other arguments may give another value.
fn identity(value: &Value) -> Option<String> {
    let mut out = String::new();
    identify(value, &mut out)?;
    Some(out)
}

fn identify(value: &Value, out: &mut String) -> Option<()> {
    match &value.kind {
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            out.push_str(&to_json(value).ok()??);
        }
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            out.push('[');
            for item in items.iter() {
                identify(item, out)?;
                out.push(',');
            }
            out.push(']');
        }
        Kind::Map(_, members) | Kind::Object(members) => {
            out.push('{');
            // What is null might as well not be written.
            for (name, it) in members.iter().filter(|(_, it)| !it.is_null()) {
                write!(out, "{name:?}:").ok()?;
                identify(it, out)?;
                out.push(',');
            }
            out.push('}');
        }
        Kind::Unknown(it) if it.references.exact && it.references.all.len() == 1 => {
            // One of several instances or elements may be another one each time.
            let is_any = |step: &Step| matches!(step, Step::Key(InstanceKey::Any));
            let is_one = |it: &Reference| {
                let symbolic =
                    matches!(&it.source, Source::Instance(address) if address.is_symbolic());
                !symbolic && !it.path.iter().any(is_any)
            };
            if !it.references.all.iter().all(is_one) {
                return None;
            }
            write!(out, "{:?}", it.references.all).ok()?;
        }
        Kind::Unknown(_) | Kind::Open(_) => return None,
    }
    Some(())
}

fn unknown(ty: &Type, from: &Value) -> Value {
    Value::unknown(ty.clone(), from.references().computed()).marked(from.has_sensitive())
}

/// The value as one of the type, or nothing when it cannot be one. Attributes of objects may be missing,
/// since the JSON syntax writes blocks like this, and there may be more of them than are known here.
fn converted(value: &Value, ty: &Type) -> Option<Value> {
    let items = match &value.kind {
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => items,
        // The JSON syntax writes a block that stands once as an object.
        Kind::Object(_) if ty.element().is_some_and(|it| it.members().is_some()) => {
            return converted(&Value::tuple([value.clone()]), ty);
        }
        Kind::Object(members) => {
            return match ty.members() {
                Some(types) => object(members, types),
                None => convert(value, ty).ok(),
            }
            .map(|it| it.marked(value.sensitive));
        }
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Map(..)
        | Kind::Open(_)
        | Kind::Unknown(_) => return convert(value, ty).ok(),
    };
    let (Type::List(of) | Type::Set(of)) = ty else { return convert(value, ty).ok() };
    let mut seen = BTreeSet::new();
    let mut out: Vec<Value> = Vec::with_capacity(items.len());
    for item in items.iter() {
        let item = converted(item, of)?;
        let known = if matches!(ty, Type::Set(_)) { identity(&item) } else { None };
        if known.is_none_or(|it| seen.insert(it)) {
            out.push(item);
        }
    }
    Some(Value::list(Type::clone(of), out).marked(value.sensitive))
}

fn object(members: &Object, types: &BTreeMap<Arc<str>, Type>) -> Option<Value> {
    let mut out = Object::new();
    for (name, it) in members {
        let it = match types.get(name) {
            Some(ty) => converted(it, ty)?,
            None => it.clone(),
        };
        out.insert(Arc::clone(name), it);
    }
    Some(Value::object(out))
}

/// What a reference to the instance gives for each argument that is written.
pub(crate) fn members(body: &EvaluatedBody, schema: Option<&Type>, source: &Source) -> Object {
    let written = body.members();
    let types = schema.and_then(Type::members);
    let back = |(name, value): (Arc<str>, Value)| {
        let path = [Step::Name((&*name).into())];
        let value = match types.and_then(|it| it.get(&name)) {
            Some(ty) => read_back(&value, ty, source, &path),
            None => guarded(value, source, &path),
        };
        (name, value)
    };
    // What is null counts as not written, and the provider may decide on it.
    written.into_iter().filter(|(_, it)| !it.is_null()).map(back).collect()
}

fn part(source: &Source, path: &[Step]) -> References {
    References::exactly(Reference { source: source.clone(), path: path.into() })
}

/// The value with everything that the type has: what is not written of an object is decided by the
/// provider.
fn read_back(value: &Value, ty: &Type, source: &Source, path: &[Step]) -> Value {
    whole(value, ty, source, path)
        .and_then(|it| convert(&it, ty).ok())
        .unwrap_or_else(|| Value::unknown(ty.clone(), part(source, path)))
        .marked(value.sensitive)
}

fn whole(value: &Value, ty: &Type, source: &Source, path: &[Step]) -> Option<Value> {
    let deeper = |step: Step| path.iter().cloned().chain([step]).collect::<Vec<_>>();
    match (&value.kind, ty) {
        (Kind::List(_, items) | Kind::Tuple(items), Type::List(of) | Type::Set(of)) => {
            let is_list = matches!(ty, Type::List(_));
            let item = |(at, it): (usize, &Value)| {
                // Where an element of a set will stand is not known.
                let step = if is_list {
                    Step::Key(InstanceKey::Number(at as u64))
                } else {
                    Step::Key(InstanceKey::Any)
                };
                whole(it, of, source, &deeper(step))
            };
            let items = items.iter().enumerate().map(item).collect::<Option<Vec<_>>>()?;
            Some(Value::tuple(items).marked(value.sensitive))
        }
        (Kind::Object(members), Type::Object(types)) => {
            if members.keys().any(|it| !types.contains_key(it)) {
                return None;
            }
            let member = |(name, ty): (&Arc<str>, &Type)| {
                let path = deeper(Step::Name((&**name).into()));
                let value = match members.get(name) {
                    Some(it) => whole(it, ty, source, &path)?,
                    None => Value::unknown(ty.clone(), part(source, &path)),
                };
                Some((Arc::clone(name), value))
            };
            let all = types.iter().map(member).collect::<Option<Object>>()?;
            Some(Value::object(all).marked(value.sensitive))
        }
        _ => Some(value.clone()),
    }
}

/// A value of an argument whose type is not known: it may become another in it. Only text that is
/// neither a number nor a truth value, and what is unknown, surely stays what it is.
fn guarded(value: Value, source: &Source, path: &[Step]) -> Value {
    let stays = match &value.kind {
        Kind::String(text) => {
            convert(&value, &Type::Number).is_err() && !matches!(&**text, "true" | "false" | "")
        }
        Kind::Unknown(_) => true,
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_)
        | Kind::Open(_) => false,
    };
    if stays {
        value
    } else {
        Value::unknown(Type::Dynamic, part(source, path)).marked(value.has_sensitive())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::EvaluatedAttribute;
    use groundplan_ir::Location;

    fn text(it: &str) -> Value {
        Value::string(it)
    }

    fn source() -> Source {
        Source::Variable("x".into())
    }

    fn written(all: &[(&str, Value)]) -> EvaluatedBody {
        let one = |(name, value): &(&str, Value)| EvaluatedAttribute {
            name: (*name).into(),
            value: value.clone(),
            at: Location::default(),
        };
        EvaluatedBody { attributes: all.iter().map(one).collect(), blocks: Vec::new() }
    }

    #[test]
    fn an_argument_of_another_type_is_unknown_and_told() {
        let vpc = groundplan_schema::resource("aws_vpc").unwrap_or(&Type::Dynamic);
        let mut body = written(&[("cidr_block", Value::tuple([text("10.0.0.0/16")]))]);
        let mut said = Vec::new();
        typed(&mut body, vpc, &mut said);
        assert_eq!(said.len(), 1);
        assert_eq!(body.attribute("cidr_block").map(Value::ty), Some(Type::String));
        assert!(body.attribute("cidr_block").is_some_and(|it| !it.is_known()));
    }

    #[test]
    fn attributes_that_are_not_known_here_are_kept() {
        let table = groundplan_schema::resource("aws_route_table").unwrap_or(&Type::Dynamic);
        let route = |target: &str| {
            Value::object(
                [(target.into(), text("x")), ("cidr_block".into(), text("0.0.0.0/0"))].into(),
            )
        };
        let mut body =
            written(&[("route", Value::tuple([route("target_of_2030"), route("gateway_id")]))]);
        typed(&mut body, table, &mut Vec::new());
        let routes = body.attribute("route").map(Value::parts).unwrap_or_default();
        assert_eq!(routes, [&route("target_of_2030"), &route("gateway_id")]);
        // What comes back when the provider knows more than we do is not told.
        let back = members(&body, Some(table), &source());
        assert!(back.get("route").is_some_and(|it| !it.is_known()));
    }

    #[test]
    fn elements_are_one_when_they_surely_are() {
        let of = |name: &str| part(&source(), &[Step::Name(name.into())]);
        let exact = |name: &str| Value::unknown(Type::String, of(name));
        let any = || {
            let path = [Step::Name("ingress".into()), Step::Key(InstanceKey::Any)];
            Value::unknown(Type::String, part(&source(), &path))
        };
        let computed = |name: &str| Value::unknown(Type::String, of(name).computed());
        for (items, count) in [
            ([text("a"), text("a")], 1),
            ([text("a"), text("b")], 2),
            ([exact("id"), exact("id")], 1),
            ([exact("id"), exact("arn")], 2),
            ([computed("id"), computed("id")], 2),
            ([any(), any()], 2),
        ] {
            let set = converted(&Value::tuple(items), &Type::set(Type::String));
            assert_eq!(set.map(|it| it.parts().len()), Some(count));
        }
    }

    #[test]
    fn without_a_schema_only_plain_text_is_sure() {
        let all = [
            ("a", text("eu-west-1"), true),
            ("b", text("10.0"), false),
            ("c", text("true"), false),
            ("d", true.into(), false),
            ("e", Value::tuple([text("x")]), false),
        ];
        let body = written(&all.clone().map(|(name, value, _)| (name, value)));
        let back = members(&body, None, &source());
        assert_eq!(members(&written(&[("a", Value::NULL)]), None, &source()), Object::new());
        for (name, _, sure) in all {
            assert_eq!(back.get(name).map(Value::is_known), Some(sure), "{name}");
        }
    }
}
