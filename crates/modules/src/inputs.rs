//! Values for the root module's variables: files, environment, command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_eval::{References, Type, Value};
use groundplan_ir::{Location, SourceFile};
use groundplan_syntax::{Body, Expr, parse_expression, parse_json_values, parse_tfvars};

use crate::constraint::constraint_type;
use crate::disk::Disk;
use crate::evaluation::Settings;
use crate::files::{shown, syntax};
use crate::nodes::constant;
use crate::tree::Tree;
use crate::{Diagnostic, references};

/// How a value was set, in the order in which it was.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// `TF_VAR_name=text`; a name that is not declared is no error.
    Environment {
        /// The variable.
        name: String,
        /// As it was set.
        text: String,
    },
    /// `--var name=text`
    Value {
        /// The variable.
        name: String,
        /// As it was set.
        text: String,
    },
    /// `--var-file path`
    File(PathBuf),
}

/// What a variable was given.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    /// Its value; unknown where what was given is none.
    pub(crate) value: Value,
    /// Where it stands, when it is in a file.
    pub(crate) at: Option<Location>,
    /// The flag or environment variable that set it, when one did.
    pub(crate) by: Option<String>,
}

/// Gathers what was set; later ones count more.
pub(crate) fn gather(
    tree: &mut Tree,
    base: &Path,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Arc<str>, Given> {
    if let Some(planned) = &settings.planned {
        let given = |(name, value): (&Arc<str>, &Value)| {
            (Arc::clone(name), Given { value: value.clone(), at: None, by: None })
        };
        return planned.variables.iter().map(given).collect();
    }
    let mut gathering = Gathering { tree, given: BTreeMap::new(), diagnostics };
    for input in &settings.inputs {
        if let Input::Environment { name, text } = input {
            gathering.text(name, text, &format!("TF_VAR_{name}"), false);
        }
    }
    for path in automatic(base) {
        gathering.file(&path);
    }
    for input in &settings.inputs {
        match input {
            Input::Environment { .. } => (),
            Input::Value { name, text } => gathering.text(name, text, "--var", true),
            Input::File(path) => gathering.file(path),
        }
    }
    gathering.given
}

/// The files that Terraform takes without being told.
fn automatic(base: &Path) -> Vec<PathBuf> {
    let Ok(names) = Disk::names(base) else { return Vec::new() };
    let is_automatic =
        |name: &&String| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    let first = ["terraform.tfvars", "terraform.tfvars.json"].into_iter();
    let first = first.filter(|name| names.iter().any(|it| it == name));
    let rest = names.iter().filter(is_automatic).map(String::as_str);
    first.chain(rest).map(|name| base.join(name)).collect()
}

struct Gathering<'g> {
    tree: &'g mut Tree,
    given: BTreeMap<Arc<str>, Given>,
    diagnostics: &'g mut Vec<Diagnostic>,
}

impl Gathering<'_> {
    fn file(&mut self, path: &Path) {
        let text = match Disk::source(path) {
            Ok(text) => text,
            Err(error) => {
                let message = format!("{} cannot be read: {error}", shown(path));
                self.diagnostics
                    .push(Diagnostic::of_path(message, "variables of it have no value"));
                self.lost();
                return;
            }
        };
        let file = SourceFile::new(&shown(path), text.as_str().into());
        let id = self.tree.sources.add(file);
        let is_json = path.extension().is_some_and(|it| it == "json");
        let parsed = if is_json { parse_json_values(id, &text) } else { parse_tfvars(id, &text) };
        self.diagnostics.extend(parsed.problems.into_iter().map(syntax));
        if parsed.lost {
            self.lost();
        }
        self.body(parsed.body);
    }

    fn body(&mut self, body: Body) {
        for attribute in body.attributes {
            let name = attribute.name.text;
            if self.variable(&name).is_none() {
                let message = format!("a value for `{name}`, which is not declared");
                let help = "declare the variable in the root module, or take the value out";
                self.diagnostics.push(Diagnostic::remark(attribute.name.at, message, help));
                continue;
            }
            let at = attribute.expr.at;
            let value = constant_value(&attribute.expr).unwrap_or_else(|why| {
                let message = format!("the value of `var.{name}` {why}");
                self.diagnostics.push(Diagnostic::error(at, message, CONSTANT));
                nothing()
            });
            self.given.insert(name, Given { value, at: Some(at), by: None });
        }
    }

    /// Any variable may have been set by what is not read.
    fn lost(&mut self) {
        let root = self.tree.modules.first();
        let names = root.into_iter().flat_map(|it| it.module.variables.keys());
        let given =
            |name: &Arc<str>| (Arc::clone(name), Given { value: nothing(), at: None, by: None });
        self.given.extend(names.map(given));
    }

    fn variable(&self, name: &str) -> Option<&crate::module::Variable> {
        self.tree.modules.first()?.module.variables.get(name)
    }

    /// Text is an expression where the variable is to hold more than one value.
    fn text(&mut self, name: &str, text: &str, by: &str, must_be_declared: bool) {
        let Some(variable) = self.variable(name) else {
            if must_be_declared {
                let message =
                    format!("a value for `{}`, which is not declared", name.escape_debug());
                let help = "declare the variable in the root module, or take the value out";
                self.diagnostics.push(Diagnostic::of_path(message, help));
            }
            return;
        };
        let header = variable.header;
        let ty = variable.constraint.as_ref().map(|it| constraint_type(Some(it)));
        let value = match ty {
            None | Some(Type::String | Type::Number | Type::Bool) => Ok(Value::string(text)),
            Some(
                Type::Dynamic
                | Type::List(_)
                | Type::Set(_)
                | Type::Map(_)
                | Type::Tuple(_)
                | Type::Object(_),
            ) => parse_expression(header.file, text)
                .map_err(|error| format!("cannot be read: {}", error.message))
                .and_then(|it| constant_value(&it)),
        };
        let value = value.unwrap_or_else(|why| {
            let message = format!("the value of `var.{name}`, set by `{by}`, {why}");
            self.diagnostics.push(Diagnostic::error(header, message, CONSTANT));
            nothing()
        });
        self.given.insert(name.into(), Given { value, at: None, by: Some(by.to_owned()) });
    }
}

/// What to do about a value that is none.
const CONSTANT: &str =
    "text needs quotes around it; references and function calls are not allowed here";

/// What is known of a value that cannot be understood.
fn nothing() -> Value {
    Value::unknown(Type::Dynamic, References::default())
}

/// The value of a constant, or why it is none: never in words that quote it, since it may be a secret.
fn constant_value(expr: &Expr) -> Result<Value, String> {
    if references::calls(expr, |_| true) {
        return Err("is not a constant".to_owned());
    }
    match constant(expr) {
        // It could not be read, which was said then.
        Err(error) if error.message.is_empty() => Ok(nothing()),
        Err(error) if error.is_limit => Err(error.message),
        read => read.map_err(|_| "is not a constant".to_owned()),
    }
}
