//! Questions to an evaluated directory: single expressions, files of them, and everything at once.

use std::path::Path;
use std::sync::Arc;

use groundplan_eval::{Kind, Value, to_json};
use groundplan_ir::{Location, SourceFile, SourceMap};
use groundplan_modules::{Diagnostic, Evaluation, Weight};
use groundplan_syntax::parse_expression;
use serde::Deserialize;

use crate::hcl::{self, HclSettings};
use crate::input::{Input, Unreadable, decode};

/// A directory whose every declaration was evaluated.
pub struct Session {
    run: Evaluation,
}

/// The answer to one expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The value as JSON, with `(known after apply)` in the place of what is unknown.
    pub text: String,
    /// What unknown parts come from, as references write it; none where all is known.
    pub unknown: Vec<String>,
}

/// One line of a file of expressions.
#[derive(Deserialize)]
struct Question {
    #[serde(default)]
    id: serde_json::Value,
    expr: String,
}

impl Session {
    /// Evaluates a directory.
    pub fn open(directory: &Path, settings: &HclSettings) -> Self {
        Self { run: hcl::evaluation(directory, settings, &|_, _| true, &|_, _| true) }
    }

    /// What is wrong with the configuration, a line each, errors first.
    pub fn complaints(&self) -> Vec<String> {
        let mut all: Vec<&Diagnostic> = self.run.diagnostics.iter().collect();
        all.sort_by_key(|it| it.weight);
        all.into_iter().map(|it| complaint(&self.run.tree.sources, it)).collect()
    }

    /// Whether Terraform would refuse the configuration.
    pub fn has_errors(&self) -> bool {
        self.run.diagnostics.iter().any(|it| it.weight == Weight::Error)
    }

    /// Outputs and instances as JSON.
    pub fn dump(&self, reveal: bool) -> String {
        written(&self.run.dump(reveal))
    }

    /// The value of an expression as the directory's root module sees it, or why there is none.
    pub fn expression(&mut self, text: &str, reveal: bool) -> Result<Answer, String> {
        let (value, _) = self.value(text)?;
        if value.has_sensitive() && !reveal {
            return Ok(Answer { text: "(sensitive value)".to_owned(), unknown: Vec::new() });
        }
        let (plain, _) = value.unmarked();
        let references = plain.references();
        let unknown = references.all.iter().map(groundplan_modules::reference).collect();
        let text = match to_json(&plain)? {
            Some(json) => json,
            None if plain.is_known() => written(&marked(&plain, 0)),
            None => format!("(known after apply: {})", plain.ty()),
        };
        Ok(Answer { text, unknown })
    }

    fn value(&mut self, text: &str) -> Result<(Value, SourceMap), String> {
        // A map of its own: thousands of expressions would fill the directory's.
        let mut sources = SourceMap::default();
        let id = sources.add(SourceFile::new("expression", text.into()));
        let place = |message: String, at: Location| match sources.positions(at) {
            Some((_, start, _)) if at.file == id => {
                format!("line {}, column {}: {message}", start.line, start.column)
            }
            Some(_) | None => message,
        };
        let parsed = parse_expression(id, text).map_err(|error| place(error.message, error.at))?;
        let value = self.run.expression(&parsed).map_err(|error| place(error.message, error.at))?;
        Ok((value, sources))
    }

    /// Answers JSON Lines `{id, expr}` with `{id, type, json}`, or `{id, error}`. Sensitive values are
    /// shown, with a mark: who writes the expressions could take any mark off.
    pub fn answers(&mut self, input: &Input) -> Result<Vec<String>, Unreadable> {
        let bytes = input.load()?;
        let text = decode(&bytes)?.text.into_owned();
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        Ok(lines.map(|line| self.answer(line)).collect())
    }

    fn answer(&mut self, line: &str) -> String {
        let question: Question = match serde_json::from_str(line) {
            Ok(question) => question,
            Err(error) => return error_line(&serde_json::Value::Null, &error.to_string()),
        };
        let id = &question.id;
        let value = match self.value(&question.expr) {
            Ok((value, _)) => value,
            Err(error) => return error_line(id, &error),
        };
        let (plain, sensitive) = value.unmarked();
        let mark = if sensitive { ",\"sensitive\":true" } else { "" };
        let ty = serde_json::Value::from(value.ty().to_string());
        let head = format!("{{\"id\":{id},\"type\":{ty}{mark}");
        if !plain.is_wholly_known() {
            return format!("{head},\"unknown\":true,\"known\":{}}}", shape(&plain));
        }
        match to_json(&plain) {
            // The text itself: numbers go beyond what JSON libraries hold.
            Ok(Some(json)) => format!("{head},\"json\":{}}}", serde_json::Value::from(json)),
            Ok(None) => format!("{head},\"unknown\":true}}"),
            Err(error) => format!("{head},\"json_error\":{}}}", serde_json::Value::from(error)),
        }
    }
}

fn error_line(id: &serde_json::Value, error: &str) -> String {
    format!("{{\"id\":{id},\"error\":{}}}", serde_json::Value::from(error))
}

/// A value as JSON text; what cannot be written is null.
fn written(value: &Value) -> String {
    to_json(value).ok().flatten().unwrap_or_else(|| "null".to_owned())
}

/// The value with `(known after apply)` where a part is unknown, as text within JSON.
fn shape(value: &Value) -> String {
    serde_json::Value::from(written(&marked(value, 0))).to_string()
}

fn marked(value: &Value, depth: usize) -> Value {
    let unknown = || Value::normal_string("(known after apply)");
    if depth > 128 {
        return unknown();
    }
    let members = |all: &groundplan_eval::Object| {
        all.iter().map(|(name, it)| (Arc::clone(name), marked(it, depth + 1))).collect()
    };
    match &value.kind {
        Kind::Unknown(_) => unknown(),
        Kind::Open(open) => Value::object(members(&open.members)),
        Kind::Map(_, all) | Kind::Object(all) => Value::object(members(all)),
        Kind::List(..) | Kind::Set(..) | Kind::Tuple(_) => {
            let all = value.parts().into_iter().map(|it| marked(it, depth + 1));
            Value::tuple(all.collect::<Vec<_>>())
        }
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => value.clone(),
    }
}

/// One line for a person.
fn complaint(sources: &SourceMap, it: &Diagnostic) -> String {
    let place = it.at.and_then(|at| sources.positions(at)).map_or_else(String::new, |found| {
        let (file, start, _) = found;
        format!("{}:{}:{}: ", file.path, start.line, start.column)
    });
    let word = match it.weight {
        Weight::Error => "error",
        Weight::Incomplete => "incomplete",
        Weight::Remark => "remark",
    };
    format!("{place}{word}: {} ({})", it.message, it.help)
}
