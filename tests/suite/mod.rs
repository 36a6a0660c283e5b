//! One file per promise.

mod bad_input;
mod misshapen;
mod wrong_input;
