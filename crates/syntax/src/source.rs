//! Text that is being read, and where its bytes stand in a file.

use std::ops::Range;

use groundplan_ir::{FileId, Location};

use crate::SyntaxError;

/// Files beyond this size are not read.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How the bytes of a text map to those of the file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// Byte for byte, from this one on.
    From(u32),
    /// Not byte for byte, as in a JSON string with escapes: all of it stands here.
    Within(Location),
}

/// A text with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'t> {
    pub(crate) file: FileId,
    pub(crate) text: &'t str,
    pub(crate) place: Place,
}

impl<'t> Source<'t> {
    /// A whole file.
    pub(crate) fn file(file: FileId, text: &'t str) -> Self {
        Self { file, text, place: Place::From(0) }
    }

    /// Where these bytes of the text stand.
    pub(crate) fn at(&self, range: &Range<usize>) -> Location {
        match self.place {
            Place::From(base) => Location {
                file: self.file,
                start: base.saturating_add(offset(range.start)),
                end: base.saturating_add(offset(range.end)),
            },
            Place::Within(location) => location,
        }
    }

    /// These bytes of the text.
    pub(crate) fn slice(&self, range: &Range<usize>) -> &'t str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    /// An error at these bytes.
    pub(crate) fn error(&self, range: &Range<usize>, message: impl Into<String>) -> SyntaxError {
        SyntaxError { at: self.at(range), message: message.into() }
    }

    /// An error if the text is too large to be read.
    pub(crate) fn too_large(&self) -> Option<SyntaxError> {
        (self.text.len() > MAX_BYTES)
            .then(|| self.error(&(0..0), "a file of more than 4 MiB: more than the analysis takes"))
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
