//! The tokens of a template, nested by their directives.

use std::ops::Range;

use super::{Token, TokenKind};
use crate::source::Source;
use crate::{Expr, Ident, Part, SyntaxError, words};

/// How many directives may stand in each other.
const MAX_DIRECTIVES: usize = 64;

/// A directive that is open.
struct Frame {
    kind: FrameKind,
    /// Where it starts.
    range: Range<usize>,
    /// What stands around it, up to it.
    outer: Vec<Part>,
}

enum FrameKind {
    If { test: Expr, then: Option<Vec<Part>> },
    For { key_name: Option<Ident>, value_name: Ident, collection: Expr },
}

/// The parts of the template. A single interpolation stands alone only if no other token stood
/// beside it, since a template of one interpolation is its value.
pub(super) fn nest(source: &Source<'_>, tokens: Vec<Token>) -> Result<Vec<Part>, SyntaxError> {
    let alone = tokens.len() == 1;
    let mut frames: Vec<Frame> = Vec::new();
    let mut parts = Vec::new();
    let mut pending = String::new();
    for Token { kind, range } in tokens {
        if let TokenKind::Literal(text) = kind {
            pending.push_str(&text);
            continue;
        }
        flush(&mut parts, &mut pending);
        match kind {
            TokenKind::Literal(_) => {}
            TokenKind::Interpolation(expr) => parts.push(Part::Interpolation(expr)),
            TokenKind::If(test) => {
                let kind = FrameKind::If { test, then: None };
                open(source, &mut frames, kind, range, &mut parts)?;
            }
            TokenKind::For { key_name, value_name, collection } => {
                let kind = FrameKind::For { key_name, value_name, collection };
                open(source, &mut frames, kind, range, &mut parts)?;
            }
            TokenKind::Else => match frames.last_mut().map(|frame| &mut frame.kind) {
                Some(FrameKind::If { then: then @ None, .. }) => {
                    *then = Some(std::mem::take(&mut parts));
                }
                Some(FrameKind::If { .. } | FrameKind::For { .. }) | None => {
                    return Err(source.error(&range, "this `else` belongs to no `if`"));
                }
            },
            TokenKind::EndIf | TokenKind::EndFor => {
                let is_if = matches!(kind, TokenKind::EndIf);
                parts = close(source, frames.pop(), is_if, &range, parts)?;
            }
        }
    }
    flush(&mut parts, &mut pending);
    if let Some(frame) = frames.pop() {
        let message = match frame.kind {
            FrameKind::If { .. } => "the `endif` of this is missing",
            FrameKind::For { .. } => "the `endfor` of this is missing",
        };
        return Err(source.error(&frame.range, message));
    }
    if !alone && matches!(parts.as_slice(), [Part::Interpolation(_)]) {
        parts.push(Part::Literal("".into()));
    }
    Ok(parts)
}

fn flush(parts: &mut Vec<Part>, pending: &mut String) {
    if !pending.is_empty() {
        parts.push(Part::Literal(pending.as_str().into()));
        pending.clear();
    }
}

fn open(
    source: &Source<'_>,
    frames: &mut Vec<Frame>,
    kind: FrameKind,
    range: Range<usize>,
    parts: &mut Vec<Part>,
) -> Result<(), SyntaxError> {
    if frames.len() >= MAX_DIRECTIVES {
        return Err(source.error(&range, words::TOO_DEEP));
    }
    frames.push(Frame { kind, range, outer: std::mem::take(parts) });
    Ok(())
}

/// Closes a directive; gives what stands around it, and itself as the last part.
fn close(
    source: &Source<'_>,
    frame: Option<Frame>,
    is_if: bool,
    range: &Range<usize>,
    parts: Vec<Part>,
) -> Result<Vec<Part>, SyntaxError> {
    let Some(Frame { kind, mut outer, .. }) = frame else {
        return Err(source.error(range, "this closes no directive"));
    };
    outer.push(match kind {
        FrameKind::If { test, then } if is_if => match then {
            Some(then) => Part::If { test, then, otherwise: parts },
            None => Part::If { test, then: parts, otherwise: Vec::new() },
        },
        FrameKind::For { key_name, value_name, collection } if !is_if => {
            Part::For { key_name, value_name, collection, body: parts }
        }
        FrameKind::If { .. } => {
            return Err(source.error(range, "an `if` is closed by `endif`"));
        }
        FrameKind::For { .. } => {
            return Err(source.error(range, "a `for` is closed by `endfor`"));
        }
    });
    Ok(outer)
}
