//! Patterns as Terraform (Go's RE2) reads them, for the engine of the `regex` crate.
//!
//! The two differ in syntax in many small ways (escapes, repetition, what a class may hold, which letters
//! `\d \w \s \b` mean), so patterns are read here and handed over as a tree.

use crate::error::LIMIT;
mod class;
mod escape;
mod parse;
mod scripts;
#[cfg(test)]
mod tests;

use regex_automata::meta;
use regex_syntax::hir::Hir;

pub(super) use parse::parse;

/// The compiled program of a pattern may take so many bytes.
const MAX_PROGRAM: usize = 32 << 20;

/// A pattern that was read.
pub(super) struct Pattern {
    tree: Hir,
    /// The name of each capture group, or nothing, in the order of their opening brackets.
    pub(super) groups: Vec<Option<String>>,
}

impl Pattern {
    /// The pattern ready to search with.
    pub(super) fn compile(&self) -> Result<meta::Regex, String> {
        let config = meta::Config::new()
            .nfa_size_limit(Some(MAX_PROGRAM))
            .onepass_size_limit(Some(1 << 20))
            .hybrid_cache_capacity(4 << 20);
        meta::Builder::new()
            .configure(config)
            .build_from_hir(&self.tree)
            .map_err(|_| format!("a pattern of this size: {LIMIT}"))
    }
}
