//! Values of JSON as expressions.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::body::Bodies;
use super::kinds::Use;
use super::read::{Kind, Member, Value};
use super::string::Text;
use crate::lower::Lowering;
use crate::scan::Base;
use crate::source::{Place, Source};
use crate::{Expr, Literal, Node, ObjectItem, SyntaxError, UnaryOperator, template};

impl Bodies<'_> {
    /// A value, read as the property it belongs to asks for.
    pub(super) fn expr(&mut self, value: &Value, how: Use) -> Expr {
        let node = match &value.kind {
            Kind::Null => Node::Literal(Literal::Null),
            Kind::Bool(value) => Node::Literal(Literal::Bool(*value)),
            Kind::Number => self.number(&value.range),
            Kind::String(text) => self.string(text, &value.range, how),
            Kind::Array(items) => {
                Node::Tuple(items.iter().map(|item| self.expr(item, how)).collect())
            }
            Kind::Object(members) => self.object(members, how),
        };
        Expr { node, at: self.source.at(&value.range) }
    }

    fn number(&self, range: &Range<usize>) -> Node {
        let text = self.source.slice(range);
        let Some(digits) = text.strip_prefix('-') else {
            return Node::Literal(Literal::Number(text.into()));
        };
        let number = Node::Literal(Literal::Number(digits.into()));
        let at = self.source.at(&(range.start + 1..range.end));
        Node::Unary(UnaryOperator::Negate, Box::new(Expr { node: number, at }))
    }

    fn object(&mut self, members: &[Member], how: Use) -> Node {
        let mut names = BTreeSet::new();
        let mut items = Vec::with_capacity(members.len());
        for member in members {
            // Unlike native syntax, JSON takes no second value of the same name.
            if names.insert(member.name.value.as_str()) {
                items.push(self.item(member, how));
            } else {
                let message = format!("`{}` is set already in the same object", member.name.value);
                self.report(member, message);
            }
        }
        Node::Object(items)
    }

    fn item(&mut self, member: &Member, how: Use) -> ObjectItem {
        let key = match how {
            Use::Value => self.string(&member.name, &member.at, Use::Value),
            // As in native syntax, a bare name is a string, and `aws.eu` a reference.
            Use::Providers => {
                let node = self.string(&member.name, &member.at, Use::Expression);
                if let Node::Variable(name) = node {
                    Node::Literal(Literal::String(name))
                } else {
                    node
                }
            }
            Use::Text | Use::Expression | Use::Requirement | Use::Block(..) | Use::Unknown => {
                literal(&member.name)
            }
        };
        let aliases = how == Use::Requirement && member.name.value == "configuration_aliases";
        let value = if aliases { Use::Expression } else { how };
        ObjectItem {
            key: Expr { node: key, at: self.source.at(&member.at) },
            value: self.expr(&member.value, value),
        }
    }

    fn string(&mut self, text: &Text, range: &Range<usize>, how: Use) -> Node {
        let mut lowering = Lowering::new(self.inside(text, range));
        lowering.budget = self.budget;
        let node = match how {
            Use::Value if text.value.contains(['$', '%']) => {
                lowering.bare_template().map(template::node)
            }
            Use::Expression | Use::Providers => lowering.whole(Base::Free).map(|expr| expr.node),
            Use::Value | Use::Text | Use::Requirement | Use::Block(..) | Use::Unknown => {
                return literal(text);
            }
        };
        self.budget = lowering.budget;
        node.unwrap_or_else(|problem: SyntaxError| {
            self.problems.push(problem);
            Node::Unread("".into())
        })
    }

    /// The text of a string, as a source of its own.
    fn inside<'v>(&self, text: &'v Text, range: &Range<usize>) -> Source<'v> {
        let inner = self.source.at(&(range.start + 1..range.end.saturating_sub(1)));
        let place = if text.escaped { Place::Within(inner) } else { Place::From(inner.start) };
        Source { file: inner.file, text: &text.value, place }
    }
}

fn literal(text: &Text) -> Node {
    Node::Literal(Literal::String(Arc::from(text.value.as_str())))
}
