//! `templatefile` and `templatestring`: templates that are found while evaluating.

use groundplan_ir::{FileId, Location};
use groundplan_syntax::{Expr, Node, Part, Step, parse_template};

use super::call::{Arguments, Expanded};
use super::check::check_parts;
use super::{Evaluator, Names, computed_from};
use crate::functions::{Content, content};
use crate::{
    CallContext, Error, EvaluatedStep, Kind, Object, Resolved, Scope, Type, Unknown, Value, convert,
};

/// The names within a template: only the given variables.
struct Variables<'v> {
    given: &'v Object,
    context: &'v CallContext<'v>,
}

impl Scope for Variables<'_> {
    fn resolve(&self, head: &str, _: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        let value = self.given.get(head).cloned();
        value.map(|value| Resolved { value, steps: 0 }).ok_or_else(|| missing(head))
    }

    fn declared(&self, head: &str, _: &[Step]) -> Result<(), String> {
        if self.given.contains_key(head) { Ok(()) } else { Err(missing(head)) }
    }

    fn call_context(&self) -> &CallContext<'_> {
        self.context
    }
}

fn missing(name: &str) -> String {
    format!("the variables of the template do not contain {name:?}, which it refers to")
}

/// The variables that a template was given.
enum Given {
    /// By name, and whether they are sensitive as a whole.
    Known(Object, bool),
    /// They are not known.
    Unknown,
}

impl Evaluator<'_> {
    /// `templatefile(path, vars)`
    pub(super) fn template_file(&self, at: Location, given: Arguments) -> Result<Value, Error> {
        let mut given = given.into_iter();
        let (Some((path, path_at)), Some((vars, vars_at)), None) =
            (given.next(), given.next(), given.next())
        else {
            return Err(Error::new(at, "templatefile needs a path and the variables"));
        };
        self.refuse_recursion("templatefile", at)?;
        let sensitive = path.sensitive | vars.sensitive;
        let path = convert(&path, &Type::String)
            .map_err(|why| Error::new(path_at, format!("the path: {why}")))?;
        for (value, at) in [(&path, path_at), (&vars, vars_at)] {
            if value.is_null() {
                return Err(Error::new(at, "an argument of templatefile must not be null"));
            }
        }
        let unknown = |file: &Value| {
            let references = computed_from(&[&path, file, &vars]);
            Ok(Value::unknown(Type::Dynamic, references).marked(sensitive))
        };
        let Some(name) = path.as_str() else { return unknown(&path) };
        if !vars.is_known() {
            return unknown(&path);
        }
        let Given::Known(given, marked) = variables(&vars, vars_at)? else {
            return unknown(&path);
        };
        let context = self.scope.call_context();
        let bytes = match content(context, &[path.unmarked().0]) {
            Ok(Content::Known(bytes)) => bytes,
            Ok(Content::Unknown(file)) => return unknown(&file),
            Err(error) => return Err(Error::new(path_at, error.message)),
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::new(path_at, format!("{name:?} is not UTF-8 text")))?;
        let value = self.render(&text, &given, name, at)?;
        Ok(value.marked(sensitive | marked))
    }

    /// `templatestring(reference, vars)`
    pub(super) fn template_string(
        &self,
        at: Location,
        arguments: &[Expr],
        expand_final: bool,
        names: Names<'_>,
    ) -> Result<Value, Error> {
        let [template, vars] = arguments else {
            return Err(Error::new(at, "templatestring needs a template and the variables"));
        };
        if expand_final {
            let why = "the arguments of templatestring cannot be expanded with `...`";
            return Err(Error::new(at, why));
        }
        if !is_reference(template) {
            let why = "the template must be a reference to a string that stands elsewhere";
            return Err(Error::new(template.at, why));
        }
        self.refuse_recursion("templatestring", at)?;
        let text = self.value(template, names)?;
        let Expanded::Known(vars) = self.arguments(std::slice::from_ref(vars), false, names)?
        else {
            return Err(Error::new(at, "templatestring needs its variables"));
        };
        let Some((vars, vars_at)) = vars.into_iter().next() else {
            return Err(Error::new(at, "templatestring needs its variables"));
        };
        if vars.is_null() {
            return Err(Error::new(vars_at, "the variables must not be null"));
        }
        let sensitive = text.sensitive | vars.sensitive;
        let unknown = || {
            let references = computed_from(&[&text, &vars]);
            let ty = Type::String;
            let unknown = Unknown { ty, references, not_null: true, ..Unknown::default() };
            Ok(Value::from(unknown).marked(sensitive))
        };
        let known = match &text.kind {
            Kind::String(known) => known,
            Kind::Unknown(it) if matches!(it.ty, Type::String | Type::Dynamic) => return unknown(),
            Kind::Null(_)
            | Kind::Bool(_)
            | Kind::Number(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_)
            | Kind::Open(_)
            | Kind::Unknown(_) => {
                return Err(Error::new(template.at, "the template must be a string"));
            }
        };
        if !vars.is_known() {
            return unknown();
        }
        let Given::Known(given, marked) = variables(&vars, vars_at)? else { return unknown() };
        let value = self.render(known, &given, "the template", at)?;
        let value = convert(&value, &Type::String).map_err(|why| Error::new(at, why))?;
        Ok(value.marked(sensitive | marked))
    }

    fn refuse_recursion(&self, function: &str, at: Location) -> Result<(), Error> {
        if self.in_template {
            let why = format!("{function} cannot be called from inside of a template");
            return Err(Error::new(at, why));
        }
        Ok(())
    }

    /// The result of a template with the given variables. Its own places mean nothing to the reader of
    /// the configuration, so errors stand at the call.
    fn render(&self, text: &str, given: &Object, name: &str, at: Location) -> Result<Value, Error> {
        let here =
            |error: Error| Error { at, message: format!("{name}: {}", error.message), ..error };
        let parts = parse_template(FileId::default(), text)
            .map_err(|why| Error::new(at, format!("{name}: {}", why.message)))?;
        let scope = Variables { given, context: self.scope.call_context() };
        // Unlike that of other references, `try` catches this.
        let caught = |error: Error| Error { is_static: false, ..here(error) };
        check_parts(&parts, &scope).map_err(caught)?;
        let inner = Evaluator { scope: &scope, left: self.left.clone(), in_template: true };
        let value = match &*parts {
            [Part::Interpolation(alone)] => inner.value(alone, None),
            _ => inner.template(&parts, at, None),
        };
        self.left.set(inner.left.get());
        let value = value.map_err(here)?;
        if value.is_null() {
            return Err(Error::new(at, format!("{name}: the result is null")));
        }
        Ok(value)
    }
}

/// Whether it refers to a value that stands elsewhere, as `templatestring` demands.
fn is_reference(expr: &Expr) -> bool {
    match &expr.node {
        Node::Variable(_) => true,
        Node::Traversal { of, .. } | Node::Splat { of, .. } => is_reference(of),
        Node::Literal(_)
        | Node::Template(_)
        | Node::Wrapped(_)
        | Node::Tuple(_)
        | Node::Object(_)
        | Node::Call { .. }
        | Node::Unary(..)
        | Node::Binary(..)
        | Node::Conditional { .. }
        | Node::For(_)
        | Node::Parens(_) => false,
    }
}

/// The variables of a template by name.
fn variables(vars: &Value, at: Location) -> Result<Given, Error> {
    let members = match &vars.kind {
        Kind::Object(members) | Kind::Map(_, members) => Object::clone(members),
        Kind::Open(_) => return Ok(Given::Unknown),
        Kind::Null(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Tuple(_)
        | Kind::Unknown(_) => {
            return Err(Error::new(at, "the variables of a template must be a map or an object"));
        }
    };
    for name in members.keys() {
        let mut chars = name.chars();
        let starts = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
        if !starts || !chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            let why = format!("{name:?} is no name for a variable of a template");
            return Err(Error::new(at, why));
        }
    }
    // A mark on any variable that the text does not use counts as well.
    let marked = members.values().any(Value::has_sensitive);
    Ok(Given::Known(members, marked))
}
