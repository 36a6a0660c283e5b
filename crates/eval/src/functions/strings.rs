//! Functions on text: joining, splitting, trimming, taking parts. (Case is in `letters`, patterns are in
//! `regex`.)

use unicode_segmentation::UnicodeSegmentation as _;

use super::{letters, regex, take};
use crate::{CallContext, CallError, Function, Kind, Parameter, Shape, Type, Unknown, Value};

const STR: Parameter = Parameter::new("str", Shape::String);

/// A function from texts to a text.
const fn on_text(
    name: &'static str,
    parameters: &'static [Parameter],
    call: fn(&CallContext<'_>, &[Value]) -> Result<Value, CallError>,
) -> Function {
    Function { name, parameters, variadic: None, returns: take::returns_string, call }
}

/// A function that answers a question about texts.
const fn question(
    name: &'static str,
    parameters: &'static [Parameter],
    call: fn(&CallContext<'_>, &[Value]) -> Result<Value, CallError>,
) -> Function {
    Function { name, parameters, variadic: None, returns: take::returns_bool, call }
}

/// The functions of this file.
pub(crate) const FUNCTIONS: &[Function] = &[
    on_text("chomp", &[STR], |_, arguments| {
        Ok(Value::string(take::text(arguments, 0)?.trim_end_matches(['\r', '\n'])))
    }),
    question("endswith", &[STR, Parameter::new("suffix", Shape::String)], |_, arguments| {
        Ok(take::text(arguments, 0)?.ends_with(take::text(arguments, 1)?).into())
    }),
    on_text("indent", &[Parameter::new("spaces", Shape::Number), STR], indent),
    Function {
        name: "join",
        parameters: &[Parameter::new("separator", Shape::String)],
        variadic: Some(Parameter::new("lists", Shape::List(&Shape::String))),
        returns: take::returns_string,
        call: join,
    },
    on_text("lower", &[STR], |_, arguments| {
        Ok(Value::string(&letters::lower(take::text(arguments, 0)?)))
    }),
    on_text(
        "replace",
        &[STR, Parameter::new("substr", Shape::String), Parameter::new("replace", Shape::String)],
        replace,
    ),
    Function {
        name: "split",
        parameters: &[Parameter::new("separator", Shape::String), STR],
        variadic: None,
        returns: take::returns_strings,
        call: split,
    },
    question(
        "startswith",
        &[STR.unknowable(), Parameter::new("prefix", Shape::String)],
        starts_with,
    ),
    question("strcontains", &[STR, Parameter::new("substr", Shape::String)], |_, arguments| {
        Ok(take::text(arguments, 0)?.contains(take::text(arguments, 1)?).into())
    }),
    on_text("strrev", &[STR], |_, arguments| {
        let reversed: String = take::text(arguments, 0)?.graphemes(true).rev().collect();
        Ok(Value::string(&reversed))
    }),
    on_text(
        "substr",
        &[STR, Parameter::new("offset", Shape::Number), Parameter::new("length", Shape::Number)],
        substr,
    ),
    on_text("title", &[STR], |_, arguments| {
        Ok(Value::string(&letters::title(take::text(arguments, 0)?)))
    }),
    on_text("trim", &[STR, Parameter::new("cutset", Shape::String)], |_, arguments| {
        let set = take::text(arguments, 1)?;
        Ok(Value::string(take::text(arguments, 0)?.trim_matches(|it| set.contains(it))))
    }),
    on_text("trimprefix", &[STR, Parameter::new("prefix", Shape::String)], |_, arguments| {
        let text = take::text(arguments, 0)?;
        let prefix = take::text(arguments, 1)?;
        Ok(Value::string(text.strip_prefix(prefix).unwrap_or(text)))
    }),
    on_text("trimspace", &[STR], |_, arguments| {
        Ok(Value::string(take::text(arguments, 0)?.trim()))
    }),
    on_text("trimsuffix", &[STR, Parameter::new("suffix", Shape::String)], |_, arguments| {
        let text = take::text(arguments, 0)?;
        let suffix = take::text(arguments, 1)?;
        Ok(Value::string(text.strip_suffix(suffix).unwrap_or(text)))
    }),
    on_text("upper", &[STR], |_, arguments| {
        Ok(Value::string(&letters::upper(take::text(arguments, 0)?)))
    }),
];

/// How long `text` gets when each `from` in it becomes `to`.
fn replaced_length(text: &str, from: &str, to: &str) -> Option<usize> {
    let count = text.matches(from).count();
    count.checked_mul(to.len())?.checked_add(text.len())
}

fn indent(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let text = take::text(arguments, 1)?;
    let Ok(spaces) = usize::try_from(take::whole(arguments, 0)?) else {
        return Err(CallError::argument(0, "must not be negative"));
    };
    let lines = text.matches('\n').count();
    if lines == 0 {
        return Ok(Value::string(text));
    }
    take::bounded(lines.checked_mul(spaces).and_then(|more| more.checked_add(text.len())))?;
    let break_and_pad = format!("\n{}", " ".repeat(spaces));
    Ok(Value::string(&text.replace('\n', &break_and_pad)))
}

fn join(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let separator = take::text(arguments, 0)?;
    let lists = arguments.get(1..).unwrap_or_default();
    if lists.is_empty() {
        return Err(CallError::new("at least one list is required"));
    }
    if !lists.iter().all(Value::is_wholly_known) {
        return Ok(only(lists).unwrap_or_else(|| take::computed(Type::String, arguments)));
    }
    let mut texts = Vec::new();
    for (index, list) in (1..).zip(lists) {
        for (place, item) in list.parts().into_iter().enumerate() {
            let Some(text) = item.as_str() else {
                let of = if lists.len() > 1 { format!(" of list {index}") } else { String::new() };
                let message =
                    format!("element {place}{of} is null; cannot concatenate null values");
                return Err(CallError::argument(index, message));
            };
            texts.push(text);
        }
    }
    let length = texts.iter().try_fold(0_usize, |length, text| {
        length.checked_add(text.len())?.checked_add(separator.len())
    });
    take::bounded(length)?;
    Ok(Value::string(&texts.join(separator)))
}

/// The one element of all lists, which is what they are joined to. `join("", resource.name[*].id)` was how
/// one wrote `one(…)` before there was that.
fn only(lists: &[Value]) -> Option<Value> {
    let mut items = Vec::new();
    for list in lists {
        // Sets may turn out to be smaller, and what is not known may have any length.
        let (Kind::List(_, some) | Kind::Tuple(some)) = &list.kind else { return None };
        items.extend(some.iter());
    }
    let [item] = &*items else { return None };
    let Kind::Unknown(unknown) = &item.kind else { return None };
    let text = Unknown { ty: Type::String, not_null: true, ..(**unknown).clone() };
    (unknown.ty == Type::String).then(|| Value::from(text).marked(item.sensitive))
}

fn split(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let separator = take::text(arguments, 0)?;
    let text = take::text(arguments, 1)?;
    let mut letter = [0; 4];
    let items: Vec<Value> = if separator.is_empty() {
        take::bounded_items(text.len())?;
        text.chars().map(|it| Value::string(it.encode_utf8(&mut letter))).collect()
    } else {
        take::bounded_items(text.matches(separator).count() + 1)?;
        text.split(separator).map(Value::string).collect()
    };
    Ok(Value::list(Type::String, items))
}

fn replace(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let text = take::text(arguments, 0)?;
    let from = take::text(arguments, 1)?;
    let to = take::text(arguments, 2)?;
    // Between slashes it is a pattern; a slash alone is not.
    if let Some(pattern) = from.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        return Ok(Value::string(&regex::replace_all(pattern, text, to)?));
    }
    take::bounded(replaced_length(text, from, to))?;
    Ok(Value::string(&text.replace(from, to)))
}

fn starts_with(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let prefix = take::text(arguments, 1)?;
    let Some(Kind::Unknown(unknown)) = arguments.first().map(|it| &it.kind) else {
        return Ok(take::text(arguments, 0)?.starts_with(prefix).into());
    };
    let known = unknown.prefix.as_deref().unwrap_or_default();
    if known.starts_with(prefix) {
        return Ok(true.into());
    }
    if known.len() >= prefix.len() {
        return Ok(false.into());
    }
    Ok(take::computed(Type::Bool, arguments))
}

fn substr(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let text = take::text(arguments, 0)?;
    let offset = take::whole(arguments, 1)?;
    let length = take::whole(arguments, 2)?;
    let clusters = text.graphemes(true);
    let skipped = usize::try_from(offset).unwrap_or_else(|_| {
        let back = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        clusters.clone().count().saturating_sub(back)
    });
    let rest = clusters.skip(skipped);
    let part: String = match usize::try_from(length) {
        // Terraform looks at a length of 0 only where the offset counts from the start.
        Ok(0) if offset < 0 => rest.collect(),
        Ok(length) => rest.take(length).collect(),
        Err(_) => rest.collect(),
    };
    Ok(Value::string(&part))
}
