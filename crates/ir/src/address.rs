//! Terraform addresses: module path, mode, type, name and instance key.

use std::fmt;
use std::sync::Arc;

use crate::{Step, Traversal};

/// The key of one instance: `count` gives numbers, `for_each` gives text; `[0]` is not `["0"]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InstanceKey {
    /// `[0]`
    Number(u64),
    /// `["key"]`
    Text(Box<str>),
    /// `[*]`: the one symbolic instance that stands for all, of which nobody knows how many there
    /// are. No text of an input is read as this.
    Any,
}

impl InstanceKey {
    /// Rewrites the text of the key where `change` gives another one.
    pub(crate) fn map(&mut self, change: &dyn Fn(&str) -> Option<Box<str>>) {
        if let Self::Text(text) = self
            && let Some(other) = change(text)
        {
            *text = other;
        }
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(out, "[{number}]"),
            Self::Any => out.write_str("[*]"),
            Self::Text(text) => {
                out.write_str("[\"")?;
                let mut chars = text.chars().peekable();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => out.write_str("\\\"")?,
                        '\\' => out.write_str("\\\\")?,
                        '\n' => out.write_str("\\n")?,
                        '\r' => out.write_str("\\r")?,
                        '\t' => out.write_str("\\t")?,
                        '$' | '%' if chars.peek() == Some(&'{') => write!(out, "{c}{c}")?,
                        c => write!(out, "{c}")?,
                    }
                }
                out.write_str("\"]")
            }
        }
    }
}

/// One module call on the way from the root, with the key of the instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleStep {
    /// The name of the call.
    pub name: Box<str>,
    /// The instance, when the call has `count` or `for_each`.
    pub key: Option<InstanceKey>,
}

/// The module instance that something stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath {
    /// The name of the stack whose root module this is below; none while there is only one.
    pub stack: Option<Arc<str>>,
    /// The calls on the way from the root; none for the root module itself.
    pub steps: Vec<ModuleStep>,
}

impl ModulePath {
    /// A path below the root of the only stack.
    pub fn below_root(steps: Vec<ModuleStep>) -> Self {
        Self { stack: None, steps }
    }

    /// The module that calls this one, with the call; `None` for the root.
    pub fn parent(&self) -> Option<(Self, &ModuleStep)> {
        let (last, rest) = self.steps.split_last()?;
        Some((Self { stack: self.stack.clone(), steps: rest.to_vec() }, last))
    }

    /// The path of an instance that is called from here.
    #[must_use]
    pub fn child(&self, name: &str, key: Option<InstanceKey>) -> Self {
        let mut steps = self.steps.clone();
        steps.push(ModuleStep { name: name.into(), key });
        Self { stack: self.stack.clone(), steps }
    }

    /// Whether it stands for any number of module instances.
    pub fn is_symbolic(&self) -> bool {
        self.steps.iter().any(|step| step.key == Some(InstanceKey::Any))
    }

    /// A block's name behind the calls that lead to it, without keys: `module.a.data.aws_vpc.b`.
    pub fn block_name(&self, block: &str) -> String {
        let mut out = prefix(self.stack.as_deref());
        for step in &self.steps {
            out.push_str("module.");
            out.push_str(&step.name);
            out.push('.');
        }
        out + block
    }
}

/// What stands before everything of a stack.
pub(crate) fn prefix(stack: Option<&str>) -> String {
    stack.map_or_else(String::new, |name| format!("{name}:"))
}

impl fmt::Display for ModulePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&prefix(self.stack.as_deref()))?;
        for (at, step) in self.steps.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            write!(out, "{dot}module.{}", step.name)?;
            if let Some(key) = &step.key {
                write!(out, "{key}")?;
            }
        }
        Ok(())
    }
}

/// `resource` or `data`, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A `resource` block.
    Managed,
    /// A `data` block.
    Data,
    /// No block: an object as AWS describes it, or as it was declared. Its address is its type with its
    /// id as name.
    Live,
}

/// Where a resource instance stands in the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The module instance.
    pub module: ModulePath,
    /// `resource` or `data`.
    pub mode: Mode,
    /// The resource type, `aws_vpc`.
    pub kind: Box<str>,
    /// The block's name.
    pub name: Box<str>,
    /// The instance, when the block has `count` or `for_each`.
    pub key: Option<InstanceKey>,
}

/// The text is not a Terraform address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnAddress;

impl Address {
    /// Parses an absolute address as plans write it.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        let traversal = Traversal::parse(text).ok_or(NotAnAddress)?;
        let (module, rest) = module_path(traversal.steps());
        let (mode, rest) = match rest {
            [Step::Name(first), rest @ ..] if &**first == "data" => (Mode::Data, rest),
            rest => (Mode::Managed, rest),
        };
        let (kind, name, key) = match rest {
            [Step::Name(kind), Step::Name(name)] => (kind, name, None),
            [Step::Name(kind), Step::Name(name), Step::Key(key)] => (kind, name, Some(key.clone())),
            _ => return Err(NotAnAddress),
        };
        Ok(Self { module, mode, kind: kind.clone(), name: name.clone(), key })
    }

    /// Rewrites the text of every key where `change` gives another one.
    pub fn map_keys(&mut self, change: &dyn Fn(&str) -> Option<Box<str>>) {
        let modules = self.module.steps.iter_mut().filter_map(|step| step.key.as_mut());
        modules.chain(self.key.as_mut()).for_each(|key| key.map(change));
    }

    /// Whether it stands for any number of instances, none included: of its block or of a module around
    /// it.
    pub fn is_symbolic(&self) -> bool {
        self.key == Some(InstanceKey::Any) || self.module.is_symbolic()
    }

    /// Of a symbolic instance, the outermost block or module call whose number of instances is not
    /// known.
    pub fn expanded(&self) -> Option<String> {
        let is_any = |step: &ModuleStep| step.key == Some(InstanceKey::Any);
        if let Some(at) = self.module.steps.iter().position(is_any) {
            let steps = self.module.steps.iter().take(at + 1).cloned().collect();
            let mut path = ModulePath { stack: self.module.stack.clone(), steps };
            path.steps.iter_mut().skip(at).for_each(|step| step.key = None);
            return Some(path.to_string());
        }
        (self.key == Some(InstanceKey::Any)).then(|| Self { key: None, ..self.clone() }.to_string())
    }

    /// The block within its module: `aws_vpc.a` or `data.aws_vpc.a`.
    pub fn block(&self) -> String {
        match self.mode {
            Mode::Managed | Mode::Live => format!("{}.{}", self.kind, self.name),
            Mode::Data => format!("data.{}.{}", self.kind, self.name),
        }
    }
}

/// Takes the leading `module.name[key]` links off `steps`.
fn module_path(mut steps: &[Step]) -> (ModulePath, &[Step]) {
    let mut path = Vec::new();
    while let [Step::Name(word), Step::Name(name), rest @ ..] = steps {
        if &**word != "module" {
            break;
        }
        let (key, rest) = match rest {
            [Step::Key(key), rest @ ..] => (Some(key.clone()), rest),
            rest => (None, rest),
        };
        path.push(ModuleStep { name: name.clone(), key });
        steps = rest;
    }
    (ModulePath::below_root(path), steps)
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.module)?;
        if !self.module.steps.is_empty() {
            out.write_str(".")?;
        }
        if self.mode == Mode::Data {
            out.write_str("data.")?;
        }
        write!(out, "{}.{}", self.kind, self.name)?;
        match &self.key {
            Some(key) => write!(out, "{key}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip() {
        for text in [
            "aws_vpc.a",
            "aws_vpc.a[3]",
            "data.aws_vpc.a[\"x.y\"]",
            "module.a.module.b[\"dev.eu[1]\"].aws_subnet.tier[\"0\"]",
            "module.network[\"say \\\"hi\\\"\"].data.aws_vpc.a",
            "aws_customer_gateway.c[\"東京\"]",
        ] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
        assert_ne!(Address::parse("a.b[0]"), Address::parse("a.b[\"0\"]"));
        assert_eq!(Address::parse("aws_vpc"), Err(NotAnAddress));
        assert_eq!(Address::parse("module.a"), Err(NotAnAddress));
    }
}
