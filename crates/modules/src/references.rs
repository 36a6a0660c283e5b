//! What an expression mentions, told from its text alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use groundplan_ir::{InstanceKey, Step as Link, Traversal};
use groundplan_syntax::{Attribute, Body, Expr, Ident, Literal, Node, Part, Step};

/// The references of one expression: head and steps, names of `for` left out.
#[derive(Debug)]
pub(crate) struct Mentioned<'e> {
    /// The first name.
    pub(crate) head: &'e Arc<str>,
    /// What follows.
    pub(crate) steps: &'e [Step],
}

impl Mentioned<'_> {
    /// The name at a step, when it is one.
    pub(crate) fn name(&self, at: usize) -> Option<&Arc<str>> {
        match self.steps.get(at) {
            Some(Step::Attribute(name)) => Some(&name.text),
            Some(Step::Index(_) | Step::Splat(_)) | None => None,
        }
    }

    /// The reference as plans write it: up to the first key that is computed.
    pub(crate) fn traversal(&self) -> Traversal {
        let mut links = Vec::new();
        for step in self.steps {
            match step {
                Step::Attribute(name) => links.push(Link::Name((&*name.text).into())),
                Step::Index(key) => match constant_key(key) {
                    Some(key) => links.push(Link::Key(key)),
                    None => break,
                },
                Step::Splat(_) => break,
            }
        }
        Traversal::new(self.head, links)
    }
}

/// The key that an index expression spells out.
fn constant_key(key: &Expr) -> Option<InstanceKey> {
    match &key.node {
        Node::Literal(Literal::String(text)) => Some(InstanceKey::Text((&**text).into())),
        Node::Literal(Literal::Number(number)) => number.parse().ok().map(InstanceKey::Number),
        Node::Parens(inner) => constant_key(inner),
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

/// Calls `visit` for each reference of an expression.
pub(crate) fn walk<'e>(expr: &'e Expr, visit: &mut dyn FnMut(Mentioned<'e>)) {
    Walk { bound: Vec::new(), visit, called: &mut |_| () }.expr(expr);
}

/// Calls `visit` for each reference in a body, `dynamic` blocks included: the names of their iterators
/// are left out.
pub(crate) fn walk_body<'e>(body: &'e Body, visit: &mut dyn FnMut(Mentioned<'e>)) {
    Walk { bound: Vec::new(), visit, called: &mut |_| () }.body(body);
}

/// Whether a function of this name is called anywhere in the expression.
pub(crate) fn calls(expr: &Expr, wanted: impl Fn(&str) -> bool) -> bool {
    let mut found = false;
    let mut visit = |_: Mentioned<'_>| ();
    let mut called = |name: &str| found |= wanted(name);
    Walk { bound: Vec::new(), visit: &mut visit, called: &mut called }.expr(expr);
    found
}

struct Walk<'v, 'e> {
    /// Names that a `for` or an iterator binds here.
    bound: Vec<Arc<str>>,
    visit: &'v mut dyn FnMut(Mentioned<'e>),
    called: &'v mut dyn FnMut(&str),
}

impl<'e> Walk<'_, 'e> {
    fn body(&mut self, body: &'e Body) {
        body.attributes.iter().for_each(|it: &'e Attribute| self.expr(&it.expr));
        for block in &body.blocks {
            if &*block.kind.text != "dynamic" {
                self.body(&block.body);
                continue;
            }
            let iterator = block.body.attributes.iter().find(|it| &*it.name.text == "iterator");
            for attribute in &block.body.attributes {
                if &*attribute.name.text == "for_each" {
                    self.expr(&attribute.expr);
                }
            }
            let name = if let Some(Node::Variable(name)) = iterator.map(|it| &it.expr.node) {
                Some(Arc::clone(name))
            } else {
                block.labels.first().map(|label| Arc::clone(&label.text))
            };
            let before = self.bound.len();
            self.bound.extend(name);
            for attribute in &block.body.attributes {
                if &*attribute.name.text == "labels" {
                    self.expr(&attribute.expr);
                }
            }
            block.body.blocks.iter().for_each(|it| self.body(&it.body));
            self.bound.truncate(before);
        }
    }

    fn seen(&mut self, head: &'e Arc<str>, steps: &'e [Step]) {
        if !self.bound.contains(head) {
            (self.visit)(Mentioned { head, steps });
        }
    }

    fn steps(&mut self, steps: &'e [Step]) {
        for step in steps {
            match step {
                Step::Attribute(_) => (),
                Step::Index(key) => self.expr(key),
                Step::Splat(inner) => self.steps(inner),
            }
        }
    }

    fn binding(&mut self, names: [Option<&Ident>; 2], inside: &mut dyn FnMut(&mut Self)) {
        let before = self.bound.len();
        self.bound.extend(names.into_iter().flatten().map(|it| Arc::clone(&it.text)));
        inside(self);
        self.bound.truncate(before);
    }

    fn expr(&mut self, expr: &'e Expr) {
        match &expr.node {
            Node::Literal(_) | Node::Unread(_) => (),
            Node::Template(parts) => self.parts(parts),
            Node::Wrapped(inner) | Node::Parens(inner) | Node::Unary(_, inner) => self.expr(inner),
            Node::Tuple(items) => items.iter().for_each(|it| self.expr(it)),
            Node::Object(items) => {
                for item in items {
                    self.expr(&item.key);
                    self.expr(&item.value);
                }
            }
            Node::Variable(name) => self.seen(name, &[]),
            Node::Traversal { of, steps } => {
                if let Node::Variable(name) = &of.node {
                    self.seen(name, steps);
                } else {
                    self.expr(of);
                }
                self.steps(steps);
            }
            Node::Splat { of, each } => {
                self.expr(of);
                self.steps(each);
            }
            Node::Call { name, arguments, .. } => {
                (self.called)(name.text.trim_start_matches("core::"));
                for it in arguments {
                    self.expr(it);
                }
            }
            // Rows may be long, so neither of these goes deeper with each part.
            Node::Binary(..) => {
                let mut first = expr;
                while let Node::Binary(_, left, right) = &first.node {
                    self.expr(right);
                    first = left;
                }
                self.expr(first);
            }
            Node::Conditional { .. } => {
                let mut last = expr;
                while let Node::Conditional { test, then, otherwise } = &last.node {
                    self.expr(test);
                    self.expr(then);
                    last = otherwise;
                }
                self.expr(last);
            }
            Node::For(it) => {
                self.expr(&it.collection);
                self.binding([it.key_name.as_ref(), Some(&it.value_name)], &mut |walk| {
                    let parts = it.key.iter().chain([&it.value]).chain(&it.condition);
                    parts.for_each(|part| walk.expr(part));
                });
            }
        }
    }

    fn parts(&mut self, parts: &'e [Part]) {
        for part in parts {
            match part {
                Part::Literal(_) => (),
                Part::Interpolation(expr) => self.expr(expr),
                Part::If { test, then, otherwise } => {
                    self.expr(test);
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::For { key_name, value_name, collection, body } => {
                    self.expr(collection);
                    self.binding([key_name.as_ref(), Some(value_name)], &mut |walk| {
                        walk.parts(body);
                    });
                }
            }
        }
    }
}

/// The references of an expression as plans write them, each once.
pub fn traversals(expr: &Expr) -> BTreeSet<Traversal> {
    let mut out = BTreeSet::new();
    walk(expr, &mut |it| {
        out.insert(it.traversal());
    });
    out
}
