//! Templates: quoted strings, heredocs, and files that are templates as a whole.
//!
//! They are read from the source in three steps, as HCL does it: into a flat row of tokens
//! ([`tokens`]), whose indent is then taken off for `<<-` ([`dedent`]), and which are then nested by
//! their directives ([`nest`]).

mod dedent;
mod escape;
mod nest;
#[cfg(test)]
mod tests;
mod tokens;

use std::ops::Range;
use std::sync::Arc;

use crate::lower::Lowering;
use crate::{Expr, Ident, Literal, Node, Part, SyntaxError};

/// What surrounds the text of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// Quotes: escapes count, and all text between two sequences is one piece.
    Quoted,
    /// Nothing, or the lines of a heredoc: each line is a piece of its own.
    Lines,
}

/// A token of a template, with its place in the text.
#[derive(Debug)]
struct Token {
    kind: TokenKind,
    range: Range<usize>,
}

#[derive(Debug)]
enum TokenKind {
    Literal(String),
    Interpolation(Expr),
    If(Expr),
    Else,
    EndIf,
    For { key_name: Option<Ident>, value_name: Ident, collection: Expr },
    EndFor,
}

impl Lowering<'_> {
    /// A quoted string or a heredoc at this range of the text.
    pub(crate) fn template(&mut self, range: &Range<usize>) -> Result<Node, SyntaxError> {
        let text = self.source.slice(range);
        let inner = range.start + 1..range.end.saturating_sub(1);
        if !text.starts_with("<<") {
            let content = self.source.slice(&inner);
            if !content.contains(['\\', '$', '%']) {
                return Ok(Node::Literal(Literal::String(content.into())));
            }
            let tokens = self.tokens(inner, Style::Quoted)?;
            return Ok(node(nest::nest(&self.source, tokens)?));
        }
        let body = text.find('\n').map_or(text.len(), |at| at + 1);
        let end = text.rfind('\n').map_or(text.len(), |at| at + 1);
        let lines = range.start + body..range.start + end.max(body);
        let mut tokens = self.tokens(lines, Style::Lines)?;
        if text.starts_with("<<-") {
            dedent::dedent(&mut tokens);
        }
        Ok(node(nest::nest(&self.source, tokens)?))
    }

    /// A quoted string that may hold no template.
    pub(crate) fn plain_string(&self, range: &Range<usize>) -> Result<Arc<str>, SyntaxError> {
        let inner = range.start + 1..range.end.saturating_sub(1);
        escape::plain(&self.source, inner)
    }

    /// The whole text as a template.
    pub(crate) fn bare_template(&mut self) -> Result<Vec<Part>, SyntaxError> {
        let tokens = self.tokens(0..self.source.text.len(), Style::Lines)?;
        nest::nest(&self.source, tokens)
    }
}

/// What a template is, by what it holds.
pub(crate) fn node(mut parts: Vec<Part>) -> Node {
    match parts.pop() {
        None => Node::Literal(Literal::String("".into())),
        Some(Part::Literal(text)) if parts.is_empty() => Node::Literal(Literal::String(text)),
        Some(Part::Interpolation(expr)) if parts.is_empty() => Node::Wrapped(Box::new(expr)),
        Some(last) => {
            parts.push(last);
            Node::Template(parts)
        }
    }
}
