//! Syntax trees to declarations.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use groundplan_ir::Location;
use groundplan_syntax::{Attribute, Block, Body, Expr, Literal, Node};

use crate::Diagnostic;
use crate::module::{
    Backend, Call, Meta, Module, Output, ProviderBlock, ResourceBlock, ResourceName, Sort, Variable,
};
use crate::overrides;

/// Gathers declarations, file by file.
pub(crate) struct Declarer<'d> {
    pub(crate) module: &'d mut Module,
    pub(crate) diagnostics: &'d mut Vec<Diagnostic>,
    /// Whether the file is an override file, whose blocks change those of the same name.
    pub(crate) overriding: bool,
}

impl Declarer<'_> {
    /// Takes in a file.
    pub(crate) fn file(&mut self, body: Body) {
        for attribute in &body.attributes {
            let message =
                format!("an argument named `{}` is not expected here", attribute.name.text);
            self.error(attribute.name.at, message, "only blocks stand at the top of a file");
        }
        // What decides on the meaning of a block is not guessed.
        for block in body.blocks.into_iter().filter(|it| !lacks_meaning(it)) {
            self.block(block);
        }
    }

    fn error(&mut self, at: Location, message: impl Into<String>, help: &str) {
        self.diagnostics.push(Diagnostic::error(at, message, help));
    }

    fn block(&mut self, block: Block) {
        let labels: Vec<Arc<str>> = block.labels.iter().map(|it| Arc::clone(&it.text)).collect();
        match (&*block.kind.text, &*labels) {
            ("locals", []) => self.locals(block.body),
            ("variable", [name]) => self.variable(Arc::clone(name), block),
            ("output", [name]) => self.output(Arc::clone(name), block),
            ("module", [name]) => self.call(Arc::clone(name), block),
            ("resource", [kind, name]) => self.resource(Sort::Managed, kind, name, block),
            ("data", [kind, name]) => self.resource(Sort::Data, kind, name, block),
            ("ephemeral", [kind, name]) => self.resource(Sort::Ephemeral, kind, name, block),
            ("provider", [name]) => self.provider(Arc::clone(name), block),
            ("terraform", []) => self.settings(block.body),
            ("moved" | "removed" | "import", []) => self.module.others.push(block),
            ("check", [_]) => self.check(block),
            (
                "locals" | "variable" | "output" | "module" | "resource" | "data" | "ephemeral"
                | "provider" | "terraform" | "moved" | "removed" | "import" | "check",
                _,
            ) => {
                let message = format!("a `{}` block with {} labels", block.kind.text, labels.len());
                self.error(block.header, message, "see Terraform's documentation of the block");
            }
            (other, _) => {
                let message = format!("blocks of type `{other}` are not expected here");
                self.error(block.header, message, "see Terraform's documentation of the language");
            }
        }
    }

    /// Its data source is one of the module, though only the check may refer to it.
    fn check(&mut self, block: Block) {
        for nested in block.body.blocks.iter().filter(|it| &*it.kind.text == "data") {
            if let [kind, name] = &*nested.labels {
                let (kind, name) = (Arc::clone(&kind.text), Arc::clone(&name.text));
                self.resource(Sort::Data, &kind, &name, nested.clone());
            }
        }
        self.module.others.push(block);
    }

    fn locals(&mut self, body: Body) {
        for attribute in body.attributes {
            match self.module.locals.entry(Arc::clone(&attribute.name.text)) {
                Entry::Vacant(place) => {
                    place.insert(attribute);
                }
                Entry::Occupied(mut place) if self.overriding => {
                    place.insert(attribute);
                }
                Entry::Occupied(place) => {
                    let message = format!("a second local value named `{}`", place.key());
                    self.error(attribute.name.at, message, "give one of them another name");
                }
            }
        }
    }

    fn variable(&mut self, name: Arc<str>, block: Block) {
        let mut parts = Parts::new(block.body);
        let new = Variable {
            header: block.header,
            constraint: parts.take("type"),
            default: parts.take("default"),
            sensitive: parts.take("sensitive"),
            ephemeral: parts.take("ephemeral"),
            nullable: parts.take("nullable"),
            validations: parts.blocks("validation"),
        };
        match self.module.variables.entry(name) {
            Entry::Vacant(place) => {
                place.insert(new);
            }
            Entry::Occupied(mut place) if self.overriding => {
                overrides::variable(place.get_mut(), new);
            }
            Entry::Occupied(place) => twice(self.diagnostics, "variable", place.key(), new.header),
        }
    }

    fn output(&mut self, name: Arc<str>, block: Block) {
        let mut parts = Parts::new(block.body);
        let new = Output {
            header: block.header,
            value: parts.take("value"),
            sensitive: parts.take("sensitive"),
            preconditions: parts.blocks("precondition"),
        };
        match self.module.outputs.entry(name) {
            Entry::Vacant(place) => {
                place.insert(new);
            }
            Entry::Occupied(mut place) if self.overriding => {
                overrides::output(place.get_mut(), new);
            }
            Entry::Occupied(place) => twice(self.diagnostics, "output", place.key(), new.header),
        }
    }

    fn resource(&mut self, sort: Sort, kind: &Arc<str>, name: &Arc<str>, block: Block) {
        let mut parts = Parts::new(block.body);
        let mut meta = parts.meta();
        meta.provider = parts.take("provider");
        meta.lifecycle = parts.blocks("lifecycle").into_iter().next();
        // Nothing in them changes what the resource is.
        parts.blocks("provisioner");
        parts.blocks("connection");
        let new = ResourceBlock { header: block.header, at: block.at, meta, body: parts.rest() };
        let name = ResourceName { sort, kind: Arc::clone(kind), name: Arc::clone(name) };
        match self.module.resources.entry(name) {
            Entry::Vacant(place) => {
                place.insert(new);
            }
            Entry::Occupied(mut place) if self.overriding => {
                overrides::resource(place.get_mut(), new);
            }
            Entry::Occupied(place) => {
                let name = place.key().written();
                twice(self.diagnostics, "resource", &name, new.header);
            }
        }
    }

    fn call(&mut self, name: Arc<str>, block: Block) {
        let mut parts = Parts::new(block.body);
        let source = parts.take("source");
        parts.take("version");
        let providers = parts.take("providers");
        let meta = parts.meta();
        let inputs = parts.attributes();
        let new = Call { header: block.header, source, meta, providers, inputs };
        match self.module.calls.entry(name) {
            Entry::Vacant(place) => {
                place.insert(new);
            }
            Entry::Occupied(mut place) if self.overriding => {
                overrides::call(place.get_mut(), new);
            }
            Entry::Occupied(place) => {
                twice(self.diagnostics, "module call", place.key(), new.header);
            }
        }
    }

    fn provider(&mut self, name: Arc<str>, block: Block) {
        let alias = block.body.attributes.iter().find(|it| &*it.name.text == "alias");
        let alias = alias.and_then(|it| constant_text(&it.expr));
        let new = ProviderBlock { header: block.header, name, alias, body: block.body };
        let same = |it: &&mut ProviderBlock| it.name == new.name && it.alias == new.alias;
        match self.module.providers.iter_mut().find(same) {
            None => self.module.providers.push(new),
            Some(old) if self.overriding => overrides::body(&mut old.body, new.body),
            Some(_) => {
                twice(self.diagnostics, "configuration of the provider", &new.name, new.header);
            }
        }
    }

    fn settings(&mut self, body: Body) {
        for block in body.blocks {
            match &*block.kind.text {
                "required_providers" => {
                    for attribute in block.body.attributes {
                        self.module.required_providers.insert(attribute.name.text, attribute.expr);
                    }
                }
                "backend" | "cloud" => self.module.backend = Some(backend(&block)),
                _ => (),
            }
        }
    }
}

/// A `backend` block with its label, or a `cloud` block, which is the backend `remote` in other words.
fn backend(block: &Block) -> Backend {
    let kind = block.labels.first().map_or("remote", |it| &*it.text).into();
    let mut arguments = BTreeMap::new();
    texts(&block.body, "", &mut arguments);
    for nested in &block.body.blocks {
        texts(&nested.body, &format!("{}.", nested.kind.text), &mut arguments);
    }
    Backend { kind, arguments }
}

/// The arguments that are constant text; a backend takes nothing else.
fn texts(body: &Body, before: &str, out: &mut BTreeMap<Box<str>, Box<str>>) {
    for attribute in &body.attributes {
        if let Some(text) = constant_text(&attribute.expr) {
            out.insert(format!("{before}{}", attribute.name.text).into(), (&*text).into());
        }
    }
}

/// Whether an argument could not be read without which nothing is known of the block for sure.
fn lacks_meaning(block: &Block) -> bool {
    let is_lost = |it: &Attribute| matches!(&it.expr.node, Node::Unread(why) if why.is_empty());
    let mut lost = block.body.attributes.iter().filter(|it| is_lost(it)).map(|it| &*it.name.text);
    match &*block.kind.text {
        "locals" => false,
        "resource" | "data" | "ephemeral" => {
            lost.any(|it| it == "provider") || block.body.blocks.iter().any(lacks_meaning)
        }
        "dynamic" => lost.any(|it| it != "for_each") || block.body.blocks.iter().any(lacks_meaning),
        "module" => lost.any(|it| matches!(it, "source" | "version" | "providers")),
        "variable" => lost.any(|it| !matches!(it, "default" | "description")),
        "output" => lost.any(|it| !matches!(it, "value" | "description")),
        "provider" => lost.any(|it| it == "alias"),
        "required_providers" => lost.next().is_some(),
        "terraform" | "moved" | "removed" | "import" | "check" => {
            lost.next().is_some() || block.body.blocks.iter().any(lacks_meaning)
        }
        _ => block.body.blocks.iter().any(lacks_meaning),
    }
}

fn twice(diagnostics: &mut Vec<Diagnostic>, what: &str, name: &str, at: Location) {
    let message = format!("a second {what} named `{name}`");
    diagnostics.push(Diagnostic::error(at, message, "give one of them another name"));
}

/// The text of a constant string.
pub(crate) fn constant_text(expr: &Expr) -> Option<Arc<str>> {
    match &expr.node {
        Node::Literal(Literal::String(text)) => Some(Arc::clone(text)),
        Node::Parens(inner) => constant_text(inner),
        Node::Literal(_)
        | Node::Unread(_)
        | Node::Template(_)
        | Node::Wrapped(_)
        | Node::Tuple(_)
        | Node::Object(_)
        | Node::Variable(_)
        | Node::Traversal { .. }
        | Node::Splat { .. }
        | Node::Call { .. }
        | Node::Unary(..)
        | Node::Binary(..)
        | Node::Conditional { .. }
        | Node::For(_) => None,
    }
}

/// A body that is taken apart.
struct Parts {
    body: Body,
}

impl Parts {
    fn new(body: Body) -> Self {
        Self { body }
    }

    fn take(&mut self, name: &str) -> Option<Expr> {
        let at = self.body.attributes.iter().position(|it| &*it.name.text == name)?;
        Some(self.body.attributes.remove(at).expr)
    }

    fn blocks(&mut self, kind: &str) -> Vec<Body> {
        let all = std::mem::take(&mut self.body.blocks);
        let (taken, rest) = all.into_iter().partition(|it: &Block| &*it.kind.text == kind);
        self.body.blocks = rest;
        let taken: Vec<Block> = taken;
        taken.into_iter().map(|it| it.body).collect()
    }

    fn meta(&mut self) -> Meta {
        Meta {
            count: self.take("count"),
            for_each: self.take("for_each"),
            depends_on: self.take("depends_on"),
            provider: None,
            lifecycle: None,
        }
    }

    fn attributes(&mut self) -> BTreeMap<Arc<str>, Attribute> {
        let all = std::mem::take(&mut self.body.attributes);
        all.into_iter().map(|it| (Arc::clone(&it.name.text), it)).collect()
    }

    fn rest(self) -> Body {
        self.body
    }
}
