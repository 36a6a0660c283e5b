//! groundplan.toml as a user writes it: what is read, what is declared, what is told of mistakes.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too")]

mod external;
mod format;
mod on_premises;
mod stacks;
mod support;
