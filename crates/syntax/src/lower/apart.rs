//! Expressions that are too deep or too long for the parser: taken apart here, so that the parser sees
//! one level at a time.
//!
//! Rows of operators and of conditionals become trees here; of what stands in brackets the heavy parts
//! are covered by a name of the same length, and read on their own when that name is lowered.

use std::ops::Range;

use super::Lowering;
use crate::pieces::{Kind, Piece, exceeds, pieces};
use crate::{BinaryOperator, Expr, Node, SyntaxError, UnaryOperator, parse, words};

/// How many operators, or conditionals, may stand in a row.
const MAX_ROW: usize = 1_000;

/// What is left to the parser at a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Portion {
    /// Levels of brackets that are looked into for heavy parts.
    pub(crate) levels: usize,
    /// Operators in a row.
    pub(crate) row: usize,
    /// Levels of brackets in a part, which make it heavy when it has more.
    pub(crate) depth: usize,
    /// Signs of operators in a part, which make it heavy when it has more.
    pub(crate) operators: usize,
}

impl Default for Portion {
    fn default() -> Self {
        Self { levels: 6, row: 24, depth: 8, operators: 48 }
    }
}

/// The name that covers a part; which one it is is told by its place.
const COVER: u8 = b'x';

/// The level that a binary operator binds on.
fn strength(operator: BinaryOperator) -> u8 {
    match operator {
        BinaryOperator::Or => 1,
        BinaryOperator::And => 2,
        BinaryOperator::Equal | BinaryOperator::NotEqual => 3,
        BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => 4,
        BinaryOperator::Add | BinaryOperator::Subtract => 5,
        BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::Modulo => 6,
    }
}

impl Lowering<'_> {
    /// Reads a masked expression that starts at this byte of the text, level by level.
    pub(crate) fn apart(&mut self, masked: &str, start: usize) -> Result<Expr, SyntaxError> {
        let trimmed = masked.trim_ascii_start();
        let start = start + (masked.len() - trimmed.len());
        let trimmed = trimmed.trim_ascii_end();
        let range = start..start + trimmed.len();
        if !self.budget.repeat(trimmed.len()) {
            return Err(self.source.error(&range, words::TOO_DEEP));
        }
        self.deeper(&range, |lowering| {
            let mut pieces = pieces(trimmed, 0..trimmed.len());
            pieces.retain(|it| it.kind != Kind::Line);
            lowering.conditionals(trimmed, start, &pieces)
        })
    }

    /// `test ? then : test ? then : … otherwise`
    fn conditionals(
        &mut self,
        text: &str,
        start: usize,
        mut pieces: &[Piece],
    ) -> Result<Expr, SyntaxError> {
        let before = self.row;
        let mut row = Vec::new();
        while let Some(question) = pieces.iter().position(|it| it.kind == Kind::Question) {
            let (condition, rest) = pieces.split_at(question);
            let rest = rest.get(1..).unwrap_or_default();
            let Some(colon) = colon(rest) else { return self.missing(text, start) };
            let (then, otherwise) = rest.split_at(colon);
            self.longer(1, &place(start, pieces))?;
            let condition = self.operators(text, start, condition)?;
            let (Some(first), Some(last)) = (then.first(), then.last()) else {
                return self.missing(text, start);
            };
            let range = first.range.start..last.range.end;
            let then =
                self.apart(text.get(range.clone()).unwrap_or_default(), start + range.start)?;
            row.push((condition, then));
            pieces = otherwise.get(1..).unwrap_or_default();
        }
        let mut expr = self.operators(text, start, pieces)?;
        for (condition, then) in row.into_iter().rev() {
            let at = condition.at.to(expr.at);
            let (then, otherwise) = (Box::new(then), Box::new(expr));
            let node = Node::Conditional { test: Box::new(condition), then, otherwise };
            expr = Expr { node, at };
        }
        self.row = before;
        Ok(expr)
    }

    /// Counts what stands in a row, and in the rows around it: all of it is one chain in memory.
    fn longer(&mut self, count: usize, range: &Range<usize>) -> Result<(), SyntaxError> {
        self.row += count;
        if self.row > MAX_ROW {
            return Err(self.source.error(range, words::TOO_LONG));
        }
        Ok(())
    }

    /// The parser's own complaint about a text that is not whole.
    fn missing<T>(&self, text: &str, start: usize) -> Result<T, SyntaxError> {
        Err(self.source.error(&(start..start + text.len()), "an expression is needed here"))
    }

    /// `a + b * c`
    fn operators(
        &mut self,
        text: &str,
        start: usize,
        pieces: &[Piece],
    ) -> Result<Expr, SyntaxError> {
        let is_operator = |it: &&Piece| matches!(it.kind, Kind::Operator(_));
        let before = self.row;
        self.longer(pieces.iter().filter(is_operator).count(), &place(start, pieces))?;
        let mut operands: Vec<Expr> = Vec::new();
        let mut waiting: Vec<BinaryOperator> = Vec::new();
        let mut rest = pieces;
        loop {
            let end = rest.iter().position(|it| is_operator(&it)).unwrap_or(rest.len());
            let (operand, more) = rest.split_at(end);
            operands.push(self.operand(text, start, operand)?);
            let Some((Piece { kind: Kind::Operator(operator), .. }, behind)) = more.split_first()
            else {
                break;
            };
            while let Some(before) = waiting.pop_if(|it| strength(*it) >= strength(*operator)) {
                join(&mut operands, before);
            }
            waiting.push(*operator);
            rest = behind;
        }
        while let Some(operator) = waiting.pop() {
            join(&mut operands, operator);
        }
        self.row = before;
        match operands.pop() {
            Some(expr) => Ok(expr),
            None => self.missing(text, start),
        }
    }

    /// What stands between two operators: signs and a term.
    fn operand(&mut self, text: &str, start: usize, pieces: &[Piece]) -> Result<Expr, SyntaxError> {
        let signs = pieces.iter().take_while(|it| it.kind == Kind::Sign).count();
        let (signs, term) = pieces.split_at(signs);
        let (Some(first), Some(last)) = (term.first(), term.last()) else {
            let end = pieces.last().map_or(start, |it| start + it.range.end);
            return self.missing("", end);
        };
        let range = first.range.start..last.range.end;
        let masked = text.get(range.clone()).unwrap_or_default();
        let place = start + range.start..start + range.end;
        let before = self.depth;
        self.depth = self.depth.saturating_add(signs.len());
        let expr = self.deeper(&place, |lowering| lowering.term(masked, place.start));
        self.depth = before;
        let mut expr = expr?;
        for sign in signs.iter().rev() {
            let operator = match text.get(sign.range.clone()) {
                Some("!") => UnaryOperator::Not,
                _ => UnaryOperator::Negate,
            };
            let at = self.source.at(&(start + sign.range.start..place.end));
            expr = Expr { node: Node::Unary(operator, Box::new(expr)), at };
        }
        Ok(expr)
    }

    /// A term without the heavy parts of its brackets.
    fn term(&mut self, masked: &str, start: usize) -> Result<Expr, SyntaxError> {
        let mut light = masked.as_bytes().to_vec();
        self.lighten(masked, &mut light, start, &(0..masked.len()), 0);
        self.parsed(String::from_utf8(light).unwrap_or_default(), start)
    }

    /// Covers the heavy parts in brackets: those that the parser would have to go too deep for, and rows.
    fn lighten(
        &mut self,
        masked: &str,
        light: &mut [u8],
        start: usize,
        range: &Range<usize>,
        level: usize,
    ) {
        for group in pieces(masked, range.clone()).iter().filter(|it| it.kind == Kind::Group) {
            for part in parts(masked, &group.range) {
                let is_operator =
                    |it: &&Piece| matches!(it.kind, Kind::Operator(_) | Kind::Question);
                let row = pieces(masked, part.clone()).iter().filter(is_operator).count();
                if level >= self.portion.levels || row > self.portion.row {
                    self.cover(masked, light, start, &part);
                } else if self.is_heavy(masked.get(part.clone()).unwrap_or_default()) {
                    self.lighten(masked, light, start, &part, level + 1);
                }
            }
        }
    }

    fn is_heavy(&self, text: &str) -> bool {
        exceeds(text, self.portion.depth, self.portion.operators)
    }

    /// Puts a name in the place of a part, if that is heavy.
    fn cover(&mut self, masked: &str, light: &mut [u8], start: usize, part: &Range<usize>) {
        let text = masked.get(part.clone()).unwrap_or_default();
        let Some(bytes) = light.get_mut(part.clone()).filter(|_| self.is_heavy(text)) else {
            return;
        };
        bytes.fill(b' ');
        bytes.first_mut().into_iter().for_each(|byte| *byte = COVER);
        self.covered.insert(start + part.start, text.into());
    }

    /// The statement with the heavy values of its attributes covered.
    pub(crate) fn lightened(&mut self, masked: &str, start: usize) -> String {
        self.covered.clear();
        let mut light = masked.as_bytes().to_vec();
        let mut bodies = Vec::from([(0, masked.len())]);
        while let Some((from, to)) = bodies.pop() {
            let pieces = pieces(masked, from..to);
            for statement in pieces.split(|it| it.kind == Kind::Line) {
                if let Some(equals) = statement.iter().position(|it| it.kind == Kind::Equals) {
                    let value = statement.get(equals + 1..).unwrap_or_default();
                    if let (Some(first), Some(last)) = (value.first(), value.last()) {
                        let value = first.range.start..last.range.end;
                        self.cover(masked, &mut light, start, &value);
                    }
                } else if let Some(Piece { kind: Kind::Group, range }) = statement.last() {
                    bodies.push((range.start + 1, range.end.saturating_sub(1)));
                }
            }
        }
        String::from_utf8(light).unwrap_or_default()
    }

    /// What a name stands for that covers a heavy part, which is read now.
    pub(super) fn uncovered(&mut self, range: &Range<usize>) -> Option<Result<Expr, SyntaxError>> {
        let text = self.covered.remove(&range.start)?;
        let outer = self.base;
        let result = self.apart(&text, range.start);
        self.base = outer;
        Some(result)
    }

    fn parsed(&mut self, masked: String, start: usize) -> Result<Expr, SyntaxError> {
        let tree = parse::expression(masked, &mut self.budget).map_err(|refusal| {
            let range = start + refusal.at.start..start + refusal.at.end;
            self.source.error(&range, refusal.message)
        })?;
        let outer = std::mem::replace(&mut self.base, start);
        let result = self.expr(&tree);
        self.base = outer;
        result
    }
}

fn place(start: usize, pieces: &[Piece]) -> Range<usize> {
    let end = pieces.last().map_or(0, |it| it.range.end);
    start + pieces.first().map_or(end, |it| it.range.start)..start + end
}

/// Where the `:` stands that belongs to a `?` before these pieces.
fn colon(pieces: &[Piece]) -> Option<usize> {
    let mut open = 0_usize;
    for (at, piece) in pieces.iter().enumerate() {
        match piece.kind {
            Kind::Question => open += 1,
            Kind::Colon if open > 0 => open -= 1,
            Kind::Colon => return Some(at),
            Kind::Group
            | Kind::Term
            | Kind::Operator(_)
            | Kind::Sign
            | Kind::Equals
            | Kind::Arrow
            | Kind::Comma
            | Kind::Line
            | Kind::Dots => {}
        }
    }
    None
}

/// Makes one of the last two operands.
fn join(operands: &mut Vec<Expr>, operator: BinaryOperator) {
    let (Some(right), Some(left)) = (operands.pop(), operands.pop()) else { return };
    let at = left.at.to(right.at);
    operands.push(Expr { node: Node::Binary(operator, Box::new(left), Box::new(right)), at });
}

/// The expressions that stand in brackets: elements, arguments, a key, the values of an object. Those of
/// a `for` are left to the parser, and the star of a splat is none.
fn parts(masked: &str, group: &Range<usize>) -> Vec<Range<usize>> {
    let inside = group.start + 1..group.end.saturating_sub(1);
    let all = pieces(masked, inside);
    let is_object = masked.as_bytes().get(group.start) == Some(&b'{');
    let first = all.iter().find(|it| it.kind != Kind::Line);
    let first = first.and_then(|it| masked.get(it.range.clone()));
    if matches!(first, Some("for" | "*")) {
        return Vec::new();
    }
    let mut out = Vec::new();
    let ends = |it: &Piece| it.kind == Kind::Comma || is_object && it.kind == Kind::Line;
    for entry in all.split(ends) {
        let value = if is_object {
            let equals = entry.iter().position(|it| it.kind == Kind::Equals);
            let Some(mark) = equals.or_else(|| colon(entry)) else { continue };
            entry.get(mark + 1..).unwrap_or_default()
        } else {
            entry
        };
        let end = value.iter().position(|it| it.kind == Kind::Dots).unwrap_or(value.len());
        let value = value.get(..end).unwrap_or_default();
        if let (Some(first), Some(last)) = (value.first(), value.last()) {
            out.push(first.range.start..last.range.end);
        }
    }
    out
}
