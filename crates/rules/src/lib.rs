//! The checks and the engine that runs them.
//!
//! A rule is one file in `rules/`: what it finds, how it decides, what it says, and its page. A rule
//! sees the [`Topology`](groundplan_model::Topology) and nothing else.

mod associations;
mod default_route;
mod engine;
mod gateway_tables;
mod gateways;
mod over_peering;
mod own_ranges;
mod pairs;
mod place;
mod propose;
mod return_path;
mod rule;
mod rules;
mod side;
mod way_back;
mod zones;

pub use engine::{Outcome, check};
pub use rule::{Context, Entry, Rule, Sink};
pub use rules::RULES;
