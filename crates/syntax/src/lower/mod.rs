//! From the parser's tree to ours.
//!
//! Names, numbers and strings are read from the source by their places: the parser saw a masked
//! copy, in which only the structure is true.

pub(crate) mod apart;
mod expr;
mod structure;
mod traversal;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use groundplan_ir::Location;
use hcl_edit::Span;
use hcl_edit::expr::Expression;

use self::apart::Portion;
use crate::budget::Budget;
use crate::scan::{self, Base, Scanned};
use crate::source::Source;
use crate::{Expr, Ident, Node, SyntaxError, parse, words};

/// How many expressions may stand in each other, templates included. The parser stops at 64 levels
/// that the text nests, and at 128 operators in a row; what goes beyond is taken apart.
const MAX_DEPTH: usize = 256;

/// The stack for deep nesting, in bytes: several times what a build without optimisation takes.
const ROOM: usize = 16 << 20;

/// How many levels a template counts for.
const TEMPLATE_DEPTH: usize = 8;

/// The state of the walk over one tree.
pub(crate) struct Lowering<'t> {
    pub(crate) source: Source<'t>,
    /// Where the masked copy starts in the text.
    base: usize,
    depth: usize,
    pub(crate) budget: Budget,
    /// How much of a text that is too much for the parser it is given at a time.
    pub(crate) portion: Portion,
    /// Whether this runs where there is room.
    is_roomy: bool,
    /// How many operators stand in the rows that are being read.
    row: usize,
    /// Parts that the parser has not seen, each by the byte where a name stands for it.
    covered: BTreeMap<usize, String>,
}

impl<'t> Lowering<'t> {
    pub(crate) fn new(source: Source<'t>) -> Self {
        Self {
            source,
            base: 0,
            depth: 0,
            budget: Budget::default(),
            portion: Portion::default(),
            is_roomy: false,
            row: 0,
            covered: BTreeMap::new(),
        }
    }

    /// Reads all of the text as one expression.
    pub(crate) fn whole(&mut self, base: Base) -> Result<Expr, SyntaxError> {
        let start = scan::skip_blank(self.source.text, 0);
        let scanned = self.scan(start, base)?;
        self.masked(&scanned.masked, start)
    }

    /// Looks at the text from this byte on.
    pub(crate) fn scan(&mut self, start: usize, base: Base) -> Result<Scanned, SyntaxError> {
        let scanned = scan::scan(self.source.text, start, base);
        self.check(start, &scanned)?;
        Ok(scanned)
    }

    /// What is wrong already before the parser sees the text.
    pub(crate) fn check(&mut self, start: usize, scanned: &Scanned) -> Result<(), SyntaxError> {
        if let Some(fault) = &scanned.fault {
            return Err(self.source.error(&fault.at, fault.message.as_str()));
        }
        if !self.budget.compare(scanned.comparisons) {
            return Err(self.source.error(&(start..scanned.end), words::TOO_MANY_KEYS));
        }
        Ok(())
    }

    /// Reads an expression from its masked copy, which may have blanks around it and starts at this
    /// byte of the text.
    pub(crate) fn masked(&mut self, masked: &str, start: usize) -> Result<Expr, SyntaxError> {
        let trimmed = masked.trim_start();
        let start = start + (masked.len() - trimmed.len());
        let trimmed = trimmed.trim_end();
        if trimmed.is_empty() {
            return Err(self.source.error(&(start..start), "an expression is missing here"));
        }
        let tree = match parse::expression(trimmed.to_owned(), &mut self.budget) {
            Ok(tree) => tree,
            Err(refusal) if words::is_too_much(&refusal.message) => {
                return self.roomy(|lowering| lowering.apart(trimmed, start));
            }
            Err(refusal) => {
                let range = start + refusal.at.start..start + refusal.at.end;
                return Err(self.source.error(&range, refusal.message));
            }
        };
        let outer = std::mem::replace(&mut self.base, start);
        let result = self.expr(&tree);
        self.base = outer;
        result
    }

    /// Runs a step where there is room for deep nesting, whatever thread this is.
    pub(crate) fn roomy<T: Send>(
        &mut self,
        step: impl FnOnce(&mut Self) -> Result<T, SyntaxError> + Send,
    ) -> Result<T, SyntaxError> {
        if std::mem::replace(&mut self.is_roomy, true) {
            return step(self);
        }
        let nowhere = self.source.error(&(self.base..self.base), words::TOO_DEEP);
        let result = std::thread::scope(|scope| {
            let room = std::thread::Builder::new().stack_size(ROOM);
            match room.spawn_scoped(scope, || step(self)) {
                Ok(thread) => {
                    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                }
                Err(_) => Err(nowhere),
            }
        });
        self.is_roomy = false;
        result
    }

    /// Runs a step one level deeper.
    pub(crate) fn deeper<T>(
        &mut self,
        range: &Range<usize>,
        step: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.source.error(range, words::TOO_DEEP));
        }
        self.depth += 1;
        let result = step(self);
        self.depth -= 1;
        result
    }

    /// Runs a step inside of a template: one level of it takes more room on the stack.
    pub(crate) fn deeper_template<T>(
        &mut self,
        range: &Range<usize>,
        step: impl FnOnce(&mut Self) -> Result<T, SyntaxError>,
    ) -> Result<T, SyntaxError> {
        self.depth += TEMPLATE_DEPTH;
        let result = self.deeper(range, step);
        self.depth -= TEMPLATE_DEPTH;
        result
    }

    fn range(&self, node: &impl Span) -> Range<usize> {
        let span = node.span().unwrap_or_default();
        self.base + span.start..self.base + span.end
    }

    fn at(&self, node: &impl Span) -> Location {
        self.source.at(&self.range(node))
    }

    fn text(&self, node: &impl Span) -> Arc<str> {
        self.source.slice(&self.range(node)).into()
    }

    fn ident(&self, node: &impl Span) -> Ident {
        Ident { text: self.text(node), at: self.at(node) }
    }

    fn boxed(&mut self, tree: &Expression) -> Result<Box<Expr>, SyntaxError> {
        Ok(Box::new(self.expr(tree)?))
    }

    fn spanned(&self, node: Node, range: &Range<usize>) -> Expr {
        Expr { node, at: self.source.at(range) }
    }
}
