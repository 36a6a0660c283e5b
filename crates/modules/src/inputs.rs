//! Values for the root module's variables: files, environment, command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use groundplan_eval::Value;
use groundplan_ir::{Location, SourceFile};
use groundplan_syntax::{Body, Expr, Node, parse_expression, parse_json_values, parse_tfvars};

use crate::Diagnostic;
use crate::disk::Disk;
use crate::evaluation::Settings;
use crate::files::{shown, syntax};
use crate::tree::Tree;

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
pub(crate) enum Given {
    /// An expression that has no scope.
    Expr(Expr),
    /// Text as it is.
    Text(Value),
}

/// Gathers what was set; later ones count more.
pub(crate) fn gather(
    tree: &mut Tree,
    base: &Path,
    settings: &Settings,
    diagnostics: &mut Vec<Diagnostic>,
) -> BTreeMap<Arc<str>, Given> {
    if let Some(planned) = &settings.planned {
        let given =
            |(name, value): (&Arc<str>, &Value)| (Arc::clone(name), Given::Text(value.clone()));
        return planned.variables.iter().map(given).collect();
    }
    let mut gathering = Gathering { tree, given: BTreeMap::new(), diagnostics };
    for input in &settings.inputs {
        if let Input::Environment { name, text } = input {
            gathering.text(name, text, "TF_VAR_", false);
        }
    }
    for path in automatic(base) {
        gathering.file(&path);
    }
    for input in &settings.inputs {
        match input {
            Input::Environment { .. } => (),
            Input::Value { name, text } => gathering.text(name, text, "--var ", true),
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
                return;
            }
        };
        let file = SourceFile::new(&shown(path), text.as_str().into());
        let id = self.tree.sources.add(file);
        let is_json = path.extension().is_some_and(|it| it == "json");
        let parsed = if is_json { parse_json_values(id, &text) } else { parse_tfvars(id, &text) };
        self.diagnostics.extend(parsed.problems.into_iter().map(syntax));
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
            self.given.insert(name, Given::Expr(attribute.expr));
        }
    }

    fn variable(&self, name: &str) -> Option<&crate::module::Variable> {
        self.tree.modules.first()?.module.variables.get(name)
    }

    /// Text is an expression where the variable has a type other than `string`.
    fn text(&mut self, name: &str, text: &str, prefix: &str, must_be_declared: bool) {
        let Some(variable) = self.variable(name) else {
            if must_be_declared {
                let message =
                    format!("a value for `{}`, which is not declared", name.escape_debug());
                let help = "declare the variable in the root module, or take the value out";
                self.diagnostics.push(Diagnostic::of_path(message, help));
            }
            return;
        };
        let is_text = match &variable.constraint {
            None => true,
            Some(constraint) => {
                matches!(&constraint.node, Node::Variable(name) if &**name == "string")
            }
        };
        let given = if is_text {
            Given::Text(Value::string(text))
        } else {
            let file = SourceFile::new(&format!("{prefix}{name}"), text.into());
            let id = self.tree.sources.add(file);
            match parse_expression(id, text) {
                Ok(expr) => Given::Expr(expr),
                Err(error) => {
                    let at = Location { file: id, ..error.at };
                    self.diagnostics.push(syntax(groundplan_syntax::SyntaxError { at, ..error }));
                    return;
                }
            }
        };
        self.given.insert(name.into(), given);
    }
}
