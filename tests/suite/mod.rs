//! One file per promise.

mod bad_input;
mod command;
mod estates;
mod exit_codes;
mod human;
mod json;
mod misshapen;
mod sarif;
mod wrong_input;
