//! A report → bytes, one file per format.
//!
//! The report arrives complete and sorted; a reporter neither filters nor sorts nor decides exit
//! codes. Every text in it may hold names from the input, so each format escapes what its readers
//! would take for its own.

mod diagnostic;
mod excerpt;
mod format;
mod human;
mod json;
mod place;
#[cfg(test)]
mod sample;
mod sanitise;
mod sarif;
#[cfg(test)]
mod sourced;
mod summary;

pub use format::{Format, Reporter, Settings};

/// One line of foreign text for a terminal or a log, outside of a report.
pub fn harmless(text: &str) -> String {
    sanitise::line(text, sanitise::LONGEST)
}

/// Compact JSON of somebody else's making, with the characters escaped that could steer a terminal or a log.
pub fn harmless_json(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    // Writing to memory does not fail.
    drop(json::escape(&mut out, text));
    String::from_utf8(out).unwrap_or_default()
}
