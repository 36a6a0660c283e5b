//! Sequences and mappings of YAML.

use std::sync::Arc;

use super::decode::{Node, Place, Reader};
use super::token::Token;
use crate::{Kind, Object, Value};

impl Reader<'_> {
    /// Reads the collection that starts here, when one does.
    pub(super) fn collection(
        &mut self,
        place: Place,
        depth: usize,
    ) -> Result<Option<Node>, String> {
        let in_block = place != Place::Flow;
        let start = self.tokens.peek()?.clone();
        let node = if start == Token::FlowSequenceStart {
            self.flow_sequence(depth)
        } else if start == Token::FlowMappingStart {
            self.flow_mapping(depth)
        } else if start == Token::BlockSequenceStart && in_block {
            self.block_sequence(depth)
        } else if start == Token::BlockMappingStart && in_block {
            self.block_mapping(depth)
        } else if start == Token::BlockEntry && place == Place::InMapping {
            self.flush_sequence(depth)
        } else {
            return Ok(None);
        };
        node.map(Some)
    }

    fn block_sequence(&mut self, depth: usize) -> Result<Node, String> {
        self.tokens.take()?;
        let mut items = Items::default();
        while self.take(&Token::BlockEntry)? {
            let empty = self.next_is(&[Token::BlockEntry, Token::BlockEnd])?;
            items.add(self.item(empty, Place::Block, depth)?);
        }
        if !self.take(&Token::BlockEnd)? {
            return Err(self.wrong("did not find expected '-' indicator"));
        }
        self.sequence(items)
    }

    /// A sequence that is not indented below its key.
    fn flush_sequence(&mut self, depth: usize) -> Result<Node, String> {
        let mut items = Items::default();
        while self.take(&Token::BlockEntry)? {
            let ends = [Token::BlockEntry, Token::Key, Token::Value, Token::BlockEnd];
            let empty = self.next_is(&ends)?;
            items.add(self.item(empty, Place::Block, depth)?);
        }
        self.sequence(items)
    }

    fn flow_sequence(&mut self, depth: usize) -> Result<Node, String> {
        self.tokens.take()?;
        let mut items = Items::default();
        let mut first = true;
        while !self.take(&Token::FlowSequenceEnd)? {
            if !std::mem::take(&mut first) {
                if !self.take(&Token::FlowEntry)? {
                    return Err(self.wrong("did not find expected ',' or ']'"));
                }
                if self.take(&Token::FlowSequenceEnd)? {
                    break;
                }
            }
            let item = if self.take(&Token::Key)? {
                self.pair(depth + 1)?
            } else {
                self.node(Place::Flow, depth + 1)?
            };
            items.add(item);
        }
        self.sequence(items)
    }

    /// A mapping of one key without braces, as an item of a sequence.
    fn pair(&mut self, depth: usize) -> Result<Node, String> {
        Self::check_depth(depth)?;
        let ends = [Token::Value, Token::FlowEntry, Token::FlowSequenceEnd];
        if self.next_is(&ends)? {
            return Err(self.wrong("a mapping key cannot be null"));
        }
        let mut members = Members::default();
        let key = self.key()?;
        let empty = !self.take(&Token::Value)?
            || self.next_is(&[Token::FlowEntry, Token::FlowSequenceEnd])?;
        members.add(key, self.item(empty, Place::Flow, depth)?)?;
        self.mapping(members)
    }

    fn flow_mapping(&mut self, depth: usize) -> Result<Node, String> {
        self.tokens.take()?;
        let mut members = Members::default();
        let mut first = true;
        while !self.take(&Token::FlowMappingEnd)? {
            if !std::mem::take(&mut first) {
                if !self.take(&Token::FlowEntry)? {
                    return Err(self.wrong("did not find expected ',' or '}'"));
                }
                if self.take(&Token::FlowMappingEnd)? {
                    break;
                }
            }
            let marked = self.take(&Token::Key)?;
            let key = self.key()?;
            let empty = !marked
                || !self.take(&Token::Value)?
                || self.next_is(&[Token::FlowEntry, Token::FlowMappingEnd])?;
            members.add(key, self.item(empty, Place::Flow, depth)?)?;
        }
        self.mapping(members)
    }

    fn block_mapping(&mut self, depth: usize) -> Result<Node, String> {
        self.tokens.take()?;
        let mut members = Members::default();
        while self.take(&Token::Key)? {
            let key = self.key()?;
            let empty = !self.take(&Token::Value)?
                || self.next_is(&[Token::Key, Token::Value, Token::BlockEnd])?;
            members.add(key, self.item(empty, Place::InMapping, depth)?)?;
        }
        if !self.take(&Token::BlockEnd)? {
            return Err(self.wrong("did not find expected key"));
        }
        self.mapping(members)
    }

    /// What is in a collection: nothing, which is `null`, or a node.
    fn item(&mut self, empty: bool, place: Place, depth: usize) -> Result<Node, String> {
        if !empty {
            return self.node(place, depth + 1);
        }
        self.count(1)?;
        Ok(Node { value: Value::NULL, size: 1, depth: 1 })
    }

    fn sequence(&mut self, items: Items) -> Result<Node, String> {
        self.count(1)?;
        let value = Value::tuple(items.values);
        Ok(Node { value, size: items.size + 1, depth: items.depth + 1 })
    }

    fn mapping(&mut self, members: Members) -> Result<Node, String> {
        self.count(1)?;
        let value = Value::object(members.values);
        Ok(Node { value, size: members.size + 1, depth: members.depth + 1 })
    }
}

/// A sequence so far.
#[derive(Default)]
struct Items {
    values: Vec<Value>,
    size: usize,
    depth: usize,
}

impl Items {
    fn add(&mut self, node: Node) {
        self.values.push(node.value);
        self.size += node.size;
        self.depth = self.depth.max(node.depth);
    }
}

/// A mapping so far.
#[derive(Default)]
struct Members {
    values: Object,
    size: usize,
    depth: usize,
}

impl Members {
    /// Adds a member, or the members of a mapping; later ones replace earlier ones.
    fn add(&mut self, key: Option<Arc<str>>, node: Node) -> Result<(), String> {
        self.size += node.size;
        self.depth = self.depth.max(node.depth);
        match (key, &node.value.kind) {
            (Some(key), _) => {
                self.values.insert(key, node.value);
            }
            (None, Kind::Object(merged)) => {
                self.values.extend(merged.iter().map(|(key, it)| (Arc::clone(key), it.clone())));
            }
            (None, _) => return Err("only a mapping can be merged into a mapping".into()),
        }
        Ok(())
    }
}
