//! `regex` and `regexall`, and the patterns of `replace`.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex_automata::util::captures::Captures;

use super::re2::{self, Pattern};
use super::take;
use crate::{CallContext, CallError, Function, Object, Parameter, Shape, Type, Value};

const PARAMETERS: &[Parameter] =
    &[Parameter::new("pattern", Shape::String), Parameter::new("string", Shape::String)];

/// The functions of this file.
pub(crate) const FUNCTIONS: &[Function] = &[
    Function {
        name: "regex",
        parameters: PARAMETERS,
        variadic: None,
        returns: |arguments| pattern_type(arguments),
        call: regex,
    },
    Function {
        name: "regexall",
        parameters: PARAMETERS,
        variadic: None,
        returns: |arguments| pattern_type(arguments).map(Type::list),
        call: regexall,
    },
];

fn parse(arguments: &[Value]) -> Result<Pattern, CallError> {
    re2::parse(take::text(arguments, 0)?).map_err(|why| refused(&why))
}

fn refused(why: &str) -> CallError {
    CallError::argument(0, format!("invalid regexp pattern: {why}"))
}

/// The type of one match; dynamic while the pattern is not known.
fn pattern_type(arguments: &[Value]) -> Result<Type, CallError> {
    if arguments.first().and_then(Value::as_str).is_none() {
        return Ok(Type::Dynamic);
    }
    match_type(&parse(arguments)?)
}

fn match_type(pattern: &Pattern) -> Result<Type, CallError> {
    let groups = &pattern.groups;
    if groups.is_empty() {
        return Ok(Type::String);
    }
    let names: Vec<&str> = groups.iter().flatten().map(String::as_str).collect();
    if names.is_empty() {
        return Ok(Type::Tuple(groups.iter().map(|_| Type::String).collect()));
    }
    if names.len() < groups.len() {
        return Err(refused("cannot mix both named and unnamed capture groups"));
    }
    let members: BTreeMap<Arc<str>, Type> =
        names.into_iter().map(|name| (name.into(), Type::String)).collect();
    Ok(Type::Object(Arc::new(members)))
}

/// What a match gives: the text, or its groups.
fn matched(pattern: &Pattern, text: &str, captures: &Captures) -> Value {
    let part = |index: usize| {
        let range = captures.get_group(index).map(|span| span.range());
        match range.and_then(|range| text.get(range)) {
            Some(part) => Value::string(part),
            None => Value::null(Type::String),
        }
    };
    if pattern.groups.is_empty() {
        return part(0);
    }
    let mut members = Object::new();
    let mut items = Vec::new();
    for (index, name) in (1..).zip(&pattern.groups) {
        match name {
            // A name used twice means the later group.
            Some(name) => drop(members.insert(name.as_str().into(), part(index))),
            None => items.push(part(index)),
        }
    }
    if items.is_empty() { Value::object(members) } else { Value::tuple(items) }
}

fn regex(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let pattern = parse(arguments)?;
    match_type(&pattern)?;
    let text = take::text(arguments, 1)?;
    let program = pattern.compile().map_err(|why| refused(&why))?;
    let mut captures = program.create_captures();
    program.captures(text, &mut captures);
    if !captures.is_match() {
        return Err(CallError::new("pattern did not match any part of the given string"));
    }
    Ok(matched(&pattern, text, &captures))
}

fn regexall(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let pattern = parse(arguments)?;
    let element = match_type(&pattern)?;
    let text = take::text(arguments, 1)?;
    let program = pattern.compile().map_err(|why| refused(&why))?;
    let mut items = Vec::new();
    for captures in program.captures_iter(text) {
        take::bounded_items(items.len() + 1)?;
        items.push(matched(&pattern, text, &captures));
    }
    Ok(Value::list(element, items))
}

/// The text with each match of the pattern replaced; `$1`, `${1}` and `${name}` in the replacement are
/// the groups of the match.
pub(super) fn replace_all(pattern: &str, text: &str, with: &str) -> Result<String, CallError> {
    let failed = |why: String| CallError::argument(1, format!("error parsing regexp: {why}"));
    let pattern = re2::parse(pattern).map_err(failed)?;
    let program = pattern.compile().map_err(failed)?;
    let mut replaced = String::new();
    let mut end = 0;
    for captures in program.captures_iter(text) {
        let Some(span) = captures.get_match() else {
            continue;
        };
        replaced.push_str(text.get(end..span.start()).unwrap_or_default());
        end = span.end();
        expand(&mut replaced, &pattern, &captures, text, with);
        take::bounded(replaced.len().checked_add(text.len()))?;
    }
    replaced.push_str(text.get(end..).unwrap_or_default());
    Ok(replaced)
}

fn expand(to: &mut String, pattern: &Pattern, captures: &Captures, text: &str, with: &str) {
    let mut rest = with;
    while let Some((before, behind)) = rest.split_once('$') {
        to.push_str(before);
        rest = behind;
        if let Some(behind) = rest.strip_prefix('$') {
            to.push('$');
            rest = behind;
            continue;
        }
        let Some((name, behind)) = group_name(rest) else {
            to.push('$');
            continue;
        };
        rest = behind;
        let part = |index: usize| text.get(captures.get_group(index)?.range());
        let found = match group_number(name) {
            Some(index) => part(index),
            None => (1..)
                .zip(&pattern.groups)
                .filter(|(_, it)| it.as_deref() == Some(name))
                .find_map(|(index, _)| part(index)),
        };
        to.push_str(found.unwrap_or_default());
    }
    to.push_str(rest);
}

/// The name behind a dollar sign, in braces or not, and what follows it.
fn group_name(rest: &str) -> Option<(&str, &str)> {
    let braced = rest.strip_prefix('{');
    let name = braced.unwrap_or(rest);
    let is_part = |it: char| it.is_alphabetic() || it.is_numeric() || it == '_';
    let length = name.find(|it| !is_part(it)).unwrap_or(name.len());
    let (name, behind) = name.split_at_checked(length)?;
    if name.is_empty() {
        return None;
    }
    if braced.is_some() { Some((name, behind.strip_prefix('}')?)) } else { Some((name, behind)) }
}

/// The name as a number, which has no leading zeros.
fn group_number(name: &str) -> Option<usize> {
    let plain =
        name.bytes().all(|it| it.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    if plain { name.parse().ok() } else { None }
}
