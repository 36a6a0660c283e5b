//! Tests of the whole way from text to the tree.

mod expressions;
mod files;
mod limits;
pub(crate) mod show;

use groundplan_ir::FileId;

/// The tree of an expression, or why there is none.
pub(crate) fn shown(text: &str) -> String {
    match crate::parse_expression(FileId::default(), text) {
        Ok(expr) => show::expr(&expr),
        Err(error) => format!("error: {}", error.message),
    }
}

/// The text that a place covers.
pub(crate) fn covered(text: &str, at: groundplan_ir::Location) -> &str {
    text.get(at.start as usize..at.end as usize).unwrap_or("nowhere")
}
