//! Reads a type as `types.txt` writes it: Terraform's notation without spaces, with `=` behind the names
//! of an object's attributes.

use std::collections::BTreeMap;

use groundplan_eval::Type;

/// Deeper types are refused; those of the file are far from it.
const DEEPEST: usize = 64;

/// The type, or nothing when the text is not one.
pub(crate) fn read(text: &str) -> Option<Type> {
    let mut reader = Reader { rest: text, depth: 0 };
    let ty = reader.ty()?;
    reader.rest.is_empty().then_some(ty)
}

struct Reader<'t> {
    rest: &'t str,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn word(&mut self) -> &'t str {
        let is_end = |it: char| !(it.is_alphanumeric() || it == '_' || it == '-');
        let end = self.rest.find(is_end).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        word
    }

    fn takes(&mut self, text: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(text)?;
        Some(())
    }

    fn ty(&mut self) -> Option<Type> {
        if self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let ty = match self.word() {
            "any" => Type::Dynamic,
            "bool" => Type::Bool,
            "number" => Type::Number,
            "string" => Type::String,
            "list" => Type::list(self.element()?),
            "set" => Type::set(self.element()?),
            "map" => Type::map(self.element()?),
            "object" => self.object()?,
            _ => return None,
        };
        self.depth -= 1;
        Some(ty)
    }

    fn element(&mut self) -> Option<Type> {
        self.takes("(")?;
        let ty = self.ty()?;
        self.takes(")")?;
        Some(ty)
    }

    fn object(&mut self) -> Option<Type> {
        self.takes("({")?;
        let mut members = BTreeMap::new();
        while self.takes("})").is_none() {
            let name = self.word();
            self.takes("=")?;
            members.insert(name.into(), self.ty()?);
            if self.takes(",").is_none() {
                self.takes("})")?;
                break;
            }
        }
        Some(Type::Object(members.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read() {
        for text in ["string", "list(set(number))", "object({})", "object({a=any,b=map(bool)})"] {
            assert!(read(text).is_some(), "{text}");
        }
        let deep = "list(".repeat(100_000);
        for text in ["", "text", "list", "list()", "list(string", "object({a})", "string)", &deep] {
            assert_eq!(read(text), None);
        }
    }
}
