//! What a file gives when it is read: a tree, and what could not be read.

use groundplan_ir::Location;

use crate::Body;

/// A place that does not follow the language, or goes beyond what groundplan reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where it stands.
    pub at: Location,
    /// What is wrong, for people.
    pub message: String,
}

/// A file that was read as far as possible.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// Everything that could be read; of a broken block only what is certain.
    pub body: Body,
    /// Why the rest could not be read, in the order of the text.
    pub problems: Vec<SyntaxError>,
    /// Whether more may be missing than values: names that nobody knows.
    pub lost: bool,
}
