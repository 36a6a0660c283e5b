//! How much work a file may cause beyond reading it once.

use crate::scan::MAX_COMPARISONS;

/// As many bytes as a file may cost to be parsed again because of repeated keys.
const MAX_REPEATED: usize = 16 * 1024 * 1024;

/// What is left for a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    repeated: usize,
    comparisons: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { repeated: MAX_REPEATED, comparisons: MAX_COMPARISONS }
    }
}

impl Budget {
    /// Pays for parsing so many bytes once more; false if that is too much.
    pub(crate) fn repeat(&mut self, bytes: usize) -> bool {
        let left = self.repeated.checked_sub(bytes);
        self.repeated = left.unwrap_or(0);
        left.is_some()
    }

    /// Pays for comparing the keys of objects; false if that is too much.
    pub(crate) fn compare(&mut self, comparisons: u64) -> bool {
        let left = self.comparisons.checked_sub(comparisons);
        self.comparisons = left.unwrap_or(0);
        left.is_some()
    }
}
