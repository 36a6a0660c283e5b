//! The pieces of a masked expression that stand on one level: operators, commas, line breaks, brackets
//! with all that is in them.
//!
//! Only for text that is too deep or too long for the parser. In masked text there are no comments, and
//! a string ends at the next quotation mark.

use std::ops::Range;

use crate::BinaryOperator;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Brackets of any kind, with what they hold.
    Group,
    /// A name, a number, a string, a dot, a splat.
    Term,
    /// An operator between two operands.
    Operator(BinaryOperator),
    /// `!`, or a `-` that has no operand before it.
    Sign,
    /// `?`
    Question,
    /// `:`
    Colon,
    /// `=`
    Equals,
    /// `=>`
    Arrow,
    /// `,`
    Comma,
    /// A line break.
    Line,
    /// `...`
    Dots,
}

/// A piece and the bytes that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) kind: Kind,
    pub(crate) range: Range<usize>,
}

/// The pieces of these bytes.
pub(crate) fn pieces(text: &str, range: Range<usize>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    let mut at = range.start;
    while let Some(rest) = text.as_bytes().get(at..range.end).filter(|rest| !rest.is_empty()) {
        let operand = out.last().is_some_and(|it| matches!(it.kind, Kind::Group | Kind::Term));
        let (kind, length) = piece(rest, operand);
        if let Some(kind) = kind {
            out.push(Piece { kind, range: at..at + length });
        }
        at += length;
    }
    out
}

/// The first piece, behind an operand or not, and its length; blanks are none.
fn piece(rest: &[u8], operand: bool) -> (Option<Kind>, usize) {
    let binary = |operator, length| (Some(Kind::Operator(operator)), length);
    match rest {
        [b' ' | b'\t' | b'\r', ..] => (None, 1),
        [b'\n', ..] => (Some(Kind::Line), 1),
        [b',', ..] => (Some(Kind::Comma), 1),
        [b'?', ..] => (Some(Kind::Question), 1),
        [b'.', b'.', b'.', ..] => (Some(Kind::Dots), 3),
        [b':', b':', ..] | [b'.', b'*', ..] => (Some(Kind::Term), 2),
        [b':', ..] => (Some(Kind::Colon), 1),
        [b'=', b'=', ..] => binary(BinaryOperator::Equal, 2),
        [b'=', b'>', ..] => (Some(Kind::Arrow), 2),
        [b'=', ..] => (Some(Kind::Equals), 1),
        [b'!', b'=', ..] => binary(BinaryOperator::NotEqual, 2),
        [b'<', b'=', ..] => binary(BinaryOperator::LessOrEqual, 2),
        [b'<', ..] => binary(BinaryOperator::Less, 1),
        [b'>', b'=', ..] => binary(BinaryOperator::GreaterOrEqual, 2),
        [b'>', ..] => binary(BinaryOperator::Greater, 1),
        [b'&', b'&', ..] => binary(BinaryOperator::And, 2),
        [b'|', b'|', ..] => binary(BinaryOperator::Or, 2),
        [b'+', ..] => binary(BinaryOperator::Add, 1),
        [b'-', ..] if operand => binary(BinaryOperator::Subtract, 1),
        [b'-' | b'!', ..] => (Some(Kind::Sign), 1),
        [b'*', ..] => binary(BinaryOperator::Multiply, 1),
        [b'/', ..] => binary(BinaryOperator::Divide, 1),
        [b'%', ..] => binary(BinaryOperator::Modulo, 1),
        [b'(' | b'[' | b'{', ..] => (Some(Kind::Group), group(rest)),
        _ => (Some(Kind::Term), term(rest)),
    }
}

/// A string, a number or a name.
fn term(rest: &[u8]) -> usize {
    let run = |from: usize, is_part: &dyn Fn(u8) -> bool| {
        rest.iter().skip(from).take_while(|byte| is_part(**byte)).count()
    };
    match rest.first() {
        Some(b'"') => (run(1, &|byte| byte != b'"') + 2).min(rest.len()),
        Some(b'0'..=b'9') => {
            let mut digits = run(0, &|byte| byte.is_ascii_digit());
            if rest.get(digits) == Some(&b'.') {
                let fraction = run(digits + 1, &|byte| byte.is_ascii_digit());
                digits += if fraction > 0 { 1 + fraction } else { 0 };
            }
            let signed = matches!(rest.get(digits + 1), Some(b'+' | b'-'));
            if matches!(rest.get(digits), Some(b'e' | b'E')) {
                let sign = digits + 1 + usize::from(signed);
                return sign + run(sign, &|byte| byte.is_ascii_digit());
            }
            digits
        }
        _ => {
            let is_part = |byte: u8| {
                byte.is_ascii_alphanumeric() || b"_-".contains(&byte) || !byte.is_ascii()
            };
            run(0, &is_part).max(1)
        }
    }
}

/// Brackets up to the one that closes them.
fn group(rest: &[u8]) -> usize {
    let mut depth = 0_usize;
    let mut in_text = false;
    for (at, byte) in rest.iter().enumerate() {
        match byte {
            b'"' => in_text = !in_text,
            b'(' | b'[' | b'{' if !in_text => depth += 1,
            b')' | b']' | b'}' if !in_text => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    rest.len()
}

/// Whether brackets are nested more deeply than that, or there are more signs of operators.
pub(crate) fn exceeds(text: &str, depth: usize, operators: usize) -> bool {
    let (most_depth, most_operators) = (depth, operators);
    let (mut depth, mut deepest, mut operators, mut in_text) = (0_usize, 0, 0_usize, false);
    for byte in text.bytes() {
        match byte {
            b'"' => in_text = !in_text,
            b'(' | b'[' | b'{' if !in_text => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b')' | b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            b'+' | b'-' | b'*' | b'/' | b'%' | b'=' | b'<' | b'>' | b'&' | b'|' | b'?' | b'!'
                if !in_text =>
            {
                operators += 1;
            }
            _ => {}
        }
    }
    deepest > most_depth || operators > most_operators
}
