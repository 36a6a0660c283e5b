//! YAML text to values, whose types follow from the text.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::take::MAX_ITEMS;
use super::resolve::{TAGS, resolve, resolve_value};
use super::scanner::Scanner;
use super::token::{Style, Token};
use crate::error::LIMIT;
use crate::{Kind, Type, Value, convert};

/// Deeper text is refused.
const DEEPEST: usize = 200;

/// The value that `yamldecode` gives.
pub(super) fn decode(text: &str) -> Result<Value, String> {
    let mut reader = Reader {
        tokens: Scanner::new(text)?,
        handles: BTreeMap::new(),
        anchors: BTreeMap::new(),
        size: 0,
    };
    reader.document()
}

/// A value with what it costs, so that aliases cannot make more of it than there is.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) value: Value,
    /// How many values it has, itself included.
    pub(super) size: usize,
    /// How deep it is.
    pub(super) depth: usize,
}

/// A scalar before it is known what it means.
struct Scalar {
    tag: String,
    text: String,
    style: Style,
}

/// What may stand before a node.
#[derive(Default)]
struct Properties {
    anchor: Option<String>,
    tag: String,
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Place {
    Flow,
    Block,
    /// In a mapping, where a sequence need not be indented.
    InMapping,
}

pub(super) struct Reader<'t> {
    pub(super) tokens: Scanner<'t>,
    /// The prefixes of tags by their handle.
    handles: BTreeMap<String, String>,
    /// Nothing while the node is being read.
    anchors: BTreeMap<String, Option<Node>>,
    /// How many values there are so far.
    size: usize,
}

impl Reader<'_> {
    pub(super) fn wrong(&self, what: &str) -> String {
        self.tokens.wrong(what)
    }

    pub(super) fn next_is(&mut self, tokens: &[Token]) -> Result<bool, String> {
        Ok(tokens.contains(self.tokens.peek()?))
    }

    /// Takes the token, when it is the next.
    pub(super) fn take(&mut self, token: &Token) -> Result<bool, String> {
        let found = self.tokens.peek()? == token;
        if found {
            self.tokens.take()?;
        }
        Ok(found)
    }

    /// The only document of the text.
    fn document(&mut self) -> Result<Value, String> {
        let directives = self.directives()?;
        let explicit = self.take(&Token::DocumentStart)?;
        if directives && !explicit {
            return Err(self.wrong("a document start is expected after directives"));
        }
        if !explicit && self.next_is(&[Token::StreamEnd])? {
            return Err(self.wrong("missing start of document"));
        }
        let ends = [Token::DocumentStart, Token::DocumentEnd, Token::StreamEnd];
        let empty = explicit
            && (self.next_is(&ends)?
                || matches!(self.tokens.peek()?, Token::Version(..) | Token::TagDirective(..)));
        let value = if empty { Value::NULL } else { self.node(Place::Block, 0)?.value };
        while self.take(&Token::DocumentEnd)? {}
        if self.next_is(&[Token::StreamEnd])? {
            return Ok(value);
        }
        Err(self.wrong("only a single document is allowed"))
    }

    /// Reads directives, and tells whether there were any.
    fn directives(&mut self) -> Result<bool, String> {
        let mut version = false;
        loop {
            let token = self.tokens.peek()?.clone();
            if let Token::TagDirective(handle, prefix) = token {
                if self.handles.insert(handle, prefix).is_some() {
                    return Err(self.wrong("found duplicate %TAG directive"));
                }
            } else if let Token::Version(major, minor) = token {
                if version || (major, minor) != (1, 1) {
                    return Err(self.wrong("found incompatible YAML document"));
                }
                version = true;
            } else {
                break;
            }
            self.tokens.take()?;
        }
        let any = version || !self.handles.is_empty();
        for (handle, prefix) in [("!", "!"), ("!!", TAGS)] {
            self.handles.entry(handle.to_owned()).or_insert_with(|| prefix.to_owned());
        }
        Ok(any)
    }

    /// Counts values that are complete.
    pub(super) fn count(&mut self, size: usize) -> Result<(), String> {
        self.size = self.size.saturating_add(size);
        if self.size > MAX_ITEMS {
            return Err(format!("more than {MAX_ITEMS} values: {LIMIT}"));
        }
        Ok(())
    }

    pub(super) fn check_depth(depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("the text is nested deeper than {DEEPEST} levels"));
        }
        Ok(())
    }

    fn properties(&mut self) -> Result<Properties, String> {
        let mut properties = Properties::default();
        for _ in 0..2 {
            let token = self.tokens.peek()?.clone();
            if let Token::Anchor(name) = token
                && properties.anchor.is_none()
            {
                properties.anchor = Some(name);
            } else if let Token::Tag(handle, suffix) = self.tokens.peek()?.clone()
                && properties.tag.is_empty()
            {
                let prefix = if handle.is_empty() { Some("") } else { None };
                let prefix = prefix.or_else(|| self.handles.get(&handle).map(String::as_str));
                let prefix = prefix.ok_or_else(|| self.wrong("found undefined tag handle"))?;
                properties.tag = format!("{prefix}{suffix}");
            } else {
                break;
            }
            self.tokens.take()?;
        }
        Ok(properties)
    }

    /// Reads a node.
    pub(super) fn node(&mut self, place: Place, depth: usize) -> Result<Node, String> {
        Self::check_depth(depth)?;
        if let Token::Alias(name) = self.tokens.peek()?.clone() {
            self.tokens.take()?;
            return self.alias(&name, depth);
        }
        let properties = self.properties()?;
        let anchor = properties.anchor.clone();
        self.anchors.extend(anchor.iter().map(|name| (name.clone(), None)));
        let node = if let Some(node) = self.collection(place, depth)? {
            let tag = properties.tag;
            let kind = if matches!(node.value.kind, Kind::Object(_)) { "map" } else { "seq" };
            if !tag.is_empty() && tag.strip_prefix(TAGS) != Some(kind) {
                return Err(self.wrong(&format!("a {kind} cannot be {tag}")));
            }
            node
        } else {
            let scalar = self.scalar(properties)?;
            self.count(1)?;
            let value = resolve_value(&scalar.tag, &scalar.text, scalar.style)?;
            Node { value, size: 1, depth: 1 }
        };
        self.anchors.extend(anchor.map(|name| (name, Some(node.clone()))));
        Ok(node)
    }

    fn alias(&mut self, name: &str, depth: usize) -> Result<Node, String> {
        let Some(Some(node)) = self.anchors.get(name) else {
            return Err(self.wrong(&format!("the alias {name:?} refers to no complete node")));
        };
        let node = node.clone();
        Self::check_depth(depth + node.depth)?;
        self.count(node.size)?;
        Ok(node)
    }

    /// Reads a scalar, of which there may be nothing but the properties.
    fn scalar(&mut self, properties: Properties) -> Result<Scalar, String> {
        let Properties { anchor, tag } = properties;
        if let Token::Scalar(..) = self.tokens.peek()?
            && let Token::Scalar(text, style) = self.tokens.take()?
        {
            return Ok(Scalar { tag, text, style });
        }
        if anchor.is_none() && tag.is_empty() {
            return Err(self.wrong("did not find expected node content"));
        }
        Ok(Scalar { tag, text: String::new(), style: Style::Plain })
    }

    /// The text of a key; nothing when it says that its value is to be merged. An anchor on it is lost.
    pub(super) fn key(&mut self) -> Result<Option<Arc<str>>, String> {
        let properties = self.properties()?;
        let Scalar { tag, text, style } = self.scalar(properties)?;
        if tag.is_empty() && text == "<<" {
            return Ok(None);
        }
        let key = convert(&resolve(&tag, &text, style)?, &Type::String)?;
        let key = key.as_str().ok_or_else(|| self.wrong("a mapping key cannot be null"))?;
        Ok(Some(key.into()))
    }
}
