//! Values as Terraform's console shows them.

use std::fmt::Write as _;

use groundplan_eval::{Kind, Object, Type, Value};

/// The value as the console shows it.
pub(crate) fn repr(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out
}

fn write(value: &Value, depth: usize, out: &mut String) {
    if value.sensitive {
        return out.push_str("(sensitive value)");
    }
    match &value.kind {
        Kind::Null(ty @ (Type::Bool | Type::Number | Type::String)) => {
            write!(out, "to{ty}(null)").unwrap();
        }
        Kind::Null(ty) if ty.is_collection() => {
            let of = ty.element().map(Type::kind_name).unwrap_or_default();
            write!(out, "to{}(null) /* of {of} */", ty.kind_name()).unwrap();
        }
        Kind::Null(Type::Dynamic) => out.push_str("null"),
        Kind::Null(ty) => write!(out, "null /* {} */", ty.kind_name()).unwrap(),
        Kind::Bool(flag) => write!(out, "{flag}").unwrap(),
        Kind::Number(number) => write!(out, "{number}").unwrap(),
        Kind::String(text) => write!(out, "{text:?}").unwrap(),
        Kind::List(_, items) => sequence("tolist(", items, ")", depth, out),
        Kind::Set(_, items) => sequence("toset(", items, ")", depth, out),
        Kind::Tuple(items) => sequence("", items, "", depth, out),
        Kind::Map(_, members) => mapping("tomap(", members, ")", depth, out),
        Kind::Object(members) => mapping("", members, "", depth, out),
        Kind::Open(open) => mapping("open(", &open.members, ")", depth, out),
        Kind::Unknown(_) => out.push_str("(known after apply)"),
    }
}

fn sequence(before: &str, items: &[Value], after: &str, depth: usize, out: &mut String) {
    out.push_str(before);
    out.push('[');
    for item in items {
        write!(out, "\n{:1$}", "", depth * 2 + 2).unwrap();
        write(item, depth + 1, out);
        out.push(',');
    }
    if !items.is_empty() {
        write!(out, "\n{:1$}", "", depth * 2).unwrap();
    }
    out.push(']');
    out.push_str(after);
}

fn mapping(before: &str, members: &Object, after: &str, depth: usize, out: &mut String) {
    out.push_str(before);
    out.push('{');
    for (name, member) in members {
        write!(out, "\n{:1$}{name:?} = ", "", depth * 2 + 2).unwrap();
        write(member, depth + 1, out);
    }
    if !members.is_empty() {
        write!(out, "\n{:1$}", "", depth * 2).unwrap();
    }
    out.push('}');
    out.push_str(after);
}
