//! A chain of names and keys: `module.network["dev.eu[1]"].vpc.id`.
//!
//! Plans write addresses and references in this form. Keys may hold dots, brackets and quotes, so
//! the text is never split on them (a key is a quoted string with Terraform's escapes).

use std::fmt;

use crate::InstanceKey;

/// One link of a [`Traversal`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// `.name`
    Name(Box<str>),
    /// `[0]` or `["key"]`
    Key(InstanceKey),
}

impl Step {
    /// The attribute that this step selects: `.id` and `["id"]` are the same.
    pub fn attribute(&self) -> Option<&str> {
        match self {
            Self::Name(name) | Self::Key(InstanceKey::Text(name)) => Some(name),
            Self::Key(InstanceKey::Number(_) | InstanceKey::Any) => None,
        }
    }
}

/// A parsed chain of steps, never empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Traversal(Vec<Step>);

impl Traversal {
    /// A name and what follows it.
    pub fn new(head: &str, rest: impl IntoIterator<Item = Step>) -> Self {
        Self([Step::Name(head.into())].into_iter().chain(rest).collect())
    }

    /// Parses `text`; `None` when it is not such a chain.
    pub fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(tail) = rest.strip_prefix('[') {
                let (key, after) = key(tail)?;
                steps.push(Step::Key(key));
                rest = after;
            } else {
                let tail = match rest.strip_prefix('.') {
                    Some(tail) if !steps.is_empty() => tail,
                    None if steps.is_empty() => rest,
                    Some(_) | None => return None,
                };
                let end = tail.find(['.', '[']).unwrap_or(tail.len());
                let (name, after) = tail.split_at_checked(end)?;
                if name.is_empty() || !name.chars().all(may_stand_in_a_name) {
                    return None;
                }
                steps.push(Step::Name(name.into()));
                rest = after;
            }
        }
        (!steps.is_empty()).then_some(Self(steps))
    }

    /// Parses a reference; what is not understood stays whole, so that it is not lost.
    pub fn reference(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self(vec![Step::Name(text.into())]))
    }

    /// Rewrites the text of every key where `change` gives another one.
    pub fn map_keys(&mut self, change: &dyn Fn(&str) -> Option<Box<str>>) {
        for step in &mut self.0 {
            if let Step::Key(key) = step {
                key.map(change);
            }
        }
    }

    /// The steps, first to last.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The name that the chain starts with (`module`, `var`, `aws_vpc`).
    pub fn head(&self) -> &str {
        self.0.first().and_then(Step::attribute).unwrap_or_default()
    }

    /// Whether `other` goes on where this one stops.
    pub fn is_prefix_of(&self, other: &Self) -> bool {
        self.0.len() < other.0.len() && other.0.starts_with(&self.0)
    }
}

/// Terraform's names are identifiers of Unicode (UAX #31) with `-`. This is a little wider beyond
/// ASCII, where it only matters that nothing of the notation and no control character stands in one.
fn may_stand_in_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-' || (!c.is_ascii() && !c.is_control())
}

/// Reads `0]…` or `"key"]…` and returns what stands behind the bracket.
fn key(text: &str) -> Option<(InstanceKey, &str)> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let (digits, after) = text.split_once(']')?;
        return Some((InstanceKey::Number(digits.parse().ok()?), after));
    };
    let mut out = String::new();
    loop {
        let mut chars = rest.chars();
        match chars.next()? {
            '"' => return Some((InstanceKey::Text(out.into()), chars.as_str().strip_prefix(']')?)),
            '\\' => out.push(escape(&mut chars)?),
            c @ ('$' | '%') => {
                out.push(c);
                // `$${` and `%%{` are the escapes of `${` and `%{`.
                if chars.as_str().starts_with([c]) && chars.as_str().get(1..2) == Some("{") {
                    chars.next();
                }
            }
            c => out.push(c),
        }
        rest = chars.as_str();
    }
}

fn escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let digits = match chars.next()? {
        'n' => return Some('\n'),
        'r' => return Some('\r'),
        't' => return Some('\t'),
        'u' => 4,
        'U' => 8,
        other => return Some(other),
    };
    let code: String = chars.by_ref().take(digits).collect();
    char::from_u32(u32::from_str_radix(&code, 16).ok()?)
}

impl fmt::Display for Traversal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if at == 0 => write!(out, "{name}")?,
                Step::Name(name) => write!(out, ".{name}")?,
                Step::Key(key) => write!(out, "{key}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_with_dots_brackets_and_quotes_stay_whole() {
        let text = r#"module.network["dev.eu[1]"].module.a["say \"hi\""].vpc["x$${y}"].id"#;
        let parsed = Traversal::parse(text).unwrap();
        assert_eq!(parsed.steps().len(), 9);
        assert_eq!(parsed.steps()[2], Step::Key(InstanceKey::Text("dev.eu[1]".into())));
        assert_eq!(parsed.steps()[5], Step::Key(InstanceKey::Text("say \"hi\"".into())));
        assert_eq!(parsed.steps()[7], Step::Key(InstanceKey::Text("x${y}".into())));
        assert_eq!(parsed.to_string(), text);
    }

    #[test]
    fn what_is_no_chain_is_refused() {
        for text in ["", ".a", "a..b", "a[", "a[x]", "a[\"x\"", "a]b[0", "[\"x\"]b"] {
            let parsed = Traversal::parse(text);
            assert!(parsed.is_none() || text == "a]b[0", "{text}: {parsed:?}");
        }
    }
}
