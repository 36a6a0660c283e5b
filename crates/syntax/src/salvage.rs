//! What is left of a statement that cannot be read as a whole: what can be read of it alone, where it is
//! clear what belongs to what.
//!
//! An attribute whose value cannot be read is [`Node::Unread`] without a reason, since the error is
//! reported already. A block is kept only where every statement of it is accounted for: one that lacks
//! an attribute would be taken for one whose author left it out. Of `locals`, whose attributes have
//! nothing to do with each other, the lines that can be read are kept in any case.

use std::ops::Range;

use crate::hcl::Reader;
use crate::scan::{self, Base};
use crate::{Attribute, Block, Body, Expr, Ident, Node, SyntaxError};

/// Blocks nest at most this deep where one of them is broken.
const DEEPEST: usize = 8;

/// The start of a statement.
enum Header {
    /// `name =`, and where its value starts.
    Attribute(Ident, usize),
    /// `kind "label" {`, and where its body starts.
    Block(Ident, Vec<Ident>, usize),
}

/// A body that is read statement by statement.
#[derive(Default)]
struct Rest {
    body: Body,
    /// The byte of the brace that closes it, where it starts a line.
    closed: Option<usize>,
    /// Whether a statement is missing.
    lost: bool,
}

impl Reader<'_> {
    /// Takes in what is left of a statement; whether that accounts for all of it.
    pub(crate) fn salvage(&mut self, range: Range<usize>, unclosed: bool) -> bool {
        let mut body = Body::default();
        let whole = self.remains(range, unclosed, 0, &mut body);
        for attribute in body.attributes {
            self.attribute(attribute);
        }
        self.body.blocks.append(&mut body.blocks);
        whole
    }

    fn remains(
        &mut self,
        range: Range<usize>,
        unclosed: bool,
        depth: usize,
        out: &mut Body,
    ) -> bool {
        match self.header(range.clone()) {
            Some(Header::Attribute(name, value)) => {
                let end = value + self.source.slice(&(value..range.end)).trim_end().len();
                let expr =
                    Expr { node: Node::Unread("".into()), at: self.source.at(&(value..end)) };
                let at = name.at.to(expr.at);
                out.attributes.push(Attribute { name, expr, at });
                // A bracket that is closed too late takes in the attributes up to there.
                !unclosed && !self.source.slice(&(value..end)).contains('\n')
            }
            Some(Header::Block(kind, labels, start)) if depth < DEEPEST => {
                let is_list = depth == 0 && &*kind.text == "locals";
                let rest = self.rest(start..range.end, unclosed, depth);
                let whole = rest.closed.is_some() && !rest.lost && !unclosed;
                if whole || is_list {
                    let header = labels.last().map_or(kind.at, |label| kind.at.to(label.at));
                    let end = rest.closed.map_or(range.end, |at| at + 1);
                    let at = self.source.at(&(range.start..end));
                    let body = Body { at: self.source.at(&(start..end)), ..rest.body };
                    out.blocks.push(Block { kind, labels, body, header, at });
                }
                whole
            }
            Some(Header::Block(..)) | None => false,
        }
    }

    /// The statements of a body. Where it is not clear where the body ends, only what takes one line
    /// can be relied on.
    fn rest(&mut self, range: Range<usize>, unclosed: bool, depth: usize) -> Rest {
        let mut out = Rest::default();
        let text = self.source.slice(&(0..range.end));
        let mut at = scan::skip_blank(text, range.start);
        while at < range.end {
            if text.get(at..).is_some_and(|rest| rest.starts_with('}')) {
                out.closed = Some(at);
                break;
            }
            let scanned = scan::scan(text, at, Base::Statement);
            if scanned.unclosed {
                out.lost = true;
                break;
            }
            let mut body = Body::default();
            let read = self.lowering.check(at, &scanned);
            match read.and_then(|()| self.lowering.statement(at, &scanned.masked)) {
                Ok(read) => body = read,
                Err(problem) => {
                    self.more(problem, at..scan::skip_blank(text, scanned.end));
                    out.lost |= !self.remains(at..scanned.end, false, depth + 1, &mut body);
                }
            }
            let lines = self.source.slice(&(at..scanned.end)).trim_end().contains('\n');
            if unclosed && lines {
                body.attributes.iter_mut().for_each(|it| it.expr.node = Node::Unread("".into()));
                out.lost = true;
            }
            for attribute in body.attributes {
                joined(attribute, &mut out.body.attributes);
            }
            out.body.blocks.append(&mut body.blocks);
            at = scan::skip_blank(text, scanned.end.max(at + 1));
        }
        out
    }

    fn header(&self, range: Range<usize>) -> Option<Header> {
        let name = self.word(range.start, range.end)?;
        let kind = self.ident(name.clone());
        let mut labels = Vec::new();
        let mut at = self.gap(name.end);
        loop {
            let rest = self.source.text.get(at..range.end)?;
            match rest.as_bytes() {
                [b'=', next, ..] if labels.is_empty() && !matches!(next, b'=' | b'>') => {
                    return Some(Header::Attribute(kind, self.gap(at + 1).min(range.end)));
                }
                [b'{', ..] => return Some(Header::Block(kind, labels, at + 1)),
                [b'"', ..] => {
                    let inner = rest.get(1..)?.split('"').next()?;
                    if inner.contains(['$', '%', '\\', '\n']) {
                        return None;
                    }
                    let end = at + inner.len() + 2;
                    let text = inner.into();
                    labels.push(Ident { text, at: self.source.at(&(at..end)) });
                    at = self.gap(end);
                }
                _ => {
                    let word = self.word(at, range.end)?;
                    at = self.gap(word.end);
                    labels.push(self.ident(word));
                }
            }
        }
    }

    fn ident(&self, range: Range<usize>) -> Ident {
        Ident { text: self.source.slice(&range).into(), at: self.source.at(&range) }
    }

    fn word(&self, at: usize, end: usize) -> Option<Range<usize>> {
        let rest = self.source.text.get(at..end)?;
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        rest.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(at..at + length)
    }

    /// The next byte that is no blank of this line.
    fn gap(&self, at: usize) -> usize {
        let rest = self.source.text.get(at..).unwrap_or_default();
        at + (rest.len() - rest.trim_start_matches([' ', '\t']).len())
    }

    /// Another problem of a statement that is reported already: unless that one was found here, or where
    /// the next statement starts.
    fn more(&mut self, problem: SyntaxError, range: Range<usize>) {
        let here = self.source.at(&range);
        let is_here = |it: &SyntaxError| (here.start..=here.end).contains(&it.at.start);
        if !self.problems.iter().any(is_here) {
            self.problems.push(problem);
        }
    }
}

/// Of two attributes with one name neither can be relied on.
fn joined(attribute: Attribute, all: &mut Vec<Attribute>) {
    match all.iter_mut().find(|it| it.name.text == attribute.name.text) {
        Some(first) => first.expr.node = Node::Unread("".into()),
        None => all.push(attribute),
    }
}
