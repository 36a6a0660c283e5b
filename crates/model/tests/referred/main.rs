//! Links of values that say what they come from, as a front end that evaluates expressions gives them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at what it does not expect"
)]

mod links;
mod members;
mod support;
mod symbolic;
