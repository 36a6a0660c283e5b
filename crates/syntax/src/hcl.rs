//! Files in HCL's native syntax, statement by statement, so that a broken one is lost alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use groundplan_ir::FileId;

use crate::lower::Lowering;
use crate::scan::{self, Base, Scanned};
use crate::source::Source;
use crate::{Attribute, Body, Expr, Node, Parsed, Part, SyntaxError};

/// After as many statements that never end, the rest of a file is left alone.
const MAX_UNCLOSED: usize = 32;

/// Reads a `.tf` file.
pub fn parse_hcl(file: FileId, text: &str) -> Parsed {
    let mut reader = Reader::new(Source::file(file, text));
    if let Some(error) = reader.source.too_large() {
        return Parsed { problems: vec![error], lost: true, ..Parsed::default() };
    }
    reader.run();
    reader.problems.sort_by_key(|problem| problem.at.start);
    Parsed { body: reader.body, problems: reader.problems, lost: reader.lost }
}

/// Reads a `.tfvars` file: attributes only.
pub fn parse_tfvars(file: FileId, text: &str) -> Parsed {
    let mut parsed = parse_hcl(file, text);
    for block in std::mem::take(&mut parsed.body.blocks) {
        let message = "only `name = value` belongs into a file of variable values";
        parsed.problems.push(SyntaxError { at: block.header, message: message.into() });
    }
    parsed.problems.sort_by_key(|problem| problem.at.start);
    parsed
}

/// Reads an expression as it stands behind the `=` of an attribute: line breaks outside of brackets
/// end it.
pub fn parse_expression(file: FileId, text: &str) -> Result<Expr, SyntaxError> {
    let source = Source::file(file, text);
    match source.too_large() {
        Some(error) => Err(error),
        None => Lowering::new(source).whole(Base::Line),
    }
}

/// Reads a template as it stands in a file of its own. A single interpolation without anything
/// around it gives the value itself, not a string.
pub fn parse_template(file: FileId, text: &str) -> Result<Vec<Part>, SyntaxError> {
    let source = Source::file(file, text);
    match source.too_large() {
        Some(error) => Err(error),
        None => Lowering::new(source).bare_template(),
    }
}

pub(crate) struct Reader<'t> {
    pub(crate) source: Source<'t>,
    pub(crate) lowering: Lowering<'t>,
    pub(crate) body: Body,
    pub(crate) problems: Vec<SyntaxError>,
    /// Where the attributes of the file stand among all of them.
    names: BTreeMap<Arc<str>, usize>,
    unclosed: usize,
    lost: bool,
}

impl<'t> Reader<'t> {
    fn new(source: Source<'t>) -> Self {
        let at = source.at(&(0..source.text.len()));
        Self {
            source,
            lowering: Lowering::new(source),
            body: Body { at, ..Body::default() },
            problems: Vec::new(),
            names: BTreeMap::new(),
            unclosed: 0,
            lost: false,
        }
    }

    fn run(&mut self) {
        let mut at = scan::skip_blank(self.source.text, 0);
        while at < self.source.text.len() && self.unclosed < MAX_UNCLOSED {
            let mut scanned = scan::scan(self.source.text, at, Base::Statement);
            let mut next = scanned.end;
            let unclosed = scanned.unclosed;
            if unclosed {
                self.unclosed += 1;
                next = self.next_block(at);
                // What follows may be open as well, and is not what is wrong here.
                let text = self.source.slice(&(0..next));
                scanned = scan::scan(text, at, Base::Statement);
            }
            if let Err(problem) = self.statement(at, &scanned) {
                self.report(at, problem);
                self.lost |= !self.salvage(at..next, unclosed);
            }
            at = scan::skip_blank(self.source.text, next.max(at + 1));
        }
        self.lost |= at < self.source.text.len();
    }

    fn statement(&mut self, at: usize, scanned: &Scanned) -> Result<(), SyntaxError> {
        self.lowering.check(at, scanned)?;
        let body = self.lowering.statement(at, &scanned.masked)?;
        body.attributes.into_iter().for_each(|it| self.attribute(it));
        self.body.blocks.extend(body.blocks);
        Ok(())
    }

    /// Takes an attribute in. Of two with one name neither can be relied on.
    pub(crate) fn attribute(&mut self, attribute: Attribute) {
        let first = self.names.get(&attribute.name.text);
        if let Some(first) = first.and_then(|at| self.body.attributes.get_mut(*at)) {
            first.expr.node = Node::Unread("".into());
            let message = format!("`{}` is set already in this file", attribute.name.text);
            self.problems.push(SyntaxError { at: attribute.name.at, message });
            return;
        }
        self.names.insert(Arc::clone(&attribute.name.text), self.body.attributes.len());
        self.body.attributes.push(attribute);
    }

    /// What closes nothing is only the tail of a statement that was reported already.
    fn report(&mut self, at: usize, problem: SyntaxError) {
        let tail = self.source.text.get(at..).unwrap_or_default().starts_with([')', ']', '}']);
        if !(tail && self.unclosed > 0) {
            self.problems.push(problem);
        }
    }

    /// The next line that looks like the start of a block: where reading goes on behind a statement
    /// that never ends.
    fn next_block(&self, at: usize) -> usize {
        let text = self.source.text;
        let mut start = at;
        while let Some(line) = text.get(start..).and_then(|rest| rest.find('\n')) {
            start += line + 1;
            let line = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
            if opens_block(line) {
                return start;
            }
        }
        text.len()
    }
}

/// `kind "label" {` without any indent.
fn opens_block(line: &str) -> bool {
    let Some((header, _)) = line.split_once('{') else { return false };
    let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let is_label = |word: &str| {
        is_word(word.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(word))
    };
    header.starts_with(|c: char| c.is_ascii_lowercase())
        && header.split_ascii_whitespace().all(is_label)
}
