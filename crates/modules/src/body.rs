//! Bodies to values, with `dynamic` blocks expanded.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_eval::{
    CallContext, Error, EvaluatedStep, Kind, Object, Reference, Resolved, Scope, Source, Type,
    Value, check, evaluate,
};
use groundplan_ir::Location;
use groundplan_syntax::{Block, Body, Expr, Node, Step};

use crate::Diagnostic;
use crate::expansion::too_many;
use crate::references;

/// A `dynamic` block makes at most so many blocks.
const MOST_BLOCKS: usize = 10_000;

/// An evaluated body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EvaluatedBody {
    /// The arguments in the order of the text.
    pub attributes: Vec<EvaluatedAttribute>,
    /// The nested blocks in order, those of `dynamic` blocks in their places.
    pub blocks: Vec<EvaluatedBlock>,
}

/// An evaluated argument.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluatedAttribute {
    /// Its name.
    pub name: Arc<str>,
    /// Its value.
    pub value: Value,
    /// From the name to the end of the value.
    pub at: Location,
}

/// An evaluated nested block.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluatedBlock {
    /// Its type.
    pub kind: Arc<str>,
    /// Its labels; none where one is not known.
    pub labels: Vec<Value>,
    /// What stands between the braces.
    pub body: EvaluatedBody,
    /// What names it.
    pub at: Location,
    /// Stands for any number of blocks, since the `for_each` of its `dynamic` is not known.
    pub symbolic: bool,
}

impl EvaluatedBody {
    /// The value of an argument.
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().find(|it| &*it.name == name).map(|it| &it.value)
    }

    /// Arguments and nested blocks as members of an object; blocks of one type are a tuple.
    pub fn members(&self) -> Object {
        let mut out: Object =
            self.attributes.iter().map(|it| (Arc::clone(&it.name), it.value.clone())).collect();
        let mut blocks: BTreeMap<&Arc<str>, Vec<&EvaluatedBlock>> = BTreeMap::new();
        for block in &self.blocks {
            blocks.entry(&block.kind).or_default().push(block);
        }
        for (kind, all) in blocks {
            let value = if let Some(unknown) = all.iter().find(|it| it.symbolic) {
                // How many there are is not known, so neither is which of them comes when.
                let members = Value::object(unknown.body.members());
                Value::unknown(Type::Dynamic, members.references().computed())
            } else {
                Value::tuple(
                    all.iter().map(|it| Value::object(it.body.members())).collect::<Vec<_>>(),
                )
            };
            out.insert(Arc::clone(kind), value);
        }
        out
    }
}

/// Evaluates bodies and keeps what goes wrong.
pub struct Bodies<'d> {
    /// Where errors go; an argument that has one is unknown.
    pub diagnostics: &'d mut Vec<Diagnostic>,
    /// Which arguments of the outermost body are evaluated; the others are left out.
    pub wanted: &'d dyn Fn(&str) -> bool,
}

impl Bodies<'_> {
    /// Evaluates a body.
    pub fn body(&mut self, body: &Body, scope: &dyn Scope) -> EvaluatedBody {
        let mut out = EvaluatedBody::default();
        for attribute in body.attributes.iter().filter(|it| (self.wanted)(&it.name.text)) {
            let value = value(&attribute.expr, scope, self.diagnostics);
            let name = Arc::clone(&attribute.name.text);
            out.attributes.push(EvaluatedAttribute { name, value, at: attribute.at });
        }
        for block in &body.blocks {
            let kind = match block.labels.first() {
                Some(label) if &*block.kind.text == "dynamic" => &label.text,
                Some(_) | None => &block.kind.text,
            };
            if (self.wanted)(kind) {
                self.block(block, scope, &mut out.blocks);
            }
        }
        out
    }

    /// A body whose arguments all count.
    fn inner(&mut self, body: &Body, scope: &dyn Scope) -> EvaluatedBody {
        Bodies { diagnostics: &mut *self.diagnostics, wanted: &|_| true }.body(body, scope)
    }

    fn block(&mut self, block: &Block, scope: &dyn Scope, out: &mut Vec<EvaluatedBlock>) {
        match block.labels.first() {
            Some(kind) if &*block.kind.text == "dynamic" => {
                self.dynamic(&kind.text, block, scope, out);
            }
            Some(_) | None => {
                let text = |it: &groundplan_syntax::Ident| Value::string(&it.text);
                out.push(EvaluatedBlock {
                    kind: Arc::clone(&block.kind.text),
                    labels: block.labels.iter().map(text).collect(),
                    body: self.inner(&block.body, scope),
                    at: block.header,
                    symbolic: false,
                });
            }
        }
    }

    fn dynamic(
        &mut self,
        kind: &Arc<str>,
        block: &Block,
        scope: &dyn Scope,
        out: &mut Vec<EvaluatedBlock>,
    ) {
        let find = |name: &str| block.body.attributes.iter().find(|it| &*it.name.text == name);
        let content = block.body.blocks.iter().find(|it| &*it.kind.text == "content");
        let (Some(for_each), Some(content)) = (find("for_each"), content) else {
            let help = "a `dynamic` block has `for_each` and a `content` block";
            self.misshapen(block.header, "a `dynamic` block that makes nothing", help);
            return;
        };
        let name = match find("iterator").map(|it| &it.expr.node) {
            Some(Node::Variable(name)) => Arc::clone(name),
            Some(_) => {
                self.misshapen(block.header, "`iterator` is not a name", "write a bare name");
                Arc::clone(kind)
            }
            None => Arc::clone(kind),
        };
        let collection = value(&for_each.expr, scope, self.diagnostics);
        let labels = find("labels").map(|it| &it.expr);
        let elements = match elements(&collection) {
            Ok(Some(elements)) if elements.len() <= MOST_BLOCKS => elements,
            Ok(all) => {
                if all.is_some() {
                    too_many("for_each", for_each.expr.at, self.diagnostics);
                }
                let unknown = Value::unknown(Type::Dynamic, collection.references().computed());
                let scope = Iterated { outer: scope, name, key: unknown.clone(), value: unknown };
                // Perhaps there are none, and then nobody looks at what is in them.
                let mut said = Vec::new();
                let mut inner = Bodies { diagnostics: &mut said, wanted: self.wanted };
                out.push(inner.made(kind, content, labels, &scope, true));
                self.diagnostics.extend(said.into_iter().map(Diagnostic::if_any));
                return;
            }
            Err(message) => {
                self.error(for_each.expr.at, message, "give a list, a map or a set");
                return;
            }
        };
        for (key, value) in elements {
            let scope = Iterated {
                outer: scope,
                name: Arc::clone(&name),
                key: key.marked(collection.sensitive),
                value: value.marked(collection.sensitive),
            };
            out.push(self.made(kind, content, labels, &scope, false));
        }
    }

    fn made(
        &mut self,
        kind: &Arc<str>,
        content: &Block,
        labels: Option<&Expr>,
        scope: &Iterated<'_>,
        symbolic: bool,
    ) -> EvaluatedBlock {
        let labels = labels.map(|it| value(it, scope, self.diagnostics));
        let labels = labels.iter().flat_map(Value::parts).cloned().collect();
        let body = self.inner(&content.body, scope);
        EvaluatedBlock { kind: Arc::clone(kind), labels, body, at: content.header, symbolic }
    }

    /// A `dynamic` block that is wrong as it is written.
    fn misshapen(&mut self, at: Location, message: &str, help: &str) {
        let found = Diagnostic::error(at, message, help);
        self.diagnostics.push(Diagnostic { is_static: true, ..found });
    }

    fn error(&mut self, at: Location, message: impl Into<String>, help: &str) {
        self.diagnostics.push(Diagnostic::error(at, message, help));
    }
}

/// The value of an expression; where it has none it is unknown, and the error is kept.
pub(crate) fn value(expr: &Expr, scope: &dyn Scope, diagnostics: &mut Vec<Diagnostic>) -> Value {
    match check(expr, scope).and_then(|()| evaluate(expr, scope)) {
        Ok(value) => {
            unread(&value, expr, diagnostics);
            value
        }
        // It could not be read, which was said then.
        Err(error) if error.message.is_empty() => {
            Value::unknown(Type::Dynamic, groundplan_eval::References::default())
        }
        Err(error) => {
            let error = discreet(error, expr, scope);
            let help = if error.is_limit { LIMIT } else { REFUSED };
            let is_static = error.is_static || error.is_limit;
            let found = Diagnostic::error(error.at, error.message, help);
            diagnostics.push(Diagnostic { is_static, ..found });
            Value::unknown(Type::Dynamic, groundplan_eval::References::default())
        }
    }
}

/// What is said of an error that is one for Terraform as well.
pub(crate) const REFUSED: &str = "Terraform refuses this as well";

/// What to do about a limit.
const LIMIT: &str =
    "a limit of this program, not of Terraform; what depends on this is undetermined";

/// The functions that read files.
pub const READERS: [&str; 3] = ["file", "fileexists", "fileset"];

/// Says so where an expression asks for a file that may not be read. Which one is not said, since its
/// name may be a secret.
fn unread(value: &Value, expr: &Expr, diagnostics: &mut Vec<Diagnostic>) {
    if value.is_wholly_known() {
        return;
    }
    let is_reader =
        |it: &Reference| matches!(&it.source, Source::Impure(name) if READERS.contains(&&**name));
    let reads = |it: &str| it.starts_with("file") || it.starts_with("templatefile");
    if value.references().all.iter().any(is_reader) && references::calls(expr, reads) {
        let message = "this asks for a file that the analysis does not read";
        let help = "what `file()` and its kin read lies in the repository, or in the directory itself; \
                    --root widens that";
        diagnostics.push(Diagnostic::incomplete(expr.at, message, help));
    }
}

/// An error whose words may quote a value, without them where the expression uses anything sensitive.
pub(crate) fn discreet(error: Error, expr: &Expr, scope: &dyn Scope) -> Error {
    let mut is_sensitive = references::calls(expr, |it| it == "sensitive");
    references::walk(expr, &mut |it| {
        let steps: Vec<EvaluatedStep<'_>> = it
            .steps
            .iter()
            .map_while(|step| match step {
                Step::Attribute(name) => Some(EvaluatedStep::Attribute(&name.text)),
                Step::Index(_) | Step::Splat(_) => None,
            })
            .collect();
        let found = scope.resolve(it.head, &steps);
        is_sensitive |= found.is_ok_and(|it| it.value.has_sensitive());
    });
    if !is_sensitive || error.is_static {
        return error;
    }
    let message =
        "this has no value; why is not said, since it uses something sensitive".to_owned();
    Error { message, ..error }
}

/// Key and value of each element; none when they are not known.
pub(crate) fn elements(collection: &Value) -> Result<Option<Vec<(Value, Value)>>, String> {
    let numbered = |items: &[Value]| {
        let key = |at: usize| Value::from(groundplan_eval::Number::from(at));
        items.iter().enumerate().map(|(at, it)| (key(at), it.clone())).collect()
    };
    let named = |members: &Object| {
        members
            .iter()
            .map(|(name, it)| (Value::normal_string(Arc::clone(name)), it.clone()))
            .collect()
    };
    match &collection.kind {
        Kind::List(_, items) | Kind::Tuple(items) => Ok(Some(numbered(items))),
        Kind::Set(_, items) if items.iter().any(|it| !it.is_wholly_known()) => Ok(None),
        Kind::Set(_, items) => Ok(Some(items.iter().map(|it| (it.clone(), it.clone())).collect())),
        Kind::Map(_, members) | Kind::Object(members) => Ok(Some(named(members))),
        Kind::Unknown(_) | Kind::Open(_) => Ok(None),
        Kind::Null(_) => Err("`for_each` is null".to_owned()),
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            Err(format!("`for_each` is a {}", collection.ty()))
        }
    }
}

/// A scope in which an iterator's name stands for one element.
struct Iterated<'a> {
    outer: &'a dyn Scope,
    name: Arc<str>,
    key: Value,
    value: Value,
}

impl Scope for Iterated<'_> {
    fn resolve(&self, head: &str, steps: &[EvaluatedStep<'_>]) -> Result<Resolved, String> {
        if head != &*self.name {
            return self.outer.resolve(head, steps);
        }
        let value = match steps.first() {
            Some(EvaluatedStep::Attribute("key")) => self.key.clone(),
            Some(EvaluatedStep::Attribute("value")) => self.value.clone(),
            Some(EvaluatedStep::Attribute(_) | EvaluatedStep::Index(_)) => {
                return Err(format!("`{head}` has `key` and `value` only"));
            }
            None => {
                let members = [("key", &self.key), ("value", &self.value)];
                let members = members.map(|(name, it)| (Arc::from(name), it.clone()));
                return Ok(Resolved { value: Value::object(members.into()), steps: 0 });
            }
        };
        Ok(Resolved { value, steps: 1 })
    }

    fn declared(&self, head: &str, steps: &[Step]) -> Result<(), String> {
        if head == &*self.name { Ok(()) } else { self.outer.declared(head, steps) }
    }

    fn call_context(&self) -> &CallContext<'_> {
        self.outer.call_context()
    }
}
