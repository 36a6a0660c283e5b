//! The checks and the engine that runs them.
//!
//! A rule is one file in `rules/`: what it finds, how it decides, what it says, and its page. A rule
//! sees the [`Topology`](groundplan_model::Topology) and nothing else.

mod associated;
mod associations;
mod central_egress;
mod engine;
mod environments;
mod gateways;
mod inspection;
mod over_peering;
mod own_ranges;
mod pairs;
mod place;
mod propose;
mod refused_peerings;
mod return_path;
mod rival_attachments;
mod rule;
mod rules;
mod segments;
mod side;
mod way_back;
mod zones;

pub use engine::{Outcome, check};
pub use rule::{Context, Entry, Rule, Sink};
pub use rules::RULES;
