//! Objects of JSON as bodies, attributes and blocks.

use std::collections::BTreeSet;

use groundplan_ir::Location;

use super::kinds::{BodyKind, Use};
use super::read::{Kind, Member, Value};
use crate::budget::Budget;
use crate::source::Source;
use crate::{Attribute, Block, Body, Ident, SyntaxError};

/// The walk over a file.
pub(super) struct Bodies<'t> {
    pub(super) source: Source<'t>,
    pub(super) problems: Vec<SyntaxError>,
    pub(super) budget: Budget,
}

/// The names of a block, as far as they are known.
struct Header<'m> {
    kind: Ident,
    labels: Vec<&'m Member>,
    missing: usize,
    body: BodyKind,
}

impl<'t> Bodies<'t> {
    pub(super) fn new(source: Source<'t>) -> Self {
        Self { source, problems: Vec::new(), budget: Budget::default() }
    }

    /// An object, or an array of objects that count as one.
    pub(super) fn body(&mut self, value: &Value, kind: BodyKind) -> Body {
        let mut body = Body { at: self.source.at(&value.range), ..Body::default() };
        let mut names = BTreeSet::new();
        for member in self.members(value) {
            let name = member.name.value.as_str();
            if name == "//" {
                continue;
            }
            match kind.property(name) {
                Use::Block(labels, of) => {
                    let header = Header {
                        kind: self.name(member),
                        labels: Vec::new(),
                        missing: labels,
                        body: of,
                    };
                    self.blocks(&member.value, &header, &mut body.blocks);
                }
                Use::Unknown => {
                    let message = format!("Terraform has no block `{name}`");
                    self.report(member, message);
                }
                Use::Value | Use::Text | Use::Expression | Use::Providers | Use::Requirement
                    if !names.insert(name) =>
                {
                    let message = format!("`{name}` is set already in the same body");
                    self.report(member, message);
                }
                how @ (Use::Value
                | Use::Text
                | Use::Expression
                | Use::Providers
                | Use::Requirement) => {
                    let name = self.name(member);
                    let expr = self.expr(&member.value, how);
                    let at = name.at.to(expr.at);
                    body.attributes.push(Attribute { name, expr, at });
                }
            }
        }
        body
    }

    /// The blocks that a value makes: labels first, then bodies. A level of the value is either a
    /// label or the end, so this goes no deeper than there are labels.
    fn blocks<'m>(&mut self, value: &'m Value, header: &Header<'m>, blocks: &mut Vec<Block>) {
        if header.missing > 0 {
            let members = self.members(value);
            if members.is_empty() && !matches!(value.kind, Kind::Null) {
                let message = format!("a label of this `{}` block is missing", header.kind.text);
                self.problems.push(self.source.error(&value.range, message));
            }
            for member in members {
                let mut labels = header.labels.clone();
                labels.push(member);
                let kind = header.kind.clone();
                let header = Header { kind, labels, missing: header.missing - 1, ..*header };
                self.blocks(&member.value, &header, blocks);
            }
            return;
        }
        match &value.kind {
            Kind::Null => {}
            Kind::Object(_) => blocks.push(self.block(value, header)),
            Kind::Array(items) => {
                for item in items {
                    blocks.push(self.block(item, header));
                }
            }
            Kind::Bool(_) | Kind::Number | Kind::String(_) => {
                let message =
                    format!("a `{}` block is an object, or an array of objects", header.kind.text);
                self.problems.push(self.source.error(&value.range, message));
            }
        }
    }

    fn block(&mut self, value: &Value, header: &Header<'_>) -> Block {
        let labels: Vec<Ident> = header.labels.iter().map(|member| self.name(member)).collect();
        let named = labels.last().map_or(header.kind.at, |label| label.at);
        let body = self.body(value, header.body);
        let at = named.to(Location { start: named.start, ..body.at });
        Block { kind: header.kind.clone(), labels, body, header: named, at }
    }

    /// What an object holds, or all objects of an array.
    fn members<'v>(&mut self, value: &'v Value) -> Vec<&'v Member> {
        match &value.kind {
            Kind::Null => Vec::new(),
            Kind::Object(members) => members.iter().collect(),
            Kind::Array(items) => {
                let mut all = Vec::new();
                for item in items {
                    match &item.kind {
                        Kind::Object(members) => all.extend(members),
                        Kind::Null
                        | Kind::Bool(_)
                        | Kind::Number
                        | Kind::String(_)
                        | Kind::Array(_) => self.no_object(item),
                    }
                }
                all
            }
            Kind::Bool(_) | Kind::Number | Kind::String(_) => {
                self.no_object(value);
                Vec::new()
            }
        }
    }

    fn no_object(&mut self, value: &Value) {
        self.problems.push(self.source.error(&value.range, "an object is needed here"));
    }

    pub(super) fn report(&mut self, member: &Member, message: String) {
        self.problems.push(self.source.error(&member.at, message));
    }

    fn name(&self, member: &Member) -> Ident {
        Ident { text: member.name.value.as_str().into(), at: self.source.at(&member.at) }
    }
}
