//! Traversals and splats, grouped as HCL groups them.

use std::ops::Range;

use hcl_edit::Decorated;
use hcl_edit::expr::{Expression, Traversal, TraversalOperator as Operator};

use super::Lowering;
use crate::{Expr, Literal, Node, Step, SyntaxError, UnaryOperator, words};

/// A splat, or a step that is none.
enum Mark {
    /// `[*]` takes all that follows.
    Full,
    /// `.*` takes the names and numbers that follow.
    Attributes,
}

/// The operators of a traversal, of which the lowering eats one after the other.
struct Operators<'o> {
    rest: &'o [Decorated<Operator>],
    /// The byte behind the last one that was eaten.
    end: usize,
}

impl Lowering<'_> {
    pub(super) fn traversal(&mut self, tree: &Traversal) -> Result<Node, SyntaxError> {
        let head = self.range(&tree.expr);
        self.refuse_address(tree, &head)?;
        let mut expr = self.expr(&tree.expr)?;
        // The parser made a minus a part of its number, but the steps come first.
        let mut negated = false;
        if let Node::Unary(UnaryOperator::Negate, number) = expr.node {
            expr = *number;
            negated = true;
        }
        let mut operators = Operators { rest: &tree.operators, end: head.end };
        while let Some(mark) = self.mark(&mut operators) {
            let of = Box::new(expr);
            let node = if let Some(mark) = mark {
                Node::Splat { of, each: self.each(&mut operators, &mark)? }
            } else {
                Node::Traversal { of, steps: self.steps(&mut operators)? }
            };
            expr = self.spanned(node, &(head.start..operators.end));
        }
        if negated {
            return Ok(Node::Unary(UnaryOperator::Negate, Box::new(expr)));
        }
        Ok(expr.node)
    }

    /// Eats a splat; `Some(None)` if something else follows, `None` at the end.
    #[expect(clippy::option_option, reason = "the end and no splat are different things here")]
    fn mark(&self, operators: &mut Operators<'_>) -> Option<Option<Mark>> {
        let (first, rest) = operators.rest.split_first()?;
        let mark = match first.value() {
            Operator::FullSplat(_) => Mark::Full,
            Operator::AttrSplat(_) => Mark::Attributes,
            Operator::GetAttr(_) | Operator::Index(_) | Operator::LegacyIndex(_) => {
                return Some(None);
            }
        };
        *operators = Operators { rest, end: self.range(first).end };
        Some(Some(mark))
    }

    /// What is taken of each element of a splat.
    fn each(
        &mut self,
        operators: &mut Operators<'_>,
        mark: &Mark,
    ) -> Result<Vec<Step>, SyntaxError> {
        let mut steps = Vec::new();
        match mark {
            Mark::Attributes => {
                while let Some((first, rest)) = operators.rest.split_first() {
                    match first.value() {
                        Operator::GetAttr(_) | Operator::LegacyIndex(_) => {
                            steps.push(self.step(first)?);
                        }
                        Operator::AttrSplat(_) => {
                            let message = "a `.*` cannot follow the names behind another one; \
                                           use `[*]`";
                            return Err(self.source.error(&self.range(first), message));
                        }
                        Operator::FullSplat(_) | Operator::Index(_) => break,
                    }
                    *operators = Operators { rest, end: self.range(first).end };
                }
            }
            Mark::Full => {
                while let Some(inner) = self.mark(operators) {
                    match inner {
                        Some(inner) => {
                            let range = operators.end..operators.end;
                            let each =
                                self.deeper(&range, |lowering| lowering.each(operators, &inner))?;
                            steps.push(Step::Splat(each));
                        }
                        None => steps.extend(self.steps(operators)?),
                    }
                }
            }
        }
        Ok(steps)
    }

    /// Steps up to a splat.
    fn steps(&mut self, operators: &mut Operators<'_>) -> Result<Vec<Step>, SyntaxError> {
        let mut steps = Vec::new();
        let mut number_end = None;
        while let Some((first, rest)) = operators.rest.split_first() {
            let range = self.range(first);
            match first.value() {
                Operator::FullSplat(_) | Operator::AttrSplat(_) => break,
                Operator::LegacyIndex(_) if number_end == Some(range.start) => {
                    let message = "two numbers in a row read as one with a fraction; write \
                                   `[0][1]` for `.0.1`";
                    return Err(self.source.error(&range, message));
                }
                Operator::LegacyIndex(_) => number_end = Some(range.end),
                Operator::GetAttr(_) | Operator::Index(_) => {}
            }
            steps.push(self.step(first)?);
            *operators = Operators { rest, end: range.end };
        }
        Ok(steps)
    }

    fn step(&mut self, operator: &Decorated<Operator>) -> Result<Step, SyntaxError> {
        Ok(match operator.value() {
            Operator::GetAttr(name) => Step::Attribute(self.ident(name)),
            Operator::Index(key) => Step::Index(self.expr(key)?),
            Operator::LegacyIndex(number) => Step::Index(Expr {
                node: Node::Literal(Literal::Number(self.text(number))),
                at: self.at(number),
            }),
            Operator::FullSplat(_) | Operator::AttrSplat(_) => Step::Splat(Vec::new()),
        })
    }

    /// `10.0.0.0/16` without quotes, which the parser takes for steps of a number.
    fn refuse_address(&self, tree: &Traversal, head: &Range<usize>) -> Result<(), SyntaxError> {
        let Expression::Number(_) = tree.expr else { return Ok(()) };
        let first = tree.operators.first().map(Decorated::value);
        let last = tree.operators.last().map_or(head.end, |last| self.range(last).end);
        match first {
            Some(Operator::LegacyIndex(_)) => {
                Err(self.source.error(&(head.start..last), words::QUOTES))
            }
            _ => Ok(()),
        }
    }
}
