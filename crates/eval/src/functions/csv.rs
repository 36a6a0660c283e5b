//! `csvdecode`, as strict as Go's reader.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::take::{MAX_ITEMS, bounded_items, text};
use crate::{CallContext, CallError, Function, Object, Parameter, Shape, Type, Value, normal_form};

pub(crate) const FUNCTIONS: &[Function] = &[Function {
    name: "csvdecode",
    parameters: &[Parameter::new("str", Shape::String)],
    variadic: None,
    returns: |_| Ok(Type::Dynamic),
    call: decode,
}];

fn decode(_: &CallContext<'_>, arguments: &[Value]) -> Result<Value, CallError> {
    let mut reader = Reader { rest: text(arguments, 0)?, line: 0 };
    let header = reader.record()?.ok_or_else(|| CallError::new("missing header line"))?;
    let mut names: Vec<Arc<str>> = Vec::with_capacity(header.len());
    let mut types = BTreeMap::new();
    for name in &header {
        let name = normal_form(name);
        if types.insert(Arc::clone(&name), Type::String).is_some() {
            return Err(CallError::new(format!("duplicate column name {name:?}")));
        }
        names.push(name);
    }
    let mut rows = Vec::new();
    while let Some(record) = reader.record()? {
        if record.len() != names.len() {
            return Err(reader.wrong("wrong number of fields"));
        }
        let cells = names.iter().zip(&record);
        let row: Object = cells.map(|(name, it)| (Arc::clone(name), Value::string(it))).collect();
        rows.push(Value::object(row));
        bounded_items(rows.len().saturating_mul(names.len()))?;
    }
    Ok(Value::list(Type::Object(Arc::new(types)), rows))
}

struct Reader<'t> {
    rest: &'t str,
    /// The number of the line that was read last, from 1.
    line: usize,
}

impl<'t> Reader<'t> {
    fn wrong(&self, what: &str) -> CallError {
        CallError::argument(0, format!("line {}: {what}", self.line))
    }

    /// The next line without its end, and whether it had one; nothing at the end of the text.
    fn next_line(&mut self) -> Option<(&'t str, bool)> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let (line, rest, ended) = match self.rest.split_once('\n') {
            Some((line, rest)) => (line, rest, true),
            None => (self.rest, "", false),
        };
        self.rest = rest;
        Some((line.strip_suffix('\r').unwrap_or(line), ended))
    }

    /// The fields of the next line that is not empty; more than one line where a quoted field has
    /// line breaks.
    fn record(&mut self) -> Result<Option<Vec<String>>, CallError> {
        let (mut line, mut ended) = loop {
            match self.next_line() {
                None => return Ok(None),
                Some(("", _)) => {}
                Some(found) => break found,
            }
        };
        let mut fields = Vec::new();
        loop {
            if fields.len() > MAX_ITEMS {
                return Err(self.wrong("too many fields"));
            }
            let Some(quoted) = line.strip_prefix('"') else {
                let (field, rest) =
                    line.split_once(',').map_or((line, None), |(a, b)| (a, Some(b)));
                if field.contains('"') {
                    return Err(self.wrong("bare \" in non-quoted field"));
                }
                fields.push(field.to_owned());
                let Some(rest) = rest else { return Ok(Some(fields)) };
                line = rest;
                continue;
            };
            line = quoted;
            let mut field = String::new();
            loop {
                let Some((before, after)) = line.split_once('"') else {
                    field.push_str(line);
                    let unclosed = "the quoted field does not end";
                    if !ended {
                        return Err(self.wrong(unclosed));
                    }
                    field.push('\n');
                    (line, ended) = self.next_line().ok_or_else(|| self.wrong(unclosed))?;
                    continue;
                };
                field.push_str(before);
                if let Some(rest) = after.strip_prefix('"') {
                    field.push('"');
                    line = rest;
                    continue;
                }
                fields.push(field);
                if after.is_empty() {
                    return Ok(Some(fields));
                }
                let more = "extraneous or missing \" in quoted-field";
                line = after.strip_prefix(',').ok_or_else(|| self.wrong(more))?;
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::call;
    use crate::{Value, to_json};

    fn json(text: &str) -> Option<String> {
        to_json(&call("csvdecode", &[Value::string(text)])?).unwrap()
    }

    #[test]
    fn rows_are_read_as_go_reads_them() {
        for (text, expected) in [
            ("a,b\n1,\"x,y\"", r#"[{"a":"1","b":"x,y"}]"#),
            ("a\n\"q\"\"q\"", r#"[{"a":"q\"q"}]"#),
            ("\na,b\n\n1,2\n\n", r#"[{"a":"1","b":"2"}]"#),
            ("a,b\r\n1,\"x\r\ny\"\r\n", r#"[{"a":"1","b":"x\ny"}]"#),
            ("a,b\n1,2\r", r#"[{"a":"1","b":"2"}]"#),
            ("a\n\r\n\n1\r2\n", r#"[{"a":"1\r2"}]"#),
            ("a,\n1,2", r#"[{"":"2","a":"1"}]"#),
            ("a\n\"\"", r#"[{"a":""}]"#),
            ("a\n ", r#"[{"a":" "}]"#),
            ("a,b", "[]"),
        ] {
            assert_eq!(json(text).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for text in [
            "",
            "\n\n",
            "a,b\n1",
            "a,b\n1,2,3",
            "a,a\n1,2",
            "a,b\n1,x\"y",
            "a,b\n1,\"x\"y",
            "a,b\n1,\"2\"\"",
            "\"a,b\n1",
            "a\n\"x",
            "a\n,",
            "a\n\"x\" ",
            "é,e\u{301}\n1,2",
        ] {
            assert_eq!(json(text), None, "{text:?}");
        }
    }
}
