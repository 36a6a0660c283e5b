//! One file per promise.

mod bad_input;
mod classic;
mod command;
mod determinism;
mod estates;
mod exit_codes;
mod given;
mod hcl;
mod hcl_errors;
mod hostile;
mod human;
mod joined;
mod json;
mod misshapen;
mod plan_formats;
mod reading;
mod registry;
mod salvage;
mod sarif;
mod secrets;
mod stacks;
mod stacks_managed;
mod symbolic;
mod tidy;
mod wrong_input;
