//! What the fixture cases do not tell: the promises about inputs, formats and the program as a whole.
//!
//! One binary, so that it links once; `tests/suite` has one file per promise.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may stop at what it does not expect"
)]

mod suite;
mod support;
